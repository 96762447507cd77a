"""Who a bulk action is for: people ticked on the list, or everybody its filters hold.

Read from the address and computed anew at every step, for this user; never a stored list.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from beneficiaries.filters import BeneficiaryFilter
from beneficiaries.models import Beneficiary

ID = re.compile(r"[0-9]{1,18}")
# Stands for the number of a list too long to be counted on every page.
UNCOUNTED = "plus"
LONGEST_FILTER = 2000


@dataclass(frozen=True)
class BulkAction:
    """One thing to do with many people: its label, what it does, its page, who may."""

    label: str
    explanation: str
    url_name: str
    permission: str


BULK_ACTIONS = (
    BulkAction(
        _("Inscrire à un bootcamp"),
        _("Au-delà des places, qui est inscrit attend son tour."),
        "bootcamps:bulk_invite",
        "bootcamps.manage",
    ),
    BulkAction(
        _("Inscrire à une formation"),
        _("Pour des jeunes sélectionnés, pas encore formés."),
        "bootcamps:bulk_enrol",
        "courses.manage",
    ),
    BulkAction(
        _("Confier à un formateur"),
        _("Le suivi précédent reste dans l'historique de chaque fiche."),
        "bootcamps:bulk_assign",
        "caseloads.assign",
    ),
    BulkAction(
        _("Exporter ces lignes"),
        _("Choisir les colonnes, puis un classeur Excel ou un CSV, sans CIN."),
        "reporting:list_columns",
        "beneficiaries.export",
    ),
)


def bulk_actions_of(user):
    """The bulk actions this user may do: those they may do to one person."""
    return [action for action in BULK_ACTIONS if user.has_perm(action.permission)]


@dataclass(frozen=True)
class Selection:
    """`ids` ticked, or None for everybody that the list's address `filters` holds.

    `shown`: how many the page before said there were; None where it did not count them.
    """

    ids: tuple[int, ...] | None
    filters: str
    shown: int | None

    def people(self, request):
        """Those chosen that the request's user may see, in the order of their names."""
        visible = Beneficiary.objects.visible_to(request.user)
        if self.ids is not None:
            found = visible.filter(pk__in=self.ids)
        else:
            filterset = self._filterset(request, visible)
            found = filterset.qs if filterset.is_valid() else visible.none()
        return found.order_by("sort_name", "pk")

    def active(self, request):
        """The filters in words, [] for people ticked."""
        if self.ids is not None:
            return []
        active = self._filterset(request, Beneficiary.objects.none()).active()
        return [f"{label} : {value}" for _name, label, value in active]

    def parameters(self, found):
        """[(name, value)] naming this choice as it stands with `found` people."""
        where = [("filtre", self.filters), ("nombre", found)]
        if self.ids is not None:
            return [("ids", ".".join(str(pk) for pk in self.ids)), *where]
        return [("portee", "filtre"), *where]

    def query(self, found):
        return f"?{urlencode(self.parameters(found))}"

    def back(self):
        """The query of the list it was made on."""
        return f"?{self.filters}" if self.filters else ""

    def _filterset(self, request, visible):
        return BeneficiaryFilter(dict(parse_qsl(self.filters)), queryset=visible, request=request)


def carries_selection(data):
    """Whether an address means people chosen on the list, readable or not."""
    return not {"people", "ids", "portee", "filtre"}.isdisjoint(data)


def read_selection(data):
    """The Selection an address carries; None when nobody was ticked."""
    filters = data.get("filtre", "")
    if len(filters) > LONGEST_FILTER:
        return None
    if data.get("portee") == "filtre":
        return Selection(None, filters, _told(data.get("nombre", "")))
    texts = [*data.getlist("people"), *data.get("ids", "").split(".")]
    ids = tuple(dict.fromkeys(int(text) for text in texts if ID.fullmatch(text)))
    return Selection(ids, filters, len(ids)) if ids else None


def _told(number):
    if number == UNCOUNTED:
        return None
    return int(number) if ID.fullmatch(number) else 0
