"""The reports one can ask for: one line each. A new workbook is a file and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.exports import beneficiaries, donor


@dataclass(frozen=True)
class Report:
    """A workbook: the name commands know it by, who may have it, how it is built.

    `build(scope, user)` gives a binary file at its start.
    """

    name: str
    description: str
    permission: str
    build: Callable[[Any, Any], Any]


REPORTS = (
    Report(
        "bailleur",
        _("Classeur du bailleur : résultats face aux cibles, par région et par période"),
        "reporting.export",
        donor.build,
    ),
    Report(
        "beneficiaires",
        _("Liste nominative des personnes identifiées, une ligne par personne"),
        "beneficiaries.export",
        beneficiaries.build_from_scope,
    ),
)
BY_NAME = {report.name: report for report in REPORTS}
