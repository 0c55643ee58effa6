"""`manage.py up` as a whole: it runs, it says where, and it leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shopcare.standalone import BASE_DIR, Place
from tests.shopcare.test_standalone import without_servers


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder for all: the first makes a database in it, the others find it as it was left."""
    var = tmp_path_factory.mktemp("up") / "my var"
    yield var
    shutil.rmtree(Place(var).sockets, ignore_errors=True)


@pytest.fixture
def environment(var: Path) -> Iterator[dict[str, str]]:
    environment = without_servers()
    for name in ("SECRET_KEY", "SITE_URL", "SHOPCARE_LOCAL_RUN", "MAKELEVEL", "LANG"):
        environment.pop(name, None)
    environment["DJANGO_SETTINGS_MODULE"] = "shopcare.settings"
    environment["VAR_DIR"] = str(var)
    yield environment
    assert wait_for_none_of(var) == []


def wait_for_none_of(folder: Path) -> list[str]:
    """The commands that still work for this folder after a little patience."""
    deadline = time.monotonic() + 20
    while left := [
        " ".join(process.info["cmdline"])
        for process in psutil.process_iter(["cmdline", "environ"])
        if str(folder) in " ".join(process.info["cmdline"] or [])
        or str(folder) in (process.info["environ"] or {}).get("VAR_DIR", "")
    ]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return left


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(environment: dict[str, str], port: int) -> "subprocess.Popen[str]":
    """`up`, once it has said that it runs."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if f"running at http://localhost:{port}" in line:
            return process
    raise AssertionError(f"up ended with {process.wait()}")


def once(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_up_shows_the_log_in_page_and_ctrl_c_stops_it(environment: dict[str, str]) -> None:
    port = free_port()
    process = start(environment, port)
    with urllib.request.urlopen(f"http://localhost:{port}/accounts/login/") as answer:
        page = answer.read().decode()
    second = once(environment, "up", "--port", str(free_port()))

    os.killpg(process.pid, signal.SIGINT)

    process.communicate(timeout=60)
    assert process.returncode == 0
    assert 'name="login"' in page
    assert second.returncode == 1
    assert second.stderr.startswith("shopcare is already running from this folder")


def test_a_supervisor_that_is_killed_takes_everything_with_it(environment: dict[str, str]) -> None:
    process = start(environment, free_port())

    process.kill()
    process.communicate(timeout=60)

    assert wait_for_none_of(Path(environment["VAR_DIR"])) == []
    again = once(environment, "showmigrations", "accounts")
    assert "[X] 0001_initial" in again.stdout


def test_a_taken_port_gets_one_sentence(environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        result = once(environment, "up", "--port", str(port))

    assert result.returncode == 1
    assert result.stderr.startswith(f"Port {port} is taken by another program")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_gets_one_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    result = once({**environment, "VAR_DIR": str(tmp_path / "file" / "var")}, "migrate")

    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "cannot be used" in result.stderr


def test_a_server_without_a_secret_gets_one_sentence(environment: dict[str, str]) -> None:
    result = once({**environment, "DATABASE_URL": "postgres://db.example.com/shop"}, "check")

    assert result.returncode == 1
    assert result.stderr.startswith("SECRET_KEY is not set")
