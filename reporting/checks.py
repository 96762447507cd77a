"""What is inconsistent or incomplete in the register: one table of checks, walked by check_data.

Reports and never repairs; a check names files, a person decides.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from beneficiaries import counts
from beneficiaries.funnel import FROM, PATH, EvidenceKind, Stage
from beneficiaries.models import (
    Beneficiary,
    Enterprise,
    EnterpriseMember,
    Exit,
    PossibleDuplicate,
    StageEvent,
)
from beneficiaries.models.enterprise import EARLIEST_ON, GAPS
from beneficiaries.models.person import NOTICE_VERSION, PAPER_NOTICE
from bootcamps.models import Decision, Participation
from remess.programme.brackets import age_on, bracket_on
from remess.programme.models import all_brackets


@dataclass(frozen=True)
class Finding:
    """How often a check found something, and the files concerned in order."""

    count: int
    file_numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """One thing looked for: `find()` gives the Finding."""

    code: str
    text: str
    find: Callable[[], Finding]


def run_checks():
    """[(Check, Finding)] for every check of the table, in its order."""
    return [(check, check.find()) for check in CHECKS]


def files(**conditions):
    """The check finding the people who meet `conditions`."""
    return lambda: _found(Beneficiary.objects.standing().filter(**conditions))


def stage_order():
    broken = Q(pk__in=[])
    for stage, before in FROM.items():
        if before:
            broken |= Q(stage=stage, occurred_on__lt=_day_of(before))
    return _people_of(_standing().filter(broken))


def stage_missing():
    broken = Q(pk__in=[])
    for stage, before in FROM.items():
        if before:
            broken |= Q(stage=stage) & ~Exists(_same_person(before))
    return _people_of(_standing().filter(broken))


def current_stage_differs():
    rank = Case(*[When(stage=stage, then=at) for at, stage in enumerate(PATH)])
    furthest = _standing().filter(beneficiary=OuterRef("pk")).order_by(rank.desc())
    people = Beneficiary.objects.annotate(
        real_stage=Coalesce(Subquery(furthest.values("stage")[:1]), Value("")),
        real_day=Subquery(furthest.values("occurred_on")[:1]),
    )
    same_day = Q(stage_on=F("real_day")) | Q(stage_on__isnull=True, real_day__isnull=True)
    return _found(people.exclude(Q(current_stage=F("real_stage")) & same_day))


def age_out_of_bracket():
    brackets = all_brackets()
    events = _standing().filter(
        stage=Stage.IDENTIFIED,
        derogation_reason="",
        beneficiary__birth_date__isnull=False,
    )
    outside = []
    rows = events.values_list("beneficiary", "beneficiary__birth_date", "occurred_on")
    for pk, birth_date, day in rows.iterator(chunk_size=5000):
        bracket = bracket_on(day, brackets)
        if not bracket.min_age <= age_on(birth_date, day) <= bracket.max_age:
            outside.append(pk)
    return _found_by_id(outside)


def recorded_before_it_happened():
    return _people_of(_standing().filter(occurred_on__gt=F("recorded_on")))


def advanced_after_exit():
    later = Exit.objects.open().filter(
        beneficiary=OuterRef("beneficiary"), left_on__lt=OuterRef("occurred_on")
    )
    return _people_of(_standing().filter(Exists(later)))


def selected_before_bootcamp():
    proofs = Participation.objects.filter(
        beneficiary=OuterRef("beneficiary"),
        decision=Decision.RETAINED,
        event__isnull=False,
    )
    selections = _standing().filter(stage=Stage.SELECTED, evidence_kind=EvidenceKind.MINUTES)
    return _people_of(
        selections.filter(
            Exists(proofs),
            ~Exists(proofs.filter(bootcamp__held_on__lte=OuterRef("occurred_on"))),
        )
    )


def retained_without_selection():
    selected = _standing().filter(beneficiary=OuterRef("beneficiary"), stage=Stage.SELECTED)
    signed = Participation.objects.filter(
        decision=Decision.RETAINED, bootcamp__signed_on__isnull=False
    )
    return _people_of(signed.filter(~Exists(selected)))


def created_before_form():
    broken = Q(pk__in=[])
    for form, earliest in EARLIEST_ON.items():
        broken |= Q(memberships__enterprise__legal_form=form, occurred_on__lt=earliest)
    creations = _standing().filter(stage=Stage.CREATED, memberships__voided_on__isnull=True)
    return _people_of(creations.filter(broken))


def created_without_enterprise():
    members = EnterpriseMember.objects.unvoided().filter(beneficiary=OuterRef("beneficiary"))
    return _people_of(_standing().filter(~Exists(members), stage=Stage.CREATED))


def enterprise_without_creation():
    created = _standing().filter(beneficiary=OuterRef("beneficiary"), stage=Stage.CREATED)
    return _people_of(EnterpriseMember.objects.unvoided().filter(~Exists(created)))


def counts_differ():
    return Finding(len(counts.differences()))


def complete_without_stage():
    complete = Beneficiary.objects.standing().incomplete().exclude(sex="")
    return _found(complete.filter(birth_date__isnull=False, sheet_on__isnull=False))


def evidence_missing():
    return _people_of(_standing().filter(evidence_reference=""))


def possible_duplicate():
    pairs = PossibleDuplicate.objects.open()
    return _found(Beneficiary.objects.filter(pk__in=pairs.values("second")))


def enterprise_gap(gap):
    """The check finding the members of enterprises that lack `gap` (of enterprise.GAPS)."""

    def find():
        lacking = Enterprise.objects.lacking(gap).values("pk")
        return _people_of(EnterpriseMember.objects.unvoided().filter(enterprise__in=lacking))

    return find


INCONSISTENT = (
    Check("stage_order", _("Une étape est datée avant celle qui la précède."), stage_order),
    Check(
        "stage_missing",
        _("Une étape est atteinte sans celle qui la précède."),
        stage_missing,
    ),
    Check(
        "current_stage_differs",
        _("L'étape actuelle de la fiche diffère des étapes enregistrées."),
        current_stage_differs,
    ),
    Check(
        "age_out_of_bracket",
        _("L'âge à l'identification sort de la tranche de l'accord, sans dérogation."),
        age_out_of_bracket,
    ),
    Check(
        "recorded_before_it_happened",
        _("Une étape est datée après le jour de son enregistrement."),
        recorded_before_it_happened,
    ),
    Check(
        "advanced_after_exit",
        _("Une étape est datée après une sortie sans retour."),
        advanced_after_exit,
    ),
    Check(
        "selected_before_bootcamp",
        _("La sélection est datée avant le jour de son bootcamp."),
        selected_before_bootcamp,
    ),
    Check(
        "retained_without_selection",
        _("Un procès-verbal signé retient ce jeune, sa sélection n'est pas enregistrée."),
        retained_without_selection,
    ),
    Check(
        "created_before_form",
        _("La création est datée avant que sa forme juridique n'existe."),
        created_before_form,
    ),
    Check(
        "created_without_enterprise",
        _("La création n'a pas d'entreprise."),
        created_without_enterprise,
    ),
    Check(
        "enterprise_without_creation",
        _("Un membre d'entreprise n'a pas de création enregistrée."),
        enterprise_without_creation,
    ),
    Check(
        "counts_differ",
        _("Des comptes diffèrent des étapes enregistrées."),
        counts_differ,
    ),
)
INCOMPLETE = (
    Check("sex_missing", _("Le sexe manque."), files(sex="")),
    Check(
        "birth_date_missing",
        _("La date de naissance manque."),
        files(birth_date__isnull=True),
    ),
    Check(
        "sheet_date_missing",
        _("La date de la fiche manque."),
        files(sheet_on__isnull=True),
    ),
    Check(
        "complete_without_stage",
        _("La fiche est complète mais le jeune n'est pas identifié."),
        complete_without_stage,
    ),
    Check("cin_missing", _("La CIN manque."), files(cin="")),
    Check(
        "possible_duplicate",
        _("La fiche ressemble à une plus ancienne : doublon possible, à examiner."),
        possible_duplicate,
    ),
    Check("evidence_missing", _("La référence d'une preuve manque."), evidence_missing),
    *(
        Check(
            f"enterprise_{gap.code}_missing",
            format_lazy(_("L'entreprise est incomplète. Il manque : {noun}."), noun=gap.noun),
            enterprise_gap(gap),
        )
        for gap in GAPS
    ),
    Check(
        "consent_outdated",
        _("L'accord porte sur une ancienne version de la notice."),
        lambda: _found(
            Beneficiary.objects.standing().exclude(
                consent_notice__in=[NOTICE_VERSION, PAPER_NOTICE]
            )
        ),
    ),
    Check(
        "consent_on_paper",
        _("L'accord vient d'un registre papier : relire la notice à la prochaine rencontre."),
        files(consent_notice=PAPER_NOTICE),
    ),
)
CHECKS = INCONSISTENT + INCOMPLETE


def _standing():
    return StageEvent.objects.unvoided()


def _same_person(stage):
    return _standing().filter(beneficiary=OuterRef("beneficiary"), stage=stage)


def _day_of(stage):
    return Subquery(_same_person(stage).values("occurred_on")[:1])


def _people_of(rows):
    return _found(Beneficiary.objects.filter(pk__in=rows.values("beneficiary")))


def _found_by_id(pks):
    """The Finding of these ids; filtered here, since SQLite limits the values of a query."""
    wanted = set(pks)
    people = _numbered(Beneficiary.objects.all()) if wanted else ()
    return _finding(person for person in people if person.pk in wanted)


def _found(people):
    return _finding(_numbered(people))


def _numbered(people):
    ordered = people.only("file_region", "file_no").order_by("file_region", "file_no", "pk")
    return ordered.iterator(chunk_size=5000)


def _finding(people):
    numbers = tuple(person.file_number for person in people)
    return Finding(len(numbers), numbers)
