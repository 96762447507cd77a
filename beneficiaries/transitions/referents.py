"""Who accompanies whom: the one writer of `Beneficiary.referent` and of its periods."""

from copy import copy
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.funnel import short_day
from beneficiaries.models import Beneficiary, ReferentPeriod
from beneficiaries.transitions.changes import change_rows
from beneficiaries.transitions.parts import TransitionRefused, refuse_absorbed
from remess.shared.dates import today


@dataclass
class Assignment:
    """Who changed referent, who already had this one, and who did not change, with why."""

    changed: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # (person, sentence)


@transaction.atomic
def assign_referent(people, trainer, *, on, by, reason=""):
    """From the day `on`, `trainer` (None: nobody) is the referent of `people`.

    The period before ends that day and stays in the history. Raises TransitionRefused, nothing
    written, for a day to come or a trainer who stopped; returns the Assignment.
    """
    rows = Beneficiary.objects.select_for_update(no_key=True).order_by("pk")
    locked = list(rows.filter(pk__in=[person.pk for person in people]))
    result = preview_assignment(locked, trainer, on=on)
    before = [copy(person) for person in result.changed]
    for person in result.changed:
        person.referent = trainer
    change_rows(before, result.changed, ["referent"], by=by, reason=reason, at=timezone.now())
    hand_over(result.changed, on=on, by=by, reason=reason)
    return result


def preview_assignment(people, trainer, *, on):
    """The Assignment that assign_referent() would make of `people` now; writes nothing.

    Raises TransitionRefused for a day to come or a trainer who stopped.
    """
    _refuse_assignment(trainer, on)
    result = Assignment()
    open_now = ReferentPeriod.objects.open().filter(beneficiary__in=people)
    periods = {row.beneficiary_id: row for row in open_now.select_related("trainer")}
    for person in people:
        period = periods.get(person.pk)
        if absorbed := refuse_absorbed(person):
            result.refused.append((person, absorbed))
        elif person.referent_id == (trainer and trainer.pk):
            result.unchanged.append(person)
        elif period and on < period.since:
            result.refused.append((person, _too_early(period)))
        else:
            result.changed.append(person)
    return result


def hand_over(people, *, on, by, reason=""):
    """End the open periods of `people`, locked, and open those of the referent they have now."""
    standing = ReferentPeriod.objects.open().filter(beneficiary__in=people)
    standing.update(until=on, ended_by=by)
    open_periods(people, on=on, by=by, reason=reason)


def open_periods(people, *, on, by, reason=""):
    """Store the open period of those of `people` who have a referent and no period yet."""
    ReferentPeriod.objects.bulk_create(
        [
            ReferentPeriod(
                beneficiary=person,
                trainer_id=person.referent_id,
                since=on,
                recorded_by=by or person.consent_by,
                reason=reason,
            )
            for person in people
            if person.referent_id
        ],
        batch_size=500,
    )


def _refuse_assignment(trainer, on):
    if on > today():
        raise TransitionRefused(
            _("Le %(day)s est dans le futur : vérifier la date.") % {"day": short_day(on)}
        )
    if trainer and not trainer.is_active:
        raise TransitionRefused(
            _("%(trainer)s a cessé son activité : choisir un autre formateur.")
            % {"trainer": trainer}
        )


def _too_early(period):
    return _("Son suivi par %(trainer)s commence le %(day)s : choisir une date à partir de là.") % {
        "trainer": period.trainer,
        "day": short_day(period.since),
    }
