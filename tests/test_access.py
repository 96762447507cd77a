"""Every URL × method × role → the answer expected. A new URL without a line here fails."""

from dataclasses import dataclass
from datetime import date
from shutil import copytree

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from beneficiaries.funnel import Stage
from beneficiaries.transitions import follow_up, leave, merge, report_duplicate
from remess.accounts.roles import Role
from tests import factories

# One worker for all of them: what they share is made once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access")]
ROLES = ("admin", "staff", "agent", "stranger", "trainer", "official")


@dataclass(frozen=True)
class Line:
    """What each role is answered, in the order of ROLES; `post` None: the method is refused.

    A POST is sent with no field filled: 422 is a form sent back, 302 an action done.
    """

    args: tuple[str, ...]
    get: str
    post: str | None = None


def line(get, post=None, args=()):
    return Line(args, get, post)


# A browser's POST is never empty: it carries its token, which the test client need not know.
SENT = {"get": {}, "post": {"envoi": "1"}}

ANYONE = "200 200 200 200 200 200"
PERSON = ("file_number",)
FORM_FOR_TEAM = line("200 200 404 404 404 404", "422 422 404 404 404 404", PERSON)

STEP_OF_IMPORT = line("405 405 405 405 405 405", "302 302 302 404 404 404", ("import",))
STEP_OF_IMPORT_LINE = line(
    "405 405 405 405 405 405", "302 302 302 404 404 404", ("import", "import_row")
)

# Nobody has to sign in for these.
OPEN = {
    "health",
    "account_login",
    "account_inactive",
    "accounts:set_password",
    "accounts:password_done",
}

TABLE = {
    "account_logout": line(ANYONE, "302 302 302 302 302 302"),
    "account_change_password": line(ANYONE, "422 422 422 422 422 422"),
    "home:home": line("302 302 302 302 302 302"),
    "home:todo": line("200 200 403 403 403 403"),
    "home:worklist": line("200 200 200 200 200 404", args=("work_list",)),
    "home:my_youths": line("403 403 200 200 403 403"),
    "home:caseload": line("403 403 403 403 200 403"),
    "home:search": line("302 302 302 302 302 403"),
    "home:settings": line("200 403 403 403 403 403"),
    "home:help": line(ANYONE),
    "beneficiaries:list": line("200 200 200 200 200 403"),
    "beneficiaries:bulk": line("302 302 302 302 403 403"),
    "bootcamps:bulk_invite": line("302 302 403 403 403 403", "302 302 403 403 403 403"),
    "bootcamps:bulk_enrol": line("302 302 403 403 403 403", "302 302 403 403 403 403"),
    "bootcamps:bulk_assign": line("302 302 403 403 403 403", "302 302 403 403 403 403"),
    "beneficiaries:create": line("200 200 200 200 403 403", "422 422 422 422 403 403"),
    "beneficiaries:notice": line("200 200 200 200 200 403"),
    "beneficiaries:detail": line("200 200 200 404 200 404", args=PERSON),
    "beneficiaries:edit": line("200 200 200 404 404 404", "422 422 422 404 404 404", PERSON),
    "beneficiaries:changes": line("200 200 200 404 200 404", args=PERSON),
    "beneficiaries:advance": FORM_FOR_TEAM,
    "beneficiaries:create_activity": line(
        "200 200 404 404 200 404", "422 422 404 404 422 404", PERSON
    ),
    "beneficiaries:leave": line("200 200 200 404 404 404", "422 422 422 404 404 404", PERSON),
    "beneficiaries:come_back": line("200 200 200 404 404 404", "422 422 422 404 404 404", PERSON),
    "beneficiaries:correct": FORM_FOR_TEAM,
    "beneficiaries:move": FORM_FOR_TEAM,
    "beneficiaries:event_void": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("file_number", "event")
    ),
    "beneficiaries:event_correct": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("file_number", "event")
    ),
    "beneficiaries:exit_void": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("file_number", "exit")
    ),
    "beneficiaries:duplicate_report": line(
        "200 200 200 404 404 404", "422 422 422 404 404 404", PERSON
    ),
    "beneficiaries:duplicate_hint": line("405 405 405 405 405 405", "200 200 200 200 403 403"),
    "beneficiaries:duplicate_list": line("200 200 403 403 403 403"),
    "beneficiaries:duplicate_detail": line("200 200 404 404 404 404", args=("pair",)),
    "beneficiaries:duplicate_set_apart": line(
        "200 200 404 404 404 404", "302 302 404 404 404 404", ("pair",)
    ),
    "beneficiaries:duplicate_reopen": line(
        "405 405 405 405 405 405", "302 302 404 404 404 404", ("pair",)
    ),
    "beneficiaries:duplicate_merge": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("pair",)
    ),
    "beneficiaries:merge_undo": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("merge",)
    ),
    "beneficiaries:enterprise_list": line("200 200 403 403 403 403"),
    "beneficiaries:enterprise_detail": line("200 200 200 404 200 404", args=("enterprise",)),
    "beneficiaries:enterprise_edit": line(
        "200 200 404 404 200 404", "302 302 404 404 302 404", ("enterprise",)
    ),
    "beneficiaries:enterprise_changes": line("200 200 200 404 200 404", args=("enterprise",)),
    "beneficiaries:enterprise_correct": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("enterprise",)
    ),
    "beneficiaries:member_add": line(
        "200 200 404 404 200 404", "422 422 404 404 422 404", ("enterprise",)
    ),
    "beneficiaries:member_void": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("enterprise", "member")
    ),
    "beneficiaries:file_add": line(
        "200 200 404 404 200 404", "422 422 404 404 422 404", ("enterprise",)
    ),
    "beneficiaries:file_download": line("200 200 200 404 200 404", args=("enterprise", "file")),
    "beneficiaries:file_void": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("enterprise", "file")
    ),
    "reporting:enterprise_export": line("200 200 403 403 403 403", "422 422 403 403 403 403"),
    "reporting:enterprise_columns": line("200 200 403 403 403 403"),
    "reporting:exports": line(ANYONE),
    "beneficiaries:follow_up_add": line(
        "200 200 200 404 200 404", "422 422 422 404 422 404", ("creator", "months")
    ),
    "beneficiaries:follow_up_void": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("creator", "follow_up")
    ),
    "reporting:outcomes": line("200 200 200 200 403 200"),
    "reporting:losses": line("200 200 200 200 403 200"),
    "reporting:bridge": line("200 200 200 200 403 200"),
    "reporting:bridge_events": line("302 302 302 302 404 404", args=("indicator", "cause")),
    "reporting:publications": line("200 200 403 403 403 200"),
    "reporting:publication_create": line("200 200 403 403 403 403", "422 422 403 403 403 403"),
    "reporting:publication_verify": line("200 200 403 403 403 200", "422 422 403 403 403 422"),
    "reporting:publication": line("200 200 404 404 404 200", args=("publication",)),
    "reporting:publication_download": line("200 200 404 404 404 200", args=("publication",)),
    "reporting:dashboard": line("200 200 200 200 403 200"),
    "reporting:dashboard_download": line("200 200 200 200 403 200"),
    "reporting:comparison": line("200 200 200 200 403 200"),
    "reporting:region": line("200 200 200 200 404 200", args=("region",)),
    "reporting:figure_people": line("200 200 200 200 404 404", args=("indicator",)),
    "reporting:figure": line("200 200 200 200 404 200", args=("indicator",)),
    "reporting:figure_export": line("200 200 200 200 404 404", args=("indicator",)),
    "reporting:figure_missed": line("200 200 200 200 404 404", args=("indicator", "reason")),
    "reporting:list_export": line("200 200 200 200 403 403", "422 422 422 422 403 403"),
    "reporting:list_columns": line("200 200 200 200 403 403"),
    "accounts:user_list": line("200 403 403 403 403 403"),
    "accounts:user_create": line("200 403 403 403 403 403", "422 403 403 403 403 403"),
    "accounts:user_edit": line("200 404 404 404 404 404", "422 404 404 404 404 404", ("user",)),
    "accounts:user_link": line("405 405 405 405 405 405", "200 404 404 404 404 404", ("user",)),
    "accounts:user_activation": line(
        "405 405 405 405 405 405", "302 404 404 404 404 404", ("user",)
    ),
    "registers:list": line("200 200 200 200 403 403"),
    "registers:create": line("200 200 200 200 403 403", "422 422 422 422 403 403"),
    "registers:template": line("200 200 200 200 403 403"),
    "registers:detail": line("200 200 200 404 404 404", args=("import",)),
    "registers:columns": line("200 200 200 404 404 404", "422 422 422 404 404 404", ("import",)),
    "registers:confirm": STEP_OF_IMPORT,
    "registers:drop": STEP_OF_IMPORT,
    "registers:again": STEP_OF_IMPORT,
    "registers:aside_list": line("200 200 403 403 403 403"),
    "registers:aside": line("200 200 404 404 404 404", "302 302 404 404 404 404", ("aside",)),
    "registers:resume": STEP_OF_IMPORT,
    "registers:leave_off": STEP_OF_IMPORT,
    "registers:errors": line("200 200 200 404 404 404", "302 302 302 404 404 404", ("import",)),
    "registers:undo": line("302 302 302 404 404 404", "302 302 302 404 404 404", ("import",)),
    "registers:line_decide": STEP_OF_IMPORT_LINE,
    "registers:line_accept": STEP_OF_IMPORT_LINE,
    "jobs:list": line("200 200 200 200 403 200"),
    "jobs:detail": line("200 404 200 404 404 404", args=("job",)),
    "jobs:progress": line("200 404 200 404 404 404", args=("job",)),
    "jobs:restart": line("405 405 405 405 405 405", "302 404 302 404 404 404", ("job",)),
    "jobs:download": line("200 404 200 404 404 404", args=("job",)),
    "programme:region_list": line("200 403 403 403 403 403"),
    "programme:region_create": line("200 403 403 403 403 403", "422 403 403 403 403 403"),
    "programme:region_edit": line(
        "200 404 404 404 404 404", "422 404 404 404 404 404", ("region",)
    ),
    "ocbs:list": line(ANYONE),
    "ocbs:create": line("200 403 403 403 403 403", "422 403 403 403 403 403"),
    "ocbs:detail": line("200 200 200 404 200 200", args=("ocb",)),
    "ocbs:edit": line("200 404 404 404 404 404", "422 404 404 404 404 404", ("ocb",)),
    "ocbs:trainer_list": line("200 200 403 403 403 403"),
    "ocbs:trainer_create": line("200 403 403 403 403 403", "422 403 403 403 403 403"),
    "ocbs:trainer_detail": line("200 200 404 404 404 404", args=("trainer",)),
    "ocbs:trainer_edit": line("200 404 404 404 404 404", "422 404 404 404 404 404", ("trainer",)),
    "reporting:agreements": line("200 200 403 403 403 200"),
    "reporting:ledger": line("200 200 403 403 403 200"),
    "reporting:agreement_create": line("200 403 403 403 403 403", "422 403 403 403 403 403"),
    "reporting:agreement_targets": line(
        "200 200 404 404 404 200", "302 404 404 404 404 404", ("agreement",)
    ),
    "reporting:agreement_edit": line(
        "200 404 404 404 404 404", "422 404 404 404 404 404", ("agreement",)
    ),
    "bootcamps:list": line(ANYONE),
    "bootcamps:create": line("200 200 403 403 403 403", "422 422 403 403 403 403"),
    "bootcamps:detail": line(ANYONE, args=("bootcamp",)),
    "bootcamps:edit": line("200 200 404 404 404 404", "422 422 404 404 404 404", ("bootcamp",)),
    "bootcamps:enrol": line("200 200 404 404 404 404", "422 422 404 404 404 404", ("bootcamp",)),
    "bootcamps:participations": line(
        "302 302 404 404 404 404", "302 302 404 404 404 404", ("bootcamp",)
    ),
    "bootcamps:sign": line("200 200 404 404 404 404", "422 422 404 404 404 404", ("bootcamp",)),
    "bootcamps:reopen": line("302 302 404 404 404 404", "302 302 404 404 404 404", ("bootcamp",)),
    "bootcamps:criteria": line("200 200 404 404 404 404", "302 302 404 404 404 404", ("bootcamp",)),
    "bootcamps:scores": line("302 302 404 404 404 404", "302 302 404 404 404 404", ("bootcamp",)),
    "bootcamps:convocations": line("200 200 200 200 200 404", args=("bootcamp",)),
    "bootcamps:attendance": line("200 200 200 200 200 404", args=("bootcamp",)),
    "reporting:invitations": line("200 200 404 404 404 404", args=("bootcamp",)),
    "reporting:bootcamp_lists": line("200 200 200 200 200 404", args=("bootcamp",)),
    "bootcamps:place": line(
        "405 405 405 405 405 405", "302 302 404 404 404 404", ("bootcamp", "participation")
    ),
    "bootcamps:remove": line(
        "405 405 405 405 405 405", "302 302 404 404 404 404", ("bootcamp", "participation")
    ),
    "bootcamps:course_list": line("200 200 200 200 200 403"),
    "bootcamps:course_create": line("200 200 403 403 403 403", "422 422 403 403 403 403"),
    "bootcamps:course_detail": line("200 200 200 200 200 404", args=("course",)),
    "bootcamps:course_edit": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("course",)
    ),
    "bootcamps:course_enrol": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("course",)
    ),
    "bootcamps:course_close": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("course",)
    ),
    "bootcamps:course_unenrol": line(
        "405 405 405 405 405 405", "302 302 404 404 404 404", ("course", "enrolment")
    ),
    "bootcamps:course_certificates": line("200 200 404 404 404 404", args=("course",)),
    "reporting:certificates_export": line("200 200 404 404 404 404", args=("course",)),
    "bootcamps:caseloads": line("200 200 403 403 403 403"),
    "bootcamps:caseload_assign": line("200 200 403 403 403 403", "422 422 403 403 403 403"),
    "bootcamps:caseload_reassign": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("trainer",)
    ),
    "bootcamps:calendar": line("200 200 403 403 200 403"),
    "bootcamps:visit_create": line("200 200 404 404 200 404", "422 422 404 404 422 404", PERSON),
    "bootcamps:visit_sheet": line("200 200 404 404 200 404", args=PERSON),
    "bootcamps:visit_void": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("file_number", "visit")
    ),
    "bootcamps:session_create": line(
        "200 200 404 404 404 404", "422 422 404 404 404 404", ("course",)
    ),
    "bootcamps:session_attendance": line(
        "200 200 404 404 200 404", "302 302 404 404 302 404", ("course", "session")
    ),
}


def named_patterns(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


def test_every_url_has_its_line():
    assert set(named_patterns()) == set(TABLE) | OPEN


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, documents):
    """(users, arguments): one user of each role, one object behind each kind of address.

    Made once, rolled back after the last test of this module.
    """
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=documents), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _leave_no_trace(request, settings, _own_documents):
    """Undo what a test does to the world of this module."""
    if "world" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("world")
    copytree(request.getfixturevalue("documents"), settings.MEDIA_ROOT)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_world():
    region = factories.make_region(code="ERR")
    factories.make_agreement()
    ocb = factories.make_ocb(region=region, code="OCB-01")
    trainer_user = factories.make_user(Role.TRAINER)
    trainer = factories.make_trainer(region=region, user=trainer_user, code="F-01")
    person = factories.make_beneficiary(at=Stage.IDENTIFIED, ocb=ocb, referent=trainer)
    team = factories.make_user(Role.STAFF)
    gone = factories.make_beneficiary(at=Stage.IDENTIFIED, ocb=ocb)
    exit_row = leave(gone, on=gone.stage_on, by=team, reason="moved")
    creator = factories.make_beneficiary(at=Stage.CREATED, ocb=ocb, referent=trainer)
    enterprise = creator.enterprises()[0]
    bootcamp = factories.make_bootcamp(region=region, code="B-01", participants=[person])
    course = factories.make_course(region=region, code="C-01", trainers=[trainer], members=[person])
    users = {
        "admin": factories.make_user(Role.ADMIN),
        "staff": team,
        "agent": factories.make_user(Role.OCB_AGENT, ocb=ocb),
        "stranger": factories.make_user(Role.OCB_AGENT, ocb=factories.make_ocb(region=region)),
        "trainer": trainer_user,
        "official": factories.make_user(Role.OFFICIAL),
    }
    arguments = {
        "file_number": person.file_number,
        "gone": gone.file_number,
        "event": person.events.get().pk,
        "exit": exit_row.pk,
        "creator": creator.file_number,
        "months": 12,
        "pair": report_duplicate(person, gone, by=team).pk,
        "merge": merge(
            factories.make_beneficiary(), factories.make_beneficiary(), by=team, reason="même"
        ).pk,
        "follow_up": follow_up(creator, 6, done_on=date(2015, 9, 1), status="active", by=team).pk,
        "enterprise": enterprise.pk,
        "member": enterprise.members.get().pk,
        "file": factories.make_file(enterprise).pk,
        "indicator": "identified",
        "work_list": "suivis",
        "cause": "late",
        "reason": "late",
        "ocb": ocb.code,
        "trainer": trainer.code,
        "region": region.code,
        "bootcamp": bootcamp.code,
        "course": course.code,
        "session": course.sessions.first().pk,
        "visit": factories.make_visit(person, trainer).pk,
        "enrolment": course.enrolments.get().pk,
        "agreement": "CONV",
        "user": users["stranger"].pk,
        "participation": bootcamp.participations.get().pk,
        "import": factories.make_import(by=users["agent"]).pk,
        "import_row": 2,
        "aside": factories.make_aside().pk,
        "job": factories.make_job(by=users["agent"]).pk,
    }
    arguments["publication"] = factories.make_publication(by=team).pk
    return users, arguments


def address(name, arguments):
    found = TABLE[name]
    values = [arguments[key] for key in found.args]
    if "exit" in found.args:
        values[0] = arguments["gone"]
    return reverse(name, args=values)


def close(response):
    """Close a download without closing the test's own connection, as the test client does."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_role_is_answered_as_the_table_says(client, world, name):
    users, arguments = world
    url = address(name, arguments)
    answers = {"get": [], "post": []}
    for role in ROLES:
        for method in ("get", "post"):
            point = transaction.savepoint()
            client.force_login(users[role])
            response = getattr(client, method)(url, SENT[method])
            answers[method].append(str(response.status_code))
            close(response)
            transaction.savepoint_rollback(point)
    assert " ".join(answers["get"]) == TABLE[name].get
    assert " ".join(answers["post"]) == (TABLE[name].post or "405 405 405 405 405 405")


@pytest.mark.parametrize("name", sorted(TABLE))
def test_nobody_reaches_it_without_signing_in(client, world, name):
    url = address(name, world[1])
    for method in (client.get, client.post, client.put, client.delete):
        response = method(url)
        assert response.status_code in (302, 405)
        if response.status_code == 302:
            assert response.url.startswith("/connexion/")


@pytest.mark.parametrize("name", sorted(set(TABLE) - {"account_logout"}))
def test_no_other_method_is_taken(client, world, name):
    users, arguments = world
    client.force_login(users["admin"])
    url = address(name, arguments)
    for method in (client.put, client.delete, client.patch):
        assert method(url).status_code == 405
