"""Where the headings stand: the first row with at least four columns that are known."""

from remess.registers.headings import LONGEST, recognise
from remess.shared.text import clean

ENOUGH = 4
ANSWERS = {None, "", "0", "1", 0, 1, "true", "false", "True", "False", "TRUE", "FALSE"}
SAMPLE = 100


def find(rows, mapping):
    """(row number, headings) of the header row among (number, contents) rows, None without one."""
    for number, contents in rows:
        headings = headings_in(contents)
        if len(recognise(headings, mapping)) >= ENOUGH:
            return number, headings
    return None


def headings_in(contents):
    """The headings of a row as text, '' for an empty one, none after the last filled one."""
    headings = ["" if content is None else clean(text_of(content)) for content in contents]
    headings = [heading[:LONGEST] for heading in headings]
    while headings and not headings[-1]:
        headings.pop()
    return headings


def text_of(content):
    """A cell's content on its way to the server, as text."""
    return str(content[1] if isinstance(content, list) else content)


def answer_columns(headings, rows):
    """Columns « question/answer » of which the rows hold only the 0 and 1 of Kobo's answers."""
    grouped = {index for index, heading in enumerate(headings) if "/" in heading}
    seen = set()
    for contents in rows:
        for index in list(grouped):
            content = contents[index] if index < len(contents) else None
            if isinstance(content, list) or content not in ANSWERS:
                grouped.discard(index)
            elif content not in (None, ""):
                seen.add(index)
    return sorted(grouped & seen)
