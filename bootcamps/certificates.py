"""Who is given a certificate of a course, and what it says: one list for the page and the file."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bootcamps.models import Enrolment
from bootcamps.transitions import shares


@dataclass(frozen=True)
class Certificate:
    """One trained person: hours attended of the course's, and the share of sittings reached."""

    enrolment: Enrolment
    hours: Decimal
    share: Fraction

    @property
    def person(self):
        return self.enrolment.beneficiary

    @property
    def percent(self):
        """The share in whole per cent, never rounded up past the one required."""
        return int(self.share * 100)


def certificates_of(course, user):
    """The certificates of `course` that `user` may see, in the order of names."""
    visible = course.enrolments.visible_to(user).trained().for_list().with_hours()
    sessions = course.sessions.filter(is_marked=True).count()
    return [
        Certificate(
            row.enrolment, row.enrolment.hours or Decimal(0), Fraction(row.present, sessions)
        )
        for row in shares(course, visible, sessions)
        if sessions
    ]
