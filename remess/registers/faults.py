"""What is said of a row: errors, questions and notes, each with its field and a French sentence."""

from dataclasses import dataclass

ERROR, QUESTION, NOTE = "error", "warning", "note"


class Fault(Exception):
    """A cell that cannot be read; str() says why and how to mend it."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say of one row, as the answer's JSON has it."""

    level: str
    code: str
    field: str
    text: str

    def as_dict(self):
        return {"level": self.level, "code": self.code, "field": self.field, "text": self.text}
