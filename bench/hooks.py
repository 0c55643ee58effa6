"""Webhooks taken in: 16 senders at once, under gunicorn with two workers, as `docs/` runs it.

The limit is a Django view without middleware that checks the same signature and inserts the same
row. Each contender also once without kept database connections, as Django comes.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from django.utils import timezone

from bench.ground import ROOT, make_database, run_sql
from bench.hook_sender import Sent, send_reports
from bench.report import Case, Contender, Role, say, show
from orders.models import ShippingProfile, Shop
from orders.shipping.secrets import encrypt
from orders.shops import create_shop

SENDERS = 16
SECONDS, SECONDS_QUICK = 6.0, 2.0
SECRET = "a secret of the bench"
OURS, BARE = "shopcare.wsgi", "bench.bare_hook"


def run(*, quick: bool, rounds: int) -> None:
    """Measure and show; `rounds` 0 takes the usual number."""
    make_database("hooks")
    shop = create_shop("hooks")
    ShippingProfile.objects.create(
        shop=shop, webhook_secret=encrypt(SECRET), connected_at=timezone.now()
    )
    shop.refresh_from_db()
    seconds = SECONDS_QUICK if quick else SECONDS
    times: dict[str, list[float]] = {}

    def contender(name: str, role: Role, application: str, **environment: str) -> Contender:
        p99 = times.setdefault(name, [])
        return Contender(name, role, _measure(shop, application, environment, seconds, p99))

    kept = [
        contender("a bare view: signature, one row", Role.LIMIT, BARE),
        contender("the same hook behind every middleware", Role.PEER, OURS, BENCH_LONG_WAY="1"),
        contender("the hook", Role.OURS, OURS),
    ]
    anew = [
        contender("a bare view, anew", Role.LIMIT, BARE, BENCH_CONN_MAX_AGE="0"),
        contender("the hook, anew", Role.OURS, OURS, BENCH_CONN_MAX_AGE="0"),
    ]
    for title, contenders in (
        ("a kept connection to the database", kept),
        ("a new connection for each", anew),
    ):
        case = Case("hooks", f"{SENDERS} senders, {title}", "reports/s", contenders)
        case.measure(rounds or (1 if quick else 5))
        case.remarks += [
            f"{one.name}: 99 of 100 within {median(times[one.name]):.1f} ms" for one in contenders
        ]
        show(case)


def _measure(
    shop: Shop,
    application: str,
    environment: dict[str, str],
    seconds: float,
    p99: list[float],
) -> Callable[[], float]:
    def measure() -> float:
        run_sql("TRUNCATE orders_trackingreport", "CHECKPOINT")
        with _gunicorn(application, environment) as port:
            path = f"/hooks/easypost/{shop.key}/"
            send_reports(port, path, SECRET, 0.5, SENDERS)  # both workers are awake
            before = _stored()
            sent = send_reports(port, path, SECRET, seconds, SENDERS)
        _check(sent, _stored() - before)
        p99.append(sent.p99_ms)
        return sent.done / sent.seconds

    return measure


def _check(sent: Sent, stored: int) -> None:
    """A contender that answers 200 and stores nothing fails the run."""
    if sent.refused or stored != sent.done:
        raise RuntimeError(f"Of {sent.done} reports {stored} were stored, {sent.refused} refused.")


def _stored() -> int:
    from orders.models import TrackingReport

    return int(TrackingReport.objects.count())


@contextmanager
def _gunicorn(application: str, environment: dict[str, str]) -> Iterator[int]:
    """The server with two workers; gives its port on 127.0.0.1."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = "bench.bare_settings" if application == BARE else "bench.settings"
    command = [sys.executable, "-m", "gunicorn", f"{application}:application", "--workers=2"]
    process = subprocess.Popen(
        [*command, f"--bind=127.0.0.1:{port}", "--log-level=warning"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "BENCH_HOOK_SECRET": SECRET,
            **environment,
        },
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    """Until it answers: it listens before its workers stand."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as asking:
                asking.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                if not asking.recv(1):
                    raise ConnectionError("It hung up.")
        except OSError:
            if time.monotonic() > deadline:
                say("  gunicorn did not start")
                raise
            time.sleep(0.1)
        else:
            return
