"""What imports leave behind: the file, what became of each row, what waits for a decision."""

from remess.registers.models.asides import Decision, SetAside
from remess.registers.models.imports import (
    STORED,
    CheckedLine,
    Import,
    ImportLine,
    RowStatus,
    SavedMapping,
    stored_name,
)

__all__ = [
    "CheckedLine",
    "Decision",
    "Import",
    "ImportLine",
    "RowStatus",
    "STORED",
    "SavedMapping",
    "SetAside",
    "stored_name",
]
