"""The way of shipping that a buyer asked for, kept on the order."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from orders.models import Order
from orders.remarks import add_remark

LONGEST = 100


@transaction.atomic
def keep_wish(order: Order, service: str, *, now: datetime) -> bool:
    """Ship by `service`, as the buyer asked; empty for the usual one. Whether it was new.

    Written into the timeline as a remark at `now` (UTC).
    """
    service = " ".join(service.split())[:LONGEST]
    changed = Order.objects.filter(pk=order.pk).exclude(requested_service=service)
    if not changed.update(requested_service=service):
        return False
    order.requested_service = service
    words = _("The buyer wants it shipped by %(service)s.") % {"service": service}
    add_remark(order, words if service else _("Shipped by the usual service after all."), now=now)
    return True
