from django import forms


class SearchForm(forms.Form):
    """The search box; a form so that odd characters are refused before the database sees them."""

    q = forms.CharField(required=False, max_length=100)
