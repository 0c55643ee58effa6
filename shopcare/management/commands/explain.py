"""`manage.py explain`: one order in plain words: what was said, what will be, what not and why."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError

from notifications.explain import Explanation, explain
from notifications.reasons import day_and_time
from notifications.words import MessageState
from orders.models import Order, Shop
from orders.words import ChannelKind, FlagKind, NoteKind, OrderStatus
from shopcare.commanding import ShopCommand, clock, shop_of

GATE_MARKS = {"passed": "✓", "open": "·", "blocked": "!"}


class Command(ShopCommand):
    help = "Explains one order: sent, due, upcoming and withheld notes, flags and checkpoints."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """NUMBER and its shop."""
        parser.add_argument("number", metavar="NUMBER")
        self.add_shop(parser)
        self.add_now(parser)
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, explain, tell."""
        shop = shop_of(options["shop"])
        explanation = explain(order_of(shop, options["number"]), clock(options))
        if options["json"]:
            self.print_json(explanation)
        else:
            self.stdout.write("\n".join(letter(explanation, shop.zone)))


def order_of(shop: Shop, number: str) -> Order:
    """The shop's order of this number. Raises CommandError."""
    orders = Order.objects.select_related("channel", "buyer")
    # Sellers write numbers as their shop system shows them: "#1001".
    for written in (number, number.lstrip("#")):
        order = orders.filter(shop=shop, number=written).first()
        if order is not None:
            return order
    raise CommandError(f"There is no order “{number}” in {shop.name}: is the number complete?")


def letter(told: Explanation, zone: ZoneInfo) -> list[str]:
    """The explanation as a letter to the seller; times are those of `zone`."""

    def at(text: str) -> str:
        return day_and_time(datetime.fromisoformat(text).astimezone(zone))

    lines = [
        f"Order {told['order']}, sold on {ChannelKind(told['channel']).label}: "
        f"{OrderStatus(told['status']).label}."
    ]
    lines += _part(
        "It needs you",
        [f"{_name(x['kind'])}, since {at(x['since'])}: {x['reason']}" for x in told["flags"]],
    )
    lines += _part(
        "Already said",
        [f"{_name(x['kind'])}: {_words(x['state'])}, {at(x['at'])}" for x in told["sent"]],
    )
    lines += _part("Goes out now", [_name(x["kind"]) for x in told["due"]])
    lines += _part(
        "Will follow",
        [f"{_name(x['kind'])} on {at(x['at'])}, unless {x['unless']}" for x in told["upcoming"]],
    )
    lines += _part(
        "Not said, and why", [f"{_name(x['kind'])}: {x['reason']}" for x in told["withheld"]]
    )
    lines += ["", "Checkpoints:"]
    lines += [
        f"  {GATE_MARKS[x['state']]} {x['name'].replace('_', ' ')}: {x['evidence']}"
        for x in told["checkpoints"]
    ]
    return lines


def _part(title: str, entries: list[str]) -> list[str]:
    return ["", f"{title}:", *(f"  - {entry}" for entry in entries)] if entries else []


def _name(kind: str) -> str:
    labels = dict(FlagKind.choices) | dict(NoteKind.choices)
    return str(labels.get(kind, kind)).capitalize()


def _words(state: str) -> str:
    return str(MessageState(state).label)
