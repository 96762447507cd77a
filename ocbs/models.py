from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from remess.accounts.models import User
from remess.programme.models import Region
from remess.shared.codes import code_constraint, refuse_code_change
from remess.shared.dates import today
from remess.shared.fields import PhoneField
from remess.shared.versions import Versioned


class OCBQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The OCBs whose page this user may open: an agent's own, everyone else's all."""
        if user.has_perm("beneficiaries.view_all") or not user.has_perm("beneficiaries.enter"):
            return self if user.has_perm("ocbs.view") else self.none()
        return self.managed_by(user)

    def managed_by(self, user):
        """The OCBs this user enters sheets for: all for the team, an agent's memberships today."""
        if user.has_perm("beneficiaries.view_all"):
            return self
        return self.filter(pk__in=Membership.objects.current().filter(user=user).values("ocb"))

    def for_list(self):
        return self.select_related("region").order_by("code", "pk")

    def with_people(self):
        """Annotate `people`: how many sheets each OCB follows today, complete or not."""
        return self.annotate(people=Count("beneficiaries"))

    def with_agents(self):
        """Load `current_memberships`, each with its agent, in the order of names."""
        return self.prefetch_related(Membership.objects.current().as_prefetch())


class OCB(Versioned):
    """A community organisation that finds youths and enters their sheets."""

    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("Ce code désigne déjà une autre OCB.")},
    )
    name_fr = models.CharField(_("nom en français"), max_length=120)
    name_ar = models.CharField(_("nom en arabe"), max_length=120, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="ocbs", verbose_name=_("région")
    )
    commune = models.CharField(_("commune"), max_length=80, blank=True)
    joined_on = models.DateField(_("entrée dans le réseau"), null=True, blank=True)
    left_on = models.DateField(_("sortie du réseau"), null=True, blank=True)

    objects = OCBQuerySet.as_manager()

    class Meta:
        verbose_name = _("OCB")
        verbose_name_plural = _("OCB")
        constraints = [
            models.CheckConstraint(
                name="ocb_leaves_after_joining",
                condition=Q(left_on__isnull=True)
                | Q(joined_on__isnull=True)
                | Q(left_on__gte=F("joined_on")),
                violation_error_message=_("La sortie du réseau vient après l'entrée."),
            ),
            code_constraint("ocb_code_fits_addresses"),
        ]

    def __str__(self):
        return self.name_fr

    def get_absolute_url(self):
        return reverse("ocbs:detail", args=[self.code])

    def clean(self):
        refuse_code_change(self)
        if self.pk and self._changes_region() and self.beneficiaries.exists():
            raise ValidationError(
                {
                    "region": _(
                        "Cette OCB suit déjà des jeunes : sa région ne change plus. "
                        "Créer une autre OCB dans la nouvelle région."
                    )
                }
            )

    def _changes_region(self):
        return not OCB.objects.filter(pk=self.pk, region=self.region_id).exists()


class MembershipQuerySet(models.QuerySet):
    def current(self):
        """Memberships that hold today; one that ends today has ended."""
        return self.on(today())

    def on(self, day):
        """Memberships that hold on `day`."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)

    def as_prefetch(self):
        """These memberships, to load as `current_memberships` of a list of OCBs or of users."""
        rows = self.select_related("user", "ocb").order_by("ocb__code", "user__full_name", "pk")
        return Prefetch("memberships", queryset=rows, to_attr="current_memberships")


class Membership(models.Model):
    """An agent's belonging to an OCB; ended by a date, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    ocb = models.ForeignKey(OCB, on_delete=models.PROTECT, related_name="memberships")
    since = models.DateField(_("depuis"), default=today)
    until = models.DateField(_("jusqu'à"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("rattachement")
        verbose_name_plural = _("rattachements")
        constraints = [
            models.UniqueConstraint(
                name="membership_open_once",
                fields=["user", "ocb"],
                condition=Q(until__isnull=True),
                violation_error_message=_("Cette personne est déjà rattachée à cette OCB."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message=_("La fin du rattachement vient après son début."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.ocb}"


class TrainerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The trainers whose sheet this user may open: the team's business."""
        return self if user.has_perm("ocbs.view_trainers") else self.none()

    def for_list(self):
        return self.select_related("region", "user").order_by("code", "pk")

    def active(self):
        return self.filter(is_active=True)

    def with_caseload(self):
        """Annotate `people`: how many persons each trainer is the referent of."""
        return self.annotate(people=Count("beneficiaries"))


class Trainer(Versioned):
    """A formateur accompagnateur: trains before creation, accompanies before and after."""

    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("Ce code désigne déjà un autre formateur.")},
    )
    name = models.CharField(_("nom"), max_length=120)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="trainers", verbose_name=_("région")
    )
    user = models.OneToOneField(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="trainer",
        verbose_name=_("compte"),
    )
    phone = PhoneField(_("téléphone"), max_length=16, blank=True)
    is_active = models.BooleanField(_("en activité"), default=True)

    objects = TrainerQuerySet.as_manager()

    class Meta:
        verbose_name = _("formateur accompagnateur")
        verbose_name_plural = _("formateurs accompagnateurs")
        constraints = [code_constraint("trainer_code_fits_addresses")]

    def __str__(self):
        return f"{self.code} · {self.name}"

    def get_absolute_url(self):
        return reverse("ocbs:trainer_detail", args=[self.code])

    def clean(self):
        refuse_code_change(self)
