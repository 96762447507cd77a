from django.core.management.base import CommandError
from django.utils.translation import ngettext

from beneficiaries import counts
from remess.shared.commands import OneSentenceCommand


class Command(OneSentenceCommand):
    help = "Compare les comptes du parcours aux passages d'étape ; sort en erreur s'ils diffèrent."

    def handle(self, **options):
        if found := counts.differences():
            raise CommandError(sentence(found))
        self.stdout.write("Les comptes sont égaux aux passages d'étape.")


def sentence(found):
    """What differs, in one sentence; `found` is that of counts.differences(), not empty."""
    table, key, stored, wanted = found[0]
    return ngettext(
        "%(n)s ligne de compte diffère des passages d'étape "
        "(%(table)s, %(key)s : %(stored)s au lieu de %(wanted)s) : lancer rebuild_counts.",
        "%(n)s lignes de compte diffèrent des passages d'étape "
        "(la première : %(table)s, %(key)s : %(stored)s au lieu de %(wanted)s) : "
        "lancer rebuild_counts.",
        len(found),
    ) % {
        "n": len(found),
        "table": table,
        "key": " ".join(str(part) for part in key),
        "stored": stored,
        "wanted": wanted,
    }
