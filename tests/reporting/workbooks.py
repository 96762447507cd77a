"""Reading workbooks again, as tests do: sheets as dicts, formulas computed anew."""

import shutil
import subprocess
import warnings

import openpyxl

FRAMEWORK = "Cadre de résultats"
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def opened(built, **options):
    with built:
        return openpyxl.load_workbook(built, **options)


def rows_of(page, heading):
    """The lines under the first row that has a cell `heading`, as dicts, up to a blank row."""
    lines = list(page.iter_rows(values_only=True))
    start = next(number for number, line in enumerate(lines) if heading in line)
    headings = lines[start]
    found = []
    for line in lines[start + 1 :]:
        if not any(value is not None for value in line):
            break
        found.append(dict(zip(headings, line, strict=True)))
    return found


def results(book, place, page=FRAMEWORK):
    """{label: row} of a place's lines that are not of women."""
    rows = rows_of(book[page], "Indicateur")
    return {
        row["Indicateur"]: row
        for row in rows
        if row.get("Région", place) == place and "dont" not in row["Indicateur"]
    }


def women(book, place):
    rows = [row for row in rows_of(book[FRAMEWORK], "Indicateur") if row["Région"] == place]
    return [row["Réalisé cumulé"] for row in rows if "dont femmes" in row["Indicateur"]]


def every_text(book):
    return [
        str(cell.value)
        for page in book
        for line in page.iter_rows()
        for cell in line
        if cell.value is not None
    ]


def recalculated(path, folder):
    """The workbook as LibreOffice saves it after computing every formula anew."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE)
    subprocess.run(
        [
            shutil.which("soffice"),
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(folder / "out"),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with warnings.catch_warnings():  # openpyxl does not read every chart LibreOffice draws
        warnings.filterwarnings("ignore", "Unable to read chart")
        return openpyxl.load_workbook(folder / "out" / path.name, data_only=True)
