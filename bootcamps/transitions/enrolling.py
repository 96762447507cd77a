"""Who is on a bootcamp's list: its places, and the queue of those who wait for one.

The bootcamp's row is locked wherever places are counted: two people never get the last one.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.transitions import TransitionRefused
from bootcamps.models import Participation
from bootcamps.transitions.parts import lock_open_minutes, refuse_uninvitable
from remess.shared.dates import today
from remess.shared.versions import refuse_overtaken


@dataclass(frozen=True)
class Enrolled:
    """Who got a place and who waits for one, as participations in the order of the list."""

    placed: list = field(default_factory=list)
    waiting: list = field(default_factory=list)


@transaction.atomic
def save_bootcamp(bootcamp, *, version=None):
    """Store a new or changed bootcamp; new places go to those who wait. Returns who got one.

    `version`: that of the form as it was opened. Raises Changed; TransitionRefused once its
    minutes are signed, or when it has fewer places than people.
    """
    if bootcamp._state.adding:
        bootcamp.save()
        return []
    locked = lock_open_minutes(bootcamp)
    refuse_overtaken(locked, version)
    bootcamp.version = locked.version + 1
    taken = locked.participations.placed().count()
    if bootcamp.capacity is not None and bootcamp.capacity < taken:
        sentence = ngettext(
            "%(n)s jeune a déjà une place : le retirer d'abord de la liste, ou garder sa place.",
            "%(n)s jeunes ont déjà une place : en retirer d'abord, ou garder leurs places.",
            taken,
        )
        raise TransitionRefused(sentence % {"n": taken})
    bootcamp.save()
    return _fill_places(bootcamp)


@transaction.atomic
def enrol(bootcamp, beneficiaries):
    """Put people on a bootcamp's list, in the order given; past its capacity they wait in turn.

    Those already there are left as they are. Raises TransitionRefused once the minutes are
    signed, or when one of them may not be invited. Returns the Enrolled.
    """
    locked = lock_open_minutes(bootcamp)
    already = set(locked.participations.values_list("beneficiary", flat=True))
    new = [person for person in beneficiaries if person.pk not in already]
    refuse_uninvitable(locked, new)
    free = places_left(locked)
    free = len(new) if free is None else free
    rows = [
        Participation(bootcamp=locked, beneficiary=person, is_waiting=rank >= free)
        for rank, person in enumerate(new)
    ]
    Participation.objects.bulk_create(rows)
    return Enrolled(rows[:free], rows[free:])


@transaction.atomic
def withdraw(participation):
    """Take an invitation back, of which nothing was marked yet; the first in turn gets the place.

    Raises TransitionRefused when the minutes are signed or something was marked: an absence or
    a decision is history. Returns the participations that got a place.
    """
    locked = lock_open_minutes(participation.bootcamp)
    row = locked.participations.get(pk=participation.pk)
    if not row.is_blank:
        raise TransitionRefused(_("Une présence est déjà notée : ce jeune reste sur la liste."))
    row.delete()
    return _fill_places(locked)


@transaction.atomic
def take_place(participation):
    """Give a person who waited, and came, the place of somebody absent.

    Before the day the queue alone decides. Raises TransitionRefused.
    """
    locked = lock_open_minutes(participation.bootcamp)
    row = locked.participations.get(pk=participation.pk)
    if not row.is_waiting:
        return
    if locked.held_on > today():
        raise TransitionRefused(
            _("Avant le jour du bootcamp, une place libre va au premier de la file d'attente.")
        )
    used = locked.participations.placed().exclude(attended=False).count()
    if locked.capacity is not None and used >= locked.capacity:
        raise TransitionRefused(_("Toutes les places sont prises : noter d'abord qui est absent."))
    row.is_waiting = False
    row.save(update_fields=["is_waiting"])


def places_left(bootcamp):
    """How many more may be put on the list with a place; None without limit."""
    if bootcamp.capacity is None:
        return None
    return max(bootcamp.capacity - bootcamp.participations.placed().count(), 0)


def _fill_places(bootcamp):
    """Give free places to those who wait, in turn, until the day of the bootcamp."""
    if bootcamp.held_on < today():
        return []
    queue, free = (
        bootcamp.participations.queue().select_related("beneficiary"),
        places_left(bootcamp),
    )
    served = list(queue if free is None else queue[:free])
    Participation.objects.filter(pk__in=[row.pk for row in served]).update(is_waiting=False)
    return served
