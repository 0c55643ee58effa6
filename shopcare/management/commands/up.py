"""`manage.py up`: the whole of shopcare on this machine, until Ctrl-C."""

import argparse
import importlib.util
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from psycopg.errors import DiskFull

from shopcare import standalone
from shopcare.accounts.models import User
from shopcare.embedded_valkey import start_valkey
from shopcare.postgres_files import become, make_private_folder
from shopcare.standalone import CannotStart, FileLock, Place
from shopcare.supervisor import Child, Supervisor, signals_ask, start_program

PATIENCE = 60.0  # seconds until the web process has to answer


class Command(BaseCommand):
    """Database, broker, web, workers and beat under one supervisor."""

    help = "Runs shopcare on this machine: PostgreSQL, Valkey, web, workers and beat. Ctrl-C stops."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The port and whether an empty database gets a demo shop."""
        parser.add_argument("--port", type=port_number, default=8000, help="default: 8000")
        parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
        parser.add_argument(
            "--no-demo", action="store_true", help="leave an empty database empty: no demo shop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Start everything, say where it is, and stop everything when asked to."""
        asked_to_stop = threading.Event()
        place = Place.from_environment()
        with signals_ask(asked_to_stop):
            end_with_make()
            lock = only_one(place)
            try:
                refuse_a_taken_port(options["host"], options["port"])
                standalone.ensure_database()
                login = self.prepare(demo=not options["no_demo"])
                if not asked_to_stop.is_set():
                    self.run_until(asked_to_stop, place, options["host"], options["port"], login)
            finally:
                connections.close_all()
                standalone.release_database()
                lock.close()

    def prepare(self, *, demo: bool) -> str:
        """Create the tables and the demo shop; gives a line about the demo login, or ''."""
        self.say("Preparing the database …")
        try:
            call_command("migrate", verbosity=0)
            line = load_demo() if demo else ""
        except DatabaseError as fault:
            if isinstance(fault.__cause__, DiskFull):
                raise CannotStart(standalone.disk_full(settings.VAR_DIR)) from fault
            raise
        connections.close_all()
        return line

    def run_until(
        self, asked_to_stop: threading.Event, place: Place, host: str, port: int, login: str
    ) -> None:
        """The supervised part of the run."""
        url = os.environ.get("SITE_URL") or f"http://localhost:{port}"
        supervisor = Supervisor(children(place, host, port, url), self.say, asked_to_stop)
        try:
            supervisor.start(up_to="web")  # alone first: it is what somebody is waiting for
            if wait_for_web(host, port, supervisor):
                supervisor.start()
                self.say(f"\nshopcare is running at {url}\n{login}Ctrl-C stops it.\n")
            supervisor.watch()
        finally:
            self.say("Stopping …")
            supervisor.stop()

    def say(self, line: str) -> None:
        """Print at once; a terminal that has been closed is no reason to stop half-way."""
        with suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()


def port_number(text: str) -> int:
    """An argparse type: a port that an ordinary program may listen on."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")
    return int(text)


def end_with_make() -> None:
    """Stop when the `make` that runs us is killed; it would pass a signal on, but not SIGKILL."""
    if os.environ.get("MAKELEVEL"):
        become(None, signal.SIGTERM, parent=os.getppid())()


def only_one(place: Place) -> FileLock:
    """The lock of the one `up` in this folder; raises CannotStart when another has it."""
    with standalone.sentences(place):
        make_private_folder(place.var, passable=os.geteuid() == 0)
        lock = FileLock(place.var / "up.lock")
    if not lock.try_to_take():
        raise CannotStart(
            "shopcare is already running from this folder: use that one, or stop it first with "
            "Ctrl-C in its terminal."
        )
    return lock


def refuse_a_taken_port(host: str, port: int) -> None:
    """Raises CannotStart when another program listens there, or we may not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as fault:
            raise CannotStart(
                f"Port {port} needs root: choose one above 1023, such as `make run PORT=8000`."
            ) from fault
        except OSError as fault:
            raise CannotStart(
                f"Port {port} is taken by another program: stop that one, or choose another port, "
                f"such as `make run PORT={port + 1 if port < 65535 else 8001}`."
            ) from fault


def load_demo() -> str:
    """Give an empty database its demo shop; a line about how to log in to it, '' without one."""
    if importlib.util.find_spec("shopcare.demo") is None:
        return ""
    demo = importlib.import_module("shopcare.demo")
    if not apps.get_model("orders", "Shop").objects.exists():
        demo.load_demo(now=datetime.now(UTC))
    user = User.of_email(demo.DEMO_EMAIL)
    if user is None or not user.check_password(demo.DEMO_PASSWORD):
        return ""  # not our demo any more
    return f"Log in as {demo.DEMO_EMAIL} with the password {demo.DEMO_PASSWORD}\n"


def children(place: Place, host: str, port: int, url: str) -> list[Child]:
    """The processes, in the order in which they start: the broker first."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shopcare.settings",
        "SITE_URL": url,
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "PYTHONUNBUFFERED": "1",
        "CELERY_SKIP_CHECKS": "1",  # this command has run them, once for all
        # Celery means unpickling as root; our tasks carry no data at all.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    celery = [sys.executable, "-m", "celery", "-q", "-A", "shopcare.celery"]
    worker = [*celery, "worker", "--pool=threads", "--loglevel=WARNING", "--without-gossip"]
    worker += ["--without-mingle", "--without-heartbeat"]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [sys.executable, "-m", "gunicorn", "shopcare.wsgi", f"--bind={address}"]
    web += ["--threads=8", "--log-level=warning", "--graceful-timeout=5", "--no-control-socket"]

    def child(name: str, command: list[str], last_signal: int = signal.SIGKILL) -> Child:
        return Child(name, lambda: start_program(command, environment, last_signal))

    broker = [] if os.environ.get("REDIS_URL") else [Child("broker", lambda: start_valkey(place))]
    return [
        *broker,
        child("web", web, signal.SIGTERM),  # its own workers notice a dead parent
        child("worker", [*worker, "--queues=default", "--concurrency=3", "-n=work@%h"]),
        child(
            "mail worker",
            [*worker, "--queues=mail", f"--concurrency={settings.OUTBOX_THREADS}", "-n=mail@%h"],
        ),
        child("beat", [*celery, "beat", "--loglevel=WARNING", "--pidfile="]),
    ]


def wait_for_web(host: str, port: int, supervisor: Supervisor) -> bool:
    """True once it answers, False when somebody asked to stop before; raises CannotStart."""
    asked = "127.0.0.1" if host == "0.0.0.0" else host
    request = urllib.request.Request(
        f"http://{asked}:{port}/healthz", headers={"Host": "localhost"}
    )
    deadline = time.monotonic() + PATIENCE
    while not supervisor.asked_to_stop.wait(0.1):
        try:
            with urllib.request.urlopen(request, timeout=2):
                return True
        except urllib.error.HTTPError as answer:
            raise CannotStart(f"The web process answers {answer.code}: see above.") from answer
        except OSError:
            web = next(child for child in supervisor.children if child.name == "web")
            if (web.process and web.process.poll() is not None) or time.monotonic() > deadline:
                raise CannotStart("The web process did not start: see above.") from None
    return False
