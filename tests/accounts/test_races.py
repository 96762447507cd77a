"""Two administrators at the same second, each in a real process."""

import pytest

from remess.accounts.models import User
from remess.accounts.roles import Role
from tests.factories import make_user
from tests.race import hold, together

pytestmark = pytest.mark.django_db(transaction=True)

DEACTIVATE = """
from remess.accounts.activation import deactivate
from remess.accounts.models import User
deactivate(User.objects.get(pk={pk}), by=User.objects.get(pk={by}))
print("closed")
"""


def test_closing_an_account_holds_the_administrators_in_one_order():
    """Two who close each other's account would else each hold one and wait for the other."""
    first, second = (make_user(Role.ADMIN) for _ in range(2))
    script = DEACTIVATE.format(pk=second.pk, by=first.pk)
    admins = hold(User, role=Role.ADMIN)
    assert together([script], hold(User, pk=first.pk), then=admins) == ["closed"]
    second.refresh_from_db()
    assert not second.is_active
