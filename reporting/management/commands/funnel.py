import json

from django.core.management.base import CommandError

from remess.shared.commands import OneSentenceCommand
from reporting.commands import add_scope_arguments, user_and_scope
from reporting.comparison import compare
from reporting.dimensions import BY_CODE
from reporting.indicators import CODES, DIMENSIONS, breakdown, totals
from reporting.parts import UNKNOWN_FORM
from reporting.small_cells import sees_small_cells
from reporting.targets import TargetTable

# The page that hides what an official may not see of each breakdown.
PAGES = {"region": "region", "sex": "sexe", "legal_form": "forme", "month": "mois"}


class Command(OneSentenceCommand):
    help = "Le parcours face aux cibles : combien d'identifiés, sélectionnés, formés, créés."

    def add_arguments(self, parser):
        add_scope_arguments(parser)
        parser.add_argument("--by", choices=DIMENSIONS, help="ventilation")
        parser.add_argument("--json", action="store_true", help="réponse en JSON")

    def handle(self, **options):
        user, scope = user_and_scope(options)
        if user and options["by"] == "ocb" and not user.has_perm("reporting.filter_ocb"):
            raise CommandError("Ce compte ne consulte pas les chiffres par OCB.")
        answer = funnel_answer(scope, options["by"], user)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for code in CODES:
            target = answer["targets"][code]["in_force"]
            goal = "" if target is None else f" (cible en vigueur {target})"
            self.stdout.write(f"{code}: {answer['totals'][code]}{goal}")
        for row in answer["rows"]:
            self.stdout.write(", ".join(f"{key} {value}" for key, value in row.items()))


def funnel_answer(scope, by, user=None):
    """The JSON of design §4 as a dict; null also in a row too small for `user` to see.

    The programme's own totals are published, and stay.
    """
    table = TargetTable(scope)
    rows = breakdown(scope, by) if by else {}
    if by and not sees_small_cells(user):
        rows = without_hidden(scope, by, user, rows)
    return {
        "as_of": scope.as_of.isoformat(),
        "from": scope.start.isoformat() if scope.start else None,
        "to": scope.end.isoformat() if scope.end else None,
        "agreement": scope.agreement.code if scope.agreement else None,
        "totals": totals(scope),
        "targets": {code: table.total(code).as_dict() for code in CODES},
        "rows": [{"key": key, **row} for key, row in rows.items()],
    }


def without_hidden(scope, by, user, rows):
    """The rows with None where the page of this comparison hides the figure."""
    shown = compare(scope, BY_CODE[PAGES[by]], user)
    hidden = {(line.key or UNKNOWN_FORM, code) for line in shown.lines for code in line.hidden}
    return {
        key: {code: None if (key, code) in hidden else n for code, n in row.items()}
        for key, row in rows.items()
    }
