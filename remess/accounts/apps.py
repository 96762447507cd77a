from django.apps import AppConfig
from django.contrib.auth.apps import AuthConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "remess.accounts"
    verbose_name = "Comptes"


class AuthWithoutPermissionRows(AuthConfig):
    """Django's auth app without its post-migrate step: permissions stand in roles.py alone."""

    def ready(self):
        from django.contrib.auth.models import update_last_login

        user_logged_in.connect(update_last_login, dispatch_uid="update_last_login")
