"""Asking the buyer about the address: on the seller's click, once for each address."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from notifications.asking import Asked, ask_about_address
from notifications.explain import explain
from notifications.links import read_token
from notifications.models import Message
from notifications.outbox import send_messages
from notifications.sweep import sweep
from orders.facts import Address, AddressGiven, BuyerDetails, Cancel, Shipment
from orders.models import AddressCheck, Order
from orders.shipping import addresses
from tests.factory import MONDAY, make_order, make_shop, record
from tests.notifications.outboxing import elsewhere
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)

KIND = "address_question"
HOUR = timedelta(hours=1)
# Long after the thank-you; nine in the evening in Berlin, when the sending window is closed.
NOW = MONDAY + timedelta(days=2, hours=10, minutes=30)
OFFICE = Address(
    name="Zoë Ørsted", street1="Vestergade 3", city="Aarhus", postcode="8000", country="DK"
)


def an_order(**fields: Any) -> Order:
    return make_order(number="1001", paid_at=MONDAY, now=NOW, **fields)


def states() -> list[str]:
    return list(Message.objects.filter(kind=KIND).order_by("pk").values_list("state", flat=True))


def questions(sink: SmtpSink) -> list[Any]:
    return [m for m in sink.messages if m["X-Shopcare-Note"].startswith(KIND)]


def test_nobody_is_asked_unless_the_seller_says_so() -> None:
    order = an_order()

    sweep(NOW)

    assert states() == []
    held = explain(order, NOW)["withheld"]
    assert {"kind": KIND, "reason": "You have not asked about the address."} in held


def test_the_click_asks_at_once_with_the_buyers_link(smtp_sink: SmtpSink, settings: Any) -> None:
    settings.SITE_URL = "https://care.example.com"
    order = an_order()

    asked = ask_about_address(order, NOW)
    sweep(NOW)
    send_messages(NOW)

    assert asked == Asked.QUEUED
    (letter,) = questions(smtp_sink)
    text = letter.get_body(("plain",)).get_content()
    assert "Nygade 7" in text
    (link,) = [line for line in text.splitlines() if line.startswith("https://care.example.com/o/")]
    assert read_token(link.split("/")[-2]) == order.pk


def test_asking_twice_asks_once(smtp_sink: SmtpSink) -> None:
    order = an_order()
    ask_about_address(order, NOW)
    sweep(NOW)

    again = ask_about_address(order, NOW)
    sweep(NOW)
    send_messages(NOW)
    after = ask_about_address(order, NOW + HOUR)
    sweep(NOW + HOUR)
    send_messages(NOW + HOUR)

    assert (again, after) == (Asked.BEFORE, Asked.BEFORE)
    assert len(questions(smtp_sink)) == 1


def test_another_address_can_be_asked_about(smtp_sink: SmtpSink) -> None:
    order = an_order()
    ask_about_address(order, NOW)
    sweep(NOW)
    send_messages(NOW)

    record(order.shop, AddressGiven(order="1001", at=NOW + HOUR, address=OFFICE))
    asked = ask_about_address(order, NOW + HOUR)
    sweep(NOW + HOUR)
    send_messages(NOW + HOUR)

    assert asked == Asked.QUEUED
    assert len(questions(smtp_sink)) == 2


def test_a_buyer_without_an_email_is_asked_in_the_conversation() -> None:
    order = an_order(buyer=BuyerDetails(name="Zoë", username="zoe77"), channel="etsy")

    asked = ask_about_address(order, NOW)
    sweep(NOW)

    assert asked == Asked.TO_COPY
    assert states() == ["to_copy"]


@pytest.mark.parametrize(
    "fact",
    [
        Shipment(order="1001", at=NOW, tracking_code="A1"),
        Cancel(order="1001", at=NOW),
    ],
    ids=["shipped", "cancelled"],
)
def test_nobody_is_asked_when_it_is_too_late(fact: Any) -> None:
    order = an_order(facts=[fact])

    asked = ask_about_address(order, NOW)
    sweep(NOW)

    assert asked == Asked.NOT_NEEDED
    assert states() == []


def change(order: Order) -> None:
    record(order.shop, AddressGiven(order="1001", at=NOW, address=OFFICE))


def keep(order: Order) -> None:
    addresses.keep(order, NOW)


def find_good(order: Order) -> None:
    addresses._keep_answer(
        order,
        order.address,
        {"verdict": "good", "findings": [], "suggestion": None, "by_carrier": True},
        NOW,
    )


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (change, "The address has been changed."),
        (keep, "The address has been found to be good."),
        (find_good, "The address has been found to be good."),
    ],
)
def test_an_answer_before_the_question_leaves_takes_it_back(
    act: Any, reason: str, smtp_sink: SmtpSink
) -> None:
    order = an_order()
    ask_about_address(order, NOW)
    sweep(NOW)

    act(order)
    send_messages(NOW)

    assert questions(smtp_sink) == []
    assert list(Message.objects.filter(kind=KIND).values_list("state", "detail")) == [
        ("cancelled", reason)
    ]


def test_the_address_of_before_does_not_answer_for_the_one_of_now() -> None:
    order = an_order()
    AddressCheck.objects.create(
        order=order, address=asdict(OFFICE), verdict="good", by_carrier=True, checked_at=NOW
    )

    assert ask_about_address(order, NOW) == Asked.QUEUED


def test_a_bad_address_is_asked_about() -> None:
    order = an_order()
    AddressCheck.objects.create(
        order=order, address=asdict(order.address), verdict="bad", by_carrier=True, checked_at=NOW
    )

    assert ask_about_address(order, NOW) == Asked.QUEUED


def test_an_answer_between_claim_and_sending_takes_the_question_back(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    emails = {"1001": "one@example.com", "1002": "two@example.com"}
    for number, email in emails.items():
        buyer = BuyerDetails(name="Zoë", email=email)
        order = make_order(shop, number, paid_at=MONDAY, now=NOW, buyer=buyer)
        ask_about_address(order, NOW)
    sweep(NOW)

    def answer_for_the_other(email: str) -> None:
        """Both are claimed; while the first is being sent, the other's address is kept."""
        elsewhere(lambda: addresses.keep(Order.objects.exclude(buyer__email=email).get(), NOW))

    smtp_sink.on_data = answer_for_the_other
    send_messages(NOW)

    assert len(questions(smtp_sink)) == 1
    assert sorted(states()) == ["cancelled", "sent"]
