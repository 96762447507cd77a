"""The history of a sheet: each writer leaves the right rows, and people can read them."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.changes import page_of_changes
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, StageEvent
from beneficiaries.models.person import NOT_TYPED
from beneficiaries.timeline import timeline_of
from beneficiaries.transitions import (
    TransitionRefused,
    advance,
    assign_referent,
    change_rows,
    correct_date,
    correct_identity,
    correct_proof,
    move,
    save_details,
    save_sheet,
    void,
)
from remess.accounts.roles import Role
from remess.shared.versions import Changed
from tests.factories import (
    import_line,
    make_beneficiary,
    make_ocb,
    make_region,
    make_trainer,
    make_user,
    unsaved_sheet,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)


@pytest.fixture
def staff():
    return make_user(full_name="Salma Équipe")


def rows(row):
    return list(type(row).history.of(row).order_by("history_id"))


def typed(row):
    return {
        field.attname: getattr(row, field.attname)
        for field in type(row).history.model.tracked_fields
    }


def told(row, user):
    """What the page says, newest first: (label, before, after) of each save."""
    _page, changes = page_of_changes(row, user)
    return [[(d.label, d.before, d.after) for d in change.differences] for change in changes]


def edit(person, by, **values):
    sheet = Beneficiary.objects.get(pk=person.pk)
    for name, value in values.items():
        setattr(sheet, name, value)
    return save_sheet(sheet, by=by)


# Who writes what


def test_what_people_type_is_tracked_and_nothing_else():
    tracked = {field.name for field in Beneficiary.history.model.tracked_fields}
    every = {field.name for field in Beneficiary._meta.concrete_fields}
    assert tracked == every - set(NOT_TYPED)


def test_opening_and_moving_along_leave_no_row(staff):
    person = make_beneficiary(at=Stage.CREATED)
    fresh = save_sheet(unsaved_sheet(), by=staff)
    assert rows(person) == rows(fresh) == rows(person.enterprises()[0]) == []


def test_the_first_change_keeps_the_sheet_as_it_was_opened(staff):
    agent = make_user(Role.OCB_AGENT)
    person = make_beneficiary(consent_by=agent, phone="+212612345678")
    before = typed(person)
    edit(person, staff, phone="+212655443322", given_name="Amina")
    opened, changed = rows(person)
    assert (opened.history_type, opened.history_user, opened.history_date) == (
        "+",
        agent,
        person.created_at,
    )
    assert typed_of(opened) == before
    assert (changed.history_type, changed.history_user) == ("~", staff)
    person.refresh_from_db()
    assert typed_of(changed) == typed(person)


def typed_of(history_row):
    return {
        field.attname: getattr(history_row, field.attname) for field in history_row.tracked_fields
    }


def test_each_later_change_adds_one_row_and_a_save_without_change_none(staff):
    person = make_beneficiary()
    edit(person, staff, project="Couture")
    edit(person, staff, project="Couture")
    edit(person, staff, project="Couture et broderie")
    assert [row.history_type for row in rows(person)] == ["+", "~", "~"]


def test_one_save_leaves_one_row_at_the_moment_of_the_passage_it_makes(staff):
    (person, trainer) = make_beneficiary(at=None, birth_date=None), make_trainer()
    edit(person, staff, birth_date=date(1993, 5, 17), referent=trainer)
    event = person.events.get()
    changed = rows(person)[1:]
    assert [(r.history_date, r.history_user) for r in changed] == [(event.recorded_at, staff)]
    assert changed[0].referent == trainer
    assert person.referent_periods.open().get().trainer == trainer


def test_a_refused_or_late_save_leaves_nothing(staff):
    person = make_beneficiary()
    with pytest.raises(TransitionRefused):
        edit(person, staff, birth_date=None)
    with pytest.raises(Changed):
        save_sheet(Beneficiary.objects.get(pk=person.pk), by=staff, version=person.version + 1)
    assert rows(person) == []


def test_corrections_and_moves_say_who_when_and_why(staff):
    person, new, right = make_beneficiary(), make_ocb(), make_ocb()
    move(person, new, by=staff, reason="Déménagement à Safi")
    correct_identity(person, by=staff, reason="Mauvaise OCB", ocb=right, sex="male")
    event = StageEvent.objects.unvoided().get(beneficiary=person)
    again = correct_date(event, on=date(2015, 2, 3), by=staff, reason="Lu sur la fiche papier")
    _opened, moved, corrected, dated = rows(person)
    assert (moved.ocb, moved.history_change_reason) == (new, "Déménagement à Safi")
    assert (corrected.ocb, corrected.sex) == (right, "male")
    assert (corrected.history_date, corrected.history_change_reason) == (
        event.recorded_at,
        "Mauvaise OCB",
    )
    assert (dated.sheet_on, dated.history_date) == (date(2015, 2, 3), again.recorded_at)
    assert {row.history_user for row in (moved, corrected, dated)} == {staff}


def test_voiding_and_reentering_leaves_the_sheet_as_typed(staff):
    person = make_beneficiary()
    void(person.events.get(), by=staff, reason="Saisie en double")
    advance(person, Stage.IDENTIFIED, on=DAY, by=staff, evidence=import_line(DAY))
    assert rows(person) == []
    assert person.events.count() == 2


def test_an_enterprise_keeps_who_opened_it_its_details_and_its_proof(staff):
    person = make_beneficiary(at=Stage.CREATED)
    enterprise = person.enterprises()[0]
    member = enterprise.members.get()
    enterprise.name = "Coopérative Tafilalet"
    save_details(enterprise, by=staff)
    save_details(Enterprise.objects.get(pk=enterprise.pk), by=staff)
    correct_proof(
        enterprise,
        legal_form="tpe",
        identifier="RC 777",
        registered_on=DAY,
        by=staff,
        reason="Lu sur l'extrait",
    )
    opened, named, proved = rows(enterprise)
    assert (opened.history_date, opened.history_user) == (member.recorded_at, member.recorded_by)
    assert (opened.name, named.name, named.history_user) == ("", "Coopérative Tafilalet", staff)
    assert (proved.identifier, proved.history_change_reason) == ("RC 777", "Lu sur l'extrait")


# In bulk


NAMES = ("Zagora", "Tinghir", "Rissani")


def change_all(people, by, at):
    locked = list(Beneficiary.objects.filter(pk__in=[p.pk for p in people]).order_by("pk"))
    after = list(Beneficiary.objects.filter(pk__in=[p.pk for p in people]).order_by("pk"))
    for row, name in zip(after, NAMES, strict=True):
        row.project, row.family_name = f"Couture à {name}", name
    change_rows(locked, after, ["project", "family_name"], by=by, at=at, reason="Import")


def as_left(person):
    """The row and its history, but for what differs between any two people."""
    own = {"id", "history_id", "history_date", "_state"}
    history = [
        {name: value for name, value in row.__dict__.items() if name not in own}
        for row in rows(person)
    ]
    columns = Beneficiary.objects.values("version", "sort_name", "project").get(pk=person.pk)
    return columns, history


def test_many_at_once_leave_what_one_by_one_leaves(staff):
    ocb, at = make_ocb(), make_beneficiary().created_at
    people, twins = (
        [make_beneficiary(ocb=ocb, consent_by=staff, family_name=f"Essai {n}") for n in range(3)]
        for _ in range(2)
    )
    change_all(people, staff, at)
    for twin, name in zip(twins, NAMES, strict=True):
        row = Beneficiary.objects.get(pk=twin.pk)
        row.project, row.family_name = f"Couture à {name}", name
        change_rows([twin], [row], ["project", "family_name"], by=staff, at=at, reason="Import")
    for person, twin, name in zip(people, twins, NAMES, strict=True):
        assert as_left(person) == as_left(twin)
        assert [row.history_date for row in rows(person)] == [person.created_at, at]
        assert set(Beneficiary.objects.matching(name, staff)) == {person, twin}


def test_only_those_who_changed_leave_rows(staff):
    trainer = make_trainer()
    same, other = make_beneficiary(referent=trainer), make_beneficiary()
    assign_referent([same, other], trainer, on=date(2016, 1, 4), by=staff, reason="Reprise")
    assert rows(same) == []
    opened, changed = rows(other)
    assert (opened.referent, changed.referent, changed.history_change_reason) == (
        None,
        trainer,
        "Reprise",
    )


@pytest.mark.parametrize("n", [1, 15])
def test_fifteen_cost_the_statements_of_one(staff, n):
    people = [make_beneficiary() for _ in range(n)]
    locked = list(Beneficiary.objects.filter(pk__in=[p.pk for p in people]))
    after = list(Beneficiary.objects.filter(pk__in=[p.pk for p in people]))
    for row in after:
        row.project = "Couture"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        change_rows(locked, after, ["project"], by=staff, at=locked[0].created_at)
    statements = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 3
    assert Beneficiary.history.count() == 2 * n


# Never rewritten


def test_nobody_changes_or_deletes_a_row(staff):
    person = make_beneficiary(cin="UA1234")
    edit(person, staff, project="Couture")
    row = rows(person)[0]
    for forbidden in (
        row.save,
        row.delete,
        lambda: Beneficiary.history.all().delete(),
        lambda: Beneficiary.history.update(cin=""),
        lambda: type(row).objects.update(cin=""),
        lambda: type(row).objects.bulk_update([row], ["cin"]),
    ):
        with pytest.raises(TypeError, match="never changed"), transaction.atomic():
            forbidden()
    assert rows(person)[0].cin == "UA1234"


def test_anonymising_has_its_one_way_past_that(staff):
    person = make_beneficiary(cin="UA1234")
    edit(person, staff, project="Couture")
    QuerySet(Beneficiary.history.model).filter(id=person.pk).update(cin="")
    assert [row.cin for row in rows(person)] == ["", ""]


# As people read it


@pytest.mark.parametrize(
    ("field", "old", "new", "words"),
    [
        ("given_name", "Amal", "Amina", ("Prénom", "Amal", "Amina")),
        ("sex", "female", "male", ("Sexe", "Femme", "Homme")),
        ("birth_date", date(1993, 5, 17), date(1993, 6, 1), (
            "Date de naissance", "17/05/1993", "01/06/1993")),
        ("phone", "", "+212612345678", ("Téléphone", "vide", "06 12 34 56 78")),
        ("cin", "UA1234", "UA1235", ("CIN", "UA1234", "UA1235")),
        ("education", "none", "higher", ("Études", "Aucun niveau", "Supérieur")),
        ("income_before", None, 1500, ("Revenu mensuel avant (MAD)", "vide", "1\u202f500")),
        ("income_before", 0, None, ("Revenu mensuel avant (MAD)", "0", "vide")),
        ("project", "Couture", "", ("Idée de projet", "Couture", "vide")),
        ("consent_language", "fr", "ar", ("Langue de la notice", "Français", "Arabe")),
    ],
)  # fmt: skip
def test_a_field_is_told_before_and_after_in_words(staff, field, old, new, words):
    person = make_beneficiary(at=None, sheet_on=None, **{field: old})
    edit(person, staff, **{field: new})
    assert told(person, staff) == [[words], []]


def test_names_are_told_of_ocb_referent_and_whoever_took_the_consent(staff):
    old, new = make_ocb(name_fr="Amal Rissani"), make_ocb(name_fr="Nour Erfoud")
    first = make_user(full_name="Fatima Agente")
    trainer = make_trainer(code="F-900", name="Hassan Formateur")
    person = make_beneficiary(ocb=old, consent_by=first)
    move(person, new, by=staff)
    assign_referent([person], trainer, on=DAY, by=staff)
    edit(person, staff, consent_by=staff)
    assert told(person, staff) == [
        [("Accord recueilli par", "Fatima Agente", "Salma Équipe")],
        [("Formateur référent", "vide", "F-900 · Hassan Formateur")],
        [("OCB", "Amal Rissani", "Nour Erfoud")],
        [],
    ]


def test_several_fields_are_told_in_the_order_of_the_sheet(staff):
    person = make_beneficiary()
    edit(person, staff, project="Couture", phone="+212612345678", family_name="Alaoui")
    assert [label for label, _b, _a in told(person, staff)[0]] == [
        "Nom de famille",
        "Téléphone",
        "Idée de projet",
    ]


def address(person):
    return reverse("beneficiaries:changes", args=[person.file_number])


def test_the_page_says_who_when_what_and_why_and_the_sheet_leads_to_it(client, staff):
    person = make_beneficiary(consent_by=make_user(full_name="Fatima Agente"))
    move(person, make_ocb(name_fr="Nour Erfoud"), by=staff, reason="Déménagement à Safi")
    client.force_login(staff)
    assert address(person) in client.get(person.get_absolute_url()).text
    page = client.get(address(person)).text
    for words in ("Salma Équipe", "Nour Erfoud", "Motif : Déménagement à Safi", "Fatima Agente"):
        assert words in page


def test_a_sheet_never_changed_says_so(client, staff):
    client.force_login(staff)
    response = client.get(address(make_beneficiary()))
    assert "Rien n'a été modifié" in response.text.replace("&#x27;", "'")


def test_the_cin_is_told_to_those_who_may_see_it(client, staff):
    ocb, user = make_ocb(), make_user(Role.TRAINER)
    trainer = make_trainer(user=user)
    person = make_beneficiary(cin="UA1234", ocb=ocb, referent=trainer)
    edit(person, staff, cin="UA9876")
    client.force_login(user)
    page = client.get(address(person)).text
    assert "modifiée" in page
    assert "UA1234" not in page
    assert "UA9876" not in page
    client.force_login(make_user(Role.OCB_AGENT, ocb=ocb))
    page = client.get(address(person)).text
    assert "UA1234" in page
    assert "UA9876" in page


def test_a_long_history_is_read_page_by_page_without_losing_a_change(staff):
    person = make_beneficiary()
    for n in range(7):
        edit(person, staff, project=f"Projet {n}")
    seen, token = [], ""
    for _ in range(3):
        page, changes = page_of_changes(person, staff, after=token, size=3)
        seen += [d.after for change in changes for d in change.differences]
        token = page.next_token
    assert token == ""
    assert seen == [f"Projet {n}" for n in reversed(range(7))]


@pytest.mark.parametrize("changes", [1, 20])
def test_the_page_costs_the_same_whatever_its_length(
    client, staff, changes, django_assert_num_queries
):
    person, trainers = make_beneficiary(), [make_trainer(), make_trainer()]
    for n in range(changes):
        edit(person, staff, referent=trainers[n % 2], project=f"Projet {n}")
    client.force_login(staff)
    with django_assert_num_queries(8):
        client.get(address(person))


def test_the_path_tells_of_each_ocb(staff):
    region = make_region()
    old, new = make_ocb(region=region), make_ocb(region=region)
    person = make_beneficiary(ocb=old)
    edit(person, staff, project="Couture")
    move(person, new, by=staff, reason="Déménagement")
    listed = Beneficiary.objects.for_list().get(pk=person.pk)
    items = [item for item in timeline_of(listed) if item.kind == "ocb"]
    assert [(item.was, item.row.ocb) for item in items] == [(old, new)]


def test_the_sheet_shows_the_hand_over(client, staff):
    person = make_beneficiary(ocb=make_ocb(name_fr="Amal Rissani"))
    move(person, make_ocb(name_fr="Nour Erfoud"), by=staff, reason="Déménagement à Safi")
    client.force_login(staff)
    page = client.get(person.get_absolute_url()).text
    assert "OCB : Nour Erfoud" in page
    assert "Auparavant : Amal Rissani." in page
    assert "Déménagement à Safi" in page


def test_the_history_of_an_enterprise_is_read_on_its_page(client, staff):
    enterprise = make_beneficiary(at=Stage.CREATED).enterprises()[0]
    enterprise.name = "Coopérative Tafilalet"
    save_details(enterprise, by=staff)
    client.force_login(staff)
    url = reverse("beneficiaries:enterprise_changes", args=[enterprise.pk])
    assert url in client.get(enterprise.get_absolute_url()).text
    assert "Coopérative Tafilalet" in client.get(url).text


def test_a_move_asks_its_reason_and_keeps_it(client, staff):
    person, new = make_beneficiary(), make_ocb()
    client.force_login(staff)
    url = reverse("beneficiaries:move", args=[person.file_number])
    sent = {"ocb": new.pk, "reason": "Déménagement", "envoi": "1"}
    assert client.post(url, sent).status_code == 302
    assert rows(person)[1].history_change_reason == "Déménagement"
