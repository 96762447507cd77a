"""Every work list for every role: it shows what is due, leads to where it is settled, then ends."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.transitions import (
    assign_referent,
    create_activity,
    follow_up,
    leave,
    merge,
    queue_duplicates,
    save_sheet,
)
from bootcamps.models import Decision
from bootcamps.transitions import Mark, close_course, mark_attendance, save_participations
from remess.accounts.roles import Role
from remess.home.counting import sections, things_to_do
from remess.home.worklists import WORK_LISTS, list_named, lists_of
from remess.shared.dates import today
from tests import factories

pytestmark = pytest.mark.django_db

HOME = {
    "admin": "/a-faire/",
    "staff": "/a-faire/",
    "agent": "/mes-jeunes/",
    "trainer": "/portefeuille/",
}
TEAM = {"admin", "staff"}
LISTS = {
    "proces-verbaux": TEAM,
    "presences": TEAM | {"trainer"},
    "formations": TEAM,
    "visites": {"trainer"},
    "suivis": TEAM | {"agent", "trainer"},
    "doublons": TEAM,
    "lignes-de-cote": TEAM,
    "fiches": TEAM | {"agent"},
    "attente-bootcamp": TEAM | {"agent"},
    "attente-formation": TEAM,
    "sans-formateur": TEAM,
    "sans-creation": TEAM | {"trainer"},
    "entreprises": TEAM | {"trainer"},
    "cibles": TEAM,
    "a-completer-aussi": TEAM | {"agent"},
}
PAIRS = [(code, role) for code, roles in LISTS.items() for role in sorted(roles)]


@dataclass
class World:
    client: object
    region: object
    ocb: object
    trainer: object
    users: dict

    def person(self, **fields):
        return factories.make_beneficiary(
            **{"ocb": self.ocb, "referent": self.trainer, "cin": "UA777001", **fields}
        )

    def get(self, role, address):
        self.client.force_login(self.users[role])
        return self.client.get(address)

    def post(self, role, address, data):
        self.client.force_login(self.users[role])
        return self.client.post(address, data)


@pytest.fixture
def world(client):
    region = factories.make_region(code="ERR")
    factories.make_agreement()
    ocb = factories.make_ocb(region=region)
    users = {
        "admin": factories.make_user(Role.ADMIN),
        "staff": factories.make_user(Role.STAFF),
        "agent": factories.make_user(Role.OCB_AGENT, ocb=ocb),
        "stranger": factories.make_user(Role.OCB_AGENT, ocb=factories.make_ocb(region=region)),
        "trainer": factories.make_user(Role.TRAINER),
        "other": factories.make_user(Role.TRAINER),
        "official": factories.make_user(Role.OFFICIAL),
    }
    trainer = factories.make_trainer(region=region, user=users["trainer"])
    factories.make_trainer(region=region, user=users["other"])
    return World(client, region, ocb, trainer, users)


# What makes one line of each list, and settles it: through the pages or the door.


def proces_verbaux(world):
    bootcamp = factories.make_bootcamp(region=world.region, participants=[world.person()])
    yield
    row = bootcamp.participations.get()
    save_participations(bootcamp, {row.pk: Mark(True, decision=Decision.RETAINED)})
    world.post(
        "staff",
        reverse("bootcamps:sign", args=[bootcamp.code]),
        {"signatory": "Mme Idrissi", "on": "02/04/2015"},
    )


def presences(world):
    course = factories.make_course(region=world.region, trainers=[world.trainer], sessions=1)
    yield
    session = course.sessions.get()
    mark_attendance(session, set())


def formations(world):
    person = world.person(at=Stage.SELECTED)
    course = factories.make_course(
        region=world.region, trainers=[world.trainer], members=[person], sessions=1
    )
    mark_attendance(course.sessions.get(), {course.enrolments.get().pk})
    yield
    close_course(course, by=world.users["staff"])


def visites(world):
    person = world.person()
    factories.make_visit(person, world.trainer, next_on=date(2015, 7, 1))
    yield
    factories.make_visit(person, world.trainer, visited_on=today())


def suivis(world):
    person = world.person(at=Stage.CREATED)
    yield
    for months, day in ((6, "01/09/2015"), (12, "01/03/2016")):
        url = reverse("beneficiaries:follow_up_add", args=[person.file_number, months])
        told = {"done_on": day, "status": "active", "jobs_women": 0, "jobs_men": 0}
        assert world.post("agent", url, told).status_code == 302


def fiches(world):
    person = world.person(at=None, sex="")
    yield
    person.sex = "female"
    save_sheet(person, by=world.users["agent"])


def attente_bootcamp(world):
    person = world.person()
    coming = factories.make_bootcamp(region=world.region, held_on=today() + timedelta(days=10))
    yield
    world.post("staff", reverse("bootcamps:enrol", args=[coming.code]), {"people": [person.pk]})


def attente_formation(world):
    person = world.person(at=Stage.SELECTED)
    coming = factories.make_course(region=world.region, starts_on=today() + timedelta(days=10))
    yield
    url = reverse("bootcamps:course_enrol", args=[coming.code])
    world.post("staff", url, {"people": [person.pk]})


def doublons(world):
    people = [world.person(family_name="Naciri", cin=cin) for cin in ("UA777001", "UA777002")]
    queue_duplicates(people)
    yield
    merge(*people, by=world.users["staff"], reason="même personne")


def lignes_de_cote(world):
    aside = factories.make_aside(like=world.person())
    yield
    world.post("staff", aside.get_absolute_url(), {"decision": "same"})


def sans_formateur(world):
    person = world.person(at=Stage.SELECTED, referent=None)
    yield
    assign_referent([person], world.trainer, on=today(), by=world.users["staff"])


def sans_creation(world):
    person = world.person(at=Stage.TRAINED)
    yield
    enterprise = factories.unsaved_enterprise()
    create_activity(person, enterprise, on=date(2015, 6, 1), by=world.users["trainer"])


def entreprises(world):
    enterprise = world.person(at=Stage.CREATED).enterprises()[0]
    yield
    factories.make_file(enterprise)


def cibles(world):
    day = timedelta(days=1)
    act = factories.make_agreement(
        code="AV", starts_on=today() - 100 * day, ends_on=today() + 100 * day
    )
    factories.make_target(act, 2, region=world.region)
    yield
    for number in (1, 2):
        world.person(on=today() - day, birth_date=date(2003, 1, 1), cin=f"UA77700{number}")


def a_completer_aussi(world):
    person = world.person(cin="")
    yield
    person.cin = "UA777009"
    save_sheet(person, by=world.users["agent"])


STORIES = {
    story.__name__.replace("_", "-"): story
    for story in (
        proces_verbaux,
        presences,
        formations,
        visites,
        suivis,
        doublons,
        lignes_de_cote,
        fiches,
        attente_bootcamp,
        attente_formation,
        sans_formateur,
        sans_creation,
        entreprises,
        cibles,
        a_completer_aussi,
    )
}


def to(code):
    return reverse("home:worklist", args=[code])


def text_of(response):
    return unescape(response.content.decode())


def lines_of(response):
    """The HTML of each line of the list."""
    body = re.search(r'<ul class="todo work">(.*?)</ul>', text_of(response), re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", body[1], re.DOTALL) if body else []


def waiting_in_menu(response):
    """The number the navigation speaks, 0 where it says none."""
    found = re.search(r", (\d+) choses? à faire<", text_of(response))
    return int(found[1]) if found else 0


def counted(user):
    return sum(part.total for part in sections(user, today()) if part.list.is_counted)


def total_of(code, user):
    return next(part.total for part in sections(user, today()) if part.list.code == code)


def test_every_list_has_its_story_and_its_roles():
    assert [entry.code for entry in WORK_LISTS] == list(LISTS)
    assert set(STORIES) == set(LISTS)


@pytest.mark.parametrize(("code", "role"), PAIRS)
def test_a_line_appears_when_due_leads_to_where_it_is_settled_and_ends(world, code, role):
    user = world.users[role]
    assert total_of(code, user) == 0
    story = STORIES[code](world)
    next(story)
    home, page = world.get(role, HOME[role]), world.get(role, to(code))
    entry = list_named(user, code)
    (line,) = lines_of(page)
    assert to(code) in text_of(home) or line.split('"what"')[1][:60] in text_of(home)
    leads = [link for link in re.findall(r'href="([^"]+)"', line) if not link.startswith("tel:")]
    assert leads
    assert [world.get(role, lead).status_code for lead in leads] == [200] * len(leads)
    assert waiting_in_menu(home) == counted(user) > 0 or not entry.is_counted

    next(story, None)
    assert total_of(code, user) == 0
    after = world.get(role, to(code))
    assert lines_of(after) == []
    assert str(entry.empty) in text_of(after)
    assert waiting_in_menu(after) == counted(user)


@pytest.mark.parametrize("code", LISTS)
def test_a_list_is_nowhere_for_those_who_do_not_have_it(world, code):
    next(STORIES[code](world))
    for role in world.users:
        has = (
            role in LISTS[code]
            or {"stranger": "agent", "other": "trainer"}.get(role) in LISTS[code]
        )
        response = world.get(role, to(code))
        assert response.status_code == (200 if has else 404)
        if role in ("stranger", "other") and has:
            assert lines_of(response) == []
            assert things_to_do(world.users[role], today()) == 0
    assert lists_of(world.users["official"]) == []
    assert "choses à faire" not in text_of(world.get("official", "/tableau-de-bord/"))


def test_nothing_to_do_is_one_line(world):
    for role, address in HOME.items():
        response = world.get(role, address)
        assert waiting_in_menu(response) == 0
        assert ("Tout est à jour" in text_of(response)) == (role != "agent")
    world.person(at=Stage.IDENTIFIED, referent=None)
    assert "Suivis : aucun suivi dû." in text_of(world.get("agent", "/mes-jeunes/"))


def test_an_unknown_list_an_odd_case_and_an_odd_page_break_nothing(world):
    next(fiches(world))
    assert world.get("staff", "/a-faire/inconnue/").status_code == 404
    for odd in ("?cas=inconnu", "?cas=%00", "?apres=%00", "?apres=x"):
        assert len(lines_of(world.get("staff", to("fiches") + odd))) == 1


def test_incomplete_files_are_told_apart_by_what_is_missing(world):
    world.person(at=None, sex="")
    world.person(at=None, birth_date=None, cin="")
    world.person(at=None, birth_date=None, sex="", cin="UA777003")
    left = world.person(at=None, sex="", cin="UA777004")
    leave(left, on=date(2015, 6, 1), by=world.users["staff"], reason="moved")
    page = world.get("agent", to("fiches"))
    assert [(facet.code, n) for facet, n in page.context["facets"]] == [
        ("sex", 2),
        ("birth_date", 2),
    ]
    only = world.get("agent", f"{to('fiches')}?cas=birth_date")
    assert len(lines_of(only)) == 2
    assert all("la date de naissance" in line for line in lines_of(only))


def test_who_missed_too_much_of_a_course_waits_for_another(world):
    person, staff = world.person(at=Stage.SELECTED), world.users["staff"]
    course = factories.make_course(
        region=world.region, trainers=[world.trainer], members=[person], sessions=1
    )
    assert total_of("attente-formation", staff) == 0
    mark_attendance(course.sessions.get(), set())
    close_course(course, by=staff)
    assert total_of("attente-formation", staff) == 1
    leave(person, on=today(), by=staff, reason="employed")
    assert total_of("attente-formation", staff) == 0


class TestWaitingForABootcamp:
    def waits(self, world):
        return total_of("attente-bootcamp", world.users["staff"]) == 1

    def decided(self, world, person, decision, *, held_on):
        bootcamp = factories.make_bootcamp(
            region=world.region, participants=[person], held_on=held_on
        )
        row = bootcamp.participations.get()
        other = factories.make_beneficiary(ocb=world.ocb, referent=world.trainer)
        bootcamp.participations.create(beneficiary=other)
        marks = {
            each.pk: Mark(True, decision=Decision.RETAINED, reason="")
            for each in bootcamp.participations.exclude(pk=row.pk)
        }
        marks[row.pk] = Mark(True, decision=decision, reason="Projet à préciser")
        save_participations(bootcamp, marks)
        url = reverse("bootcamps:sign", args=[bootcamp.code])
        signed = {"signatory": "Mme Idrissi", "on": f"{held_on:%d/%m/%Y}"}
        assert world.post("staff", url, signed).status_code == 302

    def test_the_latest_jury_decides_whether_somebody_still_waits(self, world):
        person = world.person()
        assert self.waits(world)
        self.decided(world, person, Decision.NOT_RETAINED, held_on=date(2015, 4, 1))
        assert not self.waits(world)
        self.decided(world, person, Decision.WAITING, held_on=date(2015, 6, 1))
        assert self.waits(world)

    def test_an_invitation_still_to_be_decided_and_an_exit_end_it(self, world):
        person = world.person()
        bootcamp = factories.make_bootcamp(region=world.region, participants=[person])
        assert not self.waits(world)
        bootcamp.participations.all().delete()
        assert self.waits(world)
        leave(person, on=date(2015, 6, 1), by=world.users["staff"], reason="moved")
        assert not self.waits(world)

    def test_the_oldest_come_first_and_the_invitation_shows_the_person(self, world):
        for number, day in enumerate((date(2015, 5, 1), date(2015, 3, 1), date(2015, 4, 1))):
            world.person(on=day, cin=f"UA77700{number}", family_name=f"Nom {day:%m}")
        coming = factories.make_bootcamp(region=world.region, held_on=today())
        lines = lines_of(world.get("staff", to("attente-bootcamp")))
        assert [re.search(r"NOM (\d+)", line)[1] for line in lines] == ["03", "04", "05"]
        invite = re.search(r'href="(/bootcamps/[^"]+)"', lines[0])[1]
        assert coming.code in invite
        shown = text_of(world.get("staff", invite))
        assert "NOM 03" in shown
        assert "NOM 04" not in shown


class TestTrainedWithoutCreation:
    def count(self, world):
        return total_of("sans-creation", world.users["trainer"])

    def test_it_begins_after_ninety_days(self, world):
        young = {"birth_date": date(2003, 1, 1)}
        world.person(at=Stage.TRAINED, on=today() - timedelta(days=89), **young)
        assert self.count(world) == 0
        world.person(at=Stage.TRAINED, on=today() - timedelta(days=90), cin="", **young)
        assert self.count(world) == 1

    def test_a_visit_to_come_or_an_exit_settles_it_and_a_visit_past_does_not(self, world):
        person = world.person(at=Stage.TRAINED)
        factories.make_visit(person, world.trainer, next_on=date(2015, 7, 1))
        assert self.count(world) == 1
        factories.make_visit(
            person, world.trainer, visited_on=today(), next_on=today() + timedelta(days=9)
        )
        assert self.count(world) == 0
        other = world.person(at=Stage.TRAINED, cin="")
        assert self.count(world) == 1
        leave(other, on=date(2015, 6, 1), by=world.users["staff"], reason="moved")
        assert self.count(world) == 0


class TestFollowUps:
    def dues(self, world):
        page = world.get("trainer", to("suivis"))
        return {facet.code: n for facet, n in page.context["facets"]}

    def test_each_due_date_has_its_case(self, world):
        person = world.person(at=Stage.CREATED)
        assert self.dues(world) == {"6-mois": 1, "12-mois": 1}
        told = {"by": world.users["staff"], "status": "active"}
        follow_up(person, 6, done_on=date(2015, 9, 1), **told)
        assert self.dues(world) == {"12-mois": 1}
        (line,) = lines_of(world.get("trainer", f"{to('suivis')}?cas=12-mois"))
        assert "à 12 mois, dû le 01/03/2016" in line

    def test_a_closed_activity_asks_for_no_further_follow_up(self, world):
        person = world.person(at=Stage.CREATED)
        follow_up(person, 6, done_on=date(2015, 9, 1), status="closed", by=world.users["staff"])
        assert self.dues(world) == {}

    def test_it_is_due_on_its_day_and_not_before(self, world):
        world.person(at=Stage.CREATED)
        entry, user = list_named(world.users["trainer"], "suivis"), world.users["trainer"]
        assert not entry.rows(user, date(2015, 8, 31)).exists()
        assert entry.rows(user, date(2015, 9, 1)).exists()


class TestCost:
    def fill(self, world, rows):
        """`rows` lines more in every list but the targets."""
        for _number in range(rows):
            at_stage = {stage: world.person(at=stage, cin="") for stage in Stage}
            world.person(at=None, sex="", cin="")
            world.person(at=Stage.SELECTED, referent=None, cin="")
            factories.make_visit(at_stage[Stage.TRAINED], world.trainer, next_on=date(2015, 7, 1))
            factories.make_bootcamp(region=world.region)
            factories.make_course(region=world.region, trainers=[world.trainer], sessions=1)
            factories.make_aside(like=at_stage[Stage.IDENTIFIED])

    def cost(self, world, role, address):
        world.client.force_login(world.users[role])
        world.client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert world.client.get(address).status_code == 200
        return len(queries)

    @pytest.mark.parametrize("role", HOME)
    def test_the_pages_cost_the_same_whatever_waits(self, world, role):
        pages = [HOME[role], *(to(code) for code in LISTS if role in LISTS[code])]
        self.fill(world, 1)
        few = [self.cost(world, role, page) for page in pages]
        self.fill(world, 3)
        assert [self.cost(world, role, page) for page in pages] == few

    @pytest.mark.parametrize("role", HOME)
    def test_the_navigation_counts_everything_in_three_queries(
        self, world, role, django_assert_max_num_queries
    ):
        self.fill(world, 2)
        with django_assert_max_num_queries(3):
            things_to_do(world.users[role], today())

    def test_the_navigation_stops_at_ninety_nine(self, world):
        for _number in range(101):
            world.person(at=None, sex="", cin="")
        home = text_of(world.get("agent", "/mes-jeunes/"))
        assert ">99+</span>" in home
        assert "plus de 99 choses à faire" in home
        assert "Voir les 101" in home
        assert len(lines_of(world.get("agent", "/mes-jeunes/"))) == 5
        first = world.get("agent", to("fiches"))
        following = world.get("agent", f"{to('fiches')}?apres={first.context['page'].next_token}")
        assert (len(lines_of(first)), len(lines_of(following))) == (50, 50)
