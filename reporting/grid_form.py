from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.models import Sex
from remess.shared.formfields import WholeNumberField
from remess.shared.forms import HouseForm
from remess.shared.numbers import grouped
from reporting.target_grid import NoteNeeded, save_targets

LARGEST = 9_999_999


def note_key(cell):
    """The name of the note beside a stated total."""
    return f"note-{cell.column}"


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
        for cell in self.grid.stated():
            self.fields[note_key(cell)] = self._note_field(cell)
        return super().make_layout()

    def _field(self, cell):
        place = cell.region or _("Total énoncé par l'acte")
        label = f"{place}, {self._column_label(cell)}"
        widget = forms.TextInput(
            attrs={
                "class": "form-control cell-input",
                "inputmode": "numeric",
                "autocomplete": "off",
                "maxlength": 12,
                "aria-label": label,
                "data-grid-cell": cell.column,
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

    def _note_field(self, cell):
        return forms.CharField(
            label=_("Note sur le total énoncé, %(column)s") % {"column": self._column_label(cell)},
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
            initial=cell.note,
        )

    def _column_label(self, cell):
        labels = {indicator.code: indicator.label for indicator in self.grid.blocks[0].columns}
        sex = f" ({Sex(cell.sex).label})" if cell.sex else ""
        return f"{labels[cell.indicator]}{sex}"

    def blocks(self):
        """[(block, [(region, [(cell, bound field)])], [(cell, bound field)])] as shown.

        The last list holds the figures stated for the whole programme.
        """
        return [
            (block, [(region, self._bound(row)) for region, row in block.rows], stated)
            for block in self.grid.blocks
            for stated in [self._bound(block.stated)]
        ]

    def notes(self):
        """The bound notes of the totals that are stated, or were typed."""
        return [
            self[note_key(cell)]
            for cell in self.grid.stated()
            if self[cell.key].value() not in (None, "") or self[note_key(cell)].errors
        ]

    def save(self):
        """Write the cells and notes that were typed over; returns how many cells.

        Raises Changed when somebody else has set one of them since the grid was opened, and
        NoteNeeded when a stated total is left with a gap that no note explains.
        """
        typed = self._typed()
        changes = {key: self.cleaned_data[cell.key] for key, cell in typed.items()}
        shown = {key: self._shown(cell) for key, cell in typed.items()}
        notes = {
            (cell.indicator, cell.sex): self.cleaned_data[note_key(cell)]
            for cell in self.grid.stated()
            if note_key(cell) in self.changed_data
        }
        save_targets(self.grid.agreement, changes, shown, notes)
        return len(changes)

    def saved_words(self, n):
        """What saving did, `n` cells being written: a note is no target."""
        if n:
            return ngettext("%(n)s cible modifiée.", "%(n)s cibles modifiées.", n) % {"n": n}
        return _("Note enregistrée.") if self.changed_data else _("Rien n'était à enregistrer.")

    def ask_notes(self, needed: NoteNeeded):
        """Say at each note that is missing which gap it has to explain."""
        cells = {(cell.indicator, cell.sex): cell for cell in self.grid.stated()}
        for gap in needed.gaps:
            text = _(
                "Le total énoncé (%(stated)s) et la somme des régions (%(added)s) diffèrent "
                "de %(gap)s : dire pourquoi."
            ) % {
                "stated": grouped(gap.stated),
                "added": grouped(gap.added),
                "gap": grouped(abs(gap.value)),
            }
            self.add_error(note_key(cells[gap.indicator, gap.sex]), text)

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
        """{(region, indicator, sex): cell} of the cells that were typed over."""
        cells = self.grid.cells()
        return {(c.region, c.indicator, c.sex): c for c in cells if c.key in self.changed_data}

    def _shown(self, cell):
        """The value the form was opened with, as it came back beside what was typed."""
        sent = self.data.get(self.add_initial_prefix(cell.key))
        try:
            return self.fields[cell.key].clean(sent)
        except forms.ValidationError:
            return cell.value

    def _bound(self, row):
        return [(cell, self[cell.key]) for cell in row]
