"""Sends signed reports as fast as they are answered: `python -m bench.hook_sender …`.

A process of its own with plain sockets, so that it takes little from the server it measures.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from statistics import quantiles

from bench.ground import ROOT

# The size of a tracker with a dozen scans.
LINES = 12
LINE = {
    "object": "TrackingDetail",
    "message": "Arrived at the sorting centre",
    "status": "in_transit",
    "status_detail": "arrived_at_facility",
    "datetime": "2026-11-05T08:00:00Z",
    "source": "USPS",
    "tracking_location": {"city": "RADNOR", "state": "PA", "country": "US", "zip": "19087"},
}


@dataclass(frozen=True)
class Sent:
    """How many were answered with 200, how many otherwise, and how long 99 of 100 took."""

    done: int
    refused: int
    seconds: float
    p99_ms: float


@dataclass(slots=True)
class Call:
    """One report on its way."""

    request: bytes
    started: float
    answer: bytes = b""


def send_reports(port: int, path: str, secret: str, seconds: float, senders: int) -> Sent:
    """Send for so long with so many at once, from another process."""
    arguments = [str(value) for value in (port, path, secret, seconds, senders)]
    told = subprocess.run(
        [sys.executable, "-m", "bench.hook_sender", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return Sent(**json.loads(told.stdout))


def main() -> None:
    port, path, secret, seconds, senders = sys.argv[1:]
    sent = _send(int(port), path, secret, float(seconds), int(senders))
    sys.stdout.write(json.dumps(asdict(sent)))


def _send(port: int, path: str, secret: str, seconds: float, senders: int) -> Sent:
    selector = selectors.DefaultSelector()
    run = f"{time.time_ns():x}"
    number = 0

    def begin() -> None:
        nonlocal number
        number += 1
        request = _request(port, path, secret, f"evt_{run}_{number}")
        connection = socket.socket()
        connection.setblocking(False)
        call = Call(request, time.perf_counter())
        connection.connect_ex(("127.0.0.1", port))
        selector.register(connection, selectors.EVENT_WRITE, call)

    took: list[float] = []
    refused = 0
    started = time.perf_counter()
    for _sender in range(senders):
        begin()
    while selector.get_map():
        for key, _events in selector.select(timeout=10) or _hangs():
            connection, call = key.fileobj, key.data
            assert isinstance(connection, socket.socket)
            if not _moves(selector, connection, call):
                continue
            took.append((time.perf_counter() - call.started) * 1000)
            refused += call.answer[9:12] != b"200"
            if time.perf_counter() - started < seconds:
                begin()
    return Sent(
        len(took) - refused, refused, time.perf_counter() - started, quantiles(took, n=100)[-1]
    )


def _moves(selector: selectors.BaseSelector, connection: socket.socket, call: Call) -> bool:
    """Send, or read on; whether the answer is complete. The server closes after each."""
    if call.request:
        sent = connection.send(call.request)
        call.request = call.request[sent:]
        if not call.request:
            selector.modify(connection, selectors.EVENT_READ, call)
        return False
    part = connection.recv(65536)
    call.answer += part
    if part:
        return False
    selector.unregister(connection)
    connection.close()
    return True


def _hangs() -> list[tuple[selectors.SelectorKey, int]]:
    raise RuntimeError("No answer for ten seconds.")


def _request(port: int, path: str, secret: str, name: str) -> bytes:
    event = {
        "id": name,
        "object": "Event",
        "description": "tracker.updated",
        "result": {
            "id": "trk_1",
            "tracking_code": "9400111899223100001118",
            "carrier": "USPS",
            "status": "in_transit",
            "tracking_details": [LINE] * LINES,
        },
    }
    body = json.dumps(event).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"X-Hmac-Signature: hmac-sha256-hex={signature}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    main()
