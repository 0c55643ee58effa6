"""Sending a parcel from the dashboard: what the buyer hears, and taking it back."""

from datetime import timedelta

import pytest

from notifications.loading import load
from notifications.models import Message
from notifications.outbox import send_messages
from notifications.rules.findings import Due, Withheld
from notifications.shipping import (
    UNDO_FOR,
    TakenBack,
    can_take_back,
    foresee,
    send_parcel,
    take_back,
)
from notifications.sweep import sweep
from orders.facts import BuyerDetails, Scan, Shipment, TrackingCode
from orders.models import Order
from orders.models import Shipment as Parcel
from orders.words import ChannelKind, ScanStatus
from tests.factory import MONDAY, make_order, make_shop, record
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(hours=9)
SOON = NOW + timedelta(minutes=1)
LATER = NOW + UNDO_FOR
CODE = "00340433836442636597"


@pytest.fixture
def order() -> Order:
    order = make_order(number="1001", paid_at=MONDAY)
    sweep(MONDAY)
    Message.objects.filter(kind="thank_you").update(state="sent", sent_at=MONDAY)
    return order


def parcel(code: str = CODE, **fields: object) -> Shipment:
    return Shipment(order="1001", at=NOW, carrier="DHL Paket", tracking_code=code, **fields)  # type: ignore[arg-type]


def notices() -> list[tuple[str, str]]:
    found = Message.objects.filter(kind="tracking_notice").order_by("id")
    return list(found.values_list("subject", "state"))


def test_the_notice_is_queued_at_once_and_goes_when_the_time_to_undo_is_over(
    order: Order, smtp_sink: SmtpSink
) -> None:
    finding = send_parcel(shop=order.shop, fact=parcel(), now=NOW)
    sweep(SOON)
    early = send_messages(LATER - timedelta(seconds=1))
    late = send_messages(LATER)

    assert isinstance(finding, Due)
    assert early["sent"] == 0
    assert late["sent"] == 1
    assert notices() == [(f"1:{CODE}", "sent")]


def test_the_same_parcel_twice_is_sent_once(order: Order) -> None:
    send_parcel(shop=order.shop, fact=parcel(), now=NOW)

    assert send_parcel(shop=order.shop, fact=parcel(), now=SOON) is None
    assert notices() == [(f"1:{CODE}", "queued")]


def test_a_parcel_taken_back_leaves_the_order_to_be_shipped_and_no_notice(
    order: Order, smtp_sink: SmtpSink
) -> None:
    send_parcel(shop=order.shop, fact=parcel(), now=NOW)

    outcome = take_back(shop=order.shop, number="1001", parcel="1", now=SOON)

    order.refresh_from_db()
    assert outcome == TakenBack.DONE
    assert (order.status, order.shipped_at) == ("paid", None)
    assert notices() == [(f"1:{CODE}", "cancelled")]
    assert send_messages(LATER)["sent"] == 0


def test_taking_it_back_twice_is_harmless(order: Order) -> None:
    send_parcel(shop=order.shop, fact=parcel(), now=NOW)
    take_back(shop=order.shop, number="1001", parcel="1", now=SOON)

    again = take_back(shop=order.shop, number="1001", parcel="1", now=SOON)

    assert again == TakenBack.UNKNOWN
    assert order.events.filter(kind="unship").count() == 1


def test_after_the_notice_went_out_the_parcel_cannot_be_taken_back(
    order: Order, smtp_sink: SmtpSink
) -> None:
    send_parcel(shop=order.shop, fact=parcel(), now=NOW)
    send_messages(LATER)

    outcome = take_back(shop=order.shop, number="1001", parcel="1", now=LATER)

    assert outcome == TakenBack.NOTICE_SENT
    assert Parcel.objects.get().tracking_code == CODE
    assert can_take_back(list(Parcel.objects.all())) == set()


def test_a_parcel_the_carrier_has_scanned_cannot_be_taken_back(order: Order) -> None:
    send_parcel(shop=order.shop, fact=parcel(), now=NOW)
    record(order.shop, Scan(order="1001", at=SOON, status=ScanStatus.IN_TRANSIT))

    assert take_back(shop=order.shop, number="1001", parcel="1", now=SOON) == TakenBack.SCANNED


def test_another_shops_parcel_is_not_known(order: Order) -> None:
    send_parcel(shop=order.shop, fact=parcel(), now=NOW)
    other = make_shop("other")

    assert take_back(shop=other, number="1001", parcel="1", now=SOON) == TakenBack.UNKNOWN


def test_sent_again_with_another_number_the_buyer_hears_of_that_one_only(
    order: Order, smtp_sink: SmtpSink
) -> None:
    send_parcel(shop=order.shop, fact=parcel("WRONG"), now=NOW)
    take_back(shop=order.shop, number="1001", parcel="1", now=SOON)
    then = SOON + timedelta(seconds=10)
    right = Shipment(order="1001", at=then, carrier="DHL Paket", tracking_code=CODE)

    send_parcel(shop=order.shop, fact=right, now=then)
    sent = send_messages(then + UNDO_FOR)

    assert sent["sent"] == 1
    assert notices() == [("1:WRONG", "cancelled"), (f"1:{CODE}", "sent")]


def test_a_number_corrected_in_time_is_the_only_one_the_buyer_hears_of(
    order: Order, smtp_sink: SmtpSink
) -> None:
    send_parcel(shop=order.shop, fact=parcel("WRONG"), now=NOW)

    send_parcel(
        shop=order.shop,
        fact=TrackingCode(order="1001", at=SOON, carrier="DHL Paket", tracking_code=CODE),
        now=SOON,
    )

    assert send_messages(SOON + UNDO_FOR)["sent"] == 1
    assert notices() == [("1:WRONG", "cancelled"), (f"1:{CODE}", "sent")]


def test_what_will_follow_is_foreseen_without_writing_anything(order: Order) -> None:
    (subject,) = load([order.pk])

    finding = foresee(subject, tracking_code=CODE, now=NOW)

    assert isinstance(finding, Due)
    assert not finding.to_copy
    assert notices() == []


def test_where_the_marketplace_tells_the_buyer_that_is_foreseen() -> None:
    order = make_order(number="7", paid_at=MONDAY, channel=ChannelKind.ETSY)
    (subject,) = load([order.pk])

    finding = foresee(subject, tracking_code=CODE, now=NOW)

    assert isinstance(finding, Withheld)
    assert str(finding.reason) == "Etsy does this for you already."


def test_a_buyer_without_an_address_gets_a_note_to_copy() -> None:
    order = make_order(number="1001", paid_at=MONDAY, buyer=BuyerDetails(name="Zoë"))

    finding = send_parcel(shop=order.shop, fact=parcel(), now=NOW)

    assert isinstance(finding, Due)
    assert finding.to_copy
    assert notices() == [(f"1:{CODE}", "to_copy")]
    assert can_take_back(list(Parcel.objects.all())) == {Parcel.objects.get().pk}
