"""What is waiting to be packed and shipped, at any size of shop."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from orders.models import Order, Shop
from orders.models.order import TO_SHIP

# A seller who refunded all of it does not mean to send it.
REFUNDED = Q(refunded_amount__gt=0, refunded_amount__gte=F("paid_amount"))


def to_ship(shop: Shop) -> QuerySet[Order]:
    """Orders ready to be packed and not all shipped, those that are waiting longest first.

    The partial index order_to_ship finds them among any number of others.
    """
    return (
        Order.objects.filter(TO_SHIP, shop=shop)
        .exclude(REFUNDED)
        .order_by(Coalesce("paid_at", "placed_at"), "id")
    )
