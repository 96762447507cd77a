import json
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from beneficiaries.funnel import Stage
from beneficiaries.models import LegalForm
from beneficiaries.transitions import correct_identity, move, void
from remess.accounts.roles import Role
from remess.shared.dates import today
from reporting.management.commands.funnel import Command
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_ocb,
    make_region,
    make_target,
    make_user,
    unsaved_enterprise,
)

pytestmark = pytest.mark.django_db
CODES = ["identified", "selected", "trained", "created", "enterprises"]


@pytest.fixture
def ocbs():
    err, mar = make_region(code="ERR"), make_region(code="MAR")
    make_region(code="SAF")
    return [make_ocb(region=err, code="A"), make_ocb(region=mar, code="B")]


@pytest.fixture
def register(ocbs):
    """Five people: two created together in 2015, the others on the way, one a man."""
    cooperative = unsaved_enterprise(legal_form="cooperative", other_members=0)
    for _member in range(2):
        make_beneficiary(
            ocb=ocbs[0], at=Stage.CREATED, on=date(2015, 3, 10), enterprise=cooperative
        )
    make_beneficiary(ocb=ocbs[0], at=Stage.TRAINED, on=date(2015, 5, 31))
    make_beneficiary(ocb=ocbs[1], at=Stage.SELECTED, on=date(2016, 2, 14))
    make_beneficiary(ocb=ocbs[1], on=date(2016, 2, 15), sex="male")


def funnel(*arguments):
    out = StringIO()
    call_command("funnel", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def figures(*numbers):
    return dict(zip(CODES, numbers, strict=True))


def test_the_answer_has_exactly_these_keys(register):
    answer = funnel()
    assert list(answer) == ["as_of", "from", "to", "agreement", "totals", "targets", "rows"]
    assert answer["as_of"] == today().isoformat()
    assert (answer["from"], answer["to"], answer["agreement"]) == (None, None, None)
    assert answer["totals"] == figures(5, 4, 3, 2, 1)
    none = {"initial": None, "revised": None, "in_force": None}
    assert answer["targets"] == dict.fromkeys(CODES, none)
    assert answer["rows"] == []


def test_by_region_lists_every_region_zeros_included(register):
    assert funnel("--by", "region")["rows"] == [
        {"key": "ERR", **figures(3, 3, 3, 2, 1)},
        {"key": "MAR", **figures(2, 1, 0, 0, 0)},
        {"key": "SAF", **figures(0, 0, 0, 0, 0)},
    ]


def test_by_ocb_lists_every_ocb_zeros_included(register, ocbs):
    make_ocb(code="C", region=ocbs[0].region)
    assert funnel("--by", "ocb")["rows"] == [
        {"key": "A", **figures(3, 3, 3, 2, 1)},
        {"key": "B", **figures(2, 1, 0, 0, 0)},
        {"key": "C", **figures(0, 0, 0, 0, 0)},
    ]


def test_by_sex_enterprises_have_no_meaning(register):
    assert funnel("--by", "sex")["rows"] == [
        {"key": "female", **figures(4, 4, 3, 2, None)},
        {"key": "male", **figures(1, 0, 0, 0, None)},
    ]


def test_by_legal_form_only_creations_and_enterprises_have_a_meaning(register):
    rows = {row.pop("key"): row for row in funnel("--by", "legal_form")["rows"]}
    assert rows == {
        "auto_entrepreneur": figures(None, None, None, 0, 0),
        "tpe": figures(None, None, None, 0, 0),
        "cooperative": figures(None, None, None, 2, 1),
    }


def test_by_month_lists_the_months_in_order_where_something_happened(register):
    assert funnel("--by", "month")["rows"] == [
        {"key": "2015-03", **figures(2, 2, 2, 2, 1)},
        {"key": "2015-05", **figures(1, 1, 1, 0, 0)},
        {"key": "2016-02", **figures(2, 1, 0, 0, 0)},
    ]


def test_an_empty_register_answers_with_zeros(ocbs):
    assert funnel()["totals"] == figures(0, 0, 0, 0, 0)
    assert [row["key"] for row in funnel("--by", "region")["rows"]] == ["ERR", "MAR", "SAF"]
    assert funnel("--by", "month")["rows"] == []


def test_a_period_counts_what_occurred_in_it_both_days_included(register):
    answer = funnel("--from", "2015-05-31", "--to", "2016-02-14")
    assert (answer["from"], answer["to"]) == ("2015-05-31", "2016-02-14")
    assert answer["totals"] == figures(2, 2, 1, 0, 0)
    assert funnel("--from", "2015-06-01", "--to", "2016-02-13")["totals"] == figures(0, 0, 0, 0, 0)


def test_as_of_is_what_the_register_knew_at_the_end_of_that_day(register):
    yesterday = "2018-01-01"
    assert funnel("--as-of", yesterday)["totals"] == figures(0, 0, 0, 0, 0)
    answer = funnel("--as-of", today().isoformat())
    assert answer["totals"] == funnel()["totals"]
    assert answer["as_of"] == today().isoformat()


def test_a_voided_creation_no_longer_counts_nor_does_its_enterprise(ocbs):
    person = make_beneficiary(at=Stage.CREATED)
    void(person.events.get(stage=Stage.CREATED), by=make_user(), reason="Erreur")
    assert funnel()["totals"] == figures(1, 1, 1, 0, 0)


def test_under_an_agreement_its_targets_meet_everybody_up_to_its_end(register, ocbs):
    convention = make_agreement()
    for ocb, value in zip(ocbs, (10, 20), strict=True):
        make_target(convention, value, region=ocb.region)
    avenant = make_agreement(code="AV1", amends=convention)
    make_target(avenant, 15, region=ocbs[0].region)

    answer = funnel("--agreement", "CONV")
    assert (answer["agreement"], answer["from"], answer["to"]) == ("CONV", None, "2016-02-14")
    assert answer["totals"]["identified"] == 4
    assert answer["targets"]["identified"] == {"initial": 30, "revised": None, "in_force": 30}

    answer = funnel("--agreement", "AV1", "--to", "2018-06-01")
    assert answer["to"] == "2018-06-01"
    assert answer["totals"]["identified"] == 5
    assert answer["targets"]["identified"] == {"initial": 30, "revised": 15, "in_force": 35}

    assert funnel("--agreement", "CONV", "--as-of", "2015-01-01")["to"] == "2015-01-01"


def test_an_agent_counts_their_own_ocb_without_targets(register, ocbs):
    make_target(make_agreement(), 10, region=ocbs[0].region)
    agent = make_user(Role.OCB_AGENT, ocb=ocbs[1])
    answer = funnel("--as", agent.username, "--by", "ocb")
    assert answer["totals"] == figures(2, 1, 0, 0, 0)
    assert [row["key"] for row in answer["rows"]] == ["B"]
    assert answer["targets"]["identified"]["initial"] is None


@pytest.mark.parametrize("role", [Role.ADMIN, Role.STAFF, Role.OFFICIAL])
def test_team_and_officials_count_everything(register, role):
    assert funnel("--as", make_user(role).username)["totals"] == figures(5, 4, 3, 2, 1)


@pytest.mark.parametrize("by", ["region", "sex", "legal_form", "month"])
def test_small_cells_are_null_for_an_official_and_told_without_an_account(ocbs, by):
    """Nine in one region, six in another and two in a third; seventeen women, three forms."""
    few = make_ocb(region=make_region(code="TRO"))
    for at, (ocb, n) in enumerate(((ocbs[0], 9), (ocbs[-1], 6), (few, 2))):
        for rank in range(n):
            form = LegalForm.values[at]
            own = unsaved_enterprise(
                legal_form=form,
                sub_form="sarl_au" if form == LegalForm.TPE else "",
                identifier=f"{at} {rank}",
                registered_on=date(2016, at + 1, 1),
            )
            make_beneficiary(ocb=ocb, at=Stage.CREATED, on=date(2016, at + 1, 1), enterprise=own)
    official = make_user(Role.OFFICIAL).username
    everything, seen = funnel("--by", by), funnel("--by", by, "--as", official)
    assert seen["totals"] == everything["totals"]
    assert [row["key"] for row in seen["rows"]] == [row["key"] for row in everything["rows"]]
    pairs = list(zip(seen["rows"], everything["rows"], strict=True))
    told = [row["created"] for row, _whole in pairs if row["created"] is not None]
    assert {n for n in told if n} == ({17} if by == "sex" else {9})
    assert all(row[code] in (whole[code], None) for row, whole in pairs for code in row)


@pytest.mark.parametrize("by", ["region", "sex", "legal_form", "month"])
def test_an_official_is_answered_no_count_under_five(register, by):
    answer = funnel("--as", make_user(Role.OFFICIAL).username, "--by", by)
    assert answer["totals"] == figures(5, 4, 3, 2, 1)
    keys = [row["key"] for row in answer["rows"]]
    assert keys == [row["key"] for row in funnel("--by", by)["rows"]]
    told = [row[code] for row in answer["rows"] for code in answer["totals"]]
    assert all(n is None or n == 0 or n >= 5 for n in told)


def test_an_official_is_answered_what_is_large_enough(ocbs):
    """Two of one region are hidden, with them one of none and one of six, not that of seven."""
    third = make_ocb(region=make_region(code="TRO"))
    for ocb, n in ((ocbs[0], 6), (ocbs[1], 7), (third, 2)):
        for _ in range(n):
            make_beneficiary(ocb=ocb)
    answer = funnel("--as", make_user(Role.OFFICIAL).username, "--by", "region")
    assert answer["totals"]["identified"] == 15
    assert sorted(str(row["identified"]) for row in answer["rows"]) == ["7", *["None"] * 3]


def test_an_official_gets_no_figures_by_ocb(register):
    with pytest.raises(CommandError, match="par OCB"):
        funnel("--as", make_user(Role.OFFICIAL).username, "--by", "ocb")


def test_a_trainer_gets_no_figures(register):
    with pytest.raises(CommandError, match="ne consulte pas"):
        funnel("--as", make_user(Role.TRAINER).username)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as-of", "2015-02-30"], "2015-02-30"),
        (["--as-of", "20150201"], "20150201"),
        (["--as-of", "2015-W05-7"], "2015-W05-7"),
        (["--from", "hier"], "hier"),
        (["--to", ""], "AAAA-MM-JJ"),
        (["--from", "2016-01-02", "--to", "2016-01-01"], "après sa fin"),
        (["--agreement", "INCONNU"], "INCONNU"),
        (["--agreement", "CONV", "--from", "2015-01-01"], "accord"),
        (["--as", "personne"], "personne"),
        (["--by", "province"], "province"),
        (["--inconnu"], "--inconnu"),
    ],
)
def test_misuse_ends_with_one_sentence_and_status_1(arguments, sentence):
    make_agreement()
    with pytest.raises(CommandError, match=sentence) as refusal:
        funnel(*arguments)
    assert refusal.value.returncode == 1
    assert "\n" not in str(refusal.value)


def test_misuse_at_the_command_line_writes_only_the_sentence(capsys):
    with pytest.raises(SystemExit) as end:
        Command().run_from_argv(["manage.py", "funnel", "--as-of", "demain"])
    out, err = capsys.readouterr()
    assert end.value.code == 1
    assert out == ""
    assert err.count("\n") == 1
    assert "« demain » n'est pas une date AAAA-MM-JJ." in err


def test_an_inactive_account_is_refused(register):
    user = make_user(is_active=False)
    with pytest.raises(CommandError, match="Aucun compte actif"):
        funnel("--as", user.username)


def test_without_json_the_figures_are_readable(register, ocbs):
    make_target(make_agreement(), 10, region=ocbs[0].region)
    out = StringIO()
    call_command("funnel", "--by", "sex", stdout=out)
    assert "identified: 5 (cible en vigueur 10)" in out.getvalue()
    assert "key female, identified 4" in out.getvalue()


def test_handing_over_and_correcting_leave_what_was_reported_before_them(ocbs):
    with time_machine.travel("2016-06-01", tick=False):
        people = [make_beneficiary(ocb=ocbs[0]) for _ in range(3)]
    asked = ("--as-of", "2016-12-31", "--by", "ocb")
    before = funnel(*asked)
    with time_machine.travel("2017-02-01", tick=False):
        move(people[0], ocbs[1], by=make_user(), reason="Déménagement")
        correct_identity(people[1], ocb=ocbs[1], by=make_user(), reason="Mauvaise OCB")
    assert funnel(*asked) == before
    later = {row["key"]: row["identified"] for row in funnel("--by", "ocb")["rows"]}
    assert later == {"A": 2, "B": 1}
