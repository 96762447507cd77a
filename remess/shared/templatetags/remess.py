"""Icons, numbers and dates as the interface writes them."""

from functools import cache
from xml.etree import ElementTree

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from remess.shared.dates import hour_now, spoken
from remess.shared.identifiers import display_phone
from remess.shared.kept import kept_part
from remess.shared.numbers import NO_BREAK_SPACE, decimal, grouped, percentage

register = template.Library()
ICONS = settings.BASE_DIR / "node_modules" / "bootstrap-icons" / "icons"


@cache
def icon_shapes(name):
    """The inside of a bootstrap-icons drawing, read once from the installed package."""
    root = ElementTree.parse(ICONS / f"{name}.svg").getroot()
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return SafeString("".join(ElementTree.tostring(child, encoding="unicode") for child in root))


@register.simple_tag
def icon(name, css=""):
    """An inline drawing, hidden from assistive tools: a word always stands beside it."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        css,
        icon_shapes(name),
    )


@register.simple_tag
def symbol(name, drawing):
    """The drawing as a symbol that `<use href="#name">` shows again wherever it is needed."""
    shapes = icon_shapes(drawing)
    return format_html('<symbol id="{}" viewBox="0 0 16 16">{}</symbol>', name, shapes)


@register.filter
def num(value):
    """1083 as « 1 083 » with a narrow no-break space; nothing for None, words as they are."""
    if isinstance(value, str):
        return value
    return "" if value is None else grouped(value)


@register.filter
def is_words(value):
    """Whether what stands in the place of a figure is words, which take no unit: « masqué »."""
    return isinstance(value, str)


@register.filter
def spoken_day(day):
    """A day in a sentence: « mardi 1er décembre 2026 »."""
    return spoken(day)


@register.simple_tag
def printed_at():
    """The hour, in the element by which a page kept since then is told to say it anew."""
    return format_html('<time class="printed-at">{}</time>', hour_now())


@register.filter
def one_decimal(value):
    """9.83 as « 9,8 »; « – » for None."""
    return "–" if value is None else decimal(value)


@register.filter
def signed(value):
    """A difference as « +12 », « −3 » or « 0 »."""
    return ("+" if value > 0 else "−" if value < 0 else "") + grouped(abs(value))


@register.filter
def percent(part, whole):
    """`part|percent:whole` as « 44,5 % »; « – » when there is no whole, or one is not shown."""
    return _share(part, whole, digits=1)


@register.filter
def whole_percent(part, whole):
    """As `percent`, without decimals."""
    return _share(part, whole, digits=0)


def _share(part, whole, digits):
    if isinstance(part, str) or isinstance(whole, str):
        return "–"
    return percentage(part, whole, digits=digits)


@register.filter
def share(value):
    """0.445 as « 44,5 % »."""
    return percentage(round(value * 1000), 1000, digits=1)


@register.filter
def phone(value):
    """A stored number as people read it, in pairs."""
    return display_phone(value) if value else ""


@register.filter
def share_of_scale(value, scale):
    """`value` as the x of a bar whose full width is `scale`: « 41.38% », for an SVG attribute."""
    if not scale or isinstance(value, str) or isinstance(scale, str):
        return "0%"
    return f"{min(100 * value / scale, 100):.2f}%"


@register.filter
def get(mapping, key):
    """`mapping|get:key`, None when absent."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """This page's address with its filters, some changed; an empty value drops the parameter."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value not in (None, ""):
            parameters[name] = value
    encoded = parameters.urlencode()
    return f"?{encoded}" if encoded else "?"


@register.simple_tag(takes_context=True)
def chip_query(context, name):
    """This page's address without the filter `name`, back on its first page."""
    return query(context, **{name: "", "apres": ""})


@register.filter
def if_true(value, condition):
    """`value` where `condition` holds, else nothing."""
    return value if condition else ""


@register.filter
def can(user, permission):
    """Whether the user's role carries the permission: `user|can:"beneficiaries.edit"`."""
    return user.has_perm(permission)


@register.filter
def input_kind(field):
    """What sort of control a bound field is: text, radio, checkbox…; '' for others."""
    return getattr(field.field.widget, "input_type", "")


@register.filter
def per_hundred(part, whole):
    """`part|per_hundred:whole`: how many of a hundred, as a whole number in words' place."""
    return _share(part, whole, digits=0).removesuffix(f"{NO_BREAK_SPACE}%")


@register.tag
def kept(parser, token):
    """{% kept "name" shown … %}…{% endkept %}: drawn once for a reader and a version (kept.py).

    `shown`: all else its drawing depends on.
    """
    _tag, name, *shown = token.split_contents()
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(
        nodes, parser.compile_filter(name), [parser.compile_filter(each) for each in shown]
    )


class KeptNode(template.Node):
    def __init__(self, nodelist, name, shown):
        self.nodelist, self.name, self.shown = nodelist, name, shown

    def render(self, context):
        shown = [str(each.resolve(context)) for each in self.shown]
        name = self.name.resolve(context)
        return kept_part(context["request"], name, shown, lambda: self.nodelist.render(context))
