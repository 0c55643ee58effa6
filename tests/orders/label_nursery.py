"""One process that has imported everything, and forks workers that buy labels.

So dozens of them can be started and killed in the time that Python needs to start once. It is
asked by lines: "start" answers with a process id, "kill <id>" kills it at once.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import django


def serve() -> None:
    """Answer until nobody asks any more; all that was started dies with this process."""
    django.setup()
    from shopcare.postgres_files import become
    from shopcare.tasks import buy_labels

    for line in sys.stdin:
        word, _space, rest = line.strip().partition(" ")
        if word == "kill":
            os.kill(int(rest), signal.SIGKILL)
            os.waitpid(int(rest), 0)
            answer(0)
            continue
        die_with_us = become(None, signal.SIGKILL)
        pid = os.fork()
        if not pid:
            die_with_us()
            try:
                while True:
                    buy_labels()
                    time.sleep(0.02)
            finally:
                os._exit(1)
        answer(pid)


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
