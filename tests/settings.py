"""The settings of the tests: the real ones, on servers made for this run.

Without a DATABASE_URL the first process makes a folder for the run; the workers it starts
inherit its name. `conftest.py` starts and stops the servers in it.
"""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789abcdef" * 3)
os.environ.setdefault("SITE_URL", "http://localhost:8000")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "shopcare <shopcare@example.com>")
os.environ.setdefault("SHOPCARE_LOCAL_RUN", "1")
if "SHOPCARE_TEST_VAR" not in os.environ:
    folder = os.environ["SHOPCARE_TEST_VAR"] = tempfile.mkdtemp(prefix="shopcare-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["VAR_DIR"] = os.environ["SHOPCARE_TEST_VAR"]

from shopcare.settings import *  # noqa: F403

# A password costs a tenth of a second to check, and rightly so. Not here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Every test client would list all static files when it is made; this looks for the one asked for.
WHITENOISE_AUTOREFRESH = True

# What the browser tests bring into the pages.
STATICFILES_DIRS = [*STATICFILES_DIRS, BASE_DIR / "tests" / "browser" / "static"]  # noqa: F405
