"""What kind of thing a JSON record is, so that a wrong file gets a clear sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop

SHOPIFY_ANSWER = gettext_noop(
    "This is an answer of Shopify's API: export the orders as CSV and choose channel shopify."
)
# Members that only this kind of record has, and the sentence for it.
KINDS: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"financial_status", "line_items"}),
        SHOPIFY_ANSWER,
    ),
    (
        frozenset({"total_price", "line_items"}),
        SHOPIFY_ANSWER,
    ),
    (
        frozenset({"displayFinancialStatus"}),
        SHOPIFY_ANSWER,
    ),
    (
        frozenset({"receipt_id"}),
        gettext_noop(
            "This is an answer of Etsy's API: download the orders as CSV and choose channel etsy."
        ),
    ),
    (
        frozenset({"orderFulfillmentStatus"}),
        gettext_noop(
            "This is an answer of eBay's API: download the orders report and choose channel ebay."
        ),
    ),
    (
        frozenset({"customer_note", "note"}),
        gettext_noop(
            "These are notes on an order, not orders: ask the REST interface for wc/v3/orders."
        ),
    ),
    (
        frozenset({"refunded_by"}),
        gettext_noop("These are refunds, not orders: ask the REST interface for wc/v3/orders."),
    ),
    (
        frozenset({"refunded_payment"}),
        gettext_noop("These are refunds, not orders: ask the REST interface for wc/v3/orders."),
    ),
    (
        frozenset({"regular_price"}),
        gettext_noop("These are products, not orders: ask the REST interface for wc/v3/orders."),
    ),
    (
        frozenset({"tracking_number"}),
        gettext_noop(
            "These are tracking numbers, not orders: ask the REST interface for wc/v3/orders."
        ),
    ),
    (
        frozenset({"slug", "name", "total"}),
        gettext_noop(
            "These are names of order states, not orders: ask the REST interface for wc/v3/orders."
        ),
    ),
    (
        frozenset({"email", "role", "username"}),
        gettext_noop("These are customers, not orders: ask the REST interface for wc/v3/orders."),
    ),
    (
        frozenset({"totals", "intervals"}),
        gettext_noop("These are statistics, not orders: ask the REST interface for wc/v3/orders."),
    ),
)
UNKNOWN = gettext_noop(
    "This JSON holds no WooCommerce orders: save the answer of the REST interface to wc/v3/orders."
)


def kind_of_json(record: Any) -> str | None:
    """`woocommerce` for an order of its REST interface, else a sentence that says what it is.

    None for what is none of these: `UNKNOWN` is the sentence for that.
    """
    if not isinstance(record, dict):
        return None
    names = record.keys()
    if isinstance(record.get("code"), str) and isinstance(record.get("message"), str):
        return _refused(record["message"])
    if isinstance(record.get("error"), str) and "message" in names:
        return _refused(str(record["message"]))
    for telling, sentence in KINDS:
        if telling <= names:
            return gettext(sentence)
    if "line_items" in names and names & {"status", "billing", "currency"}:
        return "woocommerce"
    return None


def _refused(message: str) -> str:
    return gettext("The shop answered with an error instead of orders: %(message)s") % {
        "message": message[:120]
    }
