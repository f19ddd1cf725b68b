"""Settings: one file, read from the environment, refusing nonsense at the start.

Addresses of the embedded servers are only *computed* here; the doors (manage.py, wsgi.py, celery.py, the
tests) start them. Whoever sets DATABASE_URL and REDIS_URL brings servers of their own.
"""

import secrets
from pathlib import Path
from typing import Any

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from kamtrak import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("KAMTRAK_DEBUG", default=False)
HOME = embedded.home()


def _secret_key() -> str:
    """The key of this installation: given, or made once and kept beside the data (never in the code)."""
    given = env.str("SECRET_KEY", default="")
    if given:
        if len(given) < 50:
            raise ImproperlyConfigured("SECRET_KEY needs at least 50 characters.")
        return given
    kept = HOME.base / "secret_key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(60))
    return kept.read_text()


SECRET_KEY = _secret_key()
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # the container asks itself over plain HTTP
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

INSTALLED_APPS = [
    "workspaces",
    "fx",
    "contracts",
    "transactions",
    "contributions",
    "reports",
    "kamtrak",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates are found beside ours
    "django.contrib.postgres",
    "djmoney",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "kamtrak.urls"
WSGI_APPLICATION = "kamtrak.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["kamtrak.templatetags.kt"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "workspaces.context.page",
            ],
        },
    }
]

DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL", default="") or HOME.database_url())}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: KamTrak runs on one engine.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In the database, not in the broker: sign-in throttling must work while the broker is down.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# ------------------------------------------------------------------ people
AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ("email", "name")},
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
INVITATION_ONLY = env.bool("INVITATION_ONLY", default=False)
ACCOUNT_ADAPTER = "workspaces.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "workspaces.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "workspaces.forms.accounts.LoginForm",
    "signup": "workspaces.forms.accounts.SignupForm",
    "add_email": "workspaces.forms.accounts.AddEmailForm",
    "change_password": "workspaces.forms.accounts.ChangePasswordForm",
    "set_password": "workspaces.forms.accounts.SetPasswordForm",
    "reset_password": "workspaces.forms.accounts.ResetPasswordForm",
    "reset_password_from_key": "workspaces.forms.accounts.ResetPasswordKeyForm",
    "reauthenticate": "workspaces.forms.accounts.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "KamTrak: "
MFA_ADAPTER = "workspaces.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "workspaces.forms.accounts.AuthenticateForm",
    "reauthenticate": "workspaces.forms.accounts.ReauthenticateByCodeForm",
    "activate_totp": "workspaces.forms.accounts.ActivateAppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "KamTrak"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
globals().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="KamTrak <kamtrak@localhost>")
# Addresses are verified wherever mail really leaves the house.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if "smtp" in EMAIL_CONFIG["EMAIL_BACKEND"] else "none"
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION == "none"

# ------------------------------------------------------------------ pages
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(HOME.base / "files")))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if bucket := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": bucket}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler's CSS carries its marks as data images
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# ------------------------------------------------------------------ history
# Context travels on each event: one shared context table would be read by every tenant.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_APPEND_ONLY = True

# ------------------------------------------------------------------ background work
REDIS_URL = env.str("REDIS_URL", default="") or HOME.redis_url()
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# A doorbell must fail in milliseconds: the row in the database is the truth, the sweeper rings again.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
    "max_retries": 0,
    "retry": Retry(NoBackoff(), 0),
}
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
JOB_SWEEP_SECONDS = env.int("JOB_SWEEP_SECONDS", default=15)
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "workspaces.tasks.sweep_jobs", "schedule": JOB_SWEEP_SECONDS},
    "fetch-rates": {"task": "fx.tasks.fetch_rates", "schedule": 3600},
    "settle-rates": {"task": "contributions.tasks.settle_rates", "schedule": 3600},
    "renew-contracts": {"task": "contracts.tasks.renew_contracts", "schedule": 3600},
    "look-for-doubles": {"task": "contributions.tasks.look_for_doubles", "schedule": 3600},
    "match-owners": {"task": "transactions.tasks.match_owners_everywhere", "schedule": 3600},
}

# ------------------------------------------------------------------ rates and limits (rules 6, 10)
ECB_FEED_URL = env.str(
    "ECB_FEED_URL", default="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml"
)
ECB_FEED_DAYS = env.int("ECB_FEED_DAYS", default=90)  # a larger gap asks for the whole history
ECB_HISTORY_URL = env.str(
    "ECB_HISTORY_URL", default="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.xml"
)
LIMIT_ATTACHMENT_BYTES = env.int("LIMIT_ATTACHMENT_MB", default=20) * 1024 * 1024
LIMIT_RATES_FILE_BYTES = env.int("LIMIT_RATES_FILE_MB", default=10) * 1024 * 1024
LIMIT_RATES_FILE_ROWS = env.int("LIMIT_RATES_FILE_ROWS", default=20_000)
LIMIT_CONTRACTS_FILE_BYTES = env.int("LIMIT_CONTRACTS_FILE_MB", default=10) * 1024 * 1024
LIMIT_CONTRACTS_FILE_ROWS = env.int("LIMIT_CONTRACTS_FILE_ROWS", default=20_000)
LIMIT_CONTRIBUTIONS_FILE_BYTES = env.int("LIMIT_CONTRIBUTIONS_FILE_MB", default=10) * 1024 * 1024
LIMIT_CONTRIBUTIONS_FILE_ROWS = env.int("LIMIT_CONTRIBUTIONS_FILE_ROWS", default=20_000)
LIMIT_IMPORT_BYTES = env.int("LIMIT_IMPORT_MB", default=256) * 1024 * 1024
LIMIT_IMPORT_ROWS = env.int("LIMIT_IMPORT_ROWS", default=2_000_000)
LIMIT_IMPORT_NAMES = env.int("LIMIT_IMPORT_NAMES", default=200_000)  # new ones of a kind in one file
# A check of more rows than these is made by several processes.
IMPORT_ALONE_ROWS = env.int("IMPORT_ALONE_ROWS", default=50_000)
IMPORT_HANDS = env.int("IMPORT_HANDS", default=2)
LIMIT_CATALOG_FILE_BYTES = env.int("LIMIT_CATALOG_FILE_MB", default=10) * 1024 * 1024
LIMIT_CATALOG_FILE_ROWS = env.int("LIMIT_CATALOG_FILE_ROWS", default=5_000)
LIMIT_CHECKED_BYTES = env.int("LIMIT_CHECKED_MB", default=64) * 1024 * 1024
LIMIT_PRINTED_ROWS = 200

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
