"""Synthetic but lifelike orders, for trials and benchmarks. The same seed gives the same orders.

They come to be as real ones do, by recorded facts, and lie in every state. All addresses of
buyers end in example.com and the like, which RFC 2606 sets aside: no mail can reach anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from orders.facts import (
    Address,
    BuyerDetails,
    Cancel,
    Fact,
    Line,
    ParcelLine,
    Payment,
    Placed,
    Refund,
    Scan,
    Shipment,
    Word,
)
from orders.lifecycle import record
from orders.models import Order, Shop
from orders.words import ChannelKind, PaymentTerms, ScanStatus
from shopcare.people import GOODS, PEOPLE, WORDS

PREFIX = "T"
CHUNK = 1000
# Most orders of a shop lie behind it: this many days back they may have been placed.
SPREAD_DAYS = 365
CHANNELS = (
    [ChannelKind.ETSY] * 4
    + [ChannelKind.OWN] * 3
    + [ChannelKind.EBAY, ChannelKind.SHOPIFY, ChannelKind.WOOCOMMERCE, ChannelKind.IN_PERSON]
)


def make_orders(
    shop: Shop,
    count: int,
    *,
    now: datetime,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Record `count` new orders in `shop`, placed within the year before `now` (UTC)."""
    found = lifelike(shop.currency, now=now, seed=seed, first=_next_number(shop))
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        facts = [fact for order in islice(found, size) for fact in order]
        record(shop, facts, now=now, source="make_orders")
        if progress is not None:
            progress(start + size)


def _next_number(shop: Shop) -> int:
    """One more than the last synthetic order of the shop."""
    made = Order.objects.filter(shop=shop, number__regex=rf"^{PREFIX}[0-9]+$")
    last = made.order_by("-pk").values_list("number", flat=True).first()
    return 1 if last is None else int(last.removeprefix(PREFIX)) + 1


def lifelike(currency: str, *, now: datetime, seed: int, first: int = 1) -> Iterator[list[Fact]]:
    """Order after order, each as its facts up to `now`, without end."""
    number = first
    while True:
        # Each order has dice of its own: it does not change with how many are asked for.
        yield list(_Life(Random(f"{seed}/{number}"), f"{PREFIX}{number}", currency, now).facts())
        number += 1


@dataclass(slots=True)
class _Life:
    """One order's life: what happens, one after the other, as far as `now`."""

    dice: Random
    number: str
    currency: str
    now: datetime

    def facts(self) -> Iterator[Fact]:
        """Placed, and what of the rest lies before now."""
        placed = self.placed()
        yield placed
        for fact in self.story(placed):
            if fact.at > self.now:
                return
            yield fact

    def story(self, placed: Placed) -> Iterator[Fact]:
        """Paid or not, shipped, scanned, delivered; now and then something goes wrong."""
        fate = self.dice.random()
        at = placed.at
        if self.dice.random() < 0.06:
            yield Word(order=self.number, at=self.later(at, 1, 40), text=self.dice.choice(WORDS))
        on_delivery = placed.terms == PaymentTerms.ON_DELIVERY
        if fate < 0.08 and not on_delivery:
            if fate < 0.03:
                yield Cancel(order=self.number, at=self.later(at, 100, 300), reason="No payment")
            return
        if not on_delivery:
            at = self.later(at, 0, 2 if fate < 0.8 else 90)
            yield Payment(
                order=self.number, at=at, amount=placed.grand_total, reference=f"pay-{self.number}"
            )
        if fate > 0.98:
            at = self.later(at, 2, 60)
            yield Cancel(order=self.number, at=at, reason="Changed their mind")
            yield Refund(
                order=self.number, at=at, amount=placed.grand_total, reference=f"re-{self.number}"
            )
            return
        yield from self.parcels(placed, at)

    def parcels(self, placed: Placed, paid_at: datetime) -> Iterator[Fact]:
        """One parcel; for orders of several items now and then one for the first, one for all."""
        at = self.later(paid_at, 4, 90)
        count = 2 if len(placed.lines) > 1 and self.dice.random() < 0.2 else 1
        for parcel in range(1, count + 1):
            carrier = self.dice.choice(("USPS", "DHL", "Royal Mail", "Deutsche Post", "UPS"))
            digits = "".join(self.dice.choices("0123456789", k=16))
            has_code = self.dice.random() < 0.85
            first = placed.lines[0]
            inside = (ParcelLine(first.sku or first.title, first.quantity),)
            yield Shipment(
                order=self.number,
                at=at,
                parcel=str(parcel),
                carrier=carrier,
                service="Priority Mail" if carrier == "USPS" else "",
                tracking_code=digits if has_code else "",
                lines=inside if parcel < count else None,
            )
            if has_code:
                yield from self.scans(str(parcel), at)
            at += timedelta(hours=6)

    def scans(self, parcel: str, at: datetime) -> Iterator[Fact]:
        """On its way, and delivered; one in fifty gets stuck or comes back."""
        at = self.later(at, 2, 30)
        yield Scan(order=self.number, at=at, parcel=parcel, status=ScanStatus.IN_TRANSIT)
        fate = self.dice.random()
        if fate < 0.01:
            return
        at = self.later(at, 20, 150)
        status = ScanStatus.RETURN_TO_SENDER if fate < 0.02 else ScanStatus.DELIVERED
        yield Scan(order=self.number, at=at, parcel=parcel, status=status)

    def placed(self) -> Placed:
        """The order itself; new ones are a little more frequent than old ones."""
        dice = self.dice
        age = timedelta(days=SPREAD_DAYS) * dice.random() ** 1.3
        person = dice.choice(PEOPLE)
        channel = dice.choice(CHANNELS)
        address = Address(
            name=person.name,
            street1=f"{person.street} {dice.randint(1, 180)}",
            city=person.city,
            region=person.region,
            postcode=person.postcode,
            country=person.country,
        )
        wants_cod = channel == ChannelKind.WOOCOMMERCE and dice.random() < 0.2
        return Placed(
            order=self.number,
            at=(self.now - age).replace(microsecond=0),
            channel=channel,
            currency=self.currency,
            terms=PaymentTerms.ON_DELIVERY if wants_cod else PaymentTerms.PREPAID,
            buyer=self.buyer(person.name, person.language, channel),
            address=address,
            lines=tuple(self.line() for _ in range(dice.choice((1, 1, 1, 1, 2, 2, 3, 5)))),
            shipping=Decimal(dice.choice(("0.00", "2.90", "4.50", "12.00"))),
            discount=Decimal("1.00") if dice.random() < 0.1 else Decimal(0),
            note="Please wrap it as a gift." if dice.random() < 0.05 else "",
        )

    def buyer(self, name: str, language: str, channel: ChannelKind) -> BuyerDetails:
        """Etsy and stalls tell no e-mail; elsewhere one in twenty is missing."""
        who = self.dice.randrange(1, 2_000_000)
        if channel == ChannelKind.ETSY:
            return BuyerDetails(name=name, username=f"bead_lover{who}", language=language)
        if channel == ChannelKind.IN_PERSON or self.dice.random() < 0.05:
            return BuyerDetails(name=name, language=language)
        host = self.dice.choice(("example.com", "example.org", "example.net"))
        return BuyerDetails(name=name, email=f"buyer{who}@{host}", language=language)

    def line(self) -> Line:
        """Something handmade."""
        title, sku, price = self.dice.choice(GOODS)
        return Line(
            title=title,
            sku=sku if self.dice.random() < 0.8 else "",
            quantity=self.dice.choice((1, 1, 1, 1, 2, 3, 10)),
            unit_price=Decimal(price),
        )

    def later(self, at: datetime, least: float, most: float) -> datetime:
        """So many hours later, to the second."""
        seconds = self.dice.uniform(least, most) * 3600
        return at + timedelta(seconds=int(seconds) + 1)
