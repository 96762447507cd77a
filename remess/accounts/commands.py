"""Arguments that several commands share."""

import argparse
import re
from datetime import date

from django.core.management.base import CommandError

from remess.accounts.models import User

# date.fromisoformat() alone would also take a week, « 2016-W09-1 ».
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text):
    """A command-line day, `YYYY-MM-DD`."""
    try:
        found = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in range(1900, 2101):
        raise argparse.ArgumentTypeError(f"« {text} » n'est pas une date AAAA-MM-JJ.")
    return found


def as_user(username):
    """The user a command acts for, None when not given. Raises CommandError when unknown."""
    if username is None:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"Aucun compte actif ne porte l'identifiant {username}.")
    return user
