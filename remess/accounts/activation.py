"""Closing and reopening an account; accounts are never deleted, since history names them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from remess.accounts.models import User


@transaction.atomic
def deactivate(user, *, by):
    """Close `user`'s account: sessions, password and links end at once.

    Raises ValidationError for one's own account and for the last administrator.
    """
    if user.pk == by.pk:
        raise ValidationError(_("Un administrateur ne désactive pas son propre compte."))
    refuse_last_administrator(user)
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    locked.is_active = False
    # Without a password, neither an old session nor an old link comes back with the account.
    locked.set_unusable_password()
    locked.save(update_fields=["is_active", "password"])


def reactivate(user):
    """Reopen the account; its holder chooses a password anew, by link."""
    User.objects.filter(pk=user.pk).update(is_active=True)


def refuse_last_administrator(user):
    """Raise ValidationError when nobody but `user` could administer accounts."""
    able = User.objects.select_for_update(no_key=True).able_to_manage().order_by("pk")
    if list(able.values_list("pk", flat=True)) == [user.pk]:
        raise ValidationError(
            _("C'est le dernier administrateur en activité : en nommer un autre d'abord.")
        )
