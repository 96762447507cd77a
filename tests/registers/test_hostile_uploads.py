"""Hostile files dropped in the wizard: one sentence each, and the next visitor is served."""

import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from remess.accounts.roles import Role
from remess.registers import wizard
from remess.registers.models import Import
from tests.factories import make_user
from tests.registers import zoo
from tests.registers.registers import a_network

# One animal for each refusal.
ANIMALS = {
    outcome: (content, name)
    for content, name, outcome in zoo.ZOO.values()
    if isinstance(outcome, str)
}


@pytest.fixture(autouse=True)
def time_enough(monkeypatch):
    """Every file is gone through at the upload: what a check refuses later is in test_stopped."""
    monkeypatch.setattr(wizard, "LOOK_SECONDS", 60)
    monkeypatch.setattr(wizard, "PATIENCE", 60)


def drop(client, content, name):
    content = content() if callable(content) else content
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("registers:create"), {"file": file, "key": uuid.uuid4()})


@pytest.mark.django_db
@pytest.mark.parametrize("refusal", sorted(set(ANIMALS) - {"empty_file"}))
def test_a_hostile_file_is_answered_with_one_sentence(client, refusal):
    client.force_login(make_user(Role.OCB_AGENT, ocb=a_network()))
    response = drop(client, *ANIMALS[refusal])
    assert response.status_code == 422
    (sentence,) = response.context["form"].errors["file"]
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not Import.objects.exists()
    assert client.get(reverse("registers:list")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_others_are_served_while_a_hostile_file_is_read():
    """The reading waits for the child process without holding what others need."""
    agent = make_user(Role.OCB_AGENT, ocb=a_network())
    hostile, other = Client(), Client()
    hostile.force_login(agent)
    other.force_login(agent)
    answers = []
    bomb = zoo.bomb_of_two_gigabytes()

    def read():
        answers.append(drop(hostile, bomb, "bombe.xlsx").status_code)
        connection.close()

    reading = threading.Thread(target=read)
    reading.start()
    served = 0
    while reading.is_alive():
        assert other.get(reverse("registers:list")).status_code == 200
        assert other.get("/sante/").status_code == 200
        served += 1
    reading.join()
    assert answers == [422]
    assert served
