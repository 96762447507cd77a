"""Invented people for the demo: who they are. Deterministic, from names.json."""

import json
import uuid
from datetime import date, timedelta

from beneficiaries.models import Beneficiary, Sex
from beneficiaries.models.person import NOTICE_VERSION, ActivityBefore, Education, Sector
from remess.demo.network import DATA

# Office letters of the CIN by region (formats.md), so that invented numbers look familiar.
CIN_LETTERS = {"ERR": "UA", "MAR": "EE", "MIS": "CN", "SAF": "H", "SID": "GA"}
PROJECTS = {
    Sector.CRAFTS: "Atelier de couture et broderie",
    Sector.AGRICULTURE: "Élevage caprin et fromage frais",
    Sector.FOOD: "Pâtisserie traditionnelle à domicile",
    Sector.TRADE: "Épicerie de quartier",
    Sector.SERVICES: "Salon de coiffure",
    Sector.CONSTRUCTION: "Pose de carrelage et plâtre",
    Sector.TOURISM: "Accueil et randonnées",
    Sector.DIGITAL: "Réparation de téléphones",
}


class PeopleMaker:
    """Makes unsaved beneficiaries from one random source; numbers never repeat."""

    def __init__(self, rng):
        self.rng = rng
        self.names = json.loads((DATA / "names.json").read_text(encoding="utf-8"))
        self.made = 0

    def make(self, *, ocb, region_code, identified_on, recorded_by):
        """A complete, unsaved sheet of somebody aged 18 to 29 on `identified_on`."""
        rng = self.rng
        self.made += 1
        sex = rng.choice(Sex.values)
        given = rng.choice(self.names[sex])
        family = rng.choice(self.names["family"])
        sector = rng.choice(list(PROJECTS))
        letters = CIN_LETTERS.get(region_code, "X")
        return Beneficiary(
            client_id=uuid.UUID(int=rng.getrandbits(128), version=4),
            family_name=family["fr"],
            given_name=given["fr"],
            name_ar=f"{given['ar']} {family['ar']}" if rng.random() < 0.8 else "",
            sex=sex,
            birth_date=self._birth_date(identified_on),
            cin=f"{letters}{100000 + self.made}" if rng.random() < 0.9 else "",
            phone=f"+2126000{self.made:05d}"[:13] if rng.random() < 0.95 else "",
            commune=ocb.commune,
            education=rng.choice(Education.values),
            activity_before=rng.choice(ActivityBefore.values),
            income_before=rng.choice([0, 0, 400, 600, 900, 1200, 1500]),
            sector=sector,
            project=PROJECTS[sector],
            sheet_on=identified_on,
            ocb=ocb,
            consent_notice=NOTICE_VERSION,
            consent_language=rng.choice(["ar", "ar", "fr"]),
            consent_on=identified_on,
            consent_by=recorded_by,
        )

    def _birth_date(self, day):
        """Born so that the age on `day` is 18 to 29, never on 29 February."""
        youngest = date(day.year - 18, day.month, min(day.day, 28))
        return youngest - timedelta(days=self.rng.randrange(0, 11 * 365))
