"""Taking back what an import wrote on a sheet: the sheet itself, or the facts it changed."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.models import EnterpriseMember, Exit, StageEvent
from beneficiaries.transitions.changes import change
from beneficiaries.transitions.parts import TransitionRefused, lock


@transaction.atomic
def withdraw(beneficiary, *, by, reason):
    """Take a sheet opened by mistake out of every list; its number is never given again.

    Its passages, exits and enterprises are voided before, else TransitionRefused. Its CIN and its
    sending are free for the sheet that will replace it; the history keeps the CIN.
    """
    locked = lock(beneficiary)
    for model in (StageEvent, Exit, EnterpriseMember):
        if model.objects.unvoided().filter(beneficiary=locked).exists():
            raise TransitionRefused(_("Cette fiche porte encore une étape ou une sortie."))
    now = timezone.now()
    values = {
        "cin": "",
        "client_id": uuid.uuid4(),
        "withdrawn_at": now,
        "withdrawn_by": by,
        "withdrawn_reason": reason,
    }
    return change(locked, values, by=by, at=now, reason=reason)


@transaction.atomic
def restore(beneficiary, values, *, by, reason):
    """Give fields of a sheet the values they had before; returns it. Raises TransitionRefused."""
    locked = lock(beneficiary)
    for name, value in values.items():
        setattr(locked, name, value)
    if locked.current_stage and (missing := locked.missing_facts()):
        raise TransitionRefused(
            _("Cette personne est déjà comptée : la fiche garde %(facts)s.")
            % {"facts": ", ".join(missing)}
        )
    fresh = lock(beneficiary)
    return change(fresh, values, by=by, at=timezone.now(), reason=reason)
