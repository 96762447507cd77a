import argparse

from django.core.management import call_command
from django.db import connection

from beneficiaries.counts import close_days
from beneficiaries.models import Beneficiary
from remess.demo.history import make_people
from remess.demo.network import load_programme, make_network
from remess.demo.scale import make_register
from remess.shared.commands import OneSentenceCommand


def size(text):
    """A number of people, at least one."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"« {text} » n'est pas un nombre de personnes.")
    return int(text)


class Command(OneSentenceCommand):
    help = "Crée la base au besoin et y met le réseau, les cibles et des personnes inventées."

    def add_arguments(self, parser):
        parser.add_argument(
            "--without-people", action="store_true", help="le réseau, les cibles, les comptes"
        )
        parser.add_argument(
            "--scale", type=size, metavar="N", help="un registre synthétique de N bénéficiaires"
        )

    def handle(self, **options):
        call_command("migrate", verbosity=0)
        programme = load_programme()
        make_network(programme)
        if options["without_people"]:
            self.stdout.write("Réseau, cibles et comptes de démonstration en place.")
        elif Beneficiary.objects.exists():
            self.stdout.write("Le registre contient déjà des personnes : laissé tel quel.")
        elif options["scale"]:
            make_register(options["scale"])
            close_days()
            tell_planner()
            self.stdout.write(f"Registre synthétique de {options['scale']} personnes en place.")
        else:
            make_people(programme)
            close_days()
            tell_planner()
            self.stdout.write("Données de démonstration en place : personnes inventées.")


def tell_planner():
    """Have the database note how big its tables became, without which it joins them slowly."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
