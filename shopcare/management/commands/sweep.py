"""`manage.py sweep`: one pass over everything that is due."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from notifications.digest import write_digests
from notifications.sweep import sweep
from shopcare.commanding import ShopCommand, clock, counted


class Command(ShopCommand):
    help = "Looks at every order that is due and writes the notes and flags it needs, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--now and --json."""
        self.add_now(parser)
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, write the morning digests, and count."""
        now = clock(options)
        counts = sweep(now)
        counts["messages"] += write_digests(now)
        if options["json"]:
            self.print_json(dict(counts))
            return
        self.stdout.write(
            f"Looked at {counted(counts['looked_at'], 'order', 'orders')}: "
            f"{counted(counts['messages'], 'note', 'notes')} written, "
            f"{counted(counts['flags'], 'flag', 'flags')} raised."
        )
        if counts["put_off"]:
            self.stdout.write(
                f"{counted(counts['put_off'], 'order', 'orders')} could not be planned; "
                "the log says why. They are tried again in a quarter of an hour."
            )
