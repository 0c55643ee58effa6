"""A shop's fortnight, hour by hour, through a real mail server.

It begins on Monday 19 October 2026 at 10:00 in Berlin (08:00 UTC) and crosses the end of summer
time in the night to Sunday 25 October. Times in the stories are Berlin's.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.digest import write_digests
from notifications.models import Message
from notifications.outbox import send_messages
from notifications.sweep import sweep
from orders.facts import (
    BuyerDetails,
    Cancel,
    Extend,
    Fact,
    ParcelLine,
    Pause,
    Payment,
    Placed,
    Resume,
    Scan,
    Shipment,
    TrackingCode,
    Word,
)
from orders.models import Flag, Shop
from orders.words import ScanStatus
from tests.factory import make_shop, placed, record
from tests.servers import SmtpSink

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
Letters = dict[str, list[tuple[str, str]]]


def berlin(text: str) -> datetime:
    """`berlin("19 10:00")`: that day of October 2026."""
    day, clock = text.split()
    hour, minute = clock.split(":")[:2]
    second = clock.split(":")[2] if clock.count(":") == 2 else "0"
    local = datetime(2026, 10, int(day), int(hour), int(minute), int(second), tzinfo=BERLIN)
    return local.astimezone(UTC)


START = berlin("19 10:00")


def order(number: str, at: datetime = START, **fields: object) -> Placed:
    name = "".join(char for char in number if char.isalnum())
    buyer = BuyerDetails(name="Zoë Ørsted", email=f"{name}@example.com", language="en")
    return placed(number, at, **({"buyer": buyer} | fields))


def parcel(number: str, at: str, name: str, code: str, *items: ParcelLine) -> Shipment:
    return Shipment(
        order=number,
        at=berlin(at),
        parcel=name,
        carrier="DHL",
        tracking_code=code,
        lines=items or None,
    )


def scan(number: str, at: str, status: ScanStatus) -> Scan:
    return Scan(order=number, at=berlin(at), parcel="1", status=status)


def arrived(number: str, at: str, name: str) -> Scan:
    return Scan(order=number, at=berlin(at), parcel=name, status=ScanStatus.DELIVERED)


BEAD = ParcelLine("LB-1", 1)
STORIES: dict[str, tuple[list[Fact], list[tuple[str, str]]]] = {
    "paid at once": (
        [order("paid at once"), Payment(order="paid at once", at=START)],
        [("thank_you", "Mon 19 10:00")],
    ),
    "paid on day 2": (
        [order("paid on day 2"), Payment(order="paid on day 2", at=berlin("21 12:00"))],
        [("thank_you", "Mon 19 10:00"), ("payment_received", "Wed 21 12:00")],
    ),
    "silent": (
        [order("silent")],
        [
            ("thank_you", "Mon 19 10:00"),
            ("payment_reminder", "Thu 22 10:00"),
            ("relist", "Mon 26 09:00"),
        ],
    ),
    "wrote on day 2": (
        [order("wrote on day 2"), Word(order="wrote on day 2", at=berlin("21 10:00"))],
        [
            ("thank_you", "Mon 19 10:00"),
            ("payment_reminder", "Sat 24 10:00"),
            ("relist", "Mon 26 09:00"),
        ],
    ),
    "five more days": (
        [
            order("five more days"),
            Extend(order="five more days", at=berlin("23 15:00"), until=berlin("31 09:00")),
        ],
        [
            ("thank_you", "Mon 19 10:00"),
            ("payment_reminder", "Thu 22 10:00"),
            ("relist", "Sat 31 09:00"),
        ],
    ),
    "paid a second before": (
        [
            order("paid a second before"),
            Payment(order="paid a second before", at=berlin("22 09:59:59")),
        ],
        [("thank_you", "Mon 19 10:00"), ("payment_received", "Thu 22 10:00")],
    ),
    "two parcels": (
        [
            order("two parcels"),
            Payment(order="two parcels", at=START),
            parcel("two parcels", "20 14:00", "1", "00340434161094", BEAD),
            parcel("two parcels", "21 15:00", "2", "00340434161095", BEAD),
            arrived("two parcels", "23 12:00", "1"),
            arrived("two parcels", "23 21:30", "2"),
        ],
        [
            ("thank_you", "Mon 19 10:00"),
            ("tracking_notice", "Tue 20 14:00"),
            ("tracking_notice", "Wed 21 15:00"),
            # A day after 21:30 is outside the window; Sunday's opening is by winter time.
            ("arrival_check", "Sun 25 08:00"),
        ],
    ),
    "number corrected": (
        [
            order("number corrected"),
            Payment(order="number corrected", at=START),
            parcel("number corrected", "20 14:00", "1", "00340434161094"),
            TrackingCode(
                order="number corrected", at=berlin("21 09:00"), tracking_code="00340434161099"
            ),
        ],
        [
            ("thank_you", "Mon 19 10:00"),
            ("tracking_notice", "Tue 20 14:00"),
            ("tracking_notice", "Wed 21 09:00"),
        ],
    ),
    "waits at the post office": (
        [
            order("waits at the post office"),
            Payment(order="waits at the post office", at=START),
            parcel("waits at the post office", "20 14:00", "1", "00340434161101"),
            scan("waits at the post office", "22 07:00", ScanStatus.OUT_FOR_DELIVERY),
            scan("waits at the post office", "22 21:00", ScanStatus.AVAILABLE_FOR_PICKUP),
            scan("waits at the post office", "23 09:00", ScanStatus.AVAILABLE_FOR_PICKUP),
            arrived("waits at the post office", "24 11:00", "1"),
        ],
        [
            ("thank_you", "Mon 19 10:00"),
            ("tracking_notice", "Tue 20 14:00"),
            # That it is out for delivery is not said unless the seller wants it.
            ("available_for_pickup", "Thu 22 21:00"),
            ("arrival_check", "Sun 25 10:00"),
        ],
    ),
    "sent back": (
        [
            order("sent back"),
            Payment(order="sent back", at=START),
            parcel("sent back", "20 14:00", "1", "00340434161102"),
            scan("sent back", "22 12:00", ScanStatus.RETURN_TO_SENDER),
            arrived("sent back", "28 12:00", "1"),
        ],
        [("thank_you", "Mon 19 10:00"), ("tracking_notice", "Tue 20 14:00")],
    ),
    "cancelled": (
        [order("cancelled"), Cancel(order="cancelled", at=berlin("20 10:00"))],
        [("thank_you", "Mon 19 10:00")],
    ),
    "three weeks old": ([order("three weeks old", START - timedelta(days=21))], []),
    "without an address": (
        [order("without an address", buyer=BuyerDetails(name="Zoë", username="zoe77"))],
        [("relist", "Mon 26 09:00")],
    ),
    "paused": (
        [
            order("paused"),
            Pause(order="paused", at=berlin("20 10:00")),
            Resume(order="paused", at=berlin("23 12:00")),
        ],
        [
            ("thank_you", "Mon 19 10:00"),
            ("payment_reminder", "Fri 23 12:00"),
            ("relist", "Mon 26 09:00"),
        ],
    ),
    "across the change": (
        [order("across the change", berlin("23 11:00"))],
        [
            ("thank_you", "Fri 23 11:00"),
            ("payment_reminder", "Mon 26 10:00"),
            ("relist", "Fri 30 10:00"),
        ],
    ),
    "late at night": (
        [order("late at night", berlin("19 23:00"))],
        [
            ("thank_you", "Mon 19 23:00"),
            ("payment_reminder", "Fri 23 08:00"),
            ("relist", "Tue 27 08:00"),
        ],
    ),
}


@pytest.mark.django_db(transaction=True)
def test_a_fortnight_sends_exactly_the_expected_notes_at_the_expected_times(
    smtp_sink: SmtpSink,
) -> None:
    shop = make_shop(language="en")

    letters = play(shop, [fact for facts, _notes in STORIES.values() for fact in facts], smtp_sink)

    digests = letters.pop("")
    assert letters == {number: notes for number, (_facts, notes) in STORIES.items() if notes}
    assert {kind for kind, _at in digests} == {"digest"}
    assert all(at.endswith("08:00") for _kind, at in digests)
    assert len(digests) == 14


@pytest.mark.django_db(transaction=True)
def test_a_fortnight_flags_what_needs_the_seller_and_keeps_notes_to_copy(
    smtp_sink: SmtpSink,
) -> None:
    shop = make_shop(language="en")
    numbers = [
        "sent back",
        "silent",
        "three weeks old",
        "without an address",
        "two parcels",
        "wrote on day 2",
    ]

    play(shop, [fact for number in numbers for fact in STORIES[number][0]], smtp_sink)

    flags = Flag.objects.filter(cleared_at=None).values_list("order__number", "kind")
    assert sorted(flags) == [
        ("sent back", "exception"),
        ("sent back", "returned"),
        ("silent", "relist"),
        ("three weeks old", "relist"),
        ("without an address", "relist"),
        ("wrote on day 2", "relist"),
        ("wrote on day 2", "unanswered"),
    ]
    copied = Message.objects.filter(order__number="without an address").exclude(kind="relist")
    assert set(copied.values_list("kind", "detail", "state")) == {
        (
            "thank_you",
            "It could not go out before Wed 21 Oct, 10:00 and would be stale now.",
            "cancelled",
        ),
        (
            "payment_reminder",
            "It could not go out before Mon 26 Oct, 09:00 and would be stale now.",
            "cancelled",
        ),
    }


def play(shop: Shop, facts: list[Fact], sink: SmtpSink) -> Letters:
    """Two weeks in steps of an hour; the letters that arrived by order, with kind and local time.

    The digest is about no order and stands under "".
    """
    letters: Letters = defaultdict(list)
    waiting = sorted(facts, key=lambda fact: fact.at)
    for hour in range(14 * 24 + 1):
        now = START + hour * HOUR
        while waiting and waiting[0].at <= now:
            fact = waiting.pop(0)
            record(shop, fact, now=max(fact.at, START))
        sweep(now)
        write_digests(now)
        before = len(sink.received)
        send_messages(now)
        for message in sink.messages[before:]:
            kind, _, number = message["X-Shopcare-Note"].partition("; order=")
            letters[number].append((kind, f"{now.astimezone(BERLIN):%a %d %H:%M}"))
    return dict(letters)
