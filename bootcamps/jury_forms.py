"""The forms around the jury: its criteria, the scores on them, taking signed minutes up again."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from bootcamps.forms import ScoreField, shown_score
from bootcamps.models.jury import HIGHEST_WEIGHT
from remess.shared.formfields import WholeNumberField
from remess.shared.forms import HouseForm, two_columns
from remess.shared.text import clean, fold

# A grid of scores stays readable, and under Django's limit of 1000 fields a form.
MOST_CRITERIA = 8


class CriteriaForm(HouseForm):
    """The criteria of one bootcamp: a name and a weight a line; a line left empty is none."""

    def __init__(self, *args, bootcamp, **kwargs):
        self.stored = list(bootcamp.criteria.order_by("pk"))
        super().__init__(*args, **kwargs)

    def make_layout(self):
        rows = []
        for rank in range(MOST_CRITERIA):
            stored = self.stored[rank] if rank < len(self.stored) else None
            self.fields[f"name_{rank}"] = forms.CharField(
                label=_("Critère %(n)s") % {"n": rank + 1},
                max_length=60,
                required=False,
                initial=stored.name if stored else "",
            )
            self.fields[f"weight_{rank}"] = WholeNumberField(
                label=_("Poids du critère %(n)s") % {"n": rank + 1},
                min_value=1,
                max_value=HIGHEST_WEIGHT,
                required=False,
                initial=stored.weight if stored else None,
            )
            rows.append(two_columns(f"name_{rank}", f"weight_{rank}"))
        return Layout(*rows)

    def clean(self):
        cleaned, seen = super().clean(), set()
        for rank in range(MOST_CRITERIA):
            name = cleaned[f"name_{rank}"] = clean(cleaned.get(f"name_{rank}") or "")
            if not name and cleaned.get(f"weight_{rank}"):
                self.add_error(f"name_{rank}", _("Nommer ce critère, ou effacer son poids."))
            if name and fold(name) in seen:
                self.add_error(f"name_{rank}", _("Ce critère est déjà sur la liste."))
            seen.add(fold(name))
        return cleaned

    def criteria(self):
        """[(stored Criterion or None, name, weight)] as save_criteria() takes them."""
        found = []
        for rank in range(MOST_CRITERIA):
            if name := self.cleaned_data[f"name_{rank}"]:
                stored = self.stored[rank] if rank < len(self.stored) else None
                found.append((stored, name, self.cleaned_data[f"weight_{rank}"] or 1))
        return found


class ScoreRow(forms.Form):
    """One participant's scores, a field a criterion. Drawn by the template: lists are long."""

    def __init__(self, participation, criteria, data=None):
        self.participation, self.criteria = participation, criteria
        stored = {row.criterion_id: row.score for row in participation.criterion_scores.all()}
        super().__init__(data, prefix=f"p{participation.pk}", auto_id="%s")
        for criterion in criteria:
            self.fields[f"c{criterion.pk}"] = ScoreField()
            self.initial[f"c{criterion.pk}"] = shown_score(stored.get(criterion.pk))

    @property
    def anchor(self):
        return f"ligne-{self.participation.pk}"

    @property
    def shown_mean(self):
        """The score out of 20 as stored, « – » until every criterion has its own."""
        return shown_score(self.participation.score) or "–"

    def cells(self):
        """[(criterion, bound field)] in the order of the columns."""
        return [(criterion, self[f"c{criterion.pk}"]) for criterion in self.criteria]

    def sentences(self):
        """Every error of the line, with the name of its criterion."""
        return [
            f"{criterion.name} : {sentence}"
            for criterion, field in self.cells()
            for sentence in field.errors
        ]

    def scores(self):
        return {c.pk: self.cleaned_data[f"c{c.pk}"] for c in self.criteria}


class ScoreSheet:
    """The scores of a page of participants; bound to the lines the form sent, when it was."""

    def __init__(self, participations, criteria, data=None):
        if data is not None:
            sent = set(data.getlist("ligne"))
            participations = [row for row in participations if str(row.pk) in sent]
        self.rows = [ScoreRow(row, criteria, data) for row in participations]
        self.is_bound = data is not None

    @property
    def errors(self):
        return {row.anchor: row.sentences() for row in self.rows if row.errors}

    def is_valid(self):
        return self.is_bound and not self.errors

    def error_list(self):
        """[(id of the line, sentence)] for the summary on top of the page."""
        return [
            (row.anchor, f"{row.participation.beneficiary} : {sentence}")
            for row in self.rows
            for sentence in row.sentences()
        ]

    def scores(self):
        return {row.participation.pk: row.scores() for row in self.rows}


class ReopenForm(HouseForm):
    """Why signed minutes are taken up again."""

    reason = forms.CharField(
        label=_("Motif"),
        help_text=_("Il reste au dossier, et accompagne chaque sélection retirée."),
        max_length=300,
    )

    def clean_reason(self):
        return clean(self.cleaned_data["reason"])
