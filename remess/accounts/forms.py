from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from remess.shared.forms import HouseForm, HouseFormMixin


class ChoosePasswordForm(HouseFormMixin, SetPasswordForm):
    """The password chosen through a link; what is weak is said at the field."""

    def make_layout(self):
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label = _("Nouveau mot de passe")
        first.help_text = _(
            "Au moins 10 caractères, pas seulement des chiffres, rien qui ressemble au nom."
        )
        second.label = _("Le même, une seconde fois")
        second.help_text = ""
        return Layout("new_password1", "new_password2")

    def validate_password_for_user(self, user, password_field_name=""):
        """Weakness is said where the password is first typed."""
        super().validate_password_for_user(user, "new_password1")


class ChangePasswordForm(ChoosePasswordForm, PasswordChangeForm):
    """One's own password, the present one asked first."""

    def make_layout(self):
        super().make_layout()
        self.fields["old_password"].label = _("Mot de passe actuel")
        return Layout("old_password", "new_password1", "new_password2")


class ActivationForm(HouseForm):
    """What to do with an account; said in full so that pressing twice does not undo it."""

    action = forms.ChoiceField(choices=[("deactivate", ""), ("reactivate", "")])
