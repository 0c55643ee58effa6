"""What every benchmark stands on: a PostgreSQL of its own, databases, and child processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "shopcare"
# Seconds that one child may take.
LONGEST = 600


@contextmanager
def own_server() -> Iterator[Path]:
    """Run the embedded PostgreSQL, tuned as for users, in a folder that is removed afterwards.

    The folder also takes the files that a benchmark makes. Django is set up inside.
    """
    folder = Path(tempfile.mkdtemp(prefix="shopcare-bench-"))
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(
        VAR_DIR=str(folder / "var"), TMPDIR=str(folder), DJANGO_SETTINGS_MODULE="bench.settings"
    )
    from shopcare.embedded_postgres import EmbeddedPostgres
    from shopcare.standalone import Place

    place = Place.from_environment()
    server = EmbeddedPostgres(place)
    try:
        server.acquire()
        _migrate()
        yield folder
    finally:
        from django.db import connection

        connection.close()
        server.release()
        shutil.rmtree(place.sockets, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _migrate() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


def make_database(name: str) -> None:
    """A new database with all tables, and have this process use it."""
    import psycopg
    from django.db import connection

    connection.close()
    server = connection.settings_dict
    with psycopg.connect(
        host=server["HOST"], user=server["USER"], dbname="postgres", autocommit=True
    ) as direct:
        direct.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        direct.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
    use_database(name)


def use_database(name: str) -> None:
    """Have this process, and the children it starts from now on, use a database."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    os.environ["BENCH_DATABASE"] = name


def run_sql(*statements: str) -> None:
    """Run statements one by one, each by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@dataclass(frozen=True)
class Run:
    """What one start of some children took. Seconds on the clock; CPU seconds and MB of all."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    results: list[Any]


def race(tasks: Sequence[Sequence[object]], environment: dict[str, str] | None = None) -> Run:
    """Run `bench.child` for each task at once; the clock starts when all of them are ready."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.child", *map(str, task)],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for task in tasks
    ]
    # Whatever hangs is measured as broken.
    watchdog = threading.Timer(LONGEST, lambda: [child.kill() for child in children])
    watchdog.start()
    try:
        for child in children:
            _line(child)
        started = time.perf_counter()
        for child in children:
            assert child.stdin
            child.stdin.write("go\n")
            child.stdin.flush()
        reports = [json.loads(_line(child)) for child in children]
        seconds = time.perf_counter() - started
    finally:
        for child in children:
            assert child.stdin
            child.stdin.close()
            child.wait()
        watchdog.cancel()
    return Run(
        seconds,
        sum(report["cpu_seconds"] for report in reports),
        sum(report["peak_mb"] for report in reports),
        [report["result"] for report in reports],
    )


def _line(child: subprocess.Popen[str]) -> str:
    assert child.stdout
    line = child.stdout.readline()
    if not line:
        raise RuntimeError(f"A benchmark's process failed with code {child.wait()}.")
    return line
