"""Who sees what: every queryset that has visible_to(), for every role."""

from datetime import date

import pytest

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise
from bootcamps.models import Bootcamp, Course, Enrolment, Participation
from ocbs.models import OCB, Membership
from remess.accounts.models import User
from remess.accounts.roles import PERMISSIONS, Role
from tests.factories import (
    make_beneficiary,
    make_bootcamp,
    make_course,
    make_enterprise,
    make_ocb,
    make_trainer,
    make_user,
)

pytestmark = pytest.mark.django_db
ALL, OWN, NONE = "both", "own", "none"


@pytest.fixture
def world():
    """Two OCBs with one person each, who created, at one bootcamp and one course each."""
    found = {"ocb": [], "person": [], "enterprise": [], "bootcamp": [], "course": []}
    found["trainer"] = [make_trainer(user=make_user(Role.TRAINER)) for _ in range(2)]
    for rank in range(2):
        ocb = make_ocb()
        enterprise = make_enterprise()
        person = make_beneficiary(
            ocb=ocb, at=Stage.CREATED, enterprise=enterprise, referent=found["trainer"][rank]
        )
        bootcamp = make_bootcamp(participants=[person])
        course = make_course(members=[person], trainers=[found["trainer"][rank]])
        for key, row in zip(
            ("ocb", "person", "enterprise", "bootcamp", "course"),
            (ocb, person, enterprise, bootcamp, course),
            strict=True,
        ):
            found[key].append(row)
    return found


def of_rank(world, key, rank):
    """The row of `key` that belongs to the first (0) or second (1) OCB and trainer."""
    if key == "participation":
        return Participation.objects.get(bootcamp=world["bootcamp"][rank])
    if key == "enrolment":
        return Enrolment.objects.get(course=world["course"][rank])
    return world[key][rank]


SEES = {
    (Beneficiary, "person"): {
        Role.ADMIN: ALL,
        Role.STAFF: ALL,
        Role.OCB_AGENT: OWN,
        Role.TRAINER: OWN,
        Role.OFFICIAL: NONE,
    },
    (Enterprise, "enterprise"): {
        Role.ADMIN: ALL,
        Role.STAFF: ALL,
        Role.OCB_AGENT: OWN,
        Role.TRAINER: OWN,
        Role.OFFICIAL: NONE,
    },
    (OCB, "ocb"): {
        Role.ADMIN: ALL,
        Role.STAFF: ALL,
        Role.OCB_AGENT: OWN,
        Role.TRAINER: ALL,
        Role.OFFICIAL: ALL,
    },
    (Bootcamp, "bootcamp"): dict.fromkeys(Role, ALL),
    (Participation, "participation"): {
        Role.ADMIN: ALL,
        Role.STAFF: ALL,
        Role.OCB_AGENT: OWN,
        Role.TRAINER: OWN,
        Role.OFFICIAL: NONE,
    },
    (Course, "course"): {
        Role.ADMIN: ALL,
        Role.STAFF: ALL,
        Role.OCB_AGENT: ALL,
        Role.TRAINER: OWN,
        Role.OFFICIAL: NONE,
    },
    (Enrolment, "enrolment"): {
        Role.ADMIN: ALL,
        Role.STAFF: ALL,
        Role.OCB_AGENT: OWN,
        Role.TRAINER: OWN,
        Role.OFFICIAL: NONE,
    },
}
CASES = [
    (model, key, role, sees) for (model, key), row in SEES.items() for role, sees in row.items()
]


def user_of(world, role):
    if role == Role.TRAINER:
        return world["trainer"][0].user
    return make_user(role, ocb=world["ocb"][0] if role == Role.OCB_AGENT else None)


@pytest.mark.parametrize(("model", "key", "role", "sees"), CASES)
def test_each_role_sees_its_own(world, model, key, role, sees):
    own, other = of_rank(world, key, 0), of_rank(world, key, 1)
    wanted = {ALL: {own, other}, OWN: {own}, NONE: set()}[sees]
    assert set(model.objects.visible_to(user_of(world, role))) == wanted


@pytest.mark.parametrize(("model", "key"), SEES)
@pytest.mark.parametrize("role", Role)
def test_a_deactivated_account_sees_nothing(world, model, key, role):
    user = user_of(world, role)
    User.objects.filter(pk=user.pk).update(is_active=False)
    user = User.objects.get(pk=user.pk)
    assert not model.objects.visible_to(user).exists()


def test_an_agent_of_two_ocbs_sees_both_and_nobody_twice(world):
    agent = make_user(Role.OCB_AGENT, ocb=world["ocb"][0])
    Membership.objects.create(user=agent, ocb=world["ocb"][1], since=date(2014, 1, 1))
    Membership.objects.create(
        user=agent, ocb=world["ocb"][0], since=date(2013, 1, 1), until=date(2999, 1, 1)
    )
    assert Beneficiary.objects.visible_to(agent).count() == 2


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2014, 1, 1), date(2015, 1, 1)), (date(2999, 1, 1), None)],
)
def test_an_agent_sees_nobody_outside_the_days_of_the_membership(world, since, until):
    agent = make_user(Role.OCB_AGENT)
    Membership.objects.create(user=agent, ocb=world["ocb"][0], since=since, until=until)
    assert not Beneficiary.objects.visible_to(agent).exists()
    assert not OCB.objects.visible_to(agent).exists()


def test_who_moves_away_is_seen_by_the_new_ocb_only(world):
    agent = make_user(Role.OCB_AGENT, ocb=world["ocb"][0])
    person = world["person"][0]
    person.ocb = world["ocb"][1]
    person.save()
    assert not Beneficiary.objects.visible_to(agent).exists()


def test_a_trainer_sees_on_their_course_people_they_do_not_accompany(world):
    trainer = world["trainer"][0]
    stranger = world["person"][1]
    Enrolment.objects.create(course=world["course"][0], beneficiary=stranger)
    assert Enrolment.objects.visible_to(trainer.user).count() == 2
    assert list(Beneficiary.objects.visible_to(trainer.user)) == [world["person"][0]]


def test_the_system_account_is_inactive_and_may_nothing():
    system = User.objects.system()
    assert not system.is_active
    assert not any(system.has_perm(permission) for permission in PERMISSIONS)


@pytest.mark.parametrize("role", Role)
def test_the_table_decides_what_a_role_may(role):
    user = make_user(role)
    for permission, roles in PERMISSIONS.items():
        assert user.has_perm(permission) == (role in roles)


def test_an_unknown_permission_is_a_mistake_of_the_code():
    user = make_user()
    with pytest.raises(KeyError):
        user.has_perm("beneficiaries.fly")


def test_officials_never_hold_a_permission_that_shows_names():
    shows_names = {p for p in PERMISSIONS if p.startswith("beneficiaries.")}
    shows_names |= {"bootcamps.view_people", "courses.view", "ocbs.view_trainers"}
    assert not any(Role.OFFICIAL in PERMISSIONS[p] for p in shows_names)
