"""Codes that name things in addresses, files and on paper: capitals, digits, hyphens, for good."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from remess.shared.text import clean, latin_digits


def code_constraint(name):
    """The check that a `code` column may stand in an address."""
    return models.CheckConstraint(
        name=name,
        condition=Q(code__regex=r"^[A-Z0-9][A-Z0-9-]{0,19}$"),
        violation_error_message=_(
            "Un code tient en 20 lettres capitales, chiffres ou tirets, sans accent ni espace."
        ),
    )


def normal_code(text):
    """`text` as a code is written: no spaces around, capitals, Latin digits."""
    return latin_digits(clean(text)).upper()


def refuse_code_change(instance):
    """Raise ValidationError when the stored row bears another code: papers already name it."""
    stored = type(instance)._default_manager.filter(pk=instance.pk).values_list("code", flat=True)
    code = stored.first() if instance.pk else None
    if code not in (None, instance.code):
        sentence = _("Le code ne change plus : %(code)s figure déjà sur des pièces.")
        raise ValidationError({"code": sentence % {"code": code}})
