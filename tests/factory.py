"""Shops and orders for tests. Values that matter to a test are written in the test.

Orders come to be as in real life: by recording facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from orders import lifecycle
from orders.facts import Address, BuyerDetails, Fact, Line, Payment, Placed, Shipment
from orders.models import Order, Shop
from orders.shops import create_shop
from shopcare.accounts.models import User

# A Monday morning on which nothing else happens.
MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

ZOE = BuyerDetails(name="Zoë Ørsted", email="zoe@example.com", language="en")
NYGADE = Address(
    name="Zoë Ørsted", street1="Nygade 7", city="Aarhus", postcode="8000", country="DK"
)

_numbers = count(1001)


def make_user(email: str = "maker@example.com", password: str = "beads", **fields: Any) -> User:
    """Somebody who can log in."""
    return User.objects.create_user(email, password, **fields)


def make_shop(slug: str = "lucky-bead", **fields: Any) -> Shop:
    """A shop in Berlin that sells in euros and sends from its own address.

    `fields` are those of `create_shop`; `policy` is a dict of the policy's own.
    """
    policy = fields.pop("policy", {})
    defaults = {
        "name": "Lucky Bead",
        "timezone": "Europe/Berlin",
        "country": "DE",
        "sender_email": "maker@example.com",
    }
    shop = create_shop(slug, **(defaults | fields))
    if policy:
        type(shop.policy).objects.filter(shop=shop).update(**policy)
        shop.policy.refresh_from_db()
    return shop


def placed(order: str = "1001", at: datetime = MONDAY, **fields: Any) -> Placed:
    """The fact of an order of twelve euros: two lucky beads at 4.50 and shipping at 3.00."""
    defaults: dict[str, Any] = {
        "channel": "own",
        "currency": "EUR",
        "buyer": ZOE,
        "address": NYGADE,
        "lines": (Line("Lucky bead", sku="LB-1", quantity=2, unit_price=Decimal("4.50")),),
        "shipping": Decimal("3.00"),
    }
    return Placed(order=order, at=at, **(defaults | fields))


def record(
    shop: Shop, *facts: Fact, now: datetime | None = None, source: str = ""
) -> list[lifecycle.Result]:
    """Record facts; learned of at `now`, by default when the last of them happened."""
    now = now or max(fact.at for fact in facts)
    return lifecycle.record(shop, facts, now=now, source=source)


def make_order(
    shop: Shop | None = None,
    number: str | None = None,
    *,
    placed_at: datetime = MONDAY,
    paid_at: datetime | None = None,
    shipped_at: datetime | None = None,
    now: datetime | None = None,
    facts: Iterable[Fact] = (),
    **fields: Any,
) -> Order:
    """An order, with a payment and a parcel when their times are given, and further `facts`.

    `fields` are those of `Placed`. Without a shop it goes to the one of `make_shop`.
    """
    shop = shop or Shop.objects.filter(slug="lucky-bead").first() or make_shop()
    number = number or str(next(_numbers))
    all_facts: list[Fact] = [placed(number, placed_at, **fields)]
    if paid_at is not None:
        all_facts.append(Payment(order=number, at=paid_at))
    if shipped_at is not None:
        all_facts.append(
            Shipment(order=number, at=shipped_at, carrier="DHL", tracking_code="00340434161094")
        )
    record(shop, *all_facts, *facts, now=now)
    return Order.objects.get(shop=shop, number=number)
