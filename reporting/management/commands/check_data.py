import json

from remess.shared.commands import OneSentenceCommand
from reporting.checks import run_checks


class Command(OneSentenceCommand):
    help = "Ce qui est incohérent ou incomplet dans le registre, avec les numéros de fiche."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="réponse en JSON")

    def handle(self, **options):
        answer = check_answer()
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for check in answer["checks"]:
            if check["count"]:
                numbers = ", ".join(check["file_numbers"])
                self.stdout.write(f"{check['count']} · {check['text']} {numbers}".rstrip())
        self.stdout.write(f"Problèmes trouvés : {answer['problems']}.")


def check_answer():
    """The JSON answer as a dict, every check listed, those without findings too."""
    found = run_checks()
    return {
        "problems": sum(finding.count for _check, finding in found),
        "checks": [
            {
                "code": check.code,
                "text": str(check.text),
                "count": finding.count,
                "file_numbers": list(finding.file_numbers),
            }
            for check, finding in found
        ],
    }
