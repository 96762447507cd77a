"""Workbooks are opened again with openpyxl: what was written is what is read."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation
from openpyxl.utils.escape import unescape

from remess.shared.excel import (
    Chart,
    Column,
    Drawing,
    Formula,
    Kind,
    Line,
    Link,
    Sheet,
    Style,
    Table,
    sheet_name,
    streaming,
    workbook_file,
    write_workbook,
)

VALUE = Column("Valeur", lambda row: row)


def written(*sheets):
    target = io.BytesIO()
    write_workbook(target, sheets, title="Essai", author="REMESS")
    return target


def cells(values, kind=Kind.TEXT):
    """The cells read back, headings left out, after writing `values` down one column."""
    column = Column("Valeur", lambda row: row, kind)
    book = openpyxl.load_workbook(written(Sheet("Essai", [Table([column], values)])))
    return [cell for (cell,) in book["Essai"].iter_rows(min_row=2)][: len(values)]


@pytest.mark.parametrize("text", ["=1+1", "+212 6", "-5", "@nom", "{=A1}", "https://x.ma", "012"])
def test_text_stays_text(text):
    (cell,) = cells([text])
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_control_characters_survive():
    (cell,) = cells(["a\x00b\x0bc\x1fd"])
    assert unescape(cell.value) == "a\x00b\x0bc\x1fd"


def test_characters_no_file_can_hold_are_replaced():
    (cell,) = cells(["a\ud800b\uffff"])
    assert cell.value == "a\ufffdb\ufffd"


def test_too_long_a_text_is_cut_and_says_so():
    (cell,) = cells(["x" * 40_000])
    assert len(cell.value) == 32_767
    assert cell.value.endswith("…")


def test_none_is_empty_and_zero_is_zero():
    empty, zero = cells([None, 0], Kind.INTEGER)
    assert empty.value is None
    assert zero.value == 0


def test_numbers_and_dates_carry_their_formats():
    (number,) = cells([1083], Kind.INTEGER)
    (share,) = cells([0.445], Kind.PERCENT)
    (day,) = cells([date(2018, 3, 1)], Kind.DATE)
    assert (number.number_format, number.alignment.horizontal) == ("#,##0", "right")
    assert (share.number_format, share.alignment.horizontal) == ("0.0%", "right")
    assert (day.number_format, day.value) == ("dd/mm/yyyy", datetime(2018, 3, 1))  # noqa: DTZ001


def test_a_moment_is_written_as_casablanca_showed_it():
    (cell,) = cells([datetime(2017, 8, 1, 23, 30, tzinfo=UTC)], Kind.MOMENT)
    assert cell.value == datetime(2017, 8, 2, 0, 30)  # noqa: DTZ001 - Excel knows no zones


def test_a_day_before_1900_is_written_as_text():
    (cell,) = cells([date(1899, 12, 31)], Kind.DATE)
    assert cell.value == "1899-12-31"


def test_a_formula_carries_its_value_and_names_cells_by_column():
    columns = [
        Column("Réalisé", lambda row: row[0], Kind.INTEGER, key="actual"),
        Column("Cible", lambda row: row[1], Kind.INTEGER, key="target"),
        Column("Taux", lambda row: Formula("={actual}/{target:-1}", 0.25), Kind.PERCENT),
    ]
    book = written(Sheet("Essai", [Table(columns, [(3, 8), (2, 5)])]))
    assert openpyxl.load_workbook(book)["Essai"]["C3"].value == "=A3/B2"
    assert openpyxl.load_workbook(book, data_only=True)["Essai"]["C3"].value == 0.25


def test_the_sheet_is_laid_out_to_be_read_and_printed():
    sheet = Sheet(
        "Essai",
        [Table([VALUE, VALUE], ["a", "b"]), Table([VALUE], ["c"], caption="Suite")],
        intro=[(Line.TITLE, "Titre"), (Line.WARNING, "Attention")],
        footer="Arrêté & signé",
        warning="Attention",
        is_list=True,
    )
    page = openpyxl.load_workbook(written(sheet))["Essai"]
    assert [page["A1"].value, page["A2"].value] == ["Titre", "Attention"]
    assert [page["A4"].value, page["A5"].value, page["A8"].value] == ["Valeur", "a", "Suite"]
    assert page.freeze_panes == "B5"
    assert page.auto_filter.ref == "A4:B6"
    assert page.print_title_rows is None  # over the second table they would be wrong
    assert page.print_area == "'Essai'!$A$1:$B$10"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert not page.merged_cells.ranges
    assert page["A4"].fill.fgColor.rgb == "FF14506A"
    assert "Arrêté && signé" in page.oddFooter.left.text


def test_a_wrapped_text_gets_the_room_it_needs():
    column = Column("Texte", lambda row: row, Kind.LONG_TEXT, 20)
    page = openpyxl.load_workbook(written(Sheet("Essai", [Table([column], ["mot " * 20])])))
    assert page["Essai"].row_dimensions[2].height >= 60


def test_rows_are_styled_one_by_one():
    table = Table(
        [VALUE], ["a", "b"], style=lambda row: Style.STRONG if row == "b" else Style.PLAIN
    )
    page = openpyxl.load_workbook(written(Sheet("Essai", [table])))["Essai"]
    assert (page["A2"].font.bold, page["A3"].font.bold) == (False, True)


def test_a_table_without_rows_still_has_its_headings():
    page = openpyxl.load_workbook(written(Sheet("Essai", [Table([VALUE], [])], is_list=True)))
    assert page["Essai"]["A1"].value == "Valeur"


def test_sheet_names_are_made_acceptable_and_unique():
    names = ["Sidi/Slimane [a]:*?", "x" * 40, "X" * 40, "", "'Safi'", "History", "😀" * 20]
    taken, found = set(), []
    for name in names:
        found.append(sheet_name(name, taken))
        taken.add(found[-1].casefold())
    assert found[0] == "Sidi Slimane a"
    assert found[2] == "X" * 27 + " (2)"
    assert found[3:6] == ["Feuille", "Safi", "History 1"]
    assert all(len(name.encode("utf-16-le")) <= 62 for name in found)
    written(*(Sheet(name, [Table([VALUE], [])]) for name in names))


def test_the_file_says_nothing_of_the_machine():
    book = written(Sheet("Essai", [Table([VALUE], [])]))
    properties = openpyxl.load_workbook(book).properties
    assert (properties.title, properties.creator) == ("Essai", "REMESS")
    with zipfile.ZipFile(book) as parts:
        text = " ".join(parts.read(name).decode() for name in parts.namelist())
    assert str(settings.BASE_DIR) not in text
    assert "x15ac:absPath" not in text


def test_rows_are_streamed():
    """The rows are asked for one by one while the file is being written."""
    alive = []

    def rows():
        for number in range(1000):
            alive.append(number)
            yield number

    with workbook_file([Sheet("Essai", [Table([VALUE], rows())])], title="", author="") as book:
        page = openpyxl.load_workbook(book)["Essai"]
    assert page.max_row == 1001
    assert len(alive) == 1000


def test_an_arabic_sheet_reads_from_the_right():
    with translation.override("ar"):
        book = written(Sheet("Essai", [Table([VALUE], ["a"])], intro=[(Line.TITLE, "Titre")]))
    page = openpyxl.load_workbook(book)["Essai"]
    assert page.sheet_view.rightToLeft
    assert [page[cell].alignment.horizontal for cell in ("A1", "A3", "A4")] == ["right"] * 3


@pytest.mark.parametrize("wrap", [list, iter], ids=["held", "streamed"])
def test_texts_stand_in_one_table_as_excel_writes_them(wrap):
    rows = wrap(["un", "deux", "un", "  a\x0bb ", "<r>é</r>", "<r><t>&"])
    book = written(Sheet("Essai", [Table([VALUE], rows)]))
    with zipfile.ZipFile(book) as parts:
        texts = parts.read("xl/sharedStrings.xml").decode()
        assert "inlineStr" not in parts.read("xl/worksheets/sheet1.xml").decode()
    assert texts.count("<si><t>un</t></si>") == 1
    assert 'count="7" uniqueCount="6"' in texts
    read = [unescape(cell.value) for (cell,) in openpyxl.load_workbook(book)["Essai"].iter_rows()]
    assert read == ["Valeur", "un", "deux", "un", "  a\x0bb ", "<r>é</r> ", "<r><t>&"]


def test_texts_too_many_to_remember_are_still_each_their_own(monkeypatch):
    monkeypatch.setattr(streaming, "REMEMBERED", 2)
    rows = iter(["un", "deux", "trois", "deux", "trois", "un"])
    book = openpyxl.load_workbook(written(Sheet("Essai", [Table([VALUE], rows)])))
    values = [cell.value for (cell,) in book["Essai"].iter_rows(min_row=2)]
    assert values == ["un", "deux", "trois", "deux", "trois", "un"]


def test_a_chart_carries_its_figures_and_the_text_read_in_its_place():
    columns = [
        Column("Étape", lambda row: row[0], key="stage"),
        Column("Personnes", lambda row: row[1], Kind.INTEGER, key="n"),
    ]
    chart = Chart(Drawing.BARS, "Titre", "Deux barres.", 0, "stage", ["n"], ["#112233", "#445566"])
    table = Table(columns, [("Un", 12), ("Deux", 7)])
    with zipfile.ZipFile(written(Sheet("Essai", [table], charts=[chart]))) as parts:
        drawn = parts.read("xl/charts/chart1.xml").decode()
        assert 'descr="Deux barres."' in parts.read("xl/drawings/drawing1.xml").decode()
    assert all(text in drawn for text in ("<c:v>12</c:v>", "Titre", "112233", "445566"))


def test_a_chart_of_nothing_is_not_drawn():
    chart = Chart(Drawing.LINES, "Titre", "Rien.", 0, "a", ["a"], ["#112233"])
    sheet = Sheet("Essai", [Table([Column("A", str, key="a")], [])], charts=[chart])
    with zipfile.ZipFile(written(sheet)) as parts:
        assert not any("charts/" in name for name in parts.namelist())


def test_a_link_leads_to_a_sheet_by_its_place():
    links = Table([VALUE], [Link("Seconde", 1)])
    book = openpyxl.load_workbook(
        written(Sheet("A", [links]), Sheet("L'autre", [Table([VALUE], [])]))
    )
    cell = book["A"]["A2"]
    assert (cell.value, cell.hyperlink.location) == ("Seconde", "'L''autre'!A1")


def test_a_named_table_is_an_excel_table_with_its_headings():
    sheet = Sheet("Essai", [Table([VALUE], ["a"])], data_name="valeurs", intro=[(Line.TITLE, "T")])
    table = openpyxl.load_workbook(written(sheet))["Essai"].tables["valeurs"]
    assert (table.ref, table.column_names) == ("A3:A4", ["Valeur"])
