"""The shared texts of a workbook, read in one pass: openpyxl takes five times as long for them."""

from xml.parsers import expat

from remess.registers.reading.limits import Refused
from remess.registers.reading.scan import MAIN, no_doctype

ITEM, TEXT, PHONETIC = f"{MAIN}si", f"{MAIN}t", f"{MAIN}rPh"


def read_texts(source):
    """The texts in their order, rich text without its looks, without phonetic hints."""
    collector = _Collector()
    parser = collector.parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.StartDoctypeDeclHandler = no_doctype
    try:
        parser.ParseFile(source)
    except expat.ExpatError as fault:
        raise Refused("damaged") from fault
    return collector.texts


class _Collector:
    def __init__(self):
        self.texts, self.pieces, self.hints = [], [], 0

    def start(self, name, _attributes):
        if name == TEXT:
            if not self.hints:
                self.parser.CharacterDataHandler = self.pieces.append
        elif name == ITEM:
            self.pieces = []
        elif name == PHONETIC:
            self.hints += 1

    def end(self, name):
        if name == TEXT:
            self.parser.CharacterDataHandler = None
        elif name == ITEM:
            self.texts.append("".join(self.pieces))
        elif name == PHONETIC:
            self.hints -= 1
