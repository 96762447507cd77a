"""New enterprises; one that stands in the register without members is taken up, not doubled.

A creation that is voided, or an import taken back, leaves the row of its enterprise behind.
"""

from copy import copy

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries import counts
from beneficiaries.models import Enterprise, EnterpriseMember
from beneficiaries.transitions.changes import change_rows
from remess.shared.text import clean

# What the new creation says of the enterprise; a fact it leaves empty stays as it was.
FACTS = (
    "legal_form", "sub_form", "identifier", "registered_on", "name", "activity", "commune",
    "court", "tax_id", "ice", "other_members", "other_women",
)  # fmt: skip


@transaction.atomic
def open_enterprises(newcomers, *, by):
    """Store new enterprises: (enterprise, id of the region it was created in) pairs.

    One that agrees with a row without members becomes that row, which then says what the
    enterprise says; what it said before stays in its history.
    """
    counts.hold_enterprises()
    orphans = _orphans([enterprise for enterprise, _region in newcomers])
    regions = _regions_of(orphans)
    before, after = [], []
    for enterprise, region in newcomers:
        found = next((o for o in orphans if _is_one(enterprise, region, o, regions[o.pk])), None)
        if found:
            orphans.remove(found)
            before.append(copy(found))
            after.append(_become(enterprise, found))
    reason = _("Enregistrée de nouveau")
    change_rows(before, after, FACTS, by=by, reason=reason, at=timezone.now())
    fresh = [enterprise for enterprise, _region in newcomers if enterprise._state.adding]
    Enterprise.objects.bulk_create(fresh, batch_size=500)


def _orphans(enterprises):
    """The locked rows without members that bear a number or an ICE of `enterprises`.

    Nobody takes one up meanwhile: whoever calls holds the turn to touch enterprises.
    """
    numbers = sorted({_number(enterprise) for enterprise in enterprises})
    codes = sorted({enterprise.ice for enterprise in enterprises} - {""})
    alike = Enterprise.objects.annotate(number=Lower("identifier")).filter(
        Q(number__in=numbers) | Q(ice__in=codes)
    )
    found = list(alike.orphaned().values_list("pk", flat=True))
    if not found:
        return []
    locked = Enterprise.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk")
    return list(locked)


def _regions_of(orphans):
    """{pk: the regions their voided creations were counted in}."""
    found = {orphan.pk: set() for orphan in orphans}
    members = EnterpriseMember.objects.filter(enterprise__in=found, event__isnull=False)
    for pk, region in members.values_list("enterprise", "event__region"):
        found[pk].add(region)
    return found


def _is_one(enterprise, region, orphan, regions):
    """Whether both are one enterprise: the same ICE, or form and number of one court."""
    if enterprise.ice and orphan.ice:
        return enterprise.ice == orphan.ice
    if enterprise.legal_form != orphan.legal_form or _number(enterprise) != _number(orphan):
        return False
    if enterprise.court and orphan.court:
        return clean(enterprise.court).casefold() == clean(orphan.court).casefold()
    return region in regions or not regions


def _number(enterprise):
    return clean(enterprise.identifier).lower()


def _become(enterprise, orphan):
    for name in FACTS:
        if name != "sub_form" and getattr(enterprise, name) in ("", None):
            setattr(enterprise, name, getattr(orphan, name))
    enterprise.pk, enterprise._state.adding = orphan.pk, False
    enterprise._state.db = orphan._state.db
    return enterprise
