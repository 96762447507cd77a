from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from remess.accounts.models import User
from remess.accounts.roles import PERMISSIONS
from remess.shared.changes import with_version


class RoleBackend(AuthenticationBackend):
    """Signs people in by user name; permissions come from roles.PERMISSIONS, never from rows."""

    def get_user(self, user_id):
        """Whose session it is; told with them, the version of the register that they read."""
        user = with_version(User.objects.filter(pk=user_id)).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user):
        """Demo accounts, whose password is published, open nothing outside REMESS_DEMO=1."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def has_perm(self, user_obj, perm, obj=None):
        """Whether the role of this active user carries `perm`; an unknown name is a KeyError."""
        return user_obj.role in PERMISSIONS[perm] and user_obj.is_active
