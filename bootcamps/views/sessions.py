"""The sittings of a course: adding one, marking who came."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.forms import AttendanceForm, SessionForm
from bootcamps.views.courses import find
from bootcamps.views.parts import form_methods, form_page, sent
from remess.accounts.roles import allowed
from remess.shared.dates import today


@form_methods
@allowed("courses.manage")
def session_create(request, code):
    course = find(request, code)
    form = SessionForm(sent(request), course=course)
    if form.is_valid():
        try:
            transitions.add_session(form.save(commit=False))
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Séance ajoutée."))
            return redirect(course)
    page = {
        "title": _("Ajouter une séance"),
        "lede": str(course.title),
        "button": _("Ajouter la séance"),
        "back": course.get_absolute_url(),
        "back_label": course.code,
    }
    return form_page(request, form, page)


@form_methods
@allowed("courses.attend")
def session_attendance(request, code, pk):
    """Who came: one tick a person; `?tous=1` opens the sheet with everyone ticked, unsaved."""
    course = find(request, code)
    session = get_object_or_404(course.sessions, pk=pk)
    enrolments = course.enrolments.visible_to(request.user).for_list()
    form = AttendanceForm(sent(request), enrolments=enrolments)
    if request.method == "POST" and form.is_valid():
        present = form.cleaned_data["present"]
        try:
            transitions.mark_attendance(session, {row.pk for row in present})
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            n = len(present)
            done = ngettext("%(n)s présence enregistrée.", "%(n)s présences enregistrées.", n)
            messages.success(request, done % {"n": n})
            return redirect(course)
    ticks_all = request.method != "POST" and request.GET.get("tous") == "1"
    context = {
        "course": course,
        "session": session,
        "enrolments": enrolments,
        "form": form,
        "ticked": form.ticked(session, everyone=ticks_all),
        "ticks_all": ticks_all,
        "is_to_come": session.held_on > today(),
        "may_mark": not course.is_closed and session.held_on <= today(),
    }
    return render(request, "bootcamps/attendance.html", context, status=422 if form.errors else 200)
