"""The bulk actions on people: the form of each, what it would do, what it did, in words.

Each is a class with the same parts, so that one view shows them all.
"""

from dataclasses import dataclass, field
from datetime import date

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from beneficiaries.transitions import assign_referent, preview_assignment
from bootcamps import transitions
from bootcamps.models import Bootcamp, Course
from ocbs.models import Trainer
from remess.shared.dates import today
from remess.shared.formfields import DayField
from remess.shared.forms import HouseForm, two_columns


@dataclass(frozen=True)
class Group:
    """Some of the people chosen and what becomes of them: `label` before, `done` after."""

    label: str
    done: str
    people: list


@dataclass
class Summary:
    """What a bulk action does: groups (the first ones act), and who is refused, by sentence."""

    groups: list
    refused: list
    acting: int
    reasons: dict = field(default_factory=dict)

    def __post_init__(self):
        self.groups = [group for group in self.groups if group.people]
        for person, sentence in self.refused:
            self.reasons.setdefault(sentence, []).append(person)


def longest_waiting_first(people):
    """`people` as places are given: by the day of their stage, those without one last."""
    return sorted(people, key=lambda person: (person.stage_on or date.max, person.pk))


class InviteForm(HouseForm):
    """Which bootcamp; those whose minutes are signed take nobody any more."""

    bootcamp = forms.ModelChoiceField(
        label=_("Bootcamp"),
        queryset=Bootcamp.objects.none(),
        to_field_name="code",
        empty_label=_("Choisir"),
        help_text=_("Les places vont d'abord à ceux qui attendent depuis le plus longtemps."),
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def make_layout(self):
        field = self.fields["bootcamp"]
        visible = Bootcamp.objects.visible_to(self.user).filter(signed_on__isnull=True)
        field.queryset = visible.select_related("region").order_by("-held_on", "-pk")
        field.label_from_instance = lambda b: f"{b} · {b.region} · {b.held_on:%d/%m/%Y}"
        return Layout("bootcamp")

    def preview(self, people):
        queue = longest_waiting_first(people)
        return _invited(transitions.preview_inviting(self.cleaned_data["bootcamp"], queue))

    def act(self, people, by):
        queue = longest_waiting_first(people)
        return _invited(transitions.invite_many(self.cleaned_data["bootcamp"], queue))

    def target(self):
        return self.cleaned_data["bootcamp"]


class CourseEnrolForm(HouseForm):
    """Which course; a closed one takes nobody any more."""

    formation = forms.ModelChoiceField(
        label=_("Formation"),
        queryset=Course.objects.none(),
        to_field_name="code",
        empty_label=_("Choisir"),
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def make_layout(self):
        field = self.fields["formation"]
        visible = Course.objects.visible_to(self.user).filter(closed_on__isnull=True)
        field.queryset = visible.select_related("region").order_by("-starts_on", "-pk")
        field.label_from_instance = lambda c: (
            f"{c} · {c.title} · {c.region} · {c.starts_on:%d/%m/%Y}"
        )
        return Layout("formation")

    def preview(self, people):
        return _invited(transitions.preview_enrolling(self.cleaned_data["formation"], people))

    def act(self, people, by):
        return _invited(transitions.enrol_many(self.cleaned_data["formation"], people))

    def target(self):
        return self.cleaned_data["formation"]


class AssignForm(HouseForm):
    """To which trainer, from when, why."""

    formateur = forms.ModelChoiceField(
        label=_("Formateur"),
        queryset=Trainer.objects.none(),
        to_field_name="code",
        empty_label=_("Choisir"),
    )
    on = DayField(label=_("À partir du"), help_text=_("jj/mm/aaaa"))
    reason = forms.CharField(
        label=_("Motif"), max_length=200, help_text=_("Il reste dans l'historique de la fiche.")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)

    def make_layout(self):
        self.fields["formateur"].queryset = Trainer.objects.active().order_by("code", "pk")
        self.fields["on"].initial = today()
        return Layout(two_columns("formateur", "on"), "reason")

    def preview(self, people):
        cleaned = self.cleaned_data
        return _assigned(preview_assignment(people, cleaned["formateur"], on=cleaned["on"]))

    def act(self, people, by):
        trainer, on, reason = (self.cleaned_data[name] for name in ("formateur", "on", "reason"))
        return _assigned(assign_referent(people, trainer, on=on, by=by, reason=reason))

    def target(self):
        return self.cleaned_data["formateur"]


@dataclass(frozen=True)
class Bulk:
    """A bulk action's page: form, title, button; `asked`: the field that says it was sent."""

    form_class: type
    asked: str
    title: str
    button: str


INVITE = Bulk(InviteForm, "bootcamp", _("Inscrire à un bootcamp"), _("Inscrire ces personnes"))
ENROL = Bulk(
    CourseEnrolForm, "formation", _("Inscrire à une formation"), _("Inscrire ces personnes")
)
ASSIGN = Bulk(AssignForm, "formateur", _("Confier à un formateur"), _("Confier ces personnes"))


def _invited(result):
    groups = [
        Group(_("à inscrire, avec une place"), _("inscrites, avec une place"), result.placed),
        Group(_("à inscrire, en attente d'une place"), _("en attente d'une place"), result.waiting),
        Group(_("déjà sur la liste"), _("déjà sur la liste"), result.already),
    ]
    return Summary(groups, result.refused, len(result.placed) + len(result.waiting))


def _assigned(result):
    groups = [
        Group(_("à confier"), _("confiées"), result.changed),
        Group(_("déjà avec ce formateur"), _("déjà avec ce formateur"), result.unchanged),
    ]
    return Summary(groups, result.refused, len(result.changed))
