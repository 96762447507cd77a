"""The demo's reference data: regions, agreements, targets, OCBs, trainers, bootcamps, accounts."""

import json
from datetime import date
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bootcamps.models import Bootcamp
from ocbs.models import OCB, Membership, Trainer
from remess.accounts.demo_accounts import DEMO_PASSWORD
from remess.accounts.models import User
from remess.accounts.roles import Role
from remess.programme.models import Agreement, Region
from reporting.models import Target

DATA = Path(__file__).parent / "data"
NETWORK_SINCE = date(2014, 8, 1)


def load_programme():
    """The demo's figures and network, as published and as invented: a dict."""
    return json.loads((DATA / "programme.json").read_text(encoding="utf-8"))


@transaction.atomic
def make_network(programme):
    """Make what is missing of the reference data and accounts; what exists is left as it is."""
    regions = {row["code"]: _region(row) for row in programme["regions"]}
    for row in programme["agreements"]:
        _agreement(row, regions)
    password = make_password(DEMO_PASSWORD)
    _account("admin", "Nadia Alaoui", Role.ADMIN, password)
    _account("equipe", "Salma Chraibi", Role.STAFF, password)
    _account("mjs", "Direction de la jeunesse", Role.OFFICIAL, password)
    for row in programme["ocbs"]:
        _ocb(row, regions, password)
    for row in programme["trainers"]:
        _trainer(row, regions, password)
    for row in programme["bootcamps"]:
        region = regions[row["region"]]
        Bootcamp.objects.get_or_create(
            code=row["code"],
            defaults={
                "region": region,
                "held_on": row["held_on"],
                "place": f"Maison des jeunes, {region.name_fr}",
                "jury": "S. Chraibi, A. Benkirane, direction provinciale",
            },
        )


def _region(row):
    region, _created = Region.objects.get_or_create(
        code=row["code"],
        defaults={
            "name_fr": row["name_fr"],
            "name_ar": row["name_ar"],
            "administrative_region": row["administrative_region_2015"],
        },
    )
    return region


def _agreement(row, regions):
    titles = {"convention": "Convention", "avenant": "Avenant n° 1"}
    amends = Agreement.objects.get(code=row["amends"]) if "amends" in row else None
    agreement, created = Agreement.objects.get_or_create(
        code=row["code"],
        defaults={
            "kind": row["kind"],
            "title": titles[row["kind"]],
            "amends": amends,
            "starts_on": row["starts_on"],
            "ends_on": row["ends_on"],
        },
    )
    if created:
        Target.objects.bulk_create(
            Target(agreement=agreement, region=regions[code], indicator=indicator, value=value)
            for indicator, cells in row["targets"].items()
            for code, value in cells.items()
        )


def _ocb(row, regions, password):
    number = row["code"].removeprefix("OCB-")
    ocb, _created = OCB.objects.get_or_create(
        code=row["code"],
        defaults={
            "name_fr": row["name"],
            "region": regions[row["region"]],
            "commune": regions[row["region"]].name_fr,
            "joined_on": NETWORK_SINCE,
        },
    )
    agent = _account(f"agent.ocb-{number}", f"Agent {row['name']}", Role.OCB_AGENT, password)
    if not Membership.objects.filter(user=agent, ocb=ocb).exists():
        Membership.objects.create(user=agent, ocb=ocb, since=NETWORK_SINCE)


def _trainer(row, regions, password):
    user = _account(
        f"formateur.{row['code'].lower()}", f"Formateur {row['code']}", Role.TRAINER, password
    )
    Trainer.objects.get_or_create(
        code=row["code"],
        defaults={
            "name": f"Formateur démo {row['code']}",
            "region": regions[row["region"]],
            "user": user,
        },
    )


def _account(username, full_name, role, password):
    user, _created = User.objects.get_or_create(
        username=username,
        defaults={
            "full_name": full_name,
            "role": role,
            "password": password,
            "is_demo": True,
        },
    )
    return user
