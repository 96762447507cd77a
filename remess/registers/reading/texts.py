"""The shared texts of a workbook, read as far as asked: openpyxl takes five times as long.

A sheet names its texts by their number, and its first rows as a rule those that come first.
"""

from xml.parsers import expat

from remess.registers.reading.limits import Refused
from remess.registers.reading.scan import MAIN, no_doctype

ITEM, TEXT, PHONETIC = f"{MAIN}si", f"{MAIN}t", f"{MAIN}rPh"
BLOCK = 1 << 16


class Texts:
    """The texts by their number, rich text without its looks, without phonetic hints.

    `source` is the open part of the workbook, closed once it is read to its end.
    """

    def __init__(self, source):
        self.source, self.collector = source, _Collector()
        self.texts, self.is_whole = self.collector.texts, False
        parser = self.parser = self.collector.parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self.collector.start
        parser.EndElementHandler = self.collector.end
        parser.StartDoctypeDeclHandler = no_doctype

    def __getitem__(self, number):
        while not (0 <= number < len(self.texts) or self.is_whole):
            self._read_on()
        return self.texts[number]

    def read_all(self):
        """All texts, as a list. Refused where the part is damaged."""
        while not self.is_whole:
            self._read_on()
        return self.texts

    def _read_on(self):
        block = self.source.read(BLOCK)
        self.is_whole = not block
        try:
            self.parser.Parse(block, self.is_whole)
        except expat.ExpatError as fault:
            raise Refused("damaged") from fault
        if self.is_whole:
            self.source.close()


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
