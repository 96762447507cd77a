"""Reports as they were sent: freezing one, opening it again, telling whether a file is ours."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from remess.accounts.roles import allowed
from remess.programme.models import Region
from remess.shared.dates import today
from remess.shared.forms import sent
from remess.shared.paging import keyset_page
from reporting.bridge_shown import bridges_of, regions_of_report
from reporting.exports.provenance import scope_sentence
from reporting.forms import ScopeForm
from reporting.models import Publication
from reporting.publication_forms import PublicationForm, VerifyForm
from reporting.publications import recognise, scope_of, to_publish


def find(request, pk):
    """The report this address names, if this user may open it; else 404."""
    return get_object_or_404(Publication.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
@allowed("reporting.view_all")
def publication_list(request):
    publications = Publication.objects.visible_to(request.user).for_list()
    order = ("-published_at", "-pk")
    page = keyset_page(publications, order, after=request.GET.get("apres", ""))
    return render(request, "reporting/publications.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("reporting.publish")
def publication_create(request):
    """Freeze the report of the dashboard's filters, kept in the address."""
    filters = ScopeForm(request.GET, user=request.user)
    if not filters.is_valid():
        return render(request, "reporting/dashboard_refused.html", {"form": filters}, status=422)
    scope = to_publish(filters.scope)
    form = PublicationForm(sent(request), scope=scope, by=request.user)
    if form.is_valid():
        messages.success(request, _("Rapport figé : il ne changera plus."))
        return redirect(form.published)
    context = {
        "form": form,
        "title": _("Figer ce rapport"),
        "lede": _lede(scope, asked=filters.scope),
        "button": _("Figer le rapport"),
        "back": f"{reverse('reporting:dashboard')}?{request.GET.urlencode()}",
        "back_label": _("Tableau de bord"),
    }
    return render(request, "form_page.html", context, status=422 if form.errors else 200)


def _lede(scope, asked):
    """What will be frozen, in words; why it stops earlier than the page that was asked for."""
    if scope == asked:
        return scope_sentence(scope)
    why = _("la journée en cours peut encore changer : elle ne se fige pas")
    return f"{scope_sentence(scope)} · {why}"


@require_safe
@allowed("reporting.view_all")
def publication_detail(request, pk):
    """The figures as they were sent, those of today, and what made the difference."""
    publication = find(request, pk)
    then, now = scope_of(publication), scope_of(publication, today())
    context = {
        "publication": publication,
        "scope_sentence": scope_sentence(then),
        "bridges": bridges_of(then, now, request.user, published=publication.figures["totals"]),
        "region_names": dict(Region.objects.values_list("code", "name_fr")),
        "regions": regions_of_report(publication, then, now, request.user),
        "bridge_query": publication.bridge_query(now.as_of),
        "now": now,
    }
    return render(request, "reporting/publication.html", context)


@require_safe
@allowed("reporting.view_all")
def publication_download(request, pk):
    publication = find(request, pk)
    return FileResponse(
        publication.file.open("rb"), as_attachment=True, filename=publication.file_name
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("reporting.view_all")
def publication_verify(request):
    """Is this file one of ours, unchanged?"""
    form = VerifyForm(sent(request), request.FILES or None)
    context = {"form": form, "checked": form.is_valid()}
    if context["checked"]:
        file = form.cleaned_data["file"]
        context |= {"file": file, "publication": recognise(file)}
    status = 422 if form.errors else 200
    return render(request, "reporting/publication_verify.html", context, status=status)
