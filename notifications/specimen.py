"""A letter as a shop would write it, about an order that never was: to look at."""

from __future__ import annotations

from dataclasses import replace

from notifications import wording
from notifications.letters import shop_values
from notifications.models import ShopWording
from orders.models import Shop


def specimen(shop: Shop, kind: str) -> wording.Letter:
    """A note of `kind` in the shop's language and in its own words, where it has any.

    Raises WordingError for words of the shop's own that cannot be rendered.
    """
    language = wording.letter_language(shop.language)
    sample = wording.sample_context(kind, language)
    context = replace(
        sample,
        shop=shop_values(shop),
        order=replace(sample.order, currency=shop.currency),
        payment=replace(sample.payment, how_to_pay=shop.how_to_pay),
    )
    own = ShopWording.objects.filter(shop=shop, kind=kind, language=language).first()
    words = wording.Wording(own.subject, own.body) if own else None
    return wording.render(kind, words or wording.shipped_wording(kind, language), context)
