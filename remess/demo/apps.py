from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "remess.demo"
    verbose_name = "Démonstration"
