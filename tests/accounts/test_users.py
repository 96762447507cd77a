from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import Beneficiary
from ocbs.memberships import save_account, set_memberships
from ocbs.models import Membership
from remess.accounts.activation import deactivate
from remess.accounts.models import SYSTEM_USERNAME, User
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests.factories import make_beneficiary, make_ocb, make_trainer, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "une phrase assez longue"


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN)
    client.force_login(user)
    return user


def account_data(role, **changes):
    return {
        "username": "r.berrada",
        "full_name": "Rachid Berrada",
        "role": role,
        "language": "fr",
        **changes,
    }


def link_for(client, account):
    response = client.post(reverse("accounts:user_link", args=[account.pk]))
    return response.context["link"]


def choose(client, link, password=PASSWORD):
    """Open the link as somebody signed out, and choose a password."""
    client.logout()
    form = client.get(link, follow=True)
    assert form.status_code == 200
    data = {"new_password1": password, "new_password2": password}
    return client.post(form.redirect_chain[-1][0], data)


def sign_in(client, account, password=PASSWORD):
    client.logout()
    client.post(reverse("account_login"), {"login": account.username, "password": password})
    return "_auth_user_id" in client.session


def test_accounts_are_the_administrators_business(client):
    account = make_user(Role.STAFF)
    for role in (Role.STAFF, Role.OFFICIAL, Role.OCB_AGENT, Role.TRAINER):
        client.force_login(make_user(role))
        assert client.get(reverse("accounts:user_list")).status_code == 403
        assert client.get(reverse("accounts:user_create")).status_code == 403
        assert client.get(account.get_absolute_url()).status_code == 404
        for name in ("accounts:user_link", "accounts:user_activation"):
            assert client.post(reverse(name, args=[account.pk])).status_code == 404


def test_the_commands_own_account_is_nobodys_to_manage(client, admin):
    system = User.objects.system()
    assert SYSTEM_USERNAME not in client.get(reverse("accounts:user_list")).content.decode()
    assert client.get(system.get_absolute_url()).status_code == 404


def test_an_agent_is_made_with_their_ocb(client, admin):
    ocb = make_ocb()
    data = account_data(Role.OCB_AGENT, ocbs=[ocb.pk])
    assert client.post(reverse("accounts:user_create"), data).status_code == 302
    account = User.objects.get(username="r.berrada")
    assert not account.has_usable_password()
    assert list(account.memberships.current().values_list("ocb", flat=True)) == [ocb.pk]


@pytest.mark.parametrize(
    ("role", "field"), [(Role.OCB_AGENT, "ocbs"), (Role.TRAINER, "trainer"), ("", "role")]
)
def test_an_account_without_its_place_is_refused_at_the_field(client, admin, role, field):
    response = client.post(reverse("accounts:user_create"), account_data(role))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Rachid Berrada" in response.content.decode()
    assert not User.objects.filter(username="r.berrada").exists()


def test_the_model_layer_refuses_an_agent_without_ocb():
    agent = make_user(Role.OCB_AGENT, ocb=make_ocb())
    with pytest.raises(ValidationError):
        save_account(agent, ocbs=[], trainer=None, on=today())
    assert agent.memberships.current().exists()


def test_a_trainers_account_takes_and_leaves_its_trainer(client, admin):
    trainer = make_trainer()
    data = account_data(Role.TRAINER, trainer=trainer.pk)
    client.post(reverse("accounts:user_create"), data)
    trainer.refresh_from_db()
    account = User.objects.get(username="r.berrada")
    assert trainer.user == account
    taken = account_data(Role.TRAINER, username="autre", trainer=trainer.pk)
    assert client.post(reverse("accounts:user_create"), taken).status_code == 422
    client.post(account.get_absolute_url(), account_data(Role.STAFF))
    trainer.refresh_from_db()
    assert trainer.user is None


def test_a_username_is_one_in_any_case(client, admin):
    make_user(username="R.Berrada")
    response = client.post(reverse("accounts:user_create"), account_data(Role.STAFF))
    assert response.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(username="r.berrada")


def test_changing_ocbs_ends_and_begins_memberships_and_forgets_none():
    first, second, third = make_ocb(), make_ocb(), make_ocb()
    agent = make_user(Role.OCB_AGENT)
    set_memberships(agent, [first, second], on=date(2015, 1, 10))
    set_memberships(agent, [second, third], on=date(2016, 5, 2))
    set_memberships(agent, [first, second], on=date(2017, 5, 2))
    rows = Membership.objects.filter(user=agent).order_by("since", "pk")
    assert [(row.ocb, row.since, row.until) for row in rows] == [
        (first, date(2015, 1, 10), date(2016, 5, 2)),
        (second, date(2015, 1, 10), None),
        (third, date(2016, 5, 2), date(2017, 5, 2)),
        (first, date(2017, 5, 2), None),
    ]


def test_an_agent_taken_out_of_an_ocb_sees_its_people_no_longer_that_day(client, admin):
    old, new = make_ocb(), make_ocb()
    person = make_beneficiary(ocb=old)
    agent = make_user(Role.OCB_AGENT, ocb=old, username="r.berrada")
    assert person in Beneficiary.objects.visible_to(agent)
    client.post(agent.get_absolute_url(), account_data(Role.OCB_AGENT, ocbs=[new.pk]))
    assert person not in Beneficiary.objects.visible_to(agent)
    assert agent.memberships.filter(ocb=old, until=today()).exists()


def test_a_link_serves_once(client, admin):
    account = make_user(Role.STAFF)
    link = link_for(client, account)
    assert choose(client, link).url == reverse("accounts:password_done")
    assert client.get(reverse("accounts:password_done")).status_code == 200
    assert sign_in(client, account)
    client.logout()
    dead = client.get(link)
    assert dead.status_code == 404
    assert "Ce lien ne sert plus" in dead.content.decode()


def test_a_link_is_shown_once_and_never_kept_by_the_browser(client, admin):
    account = make_user(Role.STAFF)
    response = client.post(reverse("accounts:user_link", args=[account.pk]))
    assert "no-store" in response["Cache-Control"]
    assert response.context["link"] not in client.get(account.get_absolute_url()).content.decode()
    assert client.get(reverse("accounts:user_link", args=[account.pk])).status_code == 405


def test_a_new_link_ends_the_one_before(client, admin):
    account = make_user(Role.STAFF)
    first, second = link_for(client, account), link_for(client, account)
    client.logout()
    assert client.get(first).status_code == 404
    assert choose(client, second).status_code == 302


def test_a_link_expires(client, admin):
    link = link_for(client, make_user(Role.STAFF))
    client.logout()
    with time_machine.travel(today() + timedelta(days=5)):
        assert client.get(link).status_code == 404


def test_a_weak_password_is_said_at_its_field(client, admin):
    link = link_for(client, make_user(Role.STAFF))
    response = choose(client, link, password="12345")
    assert response.status_code == 422
    assert "trop court" in response.context["form"].errors["new_password1"][0]


def test_a_link_made_before_a_deactivation_is_dead_after_it(client, admin):
    account = make_user(Role.STAFF)
    link = link_for(client, account)
    action = reverse("accounts:user_activation", args=[account.pk])
    client.post(action, {"action": "deactivate"})
    assert client.get(link).status_code == 404
    client.post(action, {"action": "reactivate"})
    assert client.get(link).status_code == 404
    assert choose(client, link_for(client, account)).status_code == 302


def test_a_deactivated_user_is_signed_out_and_cannot_sign_in(client, admin):
    account = make_user(Role.STAFF)
    account.set_password(PASSWORD)
    account.save()
    other = type(client)()
    assert sign_in(other, account)
    assert other.get(reverse("ocbs:list")).status_code == 200
    action = reverse("accounts:user_activation", args=[account.pk])
    client.post(action, {"action": "deactivate"})
    assert other.get(reverse("ocbs:list")).status_code == 302
    client.post(action, {"action": "reactivate"})
    assert other.get(reverse("ocbs:list")).status_code == 302
    assert not sign_in(other, account)


def test_nobody_closes_their_own_account_or_the_last_administrators(client, admin):
    client.post(reverse("accounts:user_activation", args=[admin.pk]), {"action": "deactivate"})
    admin.refresh_from_db()
    assert admin.is_active
    with pytest.raises(ValidationError, match="dernier administrateur"):
        deactivate(admin, by=make_user(Role.STAFF))


def test_the_last_administrator_keeps_the_role(client, admin):
    data = account_data(Role.STAFF, username=admin.username)
    response = client.post(admin.get_absolute_url(), data)
    assert response.status_code == 422
    assert "dernier administrateur" in response.context["form"].errors["role"][0]
    admin.refresh_from_db()
    assert admin.role == Role.ADMIN


def test_an_unknown_action_on_an_account_changes_nothing(client, admin):
    account = make_user(Role.STAFF)
    client.post(reverse("accounts:user_activation", args=[account.pk]), {"action": "delete"})
    account.refresh_from_db()
    assert account.is_active


def test_the_list_of_accounts_costs_as_much_for_one_as_for_twenty(
    client, admin, django_assert_num_queries
):
    def make():
        make_user(Role.OCB_AGENT, ocb=make_ocb())
        make_trainer(user=make_user(Role.TRAINER))

    make()
    with CaptureQueriesContext(connection) as once:
        client.get(reverse("accounts:user_list"))
    for _repeat in range(19):
        make()
    with django_assert_num_queries(len(once)):
        client.get(reverse("accounts:user_list"))
