"""The dashboard on paper: A4, two pages at most, each saying of which day and who printed it."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from remess.accounts.roles import Role
from tests.browser.conftest import LAPTOP, PASSWORD
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def pages_of(pdf):
    """How many pages Chromium's own PDF counts."""
    return max(int(n) for n in re.findall(rb"/Count (\d+)", pdf))


def test_the_official_prints_the_dashboard_on_two_pages(open_as, settings):
    settings.DEMO = True
    call_command("demo", stdout=StringIO())
    official = make_user(Role.OFFICIAL, username="directrice")
    official.set_password(PASSWORD)
    official.save()
    page = open_as(official, LAPTOP)
    page.goto("/tableau-de-bord/?arrete=01/03/2018")
    expect(page.locator(".chart canvas")).to_be_visible()
    assert pages_of(page.pdf(prefer_css_page_size=True)) <= 2
    page.emulate_media(media="print")
    first, last = page.locator(".print-foot").all()
    said = r"Imprimé par Compte \d+ le \d\d/\d\d/\d{4} à \d+ h \d\d"
    for line in (first, last):
        expect(line).to_be_visible()
        expect(line).to_contain_text(re.compile(said))
    expect(last).to_contain_text("5 régions · Arrêté au 01/03/2018")
    expect(page.locator(".demo-ribbon")).to_be_visible()
