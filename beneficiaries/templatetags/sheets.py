"""What pages show of sheets, wherever they are."""

from django import template

from beneficiaries import recent

register = template.Library()


@register.inclusion_tag("beneficiaries/_recent.html", takes_context=True)
def recent_files(context):
    """The sheets this user opened last on this device; nothing when there are none."""
    return {"recent": recent.recent_files(context["request"])}
