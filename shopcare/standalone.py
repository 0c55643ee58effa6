"""The local run: one folder, no server installed, no key asked for.

`manage.py` calls `ensure_database` before Django reads its settings. The data lies in `var/`
beside `manage.py` (elsewhere when VAR_DIR says so). Nothing here needs Django.
"""

import errno
import fcntl
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from shopcare.embedded_postgres import EmbeddedPostgres

BASE_DIR = Path(__file__).resolve().parent.parent

# A Unix socket's whole path may have 107 bytes on Linux and 103 on macOS; the longest name in
# the folder is ".s.PGSQL.5432.lock".
LONGEST_SOCKET_DIR = 84
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+@~-]+")

# What this process holds on to. Forked children share the lock, and that is right.
_held: list["EmbeddedPostgres"] = []


class CannotStart(Exception):
    """One sentence for the person at the terminal: what is wrong and what to do."""


@dataclass(frozen=True)
class Place:
    """Where the local run keeps its things, all below one folder."""

    var: Path

    @classmethod
    def from_environment(cls) -> Self:
        """The folder named by VAR_DIR, else `var/` beside manage.py."""
        return cls(Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve())

    @property
    def postgres_data(self) -> Path:
        return self.var / "postgres"

    @property
    def postgres_log(self) -> Path:
        return self.var / "postgres.log"

    @property
    def mail(self) -> Path:
        return self.var / "mail"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix sockets: below `var/` if such a path can be used, else in /tmp."""
        wanted = self.var / "run"
        if len(os.fsencode(wanted)) <= LONGEST_SOCKET_DIR and PLAIN_PATH.fullmatch(str(wanted)):
            return wanted
        # Not tempfile.gettempdir(): two terminals with different TMPDIR must find each other.
        key = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]
        return Path("/tmp") / f"shopcare-{os.geteuid()}-{key}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def redis_url(self) -> str:
        """The embedded Valkey, in the form that Celery's broker setting takes."""
        return f"redis+socket://{self.valkey_socket}"


def is_local_run() -> bool:
    """True without a DATABASE_URL, and in everything that `manage.py up` started."""
    return not os.environ.get("DATABASE_URL") or os.environ.get("SHOPCARE_LOCAL_RUN") == "1"


def ensure_database() -> bool:
    """Have PostgreSQL running for as long as this process lives; True if it is brand new.

    Does nothing when DATABASE_URL names a server. Raises CannotStart.
    """
    if os.environ.get("DATABASE_URL"):
        return False
    from shopcare.embedded_postgres import EmbeddedPostgres

    server = EmbeddedPostgres(Place.from_environment())
    server.acquire()
    _held.append(server)  # its lock is held until the process ends, however it ends
    return server.is_brand_new


def release_database() -> None:
    """Let go of the embedded PostgreSQL, and wait for its end if nobody else uses it."""
    while _held:
        _held.pop().release()


def local_secret(place: Place) -> str:
    """The signing key of a local run: made once, kept in `var/secret_key`, readable by its owner.

    Raises CannotStart when `var/` cannot be written.
    """
    path = place.var / "secret_key"
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        pass
    with sentences(place):
        place.var.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=place.var, prefix="secret_key.")
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # the first of two processes wins; the other reads its key
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text("ascii").strip()


@contextmanager
def sentences(place: Place) -> Iterator[None]:
    """Turn what a disk can do to us into a CannotStart with its remedy."""
    try:
        yield
    except OSError as fault:
        raise CannotStart(sentence_for(fault, place)) from fault


def sentence_for(fault: OSError, place: Place) -> str:
    """One sentence for a failed file operation, naming the folder and the remedy."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(place.var)
    if fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        where = fault.filename or place.var
        return (
            f"{where} cannot be written by this user: change its owner, "
            "or name another folder with VAR_DIR=/some/folder."
        )
    return f"{place.var} cannot be used: {fault.strerror} ({fault.filename})."


def disk_full(folder: Path) -> str:
    """The sentence for it."""
    return f"The disk that holds {folder} is full: free some space and start again."


class FileLock:
    """An advisory lock on a file; the system lets go of it when the process ends, however."""

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False) -> None:
        """Wait for the lock."""
        fcntl.flock(self.handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)

    def try_to_take(self, *, shared: bool = False) -> bool:
        """Take the lock if that is possible at once; False if others are in the way."""
        try:
            fcntl.flock(self.handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def let_go(self) -> None:
        """Unlock, and keep the file open."""
        fcntl.flock(self.handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Unlock and close the file."""
        os.close(self.handle)
