"""The columns of Shopify's orders export."""

from __future__ import annotations

from typing import NamedTuple

# The column names of Shopify's own export.
# Source: https://help.shopify.com/manual/fulfillment/managing-orders/exporting-orders
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("Name",),
    "email": ("Email",),
    "financial": ("Financial Status",),
    "paid_at": ("Paid at",),
    "fulfillment": ("Fulfillment Status",),
    "fulfilled_at": ("Fulfilled at",),
    "currency": ("Currency",),
    "subtotal": ("Subtotal",),
    "shipping": ("Shipping",),
    "taxes": ("Taxes",),
    "total": ("Total",),
    "discount": ("Discount Amount",),
    "created_at": ("Created at",),
    "quantity": ("Lineitem quantity",),
    "title": ("Lineitem name",),
    "price": ("Lineitem price",),
    "line_discount": ("Lineitem discount",),
    "sku": ("Lineitem sku",),
    "needs_shipping": ("Lineitem requires shipping",),
    "line_fulfillment": ("Lineitem fulfillment status",),
    "billing_name": ("Billing Name",),
    "billing_street1": ("Billing Address1", "Billing Street"),
    "billing_street2": ("Billing Address2",),
    "billing_company": ("Billing Company",),
    "billing_city": ("Billing City",),
    "billing_zip": ("Billing Zip",),
    "billing_region": ("Billing Province",),
    "billing_country": ("Billing Country",),
    "ship_name": ("Shipping Name",),
    "ship_street1": ("Shipping Address1", "Shipping Street"),
    "ship_street2": ("Shipping Address2",),
    "ship_company": ("Shipping Company",),
    "ship_city": ("Shipping City",),
    "ship_zip": ("Shipping Zip",),
    "ship_region": ("Shipping Province",),
    "ship_country": ("Shipping Country",),
    "notes": ("Notes",),
    "cancelled_at": ("Cancelled at",),
    "cancel_reason": ("Cancel reason", "Cancellation reason"),
    "method": ("Payment Method",),
    "refunded": ("Refunded Amount",),
    "outstanding": ("Outstanding Balance",),
    "tracking": ("Tracking Number", "Fulfillment tracking number", "Fulfillment tracking"),
    "carrier": ("Tracking Company", "Shipping Carrier", "Fulfillment tracking company"),
}
REQUIRED = ("number", "created_at", "title", "total", "financial")
MONEY = ("total", "price", "subtotal")
DATES = ("created_at", "paid_at")


class Cells(NamedTuple):
    """One row; the fields are the keys of COLUMNS."""

    number: str
    email: str
    financial: str
    paid_at: str
    fulfillment: str
    fulfilled_at: str
    currency: str
    subtotal: str
    shipping: str
    taxes: str
    total: str
    discount: str
    created_at: str
    quantity: str
    title: str
    price: str
    line_discount: str
    sku: str
    needs_shipping: str
    line_fulfillment: str
    billing_name: str
    billing_street1: str
    billing_street2: str
    billing_company: str
    billing_city: str
    billing_zip: str
    billing_region: str
    billing_country: str
    ship_name: str
    ship_street1: str
    ship_street2: str
    ship_company: str
    ship_city: str
    ship_zip: str
    ship_region: str
    ship_country: str
    notes: str
    cancelled_at: str
    cancel_reason: str
    method: str
    refunded: str
    outstanding: str
    tracking: str
    carrier: str
