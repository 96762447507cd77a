"""Imports made in the browser, by the test client: a CSV register through each step."""

import uuid
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from remess.registers.models import Import

HEADINGS = "Nom;Prénom;Sexe;Né(e) le;CIN;Tél;OCB;Identifié(e) le;Accord"


def person(number, **cells):
    """A good line about the person `number`."""
    line = {
        "family_name": f"Famille {chr(65 + number // 26)}{chr(65 + number % 26)}",
        "given_name": "Amal",
        "sex": "F",
        "born": f"{date(1990, 1, 1) + timedelta(days=number):%d/%m/%Y}",
        "cin": f"UA{number:05d}",
        "phone": f"06507{number:05d}",
        "ocb": "OCB-01",
        "on": "18/02/2015",
        "consent": "oui",
        **cells,
    }
    return ";".join(line.values())


def csv_file(*lines, headings=HEADINGS, name="registre.csv"):
    return SimpleUploadedFile(name, "\n".join([headings, *lines]).encode())


def upload(client, *lines, key=None, ocb=None, **file):
    """Drop a file; the answer. Its import is Import.objects.latest("pk")."""
    sent = {"file": csv_file(*lines, **file), "key": key or uuid.uuid4()}
    if ocb:
        sent["ocb"] = ocb.pk
    return client.post(reverse("registers:create"), sent)


def checked(client, *lines, **file):
    """An import whose rows are checked, none stored."""
    response = upload(client, *lines, **file)
    assert response.status_code == 302, response.content.decode()
    batch = Import.objects.latest("pk")
    assert batch.state == "checked"
    return batch


def stored(client, *lines, **file):
    """An import whose rows are stored."""
    batch = checked(client, *lines, **file)
    client.post(reverse("registers:confirm", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == "done"
    return batch


def statuses(batch):
    """{row: status} of the preview, or of what was stored."""
    lines = batch.lines if batch.state in ("done", "undone") else batch.checked_lines
    return dict(lines.order_by("row").values_list("row", "status"))
