"""The donor workbook, opened again: every figure is that of indicators.py over the scope."""

import shutil
from datetime import date

import openpyxl
import pytest

from beneficiaries.funnel import PATH
from beneficiaries.models import Beneficiary
from remess.accounts.roles import Role
from remess.shared.excel import Column, Formula, Kind, Sheet, Table, write_workbook
from reporting.exports import beneficiaries, donor
from reporting.exports.periods import periods_until
from reporting.indicators import INDICATORS, breakdown
from reporting.scope import build_scope
from reporting.targets import TargetTable
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_ocb,
    make_region,
    make_target,
    make_user,
)
from tests.reporting.workbooks import every_text, opened, recalculated, results, rows_of, women

pytestmark = pytest.mark.django_db
PUBLISHED = {"identified": 1083, "selected": 742, "trained": 659, "created": 482}
DEMO_SENTENCE = (
    "Personnes, cibles et ventilations inventées ; seuls les totaux publiés au 01/03/2018 "
    "sont réels."
)


def test_women_stand_under_each_indicator_with_a_meaning_by_sex(world):
    scope = build_scope()
    book = opened(donor.build(scope, None), data_only=True)
    found = breakdown(scope, "sex")["female"]
    assert women(book, "Ensemble") == [found[stage] for stage in PATH]
    assert women(book, "Région NOR") == [1, 1, 1, 1]


def test_achievement_is_a_live_formula_with_its_value(world):
    plain = opened(donor.build(build_scope(), None))
    valued = opened(donor.build(build_scope(), None), data_only=True)
    formula = results(plain, "Région NOR")["Identifiés"]["Taux d'atteinte"]
    assert formula.startswith("=")
    assert results(valued, "Région NOR")["Identifiés"]["Taux d'atteinte"] == 2 / 20
    assert results(valued, "Région NOR")["Créés"]["Taux d'atteinte"] is None


def test_a_formula_never_lacks_its_value(world):
    plain = opened(donor.build(build_scope(), None))
    valued = opened(donor.build(build_scope(), None), data_only=True)
    formulas = [
        (page.title, cell.coordinate)
        for page in plain
        for line in page.iter_rows()
        for cell in line
        if cell.data_type == "f"
    ]
    assert len(formulas) > 20
    assert all(valued[page][place].value is not None for page, place in formulas)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_computes_the_same_values(world, tmp_path):
    path = tmp_path / "resultats.xlsx"
    with donor.build(build_scope(), None) as built:
        path.write_bytes(built.read())
    formulas, stored = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    computed = recalculated(path, tmp_path)
    compared = 0
    for page in formulas:
        for line in page.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    expected = stored[page.title][cell.coordinate].value
                    assert computed[page.title][cell.coordinate].value == pytest.approx(expected)
                    compared += 1
    assert compared > 20


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_recalculation_would_notice_a_wrong_value(tmp_path):
    columns = [
        Column("A", lambda row: row, Kind.INTEGER, key="a"),
        Column("B", lambda row: Formula("={a}*2", 99), Kind.INTEGER),
    ]
    path = tmp_path / "faux.xlsx"
    write_workbook(str(path), [Sheet("S", [Table(columns, [4])])], title="", author="")
    assert recalculated(path, tmp_path)["S"]["B2"].value == 8


def test_periods_add_up_and_show_what_fell_outside(world):
    scope = build_scope()
    book = opened(donor.build(scope, None), data_only=True)
    rows = rows_of(book["Périodes"], "Période")
    by_label = {}
    for row in rows:
        by_label[row["Période"]] = by_label.get(row["Période"], 0) + row["Identifiés"]
    assert by_label == {"Accord CONV": 2, "Hors période": 1, "Accord AV1": 0, "Total": 3}


def test_each_day_counts_under_one_period():
    first, last = date(2014, 2, 15), date(2016, 2, 14)

    class Act:
        def __init__(self, starts_on, ends_on):
            self.starts_on, self.ends_on = starts_on, ends_on

    long, short = Act(first, last), Act(date(2015, 1, 1), date(2015, 1, 31))
    found = periods_until([long, short], date(2016, 3, 1))
    assert [(p.start, p.end, p.agreement) for p in found] == [
        (None, date(2014, 2, 14), None),
        (first, date(2014, 12, 31), long),
        (date(2015, 1, 1), date(2015, 1, 31), short),
        (date(2015, 2, 1), last, long),
        (date(2016, 2, 15), date(2016, 3, 1), None),
    ]
    assert [(p.start, p.end) for p in periods_until([], date(2016, 3, 1))] == [
        (None, date(2016, 3, 1))
    ]


def test_a_third_agreement_and_another_region_appear_by_data_alone(world):
    region = make_region(code="TAZ", name_fr="Taza")
    third = make_agreement(
        code="AV2",
        amends=world["avenant"],
        title="Avenant n° 2",
        starts_on=date(2019, 3, 2),
        ends_on=date(2020, 3, 1),
    )
    make_target(third, 33, region=region)
    make_beneficiary(ocb=make_ocb(region=region), on=date(2019, 6, 1))
    scope = build_scope()
    book = opened(donor.build(scope, None), data_only=True)
    line = results(book, "Taza")["Identifiés"]
    assert (line["Réalisé cumulé"], line["Cible révisée"], line["Cible en vigueur"]) == (1, 33, 33)
    assert "Taza" in book.sheetnames
    assert results(book, "Ensemble")["Identifiés"]["Cible en vigueur"] == (
        TargetTable(scope).total("identified").in_force
    )
    assert "Avenant n° 2" in [row["Période"] for row in rows_of(book["Périodes"], "Période")]
    assert any("Avenant n° 2, 02/03/2019 – 01/03/2020" in text for text in every_text(book))


def test_figures_from_a_start_stand_beside_the_cumulative_ones(world):
    scope = build_scope(start=date(2017, 1, 1))
    book = opened(donor.build(scope, None), data_only=True)
    line = results(book, "Ensemble")["Identifiés"]
    assert (line["Réalisé sur la période"], line["Réalisé cumulé"]) == (1, 3)
    assert line["Taux d'atteinte"] == 3 / line["Cible en vigueur"]
    rows = rows_of(book["Périodes"], "Période")
    assert [row["Identifiés"] for row in rows] == [1, 0, 1]
    assert sum(row["Personnes"] for row in rows_of(book["Données"], "Mois")) == 1


def test_notes_say_what_was_asked_and_what_each_line_counts(world, settings):
    settings.DEMO = False
    user = make_user(full_name="Salma Essai")
    book = opened(donor.build(build_scope(user=user, as_of=date(2018, 3, 1)), user))
    topics = {row["Rubrique"]: row["Explication"] for row in rows_of(book["Notes"], "Rubrique")}
    assert topics["Arrêté au"] == "01/03/2018"
    assert topics["Période du rapport"].startswith("Accord AV1, 01/03/2018 – 01/03/2018.")
    assert "par Salma Essai" in topics["Production"]
    assert topics["Filtres"].startswith("Aucun filtre")
    for indicator in INDICATORS:
        assert topics[f"{indicator.label} ({indicator.unit})"] == str(indicator.definition)


def test_the_demo_warning_stands_on_every_sheet(world, settings):
    settings.DEMO = True
    for built in (
        donor.build(build_scope(), None),
        beneficiaries.build(Beneficiary.objects.all(), None),
    ):
        for page in opened(built):
            first_lines = [page.cell(row, 1).value or "" for row in range(1, 7)]
            assert any(DEMO_SENTENCE in line for line in first_lines), page.title


def test_a_real_register_carries_no_demo_warning(world, settings):
    settings.DEMO = False
    for built in (
        donor.build(build_scope(), None),
        beneficiaries.build(Beneficiary.objects.all(), None),
    ):
        assert not any("inventées" in text for text in every_text(opened(built)))


def test_an_agent_gets_the_figures_of_their_ocb_without_targets(world):
    agent = make_user(Role.OCB_AGENT, ocb=world["ocbs"][0])
    scope = build_scope(user=agent)
    book = opened(donor.build(scope, agent), data_only=True)
    line = results(book, "Ensemble")["Identifiés"]
    assert line["Réalisé cumulé"] == 2
    assert "Cible initiale" not in line
    assert book.sheetnames == [
        *("Couverture", "Cadre de résultats", "Périodes", "Région NOR"),
        *("Parcours et rythme", "Pertes", "Entreprises", "Après création", "Données", "Notes"),
    ]
    assert not any(world["ocbs"][1].name_fr in text for text in every_text(book))


def test_an_official_gets_no_name_and_no_ocb(world):
    official = make_user(Role.OFFICIAL)
    book = opened(donor.build(build_scope(user=official), official))
    texts = every_text(book)
    assert not any("Par OCB" in text or "Association" in text for text in texts)
    assert not any("Essai" in text or "ESSAI" in text for text in texts)


def test_files_are_named_after_their_day():
    assert donor.filename(build_scope(as_of=date(2018, 3, 1))) == "remess-resultats-2018-03-01.xlsx"
    assert beneficiaries.filename(date(2018, 3, 1)) == "remess-beneficiaires-2018-03-01.xlsx"
