"""The seller's own notes about an order: entries of the timeline that are no facts."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from orders.models import Order, OrderEvent

REMARK = "remark"
LONGEST = 5_000


def add_remark(order: Order, text: str, *, author: str = "", now: datetime) -> bool:
    """Keep `text` in the order's timeline at `now` (UTC); nothing follows from it.

    Whether it was new: the same words on the same day count once, so a form sent twice does no
    harm.
    """
    text = text.strip()[:LONGEST]
    key = f"{REMARK}:{now.date()}:{sha256(text.encode()).hexdigest()}"
    values = {"kind": REMARK, "at": now, "recorded_at": now, "source": "dashboard"}
    values["data"] = {"text": text, "author": author}
    _event, is_new = OrderEvent.objects.get_or_create(order=order, key=key, defaults=values)
    return is_new
