"""A mail server that accepts everything, in a process of its own: `python -m bench.smtp_server`.

aiosmtpd, as tests and the figures of others use it. Prints its port; ends with its standard input.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.ground import ROOT


class Sink:
    """Takes every mail and throws it away; advertises pipelining, as Postfix and Exim do."""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*answers[:-1], "250-PIPELINING", answers[-1]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


class SlowSMTP(SMTP):
    """Takes its time over each reply."""

    def __init__(self, delay: float) -> None:
        super().__init__(Sink(), ident="sink", enable_SMTPUTF8=True)
        self.delay = delay

    async def push(self, status: str | bytes) -> None:
        """Answer after the delay."""
        if self.delay:
            await asyncio.sleep(self.delay)
        await super().push(status)


@contextmanager
def smtp_server(delay: float) -> Iterator[int]:
    """Run the server with `delay` seconds before each reply; gives its port on 127.0.0.1."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.smtp_server", str(delay)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdin
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()


async def main(delay: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SlowSMTP(delay), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
