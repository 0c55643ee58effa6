"""Django with nothing but the database: for the least that a hook has to do."""

from bench.settings import DATABASES, LOGGING, SECRET_KEY

# Django's own default, which is quicker.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False

__all__ = ["DATABASES", "LOGGING", "SECRET_KEY"]

ALLOWED_HOSTS = ["127.0.0.1"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare_hook"
USE_TZ = True
