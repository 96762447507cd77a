from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "remess.programme"
    verbose_name = "Programme"
