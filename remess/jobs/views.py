from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from remess.accounts.roles import allowed
from remess.jobs.models import Job
from remess.jobs.queue import restart
from remess.shared.paging import keyset_page


def find(request, pk):
    """The job this address names, if this user may see it; else 404."""
    return get_object_or_404(Job.objects.visible_to(request.user), pk=pk)


@require_safe
@never_cache
@allowed("jobs.view")
def job_list(request):
    visible = Job.objects.visible_to(request.user).for_list()
    page = keyset_page(visible, ("-created_at", "-pk"), after=request.GET.get("apres", ""))
    return render(request, "jobs/list.html", {"page": page})


@require_safe
@never_cache
@allowed("jobs.view")
def job_detail(request, pk):
    return render(request, "jobs/detail.html", {"job": find(request, pk), "is_news": False})


@require_safe
@never_cache
@allowed("jobs.view")
def job_progress(request, pk):
    """The part of the page that moves; what is announced only when the state is another one."""
    job = find(request, pk)
    is_news = request.GET.get("vu") != job.standing
    return render(request, "jobs/_progress.html", {"job": job, "is_news": is_news})


@require_POST
@allowed("jobs.view")
def job_restart(request, pk):
    job = find(request, pk)
    if not restart(job):
        messages.info(request, _("La tâche n'est pas arrêtée : il n'y a rien à relancer."))
    return redirect(job)


@require_safe
@never_cache
@allowed("jobs.view")
def job_download(request, pk):
    """The file that the job made; the browser must neither run nor keep it."""
    job = find(request, pk)
    if not job.file:
        raise Http404
    response = FileResponse(
        job.file.open("rb"),
        as_attachment=True,
        filename=job.file_name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
