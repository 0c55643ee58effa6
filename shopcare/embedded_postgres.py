"""PostgreSQL out of a wheel, shared by every process that uses the same folder.

Each user holds a shared lock on one file for as long as it lives. A keeper process runs the
server and waits for the exclusive lock: it gets it when the last user is gone, in whatever
way, and then stops the server. So nothing is counted and nothing can be left behind.
"""

import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from shopcare.postgres_files import (
    NAME,
    become,
    explain,
    make_cluster,
    make_private_folder,
    open_the_way,
    prepare_sockets,
    programs,
    server_environment,
    server_owner,
)
from shopcare.standalone import BASE_DIR, CannotStart, FileLock, Place, sentences

# For one machine that does other things too. synchronous_commit stays on: a note that was
# sent must be known as sent after a power cut.
TUNING = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "15s",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_checkpoints": "off",
    "client_min_messages": "warning",
}
PATIENCE = 120.0  # seconds for a start: recovery after a crash reads the whole log
STOP_PATIENCE = 30.0  # seconds for a stop until it is made to


class EmbeddedPostgres:
    """One process's hold on the embedded server of a folder."""

    def __init__(self, place: Place, tuning: dict[str, str] | None = None) -> None:
        self.place = place
        self.tuning = {**TUNING, **(tuning or {})}
        self.is_brand_new = False
        self._users: FileLock | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def acquire(self) -> None:
        """Join the users of the server and start it if it is not running.

        Raises CannotStart with one sentence when the server cannot run here.
        """
        with sentences(self.place):
            make_private_folder(self.place.var, passable=os.geteuid() == 0)
            self._users = FileLock(self.place.var / "postgres.users")
            # Waits while the keeper is stopping a server that had no users left.
            self._users.take(shared=True)
            start = FileLock(self.place.var / "postgres.start")
            start.take()
            try:
                if not is_ready(self.place):
                    self._start()
            finally:
                start.close()

    def release(self) -> None:
        """Leave the users; returns once the server is down if this was the last of them."""
        if self._users is None:
            return
        users, self._users = self._users, None
        users.let_go()
        deadline = time.monotonic() + STOP_PATIENCE + 10
        while postmaster_pid(self.place) and time.monotonic() < deadline:
            if users.try_to_take():  # nobody is left, and the keeper has not woken up yet
                users.let_go()
            elif users.try_to_take(shared=True):  # others use the server: it stays
                break
            time.sleep(0.01)
        while not users.try_to_take(shared=True) and time.monotonic() < deadline:
            time.sleep(0.005)  # the keeper is on its last lines
        users.close()
        if self._keeper and not postmaster_pid(self.place):
            self._keeper.wait()

    def _start(self) -> None:
        owner = server_owner(self.place)
        if owner:
            open_the_way(self.place)
        prepare_sockets(self.place, owner)
        if not (self.place.postgres_data / "PG_VERSION").exists():
            make_cluster(self.place, owner)
        clear_leftovers(self.place)
        keeper = self._keeper = self._start_keeper(owner)
        deadline = time.monotonic() + PATIENCE
        while not is_ready(self.place):
            if keeper.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(why_it_failed(self.place))
            time.sleep(0.01)
        self.is_brand_new = create_database(self.place)

    def _start_keeper(self, owner: pwd.struct_passwd | None) -> "subprocess.Popen[bytes]":
        options = [f"{key}={value}" for key, value in self.tuning.items()]
        account = owner.pw_name if owner else "-"
        with self.place.postgres_log.open("wb") as log:
            # Its own session: Ctrl-C and a closing terminal reach the users, not the server.
            return subprocess.Popen(
                [sys.executable, "-m", __name__, str(self.place.var), account, *options],
                cwd=BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def postmaster_pid(place: Place) -> int | None:
    """The server's process id by its own file, None without one or when it is stale."""
    try:
        pid = int((place.postgres_data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, NotADirectoryError, ValueError, ProcessLookupError):
        return None
    except PermissionError:
        pass  # a process, and not ours: is_ready asks the socket
    return pid


def is_ready(place: Place) -> bool:
    """True if the server takes connections: its file says so, and its socket answers."""
    import socket

    try:
        lines = (place.postgres_data / "postmaster.pid").read_text().splitlines()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(place.sockets / ".s.PGSQL.5432"))
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    return True


def clear_leftovers(place: Place) -> None:
    """After a crash: end what still runs on this data, then remove the stale pid file.

    A stale file can name a process id that a stranger has by now; PostgreSQL would then
    refuse to start. Processes on this data are known by their working folder, so the file
    goes only when none is left.
    """
    pid_file = place.postgres_data / "postmaster.pid"
    if not pid_file.exists():
        return
    deadline = time.monotonic() + STOP_PATIENCE
    while left := processes_on(place.postgres_data):
        overdue = time.monotonic() > deadline
        for pid in left:
            try:
                os.kill(pid, signal.SIGQUIT if overdue else signal.SIGINT)
            except ProcessLookupError:
                continue
        time.sleep(0.2)
        if time.monotonic() > deadline + 10:
            raise CannotStart(
                f"A PostgreSQL process ({left[0]}) on {place.postgres_data} does not end: "
                f"stop it with `kill -9 {left[0]}` and start again."
            )
    pid_file.unlink(missing_ok=True)


def processes_on(data: Path) -> list[int]:
    """The ids of PostgreSQL processes that work in this data folder, the server first."""
    import psutil

    found = []
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == str(data):
            found.append(process.pid)
    return sorted(found)


def create_database(place: Place) -> bool:
    """Create our database in a new cluster; True if it was not there yet."""
    import psycopg

    with psycopg.connect(
        host=str(place.sockets), user=NAME, dbname="postgres", autocommit=True
    ) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            return False
        connection.execute(f"CREATE DATABASE {NAME}")
    return True


def why_it_failed(place: Place) -> str:
    """A sentence out of the end of the server's log."""
    try:
        tail = place.postgres_log.read_bytes()[-4000:].decode("utf-8", "replace")
    except OSError:
        tail = ""
    return explain(tail, place)


def keep(var: Path, account: str, options: list[str]) -> int:
    """Run the server until its last user is gone, then stop it. The keeper's whole life."""
    place = Place(var)
    owner = None if account == "-" else pwd.getpwnam(account)
    command = [str(programs() / "postgres"), "-D", str(place.postgres_data)]
    command += ["-k", str(place.sockets)]
    for option in options:
        command += ["-c", option]
    server = subprocess.Popen(
        command,
        cwd="/",
        env=server_environment(),
        # SIGINT is PostgreSQL's fast shutdown: should the keeper be killed, nothing stays.
        preexec_fn=become(owner, signal.SIGINT),
    )
    threading.Thread(target=_stop_after_last_user, args=(place, server), daemon=True).start()
    return server.wait()


def _stop_after_last_user(place: Place, server: "subprocess.Popen[bytes]") -> None:
    # Held until this process ends: whoever comes now waits, and then starts a new server.
    users = FileLock(place.var / "postgres.users")
    users.take()
    server.send_signal(signal.SIGINT)
    time.sleep(STOP_PATIENCE)
    server.send_signal(signal.SIGQUIT)


if __name__ == "__main__":
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
