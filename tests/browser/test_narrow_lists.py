"""Lists on the narrowest phones: nothing stands beyond the edge of the screen."""

import pytest

from remess.accounts.roles import Role
from tests.browser.conftest import PASSWORD
from tests.factories import make_beneficiary, make_user

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = {"width": 320, "height": 700}


@pytest.mark.parametrize("address", ["/beneficiaires/", "/entreprises/"])
def test_the_head_of_a_list_fits_a_narrow_phone(open_as, address):
    make_beneficiary(at="created")
    user = make_user(Role.STAFF)
    user.set_password(PASSWORD)
    user.save()
    page = open_as(user, NARROW)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
