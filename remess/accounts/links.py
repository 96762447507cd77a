"""The link by which somebody chooses a password: single use, and a new one ends the one before."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models import F
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Tokens that die with the next password, the next link, the account, or their age."""

    key_salt = "remess.accounts.links"

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)}{user.links_made}{user.is_active}"


tokens = PasswordLinkTokens()


def new_link(user):
    """The path of a fresh link for `user`; links made before stop working."""
    type(user).objects.filter(pk=user.pk).update(links_made=F("links_made") + 1)
    user.refresh_from_db()
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:set_password", args=[uid, tokens.make_token(user)])
