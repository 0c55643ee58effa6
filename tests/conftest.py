"""What every test can ask for. The servers are real; see `servers.py`."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import servers

ROOT = Path(__file__).parent.parent

# A shared machine is slow now and then; that says nothing about the code.
hypothesis_settings.register_profile(
    "shopcare", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("shopcare")

_running = pytest.StashKey[servers.Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that starts the workers."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    started = config.stash[_running] = servers.Servers(servers.place_of_run())
    started.start()


def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: more workers than cores, as each waits for servers and browsers now and then."""
    return (os.cpu_count() or 1) * 3 // 2


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them, also after Ctrl-C."""
    if started := config.stash.get(_running, None):
        started.stop()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English: a request in German leaves its language to the thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def smtp_sink(settings: django_settings) -> Iterator[servers.SmtpSink]:
    """A real SMTP server, and the settings pointed at it."""
    with servers.smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = sink.host
        settings.EMAIL_PORT = sink.port
        settings.EMAIL_TIMEOUT = 10
        yield sink


@pytest.fixture
def real_data() -> Path:
    """The folder of files that others made; skips where it is not named."""
    folder = os.environ.get("REAL_DATA_DIR")
    if not folder:
        pytest.skip("REAL_DATA_DIR is not set: the files of real shops are not at hand")
    return Path(folder)


@pytest.fixture
def run_command(transactional_db: None) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """`run_command("sweep", "--json")`: manage.py in a process of its own, on the test database."""
    database = connection.settings_dict
    host = str(database["HOST"]).replace("/", "%2F")
    port = f":{database['PORT']}" if database["PORT"] else ""
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    url = f"postgres://{database['USER']}{password}@{host}{port}/{database['NAME']}"

    def run(
        *arguments: str, stdin: str | None = None, environment: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "shopcare.settings",
                "DATABASE_URL": url,
                **(environment or {}),
            },
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
