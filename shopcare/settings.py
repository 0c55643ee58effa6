"""Every setting, from the environment only, under Django's, Celery's and Anymail's own names.

Safe unless told otherwise. Without DATABASE_URL this is a local run: PostgreSQL out of a wheel,
a signing key of its own, and mail as files under `var/mail/`. `checks.py` names mistakes.
"""

import os
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from shopcare.mail_provider import anymail_options, choose_email_backend
from shopcare.standalone import BASE_DIR, CannotStart, Place, is_local_run, local_secret

env = Env()
LOCAL_RUN = is_local_run()
PLACE = Place.from_environment()
VAR_DIR = PLACE.var


def secret_key() -> str:
    """SECRET_KEY, or the generated one of a local run; raises ImproperlyConfigured."""
    if given := env.str("SECRET_KEY", ""):
        return given
    if not LOCAL_RUN:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set: give every process of this shop the same long random text, "
            "for example from `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
        )
    try:
        return local_secret(PLACE)
    except CannotStart as reason:
        raise ImproperlyConfigured(str(reason)) from reason


def database() -> dict[str, Any]:
    """DATABASE_URL, or the embedded PostgreSQL over its Unix socket."""
    kept_open: dict[str, Any] = {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}
    # What is asked over and over is planned once by the database (see `orders.rows.select`).
    options = {"prepare_threshold": 5 if env.bool("DATABASE_PREPARES", True) else None}
    if os.environ.get("DATABASE_URL"):
        given = env.dj_db_url("DATABASE_URL")
        return {**given, **kept_open, "OPTIONS": {**options, **given.get("OPTIONS", {})}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(PLACE.sockets),
        "NAME": "shopcare",
        "USER": "shopcare",
        "OPTIONS": options,
        **kept_open,
    }


# --- Who and where -----------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secret_key()
SITE_URL = env.str("SITE_URL", "http://localhost:8000" if LOCAL_RUN else "").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [SITE_HOST] if SITE_HOST else [])
if LOCAL_RUN:
    ALLOWED_HOSTS = list(dict.fromkeys([*ALLOWED_HOSTS, *LOCAL_HOSTS]))
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# --- Parts -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "shopcare.apps.ShopcareConfig",
    "shopcare.accounts.apps.AccountsConfig",
    "notifications",
    "orders",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_htmx",
    "template_partials",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "shopcare.hooks.straight.straight_to_hooks",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "shopcare.urls"
WSGI_APPLICATION = "shopcare.wsgi.application"

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
            ],
        },
    },
]

# --- Where things are kept ---------------------------------------------------------------------

DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The few things worth remembering (log-in attempts, mostly) must hold for every process and
# outlive the broker, so they lie in PostgreSQL too.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shopcare_cache",
    }
}

REDIS_URL = env.str("REDIS_URL", "") or PLACE.redis_url

# --- Logging in --------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "shopcare.accounts.adapter.AccountAdapter"
ACCOUNT_ALLOW_SIGNUPS = env.bool("ACCOUNT_ALLOW_SIGNUPS", False)
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# Members are invited by somebody who knows their address; a stranger has to prove it.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if ACCOUNT_ALLOW_SIGNUPS else "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https://") else "http"
# On top of allauth's own limits: mails to people who are not here yet, for each shop.
ACCOUNT_RATE_LIMITS = {
    "invite": "30/h/key",
    "wording_test": "20/h/key",
    "easypost_key": "20/h/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "shopcare"
# The code of the half-minute before or after counts too: people type slowly, and clocks differ
# (RFC 6238, 5.2 and 6).
MFA_TOTP_TOLERANCE = 1
# Invited members never had to prove their address; only strangers could lock others out.
MFA_ALLOW_UNVERIFIED_EMAIL = not ACCOUNT_ALLOW_SIGNUPS

# --- Safety ------------------------------------------------------------------------------------

# Everything but a local run is served over TLS. A local run at http://localhost could not log
# anybody in with these on.
USES_TLS = SITE_URL.startswith("https://") or not LOCAL_RUN
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", USES_TLS)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if USES_TLS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", USES_TLS)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", USES_TLS)
SECURE_REFERRER_POLICY = "same-origin"
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = USES_TLS
CSRF_COOKIE_SECURE = USES_TLS
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # the icons inside stylesheets
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Words, numbers and times ------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
# The second folder says du where the packages we use say Sie.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_du"]

# --- Files -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = None if LOCAL_RUN else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
# A local run serves the files from where they lie; elsewhere `collectstatic` gives them names
# that change with their content.
WHITENOISE_USE_FINDERS = LOCAL_RUN
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL_RUN
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Mail --------------------------------------------------------------------------------------

EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 30)
ANYMAIL = anymail_options(os.environ)
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "") or choose_email_backend(EMAIL_HOST, ANYMAIL)
EML_DIR = PLACE.mail
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", f"shopcare <shopcare@{SITE_HOST}>" if LOCAL_RUN else ""
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# How many messages one sending worker has on the way at once, each over a connection it keeps.
OUTBOX_THREADS = env.int("OUTBOX_THREADS", 10)
# How many more jobs a job may call in that finds more work than it can do by itself.
OUTBOX_FOLLOWERS = env.int("OUTBOX_FOLLOWERS", OUTBOX_THREADS - 1)
SWEEP_FOLLOWERS = env.int("SWEEP_FOLLOWERS", 3)
# The domain whose mail comes to us: answers to letters are then addressed to
# reply+<token>@<domain>. Left empty, they go to the seller's own address.
INBOUND_EMAIL_DOMAIN = env.str("INBOUND_EMAIL_DOMAIN", "")

# --- Carriers ----------------------------------------------------------------------------------

EASYPOST_API_BASE = env.str("EASYPOST_API_BASE", "https://api.easypost.com/v2")

# --- Logs --------------------------------------------------------------------------------------

LOG_FORMAT = env.str("LOG_FORMAT", "text")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "shopcare.logs.TextFormatter"},
        "json": {"()": "shopcare.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "text",
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # A line for every task that ran would bury the ones that say something.
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}
