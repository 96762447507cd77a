"""How the list may be sorted: a literal table, each order ending in the primary key."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import PATH

LONG_AGO = date(1900, 1, 1)


@dataclass(frozen=True)
class Sort:
    """One way to sort: its key in the address, its label, the order of fields."""

    key: str
    label: str
    order: tuple[str, ...]

    def apply(self, beneficiaries):
        """Annotate what the order needs and the list lacks (nulls would break the paging)."""
        return beneficiaries.annotate(
            stage_rank=Case(
                *[When(current_stage=stage, then=at) for at, stage in enumerate(PATH, 1)],
                default=Value(0),
            ),
            stage_day=Coalesce("stage_on", Value(LONG_AGO)),
        )


SORTS = (
    Sort("nom", _("Nom"), ("sort_name", "pk")),
    Sort("fiche", _("N° de fiche"), ("file_region", "file_no", "pk")),
    Sort("etape", _("Étape actuelle"), ("-stage_rank", "sort_name", "pk")),
    Sort("date", _("Depuis le"), ("-stage_day", "-pk")),
)


def chosen_sort(key):
    """The Sort of this key; by name when it is not one."""
    return next((sort for sort in SORTS if sort.key == key), SORTS[0])
