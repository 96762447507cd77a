"""A third agreement, two new regions and a new indicator by sex appear on every screen and sheet.

Agreements, regions and targets are data; the indicator is one entry of INDICATORS, as here.
"""

import json
import sys
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from beneficiaries.funnel import Stage
from remess.accounts.roles import Role
from reporting import indicators
from reporting.counting import events_of
from reporting.exports import donor
from reporting.indicators import Indicator
from reporting.scope import build_scope
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_ocb,
    make_publication,
    make_region,
    make_target,
    make_user,
)
from tests.reporting.workbooks import opened, rows_of

pytestmark = pytest.mark.django_db
DAY = "01/06/2020"
LABEL = "Identifiés avec études"


def educated(scope, by):
    """Identified persons whose sheet tells their education."""
    if by in ("legal_form",):
        return {}
    events = events_of(scope).filter(stage=Stage.IDENTIFIED).exclude(beneficiary__education="")
    paths = {"region": "region__code", "ocb": "ocb__code", "sex": "sex"}
    found = {}
    for event in events.values("occurred_on", *paths.values()):
        key = event["occurred_on"].replace(day=1) if by == "month" else by and event[paths[by]]
        row = found.setdefault(key, {"educated": 0})
        row["educated"] += 1
    return found


@pytest.fixture
def new_indicator(monkeypatch):
    """One more entry at the end of INDICATORS, for every module that walks it."""
    entry = Indicator(
        "educated",
        LABEL,
        "jeunes",
        "Jeunes identifiés dont la fiche dit le niveau d'études.",
        educated,
        without=frozenset({"legal_form"}),
    )
    before = {"INDICATORS": indicators.INDICATORS, "CODES": indicators.CODES}
    after = {"INDICATORS": (*before["INDICATORS"], entry), "CODES": (*before["CODES"], entry.code)}
    monkeypatch.setitem(indicators.BY_CODE, entry.code, entry)
    for module in list(sys.modules.values()):
        for name, value in before.items():
            if getattr(module, name, None) is value:
                monkeypatch.setattr(module, name, after[name])
    return entry


@pytest.fixture
def world(new_indicator):
    """Two acts and a region; then, as data alone, a third act and two regions."""
    convention = make_agreement(title="Convention")
    avenant = make_agreement(code="AV1", title="Avenant n° 1", amends=convention)
    north = make_region(code="NOR", name_fr="Nord")
    make_target(convention, 10, region=north)
    make_target(avenant, 12, region=north)
    third = make_agreement(
        code="AV2",
        title="Avenant n° 2",
        amends=avenant,
        starts_on=date(2020, 1, 1),
        ends_on=date(2021, 1, 1),
    )
    new = [make_region(code="FES", name_fr="Fès"), make_region(code="TAT", name_fr="Tata")]
    for region, value in zip(new, (321, 432), strict=True):
        make_target(third, value, region=region)
        make_target(third, value + 1000, region=region, indicator="educated")
        make_target(third, value + 2000, region=region, indicator="educated", sex="female")
    for region in (north, *new):
        ocb = make_ocb(region=region)
        make_beneficiary(ocb=ocb, education="primary")
        make_beneficiary(ocb=ocb, education="higher", sex="male")
        make_beneficiary(ocb=ocb, at=Stage.CREATED)
    return third


def text_of(client, address, **asked):
    response = client.get(address, asked)
    assert response.status_code == 200, address
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OFFICIAL])
def test_they_appear_on_every_screen(client, world, role):
    client.force_login(make_user(role))
    screens = {
        reverse("reporting:dashboard"): ("Avenant n° 2", "Fès", "Tata", LABEL, "2 753"),
        reverse("reporting:ledger"): ("Avenant n° 2", "Fès", "Tata", LABEL, "1 321", "2 432"),
        reverse("reporting:figure", args=["educated"]): ("Fès", "Tata", "1 321", "4 753"),
        reverse("reporting:figure", args=["identified"]): ("Avenant n° 2", "Fès", "321", "432"),
        reverse("reporting:agreements"): ("Avenant n° 2",),
        world.get_absolute_url(): ("Fès", "Tata", LABEL, "1 321", "2 432", "Dont femmes"),
        reverse("reporting:outcomes"): ("Fès", "Tata"),
        reverse("reporting:losses"): ("Fès", "Tata"),
        reverse("home:help"): (LABEL,),
    }
    for address, expected in screens.items():
        text = text_of(client, address, arrete=DAY).replace("\u202f", " ")
        for words in expected:
            assert words in text or words.replace(" ", "") in text, (address, words)


def test_the_dashboard_counts_them_and_their_women(client, world):
    client.force_login(make_user(Role.ADMIN))
    page = client.get(reverse("reporting:dashboard"), {"arrete": DAY})
    # everything was recorded today: on that past day the register knew nothing of it
    assert {line.indicator.code: line.actual for line in page.context["against"]}["educated"] == 0
    page = client.get(reverse("reporting:dashboard"))
    lines = {line.indicator.code: line for line in page.context["against"]}
    educated_line = lines["educated"]
    assert (educated_line.actual, educated_line.women) == (6, 3)
    assert educated_line.target.as_dict() == {"initial": None, "revised": 2753, "in_force": 2753}
    assert educated_line.women_target.in_force == 2321 + 2432
    assert lines["identified"].target.in_force == 12 + 321 + 432
    assert [region.code for region, _figures in page.context["regions"]] == ["FES", "NOR", "TAT"]


def test_they_appear_in_every_sheet_of_the_workbook(world):
    book = opened(donor.build(build_scope(), None))
    assert {"Fès", "Tata"} <= set(book.sheetnames)
    for place in ("Ensemble", "Fès", "Tata", "Nord"):
        rows = [r for r in rows_of(book["Résultats"], "Indicateur") if r["Région"] == place]
        labels = [row["Indicateur"].strip() for row in rows]
        at = labels.index(LABEL)
        assert labels[at + 1] == "dont femmes"
        n = 3 if place == "Ensemble" else 1
        assert (rows[at]["Réalisé"], rows[at + 1]["Réalisé"]) == (2 * n, n)
    fes = rows_of(book["Fès"], "Indicateur")
    targets = {row["Indicateur"].strip(): row["Cible en vigueur"] for row in fes}
    assert targets[LABEL] == 1321
    acts = {row["Indicateur"].strip(): row["Fixée par"] for row in fes}
    assert acts[LABEL] == "Avenant n° 2, 01/01/2020"
    for sheet in ("Périodes", "Fès"):
        headings = [cell.value for row in book[sheet].iter_rows() for cell in row]
        assert LABEL in headings
    notes = [cell.value for row in book["Notes"].iter_rows() for cell in row if cell.value]
    assert any(LABEL in str(text) for text in notes)
    assert any("Avenant n° 2" in str(text) for text in notes)


def test_they_answer_the_command_and_stand_in_a_publication(world):
    out = StringIO()
    call_command("funnel", "--json", "--by", "sex", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["totals"]["educated"] == 6
    assert answer["targets"]["educated"] == {"initial": None, "revised": 2753, "in_force": 2753}
    assert {row["key"]: row["educated"] for row in answer["rows"]} == {"female": 3, "male": 3}
    frozen = make_publication(as_of=date(2020, 6, 1))
    assert frozen.targets["regions"]["FES"]["educated"]["in_force"] == 1321
    assert "educated" in frozen.definitions
