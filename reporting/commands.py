"""The arguments that say what a report is asked for, and the Scope they make."""

from django.core.management.base import CommandError

from remess.accounts.commands import as_user, day
from remess.programme.models import Agreement
from reporting.scope import ScopeError, build_scope


def add_scope_arguments(parser):
    parser.add_argument("--as-of", type=day, help="tel que connu à la fin de ce jour")
    parser.add_argument("--from", type=day, dest="start", help="premier jour de la période")
    parser.add_argument("--to", type=day, dest="end", help="dernier jour de la période")
    parser.add_argument("--agreement", help="code d'un accord")
    parser.add_argument("--as", dest="as_user", help="identifiant d'un utilisateur")


def user_and_scope(options):
    """The user asked for (or None) and the Scope. Raises CommandError with one sentence."""
    user = as_user(options["as_user"])
    agreement = _agreement(options["agreement"])
    try:
        scope = build_scope(
            user=user,
            as_of=options["as_of"],
            start=options["start"],
            end=options["end"],
            agreement=agreement,
        )
    except ScopeError as problem:
        raise CommandError(str(problem)) from problem
    return user, scope


def _agreement(code):
    if not code:
        return None
    agreement = Agreement.objects.filter(code=code).first()
    if agreement is None:
        raise CommandError(f"Aucun accord ne porte le code {code}.")
    return agreement
