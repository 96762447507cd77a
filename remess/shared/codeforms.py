from django.utils.translation import gettext_lazy as _

from remess.shared.codes import normal_code
from remess.shared.versionforms import VersionedModelForm


class CodedModelForm(VersionedModelForm):
    """A form of something with a code: typed once, in any case, then fixed."""

    def make_layout(self):
        code = self.fields["code"]
        code.widget.attrs |= {"autocapitalize": "characters", "autocomplete": "off"}
        if not self.instance._state.adding:
            code.disabled = True
            code.help_text = _("Le code ne change plus : des adresses et des pièces le portent.")
        return super().make_layout()

    def clean_code(self):
        return normal_code(self.cleaned_data["code"])
