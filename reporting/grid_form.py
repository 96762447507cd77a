from django import forms
from django.utils.translation import gettext_lazy as _

from remess.shared.formfields import WholeNumberField
from remess.shared.forms import HouseForm
from reporting.target_grid import save_targets

LARGEST = 9_999_999


class TargetGridForm(HouseForm):
    """One field per cell of a TargetGrid.

    Each cell carries the value it was shown with, so that only what was typed over is written
    and two persons may fill different cells at the same time.
    """

    def __init__(self, *args, grid, **kwargs):
        self.grid = grid
        super().__init__(*args, **kwargs)

    def make_layout(self):
        for cell in self.grid.cells():
            self.fields[cell.key] = self._field(cell)
        return super().make_layout()

    def _field(self, cell):
        labels = {indicator.code: indicator.label for indicator in self.grid.columns}
        place = cell.region or _("Total énoncé par l'acte")
        label = f"{place}, {labels[cell.indicator]}"
        widget = forms.TextInput(
            attrs={
                "class": "form-control cell-input",
                "inputmode": "numeric",
                "autocomplete": "off",
                "maxlength": 12,
                "aria-label": label,
                "data-grid-cell": cell.indicator,
            }
        )
        return WholeNumberField(
            label=label,
            required=False,
            min_value=0,
            max_value=LARGEST,
            widget=widget,
            initial=cell.value,
            show_hidden_initial=True,
        )

    def rows(self):
        """[(region, [(cell, bound field)])] as the page shows them."""
        return [(region, self._bound(row)) for region, row in self.grid.rows]

    def stated(self):
        """[(cell, bound field)] of the figures stated for the whole programme."""
        return self._bound(self.grid.stated)

    def save(self):
        """Write the cells that were typed over; returns how many."""
        changes = {
            (cell.region, cell.indicator): self.cleaned_data[cell.key]
            for cell in self.grid.cells()
            if cell.key in self.changed_data
        }
        save_targets(self.grid.agreement, changes)
        return len(changes)

    def _bound(self, row):
        return [(cell, self[cell.key]) for cell in row]
