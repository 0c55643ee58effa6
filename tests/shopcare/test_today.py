"""Today shows what needs the seller now, and does it at a click."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Decision, Message
from notifications.sweep import sweep
from orders.facts import AddressGiven, BuyerDetails, Cancel, Payment, Scan, Shipment, Word
from orders.models import ExpectedDelivery, Flag, Label, Order, Shop, Watch
from orders.words import ScanStatus
from tests.factory import NYGADE, make_order, make_shop, make_user, record

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def shop() -> Shop:
    return make_shop("lucky-bead", owner=make_user("owner@example.com"))


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    client.force_login(shop.members.get().user)
    return client


def now() -> datetime:
    return timezone.now()


def page(owner: Client) -> str:
    return owner.get("/shops/lucky-bead/").content.decode()


def act(owner: Client, action: str, **about: object) -> str:
    return owner.post(
        "/shops/lucky-bead/today/act/", {"action": action, **about}, follow=True
    ).content.decode()


def unpaid_for_eight_days(shop: Shop, number: str = "1001") -> Order:
    order = make_order(shop, number, placed_at=now() - 8 * DAY)
    sweep(now())
    return order


def test_a_shop_with_nothing_to_do_gets_a_kind_sentence(owner: Client) -> None:
    assert "Nothing needs you right now." in page(owner)


def test_nothing_to_do_says_what_goes_out_next(owner: Client, shop: Shop) -> None:
    make_order(shop, "1001", placed_at=now())
    sweep(now())

    shown = page(owner)

    assert "This goes out next" in shown
    assert "Payment reminder" in shown


def test_an_unpaid_order_past_its_deadline_is_there_to_be_relisted(
    owner: Client, shop: Shop
) -> None:
    unpaid_for_eight_days(shop)

    assert "Relist, or give more time" in page(owner)


def test_relisted_ends_the_order_and_takes_it_off_the_page(owner: Client, shop: Shop) -> None:
    order = unpaid_for_eight_days(shop)

    act(owner, "relisted", order="1001")
    sweep(now())

    order.refresh_from_db()
    assert order.status == "cancelled"
    assert "Relist, or give more time" not in page(owner)


def test_a_waiting_buyer_is_answered_at_a_click(owner: Client, shop: Shop) -> None:
    make_order(shop, "1001", placed_at=now() - 2 * DAY)
    record(shop, Word(order="1001", at=now() - 2 * DAY, text="When?"))
    sweep(now())
    assert "Buyers waiting for an answer" in page(owner)

    act(owner, "answered", order="1001")
    sweep(now())

    assert "Buyers waiting for an answer" not in page(owner)


def test_a_payment_after_cancelling_can_be_taken_up_again(owner: Client, shop: Shop) -> None:
    order = make_order(shop, "1001", placed_at=now() - 2 * DAY)
    record(shop, Cancel(order="1001", at=now() - DAY), Payment(order="1001", at=now()))
    sweep(now())
    assert "Paid after cancelling" in page(owner)

    act(owner, "reinstate", order="1001")

    order.refresh_from_db()
    assert order.status == "paid"


def test_a_delay_is_told_to_the_buyer_at_a_click(owner: Client, shop: Shop) -> None:
    make_order(shop, "1001", placed_at=now() - 20 * DAY)
    record(shop, Payment(order="1001", at=now() - 20 * DAY))
    Order.objects.update(recorded_at=now() - 20 * DAY)
    sweep(now())
    assert "Tell the buyer" in page(owner)

    act(owner, "tell_delay", order="1001")
    sweep(now())

    assert Message.objects.filter(kind="delay_notice", state="queued").exists()
    assert "Tell the buyer" not in page(owner)


def coming_back(shop: Shop, *statuses: ScanStatus) -> Order:
    order = make_order(
        shop, "1001", placed_at=now() - 6 * DAY, paid_at=now() - 6 * DAY, shipped_at=now() - 4 * DAY
    )
    for days, status in enumerate(statuses):
        at = now() - 3 * DAY + days * DAY
        record(shop, Scan(order="1001", at=at, status=status))
    sweep(now())
    return order


def test_a_return_stands_there_once_and_is_told_to_the_buyer_at_a_click(
    owner: Client, shop: Shop
) -> None:
    coming_back(shop, ScanStatus.RETURN_TO_SENDER, ScanStatus.DELIVERED)
    shown = page(owner)
    assert "Parcels coming back" in shown
    assert "Parcels in trouble" not in shown

    act(owner, "tell_returned", order="1001", about="1")
    sweep(now())

    assert Message.objects.filter(kind="returned", state="queued").exists()
    assert "Tell the buyer" not in page(owner)
    assert "Look into it" in page(owner)


def test_a_parcel_of_nobody_cannot_be_told_of(owner: Client, shop: Shop) -> None:
    coming_back(shop, ScanStatus.RETURN_TO_SENDER)

    answer = owner.post(
        "/shops/lucky-bead/today/act/",
        {"action": "tell_returned", "order": "1001", "about": "7"},
    )

    assert answer.status_code == 404
    assert not Decision.objects.exists()


def test_a_late_parcel_is_told_of_at_a_click(owner: Client, shop: Shop) -> None:
    order = coming_back(shop, ScanStatus.IN_TRANSIT)
    at = now() - 2 * DAY
    ExpectedDelivery.objects.create(order=order, parcel="1", expected_at=at, said_at=at)
    Watch.objects.update_or_create(order=order, defaults={"look_at": now()})
    sweep(now())
    assert "Parcels that are late" in page(owner)

    act(owner, "tell_late", order="1001", about="1")
    sweep(now())

    assert Message.objects.filter(kind="late_delivery", subject="1").exists()


def test_a_label_for_a_changed_address_is_kept_at_a_click(owner: Client, shop: Shop) -> None:
    order = make_order(shop, "1001", placed_at=now() - DAY, paid_at=now() - DAY)
    Label.objects.create(
        shop=shop,
        order=order,
        parcel="1",
        state="bought",
        bought_at=now() - DAY / 2,
        cost=8,
        weight_g=200,
    )
    office = replace(NYGADE, street1="Vestergade 3")
    record(shop, AddressGiven(order="1001", at=now(), address=office))
    sweep(now())
    assert "Labels for an address that was changed" in page(owner)
    assert "Keep the label as it is" in owner.get("/shops/lucky-bead/orders/1001/").content.decode()

    assert "is used as it is." in act(owner, "keep_label", order="1001", about="1")
    sweep(now())

    assert "Labels for an address that was changed" not in page(owner)


def test_a_note_to_copy_shows_its_words_and_is_marked_as_sent(owner: Client, shop: Shop) -> None:
    make_order(
        shop, "1001", placed_at=now(), buyer=BuyerDetails(name="Ada Lovelace", username="ada")
    )
    sweep(now())
    message = Message.objects.get(kind="thank_you")
    assert "Hello Ada," in page(owner)

    act(owner, "copied", message=message.pk)

    message.refresh_from_db()
    assert (message.state, "Hello Ada," in message.text) == ("copied", True)


def test_marking_a_note_twice_says_so(owner: Client, shop: Shop) -> None:
    make_order(shop, "1001", placed_at=now(), buyer=BuyerDetails(name="Ada", username="ada"))
    sweep(now())
    message = Message.objects.get(kind="thank_you")
    act(owner, "copied", message=message.pk)

    assert "It was noted as sent already." in act(owner, "copied", message=message.pk)


def test_a_paid_order_is_there_to_be_shipped_until_it_is(owner: Client, shop: Shop) -> None:
    make_order(shop, "1001", placed_at=now() - DAY)
    record(shop, Payment(order="1001", at=now()))
    assert "To ship" in page(owner)

    record(shop, Shipment(order="1001", at=now(), tracking_code="9400"))

    assert "To ship" not in page(owner)


def test_looking_again_is_quiet_while_nothing_has_changed(owner: Client, shop: Shop) -> None:
    unpaid_for_eight_days(shop)
    seen = owner.get("/shops/lucky-bead/").context["seen"]

    assert owner.get("/shops/lucky-bead/", {"seen": seen}).status_code == 204
    Flag.objects.update(cleared_at=now())
    assert "Nothing needs you" in owner.get("/shops/lucky-bead/", {"seen": seen}).content.decode()


def test_another_shops_order_cannot_be_acted_on(owner: Client) -> None:
    other = unpaid_for_eight_days(make_shop("other"), "2001")

    response = owner.post(
        "/shops/lucky-bead/today/act/", {"action": "relisted", "order": other.number}
    )

    other.refresh_from_db()
    assert (response.status_code, other.status) == (404, "awaiting_payment")


def test_an_unknown_action_is_not_found(owner: Client) -> None:
    assert owner.post("/shops/lucky-bead/today/act/", {"action": "nothing"}).status_code == 404


def test_the_page_asks_as_many_questions_for_twelve_orders_as_for_two(
    owner: Client, shop: Shop
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(owner)
        return len(asked)

    for number in range(2):
        unpaid_for_eight_days(shop, f"A{number}")
        make_order(shop, f"B{number}", placed_at=now(), buyer=BuyerDetails(username=f"u{number}"))
        record(shop, Payment(order=f"B{number}", at=now()))
    sweep(now())
    few = questions()
    for number in range(2, 12):
        unpaid_for_eight_days(shop, f"A{number}")
        make_order(shop, f"B{number}", placed_at=now(), buyer=BuyerDetails(username=f"u{number}"))
        record(shop, Payment(order=f"B{number}", at=now()))
    sweep(now())

    assert questions() == few
