"""Lists to take away: chosen columns, workbook or CSV, every row or none, written down."""

import csv
import hashlib
import io
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary
from remess.accounts.roles import Role
from remess.jobs import attempts
from remess.jobs.models import Job
from remess.shared.csvfile import write_csv
from remess.shared.excel import Column
from reporting.exports import beneficiaries, enterprises, lists
from reporting.exports.tally import IncompleteExport, Tally, with_total
from reporting.models import ExportRecord
from tests.factories import make_beneficiary, make_export_record, make_user
from tests.reporting.workbooks import opened, rows_of

pytestmark = pytest.mark.django_db
EXPORT = "/beneficiaires/exporter/"


@pytest.fixture
def staff(client):
    user = make_user(full_name="Salma Essai")
    client.force_login(user)
    return user


def content(response):
    return b"".join(response.streaming_content)


def sheet(response):
    return opened(io.BytesIO(content(response))).worksheets[0]


def csv_rows(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


# Columns


def test_only_the_columns_chosen_are_exported_in_their_order(client, staff, world):
    page = sheet(client.get(EXPORT, {"colonnes": ["etape", "nom"]}))
    rows = rows_of(page, "Nom")
    assert list(rows[0]) == ["Nom", "Étape"]
    assert len(rows) == 3


PERSONAL = ["Nom", "Prénom", "Nom en arabe", "Né(e) le", "Téléphone"]


def test_without_a_choice_nobody_is_named(client, staff, world):
    rows = rows_of(sheet(client.get(EXPORT)), "Étape")
    everything = [str(column.heading) for column in beneficiaries.COLUMNS]
    assert set(PERSONAL) < set(everything)
    assert list(rows[0]) == [heading for heading in everything if heading not in PERSONAL]


def test_what_names_a_person_is_ticked_by_hand(client, staff, world):
    boxes = client.get(reverse("reporting:list_columns")).context["boxes"]
    assert [str(heading) for _key, heading, is_ticked in boxes if not is_ticked] == PERSONAL
    boxes = client.get(reverse("reporting:enterprise_columns")).context["boxes"]
    assert all(is_ticked for _key, _heading, is_ticked in boxes)


@pytest.mark.parametrize("columns", [beneficiaries.COLUMNS, enterprises.COLUMNS])
def test_every_column_has_its_own_name_for_addresses(columns):
    keys = [column.key for column in columns]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z-]+", key) for key in keys)


def test_the_page_remembers_the_choice_of_its_address(client, staff, world):
    url = reverse("reporting:list_columns")
    page = client.get(url, {"colonnes": ["nom", "etape"], "format": "csv", "region": "NOR"})
    html = page.content.decode()
    assert html.count(" checked") == 3
    assert 'value="csv" id="format-csv" checked' in html
    assert '<input type="hidden" name="region" value="NOR">' in html
    assert "2 lignes" in html
    everything = client.get(url).content.decode()
    unticked = len(beneficiaries.PERSONAL)
    assert everything.count(" checked") == len(beneficiaries.COLUMNS) - unticked + 1


@pytest.mark.parametrize("query", [{"colonnes": "cin"}, {"format": "pdf"}])
def test_a_column_or_a_format_there_is_not_is_refused(client, staff, world, query):
    for name in ("reporting:list_export", "reporting:list_columns"):
        assert client.get(reverse(name), query).status_code == 422
    assert not ExportRecord.objects.exists()


def test_the_enterprises_have_their_columns_too(client, staff, world):
    answer = client.get(
        reverse("reporting:enterprise_export"), {"colonnes": ["numero"], "format": "csv"}
    )
    assert answer["Content-Disposition"].endswith('.csv"')
    assert [row[0] for row in csv_rows(content(answer))][0] == "Numéro"


# CSV


def test_the_csv_has_a_line_per_person_after_its_headings(client, staff, world, settings):
    settings.DEMO = False
    answer = client.get(
        EXPORT, {"format": "csv", "colonnes": ["numero", "naissance", "created-le"]}
    )
    assert re.search(r'filename="remess-beneficiaires-[\d-]+\.csv"', answer["Content-Disposition"])
    heading, *rows = csv_rows(content(answer))
    assert heading == ["N° de fiche", "Né(e) le", "Créé le"]
    created = Beneficiary.objects.get(current_stage=Stage.CREATED)
    assert [created.file_number, "17/05/1993", "01/03/2015"] in rows
    assert len(rows) == 3


def test_a_demo_says_so_on_every_line_of_the_csv(client, staff, world, settings):
    settings.DEMO = True
    heading, *rows = csv_rows(content(client.get(EXPORT, {"format": "csv", "colonnes": ["nom"]})))
    assert heading == ["Nom", "Avertissement"]
    assert all(row[1].startswith("Démonstration.") for row in rows)


@pytest.mark.parametrize("text", ["=1+1", "+212", "-5", "@somme", "\t=1", " =1", "＝1"])
def test_no_text_of_a_csv_is_a_formula(text):
    target = io.BytesIO()
    write_csv(target, [Column("=A", lambda row: row)], [text, 'Amal; "Aïcha"\nBen', None, -3, 1.5])
    heading, row, other, *rest = csv_rows(target.getvalue())
    assert heading == ["'=A"]
    assert row == [f"'{text}"]
    assert other == ['Amal; "Aïcha"\nBen']
    assert rest == [[""], ["-3"], ["1,5"]]
    assert target.getvalue().count(b"\r\n") == 6


def test_what_utf8_cannot_hold_is_replaced():
    target = io.BytesIO()
    write_csv(target, [Column("A", lambda row: row)], ["a\ud800b\x00c"])
    assert csv_rows(target.getvalue())[1] == ["a?bc"]


# Every row or none


def test_each_row_knows_how_many_there_are(world):
    found = with_total(Beneficiary.objects.order_by("pk")).iterator(chunk_size=2)
    assert [row.in_all for row in found] == [3, 3, 3]


def test_a_row_lost_on_the_way_is_noticed(world):
    tally = Tally()
    rows = list(with_total(Beneficiary.objects.order_by("pk")))
    assert len(list(tally.over(rows[:2]))) == 2
    with pytest.raises(IncompleteExport, match="2 lignes, le registre 3"):
        tally.check()


def test_an_empty_list_is_complete():
    tally = Tally()
    assert list(tally.over([])) == []
    tally.check()


def test_progress_is_told_and_ends_at_all(world):
    told = []
    tally = Tally(lambda done, total: told.append((done, total)))
    list(tally.over(with_total(Beneficiary.objects.order_by("pk"))))
    tally.check()
    assert told == [(3, 3)]


# Long lists


def ask(client, key="7d0e8f2c-0000-4000-8000-000000000001", **fields):
    return client.post(EXPORT, {"client_id": key, "format": "csv", **fields})


def test_a_long_list_is_offered_as_a_job(client, staff, world, settings):
    settings.EXPORT_AT_ONCE = 2
    html = client.get(EXPORT, {"colonnes": "nom"}).content.decode()
    assert 'method="post" action="/beneficiaires/exporter/"' in html
    assert "Préparer ces 3 lignes" in html
    assert 'name="client_id"' in html
    assert not ExportRecord.objects.exists()
    settings.EXPORT_AT_ONCE = 3
    assert len(rows_of(sheet(client.get(EXPORT)), "Étape")) == 3


def test_the_job_makes_the_whole_list_and_writes_it_down(client, staff, world):
    answer = ask(client, colonnes=["nom", "etape"], region="NOR")
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert (job.status, job.done, job.total, job.result) == ("done", 2, 2, {"rows": 2})
    file = content(client.get(reverse("jobs:download", args=[job.pk])))
    heading, *rows = csv_rows(file)
    assert heading[:2] == ["Nom", "Étape"]
    assert len(rows) == 2
    record = ExportRecord.objects.get()
    assert (record.way, record.rows, record.made_by) == ("job", 2, staff)
    assert record.digest == hashlib.sha256(file).hexdigest()
    assert "Région NOR" in record.scope
    assert "2 colonnes" in record.scope


def test_the_same_post_sent_twice_is_one_job(client, staff, world):
    assert ask(client).url == ask(client).url
    assert Job.objects.count() == ExportRecord.objects.count() == 1


def test_a_post_without_its_key_or_with_a_wrong_column_is_sent_back(client, staff, world):
    assert client.post(EXPORT, {"format": "csv"}).status_code == 422
    assert ask(client, colonnes="cin").status_code == 422
    assert not Job.objects.exists()


def test_a_job_reads_with_the_rights_its_asker_has_now(client, world, real_queue):
    agent = make_user(Role.OCB_AGENT, ocb=world["ocbs"][0])
    client.force_login(agent)
    ask(client)
    job = Job.objects.get()
    attempts.claim(job.pk).work()
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"rows": 2})
    ask(client, key="7d0e8f2c-0000-4000-8000-000000000002")
    second = Job.objects.exclude(pk=job.pk).get()
    agent.role = Role.OFFICIAL
    agent.save()
    attempts.claim(second.pk).work()
    second.refresh_from_db()
    assert (second.status, bool(second.file)) == ("failed", False)
    assert "n'a plus le droit" in second.error


# What was taken away


def test_every_download_is_written_down(client, staff, world):
    content(client.get(reverse("reporting:dashboard_download"), {"arrete": "01/03/2018"}))
    content(client.get(EXPORT))
    content(client.get(reverse("reporting:enterprise_export")))
    names = list(ExportRecord.objects.order_by("pk").values_list("name", "way", "rows"))
    assert names == [
        ("bailleur", "page", None),
        ("liste-beneficiaires", "page", 3),
        ("liste-entreprises", "page", 1),
    ]
    first = ExportRecord.objects.earliest("pk")
    assert str(first.as_of) == "2018-03-01"
    assert first.scope.startswith("Arrêté au 01/03/2018 · cumul depuis l'origine")
    page = client.get(reverse("reporting:exports")).content.decode()
    assert "Classeur du bailleur" in page
    assert "Salma Essai" in page
    assert first.file_name in page


def test_the_digest_is_that_of_the_file(client, staff, world):
    file = content(client.get(EXPORT))
    assert ExportRecord.objects.get().digest == hashlib.sha256(file).hexdigest()


def test_officials_and_agents_read_their_own_exports_alone(client, world):
    official, agent = make_user(Role.OFFICIAL), make_user(Role.OCB_AGENT, ocb=world["ocbs"][0])
    mine = make_export_record(official)
    make_export_record(agent)
    client.force_login(official)
    page = client.get(reverse("reporting:exports"))
    assert [row for row, _label in page.context["rows"]] == [mine]
    client.force_login(make_user(Role.STAFF))
    assert len(client.get(reverse("reporting:exports")).context["rows"]) == 2


@pytest.mark.parametrize("rows", [0, 1, 20])
def test_the_page_costs_the_same_whatever_its_length(
    client, staff, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        make_export_record(staff)
    with django_assert_max_num_queries(6):
        assert len(client.get(reverse("reporting:exports")).context["rows"]) == rows


def test_a_command_writes_as_the_system(world, tmp_path):
    out = tmp_path / "rapport"
    call_command("export_report", "bailleur", str(out))
    kept = ExportRecord.objects.get()
    assert (kept.way, kept.made_by.username, kept.file_name) == ("command", "systeme", "rapport")
    assert kept.digest == hashlib.sha256(out.read_bytes()).hexdigest()


def test_an_export_nobody_knows_is_a_mistake_of_ours():
    with pytest.raises(LookupError):
        make_export_record(name="inconnu")


def test_officials_never_get_a_list_of_names(client, world):
    client.force_login(make_user(Role.OFFICIAL))
    for name in ("list_export", "list_columns", "enterprise_export", "enterprise_columns"):
        assert client.get(reverse(f"reporting:{name}")).status_code == 403
    assert client.post(EXPORT, {"client_id": "x"}).status_code == 403
    assert all(
        export.permission in ("beneficiaries.export", "enterprises.list") for export in lists.LISTS
    )


def test_names_that_look_like_formulas_stay_text_in_both(client, staff, world):
    make_beneficiary(ocb=world["ocbs"][0], family_name="=1+1")
    page = sheet(client.get(EXPORT, {"colonnes": "nom"}))
    cell = next(c for line in page.iter_rows() for c in line if c.value == "=1+1")
    assert cell.data_type == "s"
    assert ["'=1+1"] in [
        row[:1]
        for row in csv_rows(content(client.get(EXPORT, {"format": "csv", "colonnes": "nom"})))
    ]
