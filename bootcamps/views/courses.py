"""The courses: list, sheet with the share each person reached, enrolment, closing."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.certificates import certificates_of
from bootcamps.filters import CourseFilter
from bootcamps.forms import CourseForm
from bootcamps.models import Course
from bootcamps.views.parts import enrol_page, form_methods, form_page, sent
from remess.accounts.roles import allowed
from remess.shared.dates import today
from remess.shared.paging import keyset_page
from remess.shared.versions import Changed


def find(request, code):
    """The course this address names, if this user may see it; else 404."""
    visible = Course.objects.visible_to(request.user).by_code(code)
    return get_object_or_404(visible.select_related("region", "closed_by"))


@require_safe
@allowed("courses.view")
def course_list(request):
    visible = Course.objects.visible_to(request.user).for_list().with_unmarked(today())
    filterset = CourseFilter(request.GET, queryset=visible)
    page = keyset_page(filterset.qs, ("-starts_on", "-pk"), after=request.GET.get("apres", ""))
    context = {"filterset": filterset, "page": page, "today": today()}
    return render(request, "bootcamps/course_list.html", context)


@require_safe
@allowed("courses.view")
def course_detail(request, code):
    course = find(request, code)
    visible = course.enrolments.visible_to(request.user).for_list()
    enrolments = visible.with_access(request.user).with_training()
    sessions = list(course.sessions.for_list())
    marked = sum(session.is_marked for session in sessions)
    context = {
        "course": course,
        "trainers": course.trainers.order_by("code"),
        "sessions": sessions,
        "rows": transitions.shares(course, enrolments, marked),
        "marked": marked,
        "enrolled": course.enrolments.count(),
        "today": today(),
        "missing": transitions.missing_before_closing(course, sessions),
        "may_remove": request.user.has_perm("courses.manage") and not course.is_closed,
        "is_partial": not request.user.has_perm("courses.attend"),
    }
    return render(request, "bootcamps/course_detail.html", context)


@form_methods
@allowed("courses.manage")
def course_create(request):
    return _save(request, CourseForm(sent(request)), None)


@form_methods
@allowed("courses.manage")
def course_edit(request, code):
    course = find(request, code)
    if course.is_closed:
        return _frozen(request, course)
    form = CourseForm(sent(request), instance=course)
    return _save(request, form, find(request, code))


@form_methods
@allowed("courses.manage")
def course_enrol(request, code):
    """Tick the people to enrol, a page at a time."""
    course = find(request, code)
    if course.is_closed:
        return _frozen(request, course)
    is_begun = course.sessions.filter(is_marked=True).exists()
    page = {
        "title": _("Inscrire des jeunes à la formation %(code)s") % {"code": code},
        "lede": _("Jeunes sélectionnés, pas encore formés."),
        "notice": _(
            "Des séances sont déjà saisies : les nouveaux y comptent absents. "
            "Reprendre la feuille d'une séance pour y cocher leur présence."
        )
        if is_begun
        else "",
    }
    return enrol_page(request, course, transitions.enrol_in_course, page)


@require_POST
@allowed("courses.manage")
def enrolment_remove(request, code, pk):
    """Take back the enrolment of somebody who never came."""
    course = find(request, code)
    visible = course.enrolments.visible_to(request.user).select_related("course", "beneficiary")
    enrolment = get_object_or_404(visible, pk=pk)
    try:
        transitions.unenrol(enrolment)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("%(name)s n'est plus sur la liste.") % {"name": enrolment.beneficiary}
        messages.success(request, text)
    return redirect(course)


@require_safe
@allowed("courses.certify")
def course_certificates(request, code):
    """The certificates to hand over, as a page to print: only those trained."""
    course = find(request, code)
    context = {
        "course": course,
        "trainers": course.trainers.order_by("code", "pk"),
        "certificates": certificates_of(course, request.user),
        "total": course.hours(),
    }
    return render(request, "bootcamps/certificates.html", context)


@form_methods
@allowed("courses.manage")
def course_close(request, code):
    """Who will advance, who will not and why; then the closing, which freezes the course."""
    course = find(request, code)
    if course.is_closed:
        return _frozen(request, course)
    refusal = ""
    if request.method == "POST":
        try:
            outcome = transitions.close_course(course, by=request.user)
        except TransitionRefused as refused:
            refusal = str(refused)
        else:
            n = len(outcome.advanced)
            done = ngettext(
                "Formation clôturée : %(n)s personne passe à l'étape Formé.",
                "Formation clôturée : %(n)s personnes passent à l'étape Formé.",
                n,
            )
            messages.success(request, done % {"n": n})
            return redirect(course)
    context = {
        "course": course,
        "refusal": refusal,
        "missing": transitions.missing_before_closing(course, course.sessions.for_list()),
        "outcome": transitions.preview_closing(course),
    }
    return render(request, "bootcamps/course_close.html", context, status=422 if refusal else 200)


def _save(request, form, course):
    if form.is_valid():
        try:
            transitions.save_course(
                form.save(commit=False),
                form.cleaned_data["trainers"],
                version=form.opened_version,
            )
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        except Changed as change:
            form.compare_with(change.stored)
        else:
            messages.success(request, _("Formation enregistrée."))
            return redirect(form.instance)
    page = {
        "title": _("Modifier la formation") if course else _("Nouvelle formation"),
        "lede": _("La clôturer fait passer à l'étape Formé ceux qui l'ont assez suivie."),
        "button": _("Enregistrer la formation"),
        "back": course.get_absolute_url() if course else reverse("bootcamps:course_list"),
        "back_label": course.code if course else _("Formations"),
    }
    return form_page(request, form, page)


def _frozen(request, course):
    messages.info(request, _("La formation est clôturée : rien n'y change plus."))
    return redirect(course)
