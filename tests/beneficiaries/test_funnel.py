from datetime import date, timedelta

import pytest

from beneficiaries.funnel import (
    ASKED,
    FROM,
    NEEDS,
    NOUNS,
    PATH,
    Evidence,
    EvidenceKind,
    Path,
    Stage,
    capital,
    refusal,
    refuse_void,
)
from remess.programme.brackets import DEFAULT_BRACKET, AgeBracket, age_on, bracket_on

DAY = date(2015, 6, 1)
TODAY = date(2018, 3, 1)
ADULT = date(1993, 5, 17)
CONVENTION = AgeBracket(date(2014, 2, 15), date(2016, 2, 14), 18, 29)
AVENANT = AgeBracket(date(2018, 3, 1), date(2019, 3, 1), 18, 35)


def up_to(stage, *, on=DAY, **facts):
    """The path of somebody who reached everything before `stage` on the day `on`."""
    return Path({done: on for done in PATH[: PATH.index(stage)]}, **{"birth_date": ADULT, **facts})


def proof(stage):
    return Evidence(sorted(NEEDS[stage])[0], "réf. 1", DAY)


def asked(path, stage, **changes):
    question = {"on": DAY, "evidence": proof(stage), "bracket": DEFAULT_BRACKET, "today": TODAY}
    return refusal(path, stage, **{**question, **changes})


def test_every_stage_has_its_line_in_every_table():
    assert set(Stage) == set(PATH) == set(FROM) == set(NEEDS) == set(NOUNS) == set(ASKED)


@pytest.mark.parametrize("stage", PATH)
def test_the_next_stage_of_the_path_is_accepted(stage):
    assert asked(up_to(stage), stage) is None


@pytest.mark.parametrize(
    ("reached", "stage"),
    [(reached, stage) for reached in range(len(PATH) + 1) for stage in PATH],
)
def test_a_stage_is_accepted_exactly_when_the_one_before_is_reached(reached, stage):
    path = Path({done: DAY for done in PATH[:reached]}, birth_date=ADULT)
    may = stage not in path.reached and (FROM[stage] is None or FROM[stage] in path.reached)
    assert (asked(path, stage) is None) == may


@pytest.mark.parametrize("stage", [stage for stage in PATH if FROM[stage]])
def test_a_skipped_stage_is_named_in_the_refusal(stage):
    path = Path(birth_date=ADULT)
    assert str(NOUNS[FROM[stage]]) in asked(path, stage)


@pytest.mark.parametrize("stage", PATH)
def test_a_stage_is_not_recorded_twice(stage):
    path = up_to(stage).with_event(stage, DAY)
    assert asked(path, stage) == f"{capital(NOUNS[stage])} est déjà enregistrée au 01/06/2015."


@pytest.mark.parametrize("kind", EvidenceKind)
@pytest.mark.parametrize("stage", PATH)
def test_a_stage_accepts_only_its_kinds_of_evidence(stage, kind):
    answer = asked(up_to(stage), stage, evidence=Evidence(kind, "réf. 1", DAY))
    if kind in NEEDS[stage]:
        assert answer is None
    else:
        assert str(ASKED[stage]) in answer


@pytest.mark.parametrize("stage", [s for s in PATH if EvidenceKind.PAPER in NEEDS[s]])
@pytest.mark.parametrize("reference", ["", "   "])
def test_paper_needs_its_reference_and_reason(stage, reference):
    assert "motif" in asked(up_to(stage), stage, evidence=Evidence(EvidenceKind.PAPER, reference))


@pytest.mark.parametrize("stage", PATH)
def test_no_date_after_today(stage):
    path = up_to(stage)
    assert asked(path, stage, on=TODAY) is None
    assert "futur" in asked(path, stage, on=TODAY + timedelta(days=1))


@pytest.mark.parametrize("stage", [stage for stage in PATH if FROM[stage]])
def test_a_stage_may_share_the_day_of_the_one_before_but_not_precede_it(stage):
    path = up_to(stage)
    assert asked(path, stage, on=DAY) is None
    sentence = asked(path, stage, on=DAY - timedelta(days=1))
    assert str(NOUNS[FROM[stage]]) in sentence
    assert "01/06/2015" in sentence


@pytest.mark.parametrize("stage", PATH[:-1])
def test_a_stage_written_anew_may_not_follow_the_next_one(stage):
    after = PATH[PATH.index(stage) + 1]
    path = up_to(stage).with_event(after, DAY)
    assert asked(path, stage, on=DAY) is None
    assert str(NOUNS[after]) in asked(path, stage, on=DAY + timedelta(days=1))


@pytest.mark.parametrize("stage", PATH)
def test_who_left_must_come_back_before_advancing(stage):
    sentence = asked(up_to(stage, absences=((date(2015, 7, 2), None),)), stage)
    assert "02/07/2015" in sentence
    assert "retour" in sentence


def test_identification_names_every_missing_fact():
    path = Path(missing=("le sexe", "la date de naissance"))
    assert asked(path, Stage.IDENTIFIED).endswith("le sexe, la date de naissance.")


@pytest.mark.parametrize(
    ("birth_date", "on", "is_accepted"),
    [
        (date(1997, 6, 1), date(2015, 6, 1), True),  # the 18th birthday
        (date(1997, 6, 2), date(2015, 6, 1), False),  # the day before it
        (date(1985, 6, 2), date(2015, 6, 1), True),  # the day before the 30th birthday
        (date(1985, 6, 1), date(2015, 6, 1), False),  # the 30th birthday
        (date(1996, 2, 29), date(2014, 2, 28), False),  # 18 on 1 March in a common year
        (date(1996, 2, 29), date(2014, 3, 1), True),
        (date(1984, 2, 29), date(2014, 2, 28), True),  # still 29 on 28 February
        (date(1984, 2, 29), date(2014, 3, 1), False),
        (date(1988, 2, 29), date(2016, 2, 29), True),  # 28 on the day itself in a leap year
    ],
)
def test_the_age_bracket_holds_on_its_edges(birth_date, on, is_accepted):
    answer = asked(Path(birth_date=birth_date), Stage.IDENTIFIED, on=on)
    assert (answer is None) == is_accepted


def test_the_refused_age_is_said_with_the_day_and_the_bracket():
    answer = asked(Path(birth_date=date(1980, 1, 1)), Stage.IDENTIFIED)
    assert "35 ans le 01/06/2015" in answer
    assert "18 à 29 ans" in answer


def test_a_derogation_opens_the_bracket_but_a_blank_one_does_not():
    path = Path(birth_date=date(1980, 1, 1))
    assert asked(path, Stage.IDENTIFIED, derogation="Décision du comité") is None
    assert asked(path, Stage.IDENTIFIED, derogation="  ") is not None


@pytest.mark.parametrize(
    ("day", "bracket"),
    [
        (date(2013, 1, 1), CONVENTION),  # before any: the first
        (date(2014, 2, 15), CONVENTION),
        (date(2016, 2, 14), CONVENTION),
        (date(2017, 1, 1), CONVENTION),  # between two: the latest begun
        (date(2018, 2, 28), CONVENTION),
        (date(2018, 3, 1), AVENANT),
        (date(2030, 1, 1), AVENANT),  # after the last: the latest begun
    ],
)
def test_the_bracket_is_that_of_the_agreement_of_the_day(day, bracket):
    assert bracket_on(day, [CONVENTION, AVENANT]) == bracket


def test_an_agreement_still_in_force_decides_before_one_that_ended():
    long_one = AgeBracket(date(2014, 1, 1), date(2020, 1, 1), 18, 29)
    ended = AgeBracket(date(2015, 1, 1), date(2015, 12, 31), 15, 40)
    assert bracket_on(date(2015, 6, 1), [long_one, ended]) == ended
    assert bracket_on(date(2016, 6, 1), [long_one, ended]) == long_one


def test_without_agreement_the_default_bracket_holds():
    assert bracket_on(DAY, []) == DEFAULT_BRACKET


def test_age_counts_whole_years():
    assert age_on(date(2000, 12, 31), date(2018, 12, 30)) == 17
    assert age_on(date(2000, 12, 31), date(2018, 12, 31)) == 18


@pytest.mark.parametrize("stage", PATH)
def test_a_stage_is_voided_only_while_no_later_one_stands_on_it(stage):
    path = up_to(stage).with_event(stage, DAY)
    assert refuse_void(path, stage) is None
    for after in PATH[PATH.index(stage) + 1 : PATH.index(stage) + 2]:
        assert capital(NOUNS[after]) in refuse_void(path.with_event(after, DAY), stage)


def test_the_current_stage_is_the_furthest_reached():
    assert Path().current == ""
    for stage in PATH:
        path = up_to(stage).with_event(stage, DAY)
        assert path.current == stage
        assert path.without(stage).current == (FROM[stage] or "")
