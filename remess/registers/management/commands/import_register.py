import json

from django.core.management.base import CommandError

from ocbs.models import OCB
from remess.accounts.commands import as_user
from remess.registers.headings import FIELDS, recognise
from remess.registers.importing import Options, answer_of, bring_in, saved_mapping_of
from remess.registers.reading import FileRefused, open_register
from remess.shared.codes import normal_code
from remess.shared.commands import OneSentenceCommand


class Command(OneSentenceCommand):
    help = "Fait entrer un registre (.xlsx, .csv, export Kobo), ligne par ligne."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FICHIER")
        parser.add_argument("--ocb", metavar="CODE", help="l'OCB des lignes qui n'en nomment pas")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            dest="constants",
            metavar="CHAMP=VALEUR",
            help="la valeur d'une colonne absente, par exemple consent=oui",
        )
        parser.add_argument("--dry-run", action="store_true", help="répondre sans rien écrire")
        parser.add_argument("--as", dest="username", metavar="COMPTE", help="agir pour ce compte")
        parser.add_argument("--json", action="store_true", help="réponse en JSON")

    def handle(self, **options):
        user = as_user(options["username"])
        if user and not user.has_perm("registers.import"):
            raise CommandError("Ce compte n'importe pas de registre.")
        how = Options(
            user=user,
            ocb=ocb_of(options["ocb"], user),
            constants=dict(map(constant, options["constants"])),
            is_trial=options["dry_run"],
        )
        try:
            answer = import_file(options["file"], how)
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as problem:
            raise CommandError(
                f"Le fichier {options['file']} n'existe pas ou ne peut être lu."
            ) from problem
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            self.tell(answer)

    def tell(self, answer):
        for result in answer["results"]:
            for message in result["messages"]:
                self.stdout.write(f"Ligne {result['row']} · {message['text']}")
        self.stdout.write(
            "{created} nouvelles fiches, {updated} mises à jour, {unchanged} sans changement, "
            "{possible_duplicates} doublons possibles, {errors} à corriger, "
            "{skipped} ignorées.".format(**answer)
        )


def import_file(path, options):
    """Read, check and store the file at `path`; returns the answer of design §5."""
    with open_register(path) as (register, rows):
        fields = register.columns
        if saved := saved_mapping_of(register.headings, options.ocb):
            fields = recognise(register.headings, saved.columns, register.answer_columns)
            options.constants = {**saved.constants, **options.constants}
        columns = {str(register.headings[index]): name for index, name in fields.items()}
        unknown = [
            str(heading)
            for index, heading in enumerate(register.headings)
            if heading and index not in fields
        ]
        outcome = bring_in(register, fields, rows, options)
    return answer_of(register, columns, unknown, outcome)


def ocb_of(code, user):
    """The OCB an import is for. Raises CommandError for one unknown, or not this user's."""
    if code is None:
        return None
    ocb = OCB.objects.select_related("region").filter(code=normal_code(code)).first()
    if ocb is None:
        raise CommandError(f"Aucune OCB ne porte le code {code}.")
    if user and not OCB.objects.managed_by(user).filter(pk=ocb.pk).exists():
        raise CommandError(f"Ce compte ne saisit pas pour {ocb.code}.")
    return ocb


def constant(text):
    """(field, value) of FIELD=VALUE. Raises CommandError."""
    name, equals, value = text.partition("=")
    if not equals or name not in FIELDS:
        raise CommandError(
            f"« {text} » : écrire CHAMP=VALEUR, le champ étant un de {', '.join(FIELDS)}."
        )
    return name, value
