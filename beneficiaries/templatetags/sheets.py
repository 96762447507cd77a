"""What pages show of sheets, wherever they are."""

from django import template

from beneficiaries import recent
from beneficiaries.places import Origin

register = template.Library()


@register.inclusion_tag("beneficiaries/_recent.html", takes_context=True)
def recent_files(context):
    """The sheets this user opened last on this device; nothing when there are none."""
    return {"recent": recent.recent_files(context["request"])}


@register.simple_tag
def sheet_url(person, filters, rank):
    """The address of a sheet that knows the list it was opened from (its query, the rank in it)."""
    return Origin(filters, rank).of(person)
