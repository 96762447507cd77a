"""insert_many stores what bulk_create would."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError

from beneficiaries.models import Beneficiary
from remess.registers.models import ImportLine
from remess.shared.inserting import insert_many
from tests.factories import make_import, make_ocb, make_user, unsaved_sheet

pytestmark = pytest.mark.django_db
MOMENTS = {"created_at", "updated_at"}


def a_sheet(number, ocb, by, **facts):
    return unsaved_sheet(
        ocb=ocb, by=by, family_name=f"L'Hôte % {number}", name_ar="أمال", cin=f"UA{number}",
        phone="+212650743782", income_before=1200 if number % 2 else None,
        file_region="ERR", file_no=number, client_id=uuid.UUID(int=number), **facts,
    )  # fmt: skip


def stored(pks):
    rows = Beneficiary.objects.filter(pk__in=pks).order_by("file_no").values()
    return [{k: v for k, v in row.items() if k not in MOMENTS | {"id"}} for row in rows]


def test_rows_are_stored_as_bulk_create_stores_them():
    ocb, by = make_ocb(), make_user()
    numbers = range(1, 6)
    first = Beneficiary.objects.bulk_create(a_sheet(n, ocb, by) for n in numbers)
    wanted = stored([row.pk for row in first])
    Beneficiary.objects.all().delete()
    rows = insert_many(a_sheet(n, ocb, by) for n in numbers)
    assert stored([row.pk for row in rows]) == wanted
    assert wanted[0]["search_text"]
    assert all(row.created_at and not row._state.adding for row in rows)


def test_every_row_gets_its_own_key_over_several_statements():
    ocb, by = make_ocb(), make_user()
    rows = insert_many(a_sheet(number, ocb, by) for number in range(1, 1202))
    known = dict(Beneficiary.objects.values_list("pk", "file_no"))
    assert [known[row.pk] for row in rows] == [row.file_no for row in rows]


def test_json_and_dates_come_back_as_they_were_given():
    batch = make_import(by=make_user())
    lines = [
        ImportLine(batch=batch, row=number, status="error", marks={"a": [1, None, "é%s"]})
        for number in (2, 3)
    ]
    insert_many(lines)
    assert ImportLine.objects.get(row=3).marks == {"a": [1, None, "é%s"]}
    ocb, by = make_ocb(), make_user()
    (row,) = insert_many([a_sheet(1, ocb, by, birth_date=date(1990, 2, 28))])
    assert Beneficiary.objects.get(pk=row.pk).birth_date == date(1990, 2, 28)


def test_nothing_is_kept_of_rows_one_of_which_the_database_refuses():
    ocb, by = make_ocb(), make_user()
    rows = [a_sheet(number, ocb, by) for number in range(1, 701)]
    rows[-1].cin = rows[0].cin
    with pytest.raises(IntegrityError):
        insert_many(rows)
    assert insert_many([]) == []


ODD = ["\\N", "a\\tb", "a\tb", "fin\\", "deux\nlignes", "retour\r", '"; DROP', "{}", "\\.", "é أ"]


@pytest.mark.parametrize("text", ODD)
def test_no_text_breaks_out_of_its_cell(text):
    ocb, by = make_ocb(), make_user()
    rows = insert_many([a_sheet(n, ocb, by, project=text) for n in (1, 2)])
    found = Beneficiary.objects.filter(pk__in=[row.pk for row in rows])
    assert list(found.values_list("project", flat=True)) == [text, text]
    (line,) = insert_many(
        [ImportLine(batch=make_import(by=by), row=2, status="error", marks={"a": text})]
    )
    assert ImportLine.objects.get(pk=line.pk).marks == {"a": text}


def test_a_row_stored_afterwards_is_numbered_after_them():
    ocb, by = make_ocb(), make_user()
    rows = insert_many([a_sheet(n, ocb, by) for n in (1, 2, 3)])
    later = a_sheet(4, ocb, by)
    later.save()
    assert later.pk > max(row.pk for row in rows)
