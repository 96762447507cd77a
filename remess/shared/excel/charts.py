"""Native charts, drawn to the right of the tables they show, each with a text read in its place."""

from remess.shared.excel.sheets import Drawing, Kind

WIDTH, HEIGHT = 720, 340
ROWS_TALL = 19
COLUMNS_WIDE = 12
GREY, HAIRLINE = "#56636a", "#e0dace"
MARKERS = ("circle", "diamond", "triangle", "square", "none")
DASHES = ("solid", "dash", "round_dot", "long_dash", "square_dot")
FONT = {"name": "Calibri", "size": 10, "color": GREY}


def draw_charts(writer, sheet, places):
    """Draw the charts of `sheet`; `places` gives (header row, last row) of each table."""
    row = places[0][0] + 1  # below the headings, which are printed again on every page
    for chart in sheet.charts:
        header, last = places[chart.table]
        if last > header:
            drawn = _draw(writer, chart, sheet.tables[chart.table], header, last)
            options = {"description": chart.description, "object_position": 1}
            writer.worksheet.insert_chart(row, writer.width + 1, drawn, options)
            row += ROWS_TALL
    return row


def _draw(writer, chart, table, header, last):
    keys = [column.key for column in table.columns]
    bars = chart.drawing is Drawing.BARS
    drawn = writer.book.add_chart({"type": "bar" if bars else "line"})
    name = writer.worksheet.get_name()
    labels = keys.index(chart.labels)
    for number, key in enumerate(chart.series):
        place = keys.index(key)
        drawn.add_series(
            {
                "name": [name, header, place],
                "categories": [name, header + 1, labels, last, labels],
                "values": [name, header + 1, place, last, place],
                **(_bar_looks(chart) if bars else _line_looks(chart, number)),
            }
        )
    drawn.set_title({"name": chart.title, "name_font": FONT | {"size": 13, "bold": True}})
    drawn.set_size({"width": WIDTH, "height": HEIGHT})
    drawn.set_legend({"none": True} if bars else {"position": "bottom", "font": FONT})
    drawn.set_chartarea({"border": {"color": HAIRLINE}})
    figures = {
        "min": 0,
        "num_font": FONT,
        "num_format": "#,##0",
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": HAIRLINE, "width": 0.75}},
    }
    along = {"num_font": FONT, "line": {"color": HAIRLINE}}
    if (
        bars
    ):  # the figures run along its x axis; the first category stands at the bottom unless told
        drawn.set_y_axis(along | {"reverse": True})
        drawn.set_x_axis(figures | {"visible": False, "major_gridlines": {"visible": False}})
    else:
        is_time = table.columns[labels].kind in (Kind.DATE, Kind.MONTH)
        drawn.set_x_axis(along | (_in_time if is_time else _spaced)(last - header))
        drawn.set_y_axis(figures)
    drawn.show_blanks_as("gap" if bars else "span")
    return drawn


def _bar_looks(chart):
    return {
        "points": [{"fill": {"color": colour}} for colour in chart.colours],
        "data_labels": {"value": True, "font": FONT | {"bold": True}, "num_format": "#,##0"},
        "gap": 40,
    }


def _line_looks(chart, number):
    colour = chart.colours[number]
    return {
        "line": {"color": colour, "width": 2, "dash_type": DASHES[number]},
        "marker": {
            "type": MARKERS[number],
            "size": 5,
            "fill": {"color": colour},
            "border": {"color": colour},
        },
    }


def _in_time(months):
    """An axis on which a month is as long as another, named every so many."""
    step = next(n for n in (1, 3, 6, 12, 24, months) if months <= 16 * n)
    return {
        "date_axis": True,
        "num_format": "mm/yyyy",
        "major_unit": step,
        "major_unit_type": "months",
        "num_font": FONT | {"rotation": -45},
    }


def _spaced(rows):
    """No more than some sixteen words along the axis."""
    return {"interval_unit": max(1, -(-rows // 16)), "num_font": FONT | {"rotation": -45}}
