"""What informs the jury: its criteria, and the scores on them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.jury_forms import CriteriaForm, ScoreSheet
from bootcamps.views.finding import find, frozen
from bootcamps.views.parts import form_methods, form_page
from remess.accounts.roles import allowed
from remess.shared.dates import today
from remess.shared.forms import sent
from remess.shared.paging import keyset_page

# Rows on one page of scores: at most nine fields each, under Django's limit of 1000 a form.
SCORE_ROWS = 75


@form_methods
@allowed("bootcamps.manage")
def bootcamp_criteria(request, code):
    """Name and weigh what the jury looks at."""
    bootcamp = find(request, code)
    if bootcamp.is_signed:
        return frozen(request, bootcamp)
    form = CriteriaForm(sent(request), bootcamp=bootcamp)
    if form.is_valid():
        try:
            transitions.save_criteria(bootcamp, form.criteria())
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Critères enregistrés."))
            return redirect(bootcamp)
    page = {
        "title": _("Critères du jury"),
        "lede": _(
            "La note sur 20 est la moyenne des critères, chacun avec son poids (1 si rien n'est "
            "écrit). Sans critère, le jury écrit la note lui-même, ou n'en donne pas."
        ),
        "button": _("Enregistrer les critères"),
        "back": bootcamp.get_absolute_url(),
        "back_label": _("Bootcamp %(code)s") % {"code": code},
    }
    return form_page(request, form, page)


@form_methods
@allowed("bootcamps.manage")
def bootcamp_scores(request, code):
    """The scores of those present, a column a criterion."""
    bootcamp = find(request, code)
    criteria = list(bootcamp.criteria.order_by("pk"))
    if bootcamp.is_signed:
        return frozen(request, bootcamp)
    if not criteria:
        messages.info(request, _("Nommer d'abord les critères du jury."))
        return redirect("bootcamps:criteria", code=code)
    present = bootcamp.participations.visible_to(request.user).filter(attended=True)
    rows = present.for_list().with_sort_name().prefetch_related("criterion_scores")
    order, after = ("sort_name", "pk"), request.GET.get("apres", "")
    page = keyset_page(rows, order, after=after, size=SCORE_ROWS)
    sheet = ScoreSheet(page.rows, criteria, data=sent(request))
    if sheet.is_valid() and _store(request, bootcamp, sheet):
        return redirect(request.get_full_path() if page.next_token else bootcamp)
    context = {
        "bootcamp": bootcamp,
        "criteria": criteria,
        "page": page,
        "sheet": sheet,
        "may_mark": bootcamp.held_on <= today(),
    }
    return render(request, "bootcamps/scores.html", context, status=422 if sheet.errors else 200)


def _store(request, bootcamp, sheet):
    """Store the scores; on a refusal say it and return False."""
    try:
        transitions.save_criterion_scores(bootcamp, sheet.scores())
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _("Notes enregistrées."))
    return True
