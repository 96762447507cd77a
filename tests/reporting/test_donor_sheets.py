"""The donor workbook sheet by sheet: cover, framework, charts, enterprises, data; small cells."""

import re
import zipfile
from datetime import date

import pytest
import time_machine

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Sex
from remess.accounts.roles import Role
from remess.programme.models import Region
from remess.shared.dates import today
from reporting.exports import donor
from reporting.exports.figures import CUMULATIVE, PERIOD, Figures
from reporting.frozen import digest, figures_of, targets_of
from reporting.indicators import CODES, breakdown, totals
from reporting.scope import build_scope
from reporting.small_cells import Hidden
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_ocb,
    make_publication,
    make_region,
    make_target,
    make_user,
)
from tests.reporting.workbooks import every_text, opened, results, rows_of

pytestmark = pytest.mark.django_db


def read(scope=None, user=None):
    return opened(donor.build(scope or build_scope(user=user), user), data_only=True)


def drawn(built):
    """(title words, text read aloud) of each chart, and whether its figures came with it."""
    with built, zipfile.ZipFile(built) as parts:
        texts = {name: parts.read(name).decode() for name in parts.namelist()}
    drawings = "".join(text for name, text in texts.items() if "/drawings/drawing" in name)
    charts = [text for name, text in sorted(texts.items()) if "/charts/chart" in name]
    return re.findall(r'descr="([^"]*)"', drawings), charts


def whole_digest(scope):
    """That of every figure, hidden or not."""
    return digest(figures_of(scope), targets_of(scope))


def test_the_cover_says_what_the_report_is_and_leads_to_every_sheet(world, settings):
    settings.DEMO = True
    user = make_user(full_name="Salma Essai")
    scope = build_scope(user=user, as_of=date(2018, 3, 1))
    book = read(scope, user)
    cover = book.worksheets[0]
    facts = {row["Ce rapport"]: row["Précision"] for row in rows_of(cover, "Ce rapport")}
    assert facts["Titre"] == "REMESS · Résultats du programme"
    assert facts["Arrêté au"] == "01/03/2018"
    assert facts["Période"].startswith("Accord AV1, 01/03/2018 – 01/03/2018")
    assert facts["Accord"] == "Accord AV1 (AV1)"
    assert "par Salma Essai" in facts["Production"]
    assert facts["Empreinte des chiffres et des cibles"] == whole_digest(scope)
    assert facts["Avertissement"].startswith("Démonstration.")
    assert [row["Feuille"] for row in rows_of(cover, "Feuille")] == book.sheetnames[1:]
    links = [cell.hyperlink for line in cover.iter_rows() for cell in line if cell.hyperlink]
    leads_to = [link.location.replace("'", "").removesuffix("!A1") for link in links]
    assert leads_to == book.sheetnames[1:]


def test_the_digest_on_the_cover_is_that_of_the_publication(world):
    with time_machine.travel("2019-06-01", tick=False):
        make_beneficiary(ocb=world["ocbs"][0], on=date(2019, 5, 1))
    report = make_publication(as_of=date(2019, 6, 30))
    with report.file.open("rb") as file:
        assert report.figures_digest in every_text(opened(file))


def test_a_line_has_level_baseline_period_and_cumulative(world):
    before = make_ocb(region=world["north"])
    make_beneficiary(ocb=before, on=date(2014, 1, 10), birth_date=date(1990, 1, 1))
    make_beneficiary(ocb=before, on=date(2018, 4, 2), birth_date=date(1995, 1, 1))
    scope = build_scope(as_of=today(), agreement=world["avenant"])
    book = read(scope)
    line = results(book, "Région NOR")["Identifiés"]
    assert line["Niveau"] == "Produit"
    assert line["Situation de départ"] == 1
    assert line["Date de la situation de départ"].date() == date(2014, 2, 15)
    assert (line["Réalisé sur la période"], line["Réalisé cumulé"]) == (1, 4)
    assert line["Taux d'atteinte"] == 4 / 20
    created = results(book, "Région NOR")["Créés"]
    assert (created["Niveau"], created["Cible en vigueur"]) == ("Effet", None)
    assert created["Réalisé sur la période"] == 0


def test_nothing_is_known_of_the_beginning_before_any_act():
    make_beneficiary()
    line = results(read(), "Ensemble")["Identifiés"]
    assert (line["Situation de départ"], line["Date de la situation de départ"]) == (None, None)


@pytest.mark.parametrize("start", [None, date(2017, 1, 1), date(2016, 2, 15)])
def test_the_figures_are_those_of_the_indicators_in_every_cut(world, start):
    scope = build_scope(start=start)
    figures = Figures(scope, None)
    counted, women = totals(scope), breakdown(scope, "sex")["female"]
    assert {code: figures.of(code, time=figures.asked) for code in CODES} == counted
    for code, row in breakdown(scope, "region").items():
        assert {name: figures.of(name, code, time=figures.asked) for name in row} == row
    for stage in PATH:
        assert figures.of(stage, sex=Sex.FEMALE, time=figures.asked) == women[stage]
    whole = totals(build_scope())
    assert {code: figures.of(code, time=CUMULATIVE) for code in CODES} == whole
    period = figures.timeline.report
    part = totals(build_scope(start=period.start, end=period.end))
    assert {code: figures.of(code, time=PERIOD) for code in CODES} == part


def test_funnel_and_trend_are_native_charts_read_aloud(world):
    texts, charts = drawn(donor.build(build_scope(), None))
    assert len(texts) == len(charts) == 2
    assert texts[0] == (
        "Barres, une par étape du parcours : Identifiés 3, Sélectionnés 2, Formés 1, Créés 1."
    )
    assert texts[1].startswith("Courbes du cumul de 03/2015 à 03/2019")
    assert "<c:barChart>" in charts[0]
    assert "<c:lineChart>" in charts[1]
    assert all("<c:v>3</c:v>" in chart for chart in charts)


def test_the_funnel_rates_are_formulas_with_their_value(world):
    plain = opened(donor.build(build_scope(), None))["Parcours et rythme"]
    row = rows_of(plain, "Étape")[1]
    assert row["Part de l'étape précédente"].startswith("=")
    valued = rows_of(read()["Parcours et rythme"], "Étape")
    assert [row["Personnes"] for row in valued] == [3, 2, 1, 1]
    assert valued[1]["Part de l'étape précédente"] == 2 / 3


def test_the_data_sheet_has_one_figure_a_line_and_adds_up(world):
    book = read()
    page = book["Données"]
    assert list(page.tables) == ["donnees"]
    rows = rows_of(page, "Mois")
    assert {
        "Mois": "2015-03",
        "Code région": "NOR",
        "Région": "Région NOR",
        "Code OCB": world["ocbs"][0].code,
        "OCB": str(world["ocbs"][0]),
        "Sexe": "Femme",
        "Étape": "Créé",
        "Personnes": 1,
    } in rows
    for stage in PATH:
        counted = sum(row["Personnes"] for row in rows if row["Étape"] == stage.label)
        assert counted == totals(build_scope())[stage]


def test_an_empty_register_still_has_every_sheet(settings):
    make_region(code="VID")
    book = read()
    assert len(book.sheetnames) == 10
    assert rows_of(book["Données"], "Mois") == []
    assert not book["Données"].tables


# The report's period


def period_of(as_of, **asked):
    """(« Réalisé sur la période » and cumulative of all identified, the caption, the cover)."""
    book = read(build_scope(as_of=as_of, **asked))
    line = results(book, "Ensemble")["Identifiés"]
    captions = [text for text in every_text(book) if text.startswith("Période du rapport : ")]
    cover = rows_of(book.worksheets[0], "Ce rapport")
    facts = {row["Ce rapport"]: row["Précision"] for row in cover}
    return line["Réalisé sur la période"], line["Réalisé cumulé"], captions, facts


@pytest.fixture
def three_years():
    """A convention of 2014–2016 and an avenant of 2018–2019, someone under each and after each."""
    convention = make_agreement(code="CONV")
    make_agreement(code="AV1", amends=convention)
    ocb, by_name = make_ocb(), {"birth_date": date(1995, 1, 1)}
    with time_machine.travel("2019-12-31", tick=False):
        for on in (date(2015, 3, 1), date(2017, 3, 1), date(2018, 5, 1), date(2018, 6, 1)):
            make_beneficiary(ocb=ocb, on=on, **by_name)
        make_beneficiary(ocb=ocb, on=date(2019, 6, 1), **by_name)


def test_the_period_is_that_of_the_agreement_in_force(three_years):
    reached, actual, captions, facts = period_of(date(2020, 1, 1), end=date(2018, 12, 31))
    assert (reached, actual) == (2, 4)
    assert captions[0].startswith("Période du rapport : Accord AV1, 01/03/2018 – 31/12/2018.")
    assert "Aucun accord" not in captions[0]
    assert facts["Accord"] == "Accord AV1 (AV1)"


def test_after_the_last_act_the_period_is_its_own_and_says_so(three_years):
    reached, actual, captions, facts = period_of(date(2020, 1, 1))
    assert (reached, actual) == (2, 5)
    assert captions[0].startswith(
        "Période du rapport : Accord AV1, 01/03/2018 – 01/03/2019. Aucun accord n'est en vigueur "
        "au 01/01/2020 : c'est la période du dernier commencé, ce qui a suivi est hors période."
    )
    assert len(captions) == 2  # the framework and the only region
    assert facts["Accord"] == (
        "Accord AV1 (AV1), terminé le 01/03/2019 : aucun accord n'est en vigueur ce jour-là."
    )


def test_between_two_acts_the_period_is_that_of_the_one_before(three_years):
    reached, actual, captions, _facts = period_of(date(2020, 1, 1), end=date(2017, 12, 31))
    assert (reached, actual) == (1, 2)
    assert captions[0].startswith("Période du rapport : Accord CONV, 15/02/2014 – 14/02/2016.")


def test_before_any_act_there_is_no_period_rather_than_a_zero(three_years):
    reached, actual, captions, facts = period_of(date(2020, 1, 1), end=date(2013, 12, 31))
    assert (reached, actual) == (None, 0)
    assert captions[0] == (
        "Période du rapport : Aucun accord n'avait commencé au 31/12/2013 : pas de période."
    )
    assert facts["Accord"] == "Aucun accord n'est en vigueur ce jour-là."


def test_a_period_yet_to_begin_has_no_figure(three_years):
    asked = {"start": date(2021, 1, 1)}
    reached, actual, captions, _facts = period_of(date(2020, 1, 1), **asked)
    assert (reached, actual) == (None, 5)
    assert captions[0].endswith("La période demandée n'avait pas commencé au 01/01/2020.")


# Whoever reads no names reads no small count either


@pytest.fixture
def few():
    """Two regions, the second with few women; a convention, then a time outside any act."""
    convention = make_agreement(code="CONV")
    north, south = make_region(code="NOR"), make_region(code="SUD")
    make_target(convention, 30, region=north)
    for region, sex, on, n in (
        (north, Sex.FEMALE, date(2015, 3, 1), 7),
        (north, Sex.MALE, date(2015, 3, 1), 8),
        (north, Sex.FEMALE, date(2017, 5, 1), 6),
        (north, Sex.MALE, date(2017, 5, 1), 9),
        (south, Sex.FEMALE, date(2015, 4, 1), 3),
        (south, Sex.MALE, date(2015, 4, 1), 12),
        (south, Sex.MALE, date(2017, 6, 1), 11),
    ):
        ocb = make_ocb(region=region)
        for _ in range(n):
            make_beneficiary(ocb=ocb, sex=sex, on=on)


def test_an_official_reads_the_data_by_period_without_ocb_or_small_count(few):
    official = make_user(Role.OFFICIAL)
    page = read(user=official)["Données"]
    rows = rows_of(page, "Période")
    assert list(rows[0]) == [
        *("Période", "Du", "Au", "Code région", "Région", "Sexe", "Étape", "Personnes"),
        "Remarque",
    ]
    small = [row for row in rows if row["Remarque"] == "< 5"]
    assert [(row["Région"], row["Sexe"], row["Étape"]) for row in small] == [
        ("Région SUD", "Femme", "Identifié")
    ]
    assert all(row["Personnes"] is None for row in rows if row["Remarque"])
    assert not any(0 < (row["Personnes"] or 0) < 5 for row in rows)
    assert sum(row["Remarque"] is not None for row in rows) >= 4


def test_what_is_hidden_in_one_sheet_is_hidden_in_all(few):
    official = make_user(Role.OFFICIAL)
    book = read(user=official)
    south = {
        row["Indicateur"].strip(): row
        for row in rows_of(book["Région SUD"], "Indicateur")
        if row["Unité"] in ("jeunes", "femmes") and row["Niveau"] == "Produit"
    }
    women = next(
        row for row in rows_of(book["Région SUD"], "Indicateur") if "dont" in row["Indicateur"]
    )
    assert women["Réalisé cumulé"] == "< 5"
    assert women["Part des femmes"] is None
    assert south["Identifiés"]["Réalisé cumulé"] == 26
    staff = rows_of(read()["Région SUD"], "Indicateur")
    assert next(row for row in staff if "dont" in row["Indicateur"])["Réalisé cumulé"] == 3


def test_the_digest_of_a_file_says_nothing_of_what_it_hides(few):
    """Whoever has the file knows all but the few a hidden count can be: they would try them."""
    south = Region.objects.get(code="SUD")
    for region, n in ((south, 30), (make_region(code="TRO"), 2), (make_region(code="QUA"), 4)):
        ocb = make_ocb(region=region)
        for _ in range(n):
            make_beneficiary(ocb=ocb)
    official, scope = make_user(Role.OFFICIAL), build_scope(as_of=today())
    page = every_text(read(scope, official))
    assert whole_digest(scope) not in page
    counts, unseen = figures_of(scope), 0
    for code in ("TRO", "QUA"):
        unseen += counts["regions"][code]["identified"]
        counts["regions"][code]["identified"] = None
    assert unseen == 6
    assert digest(counts, targets_of(scope)) in page
    assert whole_digest(scope) in every_text(read(scope, make_user(Role.STAFF)))


def test_a_workbook_of_one_region_hides_what_the_whole_one_hides(few):
    tiny = make_ocb(region=make_region(code="TRO"))
    for _ in range(2):
        make_beneficiary(ocb=tiny, on=date(2015, 3, 1))
    official = make_user(Role.OFFICIAL)
    whole = Figures(build_scope(user=official), official)
    for region in Region.objects.all():
        part = Figures(build_scope(user=official, region=region), official)
        for (code, place, sex, time), n in part.counts.items():
            shown = part.of(code, place, sex, time)
            assert shown == whole.of(code, region.code, sex, time), (code, place, sex, time, n)


@pytest.mark.parametrize("start", [None, date(2015, 4, 1), date(2017, 6, 1)])
def test_no_subtraction_finds_a_hidden_count(few, start):
    official = make_user(Role.OFFICIAL)
    figures = Figures(build_scope(user=official, start=start), official)
    assert figures.hidden
    places, sexes = ["NOR", "SUD", None], ["female", "male", ""]
    lines = figures.lines_of_time()
    every_time = {time for line in lines for time in line}
    sums = [
        [("identified", place, sex, time) for time in line]
        for line in lines
        for place in places
        for sex in sexes
    ]
    sums += [[("identified", p, s, t) for p in places] for s in sexes for t in every_time]
    sums += [[("identified", p, s, t) for s in sexes] for p in places for t in every_time]
    for line in sums:
        unknown = [key for key in line if key in figures.hidden]
        assert len(unknown) != 1, line
        for key in line:
            assert key in figures.hidden or not 0 < figures.counts.get(key, 0) < 5


def trend(book):
    """{day: row} of the months."""
    rows = rows_of(book["Parcours et rythme"], "À la fin du mois")
    return {row["À la fin du mois"].date(): row for row in rows}


def test_the_trend_of_an_official_grows_by_no_small_step(few):
    official = make_user(Role.OFFICIAL)
    make_beneficiary(ocb=make_ocb(region=make_region(code="TRO")), on=date(2017, 9, 1))
    shown = [row["Identifiés"] for row in trend(read(user=official)).values()]
    grown = [0, *(n for n in shown if n is not None)]
    steps = [after - before for before, after in zip(grown, grown[1:], strict=False)]
    assert all(step == 0 or step >= 5 for step in steps)
    assert grown[-1] == 57


def test_the_trend_of_a_region_does_not_end_at_a_figure_that_is_hidden(few):
    """Two of one region are hidden, and the least of the others beside them."""
    tiny = make_ocb(region=make_region(code="TRO"))
    for _ in range(2):
        make_beneficiary(ocb=tiny, on=date(2015, 3, 1))
    official, silent = make_user(Role.OFFICIAL), 0
    for region in Region.objects.all():
        scope = build_scope(user=official, region=region)
        hidden = type(Figures(scope, official).of("identified")) is Hidden
        shown = {row["Identifiés"] for row in trend(read(scope, official)).values()}
        assert (shown == {None}) is hidden, region
        silent += hidden
    assert silent == 2


def test_a_hidden_month_keeps_its_line_and_says_so(few):
    official = make_user(Role.OFFICIAL)
    make_beneficiary(ocb=make_ocb(region=make_region(code="TRO")), on=date(2017, 7, 1))
    make_beneficiary(ocb=make_ocb(region=make_region(code="TRE")), on=date(2017, 9, 1))
    book = read(user=official)
    months, staff = trend(book), trend(read())
    assert list(months) == list(staff)
    assert "Remarque" not in next(iter(staff.values()))
    july = months[date(2017, 7, 31)]
    assert (july["Identifiés"], july["Sélectionnés"], july["Remarque"]) == (None, 0, "masqué")
    assert months[date(2017, 5, 31)]["Remarque"] is None
    captions = [text for text in every_text(book) if text.startswith("Cumul mois après mois")]
    assert captions == [
        "Cumul mois après mois · « masqué » : trop peu de personnes pour être montré"
    ]


def test_the_trend_stands_on_an_axis_of_time_and_runs_over_what_is_hidden(few):
    official = make_user(Role.OFFICIAL)
    _texts, charts = drawn(donor.build(build_scope(user=official), official))
    assert "<c:dateAx>" in charts[1]
    assert '<c:dispBlanksAs val="span"/>' in charts[1]
    assert "<c:dateAx>" not in charts[0]


def test_no_formula_stands_over_a_hidden_count(few):
    official = make_user(Role.OFFICIAL)
    plain = opened(donor.build(build_scope(user=official), official))
    valued = read(user=official)
    for page in plain:
        for line in page.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    assert valued[page.title][cell.coordinate].value is not None
    assert all(type(figure) is not Hidden for figure in totals(build_scope()).values())


def test_few_of_a_legal_form_hide_another(world):
    ocb = world["ocbs"][0]
    for _ in range(8):
        make_beneficiary(ocb=ocb, at=Stage.CREATED)
    official = make_user(Role.OFFICIAL)
    rows = rows_of(read(user=official)["Entreprises"], "Forme juridique")
    assert rows[-1]["Personnes ayant créé"] == 9
