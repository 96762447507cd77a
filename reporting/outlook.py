"""Where the programme is going: the curve with its target line, the pace, the sentence on it."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.funnel import PATH, Stage
from remess.shared.dates import month_of, next_month
from remess.shared.numbers import decimal, grouped
from reporting.forecast import forecast
from reporting.indicators import BY_CODE
from reporting.overview import cumulative_of
from reporting.small_cells import Hidden, places_of_growth, sees_small_cells, veil


def outlook_of(reading, seen, targets, veiled, user=None):
    """The curve of creations, the Forecast of each stage and what to say of them, as a dict.

    Nothing of a stage whose figure is `veiled`: the months would add up to it. From `user` who
    sees no names the months are hidden in which too few were added to the curve.
    """
    months = {
        (month, stage): n
        for (month, stage), n in reading.months().items()
        if not veiled.hides_total(stage)
    }
    scope, acts = reading.scope, reading.frame.acts
    forecasts = _forecasts(scope, seen, targets, months, veiled)
    creation = forecasts.get(Stage.CREATED.value)
    curve = _curve(scope, targets, acts, cumulative_of(months, Stage.CREATED), creation)
    if not sees_small_cells(user):
        curve = _without_small_steps(curve)
    return {
        "curve": curve,
        "curve_data": [_point(*month) for month in curve],
        "has_projection": any(present is not None for *_start, present, _required in curve),
        "paces": [(BY_CODE[code], found) for code, found in forecasts.items()],
        "pace_sentences": sentences(creation) if creation else [],
    }


def _forecasts(scope, seen, targets, months, veiled):
    """{stage: Forecast}, only where there is a target in force."""
    if not scope.compares_to_targets or not targets.acts:
        return {}
    day, act, found = scope.target_day, targets.acts[-1], {}
    for stage in (stage.value for stage in PATH):
        target = None if veiled.hides_total(stage) else targets.total(stage).in_force
        by_month = {month: n for (month, at), n in months.items() if at == stage}
        if own := forecast(day, act, seen.totals[stage], target, by_month):
            found[stage] = own
    return found


def _curve(scope, targets, acts, points, creation):
    """[(month, creations so far, target in force, at the present pace, at the required one)].

    To the last event or agreement's end; while an act runs, to its end without figures yet.
    """
    if not points:
        return []
    until = min(max([points[-1][0], *(act.ends_on for act in acts)]), scope.target_day)
    month = next_month(points[-1][0])
    while month <= until:
        points.append((month, points[-1][1]))
        month = next_month(month)
    curve = [
        (
            month,
            n,
            targets.total_on(Stage.CREATED, min(next_month(month), until))
            if scope.compares_to_targets
            else None,
            None,
            None,
        )
        for month, n in points
    ]
    return curve + _projection(curve, creation)


def _point(month, n, *lines):
    """What the chart draws of a month: nothing where the count is hidden."""
    return [f"{month:%m/%Y}", None if type(n) is Hidden else n, *lines]


def _without_small_steps(curve):
    """The curve, its count hidden at a month to which too few persons led."""
    counts = [n for _month, n, *_lines in curve if n is not None]
    shown = places_of_growth(counts) if counts else ()
    return [
        (month, n if n is None or at in shown else veil(), *lines)
        for at, (month, n, *lines) in enumerate(curve)
    ]


def _projection(curve, creation):
    """The months to come until the act's end, after the last point, which both lines start at."""
    if creation is None or creation.is_over or creation.present is None:
        return []
    month, n, goal, *_none = curve[-1]
    if month != month_of(creation.day):
        return []
    curve[-1] = (month, n, goal, n, n)
    ahead = []
    while next_month(month) < creation.until:
        month = next_month(month)
        paces = (creation.at(month, creation.present), creation.at(month, creation.required))
        ahead.append((month, None, creation.target, *paces))
    return ahead


def sentences(creation):
    """What can be quoted about the creations' Forecast, one sentence after the other."""
    found = [_missing(creation)]
    if creation.missing and not creation.is_over:
        found += [_required(creation), _present(creation)]
    return found


def _missing(creation):
    words = {
        "n": grouped(creation.missing),
        "target": grouped(creation.target),
        "day": f"{creation.until:%d/%m/%Y}",
    }
    if not creation.missing:
        return _("La cible en vigueur, %(target)s créations, est atteinte.") % words
    if creation.is_over:
        return (
            ngettext(
                "L'accord est fini depuis le %(day)s : il manque %(n)s création pour atteindre sa "
                "cible de %(target)s.",
                "L'accord est fini depuis le %(day)s : il manque %(n)s créations pour atteindre sa "
                "cible de %(target)s.",
                creation.missing,
            )
            % words
        )
    return (
        ngettext(
            "Il manque %(n)s création pour atteindre la cible de %(target)s au %(day)s.",
            "Il manque %(n)s créations pour atteindre la cible de %(target)s au %(day)s.",
            creation.missing,
        )
        % words
    )


def _required(creation):
    return _("Il en faudrait %(pace)s par mois.") % {"pace": decimal(creation.required)}


def _present(creation):
    if creation.present is None:
        return _("Pas encore de mois entier pour dire le rythme actuel.")
    words = {"n": creation.months, "pace": decimal(creation.present)}
    if not creation.present:
        return (
            ngettext(
                "Aucune création au dernier mois entier : à ce rythme, elle ne serait pas "
                "atteinte.",
                "Aucune création aux %(n)s derniers mois entiers : à ce rythme, elle ne serait pas "
                "atteinte.",
                creation.months,
            )
            % words
        )
    at_this_pace = ngettext(
        "Au rythme du dernier mois entier (%(pace)s par mois), ",
        "Au rythme des %(n)s derniers mois entiers (%(pace)s par mois), ",
        creation.months,
    )
    if creation.reached_in is None:
        return at_this_pace % words + _("elle ne serait pas atteinte avant cent ans.")
    month = {"month": date_format(creation.reached_in, "F Y")}
    if creation.is_in_time:
        return at_this_pace % words + _("elle serait atteinte à temps, en %(month)s.") % month
    reached = _("elle serait atteinte en %(month)s, après la fin de l'accord.")
    return at_this_pace % words + reached % month
