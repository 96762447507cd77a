"""The house's form says what to do, never only that something lacks."""

from django import forms

from remess.shared.formfields import DayField
from remess.shared.forms import HouseForm


class Sheet(HouseForm):
    name = forms.CharField()
    day = DayField()
    sex = forms.ChoiceField(choices=[("f", "Femme")], widget=forms.RadioSelect)
    place = forms.ChoiceField(choices=[("1", "Safi")])
    agreed = forms.BooleanField()
    file = forms.FileField()
    own = forms.CharField(error_messages={"required": "Donner le motif."})


def test_a_field_left_empty_says_what_to_do():
    form = Sheet({})
    assert {name: list(sentences) for name, sentences in form.errors.items()} == {
        "name": ["Remplir ce champ."],
        "day": ["Écrire la date ainsi : jj/mm/aaaa."],
        "sex": ["Choisir une réponse."],
        "place": ["Choisir une réponse."],
        "agreed": ["Cocher cette case."],
        "file": ["Joindre un fichier."],
        "own": ["Donner le motif."],
    }
