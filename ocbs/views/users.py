"""Accounts under Paramètres: list, form, the link to choose a password, closing and reopening."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ocbs.forms import UserForm
from ocbs.models import Membership
from remess.accounts.activation import deactivate, reactivate
from remess.accounts.forms import ActivationForm
from remess.accounts.links import new_link
from remess.accounts.models import User
from remess.accounts.roles import allowed
from remess.shared.forms import sent, status_of
from remess.shared.paging import keyset_page
from remess.shared.versions import Changed


def find(request, pk):
    """The account this address names, if this user manages it; else 404."""
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


@require_safe
@allowed("accounts.manage")
def user_list(request):
    users = User.objects.visible_to(request.user).select_related("trainer")
    users = users.prefetch_related(Membership.objects.current().as_prefetch())
    order = ("-is_active", "username", "pk")
    page = keyset_page(users, order, after=request.GET.get("apres", ""))
    return render(request, "accounts/user_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("accounts.manage")
def user_create(request):
    form = UserForm(sent(request))
    if form.is_valid() and _store(request, form):
        return redirect(form.instance)
    context = {"form": form, "account": None, "memberships": []}
    return render(request, "accounts/user_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("accounts.manage")
def user_edit(request, pk):
    form = UserForm(sent(request), instance=find(request, pk))
    if form.is_valid() and _store(request, form):
        return redirect(form.instance)
    account = find(request, pk)
    memberships = account.memberships.select_related("ocb").order_by("-since", "-pk")
    context = {"form": form, "account": account, "memberships": memberships}
    return render(request, "accounts/user_form.html", context, status=status_of(form))


@never_cache
@require_POST
@allowed("accounts.manage")
def user_link(request, pk):
    """A fresh link, shown on this page and nowhere else."""
    account = find(request, pk)
    if not account.is_active:
        messages.error(request, _("Ce compte est désactivé : le réactiver d'abord."))
        return redirect(account)
    link = request.build_absolute_uri(new_link(account))
    return render(request, "accounts/user_link.html", {"account": account, "link": link})


@require_POST
@allowed("accounts.manage")
def user_activation(request, pk):
    account, form = find(request, pk), ActivationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choisir de désactiver ou de réactiver le compte."))
    elif form.cleaned_data["action"] == "reactivate":
        reactivate(account)
        messages.success(request, _("Compte réactivé. Créer un lien pour choisir un mot de passe."))
    else:
        try:
            deactivate(account, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Compte désactivé : ses sessions sont fermées."))
    return redirect(account)


def _store(request, form):
    """Store the account; on a refusal say it on the form, or show both versions: False."""
    try:
        account = form.store()
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    except Changed as change:
        form.compare_with(change.stored)
        return False
    messages.success(request, _("Compte %(name)s enregistré.") % {"name": account.username})
    return True
