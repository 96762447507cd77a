from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from remess.accounts.roles import PERMISSIONS


class RoleBackend(AuthenticationBackend):
    """Signs people in by user name; permissions come from roles.PERMISSIONS, never from rows."""

    def user_can_authenticate(self, user):
        """Demo accounts, whose password is published, open nothing outside REMESS_DEMO=1."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def has_perm(self, user_obj, perm, obj=None):
        """Whether the role of this active user carries `perm`; an unknown name is a KeyError."""
        return user_obj.role in PERMISSIONS[perm] and user_obj.is_active
