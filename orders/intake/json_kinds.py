"""What kind of thing a JSON record is, so that a wrong file gets a clear sentence."""

from __future__ import annotations

from typing import Any

# Members that only this kind of record has, and the sentence for it.
KINDS: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"financial_status", "line_items"}),
        "This is an answer of Shopify's API: export the orders as CSV and choose channel shopify.",
    ),
    (
        frozenset({"total_price", "line_items"}),
        "This is an answer of Shopify's API: export the orders as CSV and choose channel shopify.",
    ),
    (
        frozenset({"displayFinancialStatus"}),
        "This is an answer of Shopify's API: export the orders as CSV and choose channel shopify.",
    ),
    (
        frozenset({"receipt_id"}),
        "This is an answer of Etsy's API: download the orders as CSV and choose channel etsy.",
    ),
    (
        frozenset({"orderFulfillmentStatus"}),
        "This is an answer of eBay's API: download the orders report and choose channel ebay.",
    ),
    (
        frozenset({"customer_note", "note"}),
        "These are notes on an order, not orders: ask the REST interface for wc/v3/orders.",
    ),
    (
        frozenset({"refunded_by"}),
        "These are refunds, not orders: ask the REST interface for wc/v3/orders.",
    ),
    (
        frozenset({"refunded_payment"}),
        "These are refunds, not orders: ask the REST interface for wc/v3/orders.",
    ),
    (
        frozenset({"regular_price"}),
        "These are products, not orders: ask the REST interface for wc/v3/orders.",
    ),
    (
        frozenset({"tracking_number"}),
        "These are tracking numbers, not orders: ask the REST interface for wc/v3/orders.",
    ),
    (
        frozenset({"slug", "name", "total"}),
        "These are names of order states, not orders: ask the REST interface for wc/v3/orders.",
    ),
    (
        frozenset({"email", "role", "username"}),
        "These are customers, not orders: ask the REST interface for wc/v3/orders.",
    ),
    (
        frozenset({"totals", "intervals"}),
        "These are statistics, not orders: ask the REST interface for wc/v3/orders.",
    ),
)
UNKNOWN = (
    "This JSON holds no WooCommerce orders: save the answer of the REST interface to wc/v3/orders."
)


def kind_of_json(record: Any) -> str:
    """`woocommerce` for an order of its REST interface, else a sentence that says what it is."""
    if not isinstance(record, dict):
        return UNKNOWN
    names = record.keys()
    if isinstance(record.get("code"), str) and isinstance(record.get("message"), str):
        return f"The shop answered with an error instead of orders: {record['message'][:120]}"
    if isinstance(record.get("error"), str) and "message" in names:
        return f"The shop answered with an error instead of orders: {str(record['message'])[:120]}"
    for telling, sentence in KINDS:
        if telling <= names:
            return sentence
    if "line_items" in names and names & {"status", "billing", "currency"}:
        return "woocommerce"
    return UNKNOWN
