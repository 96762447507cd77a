"""The demo's coaching visits: before creation and after, up to the last day of the story."""

from datetime import timedelta
from random import Random

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary
from bootcamps.models import CoachingVisit
from remess.shared.dates import at_noon

PLACES = ["Domicile", "Atelier", "Local de l'OCB", "Marché"]
BEFORE = [
    ("Idée de projet et clients visés", "Interroger dix clients du quartier"),
    ("Prix de revient", "Apporter trois devis de matières"),
    ("Choix de la forme juridique", "Réunir les pièces du dossier"),
]
AFTER = [
    ("Cahier de caisse", "Tenir le cahier chaque soir"),
    ("Prix de vente et marge", "Revoir le prix des deux produits les plus vendus"),
    ("Clients et commandes", "Visiter deux nouveaux clients"),
    ("Déclaration et cotisations", "Préparer la déclaration du trimestre"),
]


def make_visits(lives, code, cast, last_day):
    """One to three visits of those trained before they create, one to four after."""
    rng = Random(f"visites {code}")
    people = [life.person.pk for life in lives if life.fate >= 3]
    referents = dict(Beneficiary.objects.filter(pk__in=people).values_list("pk", "referent"))
    rows = []
    for life in lives:
        if life.fate < 3:
            continue
        plan = _plan(life, rng, last_day)
        days = [day for day, _words in plan][1:] + [None]
        for (day, (topics, next_step)), next_on in zip(plan, days, strict=True):
            rows.append(
                CoachingVisit(
                    beneficiary=life.person,
                    trainer_id=referents[life.person.pk],
                    visited_on=day,
                    place=rng.choice(PLACES),
                    minutes=rng.choice([30, 45, 60, 90]),
                    topics=topics,
                    next_step=next_step if next_on else "",
                    next_on=next_on,
                    recorded_at=at_noon(day),
                    recorded_on=day,
                    recorded_by=cast.team,
                )
            )
    CoachingVisit.objects.bulk_create(rows, batch_size=500)


def _plan(life, rng, last_day):
    """[(day, (topics, next step))] of one life, in order, each day once."""
    trained_on, created_on = life.days[Stage.TRAINED], life.days.get(Stage.CREATED)
    found = {}
    end = created_on or min(trained_on + timedelta(days=180), last_day)
    span = max((end - trained_on).days - 1, 1)
    for words in BEFORE[: rng.randint(1, len(BEFORE))]:
        found[trained_on + timedelta(days=rng.randint(1, span))] = words
    for rank, words in enumerate(AFTER[: rng.randint(1, len(AFTER))] if created_on else (), 1):
        found[created_on + timedelta(days=rank * 60 + rng.randint(0, 20))] = words
    return sorted((day, words) for day, words in found.items() if day <= last_day)
