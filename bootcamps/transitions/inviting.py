"""Many people at once on a list: those who may be are enrolled, the others each get a sentence.

`people` come from for_list(). Unlike enrol(), one who may not be enrolled does not stop the rest.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from beneficiaries.funnel import PATH, Stage, short_day
from beneficiaries.models import Beneficiary
from bootcamps.transitions.courses import enrol_in_course, lock_open
from bootcamps.transitions.enrolling import enrol, places_left
from bootcamps.transitions.parts import lock_open_minutes


@dataclass
class Invited:
    """Who gets a place, who waits for one, who was there already, who is refused and why."""

    placed: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    already: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # (person, sentence)


def preview_inviting(bootcamp, people):
    """The Invited that invite_many() would make now; writes nothing."""
    on_list = bootcamp.participations.values_list("beneficiary", flat=True)
    result = _sort_out(bootcamp, people, on_list, Stage.IDENTIFIED, bootcamp.held_on)
    free = places_left(bootcamp)
    if free is not None:
        result.placed, result.waiting = result.placed[:free], result.placed[free:]
    return result


@transaction.atomic
def invite_many(bootcamp, people):
    """Put on a bootcamp's list those of `people` who may be, in the order given.

    Raises TransitionRefused once the minutes are signed. Returns the Invited.
    """
    result = preview_inviting(lock_open_minutes(bootcamp), people)
    enrol(bootcamp, [*result.placed, *result.waiting])
    return result


def preview_enrolling(course, people):
    """The Invited that enrol_many() would make now; writes nothing."""
    on_list = course.enrolments.values_list("beneficiary", flat=True)
    return _sort_out(course, people, on_list, Stage.SELECTED, course.ends_on)


@transaction.atomic
def enrol_many(course, people):
    """Enrol in a course those of `people` who may be.

    Raises TransitionRefused once it is closed. Returns the Invited.
    """
    result = preview_enrolling(lock_open(course), people)
    enrol_in_course(course, result.placed)
    return result


def _sort_out(gathering, people, on_list, stage, day):
    """The Invited without regard to places: invitable() decides, why_not() finds the words."""
    already = set(on_list)
    candidates = Beneficiary.objects.filter(pk__in=[person.pk for person in people])
    invitable = set(gathering.invitable(candidates).values_list("pk", flat=True))
    result = Invited()
    for person in people:
        if person.pk in already:
            result.already.append(person)
        elif person.pk in invitable:
            result.placed.append(person)
        else:
            result.refused.append((person, why_not(person, stage, day)))
    return result


def why_not(person, stage, day):
    """Why a list for those who stand at `stage` by `day` does not take this person.

    One sentence for all those of one reason, so that hundreds are refused in a few lines.
    """
    if person.exit_reason:
        return _("A quitté le parcours.")
    if not person.current_stage:
        return _("Fiche à compléter d'abord.")
    if PATH.index(person.current_stage) > PATH.index(stage):
        return _("Est déjà à l'étape « %(stage)s ».") % {
            "stage": person.get_current_stage_display()
        }
    if PATH.index(person.current_stage) < PATH.index(stage):
        return _("N'a pas encore atteint l'étape « %(stage)s ».") % {"stage": stage.label}
    if person.stage_on > day:
        return _("N'a atteint l'étape « %(stage)s » qu'après le %(day)s.") % {
            "stage": stage.label,
            "day": short_day(day),
        }
    return _("Sa fiche vient de changer : recommencer pour cette personne.")
