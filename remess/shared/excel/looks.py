"""How cells look: one table of formats per kind of column, style of row and line of text."""

from remess.shared.excel.sheets import Kind, Line, Style

PETROL, SAND, HAIRLINE, GREY = "#14506a", "#f3efe8", "#e0dace", "#56636a"
RIBBON_TEXT, RIBBON_GROUND = "#5e4200", "#fff3d1"
BASE = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter", "align": "left"}
# In a sheet read from right to left, the side a text starts on.
MIRRORED = {"left": "right", "right": "left"}
KINDS = {
    Kind.TEXT: {"align": "left", "indent": 1},
    Kind.LONG_TEXT: {"align": "left", "indent": 1, "text_wrap": True},
    Kind.INTEGER: {"align": "right", "num_format": "#,##0"},
    Kind.DECIMAL: {"align": "right", "num_format": "#,##0.0"},
    Kind.PERCENT: {"align": "right", "num_format": "0.0%"},
    Kind.DATE: {"align": "right", "num_format": "dd/mm/yyyy"},
    Kind.MONTH: {"align": "right", "num_format": "mm/yyyy"},
    Kind.MOMENT: {"align": "right", "num_format": "dd/mm/yyyy hh:mm"},
}
NUMERIC = {Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT, Kind.DATE, Kind.MONTH, Kind.MOMENT}
HAIR = {"bottom": 1, "bottom_color": HAIRLINE}
STYLES = {
    Style.PLAIN: HAIR,
    Style.FAINT: {**HAIR, "font_color": GREY},
    Style.BAND: {**HAIR, "bg_color": SAND},
    Style.BAND_FAINT: {**HAIR, "font_color": GREY, "bg_color": SAND},
    Style.STRONG: {**HAIR, "bold": True, "bg_color": SAND},
    Style.SECTION: {
        "bold": True,
        "font_color": PETROL,
        "bottom": 1,
        "bottom_color": PETROL,
    },
}
LINES = {
    Line.TITLE: {"bold": True, "font_size": 16, "font_color": PETROL},
    Line.CAPTION: {"font_color": GREY},
    Line.WARNING: {"bold": True, "font_color": RIBBON_TEXT, "bg_color": RIBBON_GROUND},
}
LINE_HEIGHT = {Line.TITLE: 26, Line.CAPTION: 18, Line.WARNING: 20}
CAPTION = {"bold": True, "font_color": PETROL, "font_size": 12}
HEADER = {
    "bold": True,
    "font_color": "#ffffff",
    "bg_color": PETROL,
    "text_wrap": True,
    "border": 1,
    "border_color": PETROL,
}
LINK = {"font_color": PETROL, "underline": 1, "align": "left", "indent": 1, **HAIR}
