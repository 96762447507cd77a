"""Uploaded registers are kept no longer than they serve (law 09-08): REMESS_REGISTER_KEPT_DAYS.

The file goes, and the cells of the rows left aside with it; the digest, the lines and the rows
that still wait for a decision stay.
"""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from remess.registers import wizard
from remess.registers.models import Import, SetAside
from remess.registers.wizard import StepRefused

State = Import.State
ENDED = (State.DONE, State.STOPPED, State.UNDONE)
NEVER_CONFIRMED = (State.COLUMNS, State.CHECKING, State.CHECKED)


def has_work(now):
    """Whether any file has been kept long enough."""
    return _ended(now).exists() or _never_confirmed(now).exists()


def purge(now):
    """Remove what has been kept long enough; how many files. Twice at once does no harm."""
    given_up = [batch for batch in _never_confirmed(now).order_by("pk") if _give_up(batch)]
    ended = list(_ended(now).order_by("pk"))
    for batch in ended:
        _remove(batch)
    return len(given_up) + len(ended)


def no_file(batch):
    """Why the file of `batch` cannot be read any more."""
    if batch.key is None:
        return _("Ce registre est entré par la commande : son fichier n'est pas gardé ici.")
    return _(
        "Le fichier reçu n'est plus disponible : il est supprimé %(days)s jours après l'import. "
        "Déposer à nouveau le registre, ce qui est enregistré ne sera pas doublé."
    ) % {"days": settings.REGISTER_KEPT_DAYS}


def _kept_until(now):
    return now - timedelta(days=settings.REGISTER_KEPT_DAYS)


def _ended(now):
    kept = Import.objects.exclude(stored="")
    return kept.filter(state__in=ENDED, ended_at__lt=_kept_until(now))


def _never_confirmed(now):
    kept = Import.objects.exclude(stored="")
    return kept.filter(state__in=NEVER_CONFIRMED, started_at__lt=_kept_until(now))


def _give_up(batch):
    """Drop a register that nobody confirmed, unless somebody just did."""
    with suppress(StepRefused):
        wizard.drop(batch)
        return True
    return False


@transaction.atomic
def _remove(batch):
    held = Import.objects.select_for_update(no_key=True).get(pk=batch.pk)
    waiting = SetAside.objects.waiting().filter(line__batch=held)
    held.checked_lines.exclude(digest__in=waiting.values("digest")).delete()
    wizard.discard_workbooks(held)
    held.stored.delete(save=False)
    held.save(update_fields=["stored"])
