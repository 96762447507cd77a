"""CSV files: any encoding and separator of the field, records by the line they start on."""

import pytest

from remess.registers.reading import FileRefused, Limits, open_register
from tests.registers import zoo

PEOPLE = (("Aït Ali", "Zoé", "F"), ("العلمي", "سلمى", "F"))


def read(path, **options):
    with open_register(path, **options) as (register, rows):
        found = {number: [cell.value for cell in cells] for number, cells in rows}
        return register, found


@pytest.fixture
def written(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "registre.csv"
        path.write_bytes(content.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_both_scripts_come_through_every_encoding(written, encoding, separator):
    register, rows = read(written(zoo.csv_of(*PEOPLE, separator=separator), encoding))
    assert (register.kind, register.sheet, register.other_sheets) == ("csv", "", ())
    assert register.headings == zoo.HEADINGS
    assert rows[2] == ["Aït Ali", "Zoé", "F", None, None]
    assert rows[3][:2] == ["العلمي", "سلمى"]


def test_french_of_windows_is_read(written):
    assert read(written(zoo.csv_of(PEOPLE[0]), "cp1252"))[1][2][:2] == ["Aït Ali", "Zoé"]


def test_arabic_of_windows_is_read_as_arabic(written):
    content = "النسب;الاسم;الجنس;تاريخ الازدياد\nالعلمي;سلمى;أنثى;1993\n"
    register, rows = read(written(content, "cp1256"))
    assert list(register.columns.values()) == ["family_name", "given_name", "sex", "birth_date"]
    assert rows[2][0] == "العلمي"


def test_a_record_counts_from_the_line_it_starts_on(written):
    note = '"une\r\ndeux ; trois"'
    content = "Titre\r\n\r\n" + zoo.csv_of(("a", note), ("b",), (), ("c",))
    register, rows = read(written(content))
    assert register.header_row == 3
    assert {number: row[0] for number, row in rows.items()} == {4: "a", 6: "b", 7: None, 8: "c"}
    assert rows[4][1] == "une\r\ndeux ; trois"


def test_blank_records_at_the_end_are_left_out(written):
    assert list(read(written(zoo.csv_of(("a",)) + ";;;;\r\n\r\n;;;;\r\n"))[1]) == [2]


def test_short_records_are_filled_and_long_ones_kept(written):
    rows = read(written(zoo.csv_of(("a",), (*zoo.PERSON, "", "en trop", ""))))[1]
    assert rows[2] == ["a", None, None, None, None]
    assert rows[3] == [*zoo.PERSON, None, "en trop"]


def test_everything_in_a_csv_is_text_and_holds_nothing_a_database_refuses(written):
    rows = read(written(zoo.csv_of(("=1+1", "0\x007", "1993"))))[1]
    assert rows[2][:3] == ["=1+1", "07", "1993"]


def test_a_comma_in_a_title_does_not_decide_the_separator(written):
    content = "Registre, zone Errachidia, 2015, suite\n" + zoo.csv_of(("a", "b, c"))
    register, rows = read(written(content))
    assert register.header_row == 2
    assert rows[3][:2] == ["a", "b, c"]


@pytest.mark.parametrize(
    ("records", "line"),
    [
        ([("a",), ('"b', "c")], 3),
        ([("a",), ("b",), ('"x"y', "c")], 4),
        ([('"a', *zoo.PERSON[1:]), zoo.PERSON, ('b"', *zoo.PERSON[1:])], 2),
    ],
)
def test_a_wrong_quote_is_refused_by_its_line_before_any_row_is_given(written, records, line):
    path = written(zoo.csv_of(*records))
    with pytest.raises(FileRefused, match=f"ligne {line},") as refusal, open_register(path):
        pass
    assert refusal.value.code == "open_quote"


def test_more_records_than_allowed_are_refused(written):
    path = written(zoo.csv_of(("a",), ("b",), ("c",)))
    with pytest.raises(FileRefused, match="2 lignes au plus"):
        read(path, limits=Limits(rows=2))
