"""A shop in Denver that buys its labels at the replaying EasyPost."""

from decimal import Decimal
from typing import Any

from orders.facts import Address, BuyerDetails, Line
from orders.models import Box, ItemDetails, Order, ShippingProfile, Shop
from orders.packing import next_parcel
from orders.shipping.postage import Choice, Postage, prepare
from orders.shipping.secrets import encrypt
from tests.easypost import KEY
from tests.factory import MONDAY, make_order, make_shop

MAIN_STREET = Address("Ann Doe", "1 Main St", "", "Boulder", "CO", "80301", "US")
NYGADE = Address("Zoë Ørsted", "Nygade 7", "", "Aarhus", "", "8000", "DK")
ANN = BuyerDetails(name="Ann Doe", email="ann@example.com", language="en")
BEADS = (Line("Lucky bead", sku="LB-1", quantity=2, unit_price=Decimal("20.00")),)


def make_shipping_shop(slug: str = "lucky-bead", *, key: str = KEY, **fields: Any) -> Shop:
    """It knows where it sends from, one box, what a bead weighs, and its EasyPost key."""
    defaults = {"country": "US", "currency": "USD", "timezone": "America/Denver"}
    shop = make_shop(slug, **(defaults | fields))
    ShippingProfile.objects.create(
        shop=shop,
        name="Lucky Bead",
        street1="2 Hill Rd",
        city="Denver",
        region="CO",
        postcode="80202",
        phone="3035550100",
        easypost_key=encrypt(key),
    )
    Box.objects.create(
        shop=shop, name="Small", length_mm=150, width_mm=100, height_mm=50, weight_g=40
    )
    ItemDetails.objects.create(shop=shop, item="LB-1", weight_g=30)
    return shop


def make_paid_order(shop: Shop, number: str = "1001", **fields: Any) -> Order:
    """Two lucky beads for Ann in Boulder, 45 dollars with shipping, paid and not packed."""
    defaults: dict[str, Any] = {
        "paid_at": MONDAY,
        "currency": "USD",
        "buyer": ANN,
        "address": MAIN_STREET,
        "lines": BEADS,
        "shipping": Decimal("5.00"),
    }
    return make_order(shop, number, **(defaults | fields))


def postage(order: Order, parcel: str = "", **chosen: Any) -> Postage:
    """What the order's next label would be asked for."""
    fresh = Order.objects.select_related("shop__policy", "buyer").get(pk=order.pk)
    return prepare(fresh, parcel or next_parcel(fresh), choice=Choice(**chosen))
