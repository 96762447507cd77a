"""What pages show of sheets, wherever they are."""

from html import escape

from django import template
from django.utils.safestring import SafeString

from beneficiaries import recent

register = template.Library()


@register.inclusion_tag("beneficiaries/_recent.html", takes_context=True)
def recent_files(context):
    """The sheets this user opened last on this device; nothing when there are none."""
    return {"recent": recent.recent_files(context["request"])}


# Said once for a list's fifty lines, of which a template would make two thousand nodes. Drawings
# and words are those of beneficiaries/_rows_sprite.html; people.css tells the cells by their place.
TICK = (
    '<td><label><input type="checkbox" name="people" value="{pk}" '
    'aria-labelledby="c fiche-{pk}"></label></td>'
)
LINE = (
    '<th scope="row" id="fiche-{pk}"><a href="{url}">{name}</a>{arabic} '
    '<small><bdi dir="ltr">{number}</bdi>{sex}</small></th>'
    '<td><svg role="img" aria-labelledby="w{rank}"><use href="#t{rank}"/></svg></td>'
    '<td><span><svg><use href="#{css}"/></svg>{standing}</span></td>'
    "<td>{since}</td><td>{region} <small>{ocb}</small></td><td>{trainer}</td></tr>"
)


@register.simple_tag
def people_lines(rows, may_tick):
    """The lines of a list of people (listing.rows_of), with a box each where they may be ticked."""
    line = '<tr class="stage-{css}">' + (TICK if may_tick else "") + LINE
    return SafeString("".join(line.format_map(_escaped(row)) for row in rows))


def _escaped(row):
    """Plain text made fit for a page: seven hundred cells, a third of its time by Django's own."""
    told = {name: escape(value) for name, value in row.items()}
    arabic = f' <bdi lang="ar">{told["name_ar"]}</bdi>' if row["name_ar"] else ""
    return told | {"arabic": arabic}
