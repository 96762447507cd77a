"""The sheet of losses: the page's own tables, one under the other."""

from dataclasses import replace

from django.utils.translation import gettext as _

from remess.shared.excel import Sheet, Style, Table
from reporting.loss_columns import SECTIONS
from reporting.losses import TITLES, Group, exit_losses, waiting


def losses_sheet(scope, user):
    """Pertes; a cell hidden from `user` says so."""
    found = {"gone": exit_losses(scope, user), "people": waiting(scope, user)}
    return Sheet(_("Pertes"), [_table(s, found[s.total], user) for s in SECTIONS])


def _table(section, losses, user):
    rows = []
    for name, groups in section.parts(losses):
        rows += [str(TITLES[name]), *groups] if name else groups
    caption = str(section.title)
    if user is not None and not user.has_perm("beneficiaries.view"):
        caption += " · " + _("« masqué » : trop peu de personnes pour être montré")
    first, *others = section.columns(losses)
    columns = [replace(first, value=_label), *(replace(c, value=_only(c)) for c in others)]
    return Table(columns, rows, caption, _style)


def _label(row):
    return row.label if isinstance(row, Group) else row


def _only(column):
    """`column` over the rows of the sheet: a title fills the first cell alone."""
    return lambda row: column.value(row) if isinstance(row, Group) else None


def _style(row):
    return Style.PLAIN if isinstance(row, Group) else Style.SECTION
