"""The address of an order from the dashboard: checked, taken, kept and edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from notifications.sweep import sweep
from orders.facts import BuyerDetails
from orders.models import Order, ShippingProfile, Shop
from orders.shipping.secrets import encrypt
from orders.values import Address
from shopcare.dashboard.address_card import marked, seen
from tests.easypost import KEY, EasyPostServer, easypost_server, refused
from tests.factory import MONDAY, NYGADE, make_order, make_shop, make_user, record
from tests.orders.test_address_fact import STRANDVEJ, given

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(days=1)
PAGE = "/shops/lucky-bead/orders/1001/"
HARBOR = Address("Elizabeth Swan", "179 N Harbor Dr", "", "Redondo Beach", "CA", "90277", "US")


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


@pytest.fixture
def carrier(shop: Shop, settings: Any) -> Iterator[EasyPostServer]:
    ShippingProfile.objects.create(shop=shop, easypost_key=encrypt(KEY))
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        yield running


def order_of(number: str = "1001") -> Order:
    return Order.objects.select_related("address_check").get(number=number)


def press(client: Client, button: str, **fields: str) -> Any:
    fields = {"seen": seen(order_of().address), **fields}
    return client.post(f"{PAGE}address/{button}/", fields, follow=True)


def edit(client: Client, address: Address, **fields: str) -> Any:
    parts = {name: getattr(address, name) for name in Address.__slots__}
    fields = {"seen": seen(order_of().address), **parts, **fields}
    return client.post(f"{PAGE}address/", fields, follow=True)


def text(response: Any) -> str:
    found: str = unescape(response.content.decode())
    return found


def test_without_an_account_the_check_holds_it_against_its_countrys_rules(
    member: Client, shop: Shop
) -> None:
    make_order(shop, "1001", address=replace(NYGADE, city=""))

    page = text(press(member, "check"))

    assert "The address is checked." in page
    assert "The city is missing." in page
    assert order_of().address_check.by_carrier is False


def test_a_correction_is_shown_side_by_side_and_taken_on_a_click(
    member: Client, shop: Shop, carrier: EasyPostServer
) -> None:
    make_order(shop, "1001", address=HARBOR)
    carrier.answers.corrections[HARBOR.street1] = {"zip": "90278-1111"}

    page = text(press(member, "check"))

    assert "The carrier would write" in page
    assert "<mark>90277</mark>" in page
    assert "<mark>90278-1111</mark>" in page
    assert "<mark>REDONDO" not in page
    page = text(press(member, "take"))
    assert order_of().address.postcode == "90278-1111"
    assert "The address is the carrier's now." in page
    assert "Verified by the carrier on Tue, 3 Nov." in page


def test_where_nobody_lives_is_said_and_can_be_kept(
    member: Client, shop: Shop, carrier: EasyPostServer
) -> None:
    make_order(shop, "1001", address=replace(HARBOR, street1="1 Unknown Road"))

    page = text(press(member, "check"))
    assert "Cannot be delivered to: Address not found" in page

    page = text(press(member, "keep"))
    assert "The address stays as it is." in page
    assert "You keep it as it is, since Tue, 3 Nov." in page


def test_a_refusal_is_a_sentence_in_place(
    member: Client, shop: Shop, carrier: EasyPostServer
) -> None:
    make_order(shop, "1001", address=HARBOR)
    carrier.fail("/addresses*", 401, refused("APIKEY.INACTIVE", "No longer active."))

    response = member.post(f"{PAGE}address/check/", HTTP_HX_REQUEST="true")

    assert "The carrier gave no answer." in text(response)
    assert "EasyPost" in text(response)
    assert "</html>" not in text(response)


def test_the_address_is_edited_by_hand_and_the_timeline_says_so(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    page = text(edit(member, STRANDVEJ))

    assert order_of().address == STRANDVEJ
    assert "The address is changed." in page
    assert "You corrected the address" in page


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"city": ""}, "The city is missing."),
        ({"postcode": "99"}, "“99” does not look like a postcode there"),
        ({"name": "Z"}, "“Z” is no complete name."),
        ({"name": "bead_lover7"}, "looks like a user name"),
        ({"country": "US", "region": ""}, "The state or province is missing."),
        ({"country": "XX"}, "Select a valid choice."),
        ({"name": "\0Zoë Ørsted"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(
    member: Client, shop: Shop, changes: dict[str, str], error: str
) -> None:
    make_order(shop, "1001")

    page = text(edit(member, replace(STRANDVEJ, **changes)))

    assert error in page
    assert order_of().address == NYGADE


def test_another_country_gives_other_fields(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    page = text(edit(member, replace(STRANDVEJ, country="US"), refit="1"))

    assert "ZIP code" in page
    assert "Oregon" in page
    assert "Strandvejen 12" in page
    assert order_of().address == NYGADE


def test_a_state_is_known_by_its_name(member: Client, shop: Shop) -> None:
    make_order(shop, "1001", address=replace(HARBOR, region="California"))

    page = text(member.get(f"{PAGE}address/"))

    assert '<option value="CA" selected>California</option>' in page


def test_a_change_made_meanwhile_is_shown_and_not_overwritten_unseen(
    member: Client, shop: Shop
) -> None:
    order = make_order(shop, "1001")
    old = seen(order.address)
    record(shop, given(STRANDVEJ), now=NOW)

    page = text(edit(member, replace(NYGADE, street1="Nygade 9"), seen=old))

    assert "Somebody changed the address meanwhile, to: Zoë Ørsted, Strandvejen 12" in page
    assert 'value="Nygade 9"' in page
    assert order_of().address == STRANDVEJ


def test_the_buyer_is_asked_once_for_each_address(member: Client, shop: Shop) -> None:
    make_order(shop, "1001", address=replace(NYGADE, postcode="80"))

    first = text(press(member, "ask"))
    sweep(NOW)
    again = text(press(member, "ask"))

    assert "Zoë Ørsted is asked by a note with a link to correct the address." in first
    assert "Zoë Ørsted has been asked about this address already." in again


def test_a_buyer_without_an_e_mail_is_asked_by_copying(member: Client, shop: Shop) -> None:
    buyer = BuyerDetails(name="Zoë Ørsted", username="zoe")
    make_order(shop, "1001", channel="etsy", buyer=buyer, address=replace(NYGADE, postcode="80"))

    page = text(press(member, "ask"))

    assert "The question waits on Today for you to copy it to Zoë Ørsted" in page


def test_an_address_in_no_doubt_asks_nobody(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    page = text(member.get(PAGE))

    assert "Check address" in page
    assert "Ask the buyer" not in page
    assert "Keep as it is" not in page


@pytest.mark.parametrize("button", ["take", "keep", "ask"])
def test_a_button_pressed_for_another_address_does_nothing(
    member: Client, shop: Shop, button: str
) -> None:
    order = make_order(shop, "1001")
    old = seen(order.address)
    record(shop, given(STRANDVEJ), now=NOW)

    page = text(press(member, button, seen=old))

    assert "The order has changed since you opened this page" in page
    assert not hasattr(order_of(), "address_check")


@pytest.mark.parametrize("button", ["check/", "take/", "keep/", "ask/", ""])
def test_what_is_on_its_way_keeps_its_address(member: Client, shop: Shop, button: str) -> None:
    make_order(shop, "1001", paid_at=MONDAY, shipped_at=MONDAY)

    page = text(member.post(f"{PAGE}address/{button}", follow=True))

    assert "Nothing of this order is still to be sent" in page
    assert "address-card" not in text(member.get(PAGE))


def test_looking_at_the_form_changes_nothing(member: Client, shop: Shop) -> None:
    order = make_order(shop, "1001")

    member.get(f"{PAGE}address/")
    member.get(f"{PAGE}address/check/")

    assert order_of().version == order.version
    assert not hasattr(order_of(), "address_check")


def test_from_the_ship_screen_it_goes_back_there(member: Client, shop: Shop) -> None:
    make_order(shop, "1001", paid_at=MONDAY)

    response = press(member, "check", back="ship")

    assert response.redirect_chain[-1][0] == "/shops/lucky-bead/ship/?order=1001"
    assert "The address is checked." in text(response)
    assert "Check address" in text(response)


def test_an_edited_address_replaces_the_whole_order_in_place(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")
    parts = {name: getattr(STRANDVEJ, name) for name in Address.__slots__}

    response = member.post(
        f"{PAGE}address/", {"seen": seen(NYGADE), **parts}, HTTP_HX_REQUEST="true"
    )

    assert response["HX-Retarget"] == "#order"
    assert "Skagen" in text(response)


def test_words_that_differ_are_marked_and_case_is_no_difference() -> None:
    theirs, carriers = marked("179 N Harbor Drive", "179 N HARBOR DR Apt 4")

    assert theirs == [("179 N Harbor", False), ("Drive", True)]
    assert carriers == [("179 N HARBOR", False), ("DR Apt 4", True)]
