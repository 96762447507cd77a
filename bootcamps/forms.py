"""The forms of bootcamps and courses, and the sheet that marks a whole list at once."""

from crispy_forms.layout import Layout
from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from bootcamps.models import Bootcamp, Course, Decision, Session
from bootcamps.transitions import Mark
from ocbs.models import Trainer
from remess.programme.models import Region
from remess.shared.codeforms import CodedModelForm
from remess.shared.dates import today
from remess.shared.formfields import DayField, RowsField
from remess.shared.forms import HouseForm, HouseModelForm, two_columns
from remess.shared.text import clean, latin_digits

DAY_HINT = _("jj/mm/aaaa")
DECISIONS = [
    ("", _("À décider")),
    (Decision.RETAINED, _("Retenir")),
    (Decision.WAITING, _("Liste d'attente")),
    (Decision.NOT_RETAINED, _("Ne pas retenir")),
]


class BootcampForm(CodedModelForm):
    class Meta(HouseModelForm.Meta):
        model = Bootcamp
        fields = ["code", "region", "held_on", "place", "capacity", "jury"]
        help_texts = {
            "code": _("Lettres, chiffres et tirets, par exemple B-13"),
            "held_on": DAY_HINT,
            "capacity": _("Au-delà, les inscrits attendent leur tour ; vide : sans limite"),
            "jury": _("Les noms des membres, séparés par des virgules"),
        }

    def make_layout(self):
        super().make_layout()
        region = self.fields["region"]
        region.queryset, region.empty_label = Region.objects.order_by("code"), _("Choisir")
        places = self.fields["capacity"]
        places.min_value = 1
        places.validators.append(MinValueValidator(1, _("Un bootcamp a au moins une place.")))
        return Layout(
            two_columns("code", "region"), two_columns("held_on", "place"), "capacity", "jury"
        )


class CourseForm(CodedModelForm):
    trainers = RowsField(
        label=_("Formateurs"),
        queryset=Trainer.objects.for_list(),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(HouseModelForm.Meta):
        model = Course
        fields = [
            "code", "title", "region", "starts_on", "ends_on", "required_share", "trainers",
        ]  # fmt: skip
        help_texts = {
            "code": _("Lettres, chiffres et tirets, par exemple F-13-1"),
            "starts_on": DAY_HINT,
            "ends_on": _("Le jour où la formation compte pour ceux qui l'ont suivie"),
            "required_share": _("De 1 à 100"),
        }

    def make_layout(self):
        super().make_layout()
        region = self.fields["region"]
        region.queryset, region.empty_label = Region.objects.order_by("code"), _("Choisir")
        trainers = Trainer.objects.active()
        if self.instance.pk:
            trainers = trainers | Trainer.objects.filter(courses=self.instance)
        self.fields["trainers"].queryset = trainers.distinct().order_by("code", "pk")
        return Layout(
            two_columns("code", "region"),
            "title",
            two_columns("starts_on", "ends_on"),
            "required_share",
            "trainers",
        )

    def stored_value(self, stored, name):
        if name == "trainers":
            return stored.trainers.order_by("code", "pk")
        return super().stored_value(stored, name)


class SessionForm(HouseModelForm):
    class Meta(HouseModelForm.Meta):
        model = Session
        fields = ["module", "held_on", "hours"]
        help_texts = {"held_on": DAY_HINT}

    def __init__(self, *args, course, **kwargs):
        super().__init__(*args, instance=Session(course=course), **kwargs)

    def make_layout(self):
        return Layout("module", two_columns("held_on", "hours"))

    def _get_validation_exclusions(self):
        """The course is not on the form, yet its constraint is to be told here."""
        return super()._get_validation_exclusions() - {"course"}


class EnrolForm(forms.Form):
    """The people ticked on a list; `people` are those who may be invited."""

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        gone = _("Un des jeunes cochés n'est plus à inscrire : la liste est à jour, recommencer.")
        self.fields["people"] = RowsField(
            queryset=people,
            error_messages={
                "required": _("Cocher au moins un jeune."),
                "invalid_choice": gone,
                "invalid_pk_value": gone,
            },
        )

    def ticked(self):
        """The ids ticked, as sent."""
        return set(self.data.getlist("people")) if self.is_bound else set()

    def error_list(self):
        return [("", sentence) for sentence in self.errors.get("people", [])]


class ScoreField(forms.DecimalField):
    """A score out of 20: « 13,5 » or « 13.5 », in Latin or Arabic digits."""

    def __init__(self):
        outside = _("La note va de 0 à 20.")
        super().__init__(
            required=False,
            min_value=0,
            max_value=20,
            decimal_places=2,
            error_messages={
                "invalid": _("Écrire la note en chiffres, par exemple 13,5."),
                "min_value": outside,
                "max_value": outside,
                "max_decimal_places": _("Deux chiffres au plus après la virgule."),
            },
        )

    def to_python(self, value):
        if isinstance(value, str):
            value = latin_digits(clean(value)).replace(" ", "").translate({44: ".", 0x66B: "."})
        return super().to_python(value)


def shown_score(score):
    """13.50 as « 13,5 », 13.25 as « 13,25 »; nothing for None."""
    if score is None:
        return ""
    text = f"{score:.2f}"
    return text.removesuffix("0").replace(".", ",")


class ParticipationRow(forms.Form):
    """One line of the minutes. Drawn by the template, not by crispy: lists are long."""

    attended = forms.BooleanField(required=False)
    score = ScoreField()
    decision = forms.ChoiceField(choices=DECISIONS, required=False)
    reason = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": _("Un motif tient en 200 caractères.")},
    )

    def __init__(self, participation, data=None):
        self.participation = participation
        super().__init__(
            data,
            prefix=f"p{participation.pk}",
            auto_id="%s",
            initial={
                "attended": participation.attended,
                "score": shown_score(participation.score),
                "decision": participation.decision,
                "reason": participation.reason,
            },
        )

    def clean_reason(self):
        return clean(self.cleaned_data["reason"])

    @property
    def anchor(self):
        return f"ligne-{self.participation.pk}"

    @property
    def is_todo(self):
        """Stored without presence, or present without a decision or its reason."""
        row = self.participation
        needs_reason = row.decision in (Decision.WAITING, Decision.NOT_RETAINED)
        lacks = not row.decision or (needs_reason and not row.reason)
        return row.attended is None or (row.attended and lacks)

    def sentences(self):
        """Every error of the line, without the names of the fields."""
        return [sentence for found in self.errors.values() for sentence in found]

    def mark(self):
        cleaned = self.cleaned_data
        return Mark(cleaned["attended"], cleaned["score"], cleaned["decision"], cleaned["reason"])


class ParticipationSheet:
    """The lines of the minutes together; bound to those that the form sent, when it was."""

    def __init__(self, participations, data=None):
        if data is not None:
            sent = set(data.getlist("ligne"))
            participations = [row for row in participations if str(row.pk) in sent]
        self.rows = [ParticipationRow(row, data) for row in participations]
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

    def refuse(self, sentences):
        """Put the model layer's refusals, by participation id, at their lines."""
        for row in self.rows:
            if row.participation.pk in sentences:
                row.add_error(None, sentences[row.participation.pk])

    def marks(self):
        return {row.participation.pk: row.mark() for row in self.rows}


class SignForm(HouseForm):
    """Who signed the minutes, and when."""

    signatory = forms.CharField(
        label=_("Signataire"), help_text=_("Nom et qualité, comme sur le papier"), max_length=120
    )
    on = DayField(label=_("Date de signature"), help_text=DAY_HINT, initial=today)

    def clean_signatory(self):
        return clean(self.cleaned_data["signatory"])


class AttendanceForm(forms.Form):
    """Who came to a sitting: the enrolments ticked. None is an answer too."""

    def __init__(self, *args, enrolments, **kwargs):
        super().__init__(*args, **kwargs)
        gone = _(
            "Une des personnes cochées n'est plus inscrite : la liste est à jour, recommencer."
        )
        messages = {"invalid_choice": gone, "invalid_pk_value": gone}
        self.fields["present"] = RowsField(
            queryset=enrolments, required=False, error_messages=messages
        )

    def ticked(self, session, *, everyone):
        """The ids of enrolments to show ticked, as text."""
        if self.is_bound:
            return set(self.data.getlist("present"))
        if everyone:
            rows = self.fields["present"].queryset.values_list("pk", flat=True)
        else:
            rows = session.attendances.values_list("enrolment", flat=True)
        return {str(pk) for pk in rows}

    def error_list(self):
        return [("", s) for found in self.errors.values() for s in found]
