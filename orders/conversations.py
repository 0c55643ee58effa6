"""Where a marketplace keeps the conversation with the buyer of an order."""

from __future__ import annotations

from urllib.parse import quote

from orders.words import ChannelKind

# The seller's page of the order; the conversation opens from it. Shopify and WooCommerce have
# theirs under the shop's own address, and keep no conversations.
ORDER_PAGES = {
    ChannelKind.ETSY: "https://www.etsy.com/your/orders/sold?order_id={number}",
    ChannelKind.EBAY: "https://www.ebay.com/sh/ord/details?orderid={number}",
}


def conversation_url(channel: str, number: str) -> str:
    """The marketplace's page of the order, from which to write to its buyer; empty if none."""
    page = ORDER_PAGES.get(ChannelKind(channel), "")
    return page.format(number=quote(number, safe=""))
