"""Many orders at once: first what follows is shown, then exactly that is done."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notifications.models import Message
from notifications.sweep import sweep
from orders.facts import Pause, Payment
from orders.models import Order, OrderEvent, Shop
from tests.factory import MONDAY, make_order, make_shop, make_user, record

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(days=1)
LIST = "/shops/lucky-bead/orders/"
CASES: list[tuple[str, dict[str, str], str]] = [
    ("pay", {"method": "cash"}, "payment"),
    ("pause", {}, "pause"),
    ("relisted", {}, "relisted"),
    ("more_time", {"until": "2026-11-20"}, "extend"),
    ("ship", {"numbers": "a 1Z999AA10123456784\nb 00340434161094042557"}, "shipment"),
]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def shop() -> Shop:
    shop = make_shop(owner=make_user())
    make_order(shop, "a")
    make_order(shop, "b")
    return shop


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def ids(*numbers: str) -> list[str]:
    return [str(pk) for pk in Order.objects.filter(number__in=numbers).values_list("pk", flat=True)]


def look(client: Client, action: str, answers: dict[str, Any], *numbers: str) -> Any:
    return client.post(f"{LIST}bulk/{action}/", {"order": ids(*(numbers or ("a", "b"))), **answers})


def do(client: Client, action: str, answers: dict[str, Any], *numbers: str) -> Any:
    """Look, and then press the button."""
    mark = look(client, action, answers, *numbers).context["mark"]
    given = {"order": ids(*(numbers or ("a", "b"))), "mark": mark, **answers}
    return client.post(f"{LIST}bulk/{action}/", given, follow=True)


def facts_of(kind: str) -> int:
    return OrderEvent.objects.filter(kind=kind).count()


@pytest.mark.parametrize(("action", "answers", "kind"), CASES)
def test_looking_shows_what_follows_and_changes_nothing(
    member: Client, shop: Shop, action: str, answers: dict[str, str], kind: str
) -> None:
    versions = list(Order.objects.values_list("version", flat=True))

    answer = look(member, action, answers)

    assert answer.context["count"] == 2
    assert facts_of(kind) == 0
    assert list(Order.objects.values_list("version", flat=True)) == versions
    assert not Message.objects.exists()


@pytest.mark.parametrize(("action", "answers", "kind"), CASES)
def test_doing_records_a_fact_for_each_order(
    member: Client, shop: Shop, action: str, answers: dict[str, str], kind: str
) -> None:
    answer = do(member, action, answers)

    assert facts_of(kind) == 2
    assert "Done for 2 orders" in answer.content.decode()


@pytest.mark.parametrize(("action", "answers", "kind"), CASES)
def test_the_same_button_pressed_twice_acts_once(
    member: Client, shop: Shop, action: str, answers: dict[str, str], kind: str
) -> None:
    mark = look(member, action, answers).context["mark"]
    given = {"order": ids("a", "b"), "mark": mark, **answers}

    for _time in range(2):
        member.post(f"{LIST}bulk/{action}/", given)

    assert facts_of(kind) == 2


@pytest.mark.parametrize(("action", "answers", "kind"), CASES)
def test_another_shops_orders_are_no_orders(
    client: Client, shop: Shop, action: str, answers: dict[str, str], kind: str
) -> None:
    make_shop("other", owner=make_user("other@example.com"))
    client.login(email="other@example.com", password="beads")

    own = client.post(f"/shops/other/orders/bulk/{action}/", {"order": ids("a", "b"), **answers})
    theirs = look(client, action, answers)

    assert own.context["count"] == 0
    assert theirs.status_code == 404


def test_a_bulk_operation_sends_no_mail_that_nobody_has_previewed(
    member: Client, shop: Shop
) -> None:
    sweep(NOW)
    html = look(member, "ship", {"numbers": "a 1Z999AA10123456784"}).content.decode()
    mark = look(member, "ship", {"numbers": "a 1Z999AA10123456784"}).context["mark"]

    # Between looking and doing another order comes into the text.
    answer = member.post(
        f"{LIST}bulk/ship/",
        {"numbers": "a 1Z999AA10123456784\nb 00340434161094042557", "mark": mark},
    )

    assert "1 × tracking notice goes out now." in html
    assert "nothing was done" in answer.content.decode()
    assert facts_of("shipment") == 0
    assert answer.context["count"] == 2


def test_orders_that_changed_meanwhile_are_shown_again_and_left_alone(
    member: Client, shop: Shop
) -> None:
    mark = look(member, "relisted", {}).context["mark"]
    record(shop, Payment(order="a", at=NOW))

    answer = member.post(f"{LIST}bulk/relisted/", {"order": ids("a", "b"), "mark": mark})

    assert "nothing was done" in answer.content.decode()
    assert answer.context["left_out"] == [("a", "It does not wait for a payment.")]
    assert facts_of("relisted") == 0


def test_a_day_changed_after_looking_is_shown_again(member: Client, shop: Shop) -> None:
    mark = look(member, "more_time", {"until": "2026-11-20"}).context["mark"]

    answer = member.post(
        f"{LIST}bulk/more_time/", {"order": ids("a"), "mark": mark, "until": "2026-12-20"}
    )

    assert "nothing was done" in answer.content.decode()
    assert facts_of("extend") == 0


def test_lines_that_fit_no_order_are_named_and_the_others_shipped(
    member: Client, shop: Shop
) -> None:
    make_order(shop, "sent", paid_at=MONDAY, shipped_at=MONDAY)
    numbers = "Order;Tracking\na;1Z999AA10123456784\na;5\nsent;9\nb\nnobody;4"

    answer = look(member, "ship", {"numbers": numbers})

    assert answer.context["count"] == 1
    assert answer.context["left_out"] == [
        ("line 1", "There is no such order: Order;Tracking"),
        ("line 3", "The order is in the list twice."),
        ("sent", "There is nothing left to ship."),
        ("b", "The tracking number is missing."),
        ("line 6", "There is no such order: nobody;4"),
    ]


def test_a_csv_file_is_read_and_shown_as_lines(member: Client, shop: Shop) -> None:
    file = SimpleUploadedFile("numbers.csv", b"\xef\xbb\xbfa;1Z999AA10123456784;UPS\r\n")

    answer = look(member, "ship", {"file": file})

    assert answer.context["count"] == 1
    assert "a;1Z999AA10123456784;UPS" in answer.content.decode()


@pytest.mark.parametrize("numbers", ["", "x\n" * 501])
def test_nothing_and_too_much_are_refused(member: Client, shop: Shop, numbers: str) -> None:
    answer = look(member, "ship", {"numbers": numbers})

    assert answer.context["form"].errors
    assert "mark" not in answer.context


@pytest.mark.parametrize(
    ("action", "answers", "inverse"),
    [
        ("pay", {}, "unpay"),
        ("pause", {}, "resume"),
        ("relisted", {}, "reinstate"),
        ("more_time", {"until": "2026-11-20"}, "extend"),
        ("ship", {"numbers": "a 1Z999AA10123456784\nb 00340434161094042557"}, "unship"),
    ],
)
def test_what_nobody_has_heard_of_yet_can_be_taken_back(
    member: Client,
    shop: Shop,
    clock: time_machine.Traveller,
    action: str,
    answers: dict[str, str],
    inverse: str,
) -> None:
    before = list(Order.objects.order_by("pk").values_list("status", "paused_at", "cancelled_at"))
    html = do(member, action, answers).content.decode()
    clock.shift(timedelta(seconds=30))

    answer = member.post(f"{LIST}undo/", follow=True)

    assert "Take it back" in html
    assert "Taken back for 2 orders." in answer.content.decode()
    assert facts_of(inverse) == (4 if inverse == "extend" else 2)
    after = list(Order.objects.order_by("pk").values_list("status", "paused_at", "cancelled_at"))
    assert after == before
    assert "Take it back" not in answer.content.decode()


def test_more_time_taken_back_is_the_deadline_that_was(
    member: Client, shop: Shop, clock: time_machine.Traveller
) -> None:
    do(member, "more_time", {"until": "2026-11-20"})
    clock.shift(timedelta(seconds=30))

    member.post(f"{LIST}undo/")

    assert Order.objects.get(number="a").extended_until == MONDAY + timedelta(days=7)


def test_an_order_about_which_a_note_has_gone_out_is_not_taken_back(
    member: Client, shop: Shop, clock: time_machine.Traveller
) -> None:
    sweep(NOW)
    do(member, "ship", {"numbers": "a 1Z999AA10123456784\nb 00340434161094042557"})
    clock.shift(timedelta(seconds=30))
    later = NOW + timedelta(seconds=20)
    sweep(later)
    Message.objects.filter(order__number="a", kind="tracking_notice").update(
        state="sent", sent_at=later, settled_at=later
    )

    html = member.post(f"{LIST}undo/", follow=True).content.decode()

    assert "A note about order a has gone out already" in html
    assert Order.objects.get(number="a").status == "shipped"
    assert Order.objects.get(number="b").status == "awaiting_payment"


def test_undo_is_offered_for_a_quarter_of_an_hour_and_works_once(
    member: Client, shop: Shop, clock: time_machine.Traveller
) -> None:
    do(member, "pause", {})
    clock.shift(timedelta(minutes=16))

    html = member.post(f"{LIST}undo/", follow=True).content.decode()

    assert "There is nothing left to take back." in html
    assert facts_of("resume") == 0


def test_the_ticks_of_the_list_lead_to_the_preview(member: Client, shop: Shop) -> None:
    record(shop, Pause(order="a", at=MONDAY))

    answer = member.get(f"{LIST}bulk/", {"order": ids("a", "b"), "action": "resume"}, follow=True)

    assert answer.context["count"] == 1
    assert answer.context["left_out"] == [("b", "It is not paused.")]


@pytest.mark.parametrize("order", ["x", "-1", "9" * 30, ""])
def test_ticks_that_mean_nothing_are_nothing(member: Client, shop: Shop, order: str) -> None:
    answer = member.get(f"{LIST}bulk/pause/", {"order": order})

    assert answer.context["count"] == 0


def test_there_is_no_other_bulk_action(member: Client, shop: Shop) -> None:
    assert member.get(f"{LIST}bulk/", {"action": "explode"}).status_code == 404
    assert member.get(f"{LIST}bulk/explode/").status_code == 404


def test_a_preview_costs_the_same_queries_for_two_orders_and_for_fifty(
    member: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        make_order(shop, f"n{number}")
    every = [f"n{number}" for number in range(50)]

    with django_assert_max_num_queries(50):
        look(member, "pause", {}, *every)
