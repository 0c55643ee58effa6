"""What every channel's file becomes: an `IncomingOrder`, or a `Problem` that says what is wrong.

The readers of this package are pure: bytes in, these values out. `load` turns them into facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from orders.facts import Payment, Placed, Scan, Shipment


class UnreadableFile(ValueError):
    """The file as a whole cannot be imported; the message is one sentence for the seller."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one row, said so that the seller can mend it.

    `row` counts the file's own lines or records as a spreadsheet shows them (the header is 1).
    Of several problems of one order only the first is marked as the one that `rejects` it.
    """

    row: int
    column: str
    value: str
    problem: str
    rejects: bool = field(default=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingOrder:
    """One order as a file tells it: how it stands at the time of the export.

    Payments and shipments carry their own times and stable references, so that the same file
    read again gives the same facts. Refunds and cancellations are often told without a time:
    `refunded` is the sum up to now, in the order's currency.

    `former_number` is a number under which an earlier file may have told this same order: eBay
    lists a sale by its record number until it has an order number.
    """

    row: int
    placed: Placed
    payments: tuple[Payment, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    scans: tuple[Scan, ...] = ()
    refunded: Decimal = Decimal(0)
    cancelled: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    former_number: str = ""
