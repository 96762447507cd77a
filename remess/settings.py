"""Settings, all from the environment (README, « Réglages »).

A missing or unsafe value stops the start with a sentence that says which one and why.
"""

import zoneinfo
from pathlib import Path

import environ
import tzdata
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

# Morocco's clock changed in 2026: the tzdata package goes before the system's older tables.
zoneinfo.reset_tzpath(to=())
if tzdata.IANA_VERSION < "2026c":
    raise ImproperlyConfigured(
        f"Le paquet tzdata {tzdata.IANA_VERSION} est trop ancien pour l'heure du Maroc : "
        "réinstaller les dépendances (make run)."
    )

DEMO = env.bool("REMESS_DEMO", default=False)
DEBUG = env.bool("REMESS_DEBUG", default=False)
TRUST_PROXY = env.bool("REMESS_TRUST_PROXY", default=False)
IS_PRODUCTION = not (DEMO or DEBUG)
IS_HTTPS = IS_PRODUCTION or TRUST_PROXY


def secret_key():
    """The secret from the environment; with DEMO or DEBUG one made once in var/."""
    given = env.str("REMESS_SECRET_KEY", default="")
    if given:
        if IS_PRODUCTION and (len(given) < 50 or len(set(given)) < 10):
            raise ImproperlyConfigured(
                "REMESS_SECRET_KEY est trop faible : "
                "il faut au moins 50 caractères tirés au hasard."
            )
        return given
    if IS_PRODUCTION:
        raise ImproperlyConfigured(
            "REMESS_SECRET_KEY manque : sans secret, les sessions pourraient être forgées. "
            "Donner une valeur d'au moins 50 caractères tirés au hasard."
        )
    path = VAR_DIR / "secret-key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text().strip()


def allowed_hosts():
    """The hosts served; a wildcard would let anyone's address speak for this one."""
    hosts = env.list("REMESS_ALLOWED_HOSTS", default=[])
    if IS_PRODUCTION and "*" in hosts:
        raise ImproperlyConfigured(
            "REMESS_ALLOWED_HOSTS contient « * » : nommer les adresses du site, sans joker."
        )
    if IS_PRODUCTION and not hosts:
        raise ImproperlyConfigured(
            "REMESS_ALLOWED_HOSTS manque : nommer l'adresse du site, par exemple suivi.example.ma."
        )
    return hosts or ["127.0.0.1", "localhost", "[::1]"]


SECRET_KEY = secret_key()
ALLOWED_HOSTS = allowed_hosts()
CSRF_TRUSTED_ORIGINS = env.list("REMESS_CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "remess.home.apps.HomeConfig",
    "remess.registers.apps.RegistersConfig",
    "remess.demo.apps.DemoConfig",
    "reporting.apps.ReportingConfig",
    "bootcamps.apps.BootcampsConfig",
    "beneficiaries.apps.BeneficiariesConfig",
    "ocbs.apps.OcbsConfig",
    "remess.programme.apps.ProgrammeConfig",
    "remess.jobs.apps.JobsConfig",
    "remess.accounts.apps.AccountsConfig",
    "remess.accounts.apps.AuthWithoutPermissionRows",
    "remess.shared.apps.SharedConfig",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages shrink tenfold; Django pads each answer at random against guessing by its length.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "remess.accounts.middleware.UserLanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "remess.urls"
WSGI_APPLICATION = "remess.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "remess.home.context_processors.frame",
            ],
            "builtins": ["django.templatetags.i18n", "remess.shared.templatetags.remess"],
        },
    }
]

DATABASE_URL = env.str("REMESS_DATABASE_URL", default="")
if not DATABASE_URL:
    VAR_DIR.mkdir(exist_ok=True)
    DATABASE_URL = f"sqlite:///{VAR_DIR / 'remess.sqlite3'}"
if not DATABASE_URL.startswith(("sqlite:///", "postgres://", "postgresql://")):
    raise ImproperlyConfigured(
        "REMESS_DATABASE_URL n'est pas une base connue : sqlite:///CHEMIN ou postgres://…"
    )
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
# SQLite: without these, most of 300 concurrent posts are lost to « database is locked ».
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["remess.accounts.backends.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:home"
ACCOUNT_ADAPTER = "remess.accounts.adapter.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# REMOTE_ADDR is the proxy's own address behind one: X-Forwarded-For is believed only there.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUST_PROXY else 0

EMAIL_URL = env.str("REMESS_EMAIL_URL", default="")
globals().update(env.email_url_config(EMAIL_URL) if EMAIL_URL else {})

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("ar", _("Arabe"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Africa/Casablanca"

STATIC_URL = "static/"
STATIC_ROOT = env.path("REMESS_STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "remess.shared.finders.PackageFilesFinder",
]
# REMESS_PLAIN_STATIC is for the test run, which has no collected folder.
STATICFILES_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG or env.bool("REMESS_PLAIN_STATIC", default=False)
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "woff2")
LOCAL_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": LOCAL_MEMORY},
    # Drawn parts of pages, apart: they must not push out what counts the sign-in attempts.
    "pages": {"BACKEND": LOCAL_MEMORY, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 200}},
}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATICFILES_STORAGE},
}
MEDIA_ROOT = env.path("REMESS_MEDIA_ROOT", default=str(VAR_DIR / "media"))

# Background jobs wait in the database for the worker (manage.py job_worker).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Who may not see names is not shown a count of fewer persons than this.
SMALL_CELL = env.int("REMESS_SMALL_CELL", default=5)
# The largest register that may be imported, in megabytes.
REGISTER_MAX_MEGABYTES = env.int("REMESS_REGISTER_MAX_MEGABYTES", default=20)
# The file of a register is removed so many days after its import ended.
REGISTER_KEPT_DAYS = env.int("REMESS_REGISTER_KEPT_DAYS", default=90)
# A list of more rows than this is exported by the worker, not while a browser waits.
EXPORT_AT_ONCE = env.int("REMESS_EXPORT_AT_ONCE", default=5000)

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if IS_HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
