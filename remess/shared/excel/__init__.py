"""All workbooks are written here, with XlsxWriter: text stays text, formulas carry their value."""

from remess.shared.excel.sheets import (
    Chart,
    Column,
    Drawing,
    Formula,
    Kind,
    Line,
    Link,
    Sheet,
    Style,
    Table,
)
from remess.shared.excel.writing import sheet_name, workbook_file, write_workbook

__all__ = [
    "Chart",
    "Column",
    "Drawing",
    "Formula",
    "Kind",
    "Line",
    "Link",
    "Sheet",
    "Style",
    "Table",
    "sheet_name",
    "workbook_file",
    "write_workbook",
]
