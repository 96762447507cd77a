"""How the list may be sorted: a literal table, each order ending in the primary key.

Columns are never null, run all one way in an order, and have an index of that order: a page then
starts in the index at any depth (remess/shared/paging.py).
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sort:
    """One way to sort: its key in the address, its label, the order of fields."""

    key: str
    label: str
    order: tuple[str, ...]


SORTS = (
    Sort("nom", _("Nom"), ("sort_name", "pk")),
    Sort("fiche", _("N° de fiche"), ("file_region", "file_no", "pk")),
    Sort("etape", _("Étape actuelle"), ("stages_ahead", "sort_name", "pk")),
    Sort("date", _("Depuis le"), ("-stage_day", "-pk")),
)


def chosen_sort(key):
    """The Sort of this key; by name when it is not one."""
    return next((sort for sort in SORTS if sort.key == key), SORTS[0])
