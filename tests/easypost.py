"""EasyPost as a small HTTP server on loopback: answers, remembers, counts, fails on demand.

What it answers is in `easypost_answers.py`. It keeps nothing beyond its life and can be asked
from other processes too.
"""

import contextlib
import hashlib
import hmac
import json
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.easypost_answers import Answers, Refused

KEY = "EZTK-a-key-for-these-tests"


@dataclass(frozen=True)
class Asked:
    """One request as it came in; `path` is without /v2 and the query."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    key: str


@dataclass
class Failure:
    """What is to happen to requests whose path fits."""

    path: str
    status: int | None = None
    body: Any = None
    how: str = ""
    delay: float = 0.0
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)


class EasyPostServer:
    """What tests hold in their hands.

    `requests` is all that was asked; `bought` counts the purchases by reference (or by the
    shipment's id when it has none); `answers` is the state: shipments, trackers, claims, …
    """

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.answers = Answers()
        # Any key but an empty one is good, unless this names the only good one.
        self.only_key: str | None = None
        self._failures: list[Failure] = []
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.easypost = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """For settings.EASYPOST_API_BASE."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v2"

    @property
    def bought(self) -> Counter[str]:
        return self.answers.bought

    def asked(self, method: str, path: str) -> list[Asked]:
        """The requests that fit, like `asked("POST", "/shipments/*/buy")`."""
        with self._lock:
            return [
                one for one in self.requests if one.method == method and fnmatchcase(one.path, path)
            ]

    def fail(
        self,
        path: str,
        status: int | None = None,
        body: Any = None,
        *,
        how: str = "",
        delay: float = 0.0,
        times: int = 1,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Let the next request(s) whose path fits (`/shipments/*/buy`) go wrong.

        `status` and `body` (JSON, or text as it is): answer so and do nothing. `how`: "drop"
        hangs up before doing anything, "drop_after" does it and hangs up without an answer.
        `delay`: wait so many seconds first. `times` -1: for good.
        """
        with self._lock:
            self._failures.append(Failure(path, status, body, how, delay, times, headers or {}))

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._failures.clear()

    def scan(self, tracking_code: str, status: str, at: datetime, **more: Any) -> dict[str, Any]:
        """The carrier scans the parcel; the body of the event that EasyPost would send.

        `more`: message, status_detail, city, state, country, expected (a datetime).
        """
        with self._lock:
            return self.answers.scan(tracking_code, status, at, **more)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _failure_for(self, path: str) -> Failure | None:
        with self._lock:
            for failure in self._failures:
                if fnmatchcase(path, failure.path):
                    failure.times -= 1
                    if failure.times == 0:
                        self._failures.remove(failure)
                    return failure
        return None

    def _do(self, asked: Asked) -> tuple[int, Any]:
        with self._lock:
            if not asked.key or (self.only_key and asked.key != self.only_key):
                return 401, refused("APIKEY.INACTIVE", "This api key is no longer active.")
            try:
                return self.answers.answer(asked.method, asked.path, asked.query, asked.body)
            except Refused as no:
                return no.status, refused(no.code, no.message, no.errors)


def refused(code: str, message: str, errors: list[Any] | None = None) -> dict[str, Any]:
    """An error as EasyPost sends it."""
    return {"error": {"code": code, "message": message, "errors": errors or []}}


def sign(body: bytes, secret: str) -> str:
    """The X-Hmac-Signature that EasyPost sends along with this body."""
    key = unicodedata.normalize("NFKD", secret).encode()
    return "hmac-sha256-hex=" + hmac.new(key, body, hashlib.sha256).hexdigest()


@contextlib.contextmanager
def easypost_server() -> Iterator[EasyPostServer]:
    """A running server for the length of a block."""
    server = EasyPostServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    # The default of five waiting connections is too few for fifty labels at once.
    request_queue_size = 100
    easypost: EasyPostServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is nothing to tell about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body go out in one packet; otherwise each answer waits for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Http

    def handle_any(self) -> None:
        asked = self._asked()
        easypost = self.server.easypost
        with easypost._lock:
            easypost.requests.append(asked)
        failure = easypost._failure_for(asked.path)
        if failure:
            time.sleep(failure.delay)
            if failure.how == "drop":
                self.close_connection = True
                return
            if failure.status is not None:
                self._answer(failure.status, failure.body, failure.headers)
                return
        status, body = easypost._do(asked)
        if failure and failure.how == "drop_after":
            self.close_connection = True
            return
        self._answer(status, body, {})

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def _asked(self) -> Asked:
        url = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return Asked(
            self.command,
            url.path.removeprefix("/v2"),
            dict(parse_qsl(url.query)),
            json.loads(raw) if raw else None,
            self.headers.get("Authorization", "").removeprefix("Bearer "),
        )

    def _answer(self, status: int, body: Any, headers: dict[str, str]) -> None:
        raw = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests look at `requests` instead."""
