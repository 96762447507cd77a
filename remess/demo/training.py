"""The demo's bootcamp lists, courses with attendance, and follow-ups."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from beneficiaries.funnel import Stage
from beneficiaries.models import FollowUp
from bootcamps.models import (
    Attendance,
    Course,
    Decision,
    Enrolment,
    Participation,
    Session,
)
from remess.shared.dates import at_noon

COHORT = 26
SESSIONS = ["Idée et marché", "Étude de prix", "Clients et vente", "Statuts", "Comptes simples",
            "Plan d'affaires", "Financement", "Fiscalité", "Démarches", "Présentation"]  # fmt: skip
ENOUGH = 8
REASONS = ("Projet pas assez avancé", "Idée sans marché local", "Peu disponible pour la formation")


@dataclass(eq=False)
class CoursePlan:
    """A course before it is stored."""

    code: str
    region: object
    starts_on: object
    teachers: list
    members: list = field(default_factory=list)

    @property
    def ends_on(self):
        return self.starts_on + timedelta(days=7 * (len(SESSIONS) - 1))


def plan_courses(lives, bootcamps, trainers, rng):
    """Put those selected at each bootcamp into courses; set the training day of those trained."""
    for bootcamp in bootcamps:
        selected = [life for life in lives if life.fate >= 2 and life.bootcamp is bootcamp]
        followed = [life for life in selected if life.fate >= 3 or rng.random() < 0.6]
        rng.shuffle(followed)
        for number, at in enumerate(range(0, len(followed), COHORT), 1):
            start = bootcamp.held_on + timedelta(days=30 + 110 * (number - 1) + rng.randint(0, 20))
            course = CoursePlan(
                f"F-{bootcamp.code.removeprefix('B-')}-{number}",
                bootcamp.region,
                start,
                rng.sample(trainers, min(2, len(trainers))),
                followed[at : at + COHORT],
            )
            for life in course.members:
                life.course = course
                if life.fate >= 3:
                    life.days[Stage.TRAINED] = course.ends_on


def make_participations(lives, cast, events, rng):
    """Lists and signed minutes of the bootcamps, linked to the selections they proved."""
    rows, bootcamps = [], {}
    for life in lives:
        if life.bootcamp is None:
            continue
        bootcamps[life.bootcamp.pk] = life.bootcamp
        is_retained = life.fate >= 2
        attended = is_retained or rng.random() < 0.8
        score = rng.randint(24, 38) if is_retained else rng.randint(10, 23)
        rows.append(
            Participation(
                bootcamp=life.bootcamp,
                beneficiary=life.person,
                attended=attended,
                score=Decimal(score) / 2 if attended else None,
                decision=(Decision.RETAINED if is_retained else Decision.NOT_RETAINED)
                if attended
                else "",
                reason=REASONS[len(rows) % len(REASONS)] if attended and not is_retained else "",
                event=events.get((life.person.pk, Stage.SELECTED)),
            )
        )
    Participation.objects.bulk_create(rows, batch_size=500)
    for bootcamp in bootcamps.values():
        bootcamp.signed_on = bootcamp.held_on + timedelta(days=2)
        bootcamp.signed_by, bootcamp.signatory = cast.team, "A. Benkirane"
        bootcamp.save()


def store_courses(lives, cast, events, rng):
    """Courses, sessions, enrolments and attendance; those trained came often enough."""
    plans = {life.course.code: life.course for life in lives if life.course}
    for plan in plans.values():
        course = Course.objects.create(
            code=plan.code,
            title="Formation avant création",
            region=plan.region,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            closed_on=plan.ends_on,
            closed_by=cast.team,
        )
        course.trainers.set(plan.teachers)
        sessions = Session.objects.bulk_create(
            Session(
                course=course,
                module=module,
                held_on=plan.starts_on + timedelta(days=7 * week),
                is_marked=True,
            )
            for week, module in enumerate(SESSIONS)
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                course=course,
                beneficiary=life.person,
                event=events.get((life.person.pk, Stage.TRAINED)),
            )
            for life in plan.members
        )
        Attendance.objects.bulk_create(
            Attendance(session=session, enrolment=enrolment)
            for life, enrolment in zip(plan.members, enrolments, strict=True)
            for session in rng.sample(sessions, _times_present(life, rng))
        )


def make_followups(lives, cast, rng):
    """Follow-ups at 6 and 12 months of most creators, dated after their creation."""
    rows = []
    for life in lives:
        created_on = life.days.get(Stage.CREATED)
        for months in (6, 12) if created_on else ():
            done_on = created_on + timedelta(days=30 * months + rng.randint(0, 25))
            if rng.random() < 0.15 or done_on.year > 2018:
                continue
            status = rng.choices(["active", "suspended", "closed", "lost"], [80, 8, 7, 5])[0]
            is_active = status == "active"
            rows.append(
                FollowUp(
                    beneficiary=life.person,
                    months=months,
                    done_on=done_on,
                    status=status,
                    monthly_income=rng.choice([1200, 1800, 2400, 3000]) if is_active else None,
                    jobs_women=rng.choice([0, 0, 1]) if is_active else 0,
                    jobs_men=rng.choice([0, 0, 1]) if is_active else 0,
                    recorded_at=at_noon(done_on),
                    recorded_on=done_on,
                    recorded_by=cast.team,
                )
            )
    FollowUp.objects.bulk_create(rows, batch_size=500)


def _times_present(life, rng):
    return rng.randint(ENOUGH, len(SESSIONS)) if life.fate >= 3 else rng.randint(1, ENOUGH - 1)
