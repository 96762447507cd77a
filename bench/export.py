"""How much our workbooks cost beside a bare XlsxWriter loop, on the same rows, in one run.

    .venv/bin/python -m bench.export [rows]

Prints the ratio (to reach: at most 1.10) and the memory that both stay within: it must not grow
with the rows (compare 10 000 and 100 000).
"""

import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import django
import xlsxwriter

ROUNDS = 3
WORDS = ("Bénéficiaire", "Amal", "Errachidia", "Artisanat", "Réseau des associations")


def rows(count):
    """Made on the way, as a database cursor gives them: 25 values, of which 5 numbers, 5 days."""
    first = date(2014, 8, 1)
    for number in range(count):
        texts = [f"{WORDS[place % 5]} {number + place}" for place in range(13)]
        days = [first + timedelta(days=(number + place) % 1500) for place in range(5)]
        yield (*texts, *(number * place for place in range(5)), *days, None, "=1+1")


def bare(path, count):
    """What one writes without thinking of anything: one format a kind, write() for every cell."""
    options = {"constant_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        text, number = book.add_format({"indent": 1}), book.add_format({"num_format": "#,##0"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        looks = [text] * 13 + [number] * 5 + [day] * 5 + [text] * 2
        for column, look in enumerate(looks):
            sheet.write(0, column, f"Colonne {column + 1}", look)
        for at, row in enumerate(rows(count), 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, looks[column])
                else:
                    sheet.write(at, column, value, looks[column])


def ours(path, count):
    from remess.shared.excel import Column, Kind, Sheet, Table, write_workbook

    kinds = [Kind.TEXT] * 13 + [Kind.INTEGER] * 5 + [Kind.DATE] * 5 + [Kind.TEXT] * 2
    columns = [
        Column(f"Colonne {place + 1}", lambda row, place=place: row[place], kind)
        for place, kind in enumerate(kinds)
    ]
    sheet = Sheet("Liste", [Table(columns, rows(count))], is_list=True)
    write_workbook(path, [sheet], title="Essai", author="REMESS")


def seconds(write, path, count):
    begun = time.perf_counter()
    write(path, count)
    return time.perf_counter() - begun


def main(count):
    django.setup()
    taken = {bare: [], ours: []}
    with tempfile.TemporaryDirectory() as folder:
        for _round in range(ROUNDS):
            for write, times in taken.items():
                times.append(seconds(write, str(Path(folder, "liste.xlsx")), count))
    best = {write: min(times) for write, times in taken.items()}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} rows x 25 columns, best of {ROUNDS}")
    print(f"bare XlsxWriter {best[bare]:.1f} s, ours {best[ours]:.1f} s")
    print(f"ratio {best[ours] / best[bare]:.2f}, peak memory {memory} MB")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remess.settings")
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
