"""`manage.py import_orders`: a marketplace's orders file into a shop."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orders.intake.incoming import UnreadableFile
from orders.intake.load import ImportReport, load_orders
from orders.intake.readers import CHANNELS
from shopcare.commanding import ShopCommand, clock, counted, shop_of

# A terminal shows so many problems; --json has them all.
SHOWN = 50


class Command(ShopCommand):
    help = (
        "Imports an orders file. Bad orders are rejected one by one and reported; importing the "
        "same file again changes nothing. Exit code 0: all well, 1: some orders were rejected, "
        "2: the file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE and whose it is."""
        parser.add_argument("file", metavar="FILE", type=Path)
        self.add_shop(parser)
        parser.add_argument("--channel", required=True, choices=CHANNELS)
        parser.add_argument(
            "--items", metavar="FILE", type=Path, help="Etsy's second file: the sold items"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would happen; change nothing"
        )
        self.add_now(parser)
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, report, and exit with what became of it."""
        shop = shop_of(options["shop"])
        now = clock(options)
        progress, finish = self.progress(options)
        try:
            report = load_orders(
                shop,
                options["channel"],
                options["file"],
                items=options["items"],
                now=now,
                dry_run=options["dry_run"],
                progress=progress,
            )
        except (UnreadableFile, OSError) as fault:
            finish()
            self.stderr.write(sentence(fault, options["file"]))
            sys.exit(2)
        finish()
        if options["json"]:
            self.print_json(as_json(report))
        else:
            self.tell(report, dry_run=options["dry_run"])
        if report.rejected:
            sys.exit(1)

    def progress(
        self, options: dict[str, Any]
    ) -> tuple[Callable[[int, int], None] | None, Callable[[], None]]:
        """A line that counts up on a terminal's stderr, and what ends it; nothing elsewhere."""
        stream = sys.stderr
        if options["verbosity"] < 1 or not stream.isatty():
            return None, lambda: None

        def show(done: int, total: int) -> None:
            share = f" ({done * 100 // total} %)" if total else ""
            stream.write(f"\r{done:,} read{share} …")
            stream.flush()

        def finish() -> None:
            stream.write("\r\033[K")
            stream.flush()

        return show, finish

    def tell(self, report: ImportReport, *, dry_run: bool) -> None:
        """The report in plain words."""
        if dry_run:
            self.stdout.write("A trial run: nothing has been changed.")
        self.stdout.write(
            f"{counted(report.created, 'order', 'orders')} created, {report.updated} updated, "
            f"{report.unchanged} unchanged, {report.rejected} rejected."
        )
        for problem in report.problems[:SHOWN]:
            place = f"Row {problem.row}" + (f", {problem.column}" if problem.column else "")
            value = f" “{problem.value}”" if problem.value else ""
            self.stdout.write(f"{place}:{value} {problem.problem}")
        if len(report.problems) > SHOWN:
            self.stdout.write(f"… and {len(report.problems) - SHOWN} more; --json has them all.")


def as_json(report: ImportReport) -> dict[str, Any]:
    """The report as --json prints it."""
    document = asdict(report)
    for problem in document["problems"]:
        del problem["rejects"]
    return document


def sentence(fault: Exception, path: Path) -> str:
    """Why the file cannot be read, in one line."""
    if isinstance(fault, UnreadableFile):
        return str(fault)
    if isinstance(fault, FileNotFoundError):
        return f"There is no file {fault.filename or path}."
    reason = fault.strerror if isinstance(fault, OSError) else ""
    return f"{path} cannot be read: {reason or fault}."
