from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "remess.jobs"
    verbose_name = "Tâches de fond"

    def ready(self):
        """The functions in every app's jobs.py register themselves, here as in the worker."""
        autodiscover_modules("jobs")
