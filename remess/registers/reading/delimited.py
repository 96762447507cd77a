"""A CSV file's register: its encoding, its separator, its header row, its records."""

import codecs
import csv
import io
import re
from functools import partial
from itertools import islice

from remess.registers.headings import recognise
from remess.registers.reading import header
from remess.registers.reading.limits import Refused
from remess.registers.reading.workbook import Found

SEPARATORS = ";,\t|"
BLOCK = 1 << 20
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Arabic letters of Windows-1256 stand in runs; the accented letters of Windows-1252 stand alone.
RUN = re.compile(rb"[\xc0-\xff]{3,}")
HIGH = re.compile(rb"[\xc0-\xff]")


def read(file, request, limits):
    """The Found register of a CSV file; there is only one sheet, without a name."""
    csv.field_size_limit(limits.cell)
    encoding = _encoding(file)
    separator, number, headings = _header(file, encoding, request, limits)
    place = file, encoding, separator, number
    return Found(
        "",
        number,
        headings,
        [],
        first=partial(_first, *place),
        whole=partial(_whole, *place, headings, limits),
    )


def _encoding(file):
    """The encoding that decodes the whole file."""
    start = file.read(4096)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return _decodes(file, encoding) or _refuse("not_text")
    if b"\0" in start and (encoding := _without_mark(start)):
        return _decodes(file, encoding) or _refuse("not_text")
    if start.count(0) > len(start) / 10:
        raise Refused("not_text")
    return _decodes(file, "utf-8") or _of_windows(file)


def _without_mark(start):
    """UTF-16 in Latin letters has every other byte zero."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > len(start) / 5 and odd > even * 4:
        return "utf-16-le"
    if even > len(start) / 5 and even > odd * 4:
        return "utf-16-be"
    return None


def _decodes(file, encoding):
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return None
    return encoding


def _of_windows(file):
    file.seek(0)
    content = file.read()
    in_runs = sum(len(run) for run in RUN.findall(content))
    encoding = "cp1256" if in_runs > len(HIGH.findall(content)) / 2 else "cp1252"
    return _decodes(file, encoding) or _refuse("not_text")


def _refuse(code, **details):
    raise Refused(code, **details)


def _records(file, encoding, separator):
    """(line it starts on, fields) of each record."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=separator, strict=True)
    line = 1
    try:
        for fields in reader:
            yield line, [_content(field) for field in fields]
            line = reader.line_num + 1
    except csv.Error as fault:
        code = "cell_too_long" if "field limit" in str(fault) else "open_quote"
        raise Refused(code, row=line) from fault
    finally:
        text.detach()


def _content(field):
    return UNSTORABLE.sub("", field) or None


def _header(file, encoding, request, limits):
    """(separator, line, headings): the separator under which most columns are known."""
    found = []
    for separator in SEPARATORS:
        try:
            top = list(islice(_records(file, encoding, separator), limits.title_rows))
        except Refused as refusal:  # with another separator the quotes may stand right
            found.append((-1, 0, separator, refusal))
            continue
        place = _place(top, request)
        if place:
            known = len(recognise(place[1], request["mapping"]))
            found.append((known, len(place[1]), separator, place))
    best = max(found, key=lambda each: each[:2], default=None)
    if best is None:
        raise Refused("no_header_row", limit=limits.title_rows)
    if isinstance(best[3], Refused):
        raise best[3]
    return best[2], *best[3]


def _place(top, request):
    wanted = request["header_row"]
    if not wanted:
        return header.find(top, request["mapping"])
    headings = header.headings_in(next((row for line, row in top if line == wanted), []))
    return (wanted, headings) if headings else None


def _first(file, encoding, separator, header_row):
    """The contents of the first records below the headings."""
    records = _records(file, encoding, separator)
    below = (contents for line, contents in records if line > header_row)
    return list(islice(below, header.SAMPLE))


def _whole(file, encoding, separator, header_row, headings, limits):
    last, sample = _check(file, encoding, separator, header_row, headings, limits)
    answers = header.answer_columns(headings, sample)
    return last, answers, _rows(file, encoding, separator, header_row, len(headings), last)


def _check(file, encoding, separator, header_row, headings, limits):
    """Go through all records before the first is given: (last filled line, first contents)."""
    last, count, sample = header_row, 0, []
    for line, contents in _records(file, encoding, separator):
        if line <= header_row:
            continue
        count += 1
        if count > limits.rows:
            raise Refused("too_many_rows", row=line, limit=limits.rows)
        if len(contents) > limits.columns:
            raise Refused("too_many_columns", column=len(contents), limit=limits.columns)
        if any(content and _swallows(content, separator, headings) for content in contents):
            raise Refused("open_quote", row=line)
        if any(content and content.strip() for content in contents):
            last = line
        if len(sample) < header.SAMPLE:
            sample.append(contents)
    return last, sample


def _swallows(content, separator, headings):
    """Whether a field holds whole records: a quote was opened and closed much further down."""
    if "\n" not in content and "\r" not in content:
        return False
    least = max(len(headings) - 2, 2)
    return any(part.count(separator) >= least for part in content.splitlines())


def _rows(file, encoding, separator, header_row, width, last):
    for line, contents in _records(file, encoding, separator):
        if line > last:
            return
        if line > header_row:
            while len(contents) > width and contents[-1] is None:
                contents.pop()
            yield line, contents + [None] * (width - len(contents)), []
