"""What a label is asked for: from, to, size, weight, customs, insurance and the usual service.

`prepare` reads the shop's presets and says in one go what is still missing, so that the seller
is asked before anything is bought. Weights in grams, money in the order's currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from orders.facts import Address, ParcelLine
from orders.models import Box, ItemDetails, Order, OrderLine, ShippingProfile, Shop, Units
from orders.packing import left_of_lines
from orders.shipping import customs, rates
from orders.shipping.customs import Content, Missing
from orders.shipping.rates import Offer
from orders.shipping.values import Contact, Customs, ParcelSize, ShipmentRequest

if TYPE_CHECKING:
    from orders.shipping.gateway import EasyPost

# In these countries an address needs its state or province.
WITH_REGION = frozenset({"AU", "BR", "CA", "CN", "IN", "JP", "MX", "US"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What the seller chose for one parcel; None leaves it to what is known.

    `weight_g` is the whole parcel's, with its box. `lines` as a parcel's fact tells them: None for
    all that is left.
    """

    weight_g: int | None = None
    box: Box | None = None
    insured: Decimal | None = None
    lines: tuple[ParcelLine, ...] | None = None
    label_format: str = ""


@dataclass(frozen=True, slots=True)
class Postage:
    """A parcel about to get its label, with all that is known of it.

    `weight_g` is None while nobody knows it. `missing` is empty when a label can be bought.
    `wanted` is the service to take by default, `is_wish` says that the buyer asked for it.
    """

    order: Order
    parcel: str
    is_return: bool
    contents: tuple[Content, ...]
    lines: tuple[ParcelLine, ...] | None
    sender: Contact
    recipient: Contact
    box: Box | None
    weight_g: int | None
    insured: Decimal
    wanted: str
    is_wish: bool
    is_abroad: bool
    is_declared: bool
    label_format: str
    customs: Customs | None = None
    missing: list[Missing] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def size(self) -> ParcelSize:
        """Measures of the box, if there is one, and the weight."""
        weight, box = self.weight_g or 0, self.box
        if box is None:
            return ParcelSize(weight)
        return ParcelSize(weight, box.length_mm, box.width_mm, box.height_mm)

    def request(self, reference: str) -> ShipmentRequest:
        """The parcel as the gateway wants it."""
        return ShipmentRequest(
            reference=reference,
            sender=self.sender,
            recipient=self.recipient,
            size=self.size,
            customs=self.customs,
            is_return=self.is_return,
            label_format=self.label_format,
        )


@dataclass(frozen=True, slots=True)
class Prices:
    """What carriers ask for a parcel, cheapest first, and what they answered in place of a price.

    `default` is None when the wanted service is not among the offers.
    """

    offers: list[Offer]
    notes: tuple[str, ...] = ()

    @property
    def default(self) -> Offer | None:
        return next((offer for offer in self.offers if offer.is_default), None)


class Presets:
    """What a shop ships with, read once for many orders."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.profile = profile_of(shop)
        self.policy = shop.policy
        self.boxes = list(Box.objects.filter(shop=shop))
        self._details: dict[str, ItemDetails | None] = {}

    @property
    def box(self) -> Box | None:
        """The shop's usual box: the first of its list."""
        return self.boxes[0] if self.boxes else None

    @property
    def sender(self) -> Contact:
        """Where parcels come from."""
        profile, shop = self.profile, self.shop
        address = Address(
            name=profile.name or shop.from_name,
            street1=profile.street1,
            street2=profile.street2,
            city=profile.city,
            region=profile.region,
            postcode=profile.postcode,
            country=shop.country,
        )
        return Contact(address, phone=profile.phone, email=shop.sender_email)

    def look_up(self, items: Sequence[str]) -> None:
        """Read the details of these SKUs or titles, in one query."""
        new = {item[:300] for item in items} - self._details.keys()
        if new:
            found = ItemDetails.objects.filter(shop=self.shop, item__in=new)
            self._details.update(dict.fromkeys(new) | {row.item: row for row in found})

    def details(self, item: str) -> ItemDetails | None:
        """What is known of an item; None for nothing."""
        self.look_up([item])
        return self._details[item[:300]]


def prepare(
    order: Order,
    parcel: str,
    *,
    choice: Choice | None = None,
    presets: Presets | None = None,
    is_return: bool = False,
) -> Postage:
    """What a label for `parcel` of `order` would be asked for, and what is missing for it.

    `order` with its lines, shipments and buyer; `presets` when several orders are prepared. A
    return label is for goods that were shipped: all of the order's, unless `choice.lines` says
    otherwise.
    """
    choice = choice or Choice()
    presets = presets or Presets(order.shop)
    contents = _contents(order, choice.lines, presets, is_return)
    box = choice.box or presets.box
    declared = customs.is_declared(presets.shop.country, order.address)
    sender = presets.sender
    weight = choice.weight_g or known_weight(contents, box)
    missing = _missing(order, parcel, contents, sender, weight, declared, is_return)
    form = None
    if declared and not missing:
        items = customs.declared(
            contents, currency=order.currency, shop_currency=presets.shop.currency
        )
        form = Customs(signer=sender.address.name, items=items)
    wanted = usual_service(order, presets)
    return Postage(
        order=order,
        parcel=parcel,
        is_return=is_return,
        contents=contents,
        lines=choice.lines,
        sender=sender,
        recipient=Contact(order.address, email=order.buyer.email),
        box=box,
        weight_g=weight,
        insured=_insured(order, contents, choice, presets, is_return),
        wanted=wanted,
        is_wish=bool(order.requested_service) and wanted == order.requested_service,
        is_abroad=order.ship_country != presets.shop.country,
        is_declared=declared,
        label_format=choice.label_format or presets.profile.label_format,
        customs=form,
        missing=missing,
    )


def prices(postage: Postage, gateway: EasyPost) -> Prices:
    """What carriers ask for the parcel. Costs nothing and buys nothing. Raises ShippingError."""
    answer = gateway.price(postage.request(f"price-{postage.order.pk}-{postage.parcel}"))
    return Prices(rates.compare(answer.rates, postage.wanted), answer.notes)


def profile_of(shop: Shop) -> ShippingProfile:
    """The shop's shipping profile; while it has none an empty one, unsaved.

    It weighs as people do in its country. Source: CLDR, measurementSystem.
    """
    found = ShippingProfile.objects.filter(shop=shop).first()
    if found is not None:
        return found
    units = Units.IMPERIAL if shop.country in ("US", "LR", "MM") else Units.METRIC
    return ShippingProfile(shop=shop, name=shop.from_name, units=units)


def known_weight(contents: Sequence[Content], box: Box | None) -> int | None:
    """Grams of a packed parcel, when the weight of everything in it is known; else None."""
    weights = [content.weight_g for content in contents]
    if not weights or None in weights:
        return None
    return sum(weight for weight in weights if weight) + (box.weight_g if box else 0)


def usual_service(order: Order, presets: Presets) -> str:
    """The service to take unless told otherwise: what the buyer asked for, or the policy's."""
    if order.requested_service:
        return order.requested_service
    is_home = order.ship_country == presets.shop.country
    return presets.policy.home_service if is_home else presets.policy.abroad_service


def _contents(
    order: Order, chosen: tuple[ParcelLine, ...] | None, presets: Presets, is_return: bool
) -> tuple[Content, ...]:
    """What is in the parcel: all that is left to ship, or the chosen lines."""
    if is_return:
        left = [(line, line.quantity) for line in order.lines.all() if line.needs_shipping]
    else:
        left = [(line, quantity) for line, quantity in left_of_lines(order) if quantity]
    if chosen is not None:
        left = _only(left, chosen)
    presets.look_up([line.item for line, _quantity in left])
    return tuple(
        Content(line, quantity, presets.details(line.item)) for line, quantity in left if quantity
    )


def _only(
    left: Sequence[tuple[OrderLine, int]], chosen: Sequence[ParcelLine]
) -> list[tuple[OrderLine, int]]:
    wanted = {line.item: line.quantity for line in chosen}
    found = []
    for line, most in left:
        taken = min(wanted.get(line.item, 0), most)
        wanted[line.item] = wanted.get(line.item, 0) - taken
        found.append((line, taken))
    return found


def _insured(
    order: Order,
    contents: Sequence[Content],
    choice: Choice,
    presets: Presets,
    is_return: bool,
) -> Decimal:
    """The order's value, up to the policy's limit; of a part of it, what the part cost.

    What comes back is insured only when the seller says so.
    """
    if choice.insured is not None:
        return choice.insured
    if is_return or not presets.policy.insure:
        return Decimal(0)
    is_whole = sum(content.quantity for content in contents) >= sum(
        line.quantity for line in order.lines.all() if line.needs_shipping
    )
    value = order.total if is_whole else sum((c.price for c in contents), Decimal(0))
    limit = presets.policy.insure_up_to
    return value if limit is None else min(value, limit)


def _missing(
    order: Order,
    parcel: str,
    contents: Sequence[Content],
    sender: Contact,
    weight_g: int | None,
    declared: bool,
    is_return: bool,
) -> list[Missing]:
    found: list[Missing] = []
    if not contents:
        found.append(Missing("nothing", _("Nothing of this order is left to be shipped.")))
    elif not is_return and any(each.parcel == parcel for each in order.shipments.all()):
        found.append(Missing("nothing", _("This parcel was shipped already.")))
    found += [Missing("sender", sentence) for sentence in _missing_of_sender(sender, declared)]
    found += [Missing("address", sentence) for sentence in _missing_of_address(order.address)]
    if declared:
        found += customs.missing(contents)
    if not weight_g:
        found.append(Missing("weight", _("Say how much the parcel weighs.")))
    return found


def _missing_of_sender(sender: Contact, declared: bool) -> list[str]:
    """What the shop has not said yet of where its parcels come from."""
    address = sender.address
    wanted = {
        _("street"): address.street1,
        _("city"): address.city,
        _("postcode"): address.postcode,
    }
    if address.country in WITH_REGION:
        wanted[_("state or region")] = address.region
    if declared:
        # Every carrier wants somebody to call when customs has a question.
        wanted[_("telephone")] = sender.phone
    empty = [name for name, value in wanted.items() if not value.strip()]
    if not empty:
        return []
    return [_("Your own address is not complete: %(fields)s.") % {"fields": ", ".join(empty)}]


def _missing_of_address(address: Address) -> list[str]:
    wanted = {
        _("name"): address.name,
        _("street"): address.street1,
        _("city"): address.city,
        _("country"): address.country,
    }
    empty = [name for name, value in wanted.items() if not value.strip()]
    if not empty:
        return []
    return [_("The buyer's address is not complete: %(fields)s.") % {"fields": ", ".join(empty)}]
