"""What bootcamps and courses prove: signing minutes and closing a course push facts down.

The stages themselves are written by beneficiaries.transitions.
"""

from bootcamps.transitions.courses import (
    add_session,
    close_course,
    enrol_in_course,
    mark_attendance,
    missing_before_closing,
    preview_closing,
    reaches_share,
    save_course,
    shares,
    unenrol,
)
from bootcamps.transitions.minutes import (
    Check,
    Mark,
    RowsRefused,
    enrol,
    missing_before_signing,
    save_bootcamp,
    save_participations,
    sign_minutes,
    signing_checks,
    withdraw,
)
from bootcamps.transitions.parts import Outcome
from bootcamps.transitions.visits import record_visit, void_visit

__all__ = [
    "Check",
    "Mark",
    "Outcome",
    "RowsRefused",
    "add_session",
    "close_course",
    "enrol",
    "enrol_in_course",
    "mark_attendance",
    "missing_before_closing",
    "missing_before_signing",
    "preview_closing",
    "reaches_share",
    "record_visit",
    "save_bootcamp",
    "save_course",
    "save_participations",
    "shares",
    "sign_minutes",
    "signing_checks",
    "unenrol",
    "void_visit",
    "withdraw",
]
