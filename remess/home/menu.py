"""The menu: one line per entry, shown to the roles whose permission it names."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from remess.home.counting import CAP, things_to_do
from remess.shared.dates import today


@dataclass(frozen=True)
class MenuEntry:
    label: str
    url_name: str
    permission: str
    prefix: str  # addresses under it mark this entry as the current one
    is_home: bool = False  # says how many things wait, and holds their lists


WORK = "/a-faire/"


@dataclass(frozen=True)
class Waiting:
    """How many things wait, as the menu says it."""

    n: int

    @property
    def shown(self):
        return f"{CAP}+" if self.n > CAP else str(self.n)

    @property
    def spoken(self):
        if self.n > CAP:
            return _("plus de %(n)s choses à faire") % {"n": CAP}
        return ngettext("%(n)s chose à faire", "%(n)s choses à faire", self.n) % {"n": self.n}


MENU = (
    MenuEntry(_("À faire"), "home:todo", "beneficiaries.view_all", WORK, True),
    MenuEntry(_("Mes jeunes"), "home:my_youths", "home.my_youths", "/mes-jeunes/", True),
    MenuEntry(_("Mon portefeuille"), "home:caseload", "home.caseload", "/portefeuille/", True),
    MenuEntry(_("Tableau de bord"), "reporting:dashboard", "reporting.view", "/tableau-de-bord/"),
    MenuEntry(_("Bénéficiaires"), "beneficiaries:list", "beneficiaries.view", "/beneficiaires/"),
    MenuEntry(
        _("Entreprises"), "beneficiaries:enterprise_list", "enterprises.list", "/entreprises/"
    ),
    MenuEntry(_("Bootcamps"), "bootcamps:list", "bootcamps.view", "/bootcamps/"),
    MenuEntry(_("Formations"), "bootcamps:course_list", "courses.view", "/formations/"),
    MenuEntry(_("Accompagnement"), "bootcamps:caseloads", "caseloads.view", "/accompagnement/"),
    MenuEntry(_("Imports"), "registers:list", "registers.import", "/imports/"),
    MenuEntry(_("Agenda"), "bootcamps:calendar", "home.caseload", "/agenda/"),
    MenuEntry(_("OCB"), "ocbs:list", "ocbs.view", "/ocb/"),
    MenuEntry(_("Formateurs"), "ocbs:trainer_list", "ocbs.view_trainers", "/formateurs/"),
    MenuEntry(_("Accords"), "reporting:agreements", "programme.view", "/accords/"),
    MenuEntry(_("Rapports"), "reporting:publications", "reporting.view_all", "/publications/"),
)
PLACES = tuple(entry.prefix for entry in MENU)


def place_of(path):
    """Where `path` stands in the menu: what decides which entry is the current one."""
    return next((place for place in (WORK, *PLACES) if path.startswith(place)), "")


def menu_for(request):
    """[(label, address, is_current, things waiting)] of the entries this user may open.

    The number stands at the user's home alone, None elsewhere: one query, two while an act runs.
    """
    return [
        (
            entry.label,
            reverse(entry.url_name),
            request.path.startswith((entry.prefix, WORK) if entry.is_home else entry.prefix),
            Waiting(things_to_do(request.user, today())) if entry.is_home else None,
        )
        for entry in MENU
        if request.user.has_perm(entry.permission)
    ]
