from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "remess.shared"
    verbose_name = "Outils communs"
