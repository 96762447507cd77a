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
from bootcamps.transitions.enrolling import (
    Enrolled,
    enrol,
    places_left,
    save_bootcamp,
    take_place,
    withdraw,
)
from bootcamps.transitions.inviting import (
    Invited,
    enrol_many,
    invite_many,
    preview_enrolling,
    preview_inviting,
)
from bootcamps.transitions.minutes import (
    Mark,
    RowsRefused,
    save_criteria,
    save_criterion_scores,
    save_participations,
    weighted_mean,
)
from bootcamps.transitions.parts import Outcome
from bootcamps.transitions.signing import (
    Check,
    SignaturePlan,
    missing_before_signing,
    reopen_minutes,
    selections_of,
    sign_minutes,
    signature_plan,
    signing_checks,
)
from bootcamps.transitions.visits import record_visit, void_visit

__all__ = [
    "Check",
    "Enrolled",
    "Invited",
    "Mark",
    "Outcome",
    "RowsRefused",
    "SignaturePlan",
    "add_session",
    "close_course",
    "enrol",
    "enrol_in_course",
    "enrol_many",
    "invite_many",
    "mark_attendance",
    "missing_before_closing",
    "missing_before_signing",
    "places_left",
    "preview_closing",
    "preview_enrolling",
    "preview_inviting",
    "reaches_share",
    "reopen_minutes",
    "record_visit",
    "save_bootcamp",
    "save_course",
    "save_criteria",
    "save_criterion_scores",
    "save_participations",
    "selections_of",
    "shares",
    "sign_minutes",
    "signature_plan",
    "signing_checks",
    "take_place",
    "weighted_mean",
    "unenrol",
    "void_visit",
    "withdraw",
]
