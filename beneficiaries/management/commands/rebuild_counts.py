from beneficiaries import counts
from remess.shared.commands import OneSentenceCommand


class Command(OneSentenceCommand):
    help = "Refait les comptes du parcours à partir des passages d'étape."

    def handle(self, **options):
        counts.rebuild()
        self.stdout.write("Les comptes sont refaits à partir des passages d'étape.")
