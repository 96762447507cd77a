"""The cohort of test_cohort.py: forty youths in the order of their names, and what becomes of each.

Their rank, 1 to 40, is that order; odd ranks are women. Every number of the hand count at the end
follows from the sets below.
"""

from dataclasses import dataclass
from datetime import date

from beneficiaries.models import Beneficiary
from ocbs.models import Membership, Trainer
from remess.accounts.models import User
from remess.accounts.roles import Role
from tests import factories
from tests.browser.conftest import PASSWORD

FAMILIES = [
    "Abbadi", "Achour", "Amrani", "Azzouzi", "Bakkali", "Belhaj", "Benjelloun", "Bouazza",
    "Chakir", "Daoudi", "Fassi", "Fikri", "Ghazi", "Guessous", "Haddad", "Hilali", "Idrissi",
    "Jabri", "Kabbaj", "Lahlou", "Mansouri", "Mernissi", "Naciri", "Ouali", "Qadiri", "Rachidi",
    "Saadi", "Sebti", "Slaoui", "Tahiri", "Tazi", "Touimi", "Wahbi", "Yacoubi", "Yassine",
    "Zaki", "Zemmouri", "Zeroual", "Zerrad", "Zerwal",
]  # fmt: skip
WOMEN = [
    "Salma", "Zineb", "Hajar", "Imane", "Khadija", "Loubna", "Meryem", "Nadia", "Oumaima",
    "Rajae", "Sanae", "Siham", "Wafae", "Yasmine", "Asmae", "Btissam", "Chaimae", "Dounia",
    "Fadwa", "Ghizlane",
]  # fmt: skip
MEN = [
    "Adil", "Bilal", "Driss", "Fouad", "Hamza", "Ilyas", "Jalal", "Karim", "Mehdi", "Nabil",
    "Omar", "Rachid", "Samir", "Tarik", "Walid", "Youssef", "Zakaria", "Anas", "Brahim", "Brahim",
]  # fmt: skip

# Two of one name, spelled in two ways, and one telephone are cousins; one is typed twice.
COUSINS = (38, 40)
TYPED_TWICE = 36
SECOND_SHEET = {"family_name": "Zaky", "cin": "", "phone": "0661000000"}

# The first bootcamp has 30 places: 1 to 30, then ten who wait. 30 leaves before it and gives 31
# a place; 28 and 29 do not come, 32 does.
LEFT_EARLY, SERVED, CAME_INSTEAD = 30, 31, 32
ABSENT = (28, 29)
RETAINED = range(1, 18)
WAITING_LIST = range(18, 22)
NOT_RETAINED = (*range(22, 28), SERVED, CAME_INSTEAD)
# The second: who is on the waiting list, the absents, the eight without a place, and 30, back.
SECOND = (*WAITING_LIST, *ABSENT, *range(33, 41), LEFT_EARLY)
RETAINED_LATER = (18, 19, LEFT_EARLY)
SELECTED = (*RETAINED, *RETAINED_LATER)
# The course: 17 comes to three sittings of five, then takes a job.
UNDER_THE_SHARE = 17
ACCOMPANIED = (18, 19)  # trained, no activity yet, the next visit agreed upon
ALONE = (*range(1, 12), LEFT_EARLY)
TOGETHER = range(12, 17)
CLOSED_AT_6, SUSPENDED_AT_6, LOST_AT_12 = 11, LEFT_EARLY, 10


@dataclass(frozen=True)
class Youth:
    rank: int

    @property
    def family(self):
        return FAMILIES[self.rank - 1]

    @property
    def given(self):
        return (WOMEN if self.rank % 2 else MEN)[(self.rank - 1) // 2]

    @property
    def shown(self):
        """The name as lists show it."""
        return f"{self.family.upper()} {self.given}"

    @property
    def born_on(self):
        return date(1991, 1 + self.rank % 12, 1 + self.rank % 28)

    @property
    def person(self):
        return Beneficiary.objects.select_related("ocb").get(family_name=self.family)

    def sheet(self):
        """What the paper sheet says, field by field."""
        return {
            "family_name": self.family,
            "given_name": self.given,
            "sex": "female" if self.rank % 2 else "male",
            "birth_date": f"{self.born_on:%d/%m/%Y}",
            "cin": f"UA{100_000 + self.rank}",
            "phone": f"06123456{COUSINS[0] if self.rank in COUSINS else self.rank:02}",
            "income_before": "600" if self.rank in TOGETHER else "800",
            "sheet_on": "02/03/2015",
            "consent_language": "ar",
            "consent": "on",
        }


YOUTHS = {rank: Youth(rank) for rank in range(1, 41)}


ROLES = {
    "admin": Role.ADMIN,
    "staff": Role.STAFF,
    "agent": Role.OCB_AGENT,
    "trainer": Role.TRAINER,
    "official": Role.OFFICIAL,
}
TARGETS = {"identified": 40, "selected": 20, "trained": 20, "created": 18}


def make_network():
    """One OCB and one trainer at Errachidia, where an act runs till the end: {role: user}."""
    region = factories.make_region(code="ERR", name_fr="Errachidia")
    factories.make_region(code="SAF", name_fr="Safi")
    act = factories.make_agreement(starts_on=date(2015, 2, 15), ends_on=date(2017, 2, 14))
    for indicator, value in TARGETS.items():
        factories.make_target(act, value, region=region, indicator=indicator)
    ocb = factories.make_ocb(region=region, code="OCB-01", name_fr="OCB Ziz")
    users = {
        name: User.objects.create_user(name, PASSWORD, full_name=f"Compte {name}", role=role)
        for name, role in ROLES.items()
    }
    Membership.objects.create(user=users["agent"], ocb=ocb, since=date(2015, 1, 1))
    Trainer.objects.create(code="F-01", name="Formatrice", region=region, user=users["trainer"])
    return users
