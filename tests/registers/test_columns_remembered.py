"""Columns confirmed once are not asked again, of the same headings nor of their mended rows."""

import uuid

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from remess.accounts.roles import Role
from remess.registers.models import Import
from tests.factories import make_user
from tests.registers.registers import a_network
from tests.registers.wizards import HEADINGS, checked, person, statuses, upload

pytestmark = pytest.mark.django_db
BAD = {"born": "31/02/1990"}


@pytest.fixture
def ocb():
    return a_network()


@pytest.fixture
def agent(client, ocb):
    user = make_user(Role.OCB_AGENT, ocb=ocb)
    client.force_login(user)
    return user


def mended_rows(client, batch, path):
    """The import of the workbook of errors, its refused date mended."""
    answer = client.get(reverse("registers:errors", args=[batch.pk]))
    path.write_bytes(b"".join(answer.streaming_content))
    book = load_workbook(path)
    book.active["D2"] = "28/02/1990"
    book.save(path)
    with path.open("rb") as file:
        client.post(reverse("registers:create"), {"file": file, "key": uuid.uuid4()})
    return Import.objects.latest("pk")


def confirm_columns(client, batch, **chosen):
    address = reverse("registers:columns", args=[batch.pk])
    lines = client.get(address).context["form"].lines()
    fields = {line.control.html_name: line.control.value() or "" for line in lines}
    client.post(address, {**fields, **chosen})
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_a_column_left_alone_is_asked_once_and_not_of_the_mended_rows(client, agent, tmp_path):
    headings = f"{HEADINGS};Couleur"
    upload(client, person(1) + ";bleu", person(2, **BAD) + ";bleu", headings=headings)
    batch = Import.objects.get()
    assert batch.state == Import.State.COLUMNS
    confirm_columns(client, batch)
    assert mended_rows(client, batch, tmp_path / "a-corriger.xlsx").state == "checked"
    again = checked(client, person(3) + ";vert", headings=headings)
    assert (
        "Couleur" in client.get(again.get_absolute_url()).content.decode()
    )  # still told among those not read


def test_a_column_the_team_left_alone_is_asked_of_an_agent(client, ocb):
    client.force_login(make_user(Role.STAFF))
    headings = f"{HEADINGS};Couleur"
    upload(client, person(1) + ";bleu", headings=headings)
    confirm_columns(client, Import.objects.get())
    client.force_login(make_user(Role.OCB_AGENT, ocb=ocb))
    upload(client, person(2) + ";bleu", headings=headings)
    assert Import.objects.latest("pk").state == Import.State.COLUMNS


def test_a_column_matched_by_hand_is_matched_in_the_mended_rows_too(client, agent, tmp_path):
    headings = f"{HEADINGS.replace('Tél', 'Joindre au')};Couleur"
    upload(client, person(1, **BAD) + ";bleu", headings=headings)
    batch = Import.objects.get()
    confirm_columns(client, batch, column_5="phone")
    mended = mended_rows(client, batch, tmp_path / "a-corriger.xlsx")
    assert mended.columns["5"] == "phone"
    lines = client.get(reverse("registers:columns", args=[mended.pk])).context["form"].lines()
    assert [line.heading for line in lines if not line.is_known] == ["Couleur"]
    assert statuses(mended) == {2: "created"}
