"""The columns of the general orders file, as docs/import.md lists them."""

from __future__ import annotations

from typing import NamedTuple

# Our names first; the others are what people write all the same.
COLUMNS: dict[str, tuple[str, ...]] = {
    "order": ("order", "order_number", "order_id", "order_no", "bestellnummer"),
    "placed_at": ("placed_at", "order_date", "placed", "created_at", "bestelldatum"),
    "channel": ("channel",),
    "buyer_name": ("buyer_name", "customer_name"),
    "buyer_email": ("buyer_email", "customer_email", "email"),
    "buyer_username": ("buyer_username", "username"),
    "language": ("language",),
    "currency": ("currency",),
    "item": ("item", "item_name", "title", "product"),
    "sku": ("sku",),
    "variation": ("variation", "variant"),
    "quantity": ("quantity", "qty"),
    "unit_price": ("unit_price", "price"),
    "needs_shipping": ("needs_shipping",),
    "shipping": ("shipping",),
    "tax": ("tax",),
    "discount": ("discount",),
    "total": ("total",),
    "paid_at": ("paid_at",),
    "paid_amount": ("paid_amount",),
    "payment_reference": ("payment_reference",),
    "payment_method": ("payment_method",),
    "ship_by": ("ship_by",),
    "shipped_at": ("shipped_at",),
    "carrier": ("carrier",),
    "service": ("service",),
    "tracking_code": ("tracking_code", "tracking_number"),
    "delivered_at": ("delivered_at",),
    "cancelled_at": ("cancelled_at", "canceled_at"),
    "cancel_reason": ("cancel_reason",),
    "refunded": ("refunded",),
    "terms": ("terms",),
    "note": ("note",),
    "requested_service": ("requested_service",),
    "ship_name": ("ship_name",),
    "street1": ("street1", "street", "address1"),
    "street2": ("street2", "address2"),
    "city": ("city",),
    "region": ("region", "state"),
    "postcode": ("postcode", "zip", "postal_code"),
    "country": ("country",),
}
REQUIRED = ("order", "placed_at")
MONEY = ("unit_price", "total", "shipping", "paid_amount")
DATES = ("placed_at", "paid_at", "shipped_at")


class Cells(NamedTuple):
    """One row; the fields are the keys of COLUMNS."""

    order: str
    placed_at: str
    channel: str
    buyer_name: str
    buyer_email: str
    buyer_username: str
    language: str
    currency: str
    item: str
    sku: str
    variation: str
    quantity: str
    unit_price: str
    needs_shipping: str
    shipping: str
    tax: str
    discount: str
    total: str
    paid_at: str
    paid_amount: str
    payment_reference: str
    payment_method: str
    ship_by: str
    shipped_at: str
    carrier: str
    service: str
    tracking_code: str
    delivered_at: str
    cancelled_at: str
    cancel_reason: str
    refunded: str
    terms: str
    note: str
    requested_service: str
    ship_name: str
    street1: str
    street2: str
    city: str
    region: str
    postcode: str
    country: str
