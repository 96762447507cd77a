"""What the worker looks after by itself, whatever the apps."""

from remess.jobs.registry import daily
from remess.shared import changes


@daily
def gather_marks(day):
    """Each transaction of the day left a mark: one is quicker to add up, on every page."""
    changes.gather()
