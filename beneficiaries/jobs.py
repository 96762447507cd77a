"""What the worker does for the counts by itself: days past are closed."""

from django.utils.translation import gettext as _

from beneficiaries.counts import close_days, has_days_to_close
from remess.accounts.models import User
from remess.jobs import queue
from remess.jobs.registry import daily, job

CLOSE = "close_months"


@job(CLOSE)
def close(job, *, progress):
    """Keep the counts at the end of each part of a month that is over."""
    close_days()


@daily
def ask_for_closing(day):
    """Have the worker close what is over and not closed yet."""
    if has_days_to_close():
        title = _("Effectifs gardés pour les jours passés")
        queue.start(CLOSE, title, by=User.objects.system(), key=day.isoformat())
