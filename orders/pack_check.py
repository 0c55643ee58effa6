"""Pack check: each thing is scanned, typed or ticked before the parcel gets its label.

A check begins with the first scan or tick. From then on a wrong or a missing thing stops the
label; with the policy's `pack_first` an order that nobody has begun to pack stops it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from orders.facts import ParcelLine
from orders.models import Order, OrderLine, PackedItem, PackScan
from orders.packing import left_of_lines, ticks

LONGEST_CODE = 300
MOST_SCANS = 1000


class Scanned(StrEnum):
    """What a scan turned out to be."""

    RIGHT = "right"
    # The last one of its kind: the line is ticked now.
    COMPLETE = "complete"
    ONE_TOO_MANY = "one_too_many"
    WRONG = "wrong"
    # Several lines could be meant: scan the SKU, or type more of the title.
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """What became of a scan, and which line of the order it was."""

    scanned: Scanned
    sentence: str
    line: OrderLine | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of a parcel being packed: how many it needs, and how many are in it."""

    key: str
    line: OrderLine
    needed: int
    packed: int

    @property
    def lacking(self) -> int:
        return max(self.needed - self.packed, 0)


@dataclass(frozen=True, slots=True)
class PackCheck:
    """How a parcel's packing stands. `wrong` are the things that do not belong in it."""

    lines: list[Checked]
    wrong: list[PackScan]
    has_begun: bool
    is_wanted: bool
    problems: list[str] = field(default_factory=list)

    @property
    def stops(self) -> bool:
        """Whether the label must wait, unless the seller says why not."""
        return bool(self.problems) and (self.has_begun or self.is_wanted)


def pack_check(
    order: Order, parcel: str, *, lines: Sequence[ParcelLine] | None = None
) -> PackCheck:
    """How the packing of `parcel` stands; `order` with its lines, shipments, shop and policy.

    `lines` says what the parcel is to hold, None for all that is left.
    """
    scans = PackScan.objects.filter(order=order, parcel=parcel)[:MOST_SCANS]
    return _checked(order, lines, ticks(order), list(scans))


def pack_checks(orders: Sequence[Order], parcels: Mapping[int, str]) -> dict[int, PackCheck]:
    """The same for many orders at once, by the order's id; `parcels` names each one's parcel."""
    ids = [order.pk for order in orders]
    ticked: dict[int, set[str]] = {order_id: set() for order_id in ids}
    scans: dict[int, list[PackScan]] = {order_id: [] for order_id in ids}
    for tick in PackedItem.objects.filter(order__in=ids):
        ticked[tick.order_id].add(tick.item)
    for scan in PackScan.objects.filter(order__in=ids):
        if scan.parcel == parcels[scan.order_id]:
            scans[scan.order_id].append(scan)
    return {order.pk: _checked(order, None, ticked[order.pk], scans[order.pk]) for order in orders}


def _checked(
    order: Order,
    lines: Sequence[ParcelLine] | None,
    ticked: Collection[str],
    scans: Sequence[PackScan],
) -> PackCheck:
    counted = Counter(scan.item for scan in scans if scan.item)
    checked = []
    for line, needed in _needed(order, lines):
        key = f"line:{line.position}"
        packed = needed if key in ticked else min(counted[key], needed)
        checked.append(Checked(key, line, needed, packed))
    wrong = [scan for scan in scans if not scan.item]
    # Ticks of things that were shipped in an earlier parcel say nothing of this one.
    has_begun = bool(scans) or any(each.packed for each in checked)
    problems = _problems(checked, wrong)
    return PackCheck(checked, wrong, has_begun, order.shop.policy.pack_first, problems)


@transaction.atomic
def scan(order: Order, parcel: str, code: str, *, now: datetime) -> ScanAnswer:
    """Take note of a thing that was scanned or typed: its SKU, or its title or a part of it.

    What does not belong in the parcel is kept as wrong until `take_out`. `order` with its lines
    and shipments; `now` in UTC.
    """
    code = " ".join(code.split())[:LONGEST_CODE]
    # One after the other: two scanners at one table must not count the same thing twice.
    Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    check = pack_check(order, parcel)
    found = _meant(check.lines, code)
    if len({each.line.item for each in found}) > 1:
        return ScanAnswer(
            Scanned.UNCLEAR,
            _("“%(code)s” could be several things. Scan or type its SKU.") % {"code": code},
        )
    if not found:
        _keep(order, parcel, "", code, now)
        return ScanAnswer(
            Scanned.WRONG, _("“%(code)s” does not belong in this order.") % {"code": code}
        )
    one = next((each for each in found if each.lacking), None)
    if one is None:
        _keep(order, parcel, "", code, now)
        return ScanAnswer(
            Scanned.ONE_TOO_MANY,
            _("One “%(item)s” too many.") % {"item": found[0].line.title[:80]},
            found[0].line,
        )
    _keep(order, parcel, one.key, code, now)
    if one.lacking > 1:
        sentence = _("%(item)s: %(packed)s of %(needed)s.")
        values = {
            "item": one.line.title[:80],
            "packed": one.packed + 1,
            "needed": one.needed,
        }
        return ScanAnswer(Scanned.RIGHT, sentence % values, one.line)
    PackedItem.objects.bulk_create(
        [PackedItem(order=order, item=one.key, packed_at=now)], ignore_conflicts=True
    )
    return ScanAnswer(
        Scanned.COMPLETE, _("%(item)s is complete.") % {"item": one.line.title[:80]}, one.line
    )


def take_out(order: Order, parcel: str, scan_id: int) -> bool:
    """A thing that did not belong in the parcel is out again; False when it was already."""
    wrong = PackScan.objects.filter(order=order, parcel=parcel, pk=scan_id, item="")
    return bool(wrong.delete()[0])


def begin_again(order: Order, parcel: str) -> None:
    """Forget what was scanned and ticked for the parcel; its things are packed anew."""
    with transaction.atomic():
        PackScan.objects.filter(order=order, parcel=parcel).delete()
        keys = [f"line:{line.position}" for line, left in left_of_lines(order) if left]
        PackedItem.objects.filter(order=order, item__in=keys).delete()


def _needed(order: Order, chosen: Sequence[ParcelLine] | None) -> list[tuple[OrderLine, int]]:
    left = [(line, quantity) for line, quantity in left_of_lines(order) if quantity]
    if chosen is None:
        return left
    wanted = Counter({line.item: line.quantity for line in chosen})
    found = []
    for line, most in left:
        taken = min(wanted[line.item], most)
        wanted[line.item] -= taken
        if taken:
            found.append((line, taken))
    return found


def _meant(lines: Sequence[Checked], code: str) -> list[Checked]:
    """The lines that a scanned or typed text can mean; a SKU wins over a title."""
    wanted = code.casefold()
    if not wanted:
        return []
    titled = [(each, each.line.title.casefold()) for each in lines]
    return (
        [each for each in lines if each.line.sku.casefold() == wanted]
        or [each for each, title in titled if title == wanted]
        or [each for each, title in titled if title.startswith(wanted)]
        or [each for each, title in titled if len(wanted) > 2 and wanted in title]
    )


def _keep(order: Order, parcel: str, item: str, code: str, now: datetime) -> None:
    PackScan.objects.create(order=order, parcel=parcel, item=item, code=code, scanned_at=now)


def _problems(lines: Sequence[Checked], wrong: Sequence[PackScan]) -> list[str]:
    problems = [
        _("%(count)s × %(item)s is missing.")
        % {"count": each.lacking, "item": each.line.title[:80]}
        for each in lines
        if each.lacking
    ]
    problems += [_("“%(code)s” does not belong in it.") % {"code": each.code} for each in wrong]
    return problems
