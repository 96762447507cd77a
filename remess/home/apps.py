from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "remess.home"
    verbose_name = "Accueil"
