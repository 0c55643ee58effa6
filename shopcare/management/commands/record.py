"""`manage.py record`: facts by hand, one or a file of them."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from orders.facts import FACTS
from orders.facts_json import KEYS, FactError, parse_fact, read_object
from orders.lifecycle import Outcome, record
from orders.models import Order, Shop
from shopcare.commanding import ShopCommand, clock, counted, shop_of
from shopcare.recording import SOURCE, RecordReport, record_lines

# Told on the command line as JSON, since they have keys of their own.
AS_JSON = {"buyer", "address", "lines"}
OPTIONS = sorted({key for keys in KEYS.values() for key in keys} - {"order", "at"})


class Command(ShopCommand):
    help = (
        "Records facts about orders: what happened. Recording a fact again changes nothing. "
        "Examples: record payment 1001 --shop my-shop --amount 12.00;  "
        "record --file facts.jsonl --shop my-shop"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One fact with its keys, or a file of facts."""
        parser.add_argument("fact", metavar="FACT", nargs="?", help=", ".join(FACTS))
        parser.add_argument("number", metavar="NUMBER", nargs="?", help="the order's number")
        parser.add_argument(
            "--file", metavar="FILE", help="facts as JSON, one object a line; - for stdin"
        )
        self.add_shop(parser)
        parser.add_argument(
            "--at", metavar="ISO", help="when it happened (shop's time); default: now"
        )
        for key in OPTIONS:
            holders = [kind for kind, keys in KEYS.items() if key in keys]
            form = ", as JSON" if key in AS_JSON else ""
            parser.add_argument(
                f"--{key.replace('_', '-')}", metavar="…", help=f"of {', '.join(holders)}{form}"
            )
        self.add_now(parser)
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Record; exit code 1 when something was rejected, 2 when the file cannot be read."""
        if bool(options["file"]) == bool(options["fact"]) or (
            options["fact"] and not options["number"]
        ):
            raise CommandError(
                "Name a fact and an order's number, or a file with --file (- for stdin)."
            )
        shop = shop_of(options["shop"])
        if options["file"]:
            report = self.record_file(shop, options)
        else:
            report = self.record_one(shop, options)
        if options["json"]:
            self.print_json(report.as_json())
        else:
            self.tell(report)
        if report.rejected:
            sys.exit(1)

    def record_file(self, shop: Shop, options: dict[str, Any]) -> RecordReport:
        """Each line of the file, or of stdin."""
        now = clock(options)
        if options["file"] == "-":
            return record_lines(shop, sys.stdin.buffer, now=now)
        try:
            with Path(options["file"]).open("rb") as lines:
                return record_lines(shop, lines, now=now)
        except OSError as fault:
            raise CommandError(
                f"{options['file']} cannot be read: {fault.strerror}.", returncode=2
            ) from fault

    def record_one(self, shop: Shop, options: dict[str, Any]) -> RecordReport:
        """The fact of the command line. Raises CommandError when it is none."""
        now = clock(options)
        told = {"fact": options["fact"], "order": _number(shop, options["number"])}
        try:
            for key in ("at", *OPTIONS):
                if options[key] is not None:
                    told[key] = _told(key, options[key])
            fact = parse_fact(told, now=now, zone=shop.zone, currency=shop.currency)
        except FactError as refusal:
            raise CommandError(str(refusal)) from refusal
        [result] = record(shop, [fact], now=now, source=SOURCE)
        if result.outcome == Outcome.REFUSED:
            raise CommandError(result.reason)
        report = RecordReport()
        report.count(0, result)
        return report

    def tell(self, report: RecordReport) -> None:
        """The report in plain words."""
        self.stdout.write(
            f"{counted(report.recorded, 'fact', 'facts')} recorded, {report.unchanged} known "
            f"already, {report.rejected} rejected."
        )
        for waiting in report.waiting:
            self.stdout.write(
                f"Order {waiting['order']} is not known yet; the {waiting['fact']} waits for it."
            )
        for problem in report.problems:
            self.stdout.write(f"Line {problem['line']}: {problem['problem']}")


def _told(key: str, text: str) -> Any:
    """An option's value as the JSON of a file would tell it."""
    if key in AS_JSON:
        return read_object(text)
    if key == "needs_shipping":
        return json.loads(text)
    return text


def _number(shop: Shop, number: str) -> str:
    """The number as the shop knows it: imports know Shopify's "#1001" as "1001"."""
    bare = number.lstrip("#")
    if bare != number and bare and not Order.objects.filter(shop=shop, number=number).exists():
        return bare
    return number
