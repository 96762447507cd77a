"""A report as it was sent: frozen whole, recognised byte for byte, led to today's figures."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries.funnel import Stage
from beneficiaries.transitions import correct_date, leave, void
from remess.accounts.roles import Role
from remess.programme.models import Agreement, Region
from remess.shared.dates import today
from reporting.frozen import digest
from reporting.indicators import totals
from reporting.models import Publication, Target
from reporting.publications import (
    PublicationRefused,
    publish,
    recognise,
    scope_of,
)
from reporting.scope import build_scope
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_ocb,
    make_publication,
    make_region,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2016, 6, 30)


@pytest.fixture
def people():
    """Three who created, in two regions, recorded in 2015."""
    make_agreement()
    with time_machine.travel("2015-10-01T10:00:00Z", tick=False):
        ocbs = [make_ocb(region=make_region()) for _ in range(2)]
        return [make_beneficiary(at=Stage.CREATED, ocb=ocbs[at % 2]) for at in range(3)]


def test_a_report_keeps_its_figures_whatever_the_register_learns(people):
    report = make_publication()
    before = dict(report.figures["totals"])
    void(people[0].events.get(stage=Stage.CREATED), by=make_user(), reason="Erreur")
    report.refresh_from_db()
    assert report.figures["totals"] == before == totals(scope_of(report))
    assert totals(scope_of(report, today()))["created"] == before["created"] - 1


def test_a_report_keeps_the_women_s_targets(client, people):
    convention = Agreement.objects.get()
    for region in Region.objects.all():
        make_target(convention, 7, region=region, sex="female")
    report = make_publication()
    assert report.targets["women"]["totals"]["identified"] == (
        {"initial": 14, "revised": None, "in_force": 14}
    )
    assert "enterprises" not in report.targets["women"]["totals"]
    client.force_login(make_user(Role.OFFICIAL))
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Femmes : cible initiale 14, révisée –, en vigueur 14" in page
    Target.objects.update(value=9)
    report.refresh_from_db()
    assert report.women_targets["identified"]["in_force"] == 14


def test_a_report_frozen_before_the_women_s_targets_is_still_read_and_recognised(client, people):
    report = make_publication()
    older = {name: report.targets[name] for name in ("totals", "regions")}
    Publication.objects.filter(pk=report.pk).update(
        targets=older, figures_digest=digest(report.figures, older)
    )
    client.force_login(make_user(Role.OFFICIAL))
    page = client.get(report.get_absolute_url())
    assert page.status_code == 200
    assert digest(report.figures, older) in page.content.decode()
    with report.file.open("rb") as file:
        assert recognise(file) == report


def test_a_report_keeps_targets_definitions_and_the_file(people):
    report = make_publication()
    assert report.definitions["created"].startswith("Personnes ayant créé")
    assert set(report.targets["totals"]["created"]) == {"initial", "revised", "in_force"}
    with report.file.open("rb") as file:
        workbook = load_workbook(BytesIO(file.read()))
    assert workbook.sheetnames[0]


def test_the_file_names_no_ocb_for_officials_open_it_too(people):
    report = make_publication(by=make_user(Role.ADMIN))
    with report.file.open("rb") as file:
        workbook = load_workbook(BytesIO(file.read()))
    ocb = people[0].ocb
    cells = {c.value for sheet in workbook for row in sheet.iter_rows() for c in row}
    assert not {ocb.code, str(ocb), people[0].full_name} & cells


def test_the_digest_of_a_report_is_of_what_its_file_shows(people):
    """Three created: a few tries would tell how many from the digest of all the figures."""
    report = make_publication()
    assert report.figures["totals"]["created"] == 3
    assert report.figures_digest != digest(report.figures, report.targets)
    seen = {
        "totals": dict.fromkeys(report.figures["totals"]),
        "regions": {
            code: dict.fromkeys(counts) for code, counts in report.figures["regions"].items()
        },
    }
    assert report.figures_digest == digest(seen, report.targets)


def test_a_file_is_recognised_and_one_byte_changed_is_not(people):
    report = make_publication()
    with report.file.open("rb") as file:
        content = file.read()
    assert recognise(SimpleUploadedFile("recu.xlsx", content)) == report
    for at in (0, len(content) // 2, len(content) - 1):
        changed = bytearray(content)
        changed[at] ^= 1
        assert recognise(SimpleUploadedFile("recu.xlsx", bytes(changed))) is None


def test_the_page_that_verifies_says_yes_and_no(client, people):
    report = make_publication()
    client.force_login(make_user(Role.OFFICIAL))
    url = reverse("reporting:publication_verify")
    with report.file.open("rb") as file:
        content = file.read()
    yes = client.post(url, {"file": SimpleUploadedFile("recu.xlsx", content)})
    assert "inchangé" in yes.content.decode()
    no = client.post(url, {"file": SimpleUploadedFile("recu.xlsx", content[:-1] + b"x")})
    assert "ou il a été modifié" in no.content.decode()
    empty = client.post(url, {"file": SimpleUploadedFile("vide.xlsx", b"")})
    assert "ou il a été modifié" in empty.content.decode()


def test_a_report_of_a_day_that_is_not_over_is_refused(people):
    with pytest.raises(PublicationRefused, match="journée finie"):
        publish(Publication(name="Trop tôt"), build_scope(as_of=today()), by=make_user())


def test_the_same_form_sent_twice_is_one_report(client, people):
    client.force_login(make_user(Role.STAFF))
    url = reverse("reporting:publication_create") + "?arrete=30/06/2016"
    key = client.get(url).context["form"]["client_id"].value()
    sent = {"name": "Rapport", "note": "", "client_id": key}
    answers = [client.post(url, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert Publication.objects.count() == 1


def test_a_report_without_a_name_is_said_at_its_field(client, people):
    client.force_login(make_user(Role.STAFF))
    answer = client.post(reverse("reporting:publication_create"), {"note": "Pour le bailleur"})
    assert answer.status_code == 422
    assert "Pour le bailleur" in answer.content.decode()


def test_the_page_shows_what_changed_since_and_why(client, people):
    report = make_publication()
    void(people[0].events.get(stage=Stage.CREATED), by=make_user(), reason="Erreur")
    client.force_login(make_user(Role.STAFF))
    answer = client.get(report.get_absolute_url())
    created = next(b for b in answer.context["bridges"] if b.indicator.code == "created")
    assert (created.published, created.bridge.after) == (3, 2)
    assert [(cause.value, added, removed) for cause, added, removed in created.parts] == [
        ("void", 0, 1)
    ]
    page = client.get(
        reverse("reporting:bridge_events", args=["created", "void"])
        + "?"
        + answer.context["bridge_query"]
    )
    assert people[0].file_number in page.content.decode()


def test_officials_read_small_parts_together(client, people):
    with time_machine.travel("2015-10-01T10:00:00Z", tick=False):
        for _ in range(10):
            make_beneficiary(at=Stage.CREATED, ocb=people[0].ocb)
            make_beneficiary(at=Stage.CREATED, ocb=people[1].ocb)
    report = make_publication()
    void(people[0].events.get(stage=Stage.CREATED), by=make_user(), reason="Erreur")
    event = people[1].events.get(stage=Stage.CREATED)
    correct_date(event, on=event.occurred_on + timedelta(days=1), by=make_user(), reason="Erreur")
    client.force_login(make_user(Role.OFFICIAL))
    answer = client.get(report.get_absolute_url())
    created = next(b for b in answer.context["bridges"] if b.indicator.code == "created")
    assert created.parts == [(None, 0, 1)]
    assert people[0].full_name not in answer.content.decode()


def test_a_period_asked_under_an_agreement_comes_back_the_same(people):
    agreement = make_agreement(code="AV-9", starts_on=date(2015, 1, 1), ends_on=date(2016, 1, 1))
    for end in (None, date(2015, 12, 1)):
        report = make_publication(agreement=agreement, end=end)
        assert report.asked_end == end
        assert scope_of(report) == build_scope(as_of=DAY, agreement=agreement, end=end)


def test_a_report_is_never_changed_nor_deleted(people):
    report = make_publication()
    for act in (report.save, report.delete, Publication.objects.all().delete):
        with pytest.raises(TypeError):
            act()


def test_officials_read_no_small_region_in_a_report_nor_what_gives_it_away(client):
    """Three in one region and one in another, in the table and in that region's own report."""
    regions = [make_region() for _ in range(3)]
    with time_machine.travel(date(2015, 7, 1)):
        for region, n in zip(regions, (7, 1, 6), strict=True):
            ocb = make_ocb(region=region)
            for _ in range(n):
                make_beneficiary(ocb=ocb)
    whole, narrow = make_publication(), make_publication(region=regions[1])

    def identified(report):
        return client.get(report.get_absolute_url()).context

    client.force_login(make_user(Role.OFFICIAL))
    table = {code: figures["identified"] for code, figures in identified(whole)["regions"]}
    assert table[regions[1].code] == ("< 5", "< 5")
    assert ("masqué", "masqué") in table.values()
    first, *_rest = identified(narrow)["bridges"]
    assert (first.hidden, first.parts) == ("masqué", [])
    first, *_rest = identified(whole)["bridges"]
    assert not first.hidden
    client.force_login(make_user(Role.STAFF))
    table = {code: figures["identified"] for code, figures in identified(whole)["regions"]}
    assert table[regions[1].code] == (1, 1)
    first, *_rest = identified(narrow)["bridges"]
    assert (first.hidden, first.bridge.after) == ("", 1)


def test_the_bridge_gives_officials_no_small_region_and_no_few_who_left(client):
    region, other = make_region(), make_region()
    with time_machine.travel(date(2015, 7, 1)):
        make_beneficiary(ocb=make_ocb(region=region))
        ocb = make_ocb(region=other)
        stayed = [make_beneficiary(ocb=ocb) for _ in range(9)]
        leave(stayed[0], on=date(2015, 6, 1), by=make_user(), reason="dropped_out")
    client.force_login(make_user(Role.OFFICIAL))
    url = reverse("reporting:bridge")
    days = {"depuis": "30/06/2016", "arrete": "30/06/2017"}
    narrowed = client.get(url, days | {"region": region.code})
    assert narrowed.context["bridges"][0].hidden
    answer = client.get(url, days)
    assert not answer.context["bridges"][0].hidden
    assert answer.context["staying"][0].hidden
    assert "masqué" in answer.content.decode()
