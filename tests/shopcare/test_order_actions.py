"""Acting on one order from its page: it acts, once, and says what follows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from notifications.models import Message
from orders.facts import BuyerDetails, Cancel, Pause, Payment, Refund, Scan, Word
from orders.models import Member, Order, OrderEvent, Shop
from orders.words import Role, ScanStatus
from tests.factory import MONDAY, make_order, make_shop, make_user, record

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(days=1)
PAGE = "/shops/lucky-bead/orders/1001/"
# Each action with what a form would send, the facts before it, and the fact it records.
CASES: list[tuple[str, dict[str, str], list[Any], str]] = [
    ("pay", {"method": "PayPal"}, [], "payment"),
    ("more_time", {"until": "2026-11-20"}, [], "extend"),
    ("relisted", {"sure": "1"}, [], "relisted"),
    ("ship", {"tracking_code": "00340434161094042557"}, [], "shipment"),
    ("refund", {"sure": "1"}, [Payment(order="1001", at=MONDAY)], "refund"),
    ("cancel", {"sure": "1", "reason": "broke in the kiln"}, [], "cancel"),
    ("reinstate", {}, [Cancel(order="1001", at=MONDAY)], "reinstate"),
    ("pause", {}, [], "pause"),
    ("resume", {}, [Pause(order="1001", at=MONDAY)], "resume"),
    ("word", {"way": "☎ ", "text": "I pay on Friday"}, [], "word"),
    ("answer", {"text": "Fine!"}, [Word(order="1001", at=MONDAY)], "answer"),
]


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def act(client: Client, action: str, version: int | None = None, **answers: str) -> Any:
    if version is None:
        version = Order.objects.get(number="1001").version
    return client.post(f"{PAGE}do/{action}/", {"version": str(version), **answers}, follow=True)


def facts_of(kind: str) -> list[OrderEvent]:
    return list(OrderEvent.objects.filter(order__number="1001", kind=kind))


@pytest.mark.parametrize(("action", "answers", "before", "kind"), CASES)
def test_an_action_records_its_fact(
    member: Client, shop: Shop, action: str, answers: dict[str, str], before: list[Any], kind: str
) -> None:
    make_order(shop, "1001", facts=before)

    answer = act(member, action, **answers)

    assert "Done: " in answer.content.decode()
    assert [event.source for event in facts_of(kind)] == ["dashboard"]


@pytest.mark.parametrize(("action", "answers", "before", "kind"), CASES)
def test_the_same_form_sent_twice_acts_once(
    member: Client, shop: Shop, action: str, answers: dict[str, str], before: list[Any], kind: str
) -> None:
    version = make_order(shop, "1001", facts=before).version

    act(member, action, version, **answers)
    again = act(member, action, version, **answers)

    assert len(facts_of(kind)) == 1
    assert "nothing was done" in again.content.decode()


@pytest.mark.parametrize(("action", "answers", "before", "kind"), CASES)
def test_a_member_of_another_shop_cannot_act(
    client: Client, shop: Shop, action: str, answers: dict[str, str], before: list[Any], kind: str
) -> None:
    make_order(shop, "1001", facts=before)
    make_shop("other", owner=make_user("other@example.com"))
    client.login(email="other@example.com", password="beads")

    answer = act(client, action, **answers)

    assert answer.status_code == 404
    assert facts_of(kind) == []


@pytest.mark.parametrize(("action", "answers", "before", "kind"), CASES)
def test_a_helper_may_act(
    client: Client, shop: Shop, action: str, answers: dict[str, str], before: list[Any], kind: str
) -> None:
    make_order(shop, "1001", facts=before)
    helper = make_user("helper@example.com")
    Member.objects.create(shop=shop, user=helper, role=Role.HELPER)
    client.login(email="helper@example.com", password="beads")

    act(client, action, **answers)

    assert len(facts_of(kind)) == 1


@pytest.mark.parametrize("action", ["relisted", "cancel", "refund"])
def test_a_grave_action_asks_first_and_says_what_would_follow(
    member: Client, shop: Shop, action: str
) -> None:
    facts = [Payment(order="1001", at=MONDAY)] if action == "refund" else []
    order = make_order(shop, "1001", facts=facts)

    answer = act(member, action)

    html = answer.content.decode()
    assert "are you sure?" in html
    order.refresh_from_db()
    assert (order.cancelled_at, order.refunded_amount) == (None, 0)
    if action != "refund":
        assert "The payment reminder does not go out" in html


def test_more_time_says_when_the_reminder_and_the_flag_come_now(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    html = act(member, "more_time", until="2026-11-20").content.decode()

    assert "“relist” goes up on Fri, 20 Nov, 23:59" in html


def test_looking_never_acts(member: Client, shop: Shop) -> None:
    order = make_order(shop, "1001")

    answer = member.get(f"{PAGE}do/pause/", follow=True)

    order.refresh_from_db()
    assert answer.redirect_chain[-1][0] == PAGE
    assert order.paused_at is None


def test_an_order_that_changed_since_the_page_was_opened_is_shown_and_left_alone(
    member: Client, shop: Shop
) -> None:
    version = make_order(shop, "1001").version
    record(shop, Payment(order="1001", at=NOW))

    html = act(member, "word", version, text="I paid!").content.decode()

    assert "nothing was done" in html
    assert "I paid!" in html
    assert facts_of("word") == []


def test_htmx_gets_only_the_part_that_changes(member: Client, shop: Shop) -> None:
    order = make_order(shop, "1001")

    answer = member.post(
        f"{PAGE}do/pause/", {"version": order.version}, headers={"HX-Request": "true"}
    )

    html = answer.content.decode()
    assert "<html" not in html
    assert html.lstrip().startswith('<div id="order"')
    assert "Done: Pause this order." in html


@pytest.mark.parametrize(
    ("action", "answers", "words"),
    [
        ("more_time", {"until": "2026-11-01"}, "Choose a day to come."),
        ("pay", {"amount": "-3"}, "greater than or equal"),
        ("pay", {"when": "2027-01-01T10:00"}, "This lies in the future."),
        ("word", {"text": ""}, "This field is required."),
        ("pay", {"amount": "12 euros"}, "Enter a number."),
    ],
)
def test_an_answer_that_makes_no_sense_is_shown_with_the_reason(
    member: Client, shop: Shop, action: str, answers: dict[str, str], words: str
) -> None:
    order = make_order(shop, "1001")

    html = act(member, action, **answers).content.decode()

    assert words in html
    assert Order.objects.get(pk=order.pk).version == order.version


def test_an_amount_may_be_written_with_a_comma(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    act(member, "pay", amount="4,50")

    assert facts_of("payment")[0].data["amount"] == "4.50"


def test_a_day_is_the_shops_own(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    act(member, "pay", when="2026-11-02T23:30")

    assert facts_of("payment")[0].at.isoformat() == "2026-11-02T22:30:00+00:00"


def test_the_carrier_is_known_by_the_number(member: Client, shop: Shop) -> None:
    make_order(shop, "1001", paid_at=MONDAY)

    act(member, "ship", tracking_code="1Z999AA10123456784")

    assert facts_of("shipment")[0].data["carrier"] == "UPS"


def test_a_parcel_arrives_and_its_number_is_corrected(member: Client, shop: Shop) -> None:
    order = make_order(shop, "1001", paid_at=MONDAY, shipped_at=MONDAY)

    act(member, "number", parcel="1", tracking_code="1Z999AA10123456784")
    html = act(member, "delivered", parcel="1").content.decode()

    order.refresh_from_db()
    assert order.shipments.get().tracking_code == "1Z999AA10123456784"
    assert order.status == "delivered"
    assert "arrival check now goes out" in html


def test_what_is_not_possible_is_not_done(member: Client, shop: Shop) -> None:
    make_order(shop, "1001", paid_at=MONDAY)

    html = act(member, "pay", amount="5").content.decode()

    assert "nothing was done" in html
    assert len(facts_of("payment")) == 1


def test_pausing_the_buyer_holds_back_the_notes_about_other_orders_too(
    member: Client, shop: Shop
) -> None:
    order = make_order(shop, "1001")
    other = make_order(shop, "1002")

    html = act(member, "pause_buyer").content.decode()
    again = act(member, "resume_buyer").content.decode()

    order.buyer.refresh_from_db()
    assert "The payment reminder does not go out: You paused this buyer" in html
    assert "The payment reminder now goes out on Thu, 5 Nov, 10:30" in again
    other.refresh_from_db()
    assert other.version == 3


def test_a_note_of_ones_own_is_kept_once_and_nothing_follows(member: Client, shop: Shop) -> None:
    order = make_order(shop, "1001")

    act(member, "remark", text="Wants blue paper")
    html = act(member, "remark", text="Wants blue paper").content.decode()

    assert html.count("Wants blue paper</blockquote>") == 1
    assert Order.objects.get(pk=order.pk).version == order.version
    record(shop, Scan(order="1001", at=NOW, status=ScanStatus.IN_TRANSIT))
    assert Message.objects.count() == 0


def test_what_the_seller_writes_stays_text(member: Client, shop: Shop) -> None:
    make_order(shop, "1001", buyer=BuyerDetails(name="x" * 300, email="x@example.com"))

    html = act(member, "remark", text="<script>alert(1)</script>").content.decode()

    assert "<script>alert" not in html


def test_there_is_no_other_action(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    assert act(member, "explode").status_code == 404


def test_the_refund_form_says_what_went_back_already(member: Client, shop: Shop) -> None:
    make_order(shop, "3003", paid_at=MONDAY)
    record(shop, Refund(order="3003", at=MONDAY, amount=Decimal(5), in_all=Decimal(5)))

    html = member.get("/shops/lucky-bead/orders/3003/").content.decode()

    assert "5,00\u00a0€ went back so far. This comes on top of it." in html


def test_what_one_order_says_is_not_said_of_the_next(member: Client, shop: Shop) -> None:
    make_order(shop, "3003", paid_at=MONDAY)
    record(shop, Refund(order="3003", at=MONDAY, amount=Decimal(5), in_all=Decimal(5)))
    make_order(shop, "3004", paid_at=MONDAY)
    member.get("/shops/lucky-bead/orders/3003/")

    html = member.get("/shops/lucky-bead/orders/3004/").content.decode()

    assert "went back so far" not in html
