"""Comparing what carriers ask: which one is wanted, which is cheaper, which is faster."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders.shipping.values import Rate

# Words by which carriers name letters, which travel without a number to follow.
UNTRACKED = ("letter", "postcard", "untracked")


@dataclass(frozen=True, slots=True)
class Offer:
    """A rate among the others.

    `saves` is how much cheaper it is than the default one, `sooner` how many days earlier it
    arrives; None when it is neither, or when nobody knows.
    """

    rate: Rate
    is_default: bool
    is_cheapest: bool
    is_fastest: bool
    saves: Decimal | None = None
    sooner: int | None = None

    @property
    def is_tracked(self) -> bool:
        """Whether a number to follow it can be expected."""
        return not is_untracked(self.rate.service)


def compare(rates: Sequence[Rate], wanted: str) -> list[Offer]:
    """The rates by price, then days; the default is the one `wanted`, see `pick`."""
    ordered = sorted(rates, key=lambda rate: (rate.price, rate.days or 999, rate.carrier, rate.id))
    if not ordered:
        return []
    default = pick(ordered, wanted)
    days = [rate.days for rate in ordered if rate.days is not None]
    fastest = next((r for r in ordered if days and r.days == min(days)), None)
    return [
        Offer(
            rate,
            is_default=rate is default,
            is_cheapest=rate is ordered[0],
            is_fastest=rate is fastest,
            saves=_saves(rate, default),
            sooner=_sooner(rate, default),
        )
        for rate in ordered
    ]


def pick(rates: Sequence[Rate], wanted: str) -> Rate | None:
    """The rate of the service `wanted`, like “USPS Priority”; None when it is not offered.

    Words count, not their spelling: “usps priority” is the same. A carrier's name alone means
    its cheapest rate, a service's name alone the cheapest of that name. Nothing wanted: the
    cheapest that can be followed.
    """
    cheapest = sorted(rates, key=lambda rate: (rate.price, rate.days or 999, rate.id))
    name = folded(wanted)
    if not name:
        tracked = [rate for rate in cheapest if not is_untracked(rate.service)]
        return next(iter(tracked or cheapest), None)
    full = [rate for rate in cheapest if folded(rate.carrier + rate.service) == name]
    of_service = [rate for rate in cheapest if folded(rate.service) == name]
    of_carrier = [rate for rate in cheapest if folded(rate.carrier) == name]
    return next(iter(full or of_service or of_carrier), None)


def folded(name: str) -> str:
    """A carrier's or service's name without what people spell differently."""
    return re.sub(r"[\W_]+", "", name).casefold()


def is_untracked(service: str) -> bool:
    """Whether a service is letter post by its name: its label comes without a tracking number."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", service)
    return any(word.casefold().rstrip("s") in UNTRACKED for word in words)


def _saves(rate: Rate, default: Rate | None) -> Decimal | None:
    if default is None or rate.currency != default.currency or rate.price >= default.price:
        return None
    return default.price - rate.price


def _sooner(rate: Rate, default: Rate | None) -> int | None:
    if default is None or rate.days is None or default.days is None:
        return None
    return default.days - rate.days if rate.days < default.days else None
