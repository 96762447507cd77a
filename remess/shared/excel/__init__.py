"""All workbooks are written here, with XlsxWriter: text stays text, formulas carry their value."""

from remess.shared.excel.sheets import Column, Formula, Kind, Line, Sheet, Style, Table
from remess.shared.excel.writing import sheet_name, workbook_file, write_workbook

__all__ = [
    "Column",
    "Formula",
    "Kind",
    "Line",
    "Sheet",
    "Style",
    "Table",
    "sheet_name",
    "workbook_file",
    "write_workbook",
]
