"""What is done about labels, as entries of the order's timeline. They are no facts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from orders import projection
from orders.models import Label, OrderEvent

LABEL = "label"


def tell(label: Label, what: str, now: datetime, **more: Any) -> None:
    """Write into the timeline that `what` came of the label; the same twice counts once.

    `what` is one of `asked`, `bought`, `failed`, `refund_asked`, `refunded`, `refund_refused`,
    `overridden` or `scan_form`; `more` holds texts and amounts.
    """
    values: dict[str, Any] = {"what": what, "parcel": label.parcel, "is_return": label.is_return}
    for name, value in more.items():
        if value not in (None, ""):
            values[name] = f"{value:f}" if isinstance(value, Decimal) else value
    event = OrderEvent(
        order_id=label.order_id,
        kind=LABEL,
        key=f"{LABEL}:{label.reference}:{what}",
        at=now,
        recorded_at=now,
        source="easypost",
        data=values,
    )
    OrderEvent.objects.bulk_create([event], ignore_conflicts=True)
    # The label may be for an address that was changed meanwhile, or may be so no longer.
    projection.look_at([label.order_id], now)
