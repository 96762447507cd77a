from django.apps import AppConfig


class OcbsConfig(AppConfig):
    name = "ocbs"
    verbose_name = "Réseau des OCB"
