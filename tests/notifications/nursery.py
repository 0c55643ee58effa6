"""One process that has imported everything, and forks workers, beats and commands from itself.

So dozens of workers can be started and killed in the time that Python would need to import all
of it for two. Orders come as lines of JSON, answers go back as lines.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper

import django

from shopcare.postgres_files import become


def serve() -> None:
    """Answer until nobody asks any more; all that was started dies with this process.

    {"start": [celery arguments]} and its process id, {"kill": id} and 0,
    {"run": [command, arguments], "stdin": text} and its exit code.
    """
    django.setup()
    from celery.apps import beat, worker  # noqa: F401 - what the children need
    from celery.concurrency import thread  # noqa: F401
    from kombu.transport import redis  # noqa: F401

    import notifications.tasks  # noqa: F401
    from shopcare.celery import app

    for line in sys.stdin:
        asked = json.loads(line)
        if arguments := asked.get("start"):
            answer = hatch(lambda arguments=arguments: app.start(arguments))
        elif pid := asked.get("kill"):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            answer = 0
        else:
            pid = hatch(lambda asked=asked: run(asked["run"], asked["stdin"]))
            answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def hatch(work: Callable[[], object]) -> int:
    """Do `work` in a forked process; its id. What it prints goes to stderr."""
    die_with_us = become(None, signal.SIGKILL)
    pid = os.fork()
    if pid:
        return pid
    die_with_us()
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 1
    try:
        work()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        os._exit(code)


def run(arguments: list[str], stdin: str) -> None:
    """A management command, with `stdin` to read from."""
    from django.core.management import call_command

    sys.stdin = TextIOWrapper(BytesIO(stdin.encode()))
    call_command(*arguments)


if __name__ == "__main__":
    serve()
