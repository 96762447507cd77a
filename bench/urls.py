"""The application's addresses and a bare one: signed in, it only answers « ok »."""

from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe


@require_safe
def bare(request):
    return HttpResponse("ok")


urlpatterns = [path("banc/ok/", bare), path("", include("remess.urls"))]
