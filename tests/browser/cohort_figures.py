"""The hand count of the cohort, held against dashboard, command and workbook.

Identified: all 40 (41 sheets, two of one person), 20 of them women (the odd ranks).
Selected: 1 to 17 and 18, 19, 30: 20; women 1, 3 … 19: 10.
Trained: those but 17: 19; women 9.
Created: alone 1 to 11 and 30, together 12 to 16: 17; women 1, 3, 5, 7, 9, 11, 13, 15: 8.
Enterprises: 12 auto-entrepreneurs and one cooperative: 13.
Left: 17, and 30 who came back. Waiting: the 20 not retained, and the 2 trained on their way.
"""

import json
import re
from io import BytesIO, StringIO

import openpyxl
from django.core.management import call_command

from tests.browser.cohort import TOGETHER, YOUTHS
from tests.browser.cohort_pages import go, signed_in
from tests.reporting.workbooks import every_text, results, women

STAGES = ["identified", "selected", "trained", "created"]
TOTALS = [40, 20, 19, 17]
WOMEN = [20, 10, 9, 8]
ENTERPRISES = 13
ZERO = [0, 0, 0, 0, 0]


def check_figures(users, official):
    check_dashboard(official)
    check_official_sees_no_name(official)
    check_funnel()
    for name in ("official", "staff"):
        check_workbook(workbook_of(users[name]), name)


def check_dashboard(page):
    go(page, "/tableau-de-bord/")
    assert [int(text) for text in page.locator(".figure .value").all_inner_texts()] == TOTALS
    text = page.locator("main").inner_text()
    assert "17 personnes, 13 entreprises" in text
    # One cooperative is too few to be shown to an official: twelve others would tell it, and the
    # persons behind either would tell their enterprises.
    assert page.locator(".facts-figures dd").all_inner_texts() == ["masqué"] * 3
    for told in ("12 pers.", " 5 pers.", " 1 entr.", "12 entr."):
        assert told not in text
    for part, whole in zip(WOMEN, TOTALS, strict=True):
        assert f"{part} de {whole}" in text
    steps = [t.replace("\u00a0", " ") for t in page.locator(".figure .step").all_inner_texts()]
    # 20/40, 19/20, 17/19.
    assert steps == ["50,0 %", "95,0 %", "89,5 %"]


def check_official_sees_no_name(page):
    """On no page of the menu, and no address of a person, their list or a work list."""
    addresses = page.locator(".nav-main a").evaluate_all("links => links.map((a) => a.pathname)")
    addresses += ["/tableau-de-bord/resultats/", "/pertes/", "/bootcamps/B-01/"]
    for address in addresses:
        go(page, address)
        assert named_in(page.locator("body").inner_text()) == set()
    one = YOUTHS[1].person.get_absolute_url()
    hidden = [one, "/beneficiaires/", "/a-faire/suivis/", "/formations/C-01/"]
    assert [page.request.get(address).status for address in hidden] == [404, 403, 404, 404]


def named_in(text):
    """Whose family name is a word of `text`."""
    words = set(re.findall(r"\w+", text.upper()))
    return {youth.family for youth in YOUTHS.values() if youth.family.upper() in words}


def funnel(*options):
    out = StringIO()
    call_command("funnel", *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def rows(dimension):
    """{key: [identified, selected, trained, created, enterprises]} of the command."""
    found = funnel("--by", dimension)["rows"]
    return {row.pop("key"): list(row.values()) for row in found}


def check_funnel():
    answer = funnel()
    assert [answer["totals"][stage] for stage in STAGES] == TOTALS
    assert answer["totals"]["enterprises"] == ENTERPRISES
    in_force = [answer["targets"][stage]["in_force"] for stage in STAGES]
    assert in_force == [40, 20, 20, 18]
    assert rows("region") == {"ERR": [*TOTALS, ENTERPRISES], "SAF": ZERO}
    assert rows("ocb") == {"OCB-01": [*TOTALS, ENTERPRISES]}
    assert rows("sex") == {"female": [*WOMEN, None], "male": [20, 10, 10, 9, None]}
    forms = {key: row[-2:] for key, row in rows("legal_form").items() if row[-1]}
    assert forms == {"auto_entrepreneur": [12, 12], "cooperative": [5, 1]}
    months = {key: row for key, row in rows("month").items() if any(row)}
    # At B-01 in April 17, at B-02 in May 3; the course ends in June.
    assert months == {
        "2015-03": [40, 0, 0, 0, 0],
        "2015-04": [0, 17, 0, 0, 0],
        "2015-05": [0, 3, 0, 0, 0],
        "2015-06": [0, 0, 19, 0, 0],
        "2015-10": [0, 0, 0, 12, 12],
        "2015-11": [0, 0, 0, 5, 1],
    }
    # As the register stood before one of them, typed twice, was merged.
    assert funnel("--as-of", "2015-03-04")["totals"]["identified"] == 41
    # Before the second bootcamp, of those who came to the first.
    assert funnel("--to", "2015-04-30")["totals"]["selected"] == 17


def workbook_of(user):
    answer = signed_in(user).get("/tableau-de-bord/telecharger/")
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))


def check_workbook(book, reader):
    found = [row["Réalisé cumulé"] for row in results(book, "Ensemble").values()]
    assert found == [*TOTALS, ENTERPRISES]
    assert women(book, "Ensemble") == WOMEN
    assert [row["Réalisé cumulé"] for row in results(book, "Errachidia").values()] == found
    assert [row["Réalisé cumulé"] for row in results(book, "Safi").values()] == ZERO
    assert named_in(" ".join(every_text(book))) == set()
    if reader == "staff":
        check_losses(book["Pertes"])
        check_outcomes(book["Après création"])


def first_rows(page, heading):
    """The first row, « Ensemble », of each table that has a column `heading`."""
    lines = list(page.iter_rows(values_only=True))
    starts = [at for at, line in enumerate(lines) if heading in line]
    return [dict(zip(lines[at], lines[at + 1], strict=True)) for at in starts]


def check_losses(page):
    """Two left, one of them back: 18 days after the sheet (30), 86 after the selection (17)."""
    (gone,) = first_rows(page, "Parties")
    assert (gone["Sélectionné"], gone["Parties"]) == (1, 1)
    (exits,) = first_rows(page, "Sorties")
    assert (exits["Sorties"], exits["Revenues"]) == (2, 1)
    assert (exits["30 jours ou moins"], exits["31 à 90 jours"]) == (1, 1)
    # From 20 March to 2 May 2015.
    assert exits["Absence médiane, jours"] == 43
    waiting = first_rows(page, "En attente")[0]
    assert [waiting[name] for name in ("Identifié", "Sélectionné", "Formé")] == [20, 0, 2]


def check_outcomes(page):
    at_6, at_12 = (
        {name: value for name, value in row.items() if name}
        for row in first_rows(page, "Créations")
    )
    assert counts(at_6) == (17, 15, 2, 0, 0)  # 11 closed, 30 suspended
    # 2 tells two men; the cooperative, once, three women and a man.
    assert (at_6["Emplois, femmes"], at_6["Emplois, hommes"]) == (3, 3)
    # 11 stays closed though nobody asked again; 10 is lost; 30 works again.
    assert counts(at_12) == (17, 15, 1, 1, 0)
    # 2 tells a woman; the cooperative, told by its five members, four women and a man once.
    assert (at_12["Emplois, femmes"], at_12["Emplois, hommes"]) == (5, 1)
    assert at_12["Survie, de toutes"] == 15 / 17
    assert at_12["Survie, des réponses"] == 15 / 16
    # Of fifteen known: ten had 800 and five 600; nine have 2000, five 1800 and 30 has 1500.
    assert len(TOGETHER) == 5
    incomes = ("Revenus connus", "Revenu médian avant", "Revenu médian après")
    assert [at_12[name] for name in incomes] == [15, 800, 2000]


def counts(row):
    names = ("Créations", "En marche", "Suspendues ou fermées", "Perdues de vue", "Sans suivi")
    return tuple(row[name] for name in names)
