from django import forms
from django.utils.translation import gettext_lazy as _

from remess.shared.formfields import WholeNumberField
from remess.shared.forms import HouseForm
from remess.shared.numbers import grouped
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
        """Write the cells that were typed over; returns how many.

        Raises Changed when somebody else has set one of them since the grid was opened.
        """
        typed = self._typed()
        changes = {key: self.cleaned_data[cell.key] for key, cell in typed.items()}
        shown = {key: self._shown(cell) for key, cell in typed.items()}
        save_targets(self.grid.agreement, changes, shown)
        return len(changes)

    def compare_with(self, stored):
        """Keep [(label, value stored, value typed)] of the cells of `stored`, {cell: value}.

        The form then carries what is stored: sending it again saves what was typed, knowingly.
        """
        self.data = self.data.copy()
        self.both_versions = []
        for key, value in stored.items():
            cell = self._typed()[key]
            self.data[self.add_initial_prefix(cell.key)] = "" if value is None else value
            typed = self.cleaned_data[cell.key]
            shown = ("–" if n is None else grouped(n) for n in (value, typed))
            self.both_versions.append((self.fields[cell.key].label, *shown))

    def _typed(self):
        """{(region, indicator): cell} of the cells that were typed over."""
        cells = self.grid.cells()
        return {(c.region, c.indicator): c for c in cells if c.key in self.changed_data}

    def _shown(self, cell):
        """The value the form was opened with, as it came back beside what was typed."""
        sent = self.data.get(self.add_initial_prefix(cell.key))
        try:
            return self.fields[cell.key].clean(sent)
        except forms.ValidationError:
            return cell.value

    def _bound(self, row):
        return [(cell, self[cell.key]) for cell in row]
