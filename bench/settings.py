"""The real settings, plus the packages that the benchmarks compare with."""

import os

from shopcare.settings import *  # noqa: F403
from shopcare.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "post_office", "import_export", "bench"]
DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE", "shopcare")
DATABASES["default"]["CONN_MAX_AGE"] = int(os.environ.get("BENCH_CONN_MAX_AGE", "300"))
if os.environ.get("BENCH_LONG_WAY"):
    MIDDLEWARE = [name for name in MIDDLEWARE if "straight_to_hooks" not in name]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"null": {"class": "logging.NullHandler"}},
    "loggers": {"post_office": {"handlers": ["null"], "propagate": False}},
    "root": {"level": "ERROR"},
}
# As its documentation sets it up: batches of 100, five threads. Its log of every mail is off.
POST_OFFICE = {"BACKENDS": {"default": EMAIL_BACKEND}, "LOG_LEVEL": 0}
