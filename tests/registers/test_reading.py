"""Workbooks: the sheet, the header row, and every cell as it was typed."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice

import openpyxl
import pytest
import xlsxwriter

from remess.registers.reading import Cell, FileRefused, Limits, look_at, open_register
from tests.registers import zoo

HEADINGS = ["Nom", "Prénom", "Sexe", "Date de naissance", "CIN"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "registre.xlsx"


@pytest.fixture
def drawn(path):
    """Write these rows with openpyxl; `change` may alter the workbook before it is saved."""

    def draw(*rows, change=None):
        book = openpyxl.Workbook()
        book.active.title = "Registre"
        for row in rows:
            book.active.append(row)
        if change:
            change(book)
        book.save(path)
        return path

    return draw


def read(path, **options):
    with open_register(path, **options) as (register, rows):
        return register, list(rows)


def values(rows):
    return {number: [cell.value for cell in cells] for number, cells in rows}


def test_titles_above_the_headings_are_passed_over(drawn):
    rows = (["REMESS"], [], ["Registre", "Nom"], HEADINGS, ["Alaoui", "Amal"])
    register, found = read(drawn(*rows))
    assert (register.sheet, register.header_row, register.kind) == ("Registre", 4, "xlsx")
    assert register.headings == tuple(HEADINGS)
    assert register.columns == dict(
        enumerate(["family_name", "given_name", "sex", "birth_date", "cin"])
    )
    assert values(found) == {5: ["Alaoui", "Amal", None, None, None]}


def test_the_digest_and_the_name_are_those_of_the_file_received(drawn):
    path = drawn(HEADINGS)
    register, _rows = read(path, file_name="Reçu d’Errachidia.xlsx")
    assert register.file == "Reçu d’Errachidia.xlsx"
    assert register.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read(path)[0].file == "registre.xlsx"


def test_the_first_visible_sheet_with_headings_is_read_and_the_others_are_listed(drawn):
    def change(book):
        book.create_sheet("Notes", 0).append(["Bonjour"])
        old = book.create_sheet("Ancien", 0)
        old.append(HEADINGS)
        old.sheet_state = "hidden"
        book.create_sheet("Suite").append(HEADINGS)

    register, _rows = read(drawn(HEADINGS, ["Alaoui"], change=change))
    assert register.sheet == "Registre"
    assert register.other_sheets == ("Ancien", "Notes", "Suite")


def test_the_repeat_group_of_a_kobo_export_is_another_sheet(drawn):
    def change(book):
        parent = ["_index", "_parent_index", "_submission__id", "_submission__uuid"]
        book.create_sheet("formation", 0).append(["nom", *parent, "_submission__submission_time"])

    kobo = ["start", "nom", "prenom", "sexe", "naissance", "canal", "canal/ocb", "_uuid"]
    register, _rows = read(
        drawn(kobo, ["2024-03-02", "a", "b", "F", "c", "ocb", "1", "u"], change=change)
    )
    assert (register.sheet, register.other_sheets) == ("Registre", ("formation",))
    assert "ocb" not in register.columns.values()


def test_answers_in_columns_without_their_question_are_no_fields(drawn):
    headings = [*HEADINGS, "orientation/ocb", "fiche/ocb"]
    rows = (["a", "b", "F", "c", "d", answer, "OCB-01"] for answer in (1, 0, "1", None))
    register, _rows = read(drawn(headings, *rows))
    assert register.answer_columns == (5,)
    assert register.columns[6] == "ocb"


def test_values_keep_their_kind(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, [*HEADINGS, "ICE", "RC", "Portable", "Consentement", "Note"])
        sheet.write_row(1, 0, ["=text", "007812", 7812, 34125, 1.5])
        sheet.write_string(1, 0, "=texte")
        sheet.write_number(1, 5, 152926000008345)
        sheet.write_datetime(1, 6, datetime(1993, 5, 17), day)  # noqa: DTZ001
        sheet.write_datetime(1, 7, datetime(1993, 5, 17, 8, 30), day)  # noqa: DTZ001
        sheet.write_boolean(1, 8, True)
        sheet.write_formula(1, 9, "=A1&B1", value="NomPrénom")
    _register, [(_number, cells)] = read(path)
    assert [cell.value for cell in cells] == [
        "=texte", "007812", 7812, 34125, 1.5, 152926000008345, date(1993, 5, 17),
        datetime(1993, 5, 17, 8, 30), True, "=A1&B1",  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.is_formula for cell in cells] == [False] * 9 + [True]
    assert [cell.is_text for cell in cells] == [True] * 2 + [False] * 8
    assert [cell.number_format_is_date for cell in cells] == [False] * 6 + [True] * 2 + [False] * 2


def test_a_formula_is_one_even_without_a_stored_result(drawn):
    _register, [(_number, cells)] = read(drawn(HEADINGS, ["=B2"]))
    assert cells[0] == Cell("=B2", is_formula=True)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('<c r="A2" t="e"><v>#N/A</v></c>', Cell("#N/A")),
        ('<c r="A2" s="1"><v>-99999999</v></c>', Cell("#VALUE!", number_format_is_date=True)),
        ('<c r="A2" s="1"><v>0.5</v></c>', Cell(time(12), number_format_is_date=True)),
        ('<c r="A2" s="2"><v>1.25</v></c>', Cell("1 day, 6:00:00")),
        ('<c r="A2"><v>1.5E3</v></c>', Cell(1500)),
        ('<c r="A2"><v>1E999</v></c>', Cell("inf")),
        (
            '<c r="A2" t="d"><v>1993-05-17</v></c>',
            Cell(date(1993, 5, 17), number_format_is_date=True),
        ),
        ('<c r="A2"><f t="array" ref="A2">B2</f><v>1</v></c>', Cell("=B2", is_formula=True)),
        (zoo.text("A2", "Ala_x000D_\noui_x0000_"), Cell("Ala\r\noui")),
        (zoo.text("A2", "_x005F_x000D_"), Cell("_x000D_")),
        (zoo.RICH, Cell("Alaoui")),
    ],
)
def test_odd_cells_are_read_for_what_they_are(path, cell, found):
    path.write_bytes(zoo.book(zoo.sheet(zoo.TOP + zoo.row(2, cell))))
    _register, [(_number, cells)] = read(path)
    assert cells[0] == found


def test_a_day_before_excel_can_count_is_impossible(path):
    path.write_bytes(zoo.book(zoo.sheet(zoo.TOP + zoo.row(2, '<c r="A2" s="1"><v>60</v></c>'))))
    _register, [(_number, cells)] = read(path)
    assert cells[0].is_text
    assert cells[0].number_format_is_date


def test_shared_texts_lose_their_looks_and_phonetic_hints_only(path):
    hint = "<rPh sb='0' eb='1'><t>x</t></rPh>"
    item = f"<si><r><t>Ala</t></r><r><rPr><b/></rPr><t>oui</t></r>{hint}</si>"
    path.write_bytes(
        zoo.book(
            zoo.sheet(zoo.SHARED_ROWS.format(1)),
            strings=f'<sst xmlns="{zoo.MAIN}"><si><t/></si>{item}</sst>',
        )
    )
    assert values(read(path)[1])[2][0] == "Alaoui"


def test_dates_counted_from_1904_are_the_days_that_were_typed(path):
    path.write_bytes(zoo.drawn(zoo.in_1904))
    assert values(read(path)[1])[2][3] == date(1993, 5, 17)


def test_merged_ranges_are_seen_in_every_cell_they_cover(drawn):
    def change(book):
        book.active.merge_cells("A2:B3")
        book.active.merge_cells("E4:E5")

    people = [["Alaoui", "Amal"], [], ["Idrissi"], ["Tazi"]]
    _register, rows = read(drawn(HEADINGS, *people, change=change))
    merged = {
        (number, index)
        for number, cells in rows
        for index, cell in enumerate(cells)
        if cell.is_merged
    }
    assert merged == {(2, 0), (2, 1), (3, 0), (3, 1), (4, 4), (5, 4)}


def test_blank_rows_between_people_are_given_and_those_after_the_last_are_not(path):
    blanks = zoo.row(6, '<c r="A6" s="1"/>')
    path.write_bytes(zoo.book(zoo.sheet(zoo.GOOD + zoo.line(5, ["Tazi"]) + blanks)))
    _register, rows = read(path)
    assert [number for number, _cells in rows] == [2, 3, 4, 5]
    assert all(cell.is_blank for cell in rows[1][1])
    assert len(rows[1][1]) == len(HEADINGS)


def test_cells_beyond_the_headings_are_kept(drawn):
    _register, [(_number, cells)] = read(
        drawn(HEADINGS, ["a", "b", "F", "c", "d", None, "en trop"])
    )
    assert [cell.value for cell in cells][5:] == [None, "en trop"]


def test_a_header_row_and_a_mapping_given_by_hand_are_followed(drawn):
    path = drawn(["Famille", "Petit", "Prénom"], ["Alaoui", "x", "Amal"])
    with pytest.raises(FileRefused, match="quatre colonnes connues"):
        read(path)
    register, rows = read(path, header_row=1, mapping={"Famille": "family_name"})
    assert register.columns == {0: "family_name", 2: "given_name"}
    assert values(rows) == {2: ["Alaoui", "x", "Amal"]}


def test_a_confirmed_mapping_counts_towards_the_header_row(drawn):
    path = drawn(["A", "B", "C", "D"], ["Alaoui", "Amal", "F", "UA1"])
    mapping = {"A": "family_name", "B": "given_name", "C": "sex", "D": "cin"}
    assert read(path, mapping=mapping)[0].header_row == 1


def test_an_empty_header_row_given_by_hand_is_refused(drawn):
    with pytest.raises(FileRefused):
        read(drawn(HEADINGS), header_row=7)


def test_more_rows_than_allowed_are_refused_before_the_first_is_given(drawn):
    path = drawn(HEADINGS, ["a"], ["b"], ["c"])
    assert len(read(path, limits=Limits(rows=3))[1]) == 3
    with (
        pytest.raises(FileRefused, match="2 lignes au plus"),
        open_register(path, limits=Limits(rows=2)),
    ):
        pass


def a_register_of(path, rows):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Registre")
        sheet.write_row(0, 0, ["Nom", "Prénom", "Sexe", "CIN"])
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [f"Nom {row}", f"Prénom {row}", "F", f"UA{row}"])
    return path


def test_the_top_of_a_register_is_known_before_it_is_gone_through(tmp_path):
    path = a_register_of(tmp_path / "registre.xlsx", rows=400)
    found, rows = look_at(path, file_name="registre.xlsx", limits=Limits(), patience=0)
    assert found.last_row is None
    with open_register(path) as (whole, all_rows):
        assert replace(found, last_row=401) == whole
        assert rows == [list(cells) for _number, cells in islice(all_rows, 5)]


@pytest.mark.parametrize("name", ["registre.xlsx", "registre.csv"])
def test_a_small_register_is_gone_through_at_once(tmp_path, name):
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text("Nom;Prénom;Sexe;CIN\nAlami;Amal;F;UA1\n")
    else:
        a_register_of(path, rows=1)
    found, rows = look_at(path, file_name=name, limits=Limits(), patience=60)
    assert found.last_row == 2
    assert [cell.value for cell in rows[0]][2:] == ["F", "UA1"]


def test_what_refuses_a_register_further_down_is_said_where_it_is_soon_found(tmp_path):
    path = a_register_of(tmp_path / "registre.xlsx", rows=9)
    with pytest.raises(FileRefused, match="ligne 10"):
        look_at(path, file_name="registre.xlsx", limits=Limits(rows=2), patience=60)
    found, _rows = look_at(path, file_name="registre.xlsx", limits=Limits(rows=2), patience=0)
    assert found.header_row == 1


def test_headings_that_do_not_come_in_time_refuse_the_file(tmp_path):
    path = a_register_of(tmp_path / "registre.xlsx", rows=3)
    with pytest.raises(FileRefused) as refusal:
        look_at(path, file_name="registre.xlsx", limits=Limits(seconds=0), patience=0)
    assert refusal.value.code == "too_slow"


def test_rows_too_wide_for_one_block_between_the_processes_are_read_whole(path):
    answers = [f"Réponse {number} à une question longue" for number in range(60)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Registre")
        sheet.write_row(0, 0, ["Nom", "Prénom", "Sexe", "CIN", *map(str, range(60))])
        for row in range(1, 301):
            sheet.write_row(row, 0, ["Alami", "Amal", "F", f"UA{row}", *answers])
    with open_register(path) as (_found, rows):
        read = [[cell.value for cell in cells][3:] for _number, cells in rows]
    assert read == [[f"UA{row}", *answers] for row in range(1, 301)]
