"""What selects: the bootcamp, who took part, and what the jury decided."""

from decimal import Decimal

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Exit, Sex, StageEvent
from bootcamps.models.codes import CodeQuerySet
from remess.accounts.models import User
from remess.programme.models import Region
from remess.shared.codes import code_constraint, refuse_code_change
from remess.shared.versions import Versioned


class BootcampQuerySet(CodeQuerySet):
    def visible_to(self, user):
        """The bootcamps are public to every role; their participants are not."""
        return self if user.has_perm("bootcamps.view") else self.none()

    def to_sign(self, day):
        """Held by `day`, minutes not signed yet."""
        return self.filter(held_on__lte=day, signed_on__isnull=True)

    def for_list(self):
        """With region and the tallies of the list: enrolled, waiting, present, retained."""
        return (
            self.select_related("region")
            .annotate(
                enrolled=Count("participations", filter=Q(participations__is_waiting=False)),
                queued=Count("participations", filter=Q(participations__is_waiting=True)),
                present=Count("participations", filter=Q(participations__attended=True)),
                retained=Count(
                    "participations", filter=Q(participations__decision=Decision.RETAINED)
                ),
            )
            .order_by("-held_on", "-pk")
        )


class Decision(models.TextChoices):
    RETAINED = "retained", _("Retenu")
    WAITING = "waiting", _("Liste d'attente")
    NOT_RETAINED = "not_retained", _("Non retenu")


class Bootcamp(Versioned):
    """The event at which a jury selects project holders; frozen once its minutes are signed."""

    code = models.CharField(
        _("numéro"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("Ce numéro désigne déjà un autre bootcamp.")},
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="bootcamps", verbose_name=_("région")
    )
    held_on = models.DateField(_("date"))
    place = models.CharField(_("lieu"), max_length=120, blank=True)
    capacity = models.PositiveSmallIntegerField(_("nombre de places"), null=True, blank=True)
    jury = models.CharField(_("jury"), max_length=300, blank=True)
    signed_on = models.DateField(_("procès-verbal signé le"), null=True, editable=False)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    signatory = models.CharField(_("signataire"), max_length=120, blank=True, editable=False)

    objects = BootcampQuerySet.as_manager()

    class Meta:
        verbose_name = _("bootcamp")
        verbose_name_plural = _("bootcamps")
        constraints = [
            code_constraint("bootcamp_code_fits_addresses"),
            models.CheckConstraint(
                name="bootcamp_signed_whole",
                condition=Q(signed_on__isnull=True, signed_by__isnull=True, signatory="")
                | (Q(signed_on__isnull=False, signed_by__isnull=False) & ~Q(signatory="")),
                violation_error_message=_("Un procès-verbal signé porte son signataire."),
            ),
            models.CheckConstraint(
                name="bootcamp_has_a_place",
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                violation_error_message=_("Un bootcamp a au moins une place."),
            ),
        ]

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("bootcamps:detail", args=[self.code])

    def clean(self):
        refuse_code_change(self)

    @property
    def is_signed(self):
        return self.signed_on is not None

    def step(self, day):
        """Where it stands on `day`: 1 enrolling, 2 held and being marked, 3 signed."""
        if self.is_signed:
            return 3
        return 2 if self.held_on <= day else 1

    def invitable(self, beneficiaries):
        """Those who may be put on its list: identified by its day, not selected, not gone."""
        return (
            beneficiaries.staying()
            .filter(current_stage=Stage.IDENTIFIED, stage_day__lte=self.held_on)
            .exclude(pk__in=self.participations.values("beneficiary"))
        )


class ParticipationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Participations of the people this user may see; an official sees none."""
        if not user.has_perm("bootcamps.view_people"):
            return self.none()
        if user.has_perm("beneficiaries.view_all"):
            return self
        return self.filter(beneficiary__in=Beneficiary.objects.visible_to(user))

    def for_list(self):
        rows = self.select_related("beneficiary__ocb").with_exit()
        return rows.order_by("beneficiary__sort_name", "pk")

    def with_exit(self):
        """Annotate `left_on`: the day the person left the path, None for those who stay."""
        gone = Exit.objects.open().filter(beneficiary=OuterRef("beneficiary"))
        return self.annotate(left_on=Subquery(gone.values("left_on")[:1]))

    def with_sort_name(self):
        """Annotate `sort_name`, for paging."""
        return self.annotate(sort_name=F("beneficiary__sort_name"))

    def placed(self):
        """Those who have a place."""
        return self.filter(is_waiting=False)

    def queue(self):
        """Those waiting for a place, the first to be served first."""
        return self.filter(is_waiting=True).order_by("pk")

    def binding(self):
        """Invitations that count: a place, or a turn to wait for while minutes are not signed."""
        return self.filter(Q(is_waiting=False) | Q(bootcamp__signed_on__isnull=True))

    def unmarked(self):
        return self.filter(attended__isnull=True, is_waiting=False)

    def undecided(self):
        """Present, without the jury's decision."""
        return self.filter(attended=True, decision="")

    def unexplained(self):
        """Set aside by the jury, without its reason."""
        aside = [Decision.WAITING, Decision.NOT_RETAINED]
        return self.filter(attended=True, decision__in=aside, reason="")

    def retained(self):
        return self.filter(attended=True, decision=Decision.RETAINED)

    def tally(self):
        """How many have a place, wait for one, are present, undecided, retained, refused.

        `unexplained`: present, set aside by the jury without its reason.
        """
        present, placed = Q(attended=True), Q(is_waiting=False)
        set_aside = Q(decision__in=[Decision.WAITING, Decision.NOT_RETAINED], reason="")
        return self.aggregate(
            enrolled=Count("pk", filter=placed),
            queued=Count("pk", filter=~placed),
            unmarked=Count("pk", filter=placed & Q(attended__isnull=True)),
            unexplained=Count("pk", filter=present & set_aside),
            present=Count("pk", filter=present),
            undecided=Count("pk", filter=present & Q(decision="")),
            retained=Count("pk", filter=present & Q(decision=Decision.RETAINED)),
            retained_women=Count(
                "pk",
                filter=present & Q(decision=Decision.RETAINED, beneficiary__sex=Sex.FEMALE),
            ),
            waiting=Count("pk", filter=present & Q(decision=Decision.WAITING)),
            not_retained=Count("pk", filter=present & Q(decision=Decision.NOT_RETAINED)),
        )


class Participation(models.Model):
    """One youth at one bootcamp: present or not, the jury's score and its decision."""

    bootcamp = models.ForeignKey(Bootcamp, on_delete=models.PROTECT, related_name="participations")
    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="participations"
    )
    is_waiting = models.BooleanField(_("attend une place"), default=False, editable=False)
    attended = models.BooleanField(_("présence"), null=True)
    score = models.DecimalField(
        _("note sur 20"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    decision = models.CharField(_("décision"), max_length=20, choices=Decision, blank=True)
    reason = models.CharField(_("motif"), max_length=200, blank=True)
    event = models.ForeignKey(
        StageEvent, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                name="participation_once",
                fields=["bootcamp", "beneficiary"],
                violation_error_message=_("Ce jeune est déjà inscrit à ce bootcamp."),
            ),
            models.CheckConstraint(
                name="participation_score_out_of_20",
                condition=Q(score__isnull=True) | Q(score__range=(Decimal(0), Decimal(20))),
                violation_error_message=_("La note va de 0 à 20."),
            ),
            models.CheckConstraint(
                name="participation_decision_is_known",
                condition=Q(decision__in=["", *Decision.values]),
                violation_error_message=_("Choisir une des décisions proposées."),
            ),
            models.CheckConstraint(
                name="participation_decided_when_present",
                condition=Q(decision="") | Q(attended=True, attended__isnull=False),
                violation_error_message=_("Le jury décide pour les jeunes présents."),
            ),
            models.CheckConstraint(
                name="participation_marked_with_a_place",
                condition=Q(is_waiting=False)
                | Q(attended__isnull=True, score__isnull=True, decision=""),
                violation_error_message=_("Ce jeune attend une place : rien n'est encore noté."),
            ),
        ]

    def __str__(self):
        return f"{self.bootcamp} – {self.beneficiary}"

    @property
    def is_blank(self):
        """Nothing was marked yet: neither presence, score nor decision."""
        return self.attended is None and self.score is None and not self.decision
