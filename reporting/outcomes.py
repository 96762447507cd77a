"""What became of the creations, at 6 and at 12 months: every figure once, over a Scope.

The denominator is the creations old enough on the scope's day: those that did not answer are told
apart, never left out. Jobs are those of the enterprise: a cooperative counts once.
"""

from dataclasses import dataclass, field, replace
from statistics import median

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import Stage
from beneficiaries.models import EnterpriseMember, FollowUp, LegalForm, Sex
from beneficiaries.outcomes import last_creation_due
from remess.shared.excel import Column, Kind
from remess.shared.numbers import grouped, rate
from reporting.counting import events_of
from reporting.scope import regions_of
from reporting.small_cells import hidden_cells, sees_small_cells, veil

# What each creation counts under at a due date; no follow-up: waiting.
Status = FollowUp.Status
COUNTED_AS = {
    Status.ACTIVE: "active",
    Status.SUSPENDED: "stopped",
    Status.CLOSED: "stopped",
    Status.LOST: "lost",
    None: "waiting",
}
LEAVES = ("active", "stopped", "lost", "waiting")
JOBS = ("jobs_women", "jobs_men")


@dataclass
class Outcome:
    """The figures of one group; a count hidden from this reader is a Hidden.

    `jobs_…` are None where they have no meaning (by sex: jobs belong to an enterprise).
    """

    label: str
    active: int = 0
    stopped: int = 0
    lost: int = 0
    waiting: int = 0
    jobs_women: int | None = 0
    jobs_men: int | None = 0
    incomes: list = field(default_factory=list)  # (before, after) of the same persons
    region: str = ""  # the code of the region it is the group of

    def __post_init__(self):
        self.hidden = {}

    def seen(self, name, value):
        return self.hidden.get(name, value)

    @property
    def creations(self):
        return self.active + self.stopped + self.lost + self.waiting

    @property
    def answered(self):
        return self.active + self.stopped

    @property
    def survival(self):
        return rate(self.active, self.creations)

    @property
    def survival_of_answered(self):
        return rate(self.active, self.answered)

    @property
    def income_n(self):
        return len(self.incomes)

    @property
    def income_before(self):
        return median(before for before, _after in self.incomes) if self.incomes else None

    @property
    def income_after(self):
        return median(after for _before, after in self.incomes) if self.incomes else None


def figure(name):
    def value(outcome):
        return outcome.seen(name, getattr(outcome, name))

    return value


COLUMNS = [
    Column(gettext_lazy("Groupe"), lambda outcome: outcome.label, width=24),
    Column(gettext_lazy("Créations"), figure("creations"), Kind.INTEGER, 11),
    Column(gettext_lazy("En marche"), figure("active"), Kind.INTEGER, 11),
    Column(gettext_lazy("Suspendues ou fermées"), figure("stopped"), Kind.INTEGER, 13),
    Column(gettext_lazy("Perdues de vue"), figure("lost"), Kind.INTEGER, 11),
    Column(gettext_lazy("Sans suivi"), figure("waiting"), Kind.INTEGER, 11),
    Column(gettext_lazy("Survie, de toutes"), figure("survival"), Kind.PERCENT, 12),
    Column(gettext_lazy("Survie, des réponses"), figure("survival_of_answered"), Kind.PERCENT, 12),
    Column(gettext_lazy("Emplois, femmes"), figure("jobs_women"), Kind.INTEGER, 11),
    Column(gettext_lazy("Emplois, hommes"), figure("jobs_men"), Kind.INTEGER, 11),
    Column(gettext_lazy("Revenus connus"), figure("income_n"), Kind.INTEGER, 12),
    Column(gettext_lazy("Revenu médian avant"), figure("income_before"), Kind.INTEGER, 13),
    Column(gettext_lazy("Revenu médian après"), figure("income_after"), Kind.INTEGER, 13),
]

DEFINITIONS = (
    (
        gettext_lazy("Créations"),
        gettext_lazy(
            "Personnes dont la création date d'au moins 6 ou 12 mois au jour de l'arrêté : le "
            "dénominateur du taux de survie."
        ),
    ),
    (
        gettext_lazy("Survie"),
        gettext_lazy(
            "Activités en marche au suivi, de toutes les créations de cet âge ; à côté, des seules "
            "créations dont le suivi dit si l'activité marche, est suspendue ou fermée. Fermée à "
            "6 mois, une activité l'est encore à 12 si aucun suivi ne dit autre chose. Perdues de "
            "vue et sans suivi sont comptées à part."
        ),
    ),
    (
        gettext_lazy("Emplois"),
        gettext_lazy(
            "Emplois créés dans l'entreprise, sans compter ses fondateurs. Une coopérative compte "
            "une fois, avec le plus grand nombre dit par ses membres, là où elle a d'abord été "
            "créée ; par sexe du fondateur ils n'ont pas de chiffre."
        ),
    ),
    (
        gettext_lazy("Revenu médian"),
        gettext_lazy(
            "Revenu mensuel en MAD avant (à l'identification) et au suivi, pour les mêmes "
            "personnes : celles dont les deux sont connus."
        ),
    ),
)


@dataclass(frozen=True)
class OutcomeTable:
    """The outcomes at one due date: the whole, then each breakdown (title, rows)."""

    months: int
    last_day: object  # the latest creation old enough
    whole: Outcome
    breakdowns: list


def outcome_table(scope, months, user=None):
    """The OutcomeTable of `scope` at `months`; small cells hidden from who sees no names.

    `user` None sees everything.
    """
    last_day = last_creation_due(scope.as_of, months)
    whole = Outcome(_("Ensemble"))
    groups = {
        "region": {r.code: Outcome(str(r), region=r.code) for r in regions_of(scope)},
        "sex": {sex.value: Outcome(str(sex.label), jobs_women=None, jobs_men=None) for sex in Sex},
        "form": {form.value: Outcome(str(form.label)) for form in LegalForm},
    }
    _fill(_creations(scope, months, last_day), whole, groups)
    tables = [
        (_("Par région"), list(groups["region"].values())),
        (_("Par sexe"), list(groups["sex"].values())),
        (_("Par forme juridique"), list(groups["form"].values())),
    ]
    if not sees_small_cells(user):
        if scope.region_ids is not None:
            hidden = _hidden_of(groups["region"], scope, months, user)
            for outcome in (whole, *(outcome for _title, rows in tables for outcome in rows)):
                outcome.hidden |= hidden
        _hide([rows for _title, rows in tables if rows], whole)
    return OutcomeTable(months, last_day, whole, tables)


def _creations(scope, months, last_day):
    """The creations old enough with what was told of them, as known on the scope's day."""
    first = (
        EnterpriseMember.objects.known_on(scope.as_of)
        .filter(beneficiary=OuterRef("beneficiary"))
        .order_by(F("event").asc(nulls_last=True), "recorded_at", "pk")
    )
    told = "beneficiary__follow_ups"
    closed = FollowUp.objects.known_on(scope.as_of).filter(
        beneficiary=OuterRef("beneficiary"), months__lt=months, status=Status.CLOSED
    )
    known = Q(**{f"{told}__months": months, f"{told}__recorded_on__lte": scope.as_of}) & (
        Q(**{f"{told}__voided_on__isnull": True}) | Q(**{f"{told}__voided_on__gt": scope.as_of})
    )
    return (
        events_of(scope)
        .filter(stage=Stage.CREATED, occurred_on__lte=last_day)
        .annotate(
            told=FilteredRelation(told, condition=known),
            status=Case(
                When(Q(told__isnull=True) & Exists(closed), then=Value(Status.CLOSED.value)),
                default=F("told__status"),
            ),
            after=F("told__monthly_income"),
            before=F("beneficiary__income_before"),
            jobs_women=F("told__jobs_women"),
            jobs_men=F("told__jobs_men"),
            form=Subquery(first.values("legal_form")[:1]),
            enterprise=Subquery(first.values("enterprise")[:1]),
            region_code=F("region__code"),
        )
        .order_by("occurred_on", "pk")
        .values(
            "pk", "status", "after", "before", *JOBS, "form", "enterprise", "region_code", "sex"
        )
    )


def _fill(creations, whole, groups):
    """Count every creation in the whole and in its group of each breakdown."""
    jobs, homes = {}, {}
    for row in creations.iterator(chunk_size=2000):
        form = groups["form"].setdefault(
            row["form"] or "unknown", Outcome(_("Entreprise à préciser"))
        )
        home = (whole, groups["region"][row["region_code"]], form)
        for outcome in (*home, groups["sex"][row["sex"]]):
            leaf = COUNTED_AS[row["status"]]
            setattr(outcome, leaf, getattr(outcome, leaf) + 1)
            if row["before"] is not None and row["after"] is not None:
                outcome.incomes.append((row["before"], row["after"]))
        key = row["enterprise"] or f"person {row['pk']}"
        homes.setdefault(key, home)
        women, men = jobs.get(key, (0, 0))
        jobs[key] = (max(women, row["jobs_women"] or 0), max(men, row["jobs_men"] or 0))
    for key, (women, men) in jobs.items():
        for outcome in homes[key]:
            outcome.jobs_women += women
            outcome.jobs_men += men


def _hide(tables, whole):
    """Hide the counts of too few persons from tables that share the row `whole`, and what leads
    to them."""
    with_jobs = [rows for rows in tables if rows[0].jobs_women is not None]
    for group, names in (
        (tables, (*LEAVES, "creations")),
        (with_jobs, (*JOBS, "jobs")),
        (tables, ("income_n", "incomes_in_all")),
    ):
        before = None
        while before != len(whole.hidden):
            before = len(whole.hidden)
            for rows in group:
                _hide_counts(rows, whole, names)
    for rows in tables:
        for outcome in (*rows, whole):
            _hide_what_follows(outcome)


def _hidden_of(codes, scope, months, user):
    """What the table of all regions hides of those of these codes: no part of it may tell it."""
    everywhere = outcome_table(replace(scope, region_ids=None), months, user)
    rows = [outcome for _title, rows in everywhere.breakdowns for outcome in rows]
    hidden = {name for outcome in rows if outcome.region in codes for name in outcome.hidden}
    return dict.fromkeys(hidden, veil())


def _hide_what_follows(outcome):
    """Rates and medians follow their counts, incomes also those whose activity is told."""
    hidden = outcome.hidden
    if {"active", "creations", "income_n"} & hidden.keys():
        for name in ("income_n", "income_before", "income_after"):
            hidden.setdefault(name, veil())
    if {"active", "creations"} & hidden.keys():
        hidden["survival"] = veil()
    if {"active", "stopped"} & hidden.keys():
        hidden["survival_of_answered"] = veil()


def _hide_counts(rows, whole, names):
    """`names`: the counts of a row, the last one their total."""
    counts = [[getattr(outcome, name) for name in names[:-1]] for outcome in rows]
    lines = [*rows, whole]
    hidden = {
        (i, j)
        for i, line in enumerate(lines)
        for j, name in enumerate(names)
        if name in line.hidden
    }
    for i, j in hidden_cells(counts, hidden):
        lines[i].hidden[names[j]] = veil(getattr(lines[i], names[j], None) or 0)


def shown(column, outcome):
    """The text of a cell on a page."""
    value = column.value(outcome)
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if column.kind == Kind.PERCENT:
        return f"{value * 100:.0f}\u00a0%"
    return grouped(round(value))
