"""What a sheet chooses among: codes as stored, labels as shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    FEMALE = "female", _("Femme")
    MALE = "male", _("Homme")


class Education(models.TextChoices):
    """Levels of the 2024 census."""

    NONE = "none", _("Aucun niveau")
    PRESCHOOL = "preschool", _("Préscolaire")
    PRIMARY = "primary", _("Primaire")
    LOWER_SECONDARY = "lower_secondary", _("Secondaire collégial")
    UPPER_SECONDARY = "upper_secondary", _("Secondaire qualifiant")
    HIGHER = "higher", _("Supérieur")


class ActivityBefore(models.TextChoices):
    INFORMAL = "informal", _("Travail informel")
    UNEMPLOYED = "unemployed", _("Sans emploi")
    AT_HOME = "at_home", _("À la maison")
    STUDENT = "student", _("En études")
    OTHER = "other", _("Autre")


class Sector(models.TextChoices):
    CRAFTS = "crafts", _("Artisanat")
    AGRICULTURE = "agriculture", _("Agriculture et élevage")
    FOOD = "food", _("Alimentation et restauration")
    TRADE = "trade", _("Commerce")
    SERVICES = "services", _("Services")
    CONSTRUCTION = "construction", _("Bâtiment")
    TOURISM = "tourism", _("Tourisme")
    DIGITAL = "digital", _("Numérique")
    OTHER = "other", _("Autre")


class ConsentLanguage(models.TextChoices):
    ARABIC = "ar", _("Arabe")
    FRENCH = "fr", _("Français")
