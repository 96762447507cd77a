"""What a sheet's columns derive from others: texts at each write, and two by the database itself.

Those by which lists are sorted and paged are never null. A new stage changes `stages_ahead`, which
Django does not alter: its migration removes the column and adds it anew.
"""

import re
from datetime import date

from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce

from beneficiaries import names
from beneficiaries.funnel import PATH
from remess.shared.text import fold, search_text

# Before any day that may be typed: whoever has no stage comes last in « depuis le ».
LONG_AGO = date(1800, 1, 1)


def stages_ahead():
    """How many stages are still ahead: 0 for those who reached the last one."""
    return models.GeneratedField(
        expression=Case(
            *[When(current_stage=stage.value, then=at) for at, stage in enumerate(reversed(PATH))],
            default=Value(len(PATH)),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )


def stage_day():
    """The day of the stage, LONG_AGO without one."""
    return models.GeneratedField(
        expression=Coalesce("stage_on", Value(LONG_AGO)),
        output_field=models.DateField(),
        db_persist=True,
    )


def searchable(person):
    national_phone = person.phone.replace("+212", "0", 1)
    return search_text(
        person.family_name,
        person.given_name,
        person.name_ar,
        national_phone,
        person.file_number.replace("-", ""),
        person.formerly,
    )


def sortable(person):
    return fold(f"{person.family_name} {person.given_name}")


def name_and_birth(person):
    """What two sheets of one name and birth date share; '' without birth date."""
    return f"{_letters(person)} {person.birth_date:%Y-%m-%d}" if person.birth_date else ""


def name_and_phone(person):
    return f"{_letters(person)} {person.phone}" if person.phone else ""


def cin_key(person):
    """The CIN without its leading zeros: `AB012345` and `AB12345` share it."""
    return re.sub(r"^([A-Z]*)0+(?=[0-9])", r"\1", person.cin)


def _letters(person):
    return names.letters(person.family_name, person.given_name)
