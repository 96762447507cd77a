from django.db import transaction
from django.utils.translation import ngettext

from beneficiaries.models import Beneficiary, PossibleDuplicate
from beneficiaries.transitions.duplicates import refresh_keys
from remess.shared.commands import OneSentenceCommand


class Command(OneSentenceCommand):
    help = (
        "Cherche les doublons possibles dans tout le registre, par exemple après une mise à jour."
    )

    def handle(self, **options):
        before = PossibleDuplicate.objects.count()
        pks = list(Beneficiary.objects.standing().order_by("pk").values_list("pk", flat=True))
        with transaction.atomic():
            refresh_keys(pks)
        n = PossibleDuplicate.objects.count() - before
        text = ngettext("%(n)s doublon possible ajouté.", "%(n)s doublons possibles ajoutés.", n)
        self.stdout.write(text % {"n": n})
