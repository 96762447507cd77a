import shutil
from pathlib import Path

from django.core.management.base import CommandError
from django.utils import translation

from remess.shared.commands import OneSentenceCommand
from reporting.commands import add_scope_arguments, user_and_scope
from reporting.exports.provenance import scope_sentence
from reporting.exports.records import keep_record
from reporting.exports.registry import BY_NAME, REPORTS
from reporting.exports.tally import IncompleteExport
from reporting.models import ExportRecord


class Command(OneSentenceCommand):
    help = "Écrit un rapport dans un fichier ; --list dit lesquels existent."

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", metavar="NAME", help="nom du rapport")
        parser.add_argument("out", nargs="?", metavar="OUT", help="fichier à écrire, tel quel")
        parser.add_argument("--list", action="store_true", help="les rapports, un par ligne")
        parser.add_argument("--lang", choices=["fr", "ar", "en"], default="fr", help="langue")
        add_scope_arguments(parser)

    def handle(self, **options):
        with translation.override(options["lang"]):
            if options["list"]:
                for report in REPORTS:
                    self.stdout.write(f"{report.name}  {report.description}")
                return
            report = report_named(options["name"])
            if not options["out"]:
                raise CommandError("Dire dans quel fichier écrire : export_report NAME OUT.")
            write_report(report, options)


def report_named(name):
    """The report of this name. Raises CommandError with the names there are."""
    if name in BY_NAME:
        return BY_NAME[name]
    wrong = f"Aucun rapport ne s'appelle {name}" if name else "Dire quel rapport écrire"
    raise CommandError(f"{wrong} : choisir parmi {', '.join(BY_NAME)}.")


def write_report(report, options):
    """Build the report, then write it: a refusal leaves no file behind."""
    user, scope = user_and_scope(options)
    if user and not user.has_perm(report.permission):
        raise CommandError(f"Ce compte n'a pas le droit d'exporter le rapport {report.name}.")
    try:
        built = report.build(scope, user)
    except IncompleteExport as problem:
        raise CommandError(str(problem)) from problem
    with built:
        try:
            with open(options["out"], "wb") as out:
                shutil.copyfileobj(built, out)
        except OSError as problem:
            raise CommandError(
                f"Le fichier {options['out']} ne peut pas être écrit : "
                "vérifier le dossier et les droits."
            ) from problem
        keep_record(
            built,
            name=report.name,
            by=user,
            way=ExportRecord.Way.COMMAND,
            as_of=scope.as_of,
            scope=scope_sentence(scope),
            file_name=Path(options["out"]).name,
        )
