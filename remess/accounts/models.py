from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from remess.accounts.roles import PERMISSIONS, Role
from remess.shared.versions import Versioned

SYSTEM_USERNAME = "systeme"


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The accounts this user manages: for an administrator all, save the commands' own."""
        if not user.has_perm("accounts.manage"):
            return self.none()
        return self.exclude(username=SYSTEM_USERNAME)

    def able_to_manage(self):
        """Those who can administer accounts today: one must always remain."""
        return self.filter(role__in=PERMISSIONS["accounts.manage"], is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username, password=None, **fields):
        """A user able to sign in with `password`; without one, not before they set it by link."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def system(self):
        """The inactive account that commands write as when no --as is given."""
        user, _created = self.get_or_create(
            username=SYSTEM_USERNAME,
            defaults={"full_name": "Système", "role": Role.ADMIN, "is_active": False},
        )
        return user


class User(Versioned, AbstractBaseUser):
    """Somebody who signs in, with one role; what the role may do stands in roles.py."""

    class Language(models.TextChoices):
        FRENCH = "fr", _("Français")
        ARABIC = "ar", _("Arabe")

    username = models.CharField(
        _("identifiant"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("Cet identifiant est déjà pris : en choisir un autre.")},
    )
    full_name = models.CharField(_("nom complet"), max_length=160)
    email = models.EmailField(_("courriel"), blank=True)
    role = models.CharField(_("rôle"), max_length=20, choices=Role)
    language = models.CharField(
        _("langue"), max_length=2, choices=Language, default=Language.FRENCH
    )
    is_active = models.BooleanField(_("actif"), default=True)
    is_demo = models.BooleanField(_("compte de démonstration"), default=False, editable=False)
    links_made = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name", "role"]

    class Meta:
        verbose_name = _("utilisateur")
        verbose_name_plural = _("utilisateurs")
        constraints = [
            models.CheckConstraint(
                name="user_role_is_known",
                condition=models.Q(role__in=Role.values),
                violation_error_message=_("Choisir un des rôles proposés."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique_in_any_case",
                violation_error_message=_("Cet identifiant est déjà pris : en choisir un autre."),
            ),
        ]

    def __str__(self):
        return self.full_name or self.username

    def get_absolute_url(self):
        return reverse("accounts:user_edit", args=[self.pk])

    def get_full_name(self):
        return str(self)

    def has_perm(self, permission, obj=None):
        """Whether this user's role carries `permission` (a key of roles.PERMISSIONS)."""
        from django.contrib.auth import get_backends

        return any(backend.has_perm(self, permission, obj) for backend in get_backends())
