"""The real servers of the tests: PostgreSQL, Valkey and an SMTP server that keeps the mail."""

import asyncio
import contextlib
import logging
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from shopcare.embedded_postgres import EmbeddedPostgres
from shopcare.embedded_valkey import start_valkey
from shopcare.standalone import Place

# The data is thrown away after the run, so nothing has to survive a power cut.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
}


@dataclass
class Servers:
    """PostgreSQL and Valkey of one test run, in a folder of their own."""

    place: Place
    postgres: EmbeddedPostgres | None = None
    valkey: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start what the environment does not name."""
        if not os.environ.get("DATABASE_URL"):
            self.postgres = EmbeddedPostgres(self.place, QUICK)
            self.postgres.acquire()
        if not os.environ.get("REDIS_URL"):
            self.valkey = start_valkey(self.place)

    def stop(self) -> None:
        """Stop them and remove the folder."""
        if self.valkey:
            self.valkey.terminate()
            self.valkey.wait()
        if self.postgres:
            self.postgres.release()
        shutil.rmtree(self.place.sockets, ignore_errors=True)
        shutil.rmtree(self.place.var, ignore_errors=True)


@dataclass
class Received:
    """One message as it came in over the wire."""

    message: EmailMessage
    sender: str
    recipients: list[str]
    at: float  # time.monotonic() when the server had accepted it


Answer = Callable[[str], str | None]


@dataclass
class SmtpSink:
    """An SMTP server on a free loopback port. It keeps what it accepts, and refuses on demand.

    `on_rcpt` and `on_data` are asked with the recipient's address: a string such as
    "452 mailbox full" is the refusal, None accepts, and "drop" closes the connection.
    `delay` is in seconds, before every reply. Pipelining (RFC 2920) is advertised, as nearly all
    mail servers do.
    """

    delay: float = 0.0
    is_pipelining: bool = True
    on_rcpt: Answer = lambda address: None
    on_data: Answer = lambda address: None
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _controller: Controller | None = None

    @property
    def messages(self) -> list[EmailMessage]:
        """The accepted messages, in the order they came."""
        return [one.message for one in self.received]

    def to(self, address: str) -> list[EmailMessage]:
        """The accepted messages for one recipient."""
        return [one.message for one in self.received if address in one.recipients]

    def wait_for(self, count: int, seconds: float = 20.0) -> None:
        """Return once so many messages are here; raises AssertionError if they never come."""
        deadline = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < deadline, f"{len(self.received)} of {count} messages came"
            time.sleep(0.01)

    def start(self) -> None:
        """Listen; `port` is known afterwards."""
        # Its log of every line that it hears would be most of the work.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._controller = _SinkController(self, hostname=self.host, port=0)
        self._controller.start()
        assert self._controller.server is not None
        self.port = self._controller.server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Close the port; what was received stays."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await asyncio.sleep(self.delay)
        if refusal := self.on_rcpt(address):
            return _refuse(server, refusal)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay)
        for address in envelope.rcpt_tos:
            if refusal := self.on_data(address):
                return _refuse(server, refusal)
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._lock:
            self.received.append(
                Received(
                    message, envelope.mail_from or "", list(envelope.rcpt_tos), time.monotonic()
                )
            )
        return "250 OK"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await asyncio.sleep(self.delay)
        envelope.mail_from = address
        return "250 OK"

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        await asyncio.sleep(self.delay)
        session.host_name = hostname
        return [*answers[:-1], "250-PIPELINING", answers[-1]] if self.is_pipelining else answers


class _SinkController(Controller):
    """aiosmtpd in a thread, on a port the system picks."""

    def _trigger_server(self) -> None:
        """Wait for a greeting, at the port the system picked rather than at port 0."""
        assert self.server is not None
        with socket.create_connection(self.server.sockets[0].getsockname()[:2], 5) as client:
            client.recv(100)

    def factory(self) -> SMTP:
        return SMTP(self.handler, ident="sink", enable_SMTPUTF8=True)


def _refuse(server: SMTP, refusal: str) -> str:
    if refusal == "drop":
        assert server.transport is not None
        server.transport.abort()
        return "421 gone"
    return refusal


@contextlib.contextmanager
def smtp_sink(*, delay: float = 0.0) -> Iterator[SmtpSink]:
    """A running sink for the length of a block."""
    sink = SmtpSink(delay=delay)
    sink.start()
    try:
        yield sink
    finally:
        sink.stop()


def place_of_run() -> Place:
    """The folder of this run."""
    return Place(Path(os.environ["SHOPCARE_TEST_VAR"]).resolve())
