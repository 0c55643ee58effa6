"""`manage.py send_messages`: drain the outbox once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from notifications.outbox import send_messages
from shopcare.commanding import ShopCommand, clock

# The outbox's results in plain words; the first four are always counted for --json.
WORDS = {
    "sent": "sent",
    "queued": "put off for another attempt",
    "cancelled": "not true any more",
    "failed": "given up",
    "to_copy": "waiting to be copied by you",
    "no_server": "waiting, because the mail server does not answer",
    "abandoned": "left for the next pass",
    "lost": "taken over by another sender",
}


class Command(ShopCommand):
    help = "Sends every message that waits in the outbox and is due, and says what became of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--now and --json."""
        self.add_now(parser)
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and count by result."""
        counts = dict(send_messages(clock(options)))
        if options["json"]:
            self.print_json(dict.fromkeys(list(WORDS)[:4], 0) | counts)
        elif not any(counts.values()):
            self.stdout.write("Nothing was waiting to be sent.")
        else:
            parts = [f"{count} {WORDS.get(result, result)}" for result, count in counts.items()]
            self.stdout.write(", ".join(parts) + ".")
