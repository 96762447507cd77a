from django.apps import AppConfig


class BootcampsConfig(AppConfig):
    name = "bootcamps"
    verbose_name = "Bootcamps et formations"
