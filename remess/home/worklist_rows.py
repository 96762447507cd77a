"""What a line of a work list says beside the row itself."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.due import SHEET_GAPS
from beneficiaries.outcomes import DUE_AFTER, due_on

# Longer waits are said in months, then in years.
DAYS_SAID, MONTHS_SAID = 100, 24


def with_sheet_gaps(person, day):
    """The person with `lacks`: the French nouns of what identification waits for."""
    held = {"sex": person.sex, "birth_date": person.birth_date, "sheet_on": person.sheet_on}
    person.lacks = [gap.noun for gap in SHEET_GAPS if not held[gap.code]]
    return person


def with_time_waited(person, day):
    """The person with `waited`: how long they have stood at their stage, in words."""
    person.waited = span_words(person.stage_on, day)
    return person


def span_words(start, end):
    """A span in words: days up to three months, then months, years from the second on."""
    days = (end - start).days
    if days < DAYS_SAID:
        return ngettext("%(n)s jour", "%(n)s jours", days) % {"n": days}
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    if months < MONTHS_SAID:
        return _("%(n)s mois") % {"n": months}
    return _("%(n)s ans") % {"n": months // 12}


def with_follow_ups(person, day):
    """The person with `dues`: [(months, the day it was due)], see with_follow_ups_due."""
    person.dues = [
        (months, due_on(person.stage_on, months))
        for months in DUE_AFTER
        if getattr(person, f"due_{months}")
    ]
    return person
