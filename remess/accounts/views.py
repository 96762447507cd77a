"""Choosing a password: through a link without being signed in, or one's own later."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from remess.accounts.backends import RoleBackend
from remess.accounts.forms import ChangePasswordForm, ChoosePasswordForm
from remess.accounts.links import tokens


@method_decorator(login_not_required, name="dispatch")
class SetPasswordView(PasswordResetConfirmView):
    """A link that has served, expired or belongs to a closed account is answered by 404."""

    template_name = "accounts/set_password.html"
    form_class = ChoosePasswordForm
    token_generator = tokens
    reset_url_token = "choisir"
    success_url = reverse_lazy("accounts:password_done")

    def get_user(self, uidb64):
        user = super().get_user(uidb64)
        return user if user and RoleBackend().user_can_authenticate(user) else None

    def render_to_response(self, context, **kwargs):
        form = context.get("form")
        status = 200 if self.validlink else 404
        if form and form.errors:
            status = 422
        return super().render_to_response({"form": form, **context}, status=status, **kwargs)


@login_not_required
@require_safe
def password_done(request):
    return render(request, "accounts/password_done.html")


@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request):
    """Everyone changes their own; they stay signed in here, and are signed out elsewhere."""
    form = ChangePasswordForm(request.user, request.POST or None)
    if form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Mot de passe changé."))
        return redirect("home:home")
    context = {
        "title": _("Changer de mot de passe"),
        "lede": "",
        "form": form,
        "button": _("Changer de mot de passe"),
        "back": reverse("home:home"),
        "back_label": _("Accueil"),
    }
    return render(request, "form_page.html", context, status=422 if form.errors else 200)
