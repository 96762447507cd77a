"""The beneficiary: the sheet of a youth, and which sheets a user may see."""

import re
import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import PATH, Path, Stage
from beneficiaries.models import derived
from beneficiaries.models.changes import Changes
from beneficiaries.models.choices import ActivityBefore, ConsentLanguage, Education, Sector, Sex
from beneficiaries.models.enterprise import Enterprise, EnterpriseMember
from beneficiaries.models.history import Exit, ExitReason, StageEvent
from ocbs.models import OCB, Trainer
from remess.accounts.models import User
from remess.shared.fields import CINField, DerivedTextField, PhoneField
from remess.shared.text import latin_digits, search_words
from remess.shared.versions import Versioned

NAME_LENGTH = 80
CIN_SHAPE = re.compile(r"(?=.*[0-9])[A-Z0-9]{2,12}")

# What the consent of an imported paper register refers to: no version of ours.
PAPER_NOTICE = "registre papier"
# The version of the notice read at collection today; templates/beneficiaries/notice.html words it.
NOTICE_VERSION = "1"


# Given once, or derived, or told by the events: no history of their own.
NOT_TYPED = [
    "file_region", "file_no", "client_id", "current_stage", "stage_on", "stages_ahead",
    "stage_day", "version", "created_at", "updated_at", "search_text", "sort_name",
    "name_and_birth", "name_and_phone", "cin_key",
    "merged_into", "formerly", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
]  # fmt: skip


SHOWN_IN_ROWS = [
    "file_region", "file_no", "family_name", "given_name", "name_ar", "sex", "current_stage",
    "stage_on", "ocb", "referent", "sort_name", "stages_ahead", "stage_day",
]  # fmt: skip


class BeneficiaryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The beneficiaries this user may see. Every page and every export starts here."""
        return self.standing().known_to(user)

    def standing(self):
        """Without the sheets that a merge absorbed or that were withdrawn: each person once."""
        return self.filter(merged_into__isnull=True, withdrawn_at__isnull=True)

    def not_withdrawn(self):
        """Those that still stand for somebody, absorbed ones included."""
        return self.filter(withdrawn_at__isnull=True)

    def known_to(self, user):
        """As visible_to, absorbed sheets included: an earlier « arrêté au » counted them."""
        if user.has_perm("beneficiaries.view_all"):
            return self
        if not user.has_perm("beneficiaries.view"):
            return self.none()
        if user.has_perm("beneficiaries.enter"):
            return self.filter(ocb__in=OCB.objects.managed_by(user))
        return self.filter(referent__in=Trainer.objects.filter(user=user))

    def by_number(self, file_number):
        """The one beneficiary `file_number` (`ERR-00042`) names; none when it is not one."""
        match = re.fullmatch(r"([A-Z][A-Z0-9]{1,7})-([0-9]{5,9})", file_number)
        if not match:
            return self.none()
        return self.filter(file_region=match[1], file_no=int(match[2]))

    def absorbed_as(self, query, user):
        """Of these, the one that a former file number or CIN names, where a merge absorbed it."""
        former = Beneficiary.objects.filter(merged_into__isnull=False)
        found = former.by_number(query.strip().upper())
        if user.has_perm("beneficiaries.view_cin") and not found.exists():
            cin = re.sub(r"[\s.\-]", "", latin_digits(query)).upper()
            found = former.filter(cin=cin) if CIN_SHAPE.fullmatch(cin) else former.none()
        return self.filter(pk__in=found.values("merged_into"))

    def reached(self, stage, *, start=None, end=None):
        """Those with an unvoided event of `stage`, between two days included where given."""
        events = StageEvent.objects.unvoided().filter(stage=stage)
        if start:
            events = events.filter(occurred_on__gte=start)
        if end:
            events = events.filter(occurred_on__lte=end)
        return self.filter(pk__in=events.values("beneficiary"))

    def creators_of(self, enterprises, day=None):
        """Members of `enterprises` whose creation stands; with `day`, was known that day."""
        pks = enterprises.values("pk")
        members = EnterpriseMember.objects.known_by(day).filter(enterprise__in=pks)
        created = StageEvent.objects.known_by(day).filter(stage=Stage.CREATED)
        members = members.filter(beneficiary__in=created.values("beneficiary"))
        return self.filter(pk__in=members.values("beneficiary"))

    def exited(self, **facts):
        """Those who left and have not come back; `facts`: of that exit, as its stage or reason."""
        left = Exit.objects.open().filter(beneficiary=OuterRef("pk"), **facts)
        return self.filter(Exists(left))

    def staying(self):
        """Those who have not left, or came back."""
        return self.filter(~Exists(Exit.objects.open().filter(beneficiary=OuterRef("pk"))))

    def incomplete(self):
        """Sheets that still lack what identification needs: counted nowhere."""
        return self.filter(current_stage="")

    def matching(self, query, user):
        """Those whose name, telephone or file number holds every word of `query`.

        The CIN too, for a user who may see it: nobody else may guess one by searching.
        """
        found = self
        for word in search_words(query):
            holds = Q(search_text__contains=word)
            if user.has_perm("beneficiaries.view_cin"):
                holds |= Q(cin__contains=word.upper())
            found = found.filter(holds)
        return found

    def stage_counts(self):
        """[(stage code, label, n)] where each stands now, sheets to complete (code '') first."""
        found = dict(self.order_by().values_list("current_stage").annotate(n=models.Count("pk")))
        steps = [("", _("À compléter")), *Stage.choices]
        return [(code, label, found.get(code, 0)) for code, label in steps]

    def with_exit(self):
        """Annotate `exit_reason` and `left_on` of the open exit, where there is one."""
        left = Exit.objects.open().filter(beneficiary=OuterRef("pk")).order_by("-left_on", "-pk")
        return self.annotate(
            exit_reason=models.Subquery(left.values("reason")[:1]),
            left_on=models.Subquery(left.values("left_on")[:1]),
        )

    def for_list(self):
        return self.select_related("ocb__region", "referent").with_exit()

    def for_rows(self):
        """Only what a line of listing.rows_of shows of the person, and what lists are sorted by."""
        return self.only(*SHOWN_IN_ROWS)


class Beneficiary(Versioned):
    """A youth's sheet. `current_stage` and `stage_on` are written by transitions.py alone."""

    file_region = models.CharField(max_length=8, editable=False)
    file_no = models.PositiveIntegerField(editable=False)
    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    family_name = models.CharField(_("nom de famille"), max_length=NAME_LENGTH, blank=True)
    given_name = models.CharField(_("prénom"), max_length=NAME_LENGTH, blank=True)
    name_ar = models.CharField(_("nom complet en arabe"), max_length=160, blank=True)
    sex = models.CharField(_("sexe"), max_length=6, choices=Sex, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    cin = CINField(_("CIN"), max_length=12, blank=True)
    phone = PhoneField(_("téléphone"), max_length=16, blank=True)
    province = models.CharField(_("province"), max_length=80, blank=True)
    commune = models.CharField(_("commune"), max_length=80, blank=True)
    education = models.CharField(_("études"), max_length=20, choices=Education, blank=True)
    activity_before = models.CharField(
        _("situation avant le projet"), max_length=20, choices=ActivityBefore, blank=True
    )
    income_before = models.PositiveIntegerField(
        _("revenu mensuel avant (MAD)"), null=True, blank=True
    )
    sector = models.CharField(_("secteur"), max_length=20, choices=Sector, blank=True)
    project = models.TextField(_("idée de projet"), blank=True, max_length=1000)
    sheet_on = models.DateField(_("date de la fiche"), null=True, blank=True)

    ocb = models.ForeignKey(
        OCB,
        on_delete=models.PROTECT,
        db_index=False,  # beneficiary_by_ocb begins with it
        related_name="beneficiaries",
        verbose_name=_("OCB"),
    )
    referent = models.ForeignKey(
        Trainer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # beneficiary_by_referent begins with it
        related_name="beneficiaries",
        verbose_name=_("formateur référent"),
    )

    consent_notice = models.CharField(_("notice lue"), max_length=40)
    consent_language = models.CharField(
        _("langue de la notice"), max_length=2, choices=ConsentLanguage, blank=True
    )
    consent_on = models.DateField(_("accord donné le"))
    consent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("accord recueilli par")
    )

    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # beneficiary_absorbed: SQLite would begin every list with « is null »
        editable=False,
        related_name="absorbed",
    )
    # Names, telephones and file numbers of the sheets it absorbed: they still find this one.
    formerly = models.TextField(blank=True, editable=False, default="")

    # A sheet opened by an import taken back: nobody's any more, its number never given again.
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=300, blank=True, editable=False)

    current_stage = models.CharField(
        _("étape actuelle"), max_length=20, choices=Stage, blank=True, editable=False
    )
    stage_on = models.DateField(null=True, editable=False)
    stages_ahead = derived.stages_ahead()
    stage_day = derived.stage_day()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    search_text = DerivedTextField(derive=derived.searchable)
    sort_name = DerivedTextField(derive=derived.sortable)
    name_and_birth = DerivedTextField(derive=derived.name_and_birth)
    name_and_phone = DerivedTextField(derive=derived.name_and_phone)
    cin_key = DerivedTextField(derive=derived.cin_key)

    objects = BeneficiaryQuerySet.as_manager()
    history = Changes(untracked=NOT_TYPED, no_db_index=["ocb", "referent", "consent_by"])

    class Meta:
        verbose_name = _("bénéficiaire")
        verbose_name_plural = _("bénéficiaires")
        constraints = [
            models.UniqueConstraint(
                name="beneficiary_file_number_unique",
                fields=["file_region", "file_no"],
                violation_error_message=_("Ce numéro de fiche existe déjà."),
            ),
            models.UniqueConstraint(
                name="beneficiary_cin_unique",
                fields=["cin"],
                condition=~Q(cin=""),
                violation_error_message=_(
                    "Cette CIN est déjà dans le registre : voir avec REMESS."
                ),
            ),
            models.CheckConstraint(
                name="beneficiary_cin_is_normal",
                condition=Q(cin="") | Q(cin__regex=r"^[A-Z0-9]{2,12}$"),
                violation_error_message=_(
                    "Une CIN tient en lettres et chiffres, par exemple UA123456."
                ),
            ),
            models.CheckConstraint(
                name="beneficiary_has_a_name",
                condition=~Q(family_name="") | ~Q(given_name=""),
                violation_error_message=_("Donner au moins le nom ou le prénom."),
            ),
            models.CheckConstraint(
                name="beneficiary_family_name_fits",
                condition=LessThanOrEqual(Length("family_name"), NAME_LENGTH),
                violation_error_message=_("Le nom tient en 80 caractères."),
            ),
            models.CheckConstraint(
                name="beneficiary_given_name_fits",
                condition=LessThanOrEqual(Length("given_name"), NAME_LENGTH),
                violation_error_message=_("Le prénom tient en 80 caractères."),
            ),
            models.CheckConstraint(
                name="beneficiary_sex_is_known",
                condition=Q(sex__in=["", *Sex.values]),
                violation_error_message=_("Choisir Femme ou Homme."),
            ),
            models.CheckConstraint(
                name="beneficiary_has_consent",
                condition=~Q(consent_notice=""),
                violation_error_message=_("L'accord du jeune nomme la notice qui lui a été lue."),
            ),
            models.CheckConstraint(
                name="beneficiary_stage_has_day",
                condition=Q(current_stage="", stage_on__isnull=True)
                | Q(current_stage__in=Stage.values, stage_on__isnull=False),
                violation_error_message=_("Une étape porte sa date."),
            ),
            models.CheckConstraint(
                name="beneficiary_absorbed_has_no_stage",
                condition=Q(merged_into__isnull=True) | Q(current_stage=""),
                violation_error_message=_("Une fiche fusionnée n'est plus comptée."),
            ),
            models.CheckConstraint(
                name="beneficiary_withdrawn_whole",
                condition=Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason=""
                )
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, current_stage="")
                    & ~Q(withdrawn_reason="")
                ),
                violation_error_message=_("Une fiche retirée porte son motif et n'a pas d'étape."),
            ),
        ]
        indexes = [
            models.Index(name="beneficiary_by_name_birth", fields=["name_and_birth"]),
            models.Index(name="beneficiary_by_name_phone", fields=["name_and_phone"]),
            models.Index(name="beneficiary_by_cin_key", fields=["cin_key"]),
            models.Index(name="beneficiary_by_name", fields=["sort_name", "id"]),
            # Lists are counted in these, without opening a sheet.
            models.Index(
                name="beneficiary_standing",
                fields=["ocb", "sex", "stage_day"],
                condition=Q(merged_into__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(
                name="beneficiary_standing_by_stage",
                fields=["current_stage", "stages_ahead", "ocb", "sex", "stage_day"],
                condition=Q(merged_into__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(
                name="beneficiary_absorbed",
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(name="beneficiary_by_stage", fields=["current_stage", "stage_day", "id"]),
            # One for each way to sort the list, and for those who see one OCB's or their own.
            models.Index(
                name="beneficiary_by_stages_ahead", fields=["stages_ahead", "sort_name", "id"]
            ),
            models.Index(name="beneficiary_by_stage_day", fields=["stage_day", "id"]),
            models.Index(name="beneficiary_by_ocb", fields=["ocb", "sort_name", "id"]),
            models.Index(name="beneficiary_by_referent", fields=["referent", "sort_name", "id"]),
        ]

    def __str__(self):
        return self.full_name

    def get_absolute_url(self):
        return reverse("beneficiaries:detail", args=[self.file_number])

    @property
    def file_number(self):
        """`ERR-00042`: the region it was opened in and a counter of at least five digits."""
        return f"{self.file_region}-{self.file_no:05d}"

    @property
    def full_name(self):
        return f"{self.family_name.upper()} {self.given_name}".strip()

    @property
    def stage_rank(self):
        """How far on the path: 0 without a stage, then 1 to 4."""
        return PATH.index(self.current_stage) + 1 if self.current_stage else 0

    @property
    def exit_reason_label(self):
        """The reason of the open exit, in words; None for one who has not left (see with_exit)."""
        return ExitReason(self.exit_reason).label if self.exit_reason else None

    @property
    def is_female(self):
        return self.sex == Sex.FEMALE

    def missing_facts(self):
        """The facts identification needs and this sheet lacks, as French nouns."""
        facts = [(self.sex, _("le sexe")), (self.birth_date, _("la date de naissance"))]
        return tuple(str(noun) for value, noun in facts if not value)

    def enterprises(self):
        """The enterprises this person is a member of, oldest first, with what they lack."""
        standing = self.memberships.unvoided().order_by("recorded_at", "pk")
        pks = list(standing.values_list("enterprise", flat=True))
        found = Enterprise.objects.with_gaps().in_bulk(pks) if pks else {}
        return [found[pk] for pk in pks]

    def path(self):
        """This person's Path, read from the unvoided events and the open exit: two queries."""
        events = StageEvent.objects.unvoided().filter(beneficiary=self)
        exits = Exit.objects.unvoided().filter(beneficiary=self)
        return Path(
            reached=dict(events.values_list("stage", "occurred_on")),
            missing=self.missing_facts(),
            birth_date=self.birth_date,
            absences=tuple(exits.values_list("left_on", "returned_on")),
        )
