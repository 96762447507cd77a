"""What a person created: the enterprise with its proof, its members, and how it fares later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.history import VOIDED_WHOLE, HistoryQuerySet, HistoryRow, StageEvent
from remess.shared.fields import ICEField


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


class Enterprise(models.Model):
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

    def __str__(self):
        return self.name or f"{self.get_legal_form_display()} {self.identifier}"

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
        """What makes this record incomplete (never refused), as French nouns."""
        return [str(gap.noun) for gap in GAPS if gap.is_missing(self)]


@dataclass(frozen=True)
class Gap:
    """One thing an enterprise's record should carry, and when its absence counts."""

    code: str
    noun: str
    is_missing: Callable[[Enterprise], bool]


GAPS = (
    Gap("ice", _("l'ICE"), lambda e: e.registered_on >= ICE_EXPECTED_FROM and not e.ice),
    Gap(
        "tax_id",
        _("l'identifiant fiscal"),
        lambda e: e.legal_form == LegalForm.TPE and not e.tax_id,
    ),
    Gap("court", _("le tribunal"), lambda e: e.legal_form == LegalForm.TPE and not e.court),
    Gap(
        "members",
        _("le nombre des autres membres"),
        lambda e: e.legal_form == LegalForm.COOPERATIVE and e.other_members is None,
    ),
)


class EnterpriseMember(HistoryRow):
    """A beneficiary's part in an enterprise, linked to the creation it proved where it did."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="members")
    beneficiary = models.ForeignKey(
        "beneficiaries.Beneficiary", on_delete=models.PROTECT, related_name="memberships"
    )
    event = models.ForeignKey(
        StageEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )

    objects = HistoryQuerySet.as_manager()

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


class FollowUp(HistoryRow):
    """How a creator fares 6 or 12 months after creation."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("en marche")
        SUSPENDED = "suspended", _("suspendue")
        CLOSED = "closed", _("fermée")
        LOST = "lost", _("perdue de vue")

    beneficiary = models.ForeignKey(
        "beneficiaries.Beneficiary", on_delete=models.PROTECT, related_name="follow_ups"
    )
    months = models.PositiveSmallIntegerField(_("échéance (mois)"))
    done_on = models.DateField(_("date du suivi"))
    status = models.CharField(_("activité"), max_length=10, choices=Status)
    monthly_income = models.PositiveIntegerField(_("revenu mensuel (MAD)"), null=True, blank=True)
    jobs_women = models.PositiveSmallIntegerField(_("emplois créés, femmes"), default=0)
    jobs_men = models.PositiveSmallIntegerField(_("emplois créés, hommes"), default=0)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("suivi")
        verbose_name_plural = _("suivis")
        constraints = [
            models.UniqueConstraint(
                name="follow_up_once_per_due_date",
                fields=["beneficiary", "months"],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("Ce suivi est déjà enregistré."),
            ),
            models.CheckConstraint(
                name="follow_up_months_are_known",
                condition=Q(months__in=[6, 12]),
                violation_error_message=_("Le suivi se fait à 6 et à 12 mois."),
            ),
            models.CheckConstraint(
                name="follow_up_voided_whole",
                condition=VOIDED_WHOLE,
                violation_error_message=_("Une annulation porte son auteur et son motif."),
            ),
        ]

    def __str__(self):
        return f"{self.beneficiary} – {self.months} mois"
