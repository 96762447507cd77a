"""Demo accounts carry a published password: they must never stand in a served, real register."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from remess.accounts.models import User

DEMO_PASSWORD = "demo-remess-2018"  # published on purpose


def refuse_in_production():
    """Raise ImproperlyConfigured when active demo accounts exist and REMESS_DEMO is off.

    A database that is away, or not migrated yet, is left to /sante/ to report.
    """
    if settings.DEMO:
        return
    try:
        found = User.objects.filter(is_demo=True, is_active=True).exists()
    except DatabaseError:
        return
    if found:
        raise ImproperlyConfigured(
            "Cette base contient des comptes de démonstration, dont le mot de passe est public : "
            "les désactiver (Paramètres, Utilisateurs) ou poser REMESS_DEMO=1."
        )
