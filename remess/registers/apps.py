from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "remess.registers"
    label = "registers"
    verbose_name = "Registres importés"
