from datetime import date, timedelta

import pytest

from ocbs.models import OCB, Membership, Trainer
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests.factories import make_ocb, make_trainer, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("since", "until", "is_current"),
    [
        (0, None, True),
        (-1, 0, False),  # one that ends today has ended
        (-1, 1, True),
        (-10, -1, False),
        (1, None, False),
        (-10, 10, True),
    ],
)
def test_a_membership_holds_from_its_first_day_until_its_end(since, until, is_current):
    day = today()
    Membership.objects.create(
        user=make_user(Role.OCB_AGENT),
        ocb=make_ocb(),
        since=day + timedelta(days=since),
        until=None if until is None else day + timedelta(days=until),
    )
    assert Membership.objects.current().exists() == is_current


@pytest.mark.parametrize("role", Role)
def test_who_enters_sheets_for_which_ocbs(role):
    own, other = make_ocb(), make_ocb()
    managed = set(OCB.objects.managed_by(make_user(role, ocb=own)))
    assert managed == ({own, other} if role in {Role.ADMIN, Role.STAFF} else {own})


def test_a_membership_ended_may_begin_again():
    user, ocb = make_user(Role.OCB_AGENT), make_ocb()
    Membership.objects.create(user=user, ocb=ocb, since=date(2014, 1, 1), until=date(2015, 1, 1))
    assert Membership.objects.create(user=user, ocb=ocb, since=date(2016, 1, 1)).pk


def test_lists_come_in_the_order_of_codes():
    second, first = make_ocb(code="OCB-02"), make_ocb(code="OCB-01")
    assert list(OCB.objects.for_list()) == [first, second]
    trainers = [make_trainer(code=code) for code in ("F-02", "F-01")]
    assert list(Trainer.objects.for_list()) == trainers[::-1]


def test_only_active_trainers_are_offered():
    active, _retired = make_trainer(), make_trainer(is_active=False)
    assert list(Trainer.objects.active()) == [active]
