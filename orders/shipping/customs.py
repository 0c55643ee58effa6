"""Customs forms: when a parcel needs one, and what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from orders.facts import Address
from orders.models import ItemDetails, OrderLine
from orders.shipping.values import CustomsItem

# One customs union: nothing is declared between its members.
# Source: https://taxation-customs.ec.europa.eu/customs-4/customs-union (with Monaco)
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split()
)
# Mail to the American forces abroad is declared although it is addressed to the US.
# Source: https://docs.easypost.com/docs/customs-infos and USPS Publication 613
MILITARY_STATES = frozenset({"AA", "AE", "AP"})
MILITARY_CITIES = frozenset({"APO", "FPO", "DPO"})
LONGEST_DESCRIPTION = 120


@dataclass(frozen=True, slots=True)
class Content:
    """So many of one order line in a parcel, with what is known of the item."""

    line: OrderLine
    quantity: int
    details: ItemDetails | None = None

    @property
    def item(self) -> str:
        """Its SKU, or its title without one: the name that `ItemDetails` know it by."""
        return self.line.item

    @property
    def weight_g(self) -> int | None:
        """Of all of them together; None when it is not known."""
        if self.details is None or not self.details.weight_g:
            return None
        return self.details.weight_g * self.quantity

    @property
    def price(self) -> Decimal:
        """What the buyer paid for them, before order discounts, in the order's currency."""
        return Decimal(self.line.unit_price * self.quantity)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that must be known before a label can be bought.

    `what` is `sender`, `address`, `weight`, `nothing`, or for an item `weight_g`, `hs_code`,
    `origin`, `value` or `description`: the field of ItemDetails that is empty. `item` is then its
    SKU or title.
    """

    what: str
    sentence: str
    item: str = ""


def is_declared(origin: str, recipient: Address) -> bool:
    """Whether a parcel from the country `origin` (ISO 3166-1) needs a customs form."""
    if recipient.country == origin:
        return origin == "US" and (
            recipient.region.strip().upper() in MILITARY_STATES
            or recipient.city.strip().upper() in MILITARY_CITIES
        )
    return not (origin in EU and recipient.country in EU)


def missing(contents: Sequence[Content]) -> list[Missing]:
    """What customs will ask about the contents and nobody has said yet."""
    found: list[Missing] = []
    for content in contents:
        details = content.details
        name = content.line.title[:80]
        if not (details and details.hs_code):
            sentence = _("The HS code of “%(item)s” is missing.") % {"item": name}
            found.append(Missing("hs_code", sentence, content.item))
        if not (details and details.origin):
            sentence = _("Say in which country “%(item)s” was made.") % {"item": name}
            found.append(Missing("origin", sentence, content.item))
        if not (details and details.weight_g):
            sentence = _("Say how much one “%(item)s” weighs.") % {"item": name}
            found.append(Missing("weight_g", sentence, content.item))
        if not (details and details.value) and content.price <= 0:
            sentence = _("“%(item)s” cost nothing: say what it is worth.") % {"item": name}
            found.append(Missing("value", sentence, content.item))
    return found


def declared(
    contents: Sequence[Content], *, currency: str, shop_currency: str
) -> tuple[CustomsItem, ...]:
    """The lines of the form; `contents` of which nothing is missing."""
    items = []
    for content in contents:
        details = content.details
        assert details is not None
        own_value = bool(details.value)
        items.append(
            CustomsItem(
                description=(details.description or content.line.title)[:LONGEST_DESCRIPTION],
                quantity=content.quantity,
                value=(details.value or Decimal(0)) * content.quantity
                if own_value
                else content.price,
                currency=shop_currency if own_value else currency,
                weight_g=content.weight_g or 0,
                hs_code=details.hs_code,
                origin=details.origin,
            )
        )
    return tuple(items)
