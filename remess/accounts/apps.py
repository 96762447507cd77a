from django.apps import AppConfig
from django.contrib.auth.apps import AuthConfig


class AccountsConfig(AppConfig):
    name = "remess.accounts"
    verbose_name = "Comptes"


class AuthWithoutPermissionRows(AuthConfig):
    """Django's auth app without its post-migrate step: permissions stand in roles.py alone."""

    def ready(self):
        pass
