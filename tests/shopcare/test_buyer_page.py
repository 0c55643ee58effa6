"""The buyer's own page: shows the order, takes a better address, and gives nothing else away."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from notifications.links import buyer_url, token
from orders.facts import Cancel, Word
from orders.models import AddressCheck, Label, LabelState, Order
from orders.remarks import add_remark
from orders.shipping import addresses
from orders.values import Address
from shopcare.buyer.doors import MOST_CHANGES
from shopcare.buyer.views import CORRECTED_WITHIN
from tests.factory import MONDAY, NYGADE, make_order, make_shop, make_user, record
from tests.orders.test_address_fact import STRANDVEJ

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def order() -> Order:
    return make_order(number="1001", paid_at=MONDAY)


def path(order: Order) -> str:
    return f"/o/{token(order)}/"


def send(client: Client, order: Order, address: Address = STRANDVEJ, **more: str) -> Any:
    parts = {name: getattr(address, name) for name in Address.__slots__}
    return client.post(path(order), {**parts, **more}, follow=True)


def text(response: Any) -> str:
    found: str = unescape(response.content.decode())
    return found


def facts_of(order: Order) -> list[tuple[str, str]]:
    return list(order.events.filter(kind="address").values_list("source", "kind"))


def test_it_shows_what_was_bought_and_how_it_stands(client: Client, order: Order) -> None:
    page = text(client.get(path(order)))

    assert "Lucky Bead" in page
    assert "Order 1001" in page
    assert "2 × <bdi>Lucky bead</bdi>" in page
    assert "It is being made ready for you." in page
    assert "Nygade 7" in page


def test_the_link_is_read_for_as_long_as_the_shop_is_open(
    client: Client, order: Order, now: time_machine.Traveller
) -> None:
    now.move_to(NOW + timedelta(days=3 * 365))

    assert "Order 1001" in text(client.get(path(order)))


def test_an_address_is_taken_for_half_a_year(
    client: Client, order: Order, now: time_machine.Traveller
) -> None:
    now.move_to(MONDAY + CORRECTED_WITHIN)

    answer = send(client, order)

    assert "Correct the address" not in text(answer)
    assert "Write to Lucky Bead" in text(answer)
    assert not facts_of(order)


def test_an_address_is_taken_until_then(
    client: Client, order: Order, now: time_machine.Traveller
) -> None:
    now.move_to(MONDAY + CORRECTED_WITHIN - timedelta(minutes=1))

    send(client, order)

    assert len(facts_of(order)) == 1


def test_the_letters_link_leads_there(client: Client, order: Order, settings: Any) -> None:
    settings.SITE_URL = "https://care.example.com"

    assert buyer_url(order) == f"https://care.example.com{path(order)}"


def test_a_parcel_can_be_followed(client: Client) -> None:
    order = make_order(number="1001", paid_at=MONDAY, shipped_at=MONDAY + timedelta(hours=5))

    page = text(client.get(path(order)))

    assert "It is on its way to you since 2 Nov 2026." in page
    assert "00340434161094" in page
    assert re.search(r'href="https://[^"]*00340434161094', page)


def test_it_speaks_the_buyers_language(client: Client, order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(language="de-AT")

    response = client.get(path(order), HTTP_ACCEPT_LANGUAGE="en")

    assert response["Content-Language"] == "de"
    assert '<html lang="de"' in text(response)


def test_a_better_address_is_taken_and_confirmed(client: Client, order: Order) -> None:
    response = send(client, order)

    assert response.redirect_chain == [(f"{path(order)}saved/", 302)]
    assert "Thank you" in text(response)
    assert "Strandvejen 12" in text(response)
    order.refresh_from_db()
    assert order.address == STRANDVEJ
    assert facts_of(order) == [("buyer", "address")]


def test_opening_every_link_changes_nothing(client: Client, order: Order) -> None:
    parts = {name: getattr(STRANDVEJ, name) for name in Address.__slots__}

    client.get(path(order), parts)
    client.head(path(order))
    client.get(f"{path(order)}saved/", parts)

    after = Order.objects.get(pk=order.pk)
    assert (after.address, after.version) == (NYGADE, order.version)


def test_the_same_address_again_is_no_news(client: Client, order: Order) -> None:
    response = send(client, order, NYGADE)

    assert "Thank you" in text(response)
    assert facts_of(order) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"city": ""}, "The city is missing."),
        ({"street1": ""}, "The street is missing."),
        ({"postcode": "99"}, "“99” does not look like a postcode there"),
        ({"name": "Z"}, "“Z” is no complete name."),
        ({"name": ""}, "This field is required."),
        ({"country": "US", "postcode": "97205"}, "The state or province is missing."),
        ({"street1": "x" * 301}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(
    client: Client, order: Order, changes: dict[str, str], error: str
) -> None:
    page = text(send(client, order, replace(STRANDVEJ, **changes)))

    assert error in page
    assert '<details class="correct" open>' in page
    assert facts_of(order) == []


def test_another_country_gives_other_fields(client: Client, order: Order) -> None:
    page = text(send(client, order, replace(STRANDVEJ, country="US"), refit="1"))

    assert "ZIP code" in page
    assert facts_of(order) == []


def test_a_change_after_checking_opens_the_checkpoint_again(client: Client, order: Order) -> None:
    addresses.keep(order, MONDAY)

    send(client, order)

    order.refresh_from_db()
    assert not AddressCheck.objects.get().is_about(order.address)


def test_after_a_label_was_bought_the_page_still_takes_it_and_says_so(
    client: Client, order: Order
) -> None:
    Label.objects.create(
        shop=order.shop,
        order=order,
        parcel="1",
        weight_g=100,
        state=LabelState.BOUGHT,
        bought_at=MONDAY,
        cost=Decimal(5),
    )

    before = text(client.get(path(order)))
    after = text(send(client, order))

    assert "The label for your parcel is ready already." in before
    assert "Lucky Bead has been told that the address is another." in after
    order.refresh_from_db()
    assert order.address == STRANDVEJ


def test_after_shipping_it_is_too_late_and_says_whom_to_write_to(client: Client) -> None:
    order = make_order(number="1001", paid_at=MONDAY, shipped_at=MONDAY + timedelta(hours=5))

    page = text(send(client, order))

    assert "handed over already" in page
    assert "mailto:maker@example.com" in page
    assert "<form" not in page
    assert facts_of(order) == []


def test_a_cancelled_order_has_nothing_to_correct(client: Client, order: Order) -> None:
    record(order.shop, Cancel(order="1001", at=NOW))

    page = text(send(client, order))

    assert "This order was cancelled." in page
    assert facts_of(order) == []


@pytest.mark.parametrize("end", ["", "saved/"])
def test_a_broken_or_forged_link_is_a_kind_page(client: Client, order: Order, end: str) -> None:
    good = token(order)
    number, _, signature = good.partition(".")

    for bad in (
        good[:-1],
        f"{int(number) + 1}.{signature}",
        number,
        "x",
        "1.2.3",
        "%00",
        f"{good}x",
    ):
        response = client.get(f"/o/{bad}/{end}")
        assert response.status_code == 404
        assert "This link does not work" in text(response)
        assert "Lucky Bead" not in text(response)


def test_the_link_of_an_order_that_is_gone_is_a_kind_page(client: Client, order: Order) -> None:
    link = path(order)
    Order.objects.filter(pk=order.pk).delete()

    response = client.get(link)

    assert response.status_code == 404
    assert "This link does not work" in text(response)


def test_nothing_else_gets_out(client: Client, order: Order) -> None:
    shop = order.shop
    make_order(shop, "SECRET-2", address=replace(NYGADE, street1="Secret Street 5"))
    record(shop, Word(order="1001", at=MONDAY, text="whispered"))
    add_remark(order=order, text="a difficult buyer", author="Maker", now=NOW)
    client.force_login(make_user("seller@example.com", name="Sam Seller"))

    for response in (client.get(path(order)), client.get(f"{path(order)}saved/")):
        page = text(response)
        for secret in ("SECRET-2", "Secret Street", "whispered", "difficult", "zoe@example.com"):
            assert secret not in page
        assert "Sam Seller" not in page
        assert "€" not in page


def test_search_engines_scripts_and_other_sites_stay_outside(client: Client, order: Order) -> None:
    response = client.get(path(order))

    assert "noindex" in response["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex, nofollow">' in text(response)
    assert response["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "script" not in response["Content-Security-Policy"]
    assert "<script" not in text(response)
    assert "no-store" in response["Cache-Control"]
    assert response.cookies == {}


def test_no_cookie_is_needed(order: Order) -> None:
    strict = Client(enforce_csrf_checks=True)

    send(strict, order)

    order.refresh_from_db()
    assert order.address == STRANDVEJ


def test_what_the_buyer_typed_stays_text(client: Client, order: Order) -> None:
    response = send(client, order, replace(STRANDVEJ, street1='<script>alert("1")</script> 5'))

    assert b"<script>" not in response.content
    assert b"&lt;script&gt;" in response.content


def test_too_many_changes_are_asked_to_wait(client: Client, order: Order) -> None:
    for number in range(MOST_CHANGES):
        send(client, order, replace(STRANDVEJ, street1=f"Strandvejen {number}"))

    response = send(client, order, replace(STRANDVEJ, street1="Strandvejen 99"))

    assert response.status_code == 429
    assert "A little slower, please" in text(response)
    assert len(facts_of(order)) == MOST_CHANGES
    assert client.get(path(order)).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, order: Order, method: str) -> None:
    assert getattr(client, method)(path(order)).status_code == 405


def test_a_shop_without_an_address_of_its_own_is_written_to_where_one_bought(
    client: Client,
) -> None:
    shop = make_shop(sender_email="")
    order = make_order(shop, "1001")

    page = text(client.get(path(order)))

    assert "Write to Lucky Bead where you bought." in page
