"""What an import would do, kept row by row until somebody confirms it; nothing is stored by it."""

from collections import Counter

from beneficiaries.funnel import PATH
from remess.registers.asides import ask_again
from remess.registers.comparing import as_json
from remess.registers.models import CheckedLine, RowStatus
from remess.registers.stages import DAY_OF
from remess.registers.wizard import shown

CELL_LENGTH = 120
WHO_LENGTH = 200


class Preview:
    """Hears the rows that bring_in() tries and keeps them as the lines of `batch`.

    `gains`: {stage: how many passages the rows would add}.
    """

    def __init__(self, batch):
        self.batch, self.fields, self.gains = batch, batch.fields, Counter()

    def keep(self, rows, chunk):
        for row in rows:
            for stage in PATH:
                self.gains[str(stage)] += _adds(row, DAY_OF[stage])
        ask_again(rows)
        CheckedLine.objects.bulk_create(
            [self._line(row, cells) for row, (_number, cells) in zip(rows, chunk, strict=True)],
            batch_size=500,
        )

    def _line(self, row, cells):
        received = self._received(cells)
        return CheckedLine(
            batch=self.batch,
            row=row.row,
            status=row.status,
            digest=row.digest,
            who=_who(row, received),
            cells=received,
            messages=[message.as_dict() for message in row.messages],
            changes=as_json(row.changes),
            person=row.person,
            resembles=row.resembles and (row.resembles.merged_into or row.resembles),
            alike=row.alike,
        )

    def _received(self, cells):
        """{field: text} of the filled mapped cells, as they stand in the file."""
        found = {}
        for index, name in self.fields.items():
            if index < len(cells) and (text := shown(cells[index])[:CELL_LENGTH]):
                found[name] = text
        return found


def _who(row, received):
    names = [row.values.get("family_name", ""), row.values.get("given_name", "")]
    if not any(names):
        names = [received.get(name, "") for name in ("family_name", "given_name", "full_name")]
    return " ".join(filter(None, names))[:WHO_LENGTH]


def _adds(row, name):
    if row.status == RowStatus.CREATED:
        return name in row.values
    if row.status == RowStatus.UPDATED:
        return row.changes.get(name, [1])[0] is None
    return False
