"""The page of one row that an import set aside: it beside the sheet it resembles."""

from remess.registers import deciding
from remess.registers.field_labels import label_of
from remess.registers.models import Decision
from remess.registers.showing import NOTHING, display

# What tells two people apart, in the order one looks.
COMPARED = (
    "family_name", "given_name", "name_ar", "sex", "birth_date", "cin", "phone", "commune",
    "education", "ocb", "project", "identified_on",
)  # fmt: skip


def aside_page(aside, user):
    """The context of the page; a sheet this user may not see is left out."""
    twin = deciding.resembled(aside, user)
    return {
        "aside": aside,
        "twin": twin,
        "facts": list(_facts(aside, twin)),
        "reasons": [m["text"] for m in aside.line.messages] if aside.line else [],
        "decision_label": Decision(aside.decision).label if aside.decision else "",
    }


def _facts(aside, twin):
    """(label, in the file, in the register) of what either holds."""
    for name in COMPARED:
        received = aside.cells.get(name)
        stored = getattr(twin, "sheet_on" if name == "identified_on" else name) if twin else None
        if received or stored:
            yield label_of(name), display(name, received), display(name, stored) or NOTHING
