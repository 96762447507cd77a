from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from remess.programme.brackets import DEFAULT_BRACKET, AgeBracket
from remess.shared.codes import code_constraint, refuse_code_change
from remess.shared.versions import Versioned


class RegionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Regions are no secret: everyone who works with figures, people or OCBs may name them."""
        return self if user.has_perm("ocbs.view") else self.none()

    def for_list(self):
        return self.order_by("code", "pk")


class Region(Versioned):
    """A zone of intervention that targets are set for; not the administrative region."""

    code = models.CharField(
        _("code"),
        max_length=8,
        unique=True,
        error_messages={"unique": _("Ce code désigne déjà une autre région.")},
    )
    name_fr = models.CharField(_("nom en français"), max_length=80)
    name_ar = models.CharField(_("nom en arabe"), max_length=80, blank=True)
    administrative_region = models.CharField(
        _("région administrative (2015)"), max_length=80, blank=True
    )
    last_file_number = models.PositiveIntegerField(default=0, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("région")
        verbose_name_plural = _("régions")
        constraints = [
            models.CheckConstraint(
                name="region_code_is_capitals",
                condition=Q(code__regex=r"^[A-Z][A-Z0-9]{1,7}$"),
                violation_error_message=_(
                    "Le code d'une région tient en 2 à 8 lettres capitales ou chiffres, "
                    "par exemple ERR."
                ),
            ),
        ]

    def __str__(self):
        return self.name_fr

    def get_absolute_url(self):
        return reverse("programme:region_edit", args=[self.code])

    def clean(self):
        refuse_code_change(self)


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Agreements are read by the team and by officials."""
        return self if user.has_perm("programme.view") else self.none()

    def for_list(self):
        """Oldest first, as their amendments follow each other."""
        return self.select_related("amends").order_by("starts_on", "pk")

    def with_target_count(self):
        """Annotate `target_count`: how many cells of its grid each agreement sets."""
        return self.annotate(target_count=models.Count("targets"))


class Agreement(Versioned):
    """The convention or one of its avenants: a dated act that sets targets and an age bracket."""

    class Kind(models.TextChoices):
        CONVENTION = "convention", _("Convention")
        AVENANT = "avenant", _("Avenant")

    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("Ce code désigne déjà un autre accord.")},
    )
    kind = models.CharField(_("nature"), max_length=20, choices=Kind)
    title = models.CharField(_("intitulé"), max_length=80)
    amends = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name=_("modifie"),
    )
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    min_age = models.PositiveSmallIntegerField(_("âge minimal"), default=DEFAULT_BRACKET.min_age)
    max_age = models.PositiveSmallIntegerField(_("âge maximal"), default=DEFAULT_BRACKET.max_age)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord")
        verbose_name_plural = _("accords")
        constraints = [
            models.CheckConstraint(
                name="agreement_kind_is_known",
                condition=Q(kind__in=["convention", "avenant"]),
                violation_error_message=_("Un accord est une convention ou un avenant."),
            ),
            models.CheckConstraint(
                name="agreement_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("La fin de l'accord vient après son début."),
            ),
            models.CheckConstraint(
                name="agreement_avenant_amends",
                condition=Q(kind="convention", amends__isnull=True)
                | Q(kind="avenant", amends__isnull=False),
                violation_error_message=_(
                    "Un avenant nomme l'accord qu'il modifie ; une convention n'en modifie aucun."
                ),
            ),
            models.CheckConstraint(
                name="agreement_age_bracket_in_order",
                condition=Q(max_age__gte=F("min_age")),
                violation_error_message=_("L'âge maximal est au moins égal à l'âge minimal."),
            ),
            code_constraint("agreement_code_fits_addresses"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("reporting:agreement_targets", args=[self.code])

    def clean(self):
        refuse_code_change(self)
        if self.pk in {act.pk for act in self.chain()[1:]}:
            raise ValidationError(
                {"amends": _("Cet accord découle déjà de celui-ci : en choisir un autre.")}
            )
        if self.amends and self.starts_on and self.starts_on < self.amends.starts_on:
            raise ValidationError(
                {"starts_on": _("Un avenant ne commence pas avant l'accord qu'il modifie.")}
            )

    def chain(self):
        """This agreement, the one it amends, and so on down to the convention."""
        acts = [self]
        while acts[-1].amends and acts[-1].amends not in acts[1:]:
            acts.append(acts[-1].amends)
        return acts

    @property
    def is_avenant(self):
        return self.kind == self.Kind.AVENANT

    @property
    def bracket(self):
        return AgeBracket(self.starts_on, self.ends_on, self.min_age, self.max_age)


def all_brackets():
    """The age brackets of every agreement, oldest first: what `bracket_on` chooses from."""
    return [agreement.bracket for agreement in Agreement.objects.order_by("starts_on", "pk")]


def is_in_period(day: date, agreements):
    """Whether an agreement was in force on `day`; otherwise the day is « hors période »."""
    return any(agreement.starts_on <= day <= agreement.ends_on for agreement in agreements)
