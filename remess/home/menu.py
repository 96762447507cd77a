"""The menu: one line per entry, shown to the roles whose permission it names."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class MenuEntry:
    label: str
    url_name: str
    permission: str
    prefix: str  # addresses under it mark this entry as the current one


MENU = (
    MenuEntry(_("À faire"), "home:todo", "beneficiaries.view_all", "/a-faire/"),
    MenuEntry(_("Mes jeunes"), "home:my_youths", "home.my_youths", "/mes-jeunes/"),
    MenuEntry(_("Mon portefeuille"), "home:caseload", "home.caseload", "/portefeuille/"),
    MenuEntry(_("Tableau de bord"), "reporting:dashboard", "reporting.view", "/tableau-de-bord/"),
    MenuEntry(_("Bénéficiaires"), "beneficiaries:list", "beneficiaries.view", "/beneficiaires/"),
    MenuEntry(
        _("Entreprises"), "beneficiaries:enterprise_list", "enterprises.list", "/entreprises/"
    ),
    MenuEntry(_("Bootcamps"), "bootcamps:list", "bootcamps.view", "/bootcamps/"),
    MenuEntry(_("Formations"), "bootcamps:course_list", "courses.view", "/formations/"),
    MenuEntry(_("Accompagnement"), "bootcamps:caseloads", "caseloads.view", "/accompagnement/"),
    MenuEntry(_("Agenda"), "bootcamps:calendar", "home.caseload", "/agenda/"),
    MenuEntry(_("OCB"), "ocbs:list", "ocbs.view", "/ocb/"),
    MenuEntry(_("Formateurs"), "ocbs:trainer_list", "ocbs.view_trainers", "/formateurs/"),
    MenuEntry(_("Accords et cibles"), "reporting:agreements", "programme.view", "/accords/"),
    MenuEntry(_("Paramètres"), "home:settings", "accounts.manage", "/parametres/"),
    MenuEntry(_("Aide"), "home:help", "home.help", "/aide/"),
)


def menu_for(request):
    """[(label, address, is_current)] of the entries this user may open."""
    return [
        (entry.label, reverse(entry.url_name), request.path.startswith(entry.prefix))
        for entry in MENU
        if request.user.has_perm(entry.permission)
    ]
