"""`manage.py make_orders`: synthetic but lifelike orders."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from shopcare.commanding import ShopCommand, clock, counted, shop_of
from shopcare.make_orders import make_orders


class Command(ShopCommand):
    help = (
        "Makes N lifelike orders in a shop, for trials and benchmarks; no mail can reach anybody."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """N and the shop."""
        parser.add_argument("count", metavar="N", type=_count)
        self.add_shop(parser)
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed makes the same orders; default: 1"
        )
        self.add_now(parser)
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them; a terminal sees how far it is."""
        is_watched = sys.stderr.isatty() and options["verbosity"] > 0

        def progress(done: int) -> None:
            if is_watched:
                sys.stderr.write(f"\r{done:,} of {options['count']:,} …")

        shop = shop_of(options["shop"])
        make_orders(
            shop, options["count"], now=clock(options), seed=options["seed"], progress=progress
        )
        if is_watched:
            sys.stderr.write("\r\033[K")
        if options["json"]:
            self.print_json({"shop": shop.slug, "made": options["count"]})
        else:
            self.stdout.write(f"{counted(options['count'], 'order', 'orders')} made.")


def _count(text: str) -> int:
    """An argparse type: how many."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 100_000_000):
        raise ArgumentTypeError(f"“{text}” is no number of orders: give a whole number from 1")
    return int(text)
