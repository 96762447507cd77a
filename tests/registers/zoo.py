"""Malformed, hostile and merely odd files: name → (its bytes, file name, what must come of it).

What must come of it is the code of a refusal, or the number of rows below the headings.
"""

import io
import struct
import zipfile
import zlib
from datetime import date

import openpyxl

HEADINGS = ("Nom", "Prénom", "Sexe", "Date de naissance", "CIN")
PERSON = ("Alaoui", "Amal", "F", "17/05/1993", "UA12345")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEET_TYPE}.sharedStrings+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/></Types>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Registre" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
BOOK_RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>"
)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1">'
    "<fill><patternFill/></fill></fills>"
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs>'
    "</styleSheet>"
)


def text(reference, words):
    return f'<c r="{reference}" t="inlineStr"><is><t>{words}</t></is></c>'


def row(number, cells="".join):
    return f'<row r="{number}">{cells}</row>'


def line(number, values):
    return row(number, "".join(text(f"{'ABCDEFGH'[i]}{number}", v) for i, v in enumerate(values)))


TOP = line(1, HEADINGS)
GOOD = TOP + line(2, PERSON)


def sheet(rows=GOOD, before="", after="", prolog=""):
    content = f"{before}<sheetData>{rows}</sheetData>{after}"
    return f'{prolog}<worksheet xmlns="{MAIN}">{content}</worksheet>'


def book(sheet_xml=None, **parts):
    """An .xlsx of one sheet; `parts` replace (or with None remove) a part by its short name."""
    contents = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELATIONS,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
        "xl/worksheets/sheet1.xml": sheet() if sheet_xml is None else sheet_xml,
    }
    short = {"types": "[Content_Types].xml", "rels": "_rels/.rels", "book": "xl/workbook.xml",
             "book_rels": "xl/_rels/workbook.xml.rels", "styles": "xl/styles.xml",
             "strings": "xl/sharedStrings.xml", "sheet1": "xl/worksheets/sheet1.xml"}  # fmt: skip
    contents |= {short.get(name, name): content for name, content in parts.items()}
    return packed({name: content for name, content in contents.items() if content is not None})


def packed(contents, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return target.getvalue()


def drawn(change):
    """A workbook that openpyxl writes, after `change(workbook, sheet)`."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.title = "Registre"
    page.append(HEADINGS)
    page.append(PERSON)
    change(workbook, page)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def with_flag(content, flag):
    """The zip's entries, in both directories, marked with a flag."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            (old,) = struct.unpack_from("<H", changed, at + offset)
            struct.pack_into("<H", changed, at + offset, old | flag)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def lying_size(content, size):
    """The first part's unpacked size said to be `size` in the central directory."""
    changed = bytearray(content)
    struct.pack_into("<I", changed, changed.find(b"PK\x01\x02") + 24, size)
    return bytes(changed)


def broken_data(content):
    """One byte of the first compressed part changed: its checksum no longer fits."""
    changed = bytearray(content)
    changed[60] ^= 0xFF
    return bytes(changed)


def bomb(megabytes):
    """A sheet that unpacks to so many megabytes of blanks."""
    return book(sheet(before=" " * (megabytes << 20)))


def entity_bomb():
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY e0 "ha">{levels}]>'
    return doctype


def quadratic_entity():
    doctype = f'<!DOCTYPE worksheet [<!ENTITY big "{"a" * 200_000}">]>'
    return book(sheet(rows=TOP + line(2, ["&big;" * 2000]), prolog=doctype))


def outside_entity():
    doctype = '<!DOCTYPE worksheet [<!ENTITY out SYSTEM "file:///etc/hostname">]>'
    return book(sheet(rows=TOP + line(2, ["&out;"]), prolog=doctype))


def csv_of(*records, separator=";", end="\r\n"):
    return "".join(separator.join(record) + end for record in (HEADINGS, *records))


def ole(stream):
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 400
    )


def merged_everywhere(number):
    ranges = "".join(f'<mergeCell ref="A{i}:B{i}"/>' for i in range(2, number + 2))
    return sheet(after=f"<mergeCells>{ranges}</mergeCells>")


def hidden_only(workbook, page):
    """openpyxl refuses to save this; the state is set on a second sheet and the first removed."""
    workbook.create_sheet("Vide")
    page.sheet_state = "hidden"


def a_chart_alone(workbook, page):
    workbook.create_chartsheet("Graphique")
    page.sheet_state = "veryHidden"


def in_1904(workbook, page):
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    page["D2"] = date(1993, 5, 17)


SHARED = f'<sst xmlns="{MAIN}"><si><t>Alaoui</t></si></sst>'
SHARED_ROWS = TOP + row(2, '<c r="A2" t="s"><v>{}</v></c>')
RICH = '<c r="A2" t="inlineStr"><is><r><t>Ala</t></r><r><rPr><b/></rPr><t>oui</t></r></is></c>'

WORKBOOKS = {
    "a plain workbook": (book(), 1),
    "two cells at the far corners": (
        book(sheet(TOP + row(1048576, text("XFD1048576", "x")))),
        "too_many_rows",
    ),
    "a cell far to the right": (book(sheet(TOP + row(2, text("XFD2", "x")))), "too_many_columns"),
    "a formatted blank cell at the far corner": (
        book(sheet(GOOD + row(1048576, '<c r="XFD1048576" s="1"/>'))),
        1,
    ),
    "a cell beyond the last column": (
        book(sheet(TOP + row(2, text("XFE2", "x")))),
        "rows_out_of_order",
    ),
    "a row beyond the last one": (
        book(sheet(TOP + row(1048577, text("A1048577", "x")))),
        "rows_out_of_order",
    ),
    "a row number of a hundred digits": (book(sheet(TOP + row("9" * 100, ""))), "damaged"),
    "a row number below zero": (book(sheet(TOP + row(-1, ""))), "damaged"),
    "rows without numbers": (book(sheet(GOOD.replace(' r="1"', "").replace(' r="2"', ""))), 1),
    "rows and cells without references": (
        book(
            sheet(
                "".join(
                    "<row>"
                    + "".join(f'<c t="inlineStr"><is><t>{v}</t></is></c>' for v in r)
                    + "</row>"
                    for r in (HEADINGS, PERSON)
                )
            )
        ),
        1,
    ),
    "rows out of order": (
        book(sheet(TOP + line(3, PERSON) + line(2, PERSON))),
        "rows_out_of_order",
    ),
    "the same row twice": (book(sheet(GOOD + line(2, PERSON))), "rows_out_of_order"),
    "cells out of order": (
        book(sheet(TOP + row(2, text("B2", "x") + text("A2", "y")))),
        "rows_out_of_order",
    ),
    "the same cell twice": (
        book(sheet(TOP + row(2, text("A2", "x") + text("A2", "y")))),
        "rows_out_of_order",
    ),
    "a cell that names another row": (
        book(sheet(TOP + row(2, text("A7", "x")))),
        "rows_out_of_order",
    ),
    "a cell reference in small letters": (book(sheet(TOP + row(2, text("a2", "x")))), "damaged"),
    "a dimension that promises one cell": (book(sheet(before='<dimension ref="A1"/>')), 1),
    "a dimension that promises everything": (
        book(sheet(before='<dimension ref="A1:XFD1048576"/>')),
        1,
    ),
    "a dimension that is none": (book(sheet(before='<dimension ref="partout"/>')), "damaged"),
    "a shared text that is not there": (
        book(sheet(SHARED_ROWS.format(7)), strings=SHARED),
        "damaged",
    ),
    "a shared text by no number": (
        book(sheet(SHARED_ROWS.format("zéro")), strings=SHARED),
        "damaged",
    ),
    "shared texts missing": (book(sheet(SHARED_ROWS.format(0)), strings=None), "damaged"),
    "shared texts broken off": (book(strings=SHARED[:-9]), "damaged"),
    "rich text": (book(sheet(TOP + row(2, RICH))), 1),
    "an inline text without text": (
        book(sheet(TOP + row(2, '<c r="A2" t="inlineStr"/>' + text("B2", "x")))),
        1,
    ),
    "a cell of an unknown type": (book(sheet(TOP + row(2, '<c r="A2" t="zzz"><v>1</v></c>'))), 1),
    "a number that is none": (book(sheet(TOP + row(2, '<c r="A2"><v>un</v></c>'))), "damaged"),
    "a number of a thousand digits": (
        book(sheet(TOP + row(2, f'<c r="A2"><v>{"9" * 1000}</v></c>'))),
        1,
    ),
    "a number of ten thousand digits": (
        book(sheet(TOP + row(2, f'<c r="A2"><v>{"9" * 10000}</v></c>'))),
        "damaged",
    ),
    "a number beyond all numbers": (book(sheet(TOP + row(2, '<c r="A2"><v>1E999</v></c>'))), 1),
    "a truth value that is none": (
        book(sheet(TOP + row(2, '<c r="A2" t="b"><v>x</v></c>'))),
        "damaged",
    ),
    "an error as a value": (book(sheet(TOP + row(2, '<c r="A2" t="e"><v>#N/A</v></c>'))), 1),
    "a date before all dates": (
        book(sheet(TOP + row(2, '<c r="D2" s="1"><v>-99999999</v></c>'))),
        1,
    ),
    "a style that is not there": (book(sheet(TOP + row(2, '<c r="A2" s="999"><v>1</v></c>'))), 1),
    "an array formula": (
        book(sheet(TOP + row(2, '<c r="A2"><f t="array" ref="A2">B2</f></c>'))),
        1,
    ),
    "a shared formula without its first": (
        book(sheet(TOP + row(2, '<c r="A2"><f t="shared" si="4"/></c>'))),
        1,
    ),
    "a data table formula": (
        book(sheet(TOP + row(2, '<c r="A2"><f t="dataTable" ref="A2" dt2D="1"/></c>'))),
        1,
    ),
    "a formula with unknown attributes": (
        book(sheet(TOP + row(2, '<c r="A2"><f t="dataTable" x="1"/></c>'))),
        "damaged",
    ),
    "styles broken off": (book(styles=STYLES[:-20]), "damaged"),
    "no styles": (book(styles=None), 1),
    "no sheet file": (book(sheet1=None), "no_sheet"),
    "no relations of the workbook": (book(book_rels=None), "damaged"),
    "no workbook part": (book(book=None), "damaged"),
    "no list of contents": (book(types=None), "not_a_workbook"),
    "an empty list of contents": (book(types=""), "not_a_workbook"),
    "a workbook without sheets": (
        book(book=BOOK.replace('<sheet name="Registre" sheetId="1" r:id="rId1"/>', "")),
        "no_sheet",
    ),
    "a sheet whose relation is missing": (book(book=BOOK.replace("rId1", "rId9")), "damaged"),
    "a sheet that leads outside": (
        book(book_rels=BOOK_RELATIONS.replace("worksheets/sheet1.xml", "../../../etc/passwd")),
        "no_sheet",
    ),
    "a sheet that breaks off": (book(sheet()[:-40]), "damaged"),
    "a sheet that is no XML": (book("pas du XML"), "damaged"),
    "an empty sheet file": (book(""), "damaged"),
    "a sheet without any row": (book(sheet("")), "no_header_row"),
    "a sheet of another language": (book("<html><body/></html>"), "no_header_row"),
    "a sheet in UTF-16": (
        book(sheet(prolog='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16")),
        1,
    ),
    "a sheet in an unknown encoding": (
        book(sheet(prolog='<?xml version="1.0" encoding="klingon"?>')),
        "damaged",
    ),
    "a sheet nested ten thousand deep": (book(sheet(after="<a>" * 10_000 + "</a>" * 10_000)), 1),
    "an entity bomb in the sheet": (
        book(sheet(TOP + line(2, ["&e11;"]), prolog=entity_bomb())),
        "damaged",
    ),
    "an entity bomb in the shared texts": (
        book(
            strings=entity_bomb().replace("worksheet", "sst")
            + f'<sst xmlns="{MAIN}"><si><t>&e11;</t></si></sst>'
        ),
        "damaged",
    ),
    "an entity repeated": (quadratic_entity(), "damaged"),
    "an entity from outside": (outside_entity(), "damaged"),
    "a bomb of two gigabytes": (None, "bomb"),
    "a bomb of eleven megabytes": (bomb(11), "bomb"),
    "a text of a million letters": (book(sheet(TOP + line(2, ["é" * 1_000_000]))), "cell_too_long"),
    "too many merged ranges": (book(merged_everywhere(20_001)), "too_many_merges"),
    "a merged range of everything": (
        book(sheet(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
        1,
    ),
    "a merged range that is none": (
        book(sheet(after='<mergeCells><mergeCell ref="A:B"/></mergeCells>')),
        "damaged",
    ),
    "a tail that makes no sense": (
        book(
            sheet(
                after='<conditionalFormatting sqref="?"><cfRule type="?"/></conditionalFormatting>'
            )
        ),
        1,
    ),
    "a macro": (book(**{"xl/vbaProject.bin": b"\0"}), "macro"),
    "a macro's type": (
        book(types=TYPES.replace("sheet.main+xml", "sheet.macroEnabled.main+xml")),
        "macro",
    ),
    "a binary workbook": (book(**{"xl/workbook.bin": b"\0"}), "binary_excel"),
    "a strict workbook": (
        book(book=BOOK.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")),
        "strict_excel",
    ),
    "a text document": (
        packed({"[Content_Types].xml": TYPES.replace("spreadsheetml", "wordprocessingml")}),
        "not_a_workbook",
    ),
    "an OpenDocument sheet": (
        packed(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "META-INF/manifest.xml": "",
            }
        ),
        "open_document",
    ),
    "a zip of pictures": (packed({"a.png": b"\x89PNG"}), "not_a_workbook"),
    "an empty zip": (packed({}), "not_a_workbook"),
    "a zip broken off": (book()[:-30], "damaged"),
    "a zip of one signature": (b"PK\x03\x04", "damaged"),
    "a zip with a changed byte": (broken_data(book()), "damaged"),
    "a zip that lies about a size": (lying_size(book(), 10), "damaged"),
    "a zip that promises four gigabytes": (lying_size(book(), 0xFFFFFFF0), "bomb"),
    "an encrypted zip": (with_flag(book(), 1), "encrypted"),
    "a zip with another method": (
        packed({"[Content_Types].xml": TYPES}, zipfile.ZIP_LZMA),
        "damaged",
    ),
    "a part outside the zip": (book(**{"../outside.xml": "<a/>"}), "damaged"),
    "three thousand parts": (book(**{f"xl/p{i}.xml": "" for i in range(3000)}), "bomb"),
    "hidden sheets and an empty one": (drawn(hidden_only), "no_header_row"),
    "only a chart in sight": (drawn(a_chart_alone), "no_sheet"),
    "dates counted from 1904": (drawn(in_1904), 1),
    "control characters escaped": (book(sheet(TOP + line(2, ["Ala_x000D_\noui_x0000_"]))), 1),
}

OTHERS = {
    "an empty file": (b"", "a.xlsx", "empty_file"),
    "an empty CSV": (b"", "a.csv", "empty_file"),
    "an encrypted workbook": (ole("EncryptedPackage"), "a.xlsx", "encrypted"),
    "a workbook of 1997": (ole("Workbook"), "a.xls", "old_excel"),
    "a PDF named xlsx": (b"%PDF-1.7 ...", "a.xlsx", "not_a_workbook"),
    "a picture named csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.csv", "not_a_workbook"),
    "a page named xls": (
        b"<html><table><tr><td>Nom</td></tr></table></html>",
        "a.xls",
        "not_a_workbook",
    ),
    "a gzip": (zlib.compress(b"x"), "a.xlsx", "not_a_workbook"),
    "a CSV named xlsx": (csv_of(PERSON).encode(), "a.xlsx", "not_a_workbook"),
    "a workbook named csv": (book(), "a.csv", 1),
    "a plain CSV": (csv_of(PERSON).encode(), "a.csv", 1),
    "a CSV with commas": (csv_of(PERSON, separator=",").encode(), "a.csv", 1),
    "a CSV with tabs": (csv_of(PERSON, separator="\t").encode(), "a.txt", 1),
    "a CSV in UTF-8 with a mark": (csv_of(PERSON).encode("utf-8-sig"), "a.csv", 1),
    "a CSV in Windows-1252": (csv_of(PERSON).encode("cp1252"), "a.csv", 1),
    "a CSV in UTF-16": (csv_of(PERSON).encode("utf-16"), "a.csv", 1),
    "a CSV in UTF-16 without a mark": (csv_of(PERSON).encode("utf-16-le"), "a.csv", 1),
    "a CSV in UTF-16 backwards without a mark": (csv_of(PERSON).encode("utf-16-be"), "a.csv", 1),
    "a CSV in UTF-16 broken in the middle of a letter": (
        csv_of(PERSON).encode("utf-16")[:-1],
        "a.csv",
        "not_text",
    ),
    "a lone surrogate in UTF-16": (
        csv_of(PERSON).encode("utf-16") + b"\x00\xd8",
        "a.csv",
        "not_text",
    ),
    "old Macintosh line ends": (csv_of(PERSON, PERSON, end="\r").encode(), "a.csv", 2),
    "a CSV without a last line end": (csv_of(PERSON).encode().rstrip(), "a.csv", 1),
    "a CSV that names its separator": (b"sep=;\r\n" + csv_of(PERSON).encode(), "a.csv", 1),
    "records of any length": (csv_of(("Alaoui",), (*PERSON, "a", "b")).encode(), "a.csv", 2),
    "nul characters": (csv_of(("Ala\0oui", "\0", "F", "", "")).encode(), "a.csv", 1),
    "a quote never closed": (csv_of(('"Alaoui', "Amal")).encode(), "a.csv", "open_quote"),
    "a quote closed in the middle": (csv_of(('"Ala"oui', "Amal")).encode(), "a.csv", "open_quote"),
    "a quote that swallows records": (
        csv_of(('"Alaoui', *PERSON[1:]), PERSON, ('Alaoui"', *PERSON[1:])).encode(),
        "a.csv",
        "open_quote",
    ),
    "a field of a million letters": (csv_of(("a" * 1_000_000,)).encode(), "a.csv", "cell_too_long"),
    "a record of a million fields": (
        csv_of(("x",) * 1_000_000).encode(),
        "a.csv",
        "too_many_columns",
    ),
    "a CSV of chance": (
        bytes((i * i * 7 + i // 3) % 251 + 5 for i in range(5000)),
        "a.csv",
        "not_text",
    ),
    "a CSV of zeros": (b"\0" * 100_000, "a.csv", "not_text"),
    "a CSV of line ends": (b"\n" * 100_000, "a.csv", "no_header_row"),
    "a letter": (b"Cher Monsieur,\r\nvoici le registre.\r\n", "a.txt", "no_header_row"),
    "headings alone": (csv_of().encode(), "a.csv", 0),
    "a UTF-8 mark alone": (b"\xef\xbb\xbf", "a.csv", "no_header_row"),
}


def bomb_of_two_gigabytes():
    """Two gigabytes of blanks, packed once block by block: the file itself is two megabytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            blank = b" " * (1 << 20)
            for _ in range(2048):
                part.write(blank)
    return target.getvalue()


WORKBOOKS["a bomb of two gigabytes"] = (bomb_of_two_gigabytes, "bomb")
ZOO = {
    name: (content, "a.xlsx", outcome) for name, (content, outcome) in WORKBOOKS.items()
} | OTHERS
