"""A whole installation in a folder of its own, to be crashed: servers, workers and a beat."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from redis import Redis

from shopcare.embedded_postgres import EmbeddedPostgres, postmaster_pid
from shopcare.embedded_valkey import start_valkey
from shopcare.standalone import BASE_DIR, Place
from tests.servers import QUICK, SmtpSink, smtp_sink

PATIENCE = 60.0  # seconds without any progress


@dataclass
class Installation:
    """PostgreSQL, Valkey, a mail server, and processes of ours that come and go."""

    place: Place
    sink: SmtpSink
    postgres: EmbeddedPostgres
    valkey: subprocess.Popen[bytes]
    nursery: subprocess.Popen[str]
    alive: list[int] = field(default_factory=list)

    def manage(self, *arguments: str, stdin: str = "") -> None:
        """Run a command to its end."""
        assert self._ask_nursery({"run": arguments, "stdin": stdin}) == 0, arguments

    def place_orders(self, count: int) -> None:
        """As many orders, placed this moment in a new shop."""
        self.manage("create_shop", "lucky-bead", "--owner", "maker@example.com")
        now = datetime.now(UTC).isoformat()
        lines = [json.dumps(order(number, now)) for number in range(count)]
        self.manage("record", "--file", "-", "--shop", "lucky-bead", stdin="\n".join(lines))

    def start_worker(self, name: str, *, queues: str = "mail") -> int:
        """A worker as `manage.py up` starts it; its process id."""
        options = ["--pool=threads", "--concurrency=10", "--without-gossip", "--without-mingle"]
        return self._start("worker", f"--queues={queues}", f"-n={name}@%h", *options)

    def start_beat(self) -> int:
        """A beat; its process id."""
        return self._start("beat", "--pidfile=")

    def _start(self, *arguments: str) -> int:
        self.alive.append(self._ask_nursery({"start": [*arguments, "--loglevel=ERROR"]}))
        return self.alive[-1]

    def kill(self, process: int) -> None:
        """SIGKILL: no time to put anything in order."""
        self._ask_nursery({"kill": process})
        self.alive.remove(process)

    def empty(self) -> None:
        """As it was in the beginning: nobody works, nothing is stored, queued or received."""
        for process in list(self.alive):
            self.kill(process)
        self.manage("flush", "--noinput", "--verbosity=0")
        self.wipe_valkey()
        self.sink.received.clear()

    def _ask_nursery(self, question: dict[str, object]) -> int:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(question) + "\n")
        self.nursery.stdin.flush()
        return int(self.nursery.stdout.readline())

    def restart_postgres(self) -> None:
        """Shut the database down under everybody, and start it again."""
        pid = postmaster_pid(self.place)
        assert pid is not None
        os.kill(pid, signal.SIGINT)
        while postmaster_pid(self.place):
            time.sleep(0.01)
        self.postgres.release()
        self.postgres = EmbeddedPostgres(self.place, QUICK)
        self.postgres.acquire()

    def wipe_valkey(self) -> None:
        """Lose every queued task."""
        with Redis(unix_socket_path=str(self.place.valkey_socket)) as broker:
            broker.flushall()

    def states(self) -> Counter[str]:
        """How many messages there are in each state."""
        return Counter(str(row[0]) for row in self._ask("SELECT state FROM notifications_message"))

    def tokens(self) -> set[str]:
        """The names of all messages."""
        return {str(row[0]) for row in self._ask("SELECT token FROM notifications_message")}

    def _ask(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(
            host=str(self.place.sockets), user="shopcare", dbname="shopcare"
        ) as connection:
            return connection.execute(query).fetchall()

    def report(self) -> str:
        """How things stand, for a test that waited in vain."""
        waiting = self._ask(
            """SELECT state, attempts, detail, claimed_by, count(*), min(next_attempt_at - now()),
                 min(now() - claimed_at)
               FROM notifications_message WHERE state <> 'sent' GROUP BY 1, 2, 3, 4"""
        )
        sessions = self._ask(
            """SELECT pid, state, now() - state_change, left(query, 60) FROM pg_stat_activity
               WHERE backend_type = 'client backend'"""
        )
        log = (self.place.var / "workers.log").read_text()[-6000:]
        lines = [str(self.states()), *map(str, waiting), *map(str, sessions), log]
        return "\n".join(lines)

    def wait_until_settled(self, count: int) -> None:
        """Return once all messages are sent and marked so; AssertionError at a standstill."""
        before: Counter[str] = Counter()
        deadline = time.monotonic() + PATIENCE
        while (states := self.states()) != {"sent": count}:
            if states != before:
                before, deadline = states, time.monotonic() + PATIENCE
            assert time.monotonic() < deadline, self.report()
            time.sleep(0.2)


def order(number: int, at: str) -> dict[str, object]:
    """The fact of an order, as `manage.py record` reads it."""
    return {
        "fact": "placed",
        "order": str(number),
        "at": at,
        "channel": "own",
        "currency": "EUR",
        "buyer": {"name": "Zoë Ørsted", "email": f"buyer{number}@example.com", "language": "en"},
        "lines": [{"title": "Lucky bead", "sku": "LB-1", "quantity": 2, "unit_price": "4.50"}],
    }


@contextmanager
def installation(*, delay: float = 0.0) -> Iterator[Installation]:
    """A running installation without workers; everything is stopped and removed in the end.

    `delay`: seconds that its mail server takes for each reply.
    """
    # Not pytest's folder: its next run would close it to the account that PostgreSQL runs as.
    place = Place(Path(tempfile.mkdtemp(prefix="shopcare-crash-")))
    postgres = EmbeddedPostgres(place, QUICK)
    postgres.acquire()
    valkey = start_valkey(place)
    with smtp_sink(delay=delay) as sink, (place.var / "workers.log").open("wb") as log:
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.notifications.nursery"],
            cwd=BASE_DIR,
            env=environment(place, sink),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        found = Installation(place, sink, postgres, valkey, nursery)
        try:
            found.manage("migrate", "--verbosity=0")
            yield found
        finally:
            with nursery, valkey:
                nursery.kill()
                valkey.kill()
            found.postgres.release()
            shutil.rmtree(place.sockets, ignore_errors=True)
            shutil.rmtree(place.var, ignore_errors=True)


def environment(place: Place, sink: SmtpSink) -> dict[str, str]:
    """What tells our processes where the servers of this installation are."""
    host = str(place.sockets).replace("/", "%2F")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shopcare.settings",
        "SHOPCARE_LOCAL_RUN": "1",
        "VAR_DIR": str(place.var),
        "DATABASE_URL": f"postgres://shopcare@{host}/shopcare",
        "REDIS_URL": place.redis_url,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": sink.host,
        "EMAIL_PORT": str(sink.port),
        "LOG_LEVEL": "ERROR",
        "CELERY_SKIP_CHECKS": "1",
        "PYTHONWARNINGS": "ignore",
    }
