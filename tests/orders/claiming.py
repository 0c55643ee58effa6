"""Parcels that went wrong, for tests of claims: bought at the replaying EasyPost, and insured."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from orders import lifecycle
from orders.facts import Address, Scan, Shipment, Word
from orders.models import Label, Order, ShippingProfile, Shop
from orders.models.label import LabelState
from orders.shipping.gateway import EasyPost
from orders.shipping.secrets import encrypt
from orders.shipping.values import Contact, ParcelSize, ShipmentRequest
from orders.words import ScanStatus
from tests.easypost import KEY
from tests.factory import MONDAY, make_order, make_shop

HARBOR = Address("Elizabeth Swan", "179 N Harbor Dr", "", "Redondo Beach", "CA", "90277", "US")
SHIPPED = MONDAY + timedelta(days=1)
WROTE = "It never came. Where is my bead?"


def make_claimant(slug: str = "lucky-bead") -> Shop:
    """A shop with an EasyPost account."""
    shop = make_shop(slug, country="US", currency="USD", timezone="America/New_York")
    ShippingProfile.objects.create(shop=shop, easypost_key=encrypt(KEY))
    return shop


def ship(shop: Shop, *, insured: str = "12.00", said: str = WROTE, **fields: Any) -> Order:
    """An order of twelve dollars, shipped with a label bought at EasyPost, that went astray."""
    order = make_order(shop, currency="USD", address=HARBOR, **fields)
    easypost = EasyPost(KEY)
    contact = Contact(HARBOR)
    priced = easypost.price(ShipmentRequest("", contact, contact, ParcelSize(100)))
    bought = easypost.buy(priced.id, priced.rates[0].id, Decimal(insured))
    Label.objects.create(
        shop=shop,
        order=order,
        parcel="1",
        state=LabelState.BOUGHT,
        weight_g=100,
        carrier="USPS",
        insured=Decimal(insured),
        cost=Decimal("6.07"),
        currency="USD",
        bought_at=SHIPPED,
        easypost_id=bought.id,
        tracking_code=bought.tracking_code,
    )
    record(order, Shipment, at=SHIPPED, carrier="USPS", tracking_code=bought.tracking_code)
    record(order, Scan, at=SHIPPED + timedelta(hours=5), status=ScanStatus.IN_TRANSIT)
    if said:
        record(order, Word, at=SHIPPED + timedelta(days=31), text=said)
    return Order.objects.get(pk=order.pk)


def record(order: Order, kind: Any, **fields: Any) -> None:
    """Record one more fact about the order."""
    fact = kind(order=order.number, **fields)
    lifecycle.record(order.shop, [fact], now=fact.at)
