"""Every number explains itself: its rule, its list, and who is not counted and why."""

import random
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import Enterprise, EnterpriseMember, Sex, StageEvent
from beneficiaries.transitions import correct_date, leave, merge, move, void
from bootcamps.models import Participation
from bootcamps.transitions import close_course, mark_attendance, sign_minutes
from remess.accounts.roles import Role
from remess.programme.models import Region
from reporting.indicators import BY_CODE, INDICATORS, enterprises_behind, people_behind, totals
from reporting.near_misses import near_misses
from reporting.scope import build_scope
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_bootcamp,
    make_course,
    make_ocb,
    make_region,
    make_target,
    make_user,
    unsaved_enterprise,
)
from tests.histories import live, seeds
from tests.reporting.test_parity import random_scope
from tests.reporting.workbooks import opened, rows_of

pytestmark = pytest.mark.django_db
DAY = date(2016, 6, 30)


def at(day):
    return time_machine.travel(f"{day}T10:00:00Z", tick=False)


@pytest.fixture
def team(client):
    user = make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def ocb():
    return make_ocb(region=make_region(code="ERR"))


def missed(scope, code):
    """{reason: the subjects it keeps out} without the empty ones."""
    found = {miss.reason.code: set(miss.rows) for miss in near_misses(scope, BY_CODE[code])}
    return {reason: rows for reason, rows in found.items() if rows}


def known(day, **fields):
    """A person whose whole path was recorded on `day`."""
    with at(day):
        return make_beneficiary(**fields)


def test_a_stage_outside_the_period_is_a_near_miss_of_the_period(ocb):
    inside = known("2016-01-10", ocb=ocb, on=date(2015, 5, 1))
    before = known("2016-01-10", ocb=ocb, on=date(2014, 5, 1))
    after = known("2016-01-10", ocb=ocb, on=date(2016, 1, 5))
    scope = build_scope(as_of=DAY, start=date(2015, 1, 1), end=date(2015, 12, 31))
    assert missed(scope, "identified") == {"period": {before, after}}
    assert missed(build_scope(as_of=DAY), "identified") == {}
    assert set(people_behind(scope, BY_CODE["identified"], make_user())) == {inside}


def test_what_was_learned_after_the_day_is_late_but_not_what_happened_after_it(ocb):
    late = known("2016-07-15", ocb=ocb, on=date(2016, 6, 1))
    later = known("2016-07-15", ocb=ocb, on=date(2016, 7, 10))
    found = missed(build_scope(as_of=DAY), "identified")
    assert found == {"late": {late}}
    assert later not in found["late"]


def test_a_voided_stage_tells_its_reason(ocb):
    person = known("2016-01-10", ocb=ocb)
    with at("2016-02-01"):
        void(person.events.get(), by=make_user(), reason="Fiche saisie deux fois")
    scope = build_scope(as_of=DAY)
    (miss,) = [m for m in near_misses(scope, BY_CODE["identified"]) if m.rows]
    assert (miss.reason.code, set(miss.rows)) == ("voided", {person})
    assert miss.words_of([person.pk]) == {
        person.pk: "annulé le 01/02/2016 : Fiche saisie deux fois"
    }
    # before the voiding was known the person counted
    assert totals(build_scope(as_of=date(2016, 1, 31)))["identified"] == 1


def test_a_corrected_date_counts_again_and_is_no_near_miss(ocb):
    person = known("2016-01-10", ocb=ocb, on=date(2015, 3, 1))
    with at("2016-02-01"):
        correct_date(
            person.events.get(), on=date(2015, 4, 1), by=make_user(), reason="Erreur de mois"
        )
    assert missed(build_scope(as_of=DAY), "identified") == {}


def test_someone_who_moved_here_is_counted_where_the_stage_was_recorded(ocb):
    other = make_ocb(region=make_region(code="SAF"))
    person = known("2016-01-10", ocb=other)
    with at("2016-02-01"):
        move(person, ocb, by=make_user())
    here = build_scope(as_of=DAY, region=ocb.region)
    assert missed(here, "identified") == {"elsewhere": {person}}
    assert missed(build_scope(as_of=DAY, region=other.region), "identified") == {}
    assert missed(build_scope(as_of=DAY), "identified") == {}


def test_an_absorbed_sheet_says_that_its_person_counts_on_the_other(client, team, ocb):
    kept, absorbed = (known("2016-01-10", ocb=ocb) for _ in range(2))
    with at("2016-02-01"):
        merge(kept, absorbed, by=team, reason="Même personne")
    assert missed(build_scope(as_of=DAY), "identified") == {"merged": {absorbed}}
    assert missed(build_scope(as_of=date(2016, 1, 31)), "identified") == {}
    named = client.get(
        reverse("reporting:figure_missed", args=["identified", "merged"]), {"arrete": "30/06/2016"}
    )
    assert (named.context["page"].total, named.context["unseen"]) == (1, 0)


def test_a_sheet_without_identification_is_to_complete(ocb):
    with at("2016-01-10"):
        person = make_beneficiary(ocb=ocb, at=None, sex="")
    assert missed(build_scope(as_of=DAY), "identified") == {"incomplete": {person}}
    assert missed(build_scope(as_of=date(2016, 1, 9)), "identified") == {}


def selectable(ocb, n=3):
    with at("2016-01-10"):
        return [make_beneficiary(ocb=ocb, on=date(2015, 3, 1)) for _ in range(n)]


def test_a_jury_whose_minutes_are_not_signed_selects_nobody_yet(ocb):
    retained, aside, absent = selectable(ocb)
    with at("2016-01-20"):
        bootcamp = make_bootcamp(region=ocb.region, participants=[retained, aside, absent])
        rows = Participation.objects.filter(bootcamp=bootcamp)
        rows.filter(beneficiary=retained).update(attended=True, decision="retained")
        rows.filter(beneficiary=aside).update(
            attended=True, decision="not_retained", reason="Projet à mûrir"
        )
        rows.filter(beneficiary=absent).update(attended=False)
    assert missed(build_scope(as_of=DAY), "selected") == {"unsigned": {retained}}
    with at("2016-07-20"):
        sign_minutes(bootcamp, by=make_user(), signatory="La présidente du jury")
    assert missed(build_scope(as_of=DAY), "selected") == {"late": {retained}}
    assert missed(build_scope(as_of=date(2016, 7, 31)), "selected") == {"set_aside": {aside}}


def test_a_course_not_closed_or_followed_too_little_trains_nobody(ocb):
    with at("2016-01-10"):
        diligent, rare = (
            make_beneficiary(ocb=ocb, at=Stage.SELECTED, on=date(2015, 3, 1)) for _ in range(2)
        )
        course = make_course(region=ocb.region, members=[diligent, rare])
        rows = {row.beneficiary_id: row for row in course.enrolments.all()}
        for session in course.sessions.all():
            mark_attendance(session, [rows[diligent.pk].pk])
    assert missed(build_scope(as_of=DAY), "trained") == {"course_open": {diligent, rare}}
    with at("2016-07-20"):
        close_course(course, by=make_user())
    assert missed(build_scope(as_of=date(2016, 7, 31)), "trained") == {"share": {rare}}


def test_a_member_whose_creation_was_taken_back_is_no_creator(ocb):
    creator = known("2016-01-10", ocb=ocb, at=Stage.CREATED)
    with at("2016-01-12"):
        trained = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
        by = make_user()
        EnterpriseMember.objects.create(
            enterprise=Enterprise.objects.get(),
            beneficiary=trained,
            legal_form="tpe",
            recorded_at="2016-01-12T10:00:00Z",
            recorded_on=date(2016, 1, 12),
            recorded_by=by,
        )
    assert missed(build_scope(as_of=DAY), "created") == {"member": {trained}}
    assert set(people_behind(build_scope(as_of=DAY), BY_CODE["created"], by)) == {creator}


def test_an_enterprise_is_missed_for_the_same_reasons(ocb):
    other = make_ocb(region=make_region(code="SAF"))
    shared = unsaved_enterprise(
        legal_form="cooperative", sub_form="", registered_on=date(2015, 1, 1)
    )
    with at("2016-01-10"):
        make_beneficiary(ocb=other, at=Stage.CREATED, on=date(2015, 3, 1), enterprise=shared)
        make_beneficiary(ocb=ocb, at=Stage.CREATED, on=date(2015, 6, 1), enterprise=shared)
        early = make_beneficiary(ocb=ocb, at=Stage.CREATED, on=date(2014, 6, 1))
        void_me = make_beneficiary(ocb=ocb, at=Stage.CREATED, on=date(2015, 6, 1))
    with at("2016-02-01"):
        void(void_me.events.get(stage="created"), by=make_user(), reason="Numéro inexact")
    late = known("2016-07-15", ocb=ocb, at=Stage.CREATED, on=date(2015, 7, 1))
    scope = build_scope(as_of=DAY, start=date(2015, 1, 1), region=ocb.region)

    def founded(person):
        return {member.enterprise for member in person.memberships.all()}

    assert missed(scope, "enterprises") == {
        "period": founded(early),
        "late": founded(late),
        "voided": founded(void_me),
        "elsewhere": {shared},
    }
    assert totals(scope)["enterprises"] == 0


@pytest.mark.parametrize("seed", seeds(4, quick=1))
def test_nobody_is_both_counted_and_missed_nor_missed_twice(seed):
    world = live(seed, size=14, moves=120)
    rng = random.Random(seed)
    met = set()
    for _ in range(12):
        scope = random_scope(rng)
        for indicator in INDICATORS:
            if indicator.stage:
                counted = set(people_behind(scope, indicator, world.by))
            else:
                counted = set(enterprises_behind(scope, world.by))
            assert len(counted) == totals(scope)[indicator.code]
            for miss in near_misses(scope, indicator):
                rows = set(miss.rows)
                assert len(rows) == miss.rows.count()
                assert not rows & counted
                assert miss.words_of(row.pk for row in rows).keys() == {row.pk for row in rows}
                counted |= rows
                met |= {miss.reason.code} if rows else set()
    assert len(met) >= 3


@pytest.mark.parametrize("seed", seeds(3, quick=1))
def test_the_list_of_enterprises_at_a_past_day_is_as_long_as_its_figure(client, team, seed):
    live(seed, size=14, moves=120)
    rng = random.Random(seed)
    seen = 0
    for _ in range(8):
        day = random_scope(rng).as_of
        for place in [{}, *({"region": r} for r in Region.objects.all())]:
            asked = {name: value.code for name, value in place.items()}
            page = client.get(
                reverse("beneficiaries:enterprise_list"), {"arrete": f"{day:%d/%m/%Y}", **asked}
            )
            figure = totals(build_scope(as_of=day, **place))
            assert page.context["page"].total == figure["enterprises"], (day, place)
            seen += figure["enterprises"]
            assert f"Arrêté au {day:%d/%m/%Y}" in page.content.decode()
        whole = client.get(reverse("beneficiaries:enterprise_list"), {"arrete": f"{day:%d/%m/%Y}"})
        assert whole.context["persons"] == len(creators_known(day))
    assert seen


def creators_known(day):
    """The members whose creation and membership the register knew at the end of `day`."""

    def was_known(row):
        return row.recorded_on <= day and (row.voided_on is None or row.voided_on > day)

    created = {
        event.beneficiary_id
        for event in StageEvent.objects.filter(stage="created")
        if was_known(event)
    }
    return {
        member.beneficiary_id
        for member in EnterpriseMember.objects.all()
        if was_known(member) and member.beneficiary_id in created
    }


def page_of(client, code, **asked):
    return client.get(reverse("reporting:figure", args=[code]), asked)


def test_the_page_says_definition_rule_target_figure_and_list(client, team, ocb):
    convention = make_agreement(title="Convention")
    make_target(convention, 8, region=ocb.region)
    make_target(convention, 5, region=ocb.region, sex="female")
    known("2016-01-10", ocb=ocb)
    known("2016-01-10", ocb=ocb, sex="male")
    late = known("2016-07-15", ocb=ocb)
    gone = known("2016-01-10", ocb=ocb)
    with at("2016-02-01"):
        leave(gone, on=date(2016, 1, 20), by=team, reason="moved")
    page = page_of(client, "identified", arrete="30/06/2016")
    text = " ".join(page.content.decode().split())
    assert page.context["actual"] == 3
    assert page.context["women"] == 2
    assert (page.context["target"].in_force, page.context["women_target"].in_force) == (8, 5)
    assert "à la fin du 30/06/2016 ; cumul depuis l&#x27;origine du programme" in text
    assert "8 en vigueur, fixée par Convention (15/02/2014) ; 37,5 % atteints" in text
    assert "Dont 1 qui avaient quitté" in text
    assert [(m.reason.code, m.n) for m in page.context["misses"]] == [("late", 1)]
    listed = client.get(
        reverse("reporting:figure_people", args=["identified"]), {"arrete": "30/06/2016"}
    )
    assert listed.context["page"].total == 3
    assert "Arrêté au 30/06/2016" in listed.content.decode()
    named = client.get(
        reverse("reporting:figure_missed", args=["identified", "late"]), {"arrete": "30/06/2016"}
    )
    assert late.file_number in named.content.decode()
    assert "enregistré le 15/07/2016" in named.content.decode()


def test_the_enterprises_have_their_page_and_their_list(client, team, ocb):
    known("2016-01-10", ocb=ocb, at=Stage.CREATED)
    page = page_of(client, "enterprises")
    assert (page.context["actual"], page.context["women"]) == (1, None)
    listed = client.get(reverse("reporting:figure_people", args=["enterprises"]))
    assert listed.context["page"].total == 1


def test_an_official_reads_counts_without_names_and_without_small_ones(client, ocb):
    client.force_login(make_user(Role.OFFICIAL))
    for _ in range(6):
        known("2016-01-10", ocb=ocb)
    known("2016-01-10", ocb=ocb, sex="male")
    known("2016-07-15", ocb=ocb)
    page = page_of(client, "identified", arrete="30/06/2016")
    text = page.content.decode()
    (miss,) = page.context["misses"]
    assert str(miss.shown) == "< 5"
    assert page.context["actual"] == 7
    # one man would be told by seven less six
    assert page.context["women"] == "masqué"
    assert "/personnes/" not in text
    assert "/non-comptes/" not in text
    address = reverse("reporting:figure_missed", args=["identified", "late"])
    assert client.get(address).status_code == 404


def test_an_agent_reads_the_names_of_their_own_ocb_only(client, ocb):
    client.force_login(make_user(Role.OCB_AGENT, ocb=ocb))
    other = make_ocb(region=ocb.region)
    person = known("2016-07-15", ocb=ocb)
    with at("2016-08-01"):
        move(person, other, by=make_user())
    page = page_of(client, "identified", arrete="30/06/2016")
    assert [(m.reason.code, m.n) for m in page.context["misses"]] == [("late", 1)]
    named = client.get(
        reverse("reporting:figure_missed", args=["identified", "late"]), {"arrete": "30/06/2016"}
    )
    assert person.file_number not in named.content.decode()
    assert named.context["unseen"] == 1


def test_card_list_and_sheet_of_a_past_day_are_one_figure(client, team, ocb):
    for _ in range(3):
        known("2016-01-10", ocb=ocb, at=Stage.SELECTED)
    known("2016-07-15", ocb=ocb, at=Stage.SELECTED)
    taken_back = known("2016-01-10", ocb=ocb, at=Stage.SELECTED)
    with at("2016-07-01"):
        void(taken_back.events.get(stage="selected"), by=team, reason="Erreur de liste")
    for day, n in (("31/12/2015", 0), ("30/06/2016", 4), ("01/07/2016", 3), ("31/07/2016", 4)):
        asked = {"arrete": day, "region": ocb.region.code}
        card = client.get(reverse("reporting:dashboard"), asked).context["cards"][1]
        listed = client.get(reverse("reporting:figure_people", args=["selected"]), asked)
        book = client.get(reverse("reporting:figure_export", args=["selected"]), asked)
        rows = rows_of(
            opened(BytesIO(b"".join(book.streaming_content)))["Bénéficiaires"], "N° de fiche"
        )
        assert (card.actual, listed.context["page"].total, len(rows)) == (n, n, n), day


@pytest.mark.parametrize("address", ["figure", "figure_people"])
def test_an_unknown_figure_is_not_found(client, team, address):
    assert client.get(reverse(f"reporting:{address}", args=["inconnu"])).status_code == 404


def test_an_unknown_reason_or_one_of_another_stage_is_not_found(client, team):
    for reason in ("inconnu", "unsigned"):
        address = reverse("reporting:figure_missed", args=["identified", reason])
        assert client.get(address).status_code == 404


def test_officials_read_no_small_count_of_a_region(client):
    """Three in one region and one in another: neither that one, nor what would give it away."""
    make_agreement()
    regions = [make_region(name_fr=name) for name in ("Safi", "Missour", "Fès")]
    for region, n in zip(regions, (7, 1, 6), strict=True):
        ocb = make_ocb(region=region)
        for _ in range(n):
            make_beneficiary(ocb=ocb)
    client.force_login(make_user(Role.OFFICIAL))
    url = reverse("reporting:figure", args=["identified"])
    shown = {str(region): n for region, n, _goal in client.get(url).context["regions"]}
    assert shown["Missour"] == "< 5"
    assert "masqué" in shown.values()
    narrowed = client.get(url, {"region": regions[1].code}).context
    assert narrowed["shown"] == "< 5"
    client.force_login(make_user(Role.STAFF))
    assert client.get(url, {"region": regions[1].code}).context["shown"] == "1"


def test_officials_read_no_women_that_give_a_small_count_away(client):
    """Two women in one region: those of the region whose line hides them are hidden too."""
    regions = [make_region() for _ in range(3)]
    for region, (women, men) in zip(regions, ((2, 8), (6, 8), (9, 9)), strict=True):
        ocb = make_ocb(region=region)
        for sex, n in ((Sex.FEMALE, women), (Sex.MALE, men)):
            for _ in range(n):
                make_beneficiary(ocb=ocb, sex=sex)
    client.force_login(make_user(Role.OFFICIAL))
    url = reverse("reporting:figure", args=["identified"])
    shown = [client.get(url, {"region": r.code}).context["women"] for r in regions]
    assert shown == ["< 5", "masqué", 9]
    assert client.get(url).context["women"] == 17
