"""The list export, opened again: one line per person, and never a CIN."""

from datetime import date

import pytest
import time_machine

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Sex, StageEvent
from beneficiaries.transitions import advance
from reporting.exports import beneficiaries, donor
from reporting.indicators import totals
from reporting.scope import build_scope
from tests.factories import import_line, make_beneficiary, make_user
from tests.reporting.workbooks import every_text, opened, rows_of

pytestmark = pytest.mark.django_db


def test_the_list_has_one_line_per_person(world):
    book = opened(beneficiaries.build(Beneficiary.objects.all(), None, filters=["Étape : toutes"]))
    page = book["Bénéficiaires"]
    rows = rows_of(page, "N° de fiche")
    assert list(rows[0]) == [str(column.heading) for column in beneficiaries.COLUMNS]
    assert len(rows) == 3
    row = next(row for row in rows if row["Étape"] == "Créé")
    person = Beneficiary.objects.get(current_stage=Stage.CREATED)
    assert row["N° de fiche"] == person.file_number
    assert row["Nom"] == person.family_name.upper()
    assert row["Sexe"] == "Femme"
    assert row["Téléphone"] == "06 12 34 56 78"
    assert row["Né(e) le"].date() == date(1993, 5, 17)
    assert row["Créé le"].date() == date(2015, 3, 1)
    assert row["Région"] == "Région NOR"
    assert any("3 personnes" in text and "Étape : toutes" in text for text in every_text(book))


def test_no_cin_leaves_and_none_is_read(world, django_assert_num_queries):
    with django_assert_num_queries(4) as captured:
        book = opened(beneficiaries.build(Beneficiary.objects.all(), None))
    assert not any("UA123456" in text for text in every_text(book))
    assert not any('"cin"' in query["sql"] for query in captured.captured_queries)
    assert not any("CIN" in str(column.heading) for column in beneficiaries.COLUMNS)
    assert not any("UA123456" in t for t in every_text(opened(donor.build(build_scope(), None))))


def test_names_that_look_like_formulas_stay_text(world):
    make_beneficiary(ocb=world["ocbs"][0], family_name="=1+1", given_name="@somme\x0b")
    page = opened(beneficiaries.build(Beneficiary.objects.all(), None))["Bénéficiaires"]
    cell = next(c for line in page.iter_rows() for c in line if c.value == "=1+1")
    assert cell.data_type == "s"


def test_the_list_streams_at_a_flat_number_of_queries(world, django_assert_max_num_queries):
    model = Beneficiary.objects.filter(current_stage=Stage.IDENTIFIED).get()
    event = StageEvent.objects.get(beneficiary=model)
    people = Beneficiary.objects.bulk_create(
        Beneficiary(
            file_region="ZZZ",
            file_no=number,
            family_name=f"Nom {number}",
            ocb=model.ocb,
            consent_notice="1",
            consent_on=model.consent_on,
            consent_by=model.consent_by,
        )
        for number in range(1, 2998)
    )
    StageEvent.objects.bulk_create(
        StageEvent(
            beneficiary=person,
            stage=Stage.IDENTIFIED,
            occurred_on=event.occurred_on,
            recorded_at=event.recorded_at,
            recorded_on=event.recorded_on,
            recorded_by=event.recorded_by,
            evidence_kind=event.evidence_kind,
            region=event.region,
            ocb=event.ocb,
            sex=Sex.FEMALE,
        )
        for person in people
    )
    chunks = 3000 // beneficiaries.CHUNK
    with django_assert_max_num_queries(2 + 2 * chunks):
        built = beneficiaries.build(Beneficiary.objects.all(), None)
    assert len(rows_of(opened(built)["Bénéficiaires"], "N° de fiche")) == 3000


def test_the_list_of_a_past_day_knows_only_what_was_known_then(world):
    with time_machine.travel("2016-06-01", tick=False):
        person = make_beneficiary(ocb=world["ocbs"][0], on=date(2015, 3, 1))
    advance(person, Stage.SELECTED, on=date(2015, 4, 1), by=make_user(), evidence=import_line(None))
    scope = build_scope(as_of=date(2016, 12, 31))
    rows = rows_of(opened(beneficiaries.build_from_scope(scope, None))["Bénéficiaires"], "Nom")
    assert [row["N° de fiche"] for row in rows] == [person.file_number]
    assert rows[0]["Étape"] == "Identifié"
    assert rows[0]["Sélectionné le"] is None
    assert len(rows) == totals(scope)["identified"]
