"""Runs the processes of a local run together, and leaves none behind.

Every child has a session of its own, so that Ctrl-C reaches the supervisor alone and the
children are stopped in order. On Linux they also die with a supervisor that is killed.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from shopcare.postgres_files import become
from shopcare.standalone import BASE_DIR, CannotStart

STOP_PATIENCE = 10.0  # seconds from asking to killing
PAUSE_BEFORE_RESTART = 1.0  # seconds
SHORT_LIFE = 10.0  # seconds; a child that ends sooner did not really start
SHORT_LIVES_ALLOWED = 3


@dataclass
class Child:
    """One process: how to start it, and what became of it."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    short_lives: int = 0


def start_program(
    command: list[str], environment: dict[str, str], last_signal: int
) -> "subprocess.Popen[bytes]":
    """Start a child that gets `last_signal` when we are gone. It writes errors to our terminal."""
    return subprocess.Popen(
        command,
        cwd=BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=become(None, last_signal),
    )


@dataclass
class Supervisor:
    """Starts its children in order, restarts those that die, stops them in reverse order."""

    children: list[Child]
    say: Callable[[str], None]
    asked_to_stop: threading.Event = field(default_factory=threading.Event)

    def start(self, *, up_to: str = "") -> None:
        """Start those that do not run yet, as far as the one named; raises CannotStart."""
        for child in self.children:
            if child.process is None:
                self._start(child)
            if child.name == up_to:
                return

    def watch(self) -> None:
        """Return once somebody asked to stop; raises CannotStart if a child keeps dying."""
        while not self.asked_to_stop.wait(0.2):
            for child in self.children:
                if child.process and child.process.poll() is not None:
                    self._restart(child)

    def stop(self) -> None:
        """Ask the children to stop, the last one first, and make them if they take too long."""
        running = [child for child in reversed(self.children) if child.process]
        for waves in (running[:-1], running[-1:]):  # the first, the broker, goes last
            for child in waves:
                send(child, signal.SIGTERM)
            deadline = time.monotonic() + STOP_PATIENCE
            for child in waves:
                wait(child, deadline)

    def _start(self, child: Child) -> None:
        child.process = child.start()
        child.started_at = time.monotonic()

    def _restart(self, child: Child) -> None:
        lived = time.monotonic() - child.started_at
        child.short_lives = child.short_lives + 1 if lived < SHORT_LIFE else 0
        if child.short_lives >= SHORT_LIVES_ALLOWED:
            raise CannotStart(f"The {child.name} process ends each time it is started: see above.")
        self.say(f"The {child.name} process ended unexpectedly and is started again.")
        kill_group(child)
        self.asked_to_stop.wait(PAUSE_BEFORE_RESTART)
        if not self.asked_to_stop.is_set():
            self._start(child)


def send(child: Child, number: int) -> None:
    """Signal a child, if it is still there."""
    if child.process and child.process.poll() is None:
        child.process.send_signal(number)


def wait(child: Child, deadline: float) -> None:
    """Wait until the deadline (time.monotonic), then kill it and all it started."""
    assert child.process is not None
    with suppress(subprocess.TimeoutExpired):
        child.process.wait(max(0.0, deadline - time.monotonic()))
    kill_group(child)
    child.process.wait()
    child.process = None


def kill_group(child: Child) -> None:
    """End what a child may have left: it led a session, so its group is its own."""
    assert child.process is not None
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)


@contextmanager
def signals_ask(event: threading.Event) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closing terminal set the event, and do nothing else."""

    def ask(number: int, frame: FrameType | None) -> None:
        event.set()

    before = {
        number: signal.signal(number, ask)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
