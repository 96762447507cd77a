"""What minutes and courses share: who may be put on a list, and moving its rows along."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from beneficiaries.models import Beneficiary
from beneficiaries.transitions import Entry, TransitionRefused, check_many, record_many
from bootcamps.models import Bootcamp


@dataclass
class Outcome:
    """Who advanced (rows of participation or enrolment) and who did not, with the sentence."""

    advanced: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # (row, sentence)


def lock_open_minutes(bootcamp):
    """The bootcamp freshly read and locked. Raises TransitionRefused once it is signed."""
    locked = Bootcamp.objects.select_for_update(no_key=True).get(pk=bootcamp.pk)
    if locked.is_signed:
        raise TransitionRefused(_("Le procès-verbal est signé : la liste est figée."))
    return locked


def refuse_uninvitable(gathering, people):
    """Refuse, by name, those of `people` whom this bootcamp or course may not take.

    The others are locked: a merge at the same second finds them on the list, or is found.
    """
    pks = [person.pk for person in people]
    locked = Beneficiary.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    accepted = set(gathering.invitable(locked).values_list("pk", flat=True))
    if stopped := [str(person) for person in people if person.pk not in accepted]:
        raise TransitionRefused(
            _("Ces jeunes ne peuvent être inscrits : %(names)s. Vérifier leur étape et sa date.")
            % {"names": ", ".join(stopped)}
        )


def check_rows(rows, stage, *, on, evidence):
    """The Outcome that advance_rows() would have; writes nothing."""
    refusals = check_many([Entry(row.beneficiary, stage, on, evidence) for row in rows])
    return _sort_out(rows, refusals)


def advance_rows(rows, stage, *, on, by, evidence):
    """Advance the people of `rows` (each with `beneficiary` and `event`); link the events."""
    result = record_many([Entry(row.beneficiary, stage, on, evidence) for row in rows], by=by)
    events = {event.beneficiary_id: event for event in result.events}
    outcome = _sort_out(rows, result.refusals)
    for row in outcome.advanced:
        row.event = events[row.beneficiary_id]
    if rows:
        type(rows[0]).objects.bulk_update(outcome.advanced, ["event"], batch_size=500)
    return outcome


def _sort_out(rows, refusals):
    return Outcome(
        advanced=[row for index, row in enumerate(rows) if index not in refusals],
        refused=[(rows[index], sentence) for index, sentence in sorted(refusals.items())],
    )
