"""What a sheet shows of a person's path: what happened, what was voided, what comes next."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from beneficiaries import funnel
from beneficiaries.changes import moves_of
from beneficiaries.funnel import FROM, PATH, Stage
from beneficiaries.models import Exit, Sex, StageEvent
from beneficiaries.outcomes import follow_up_lines
from remess.programme.models import Agreement, is_in_period
from remess.shared.dates import day_of, today


@dataclass
class TimelineItem:
    """One line, and `row` the row behind it.

    `kind` is stage, voided, exit, exit_voided, return, visit, referent, ocb (handed over),
    planned (the next visit) or ahead.
    """

    kind: str
    on: date | None
    stage: str = ""
    row: object = None
    corrections: list = field(default_factory=list)
    was: object = None  # the OCB before, of one handed over
    is_out_of_period: bool = False
    can_void: bool = False

    @property
    def label(self):
        """The stage's name."""
        return Stage(self.stage).label

    @property
    def participle(self):
        """The stage as it agrees with the person, for a line of their own sheet."""
        return funnel.PARTICIPLES[self.stage][self.row.sex == Sex.FEMALE]


@dataclass(frozen=True)
class NextStep:
    """What the person needs next: the sentence, and the action this user may take on it."""

    sentence: str
    action: str = ""  # complete, paper, create, come_back
    stage: str = ""


def timeline_of(beneficiary):
    """The items of a sheet, oldest first, what is ahead last: eight queries."""
    agreements = list(Agreement.objects.all())
    events = list(
        StageEvent.objects.filter(beneficiary=beneficiary)
        .select_related("recorded_by", "voided_by", "ocb", "region")
        .order_by("recorded_at", "pk")
    )
    visits = _visits_of(beneficiary)
    items = _stage_items(events) + _exit_items(beneficiary) + _referent_items(beneficiary)
    items += [
        TimelineItem("ocb", day_of(row.history_date), row=row, was=was)
        for row, was in moves_of(beneficiary)
    ]
    items += [TimelineItem("visit", row.visited_on, row=row) for row in visits]
    for item in items:
        item.is_out_of_period = not is_in_period(item.on, agreements)
    items.sort(key=lambda item: (item.on, PATH.index(item.stage) if item.stage in PATH else 9))
    reached = {item.stage for item in items if item.kind == "stage"}
    items += _planned(visits, beneficiary)
    items += [TimelineItem("ahead", None, stage) for stage in PATH if stage not in reached]
    return items


def follow_ups_of(beneficiary):
    """The FollowUpLine of each due date, none before creation: one query."""
    if beneficiary.current_stage != Stage.CREATED:
        return []
    rows = beneficiary.follow_ups.unvoided().select_related("recorded_by").order_by("pk")
    return follow_up_lines(beneficiary.stage_on, rows, today())


def next_step(beneficiary, user):
    """The NextStep of this person for this user, or None when nothing is left to do."""
    if beneficiary.left_on:
        sentence = _("Cette personne est sortie du parcours ; son retour la remet à son étape.")
        may = user.has_perm("beneficiaries.exit")
        return NextStep(sentence, "come_back" if may else "")
    if beneficiary.current_stage == "":
        return _completion(beneficiary, user)
    stage = next((s for s in PATH if FROM[s] == beneficiary.current_stage), None)
    if stage is None:
        return None
    sentence = _("Pour %(stage)s, il faut %(asked)s.") % {
        "stage": funnel.NOUNS[stage],
        "asked": funnel.ASKED[stage],
    }
    return NextStep(sentence, _action(stage, user), stage)


def _completion(beneficiary, user):
    missing = [*beneficiary.missing_facts()]
    if not beneficiary.sheet_on:
        missing.append(_("la date de la fiche"))
    if not missing:
        sentence = _(
            "L'identification a été annulée : cette fiche n'est comptée nulle part. "
            "L'équipe REMESS peut l'identifier de nouveau."
        )
        return NextStep(sentence, "paper" if user.has_perm("beneficiaries.advance") else "")
    sentence = _("Fiche à compléter : elle n'est comptée nulle part. Il manque : %(missing)s.") % {
        "missing": ", ".join(missing)
    }
    return NextStep(sentence, "complete" if user.has_perm("beneficiaries.edit") else "")


def _action(stage, user):
    if stage == Stage.CREATED:
        return "create" if user.has_perm("beneficiaries.create_enterprise") else ""
    return "paper" if user.has_perm("beneficiaries.advance") else ""


def _stage_items(events):
    """One item per standing event, with what it corrects; one per event voided for good."""
    by_pk = {event.pk: event for event in events}
    replaced = {event.corrects_id for event in events}
    standing = {event.stage for event in events if event.voided_at is None}
    items = []
    for event in events:
        if event.voided_at is None:
            item = TimelineItem("stage", event.occurred_on, event.stage, event)
            item.corrections = _chain(event, by_pk)
            item.can_void = not any(FROM[s] == event.stage and s in standing for s in PATH)
            items.append(item)
        elif event.pk not in replaced:
            items.append(TimelineItem("voided", event.occurred_on, event.stage, event))
    return items


def _chain(event, by_pk):
    corrections = []
    while event.corrects_id:
        event = by_pk[event.corrects_id]
        corrections.append(event)
    return corrections


def _exit_items(beneficiary):
    rows = Exit.objects.filter(beneficiary=beneficiary)
    items = []
    people = ("recorded_by", "returned_by", "voided_by")
    for row in rows.select_related(*people).order_by("left_on", "pk"):
        if row.voided_at:
            items.append(TimelineItem("exit_voided", row.left_on, row=row))
            continue
        items.append(TimelineItem("exit", row.left_on, row=row))
        if row.returned_on:
            items.append(TimelineItem("return", row.returned_on, row=row))
    return items


def _referent_items(beneficiary):
    rows = beneficiary.referent_periods.for_sheet()
    return [TimelineItem("referent", row.since, row=row) for row in rows]


def _visits_of(beneficiary):
    """The visits, voided ones included; `is_after_creation` says on which side of it each lies.

    Visits belong to bootcamps, above: they are read through the relation's name, never written.
    """
    created = StageEvent.objects.unvoided().filter(beneficiary=beneficiary, stage=Stage.CREATED)
    created_on = created.values_list("occurred_on", flat=True).first()
    rows = beneficiary.visits.select_related("trainer", "recorded_by", "voided_by")
    visits = list(rows.order_by("visited_on", "pk"))
    for visit in visits:
        visit.is_after_creation = created_on is not None and visit.visited_on >= created_on
    return visits


def _planned(visits, beneficiary):
    """The next visit, when the last one agreed on a date and the person stays."""
    standing = [visit for visit in visits if visit.voided_at is None]
    if not standing or standing[-1].next_on is None or beneficiary.left_on:
        return []
    return [TimelineItem("planned", standing[-1].next_on, row=standing[-1])]
