"""Every dimension: groups as in a plain loop, adding up to the whole, small cells hidden."""

import random
from collections import Counter
from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.funnel import Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary, Enterprise, EnterpriseMember, ReferentPeriod
from beneficiaries.models.person import Education, Sector, Sex
from beneficiaries.transitions import advance, assign_referent
from bootcamps.transitions import sign_minutes
from remess.accounts.roles import Role
from remess.programme.brackets import age_on
from remess.programme.models import Region
from reporting.comparison import compare
from reporting.comparison_shown import sum_checks
from reporting.dashboard import dashboard_of
from reporting.dimensions import BY_CODE, DIMENSIONS, dimensions_for
from reporting.forms import CompareForm
from reporting.indicators import totals
from reporting.scope import Scope, build_scope
from reporting.small_cells import Hidden
from tests import factories
from tests.histories import LAST_DAY, live, seeds
from tests.reporting.test_parity import all_events, counted, known, random_scope

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)
STAGES = [stage.value for stage in Stage]


def vary(world, rng):
    """Give the people of a random register different sheets and referents."""
    trainers = [factories.make_trainer() for _ in range(2)]
    for person in Beneficiary.objects.order_by("pk"):
        Beneficiary.objects.filter(pk=person.pk).update(
            education=rng.choice(["", *Education.values]),
            sector=rng.choice(["", *Sector.values]),
            birth_date=date(rng.randrange(1984, 1998), rng.randrange(1, 13), rng.randrange(1, 29)),
        )
        for at in range(rng.randrange(3)):
            on = date(2015 + at, rng.randrange(1, 13), 1)
            assign_referent([person], rng.choice([None, *trainers]), on=on, by=world.by)


def group_by_loop(dimension, event, scope):
    """The group an event belongs to, read afresh."""
    person, day = event.beneficiary, event.occurred_on
    if dimension in ("etudes", "secteur"):
        return {"etudes": person.education, "secteur": person.sector}[dimension]
    if dimension == "age":
        age = age_on(person.birth_date, event_of(person, Stage.IDENTIFIED, scope).occurred_on)
        bands = {"18-20": range(18, 21), "21-24": range(21, 25), "25-29": range(25, 30)}
        return next((name for name, ages in bands.items() if age in ages), "outside")
    if dimension == "formateur":
        for period in ReferentPeriod.objects.filter(beneficiary=person):
            if period.since <= scope.as_of and (not period.until or period.until > scope.as_of):
                return period.trainer.code
        return ""
    if dimension == "bootcamp":
        selection = event_of(person, Stage.SELECTED, scope)
        is_minutes = selection and selection.evidence_kind == EvidenceKind.MINUTES
        return selection.evidence_reference if is_minutes else ""
    return {
        "region": event.region.code,
        "ocb": event.ocb.code,
        "sexe": event.sex,
        "mois": f"{day.year}-{day.month:02}",
        "trimestre": f"{day.year}-{1 + (day.month - 1) // 3}",
        "semestre": f"{day.year}-{1 + (day.month - 1) // 6}",
    }[dimension]


def event_of(person, stage, scope):
    events = person.events.filter(stage=stage)
    return next((event for event in events if known(event, scope.as_of)), None)


def by_loop(scope, dimension):
    """{(group, figure): n}: persons by stage, enterprises by the first creation of a member."""
    found, creations = Counter(), []
    for event in all_events():
        if not known(event, scope.as_of):
            continue
        if event.stage == Stage.CREATED:
            creations.append(event)
        if counted(scope, event):
            found[group_by_loop(dimension, event, scope), event.stage] += 1
    if "enterprises" not in BY_CODE[dimension].figures:
        return found
    for enterprise in Enterprise.objects.order_by("pk"):
        rows = EnterpriseMember.objects.filter(enterprise=enterprise)
        members = {row.beneficiary_id for row in rows if known(row, scope.as_of)}
        own = [event for event in creations if event.beneficiary_id in members]
        first = min(own, key=lambda event: (event.occurred_on, event.pk), default=None)
        if first and counted(scope, first):
            found[group_by_loop(dimension, first, scope), "enterprises"] += 1
    return found


@pytest.mark.parametrize("seed", seeds(3, quick=1))
def test_every_dimension_counts_as_in_a_plain_loop_and_adds_up_to_the_whole(seed):
    world, rng = live(seed, size=14, moves=160), random.Random(seed)
    vary(world, rng)
    seen = Counter()
    for scope in [Scope(LAST_DAY), *(random_scope(rng) for _ in range(5))]:
        whole = totals(scope)
        for dimension in DIMENSIONS:
            found = compare(scope, dimension)
            assert found.total.figures == {code: whole[code] for code in dimension.figures}
            assert found.gaps == {}, (dimension.code, scope)
            if dimension.code != "forme":  # held by test_parity
                figures = Counter(
                    {(line.key, c): n for line in found.lines for c, n in line.figures.items() if n}
                )
                assert figures == by_loop(scope, dimension.code), (dimension.code, scope)
            seen[dimension.code] += sum(any(line.figures.values()) for line in found.lines)
    assert len(seen) == len(DIMENSIONS)
    assert seen.total() > 100


def test_a_selection_counts_under_the_bootcamp_that_signed_it():
    ocb = factories.make_ocb()
    people = [factories.make_beneficiary(ocb=ocb) for _ in range(3)]
    bootcamp = factories.make_bootcamp(code="B-07", region=ocb.region, participants=people[:2])
    bootcamp.participations.update(attended=True, decision="retained")
    sign_minutes(bootcamp, by=factories.make_user(), signatory="A. Benkirane")
    advance(
        people[2],
        Stage.SELECTED,
        on=date(2015, 5, 1),
        by=factories.make_user(),
        evidence=Evidence(EvidenceKind.PAPER, "Registre", date(2015, 5, 1)),
    )
    lines = compare(build_scope(), BY_CODE["bootcamp"]).lines
    assert [
        (line.label, line.figures["identified"], line.figures["selected"]) for line in lines
    ] == [
        ("B-07 · 01/04/2015", 2, 2),
        ("Sans bootcamp", 1, 1),
    ]


@pytest.mark.parametrize(
    ("birth", "group"),
    [
        (date(1994, 3, 2), "18-20"),  # 20 the day before their birthday
        (date(1994, 3, 1), "21-24"),
        (date(1990, 3, 1), "25-29"),
        (date(1985, 3, 2), "25-29"),  # 29
        (date(1985, 3, 1), "outside"),  # 30, by derogation
        (date(1997, 3, 2), "outside"),  # 17
    ],
)
def test_an_age_is_in_one_band_to_the_day(birth, group):
    person = factories.make_beneficiary(at=None, birth_date=birth)
    advance(
        person,
        Stage.IDENTIFIED,
        on=DAY,
        by=factories.make_user(),
        evidence=factories.import_line(DAY),
        derogation="Accord du comité",
    )
    lines = compare(build_scope(), BY_CODE["age"]).lines
    assert [line.key for line in lines if line.figures["identified"]] == [group]


def test_a_gap_is_told_by_its_figure_and_size():
    factories.make_beneficiary()
    found = compare(build_scope(), BY_CODE["sexe"])
    assert sum_checks(found)[0].startswith("Vérifié")
    found.lines[0].figures["identified"] -= 1
    assert found.gaps == {"identified": 1}
    (sentence,) = sum_checks(found)
    assert sentence.startswith("Identifiés : il manque 1")


def test_rates_need_the_same_people_at_both_steps():
    factories.make_beneficiary(at=Stage.SELECTED)
    assert compare(build_scope(), BY_CODE["sexe"]).has_rates
    assert not compare(build_scope(), BY_CODE["mois"]).has_rates
    assert not compare(build_scope(start=DAY), BY_CODE["sexe"]).has_rates


# Who sees what


@pytest.fixture
def network():
    """Two regions: three OCBs of 3, 12 and 20 identified youths, all men but six."""
    north = factories.make_region(code="NOR", name_fr="Nord")
    south = factories.make_region(code="SUD", name_fr="Sud")
    ocbs = [factories.make_ocb(region=r, name_fr=f"OCB {r}") for r in (north, south, south)]
    for ocb, n in zip(ocbs, (3, 12, 20), strict=True):
        for number in range(n):
            sex = Sex.FEMALE if number < 2 else Sex.MALE
            factories.make_beneficiary(ocb=ocb, on=DAY, sex=sex, family_name="Chraibi")
    return {"north": north, "south": south, "ocbs": ocbs}


def shown_to_official(scope, dimension):
    found = compare(scope, dimension, factories.make_user(Role.OFFICIAL))
    return [(line.label, line.seen("identified")) for line in [*found.lines, found.total]]


def test_no_small_count_reaches_an_official_whatever_the_dimension(network):
    official = factories.make_user(Role.OFFICIAL)
    hidden = 0
    for dimension in dimensions_for(official):
        found = compare(build_scope(user=official), dimension, official)
        for code in found.codes:
            column = [line.seen(code) for line in found.lines]
            for value in [*column, found.total.seen(code)]:
                assert isinstance(value, Hidden) or value == 0 or value >= 5
            masked = [line for line in found.lines if code in line.hidden]
            hidden += len(masked)
            if code not in found.total.hidden:
                assert len(masked) != 1
    assert hidden
    assert "formateur" not in [dimension.code for dimension in dimensions_for(official)]


def test_the_region_filter_does_not_uncover_what_the_table_of_regions_hides(network):
    official = factories.make_user(Role.OFFICIAL)
    table = shown_to_official(build_scope(user=official), BY_CODE["region"])
    assert table == [("Nord", "< 5"), ("Sud", "masqué"), ("Ensemble", 35)]
    south = build_scope(user=official, region=network["south"])
    assert shown_to_official(south, BY_CODE["ocb"])[-1] == ("Ensemble", "masqué")
    whole = compare(south, BY_CODE["ocb"], factories.make_user())
    assert whole.total.seen("identified") == 32


def test_the_page_compares_by_every_dimension(client, network):
    client.force_login(factories.make_user(Role.STAFF))
    for dimension in DIMENSIONS:
        response = client.get(reverse("reporting:comparison"), {"par": dimension.code})
        assert response.status_code == 200
        assert "Vérifié" in response.content.decode()


def test_an_official_may_not_ask_for_trainers_and_sees_no_name(client, network):
    client.force_login(factories.make_user(Role.OFFICIAL))
    refused = client.get(reverse("reporting:comparison"), {"par": "formateur"})
    assert refused.status_code == 422
    page = client.get(reverse("reporting:comparison"), {"par": "ocb"}).content.decode()
    assert "&lt; 5" in page
    assert "CHRAIBI" not in page
    assert "/personnes/" not in page


def test_an_agent_compares_their_own_ocb_only(client, network):
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=network["ocbs"][1]))
    for code in ("ocb", "region"):
        shown = client.get(reverse("reporting:comparison"), {"par": code}).context["shown"]
        assert [row.cells[0].text for row in shown.rows] == ["12"]


def test_every_linked_figure_leads_to_as_many_people(client, network):
    cooperative = factories.make_enterprise(legal_form="cooperative")
    for _ in range(2):
        factories.make_beneficiary(
            at=Stage.CREATED, ocb=network["ocbs"][1], enterprise=cooperative, on=DAY
        )
    factories.make_beneficiary(at=Stage.TRAINED, ocb=network["ocbs"][1])
    client.force_login(factories.make_user(Role.STAFF))
    linked = 0
    for code in ("region", "ocb", "sexe", "forme"):
        shown = client.get(reverse("reporting:comparison"), {"par": code}).context["shown"]
        for row in [*shown.rows, shown.total]:
            for cell in row.cells:
                if cell.url:
                    linked += 1
                    people = client.get(cell.url).context["page"]
                    assert people.total == int(cell.text), cell
    assert linked > 20


def test_the_chart_draws_the_figures_of_the_table(client, network):
    client.force_login(factories.make_user(Role.STAFF))
    query = {"par": "ocb", "mesure": "identified"}
    shown = client.get(reverse("reporting:comparison"), query).context["shown"]
    assert [bar.n for bar in shown.bars] == [3, 12, 20]
    assert shown.scale == 20
    assert [row.cells[0].text for row in shown.rows] == [bar.text for bar in shown.bars]


def test_an_odd_dimension_or_figure_is_refused_in_words(client):
    user = factories.make_user(Role.STAFF)
    client.force_login(user)
    for query in ({"par": "cin"}, {"mesure": "x" * 500}, {"par": "\x00"}):
        assert client.get(reverse("reporting:comparison"), query).status_code == 422
    assert client.get(reverse("reporting:comparison")).status_code == 200
    assert CompareForm.base_fields["par"].required


@pytest.mark.parametrize("code", [dimension.code for dimension in DIMENSIONS])
def test_a_comparison_costs_the_same_queries_whatever_it_counts(
    code, network, django_assert_num_queries
):
    with django_assert_num_queries(queries_of(code)):
        compare(build_scope(), BY_CODE[code])
    for _ in range(3):
        ocb = factories.make_ocb()
        factories.make_beneficiary(at=Stage.CREATED, ocb=ocb, referent=factories.make_trainer())
    with django_assert_num_queries(queries_of(code)):
        compare(build_scope(), BY_CODE[code])


def queries_of(code):
    """Figures, enterprises, the two totals, the names: never one a group."""
    dimension = BY_CODE[code]
    has_names = code in ("region", "ocb", "formateur", "bootcamp")
    return 3 + has_names + ("enterprises" in dimension.figures)


def test_the_women_of_one_region_are_hidden_by_sex_as_on_the_dashboard():
    """Two women in one region, nine in the other: the women of all would tell the two."""
    for code, women, men in (("TRO", 2, 9), ("NEU", 9, 9)):
        ocb = factories.make_ocb(region=factories.make_region(code=code))
        for sex, n in (("female", women), ("male", men)):
            for _ in range(n):
                factories.make_beneficiary(ocb=ocb, sex=sex)
    official = factories.make_user(Role.OFFICIAL)
    for region in Region.objects.all():
        scope = build_scope(user=official, region=region)
        ((_indicator, women, *_rest), *_others) = dashboard_of(scope, official)["women"]
        assert type(women) is Hidden
        compared = compare(scope, BY_CODE["sexe"], official)
        assert {type(line.seen("identified")) for line in compared.lines} == {Hidden}
        assert type(compared.total.seen("identified")) is int
