"""A part of a stage figure, and the events that belong to it."""

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from beneficiaries.funnel import PATH, Stage
from reporting.counting import events_of
from reporting.parts import UNKNOWN_FORM, with_form


@dataclass(frozen=True)
class Cut:
    """A part of a stage figure: one sex, one legal form, those who did not go on; '' for all."""

    sex: str = ""
    form: str = ""  # as parts.count_creations_by_form() keys it
    has_stopped: bool = False


def cut_events(events, scope, cut):
    """The stage events of `scope` that belong to `cut`."""
    if cut.sex:
        events = events.filter(sex=cut.sex)
    if cut.form:
        form = "" if cut.form == UNKNOWN_FORM else cut.form
        with_forms = with_form(events.filter(stage=Stage.CREATED), scope.as_of)
        events = with_forms.alias(known=Coalesce("form", Value(""))).filter(known=form)
    if cut.has_stopped:
        later = events_of(scope).filter(beneficiary=OuterRef("beneficiary"))
        steps = [
            Q(stage=stage) & Exists(later.filter(stage=after)) for stage, after in pairwise(PATH)
        ]
        events = events.exclude(reduce(or_, steps))
    return events
