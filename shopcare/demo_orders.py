"""The demo shop's orders: one of each fate, and then some, told backwards from now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from orders.facts import (
    Address,
    Answer,
    BuyerDetails,
    Cancel,
    Extend,
    Fact,
    Line,
    ParcelLine,
    Pause,
    Payment,
    Placed,
    Refund,
    Relisted,
    Scan,
    Shipment,
    Word,
)
from orders.words import ChannelKind, PaymentTerms, ScanStatus
from shopcare.people import GOODS, PEOPLE

FIRST_NUMBER = 1001
OWN, ETSY, EBAY = ChannelKind.OWN, ChannelKind.ETSY, ChannelKind.EBAY
SHOPIFY, WOO, STALL = ChannelKind.SHOPIFY, ChannelKind.WOOCOMMERCE, ChannelKind.IN_PERSON


@dataclass(slots=True)
class Tale:
    """One order as it is told; `hours_ago` everywhere is counted back from `now`."""

    number: str
    now: datetime
    placed_hours_ago: float
    channel: ChannelKind
    serial: int
    terms: PaymentTerms = PaymentTerms.PREPAID
    facts: list[Fact] = field(default_factory=list)

    def at(self, hours_ago: float) -> datetime:
        """So many hours before now; below zero: after."""
        return (self.now - timedelta(hours=hours_ago)).replace(microsecond=0)

    def placed(self) -> Placed:
        """Who bought what; people and goods go round."""
        person = PEOPLE[self.serial % len(PEOPLE)]
        buyer = BuyerDetails(
            name=person.name,
            email="" if self.channel in (ETSY, STALL) else f"buyer{self.number}@example.com",
            username=f"bead_lover{self.number}" if self.channel in (ETSY, EBAY) else "",
            language=person.language,
        )
        address = Address(
            name=person.name,
            street1=f"{person.street} {self.serial * 7 % 90 + 1}",
            city=person.city,
            region=person.region,
            postcode=person.postcode,
            country=person.country,
        )
        return Placed(
            order=self.number,
            at=self.at(self.placed_hours_ago),
            channel=self.channel,
            currency="EUR",
            terms=self.terms,
            buyer=buyer,
            address=address,
            lines=tuple(self.lines()),
            shipping=Decimal("4.90"),
        )

    def lines(self) -> Iterator[Line]:
        """One to three things."""
        for offset in range(1 + self.serial % 3):
            title, sku, price = GOODS[(self.serial + offset * 3) % len(GOODS)]
            yield Line(title, sku=sku, quantity=1 + offset, unit_price=Decimal(price))

    def pay(self, hours_ago: float) -> None:
        """All of it."""
        self.facts.append(Payment(order=self.number, at=self.at(hours_ago), reference=self.number))

    def ship(self, hours_ago: float, *, parcel: str = "1", partly: bool = False) -> None:
        """With a tracking number; partly: the first item only."""
        first = next(self.lines())
        carrier = ("DHL", "USPS", "Royal Mail")[self.serial % 3]
        code = {
            "DHL": f"0034043416109{self.number}{parcel}08",
            "USPS": f"94001118992230{self.number}{parcel}174",
            "Royal Mail": f"RN{self.number}{parcel}3567GB",
        }[carrier]
        self.facts.append(
            Shipment(
                order=self.number,
                at=self.at(hours_ago),
                parcel=parcel,
                carrier=carrier,
                service="Priority Mail" if carrier == "USPS" else "",
                tracking_code=code,
                lines=(ParcelLine(first.sku, first.quantity),) if partly else None,
            )
        )

    def scan(self, hours_ago: float, status: ScanStatus, parcel: str = "1") -> None:
        """What the carrier says."""
        self.facts.append(
            Scan(order=self.number, at=self.at(hours_ago), parcel=parcel, status=status)
        )

    def travel(self, shipped_hours_ago: float, delivered_hours_ago: float | None) -> None:
        """Shipped, scanned on the way and, if told, delivered."""
        self.ship(shipped_hours_ago)
        self.scan(shipped_hours_ago - 5, ScanStatus.IN_TRANSIT)
        if delivered_hours_ago is not None:
            self.scan(delivered_hours_ago, ScanStatus.DELIVERED)

    def word(self, hours_ago: float, text: str) -> None:
        """The buyer writes."""
        self.facts.append(Word(order=self.number, at=self.at(hours_ago), text=text))


def demo_facts(now: datetime) -> Iterator[Fact]:
    """What happened in the demo shop until `now` (UTC)."""
    for serial, (placed, channel, tell) in enumerate(TALES):
        tale = Tale(str(FIRST_NUMBER + serial), now, placed, channel, serial)
        tell(tale)
        yield tale.placed()
        yield from tale.facts


def _just_placed(tale: Tale) -> None:
    """Not paid yet."""


def _paid_at_once(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 0.1)


def _asked_and_silent(tale: Tale) -> None:
    """Unpaid: nothing to tell."""


def _wrote(tale: Tale) -> None:
    tale.word(tale.placed_hours_ago / 2, "I will pay on Friday, sorry for the wait!")
    tale.facts.append(
        Answer(order=tale.number, at=tale.at(tale.placed_hours_ago / 2 - 2), text="No hurry.")
    )


def _waits_for_an_answer(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 1)
    tale.word(40, "Could you send it to my office instead?")


def _more_time(tale: Tale) -> None:
    tale.word(50, "I broke my arm and cannot get to the bank before next week.")
    until = tale.at(-80)
    tale.facts.append(Answer(order=tale.number, at=tale.at(48), text="Get well first!"))
    tale.facts.append(Extend(order=tale.number, at=tale.at(48), until=until))


def _relisted(tale: Tale) -> None:
    tale.facts.append(Relisted(order=tale.number, at=tale.at(40)))


def _to_ship(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 3)


def _on_delivery(tale: Tale) -> None:
    tale.terms = PaymentTerms.ON_DELIVERY


def _shipped_now(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.ship(0.3)


def _one_of_two_parcels(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.ship(20, partly=True)


def _two_parcels(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.ship(60, partly=True)
    tale.ship(50, parcel="2")
    tale.scan(30, ScanStatus.DELIVERED, "1")
    tale.scan(44, ScanStatus.IN_TRANSIT, "2")


def _on_its_way(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.travel(40, None)


def _stalled(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.travel(220, None)


def _to_be_picked_up(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.travel(70, None)
    tale.scan(2, ScanStatus.AVAILABLE_FOR_PICKUP)


def _coming_back(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.travel(160, None)
    tale.scan(20, ScanStatus.RETURN_TO_SENDER)


def _arrived_yesterday(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.travel(90, 24.6)


def _arrived(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.travel(tale.placed_hours_ago - 30, tale.placed_hours_ago - 130)


def _cancelled(tale: Tale) -> None:
    tale.facts.append(
        Cancel(order=tale.number, at=tale.at(30), reason="The buyer found it in the shop.")
    )


def _refunded(tale: Tale) -> None:
    tale.pay(tale.placed_hours_ago - 2)
    tale.facts.append(Cancel(order=tale.number, at=tale.at(60), reason="The mug broke."))
    tale.facts.append(Refund(order=tale.number, at=tale.at(60), reference=f"re-{tale.number}"))


def _paid_after_all(tale: Tale) -> None:
    tale.facts.append(Relisted(order=tale.number, at=tale.at(30)))
    tale.pay(5)


def _paused(tale: Tale) -> None:
    tale.facts.append(Pause(order=tale.number, at=tale.at(tale.placed_hours_ago - 1)))


DAY = 24.0
Tell = Callable[[Tale], None]
# When placed (hours ago), where sold, and how it went on.
TALES: tuple[tuple[float, ChannelKind, Tell], ...] = (
    # What the first minute of a trial shows: notes that are due right now.
    *((0.2 + n / 10, OWN, _paid_at_once) for n in range(4)),
    *((0.5 + n / 5, channel, _just_placed) for n, channel in enumerate((OWN, SHOPIFY, WOO))),
    *((1.0 + n / 5, channel, _paid_at_once) for n, channel in enumerate((ETSY, EBAY, SHOPIFY))),
    (1.5, STALL, _paid_at_once),
    *(
        (3 * DAY + 0.4 + n / 5, channel, _asked_and_silent)
        for n, channel in enumerate((OWN, OWN, WOO))
    ),
    *(
        (7 * DAY + 0.5 + n / 4, channel, _asked_and_silent)
        for n, channel in enumerate((OWN, SHOPIFY))
    ),
    *((30.0 + n * 3, OWN, _shipped_now) for n in range(3)),
    *(
        (120.0 + n * 3, channel, _arrived_yesterday)
        for n, channel in enumerate((OWN, SHOPIFY, ETSY))
    ),
    # What is under way.
    (2 * DAY, OWN, _just_placed),
    (2 * DAY + 5, EBAY, _just_placed),
    (4 * DAY, OWN, _wrote),
    (5 * DAY, OWN, _more_time),
    (6 * DAY, OWN, _paused),
    (3 * DAY, WOO, _on_delivery),
    *((20.0 + n * 4, channel, _to_ship) for n, channel in enumerate((ETSY, OWN, EBAY, WOO))),
    (3 * DAY, OWN, _waits_for_an_answer),
    (70.0, SHOPIFY, _one_of_two_parcels),
    (80.0, OWN, _two_parcels),
    *((60.0 + n * 6, channel, _on_its_way) for n, channel in enumerate((OWN, ETSY, WOO))),
    (95.0, OWN, _to_be_picked_up),
    # What needs the seller.
    (10 * DAY, OWN, _asked_and_silent),
    (11 * DAY, EBAY, _asked_and_silent),
    (9 * DAY, OWN, _to_ship),
    (10 * DAY, ETSY, _to_ship),
    (11 * DAY, OWN, _stalled),
    (9 * DAY, WOO, _coming_back),
    (12 * DAY, OWN, _paid_after_all),
    # What is over.
    (12 * DAY, OWN, _relisted),
    (4 * DAY, OWN, _cancelled),
    (6 * DAY, SHOPIFY, _refunded),
    *(
        (8 * DAY + n * 28.0, channel, _arrived)
        for n, channel in enumerate((OWN, ETSY, EBAY, SHOPIFY, OWN, WOO, ETSY, OWN, STALL, OWN))
    ),
    *((15 * DAY + n * 31.0, OWN, _arrived) for n in range(4)),
)
