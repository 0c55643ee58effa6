"""What others recorded of EasyPost's API, read from files of several formats, and served again.

VCR cassettes (of the Python client, and of the Go client's older ones), plain JSON bodies as
printed in the documentation, and error bodies with their status.
"""

import base64
import contextlib
import gzip
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

DATA = os.environ.get("REAL_DATA_DIR")
FOLDER = Path(DATA or "/nonexistent") / "easypost"


@dataclass(frozen=True)
class Recorded:
    """One request and what was answered. `path` begins with the version: /v2/shipments."""

    method: str
    path: str
    query: dict[str, Any]
    asked: Any
    status: int
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text) if self.text else None


def files(pattern: str) -> list[Any]:
    """One parameter per file; a single skipped one where there is no data."""
    found = sorted(FOLDER.glob(pattern))
    if not found:
        reason = "REAL_DATA_DIR is not set" if DATA is None else f"no easypost/{pattern} there"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="none")]
    return [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in found]


def cassette(path: Path) -> list[Recorded]:
    """The recorded pairs of one cassette, in order."""
    loaded = yaml.safe_load(path.read_bytes())
    return [_recorded(pair["request"], pair["response"]) for pair in loaded["interactions"]]


def error_file(path: Path) -> tuple[int, str]:
    """Status and body of an error; a bare body is one that was refused as wrong: 422."""
    body = json.loads(path.read_bytes())
    if "http_status" in body:
        return body["http_status"], json.dumps(body["body"])
    return 422, json.dumps(body)


def _recorded(request: Any, response: Any) -> Recorded:
    url = urlsplit(request.get("uri") or request["url"])
    status = response["status"]
    code = status["code"] if isinstance(status, dict) else response.get("code") or status
    return Recorded(
        request["method"],
        url.path,
        dict(parse_qsl(url.query)),
        _json(_text(request.get("body"), {})),
        int(str(code).split()[0]),
        _text(response.get("body"), response.get("headers") or {}),
    )


def _text(body: Any, headers: dict[str, Any]) -> str:
    """A body as text: plain, as bytes, in a `string` of its own, or compressed."""
    if isinstance(body, dict):
        if "base64_string" in body:
            body = base64.b64decode(body["base64_string"])
        else:
            body = body.get("string")
    if isinstance(body, str):
        return body
    if isinstance(body, bytes):
        return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    return ""


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


class Replay:
    """A server that gives the recorded answers, by method and path, each in its order."""

    def __init__(self, recorded: list[Recorded]) -> None:
        self.waiting = list(recorded)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.daemon_threads = True
        self._http.replay = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v2"

    def answer(self, method: str, path: str) -> tuple[int, str]:
        for one in self.waiting:
            if (one.method, one.path) == (method, path):
                self.waiting.remove(one)
                return one.status, one.text
        return 599, json.dumps({"error": {"code": "NOT.RECORDED", "message": f"{method} {path}"}})


@contextlib.contextmanager
def replay(recorded: list[Recorded]) -> Iterator[Replay]:
    """A running server for the length of a block."""
    server = Replay(recorded)
    server._thread.start()
    try:
        yield server
    finally:
        server._http.shutdown()
        server._http.server_close()
        server._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def handle_any(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        status, text = self.server.replay.answer(self.command, path)  # type: ignore[attr-defined]
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to tell."""
