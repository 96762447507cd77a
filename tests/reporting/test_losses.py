"""Who left, why, how long after their stage, who came back, who waits: against a plain loop."""

import random
from collections import Counter
from datetime import date, timedelta
from statistics import median, quantiles

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Exit, StageEvent
from beneficiaries.transitions import come_back, leave, move, void_exit
from remess.accounts.roles import Role
from reporting.exports import donor
from reporting.loss_columns import SECTIONS
from reporting.losses import CLASSES, Group, exit_losses, quantile, waiting
from reporting.scope import Scope, build_scope
from reporting.small_cells import Hidden
from tests.factories import make_agreement, make_beneficiary, make_ocb, make_region, make_user
from tests.histories import LAST_DAY, live, seeds
from tests.reporting.test_parity import counted, known, random_scope
from tests.reporting.workbooks import opened

pytestmark = pytest.mark.django_db
DAY = date(2016, 3, 1)
AS_OF = date(2018, 3, 1)
CUTS = {
    "stage": lambda row: row.stage,
    "reason": lambda row: row.reason,
    "region": lambda row: row.region.code,
    "ocb": lambda row: row.ocb.code,
    "sex": lambda row: row.sex,
}


# By hand


@pytest.fixture
def register():
    """Two regions; four exits, one voided, one followed by a return, and two who wait."""
    make_agreement()
    north = make_ocb(region=make_region(code="NOR", name_fr="Nord"), name_fr="Amal")
    south = make_ocb(region=make_region(code="SUD", name_fr="Sud"), name_fr="Tafoukt")
    with time_machine.travel("2017-12-01T12:00:00Z", tick=False):
        by = make_user()

        def gone(ocb, at, days, reason):
            person = make_beneficiary(ocb=ocb, at=at, on=DAY)
            return leave(person, on=DAY + timedelta(days=days), by=by, reason=reason)

        gone(north, Stage.IDENTIFIED, 30, "moved")
        gone(north, Stage.IDENTIFIED, 31, "dropped_out")
        back = gone(north, Stage.SELECTED, 200, "employed")
        come_back(back.beneficiary, on=DAY + timedelta(days=260), by=by)
        gone(south, Stage.TRAINED, 100, "dropped_out")
        wrong = gone(south, Stage.TRAINED, 500, "deceased")
        void_exit(wrong, by=by, reason="Autre personne")
        make_beneficiary(ocb=south, at=Stage.CREATED, on=DAY)
    return {"north": north, "south": south, "back": back, "by": by, "wrong": wrong}


def row(losses, dimension, key):
    return next(group for group in losses.groups[dimension] if group.key == key)


def test_the_exits_as_counted_by_hand(register):
    losses = exit_losses(build_scope(as_of=AS_OF))
    whole = losses.whole
    assert (whole.people, whole.back, whole.gone) == (4, 1, 3)
    assert [whole.figure(name) for name in CLASSES] == [1, 1, 1, 1]
    quartiles = [whole.figure(n) for n in ("first_quartile", "median", "third_quartile")]
    assert quartiles == [30.75, 65.5, 125]
    assert whole.figure("away_median") == 60
    assert dict(whole.at) == {"identified": 2, "selected": 0, "trained": 1}
    assert row(losses, "region", "NOR").at == {"identified": 2, "selected": 0}
    assert row(losses, "ocb", register["south"].code).at == {"trained": 1}
    assert row(losses, "reason", "dropped_out").at == {"identified": 1, "trained": 1}
    assert row(losses, "reason", "employed").gone == 0
    assert [group.key for group in losses.groups["reason"]] == ["dropped_out", "moved", "employed"]


def test_those_who_wait_as_counted_by_hand(register):
    """The one whose exit was voided, and the one who came back: both since the first of March."""
    losses = waiting(build_scope(as_of=AS_OF))
    assert losses.whole.at == {"selected": 1, "trained": 1}
    assert losses.whole.figure("median") == (AS_OF - DAY).days
    assert losses.whole.figure("over_180") == 2
    assert row(losses, "region", "SUD").at == {"trained": 1}
    assert "created" not in losses.stages


def test_an_earlier_day_does_not_know_a_later_return_or_voiding(register):
    with time_machine.travel("2018-06-01T12:00:00Z", tick=False):
        person = Exit.objects.unvoided().get(stage="trained").beneficiary
        come_back(person, on=date(2018, 5, 1), by=register["by"])
        void_exit(Exit.objects.get(reason="moved"), by=register["by"], reason="Erreur")
    assert exit_losses(build_scope(as_of=AS_OF)).whole.gone == 3
    later = exit_losses(build_scope(as_of=date(2018, 6, 1))).whole
    assert (later.people, later.back, later.gone) == (3, 2, 1)
    assert exit_losses(build_scope(as_of=date(2017, 11, 30))).whole.people == 0
    assert waiting(build_scope(as_of=date(2018, 6, 1))).whole.people == 4


def test_a_move_after_leaving_keeps_the_exit_where_it_happened(register):
    move(Exit.objects.get(reason="moved").beneficiary, register["south"], by=make_user())
    assert row(exit_losses(build_scope(as_of=AS_OF)), "region", "NOR").people == 3


def test_a_person_who_leaves_twice_makes_two_exits_and_is_lost_once(register):
    with time_machine.travel("2017-12-05T12:00:00Z", tick=False):
        leave(
            register["back"].beneficiary, on=date(2017, 12, 4), by=register["by"], reason="employed"
        )
    group = row(exit_losses(build_scope(as_of=AS_OF)), "reason", "employed")
    assert (group.people, group.back, group.gone) == (2, 1, 1)


def test_quantiles_are_those_of_the_statistics_module():
    rng = random.Random(5)
    for n in range(2, 40):
        values = [rng.randrange(60) for _ in range(n)]
        wanted = quantiles(values, n=4, method="inclusive")
        found = [quantile(Counter(values), share) for share in (0.25, 0.5, 0.75)]
        assert found == pytest.approx(wanted)
        assert found[1] == pytest.approx(median(values))
    assert quantile(Counter(), 0.5) is None


# Random lives


def exits_by_loop(scope):
    """[(exit, days since its stage or None, days away or None)] of a scope."""
    found = []
    for left in Exit.objects.select_related("region", "ocb").order_by("pk"):
        if not known(left, scope.as_of) or not counted(scope, dated(left, left.left_on)):
            continue
        events = StageEvent.objects.filter(beneficiary=left.beneficiary_id, stage=left.stage)
        days = [e.occurred_on for e in events if known(e, scope.as_of)]
        since = (left.left_on - days[0]).days if days else None
        is_back = left.returned_on and left.returned_recorded_on <= scope.as_of
        away = (left.returned_on - left.left_on).days if is_back else None
        found.append((left, None if since is not None and since < 0 else since, away))
    return found


def dated(row, day):
    row.occurred_on = day
    return row


def waiting_by_loop(scope):
    """[event] of the furthest stage of those neither gone further nor out."""
    events = [
        e for e in StageEvent.objects.select_related("region", "ocb") if known(e, scope.as_of)
    ]
    reached = {}
    for event in events:
        reached.setdefault(event.beneficiary_id, set()).add(event.stage)
    out = {
        left.beneficiary_id
        for left in Exit.objects.all()
        if known(left, scope.as_of)
        and not (left.returned_on and left.returned_recorded_on <= scope.as_of)
    }
    after = dict(zip(PATH, PATH[1:], strict=False))
    return [
        e
        for e in events
        if e.stage in after
        and after[e.stage] not in reached[e.beneficiary_id]
        and e.beneficiary_id not in out
        and counted(scope, e)
    ]


@pytest.mark.parametrize("seed", seeds(3, quick=1))
def test_random_lives_count_as_in_a_plain_loop(seed):
    live(seed, size=20, moves=240)
    rng = random.Random(seed)
    seen = Counter()
    for scope in [Scope(LAST_DAY), *(random_scope(rng) for _ in range(8))]:
        exits, waits = exits_by_loop(scope), waiting_by_loop(scope)
        losses, stuck = exit_losses(scope), waiting(scope)
        for name, group in groups_of(losses):
            own = [row for row in exits if not name or CUTS[name](row[0]) == group.key]
            assert group.people == len(own), (scope, name)
            assert +group.days == Counter(since for _l, since, _a in own if since is not None)
            assert +group.away == Counter(away for _l, _s, away in own if away is not None)
            assert +group.at == Counter(left.stage for left, _s, away in own if away is None)
        for name, group in groups_of(stuck):
            own = [event for event in waits if not name or CUTS[name](event) == group.key]
            assert +group.at == Counter(event.stage for event in own), (scope, name)
            assert +group.days == Counter((scope.as_of - e.occurred_on).days for e in own)
        for found, rows in ((losses, exits), (stuck, waits)):
            for groups in found.groups.values():
                assert sum(group.people for group in groups) == len(rows)
        seen.update(exits=len(exits), back=losses.whole.back, waiting=len(waits))
    assert all(seen[name] for name in ("exits", "back", "waiting"))


def groups_of(losses):
    return [("", losses.whole), *((n, g) for n, rows in losses.groups.items() for g in rows)]


# The page and the sheet


def test_an_official_is_shown_no_count_under_five(client, register):
    user = make_user(Role.OFFICIAL)
    scope = build_scope(user=user, as_of=AS_OF)
    for losses in (exit_losses(scope, user), waiting(scope, user)):
        assert "ocb" not in losses.groups
        for _dimension, groups in losses.tables():
            for group in groups:
                for name in (*CLASSES, "people", "back", "gone", "unknown"):
                    value = group.seen(name)
                    assert isinstance(value, Hidden) or value == 0 or value >= 5
    client.force_login(user)
    page = client.get(reverse("reporting:losses"), {"arrete": "01/03/2018"}).content.decode()
    assert "&lt; 5" in page
    assert "Amal" not in page
    book = opened(donor.build(scope, user))
    numbers = [c for line in book["Pertes"].iter_rows(values_only=True) for c in line]
    assert not any(isinstance(n, int) and 0 < n < 5 for n in numbers)


def test_an_official_reads_stages_in_full_and_the_rest_in_totals():
    """One person of a reason hides no stage and no region."""
    north, south = make_ocb(region=make_region(code="NOR")), make_ocb(region=make_region())
    with time_machine.travel("2017-12-02T12:00:00Z", tick=False):
        for number in range(17):
            person = make_beneficiary(ocb=north if number % 2 else south, on=DAY)
            reason = "other" if number == 0 else "dropped_out"
            leave(person, reason=reason, on=DAY + timedelta(days=20), by=make_user())
    user = make_user(Role.OFFICIAL)
    losses = exit_losses(build_scope(user=user, as_of=AS_OF), user)
    (stage,) = [group for group in losses.groups["stage"] if group.people]
    assert [stage.seen(name) for name in ("people", "to_30", "gone", "back")] == [17, 17, 17, 0]
    assert losses.whole.seen(("at", stage.key)) == 17
    assert {group.seen("gone") for group in losses.groups["region"]} == {8, 9}
    assert all(isinstance(group.seen("gone"), Hidden) for group in losses.groups["reason"])
    assert all(group.seen("to_30") == "" for group in losses.groups["region"])
    spread = next(section for section in SECTIONS if section.is_spread)
    assert [name for name, _groups in spread.parts(losses)] == ["", "stage"]
    staff = exit_losses(build_scope(as_of=AS_OF))
    assert "region" in [name for name, _groups in spread.parts(staff)]


def test_choosing_a_region_uncovers_nothing_that_the_table_of_regions_hides():
    """Eight of one region are hidden beside two of another: the whole minus eight would tell."""
    ocbs = [make_ocb(region=make_region(code=code)) for code in ("NOR", "SUD")]
    with time_machine.travel("2017-12-02T12:00:00Z", tick=False):
        for number in range(20):
            person = make_beneficiary(ocb=ocbs[number % 10 < 2], on=DAY)
            if number < 10:
                leave(person, reason="other", on=DAY + timedelta(days=20), by=make_user())
    user = make_user(Role.OFFICIAL)
    for count, total in ((exit_losses, "gone"), (waiting, "people")):
        for region in (None, *(ocb.region for ocb in ocbs)):
            losses = count(build_scope(user=user, as_of=AS_OF, region=region), user)
            rows = [row for name, rows in losses.groups.items() if name != "reason" for row in rows]
            shown = [row.seen(name) for row in rows for name in (total, "to_30", "over_180")]
            shown += [losses.whole.seen(name) for name in (total, "to_30")] if region else []
            assert not {2, 8} & set(shown), (total, region)


def test_what_is_hidden_cannot_be_found_again_by_subtraction(register):
    """Every line of every table hides nothing, or at least two cells."""
    with time_machine.travel("2017-12-02T12:00:00Z", tick=False):
        for number in range(9):
            person = make_beneficiary(ocb=register["north"], on=DAY)
            on = DAY + timedelta(days=12 * number)
            leave(person, on=on, by=register["by"], reason="dropped_out")
    user = make_user(Role.OFFICIAL)
    losses = exit_losses(build_scope(user=user, as_of=AS_OF), user)
    hidden = 0
    for _dimension, groups in losses.tables():
        for group in groups:
            line = [*CLASSES, "unknown", "people"]
            masked = [isinstance(group.seen(name), Hidden) for name in line]
            assert sum(masked) != 1
            hidden += sum(masked)
            stages = [("at", stage) for stage in losses.stages]
            if group.key not in losses.stages:
                assert sum(isinstance(group.seen(n), Hidden) for n in (*stages, "gone")) != 1
    assert hidden
    assert losses.whole.seen("people") == 13


def test_a_figure_leads_to_the_people_it_counts(client, register):
    client.force_login(make_user(Role.STAFF))
    section = client.get(reverse("reporting:losses")).context["sections"][0]
    links = [
        (text, address)
        for _title, rows in section["parts"]
        for line in rows
        for _heading, text, address in line
        if address
    ]
    assert len(links) == 8
    for text, address in links:
        assert client.get(address).context["page"].total == int(text)


def test_the_page_of_an_earlier_day_leads_nowhere_and_says_what_is_counted(client, register):
    client.force_login(make_user(Role.STAFF))
    response = client.get(reverse("reporting:losses"), {"arrete": "01/03/2018"})
    assert "exit_stage" not in response.content.decode()
    assert "une sortie et un retour" in response.content.decode()


def test_an_agent_reads_the_losses_of_their_ocb_only(client, register):
    client.force_login(make_user(Role.OCB_AGENT, ocb=register["south"]))
    page = client.get(reverse("reporting:losses"), {"arrete": "01/03/2018"}).content.decode()
    assert "Tafoukt" in page
    assert "Amal" not in page
    assert 'scope="row">Sud' in page
    assert 'scope="row">Nord' not in page


def test_the_sheet_holds_the_figures_of_the_page(register):
    book = opened(donor.build(build_scope(as_of=AS_OF), None))
    found = [line for line in book["Pertes"].iter_rows(values_only=True) if line[0] == "Ensemble"]
    assert len(found) == len(SECTIONS)
    assert found[0][:6] == ("Ensemble", 2, 0, 1, 0, 3)
    assert found[1][:7] == ("Ensemble", 4, 1, 1, 1, 1, 0)
    assert found[2][:5] == ("Ensemble", 0, 1, 1, 2)


def test_an_empty_register_says_so(client):
    client.force_login(make_user(Role.STAFF))
    page = client.get(reverse("reporting:losses")).content.decode()
    assert "Aucune sortie" in page
    assert "Personne n&#x27;attend" in page


def test_the_page_costs_the_same_whatever_the_register(
    client, register, django_assert_max_num_queries
):
    client.force_login(make_user(Role.STAFF))
    with django_assert_max_num_queries(17):
        client.get(reverse("reporting:losses"))


def test_a_delay_is_in_one_class_whatever_it_is():
    group = Group("")
    group.days = Counter(range(400))
    assert [group.figure(name) for name in CLASSES] == [31, 60, 90, 219]
