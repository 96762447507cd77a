"""What the worker does for the counts by itself: the months that are over are closed."""

from django.utils.translation import gettext as _

from beneficiaries.counts import close_months, has_months_to_close
from remess.accounts.models import User
from remess.jobs import queue
from remess.jobs.registry import daily, job

CLOSE = "close_months"


@job(CLOSE)
def close(job, *, progress):
    """Keep the counts at the end of each month that is over."""
    close_months()


@daily
def ask_for_closing(day):
    """Have the worker close months on a day when one is over and not closed."""
    if has_months_to_close():
        title = _("Effectifs gardés à la fin de chaque mois passé")
        queue.start(CLOSE, title, by=User.objects.system(), key=day.isoformat())
