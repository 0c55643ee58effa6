"""What a letter says about an order, read from the database."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from notifications import letters
from notifications.letter import Letter
from notifications.loading import load
from notifications.materials import gather
from notifications.models import ShopWording
from notifications.planner import plan
from orders.facts import (
    Address,
    BuyerDetails,
    Line,
    ParcelLine,
    Payment,
    Refund,
    Shipment,
    TrackingCode,
    Word,
)
from orders.models import Order
from tests.factory import MONDAY, make_order, make_shop
from tests.notifications.outboxing import DAY, HOUR, play
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db

CODE = "9400111899223197428490"


def letter_of(order: Order, kind: str, now: datetime = MONDAY, about: str = "") -> Letter:
    """The letter as the outbox would write it at `now`."""
    [subject] = load([order.pk])
    answer = plan(subject.facts, subject.policy, now)
    materials = gather([order.shop_id], [order.pk])
    return letters.write_letter(kind, about, subject, answer, materials)


def shipped(**changes: object) -> Shipment:
    values: dict[str, object] = {"carrier": "USPS", "tracking_code": CODE} | changes
    return Shipment(order="1001", at=MONDAY + HOUR, **values)  # type: ignore[arg-type]


def test_the_thank_you_says_what_was_bought_for_how_much_and_where_it_goes() -> None:
    order = make_order(number="1001")

    text = letter_of(order, "thank_you").text

    for part in ("Zoë", "1001", "Lucky bead", "12.00", "Nygade 7", "8000 Aarhus"):
        assert part in text


def test_an_unpaid_order_is_told_how_to_pay() -> None:
    shop = make_shop()
    type(shop).objects.filter(pk=shop.pk).update(how_to_pay="IBAN DE02 1203 0000 0000 2020 51")
    order = make_order(shop)

    unpaid = letter_of(order, "thank_you").text
    make_order(shop, "paid", paid_at=MONDAY)
    paid = letter_of(Order.objects.get(number="paid"), "thank_you").text

    assert "IBAN DE02" in unpaid
    assert "IBAN DE02" not in paid


def test_quick_payment_has_a_word_of_its_own() -> None:
    shop = make_shop()
    quick = make_order(shop, "1001", paid_at=MONDAY + 23 * HOUR)
    slow = make_order(shop, "1002", paid_at=MONDAY + 25 * HOUR)
    now = MONDAY + 26 * HOUR

    texts = [letter_of(order, "thank_you", now).text for order in (quick, slow)]

    assert texts[0].replace("1001", "#") != texts[1].replace("1002", "#")


def test_a_part_payment_leaves_the_rest_to_be_asked_for() -> None:
    order = make_order(
        number="1001", facts=[Payment(order="1001", at=MONDAY, amount=Decimal("5.00"))]
    )

    text = letter_of(order, "payment_reminder", MONDAY + 3 * DAY).text

    assert "7.00" in text


def test_the_tracking_notice_has_the_carriers_own_link() -> None:
    order = make_order(number="1001", facts=[Payment(order="1001", at=MONDAY), shipped()])

    letter = letter_of(order, "tracking_notice", MONDAY + HOUR, f"1:{CODE}")

    url = f"https://tools.usps.com/go/TrackConfirmAction?tLabels={CODE}"
    assert url in letter.text
    assert f'href="{url}"' in letter.html


def test_a_carrier_nobody_knows_gets_its_number_without_a_link() -> None:
    facts = [Payment(order="1001", at=MONDAY), shipped(carrier="My cousin's van")]
    order = make_order(number="1001", facts=facts)

    letter = letter_of(order, "tracking_notice", MONDAY + HOUR, f"1:{CODE}")

    assert CODE in letter.text
    assert f"={CODE}" not in letter.html


def test_letter_post_without_a_number_speaks_of_no_number() -> None:
    facts = [Payment(order="1001", at=MONDAY), shipped(carrier="USPS", tracking_code="")]
    order = make_order(number="1001", facts=facts)

    letter = letter_of(order, "tracking_notice", MONDAY + HOUR, "1:")

    assert "usps.com" not in letter.html


def test_a_corrected_number_says_that_it_replaces_the_first(smtp_sink: SmtpSink) -> None:
    order = make_order(number="1001", facts=[Payment(order="1001", at=MONDAY), shipped()])
    play(MONDAY + HOUR)
    first = letter_of(order, "tracking_notice", MONDAY + HOUR, f"1:{CODE}")
    correction = TrackingCode(
        order="1001", at=MONDAY + 2 * HOUR, carrier="USPS", tracking_code="9400NEW"
    )
    make_order(order.shop, "1001", facts=[correction])

    second = letter_of(order, "tracking_notice", MONDAY + 2 * HOUR, "1:9400NEW")

    assert "9400NEW" in second.text
    assert CODE not in second.text
    assert second.subject != first.subject


def test_each_of_two_parcels_names_what_is_in_it() -> None:
    lines = (Line("Lucky bead", sku="LB-1"), Line("Silver ring", sku="SR-1"))
    facts = [
        Payment(order="1001", at=MONDAY),
        shipped(lines=(ParcelLine("LB-1", 1),)),
        shipped(parcel="2", tracking_code="9400TWO", lines=(ParcelLine("SR-1", 1),)),
    ]
    order = make_order(number="1001", lines=lines, facts=facts)

    first = letter_of(order, "tracking_notice", MONDAY + HOUR, f"1:{CODE}").text
    second = letter_of(order, "tracking_notice", MONDAY + HOUR, "2:9400TWO").text

    assert ("Lucky bead" in first, "Silver ring" in first) == (True, False)
    assert ("Lucky bead" in second, "Silver ring" in second) == (False, True)


def test_the_seller_reads_when_the_buyer_wrote_and_where_to_act(settings: Settings) -> None:
    settings.SITE_URL = "https://care.example.com"
    word = Word(order="R 1/2", at=MONDAY + 2 * DAY, text="On Friday")
    order = make_order(number="R 1/2", facts=[word])

    text = letter_of(order, "relist", MONDAY + 7 * DAY).text

    assert "https://care.example.com/shops/lucky-bead/orders/R%201%2F2/" in text
    assert "4" in text


@pytest.mark.parametrize(
    ("order_language", "shop_language", "lang"),
    [
        ("de", "en", "de"),
        ("de-AT", "en", "de"),
        ("fr", "de", "de"),
        ("", "de", "de"),
        ("en", "de", "en"),
    ],
)
def test_a_letter_is_in_the_buyers_language_if_we_can_write_it(
    order_language: str, shop_language: str, lang: str
) -> None:
    buyer = BuyerDetails(name="Zoë", email="zoe@example.com", language=order_language)
    order = make_order(make_shop(language=shop_language), buyer=buyer)

    letter = letter_of(order, "thank_you")

    assert f'lang="{lang}' in letter.html


def test_a_language_that_came_with_an_earlier_order_holds_for_the_next() -> None:
    shop = make_shop(language="en")
    make_order(shop, buyer=BuyerDetails(name="Jörg", email="j@example.com", language="de"))
    later = make_order(shop, buyer=BuyerDetails(name="Jörg", email="j@example.com"))

    assert 'lang="de"' in letter_of(later, "thank_you").html


def test_a_shops_own_german_wording_serves_austria_too() -> None:
    shop = make_shop()
    ShopWording.objects.create(
        shop=shop, kind="thank_you", language="de", subject="Servus", body="Danke!"
    )
    buyer = BuyerDetails(name="Jörg", email="j@example.com", language="de-AT")

    letter = letter_of(make_order(shop, buyer=buyer), "thank_you")

    assert letter.subject == "Servus"


def test_an_order_of_almost_nothing_still_makes_a_letter() -> None:
    order = make_order(
        buyer=BuyerDetails(username="zoe_o"), address=Address(), lines=(), shipping=Decimal(0)
    )

    letter = letter_of(order, "thank_you")

    assert letter.subject
    assert "None" not in letter.text


def test_a_refunded_order_can_still_be_written_about() -> None:
    facts = [Payment(order="1001", at=MONDAY), Refund(order="1001", at=MONDAY + HOUR)]

    assert letter_of(make_order(number="1001", facts=facts), "arrival_check").text


def test_what_many_letters_need_is_read_in_as_many_queries_as_for_one() -> None:
    shop = make_shop()
    ids = [make_order(shop, paid_at=MONDAY, shipped_at=MONDAY).pk for _order in range(12)]

    with CaptureQueriesContext(connection) as one:
        gather([shop.pk], ids[:1])
    with CaptureQueriesContext(connection) as many:
        gather([shop.pk], ids)

    assert len(one) == len(many)
