"""What accompanies: a trainer's visit to a person, before or after creation, and the next one."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Beneficiary, Exit
from beneficiaries.models.history import VOIDED_WHOLE, HistoryQuerySet, HistoryRow
from ocbs.models import Trainer

LONGEST_MINUTES = 600


class CoachingVisitQuerySet(HistoryQuerySet):
    def visible_to(self, user):
        """The visits to the people this user may see."""
        if user.has_perm("beneficiaries.view_all"):
            return self
        return self.filter(beneficiary__in=Beneficiary.objects.visible_to(user))

    def planned(self):
        """Visits whose next date still waits: nobody visited since, and the person stays."""
        later = CoachingVisit.objects.unvoided().filter(
            Q(visited_on__gt=OuterRef("visited_on"))
            | Q(visited_on=OuterRef("visited_on"), pk__gt=OuterRef("pk")),
            beneficiary=OuterRef("beneficiary"),
        )
        left = Exit.objects.open().filter(beneficiary=OuterRef("beneficiary"))
        return self.unvoided().filter(~Exists(later), ~Exists(left), next_on__isnull=False)

    def due_by(self, day):
        """Planned visits whose date is `day` or earlier."""
        return self.planned().filter(next_on__lte=day)

    def for_agenda(self):
        """In the order of the next date, with the person and their referent."""
        return self.select_related("beneficiary__ocb__region", "beneficiary__referent").order_by(
            "next_on", "beneficiary__sort_name", "pk"
        )


class CoachingVisit(HistoryRow):
    """One visit: when, where, how long, what was worked on, what was decided, when next."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="visits")
    trainer = models.ForeignKey(
        Trainer, on_delete=models.PROTECT, related_name="visits", verbose_name=_("formateur")
    )
    visited_on = models.DateField(_("date de la visite"))
    place = models.CharField(_("lieu"), max_length=120)
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"))
    topics = models.TextField(_("sujets traités"), max_length=1000)
    next_step = models.TextField(_("décision et prochaine étape"), max_length=1000, blank=True)
    next_on = models.DateField(_("prochaine visite"), null=True, blank=True)

    objects = CoachingVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visite d'accompagnement")
        verbose_name_plural = _("visites d'accompagnement")
        constraints = [
            models.CheckConstraint(
                name="visit_lasts_minutes",
                condition=Q(minutes__range=(1, LONGEST_MINUTES)),
                violation_error_message=_("Une visite dure de 1 à 600 minutes."),
            ),
            models.CheckConstraint(
                name="visit_next_comes_after",
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("visited_on")),
                violation_error_message=_("La prochaine visite vient après celle-ci."),
            ),
            models.CheckConstraint(
                name="visit_voided_whole",
                condition=VOIDED_WHOLE,
                violation_error_message=_("Une annulation porte son auteur et son motif."),
            ),
        ]
        indexes = [
            models.Index(name="visit_by_day", fields=["visited_on", "id"]),
            models.Index(name="visit_by_next_day", fields=["next_on", "id"]),
        ]

    def __str__(self):
        return f"{self.beneficiary} {self.visited_on}"

    def get_absolute_url(self):
        return reverse("beneficiaries:detail", args=[self.beneficiary.file_number])
