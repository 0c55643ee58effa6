"""The Ship screen: the list, one parcel after the other, what is asked twice, and taking back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from notifications.models import Message
from orders.facts import Address, BuyerDetails, Line
from orders.models import Order, Shop
from orders.models import Shipment as Parcel
from orders.packing import set_extras, set_ticks, ticks
from orders.words import ChannelKind
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

HERE = "/shops/lucky-bead/ship/"
NOW = MONDAY + timedelta(hours=9)
DHL = "00340433836442636597"
OTHER_DHL = "00340434161094000003"
AMBIGUOUS = "201298452277"
LINES = (Line("Lucky bead", sku="LB-1", quantity=2), Line("Ring"))


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


@pytest.fixture(autouse=True)
def evening() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


def to_pack(shop: Shop, number: str = "1001", **fields: Any) -> Order:
    return make_order(shop, number, paid_at=MONDAY, **({"lines": LINES} | fields))


def ship(member: Client, number: str = "1001", code: str = DHL, **fields: str) -> HttpResponse:
    values = {"number": number, "parcel": "1", "code": code, **fields}
    return member.post(HERE + "parcel/", values, follow=True)  # type: ignore[return-value]


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def doubts(answer: Any) -> list[str]:
    return list(answer.context["verdict"].doubts) if "verdict" in answer.context else []


def listed(member: Client) -> list[str]:
    return [row.order.number for row in member.get(HERE).context["board"].rows]


def test_without_anything_to_ship_it_says_so_kindly(member: Client) -> None:
    assert "Everything is on its way." in member.get(HERE).content.decode()


def test_the_oldest_promise_comes_first_and_late_ones_are_marked(
    member: Client, shop: Shop
) -> None:
    to_pack(shop, "new")
    to_pack(shop, "promised", ship_by=MONDAY.date() - timedelta(days=1))
    to_pack(shop, "old", placed_at=MONDAY - timedelta(days=9))

    rows = member.get(HERE).context["board"].rows

    assert [(row.order.number, row.is_late) for row in rows] == [
        ("promised", True),
        ("old", False),
        ("new", False),
    ]


def test_the_open_order_shows_where_it_goes_what_goes_in_and_what_follows(
    member: Client, shop: Shop
) -> None:
    set_extras(shop=shop, names=["Card"])
    to_pack(shop, note="Please ring twice")

    html = member.get(HERE).content.decode()

    for words in ("Nygade 7", "8000 Aarhus", "Lucky bead", "Card", "Please ring twice"):
        assert words in html
    assert "Then Zoë Ørsted gets the tracking notice" in html


def test_a_number_and_enter_ship_the_order_and_open_the_next(member: Client, shop: Shop) -> None:
    to_pack(shop, "1001")
    to_pack(shop, "1002")

    answer = ship(member)

    parcel = Parcel.objects.get()
    assert (parcel.carrier, parcel.tracking_code) == ("DHL Paket", DHL)
    assert answer.context["current"].order.number == "1002"
    assert "Order 1001 is shipped. Zoë Ørsted gets the tracking notice" in said(answer)[0]
    assert Message.objects.filter(kind="tracking_notice", state="queued").count() == 1
    assert listed(member) == ["1002"]


def test_what_the_marketplace_tells_the_buyer_is_said(member: Client, shop: Shop) -> None:
    to_pack(shop, channel=ChannelKind.ETSY)

    answer = ship(member)

    assert "Etsy does this for you already." in said(answer)[0]
    assert not Message.objects.filter(kind="tracking_notice").exists()


def test_the_same_form_twice_ships_once(member: Client, shop: Shop) -> None:
    to_pack(shop)
    ship(member)

    again = ship(member)

    assert Order.objects.get().events.filter(kind="shipment").count() == 1
    assert "not waiting" in said(again)[0]


def test_enter_alone_ships_nothing(member: Client, shop: Shop) -> None:
    to_pack(shop)

    assert doubts(ship(member, code="")) == [
        "Scan or type the number, or choose “Without a number”."
    ]
    assert not Parcel.objects.exists()


def test_a_letter_goes_without_a_number(member: Client, shop: Shop) -> None:
    to_pack(shop)

    ship(member, code="", without="1")

    assert Parcel.objects.get().tracking_code == ""


def test_several_carriers_are_asked_about_and_the_last_one_is_remembered(
    member: Client, shop: Shop
) -> None:
    to_pack(shop, "1001")
    to_pack(shop, "1002")

    asked = ship(member, code=AMBIGUOUS)
    ship(member, code=AMBIGUOUS, carrier="FedEx", carrier_for=AMBIGUOUS, sure=AMBIGUOUS)
    ship(member, "1002", code="477179081230")

    assert "Which carrier has it?" in doubts(asked)[0]
    assert set(Parcel.objects.values_list("carrier", flat=True)) == {"FedEx"}


def test_a_carrier_chosen_for_another_number_does_not_count(member: Client, shop: Shop) -> None:
    to_pack(shop)

    ship(member, code=DHL, carrier="FedEx", carrier_for=AMBIGUOUS)

    assert Parcel.objects.get().carrier == "DHL Paket"


def test_a_wrong_check_digit_is_asked_about_once(member: Client, shop: Shop) -> None:
    to_pack(shop)
    wrong = "1Z5R89390357567128"

    asked = ship(member, code=wrong)
    ship(member, code=wrong, sure=wrong)

    assert "The check digit does not fit a number of UPS." in doubts(asked)[0]
    assert Parcel.objects.get().tracking_code == wrong


def test_being_sure_of_one_number_is_not_being_sure_of_another(member: Client, shop: Shop) -> None:
    to_pack(shop)

    asked = ship(member, code="whatever", sure="something else")

    assert "No carrier is known" in doubts(asked)[0]
    assert not Parcel.objects.exists()


def test_a_number_that_another_order_has_is_asked_about(member: Client, shop: Shop) -> None:
    to_pack(shop, "1001")
    to_pack(shop, "1002")
    ship(member)

    asked = ship(member, "1002")

    assert doubts(asked) == ["Order 1001 has this number already."]


def test_an_address_that_is_not_complete_is_asked_about(member: Client, shop: Shop) -> None:
    to_pack(shop, address=Address(name="Zoë Ørsted", street1="Nygade 7", country="DK"))

    asked = ship(member)

    assert doubts(asked)
    assert "Address is valid" in asked.content.decode()


def test_what_is_not_ticked_is_asked_about_once_ticking_has_begun(
    member: Client, shop: Shop
) -> None:
    order = to_pack(shop)
    set_ticks(order=order, keys=["line:1"], now=NOW)

    asked = ship(member)
    ship(member, sure=DHL)

    assert doubts(asked) == ["Not ticked yet: Ring."]
    assert Parcel.objects.count() == 1


def test_a_part_goes_now_and_the_rest_stays_on_the_list(member: Client, shop: Shop) -> None:
    to_pack(shop)

    answer = ship(member, **{"quantity-1": "1", "quantity-2": "0"})

    assert Parcel.objects.get().lines == [{"item": "LB-1", "quantity": 1}]
    assert "the rest stays on the list" in said(answer)[0]
    assert listed(member) == ["1001"]

    ship(member, code=OTHER_DHL, parcel="2", other_carrier="DHL Paket", sure=OTHER_DHL)

    assert Order.objects.get().status == "shipped"
    assert listed(member) == []


def test_a_parcel_with_nothing_in_it_is_not_sent(member: Client, shop: Shop) -> None:
    to_pack(shop)

    asked = ship(member, sure=DHL, **{"quantity-1": "0", "quantity-2": "0"})

    assert doubts(asked) == ["There is nothing in this parcel."]
    assert not Parcel.objects.exists()


def test_a_parcel_is_taken_back_before_the_notice_goes(member: Client, shop: Shop) -> None:
    to_pack(shop)
    ship(member)

    answer: Any = member.post(HERE + "take-back/", {"number": "1001", "parcel": "1"}, follow=True)

    assert "back on the list" in said(answer)[0]
    assert listed(member) == ["1001"]
    assert Message.objects.get(kind="tracking_notice").state == "cancelled"


def test_a_parcel_the_buyer_knows_of_is_not_taken_back(member: Client, shop: Shop) -> None:
    to_pack(shop)
    ship(member)
    Message.objects.filter(kind="tracking_notice").update(state="sent", sent_at=NOW)

    answer: Any = member.post(HERE + "take-back/", {"number": "1001", "parcel": "1"}, follow=True)

    assert "The buyer has been told already" in said(answer)[0]
    assert "Take back" not in answer.content.decode()
    assert Order.objects.get().status == "shipped"


def test_a_number_is_corrected(member: Client, shop: Shop) -> None:
    to_pack(shop)
    ship(member)

    values = {"number": "1001", "parcel": "1", "code": "1Z5R89390357567127"}
    answer: Any = member.post(HERE + "correct/", values, follow=True)

    parcel = Parcel.objects.get()
    assert (parcel.carrier, parcel.tracking_code) == ("UPS", "1Z5R89390357567127")
    assert "The number is corrected." in said(answer)[0]


def test_ticks_are_saved_and_shown_again(member: Client, shop: Shop) -> None:
    order = to_pack(shop)

    values = {"number": "1001", "item": ["line:1", "line:2"]}
    part = member.post(HERE + "ticks/", values, headers={"HX-Request": "true"})
    member.post(HERE + "ticks/", {"number": "1001", "item": ["line:2"]})

    assert "all packed" in part.content.decode()
    assert ticks(order) == {"line:2"}
    assert member.get(HERE).content.decode().count("checked") == 1


def test_the_carriers_of_a_number_are_shown_while_it_is_typed(member: Client, shop: Shop) -> None:
    html = member.get(HERE + "carriers/", {"code": AMBIGUOUS}).content.decode()

    assert html.index("DHL Paket") < html.index("FedEx")


def test_only_the_owner_changes_the_extras(member: Client, shop: Shop) -> None:
    member.post(HERE + "extras/", {"names": "Lucky bead\r\n\r\nCard\r\n"})
    shop.members.update(role="helper")

    refused = member.post(HERE + "extras/", {"names": ""})

    assert refused.status_code == 403
    assert [extra.name for extra in shop.packing_extras.all()] == ["Lucky bead", "Card"]


def test_a_helper_ships(member: Client, shop: Shop) -> None:
    shop.members.update(role="helper")
    to_pack(shop)

    ship(member)

    assert Parcel.objects.count() == 1


def test_one_shop_ships_nothing_of_another(member: Client) -> None:
    other = make_shop("other")
    to_pack(other, "theirs")

    ship(member, "theirs")

    assert not Parcel.objects.exists()
    for action in ("take-back/", "correct/", "ticks/"):
        member.post(HERE + action, {"number": "theirs", "parcel": "1", "code": DHL})
    assert Order.objects.get().events.count() == 1 + 1


def test_strange_names_stay_text(member: Client, shop: Shop) -> None:
    name = "<script>alert(1)</script>" + "x" * 260
    to_pack(shop, buyer=BuyerDetails(name=name, email="x@example.com"), note=name)

    assert "<script>alert" not in member.get(HERE).content.decode()


def test_the_screen_costs_a_constant_number_of_queries(
    member: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        to_pack(shop, f"n{number}")
    member.get(HERE)

    with django_assert_max_num_queries(24):
        member.get(HERE)
