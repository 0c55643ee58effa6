"""What an import would do, found out by doing it and taking each few hundred orders back.

Rolled back in small steps, so that no order stays locked while a long file is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from orders.intake.incoming import IncomingOrder
from orders.intake.load import ImportReport, Noted, ShowProgress, load_portion
from orders.intake.portions import portions
from orders.intake.readers import read_orders
from orders.models import Order, Shop

SHOWN = 10


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One order of the file as a preview shows it; money in `currency`, times UTC.

    `changes` are the kinds of facts that are new about an order that we know.
    """

    number: str
    buyer: str
    placed_at: datetime
    what: str
    more: int
    total: Decimal
    currency: str
    status: str
    changes: tuple[str, ...]


@dataclass(slots=True)
class Preview:
    """The report that the import would give, and the first orders of each kind."""

    report: ImportReport = field(default_factory=ImportReport)
    new: list[PreviewRow] = field(default_factory=list)
    changed: list[PreviewRow] = field(default_factory=list)


# Told the ids of orders as the import would leave them, while they are there to be looked at.
Look = Callable[[Sequence[int]], None]


def preview_orders(
    shop: Shop,
    channel: str,
    path: Path,
    *,
    items: Path | None = None,
    now: datetime,
    look: Look,
    progress: ShowProgress,
) -> Preview:
    """What importing this file into `shop` at `now` (UTC) would do; leaves no trace.

    `look` is called with the orders that would be new or changed. Raises UnreadableFile.
    """
    reading = read_orders(channel, path, zone=shop.zone, currency=shop.currency, items=items)
    preview = Preview()
    seen: set[str] = set()
    for portion in portions(reading):
        noted: list[Noted] = []
        with transaction.atomic():
            load_portion(shop, portion, f"import:{channel}", now, preview.report, noted.append)
            touched = {each.order.placed.order: each for each in noted if each.changes}
            stored = Order.objects.filter(shop=shop, number__in=touched).values_list(
                "number", "pk", "status"
            )
            statuses = {number: status for number, _pk, status in stored}
            look([pk for _number, pk, _status in stored])
            transaction.set_rollback(True)
        _note(preview, touched, statuses, seen)
        progress(portion.done, reading.progress.total)
    return preview


def _note(
    preview: Preview, touched: dict[str, Noted], statuses: dict[str, str], seen: set[str]
) -> None:
    for number, noted in touched.items():
        if noted.is_new and number in seen:
            # The file tells it twice, far apart: the first time has been rolled back.
            preview.report.created -= 1
            preview.report.unchanged += 1
            continue
        seen.add(number)
        rows = preview.new if noted.is_new else preview.changed
        if len(rows) < SHOWN:
            rows.append(_row(noted, statuses.get(number, "")))


def _row(noted: Noted, status: str) -> PreviewRow:
    order: IncomingOrder = noted.order
    placed = order.placed
    first = placed.lines[0] if placed.lines else None
    return PreviewRow(
        number=placed.order,
        buyer=placed.buyer.name or placed.buyer.username or placed.buyer.email,
        placed_at=placed.at,
        what=f"{first.quantity} × {first.title}" if first else "",
        more=max(len(placed.lines) - 1, 0),
        total=placed.grand_total,
        currency=placed.currency,
        status=status,
        changes=noted.changes,
    )
