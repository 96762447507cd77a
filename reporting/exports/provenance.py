"""What every export says of itself: as of which day, over what, made when and by whom."""

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.funnel import short_day
from ocbs.models import OCB
from remess.shared.dates import CASABLANCA
from remess.shared.excel import Line
from reporting.scope import ocbs_of, regions_of

AUTHOR = "REMESS"
DEMO_WARNING = gettext_lazy(
    "Personnes, cibles et ventilations inventées ; seuls les totaux publiés au 01/03/2018 "
    "sont réels."
)


def file_name(stem, day) -> str:
    """`remess-resultats-2018-03-01.xlsx`."""
    return f"remess-{stem}-{day:%Y-%m-%d}.xlsx"


def warning() -> str:
    """The sentence a demo export carries on each sheet; '' in a real register."""
    return f"{_('Démonstration.')} {DEMO_WARNING}" if settings.DEMO else ""


def intro(title, *captions):
    """The lines above a table: title, captions and, in a demo, the warning."""
    lines = [
        (Line.TITLE, f"{AUTHOR} · {title}"),
        *((Line.CAPTION, caption) for caption in captions),
    ]
    return [*lines, (Line.WARNING, warning())] if warning() else lines


def scope_sentence(scope) -> str:
    """« Arrêté au 01/03/2018 · cumul depuis l'origine · cinq régions » in one line."""
    return " · ".join([as_of_words(scope.as_of), counted_words(scope), places_words(scope)])


def sentence(text) -> str:
    return text[:1].upper() + text[1:] + "."


def hidden_words() -> str:
    """What a hidden count is, for those it is hidden from."""
    return _(
        "« masqué » ou « < %(n)s » : trop peu de personnes pour être montré, ou de quoi retrouver "
        "un tel effectif."
    ) % {"n": settings.SMALL_CELL}


def as_of_words(day) -> str:
    return _("Arrêté au %(day)s") % {"day": short_day(day)}


def counted_words(scope) -> str:
    """Which events the figures count, by the day they occurred on."""
    if scope.agreement:
        return _("%(agreement)s : cumul depuis l'origine jusqu'au %(end)s") % {
            "agreement": scope.agreement,
            "end": short_day(scope.end),
        }
    if scope.start:
        return _("événements du %(start)s au %(end)s") % {
            "start": short_day(scope.start),
            "end": short_day(scope.target_day),
        }
    if scope.end:
        return _("cumul depuis l'origine jusqu'au %(end)s") % {"end": short_day(scope.end)}
    return _("cumul depuis l'origine du programme")


def places_words(scope) -> str:
    """The regions and OCBs the figures are limited to."""
    if scope.ocb_ids is not None:
        return ", ".join(str(ocb) for ocb in OCB.objects.filter(pk__in=scope.ocb_ids)) or _(
            "aucune OCB"
        )
    regions = [str(region) for region in regions_of(scope)]
    if scope.region_ids is not None:
        return ", ".join(regions)
    return ngettext("%(n)s région", "%(n)s régions", len(regions)) % {"n": len(regions)}


def filters_words(scope) -> str:
    """The filters in force, or that there are none."""
    regions = ", ".join(str(region) for region in regions_of(scope))
    found = []
    if scope.region_ids is not None:
        found.append(_("région : %(names)s") % {"names": regions})
    if scope.ocb_ids is not None:
        names = ", ".join(str(ocb) for ocb in ocbs_of(scope))
        found.append(_("OCB : %(names)s") % {"names": names})
    if not found:
        return _("Aucun filtre : toutes les régions et toutes les OCB (%(names)s).") % {
            "names": regions
        }
    return capfirst(" ; ".join(found)) + "."


def produced_words(user) -> str:
    """« Produit le 01/03/2018 à 14 h 32 par Salma Chraibi »."""
    now = timezone.now().astimezone(CASABLANCA)
    maker = str(user) if user else _("le registre REMESS")
    return _("Produit le %(day)s à %(hour)s par %(maker)s") % {
        "day": short_day(now.date()),
        "hour": _("%(hour)s h %(minute)s") % {"hour": now.hour, "minute": f"{now:%M}"},
        "maker": maker,
    }


def footer(as_of, user) -> str:
    """What every printed page says: as of which day, printed from a file made when, by whom."""
    return f"{as_of_words(as_of)} · {produced_words(user)}"
