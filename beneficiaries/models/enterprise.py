"""What a person created: the enterprise with its proof, what it lacks, its members."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import Stage
from beneficiaries.models.changes import Changes
from beneficiaries.models.history import VOIDED_WHOLE, HistoryQuerySet, HistoryRow, StageEvent
from remess.shared.documents import CONTENT_TYPES, document_storage
from remess.shared.fields import ICEField
from remess.shared.text import clean, latin_digits
from remess.shared.versions import Versioned


class LegalForm(models.TextChoices):
    AUTO_ENTREPRENEUR = "auto_entrepreneur", _("Auto-entrepreneur")
    TPE = "tpe", _("TPE")
    COOPERATIVE = "cooperative", _("Coopérative")


class SubForm(models.TextChoices):
    """The company form of a TPE."""

    SARL = "sarl", _("SARL")
    SARL_AU = "sarl_au", _("SARL à associé unique")
    SOLE_TRADER = "personne_physique", _("Personne physique")
    OTHER = "other", _("Autre forme")


# Law 114-13 of 19 February 2015: the register of auto-entrepreneurs opened that autumn.
EARLIEST_ON = {LegalForm.AUTO_ENTREPRENEUR: date(2015, 9, 1)}
# (form, sub-form) that one person alone may hold.
SINGLE_FORMS = {
    (LegalForm.AUTO_ENTREPRENEUR, ""),
    (LegalForm.TPE, SubForm.SARL_AU),
    (LegalForm.TPE, SubForm.SOLE_TRADER),
}
# From this day a missing ICE leaves the file incomplete.
ICE_EXPECTED_FROM = date(2016, 7, 1)


class EnterpriseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The enterprises of the beneficiaries this user may see."""
        from beneficiaries.models.person import Beneficiary

        if user.has_perm("beneficiaries.view_all"):
            return self
        members = EnterpriseMember.objects.unvoided().filter(
            beneficiary__in=Beneficiary.objects.visible_to(user)
        )
        return self.filter(pk__in=members.values("enterprise"))

    def counted(self, day=None):
        """Those behind the figure « entreprises »: a member's creation stands.

        With `day`, as the register knew it at the end of that day.
        """
        return self.filter(Exists(_creations_of(OuterRef("pk"), day)))

    def with_origin(self, day=None):
        """Annotate the earliest creation (ties by id), whose region and OCB it is counted in."""
        first = _creations_of(OuterRef("pk"), day).order_by("occurred_on", "pk")
        return self.annotate(
            origin_region=Subquery(first.values("region")[:1]),
            origin_ocb=Subquery(first.values("ocb")[:1]),
            region_name=Subquery(first.values("region__name_fr")[:1]),
            ocb_code=Subquery(first.values("ocb__code")[:1]),
            ocb_name=Subquery(first.values("ocb__name_fr")[:1]),
        )

    def with_persons(self, day=None):
        """Annotate how many beneficiaries are members: `persons`, and `women` among them."""
        members = EnterpriseMember.objects.known_by(day)
        women = members.filter(beneficiary__sex="female")
        return self.annotate(persons=_members_count(members), women=_members_count(women))

    def with_gaps(self):
        """Annotate `lacks_…` for each of GAPS, which gaps() reads."""
        return self.annotate(
            **{
                f"lacks_{gap.code}": ExpressionWrapper(
                    gap.condition(), output_field=models.BooleanField()
                )
                for gap in GAPS
            }
        )

    def lacking(self, gap):
        return self.filter(gap.condition())

    def incomplete(self):
        return self.filter(reduce(or_, (gap.condition() for gap in GAPS)))

    def matching(self, query):
        """Those whose name, number or ICE holds `query`, or a member of this file number."""
        from beneficiaries.models.person import Beneficiary

        text = clean(query)
        people = Beneficiary.objects.by_number(text.upper())
        members = EnterpriseMember.objects.unvoided().filter(beneficiary__in=people)
        return self.filter(
            Q(name__icontains=text)
            | Q(identifier__icontains=text)
            | Q(ice__contains=latin_digits(text).replace(" ", ""))
            | Q(pk__in=members.values("enterprise"))
        )

    def orphaned(self):
        """Those left without a member, by a creation voided or an import taken back."""
        members = EnterpriseMember.objects.unvoided().filter(enterprise=OuterRef("pk"))
        return self.filter(~Exists(members))

    def like(self, enterprise):
        """Other enterprises of this register number and form (and court), or of this ICE."""
        number = Q(
            legal_form=enterprise.legal_form,
            identifier__iexact=clean(enterprise.identifier),
            court__iexact=clean(enterprise.court),
        )
        ice = Q(ice=enterprise.ice) if enterprise.ice else Q(pk__in=[])
        return self.filter(number | ice).exclude(pk=enterprise.pk).counted()


def _creations_of(enterprise, day):
    """The creations of the members of `enterprise` (an OuterRef) known on `day`, or standing."""
    path = "beneficiary__memberships"
    member = Q(**{f"{path}__enterprise": enterprise})
    if day is None:
        member &= Q(**{f"{path}__voided_on__isnull": True})
    else:
        voided_later = Q(**{f"{path}__voided_on__isnull": True}) | Q(
            **{f"{path}__voided_on__gt": day}
        )
        member &= voided_later & Q(**{f"{path}__recorded_on__lte": day})
    return StageEvent.objects.known_by(day).filter(member, stage=Stage.CREATED)


def _members_count(members):
    rows = members.filter(enterprise=OuterRef("pk")).order_by().values("enterprise")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


class Enterprise(Versioned):
    """A formally created activity: legal form, official identifier and date are its proof."""

    legal_form = models.CharField(_("forme juridique"), max_length=20, choices=LegalForm)
    sub_form = models.CharField(_("forme de la TPE"), max_length=20, choices=SubForm, blank=True)
    name = models.CharField(_("nom de l'entreprise"), max_length=120, blank=True)
    activity = models.CharField(_("activité"), max_length=120, blank=True)
    commune = models.CharField(_("commune"), max_length=80, blank=True)
    identifier = models.CharField(_("numéro d'immatriculation"), max_length=40)
    court = models.CharField(_("tribunal"), max_length=80, blank=True)
    tax_id = models.CharField(_("identifiant fiscal (IF)"), max_length=12, blank=True)
    ice = ICEField(_("ICE"), max_length=15, blank=True)
    registered_on = models.DateField(_("date d'immatriculation"))
    other_members = models.PositiveSmallIntegerField(
        _("autres membres, hors bénéficiaires"), null=True, blank=True
    )
    other_women = models.PositiveSmallIntegerField(_("dont femmes"), null=True, blank=True)

    objects = EnterpriseQuerySet.as_manager()
    history = Changes(untracked=["version"])

    class Meta:
        verbose_name = _("entreprise")
        verbose_name_plural = _("entreprises")
        constraints = [
            models.CheckConstraint(
                name="enterprise_form_is_known",
                condition=Q(legal_form__in=LegalForm.values),
                violation_error_message=_("Choisir une des formes juridiques proposées."),
            ),
            models.CheckConstraint(
                name="enterprise_has_identifier",
                condition=~Q(identifier=""),
                violation_error_message=_(
                    "Une création porte un numéro : registre, RC, IF ou agrément."
                ),
            ),
            models.CheckConstraint(
                name="enterprise_not_before_its_form",
                condition=~Q(legal_form="auto_entrepreneur")
                | Q(registered_on__gte=date(2015, 9, 1)),
                violation_error_message=_(
                    "Le registre des auto-entrepreneurs a ouvert en septembre 2015 : "
                    "avant, choisir TPE ou coopérative."
                ),
            ),
            models.CheckConstraint(
                name="enterprise_women_within_members",
                condition=Q(other_women__isnull=True)
                | Q(other_members__isnull=False, other_women__lte=models.F("other_members")),
                violation_error_message=_("Les femmes font partie des autres membres."),
            ),
        ]
        indexes = [models.Index(name="enterprise_by_identifier", fields=["identifier"])]

    def __str__(self):
        return self.name or f"{self.get_legal_form_display()} {self.identifier}"

    def get_absolute_url(self):
        return reverse("beneficiaries:enterprise_detail", args=[self.pk])

    def refuse_creation(self, on):
        """The sentence refusing that somebody created this enterprise, or joined it, `on`."""
        earliest = EARLIEST_ON.get(self.legal_form)
        if earliest and on < earliest:
            return _(
                "Le registre des auto-entrepreneurs a ouvert en septembre 2015 : "
                "avant, choisir TPE ou coopérative."
            )
        return None

    def gaps(self):
        """What makes this record incomplete (never refused), as French nouns; see with_gaps."""
        return [str(gap.noun) for gap in GAPS if getattr(self, f"lacks_{gap.code}")]

    @property
    def is_single(self):
        """Whether the law knows one person behind this form, and one only."""
        return (self.legal_form, self.sub_form) in SINGLE_FORMS


@dataclass(frozen=True)
class Gap:
    """One thing an enterprise's record should carry, and the rows whose lack of it counts."""

    code: str
    noun: str
    condition: Callable[[], Q]


class MemberQuerySet(HistoryQuerySet):
    def for_page(self, user):
        """Those of people this user may see, by name, voided ones too."""
        from beneficiaries.models.person import Beneficiary

        seen = self.filter(beneficiary__in=Beneficiary.objects.visible_to(user))
        rows = seen.select_related("beneficiary", "event", "recorded_by", "voided_by")
        return rows.order_by("beneficiary__sort_name", "pk")


class EnterpriseMember(HistoryRow):
    """A beneficiary's part in an enterprise, linked to the creation it proved where it did.

    The legal form is the one it had when recorded: correcting it writes the membership anew.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="members")
    beneficiary = models.ForeignKey(
        "beneficiaries.Beneficiary", on_delete=models.PROTECT, related_name="memberships"
    )
    legal_form = models.CharField(
        _("forme juridique"), max_length=20, choices=LegalForm, default="", editable=False
    )
    event = models.ForeignKey(
        StageEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("membre d'entreprise")
        verbose_name_plural = _("membres d'entreprise")
        constraints = [
            models.UniqueConstraint(
                name="enterprise_member_once",
                fields=["enterprise", "beneficiary"],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("Cette personne est déjà membre de l'entreprise."),
            ),
            models.CheckConstraint(
                name="enterprise_member_voided_whole",
                condition=VOIDED_WHOLE,
                violation_error_message=_("Une annulation porte son auteur et son motif."),
            ),
        ]

    def __str__(self):
        return f"{self.beneficiary} – {self.enterprise}"


class FileKind(models.TextChoices):
    AE_CARD = "ae_card", _("Carte d'auto-entrepreneur")
    REGISTER = "register", _("Extrait du registre (RC)")
    STATUTES = "statutes", _("Statuts")
    APPROVAL = "approval", _("Agrément ou registre des coopératives")
    ICE = "ice", _("Attestation ICE")
    OTHER = "other", _("Autre pièce")


def file_name(instance, given):
    """A name of ours for the stored file: nothing of what the sender called it."""
    return f"entreprises/{uuid.uuid4().hex}.{instance.content_type.rpartition('/')[2]}"


class EnterpriseFile(HistoryRow):
    """A scanned proof of an enterprise; voided with a reason, never deleted."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("nature de la pièce"), max_length=20, choices=FileKind)
    note = models.CharField(_("précision"), max_length=120, blank=True)
    file = models.FileField(
        _("fichier"), upload_to=file_name, storage=document_storage, max_length=100
    )
    content_type = models.CharField(max_length=20, choices=CONTENT_TYPES, editable=False)
    size = models.PositiveIntegerField(editable=False)
    digest = models.CharField(max_length=64, editable=False)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("pièce justificative")
        verbose_name_plural = _("pièces justificatives")
        constraints = [
            models.UniqueConstraint(
                name="enterprise_file_once",
                fields=["enterprise", "digest"],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("Cette pièce est déjà enregistrée."),
            ),
            models.CheckConstraint(
                name="enterprise_file_kind_is_known",
                condition=Q(kind__in=FileKind.values),
                violation_error_message=_("Choisir une des natures de pièce proposées."),
            ),
            models.CheckConstraint(
                name="enterprise_file_voided_whole",
                condition=VOIDED_WHOLE,
                violation_error_message=_("Une annulation porte son auteur et son motif."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.enterprise}"

    @property
    def sent_name(self):
        """The name it is downloaded under."""
        ending = self.file.name.rpartition(".")[2]
        return f"entreprise-{self.enterprise_id}-{self.kind}-{self.pk}.{ending}"


# What a complete record carries: one line each.
GAPS = (
    Gap("ice", _("l'ICE"), lambda: Q(registered_on__gte=ICE_EXPECTED_FROM, ice="")),
    Gap("tax_id", _("l'identifiant fiscal"), lambda: Q(legal_form=LegalForm.TPE, tax_id="")),
    Gap("court", _("le tribunal"), lambda: Q(legal_form=LegalForm.TPE, court="")),
    Gap(
        "members",
        _("le nombre des autres membres"),
        lambda: Q(legal_form=LegalForm.COOPERATIVE, other_members__isnull=True),
    ),
    Gap(
        "proof",
        _("une pièce justificative"),
        lambda: ~Exists(EnterpriseFile.objects.unvoided().filter(enterprise=OuterRef("pk"))),
    ),
)
