from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from remess.shared.identifiers import normal_cin, normal_ice, normal_phone


class DerivedTextField(models.TextField):
    """Text computed from other fields of the row at each write, bulk writes included.

    `derive(instance)` returns the text; the field is never edited or validated by forms.
    """

    def __init__(self, *args, derive=None, **kwargs):
        self.derive = derive
        super().__init__(*args, **{**kwargs, "editable": False, "blank": True, "default": ""})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "blank", "default"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        if self.derive:
            setattr(model_instance, self.attname, self.derive(model_instance))
        return super().pre_save(model_instance, add)


class NormalisedField(models.CharField):
    """A number kept in one normal form; what cannot be brought to it is refused in French."""

    normalise = None
    refusal = ""

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return text
        try:
            return type(self).normalise(text)
        except ValueError as problem:
            raise ValidationError(self.refusal, code="invalid") from problem


class CINField(NormalisedField):
    normalise = staticmethod(normal_cin)
    refusal = _("Une CIN tient en lettres et chiffres, par exemple UA123456.")


class PhoneField(NormalisedField):
    normalise = staticmethod(normal_phone)
    refusal = _("Un numéro marocain a dix chiffres et commence par 05, 06 ou 07.")


class ICEField(NormalisedField):
    normalise = staticmethod(normal_ice)
    refusal = _("Un ICE a quinze chiffres, dont les deux derniers vérifient les autres.")
