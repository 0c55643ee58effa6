"""Packing lists: what goes into an order's parcels, what is packed, and what is left to ship."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from orders.facts import ParcelLine
from orders.models import Order, OrderLine, PackedItem, PackingExtra, PackScan, Shop

MOST_EXTRAS = 20
LONGEST_EXTRA = 100


@dataclass(frozen=True, slots=True)
class PackingItem:
    """One thing to be packed. `key` names it in ticks; `left` says how many are not shipped yet.

    An extra of the seller's own has no line.
    """

    key: str
    name: str
    left: int
    is_packed: bool
    line: OrderLine | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the things on a packing list are ticked."""

    ticked: int
    all: int

    @property
    def is_complete(self) -> bool:
        return self.all > 0 and self.ticked >= self.all


def packing_list(
    order: Order, extras: Iterable[PackingExtra], packed: Collection[str]
) -> list[PackingItem]:
    """What goes into the order's parcels: its lines that need shipping, then the shop's extras.

    `packed` holds the keys that are ticked. `order` with its lines and shipments.
    """
    lines = [
        PackingItem(key, line.title, left, key in packed, line)
        for line, left in left_of_lines(order)
        if (key := f"line:{line.position}")
    ]
    own = [
        PackingItem(key, extra.name, 1, key in packed)
        for extra in extras
        if (key := f"extra:{extra.pk}")
    ]
    return lines + own


def left_of_lines(order: Order) -> list[tuple[OrderLine, int]]:
    """The lines that need shipping, each with how many of it are in no parcel yet."""
    wanted = [line for line in order.lines.all() if line.needs_shipping]
    if order.shipped_at is not None:
        return [(line, 0) for line in wanted]
    sent: Counter[str] = Counter()
    for parcel in order.shipments.all():
        for inside in parcel.lines or ():
            sent[inside["item"]] += inside["quantity"]
    found = []
    for line in wanted:
        gone = min(sent[line.item], line.quantity)
        sent[line.item] -= gone
        found.append((line, line.quantity - gone))
    return found


def parcel_lines(
    left: Sequence[tuple[OrderLine, int]], chosen: dict[int, int]
) -> tuple[ParcelLine, ...] | None:
    """What a parcel holds, as its fact tells it; None when it holds all that was left.

    `chosen` says how many of a line go, by its position; a line that is not named goes whole.
    """
    taken = [(line, min(chosen.get(line.position, most), most), most) for line, most in left]
    if all(quantity == most for _line, quantity, most in taken):
        return None
    inside: Counter[str] = Counter()
    for line, quantity, _most in taken:
        inside[line.item] += quantity
    return tuple(ParcelLine(item, quantity) for item, quantity in inside.items() if quantity)


def next_parcel(order: Order) -> str:
    """What the order's next parcel is called: the smallest number that is free."""
    taken = {parcel.parcel for parcel in order.shipments.all()}
    return next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)


def ticks(order: Order) -> set[str]:
    """The keys that are ticked on the order's packing list."""
    return set(PackedItem.objects.filter(order=order).values_list("item", flat=True))


def progress(order: Order) -> Progress:
    """How far the order is packed; `order` with its lines and shipments."""
    items = packing_list(order, _extras(order), ticks(order))
    return progress_of(items)


def _extras(order: Order) -> list[PackingExtra]:
    return list(PackingExtra.objects.filter(shop=order.shop_id))


def progress_of(items: Sequence[PackingItem]) -> Progress:
    """How many of `items` are ticked."""
    return Progress(sum(item.is_packed for item in items), len(items))


@transaction.atomic
def set_ticks(*, order: Order, keys: Collection[str], now: datetime) -> Progress:
    """Have exactly these things ticked, as of `now` (UTC); keys of other things are left out.

    `order` with its lines and shipments.
    """
    items = packing_list(order, _extras(order), keys)
    ticked = {item.key for item in items if item.is_packed}
    # What is unticked is taken out again, however it had been put in.
    PackScan.objects.filter(order=order, item__in=ticks(order) - ticked).delete()
    PackedItem.objects.filter(order=order).exclude(item__in=ticked).delete()
    PackedItem.objects.bulk_create(
        [PackedItem(order=order, item=key, packed_at=now) for key in sorted(ticked)],
        ignore_conflicts=True,
    )
    return progress_of(items)


@transaction.atomic
def set_extras(*, shop: Shop, names: Sequence[str]) -> None:
    """Have the shop's parcels hold these extras, in this order; names once each, at most 20.

    An extra that keeps its name keeps its ticks.
    """
    wanted = list(dict.fromkeys(name.strip()[:LONGEST_EXTRA] for name in names if name.strip()))
    wanted = wanted[:MOST_EXTRAS]
    PackingExtra.objects.filter(shop=shop).exclude(name__in=wanted).delete()
    PackingExtra.objects.bulk_create(
        [PackingExtra(shop=shop, name=name, position=at) for at, name in enumerate(wanted)],
        update_conflicts=True,
        unique_fields=["shop", "name"],
        update_fields=["position"],
    )
