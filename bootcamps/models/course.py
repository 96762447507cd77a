"""What trains: the course with its sessions, who is enrolled, who came."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import EvidenceKind, Stage
from beneficiaries.models import Beneficiary, StageEvent
from bootcamps.models.codes import CodeQuerySet
from ocbs.models import Trainer
from remess.accounts.models import User
from remess.programme.models import Region
from remess.shared.codes import code_constraint, refuse_code_change
from remess.shared.versions import Versioned


class CourseQuerySet(CodeQuerySet):
    def visible_to(self, user):
        """Every course for the team and the agents; a trainer's are those they give."""
        if not user.has_perm("courses.view"):
            return self.none()
        if user.has_perm("beneficiaries.view_all") or user.has_perm("beneficiaries.enter"):
            return self
        return self.given_by(user)

    def given_by(self, user):
        """The courses whose trainers include this user."""
        given = Course.trainers.through.objects.filter(trainer__user=user)
        return self.filter(pk__in=given.values("course"))

    def to_close(self, day):
        """Over by `day`, not closed yet."""
        return self.filter(ends_on__lte=day, closed_on__isnull=True)

    def to_mark(self, day):
        """Open courses with a sitting held by `day` whose attendance is not entered."""
        waiting = Session.objects.to_mark(day).filter(course=OuterRef("pk"))
        return self.filter(Exists(waiting), closed_on__isnull=True)

    def with_unmarked(self, day):
        """Annotate `unmarked`: how many sittings held by `day` lack their attendance."""
        waiting = Q(sessions__held_on__lte=day, sessions__is_marked=False)
        return self.annotate(unmarked=Count("sessions", filter=waiting, distinct=True))

    def under_way(self, day):
        """Begun by `day` and not over, or still to come."""
        return self.filter(ends_on__gt=day, closed_on__isnull=True)

    def for_list(self):
        """With region, trainers and the numbers enrolled and of sessions."""
        return (
            self.select_related("region")
            .prefetch_related("trainers")
            .annotate(
                enrolled=Count("enrolments", distinct=True),
                session_count=Count("sessions", distinct=True),
            )
            .order_by("-starts_on", "-pk")
        )


class Course(Versioned):
    """A pre-creation training; closing it advances those who attended the required share."""

    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("Ce code désigne déjà une autre formation.")},
    )
    title = models.CharField(_("intitulé"), max_length=120)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="courses", verbose_name=_("région")
    )
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    required_share = models.PositiveSmallIntegerField(
        _("part de présence demandée (%)"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    trainers = models.ManyToManyField(Trainer, related_name="courses", verbose_name=_("formateurs"))
    closed_on = models.DateField(_("clôturée le"), null=True, editable=False)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("formation")
        verbose_name_plural = _("formations")
        constraints = [
            code_constraint("course_code_fits_addresses"),
            models.CheckConstraint(
                name="course_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("La fin de la formation vient après son début."),
            ),
            models.CheckConstraint(
                name="course_share_is_a_percentage",
                condition=Q(required_share__range=(1, 100)),
                violation_error_message=_("La part demandée va de 1 à 100 %%."),
            ),
        ]

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("bootcamps:course_detail", args=[self.code])

    def clean(self):
        refuse_code_change(self)

    @property
    def is_closed(self):
        return self.closed_on is not None

    def hours(self):
        """How many hours its sittings last together: one query."""
        return self.sessions.aggregate(total=Sum("hours"))["total"] or Decimal(0)

    def invitable(self, beneficiaries):
        """Those who may be enrolled: selected by its last day, not trained, not gone."""
        return (
            beneficiaries.staying()
            .filter(current_stage=Stage.SELECTED, stage_day__lte=self.ends_on)
            .exclude(pk__in=self.enrolments.values("beneficiary"))
        )


class SessionQuerySet(models.QuerySet):
    def to_mark(self, day):
        """Held by `day`, attendance not entered."""
        return self.filter(held_on__lte=day, is_marked=False)

    def for_list(self):
        """In order, with the number of those present."""
        return self.annotate(present=Count("attendances")).order_by("held_on", "pk")


class Session(models.Model):
    """One sitting of a course."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    module = models.CharField(_("module"), max_length=120)
    held_on = models.DateField(_("date"))
    hours = models.DecimalField(_("heures"), max_digits=4, decimal_places=1, default=3)
    is_marked = models.BooleanField(_("présences saisies"), default=False, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        constraints = [
            # A form sent twice makes one session: a browser resends a POST whose answer was lost.
            models.UniqueConstraint(
                name="session_once",
                fields=["course", "held_on", "module"],
                violation_error_message=_("Cette séance est déjà enregistrée."),
            ),
            models.CheckConstraint(
                name="session_hours_are_positive",
                condition=Q(hours__gt=0),
                violation_error_message=_("Une séance dure plus de zéro heure."),
            ),
        ]

    def __str__(self):
        return f"{self.course} {self.module}"


def _trainings():
    """The standing training of an enrolment's person, proved by its course.

    Read from the evidence: a corrected date voids the event that the closing wrote and linked.
    """
    return StageEvent.objects.unvoided().filter(
        beneficiary=OuterRef("beneficiary"),
        stage=Stage.TRAINED,
        evidence_kind=EvidenceKind.COURSE,
        evidence_reference=OuterRef("course__code"),
    )


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Enrolments of the people this user may see, or of the courses this trainer gives."""
        if not user.has_perm("courses.view"):
            return self.none()
        if user.has_perm("beneficiaries.view_all"):
            return self
        own = Q(beneficiary__in=Beneficiary.objects.visible_to(user))
        if user.has_perm("courses.attend"):
            own |= Q(course__in=Course.objects.given_by(user))
        return self.filter(own)

    def for_list(self):
        """With the person and the number of sessions attended, `present_count`."""
        return (
            self.select_related("beneficiary__ocb")
            .annotate(present_count=Count("attendances"))
            .order_by("beneficiary__sort_name", "pk")
        )

    def with_hours(self):
        """Annotate `hours`: how long the person was present, None for one who never came."""
        return self.annotate(hours=Sum("attendances__session__hours"))

    def with_training(self):
        """Annotate `is_trained`: whether this course's closing stands as the person's training."""
        return self.annotate(is_trained=Exists(_trainings()))

    def trained(self):
        """Those whom this course's closing made `trained`, for as long as that stands."""
        return self.filter(Exists(_trainings()))

    def with_access(self, user):
        """Annotate `may_open`: whether the person's sheet is this user's to open."""
        own = Beneficiary.objects.visible_to(user).filter(pk=OuterRef("beneficiary"))
        return self.annotate(may_open=Exists(own))


class Enrolment(models.Model):
    """One youth in one course."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="enrolments"
    )
    event = models.ForeignKey(
        StageEvent, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        constraints = [
            models.UniqueConstraint(
                name="enrolment_once",
                fields=["course", "beneficiary"],
                violation_error_message=_("Ce jeune est déjà inscrit à cette formation."),
            ),
        ]

    def __str__(self):
        return f"{self.course} – {self.beneficiary}"


class Attendance(models.Model):
    """A youth was present at a session; no row means absent once the session is marked."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendances")

    class Meta:
        verbose_name = _("présence")
        verbose_name_plural = _("présences")
        constraints = [
            models.UniqueConstraint(
                name="attendance_once",
                fields=["session", "enrolment"],
                violation_error_message=_("Cette présence est déjà saisie."),
            ),
        ]

    def __str__(self):
        return f"{self.session} – {self.enrolment}"
