"""What the database itself notes of its changes; changes.py says how and what for."""

from django.db import models


class Change(models.Model):
    """Marks whose sum is the version of the register: each write changes it."""

    mark = models.BigIntegerField()

    class Meta:
        verbose_name = "marque de changement"
        verbose_name_plural = "marques de changement"

    def __str__(self):
        return str(self.mark)
