from bootcamps.models.bootcamp import Bootcamp, Decision, Participation
from bootcamps.models.course import Attendance, Course, Enrolment, Session
from bootcamps.models.jury import Criterion, CriterionScore, Reopening
from bootcamps.models.visit import CoachingVisit

__all__ = [
    "Attendance",
    "Bootcamp",
    "CoachingVisit",
    "Course",
    "Criterion",
    "CriterionScore",
    "Decision",
    "Enrolment",
    "Participation",
    "Reopening",
    "Session",
]
