"""What every test can ask for. The servers are real; see `servers.py`."""

import fcntl
import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tests import servers

ROOT = Path(__file__).parent.parent

# A shared machine is slow now and then; that says nothing about the code.
hypothesis_settings.register_profile(
    "shopcare", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("shopcare")

# What takes ten seconds and more, beside the walks through a browser.
LONG = {
    *("test_axe.py", "test_crashes.py", "test_isolation.py", "test_up.py", "test_permutations.py"),
    *("test_standalone.py", "test_buying_crashes.py", "test_fortnight.py", "test_explain.py"),
}

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long modules first, dealt out among the workers: in the end none waits for one of them.

    With `--dist worksteal` each worker begins with an equal share of `items`, in their order.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    modules: dict[Path, list[pytest.Item]] = {}
    for item in items:
        modules.setdefault(item.path, []).append(item)
    long = [path for path in modules if path.name in LONG or path.parent.name == "browser"]
    long.sort(key=lambda path: path.name not in LONG)
    shares = [[one for path in long[n::workers] for one in modules[path]] for n in range(workers)]
    rest = [item for item in items if item.path not in long]
    for share in shares:
        room = max(0, len(items) // workers - len(share))
        share += rest[:room]
        del rest[:room]
    items[:] = [*chain(*shares), *rest]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them, also after Ctrl-C."""
    if started := config.stash.get(_running, None):
        started.stop()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: looking through it again and again took a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """Databases on a server of our own go with it; somebody's thread may still be in one."""
    return django_db_keepdb or not os.environ.get("DATABASE_URL")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The first worker migrates the database of the settings; those of the tests are copies."""
    if os.environ.get("DATABASE_URL"):
        return  # Somebody's own server, where that database may be in use.
    with (servers.place_of_run().var / "migrated").open("a") as done:
        fcntl.flock(done, fcntl.LOCK_EX)
        if not os.fstat(done.fileno()).st_size:
            with django_db_blocker.unblock():
                call_command("migrate", verbosity=0)
                connection.close()
            done.write("yes")
    connection.settings_dict["TEST"]["TEMPLATE"] = connection.settings_dict["NAME"]
    # Of the class: beside a browser's event loop Django gives the thread another connection.
    TransactionTestCase._fixture_teardown = delete_all  # type: ignore[method-assign]


def delete_all(case: TransactionTestCase) -> None:
    """Empty the database after a test with transactions of its own.

    Django's flush would TRUNCATE, which makes new files for every table and index and so takes
    twenty times as long as to delete the few rows of a test, and then make content types and
    permissions anew. Those stay here.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deletion())


@cache
def deletion() -> str:
    """The SQL that deletes every row but content types and permissions."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    emptied = sorted({*tables} - {"django_content_type", "auth_permission"})
    return ";".join(
        [
            # As a replica it follows no foreign keys: all rows go, in whichever order.
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {connection.ops.quote_name(table)}" for table in emptied),
        ]
    )


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
