from bootcamps.models.bootcamp import Bootcamp, Decision, Participation
from bootcamps.models.course import Attendance, Course, Enrolment, Session

__all__ = [
    "Attendance",
    "Bootcamp",
    "Course",
    "Decision",
    "Enrolment",
    "Participation",
    "Session",
]
