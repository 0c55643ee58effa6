"""The embedded servers: kept data, shared use, crashes and odd folders."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shopcare.embedded_postgres import EmbeddedPostgres, postmaster_pid
from shopcare.postgres_files import explain
from shopcare.standalone import (
    BASE_DIR,
    LONGEST_SOCKET_DIR,
    CannotStart,
    FileLock,
    Place,
    local_secret,
    sentence_for,
)

HOLD = """
import sys
from shopcare import standalone
standalone.ensure_database()
print("held", flush=True)
sys.stdin.read()
standalone.release_database()
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    # A space, and too long a path for a Unix socket.
    place = Place(tmp_path / "a folder" / ("long" * 20))
    yield place
    shutil.rmtree(place.sockets, ignore_errors=True)


def hold(place: Place) -> "subprocess.Popen[str]":
    """Another process that uses the server until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=BASE_DIR,
        env={**without_servers(), "VAR_DIR": str(place.var)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def without_servers() -> dict[str, str]:
    return {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")
    }


def connect(place: Place) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(place.sockets), user="shopcare", autocommit=True)


def end(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=60)


def goes_down(place: Place) -> bool:
    """Whether the server stops, given half a minute."""
    deadline = time.monotonic() + 30
    while postmaster_pid(place) and time.monotonic() < deadline:
        time.sleep(0.02)
    return postmaster_pid(place) is None


def test_the_data_is_kept_and_nothing_runs_in_between(place: Place) -> None:
    server = EmbeddedPostgres(place)
    server.acquire()
    with connect(place) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'Zoë' AS name")
    server.release()
    down = postmaster_pid(place)

    server.acquire()

    with connect(place) as connection:
        row = connection.execute("SELECT name, upper(name) FROM kept").fetchone()
        encoding = connection.execute("SHOW server_encoding").fetchone()
    server.release()
    assert down is None
    assert row == ("Zoë", "ZOË")
    assert encoding == ("UTF8",)


def test_the_first_user_to_leave_does_not_take_the_server_from_the_second(place: Place) -> None:
    first = hold(place)
    second = hold(place)

    end(first)

    with connect(place) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    end(second)
    assert postmaster_pid(place) is None


def test_users_that_are_killed_leave_no_server_behind(place: Place) -> None:
    process = hold(place)

    process.kill()
    end(process)

    assert goes_down(place)


def test_a_server_that_was_killed_starts_again_with_its_stale_file(place: Place) -> None:
    process = hold(place)
    pid = postmaster_pid(place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    end(process)
    stale = place.postgres_data / "postmaster.pid"
    # The worst case: by now a stranger, who is alive, has the number.
    rest = stale.read_text().split("\n", 1)[1]
    stale.write_text(f"{os.getpid()}\n{rest}")

    server = EmbeddedPostgres(place)
    server.acquire()

    with connect(place) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.release()


def test_joining_a_running_server_takes_no_time(place: Place) -> None:
    process = hold(place)
    second = EmbeddedPostgres(place)
    started = time.perf_counter()

    second.acquire()

    took = time.perf_counter() - started
    second.release()
    end(process)
    assert took < 0.05


def test_the_sockets_of_a_long_path_lie_in_a_short_one(place: Place) -> None:
    assert len(str(place.sockets)) <= LONGEST_SOCKET_DIR
    assert " " not in str(place.sockets)


def test_the_secret_is_made_once_and_for_its_owner_only(place: Place) -> None:
    first = local_secret(place)

    second = local_secret(place)

    assert first == second
    assert len(first) >= 50
    assert (place.var / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "is full: free some space"), (errno.EACCES, "cannot be written by this user")],
)
def test_what_a_disk_can_do_gets_one_sentence(place: Place, number: int, words: str) -> None:
    sentence = sentence_for(OSError(number, os.strerror(number), str(place.var)), place)

    assert words in sentence
    assert "\n" not in sentence


def test_a_full_disk_under_postgresql_gets_the_same_sentence(place: Place) -> None:
    output = "FATAL:  could not write to file: No space left on device\n"

    assert "is full: free some space" in explain(output, place)


def test_a_lock_is_free_again_when_its_process_is_killed(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    script = (
        "import sys, time, pathlib\n"
        "from shopcare.standalone import FileLock\n"
        "lock = FileLock(pathlib.Path(sys.argv[1])); lock.take(); print('taken', flush=True)\n"
        "time.sleep(60)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "lock")],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    other.stdout.readline()
    was_free = lock.try_to_take()

    other.kill()
    end(other)

    assert not was_free
    assert lock.try_to_take()
    lock.close()


def test_a_folder_in_tmp_of_somebody_else_is_refused(place: Place, tmp_path: Path) -> None:
    place.sockets.symlink_to(tmp_path)

    with pytest.raises(CannotStart, match="belongs to another user"):
        EmbeddedPostgres(place).acquire()

    place.sockets.unlink()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_child_whose_parent_died_before_it_could_be_told_ends_too() -> None:
    nobody = 2**22 + 1  # beyond the highest process id
    program = f"""
from shopcare.postgres_files import become
become(None, 9, parent={nobody})()
print("goes on")
"""

    done = subprocess.run([sys.executable, "-c", program], cwd=BASE_DIR, stdout=subprocess.PIPE)

    assert (done.returncode, done.stdout) == (1, b"")
