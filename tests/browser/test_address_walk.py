"""An address mended: by the carrier's hint, and by the buyer behind the letter's link."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from notifications.outbox import send_messages
from notifications.sweep import sweep
from orders.models import Order, ShippingProfile, Shop
from orders.shipping.secrets import encrypt
from orders.values import Address
from tests.browser.seeing import ON_A_LAPTOP, ON_A_PHONE, log_in, picture
from tests.easypost import KEY, EasyPostServer, easypost_server
from tests.factory import make_order, make_shop, make_user
from tests.servers import SmtpSink

HARBOR = Address("Elizabeth Swan", "179 N Harbor Dr", "", "Redondo Beach", "CA", "90277", "US")


@pytest.fixture
def carrier(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        yield running


@pytest.fixture
def shop(live_server: LiveServer, carrier: EasyPostServer, settings: Any) -> Shop:
    settings.SITE_URL = live_server.url
    shop = make_shop(owner=make_user())
    ShippingProfile.objects.create(shop=shop, easypost_key=encrypt(KEY))
    return shop


@pytest.fixture
def page(page: Page, shop: Shop) -> Page:
    log_in(page)
    return page


def order_to(shop: Shop, address: Address) -> Order:
    placed_at = datetime.now(UTC) - timedelta(hours=3)
    return make_order(shop, "1001", placed_at=placed_at, paid_at=placed_at, address=address)


@ON_A_LAPTOP
def test_what_the_carrier_would_write_is_taken_on_a_click(
    page: Page, shop: Shop, carrier: EasyPostServer
) -> None:
    order = order_to(shop, HARBOR)
    carrier.answers.corrections[HARBOR.street1] = {"street2": "Apt 4", "zip": "90278-1111"}
    page.goto("/shops/lucky-bead/orders/1001/")

    card = page.locator("#address-card")
    card.get_by_role("button", name="Check address").click()
    expect(card.locator("mark", has_text="90278-1111")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("The address is checked.")
    picture(page, "corrected")
    card.get_by_role("button", name="Take it").click()

    expect(page.get_by_role("status")).to_contain_text("The address is the carrier's now.")
    expect(page.get_by_text("Verified by the carrier on")).to_be_visible()
    picture(page, "taken")
    order.refresh_from_db()
    assert order.address.postcode == "90278-1111"


@ON_A_PHONE
def test_the_buyer_mends_what_cannot_be_delivered_to(
    page: Page, shop: Shop, browser: Browser, smtp_sink: SmtpSink
) -> None:
    order = order_to(shop, replace(HARBOR, street1="1 Unknown Road"))
    page.goto("/shops/lucky-bead/orders/1001/")
    card = page.locator("#address-card")
    card.get_by_role("button", name="Check address").click()
    expect(card.get_by_text("Address not found")).to_be_visible()
    picture(page, "bad")

    card.get_by_role("button", name="Ask the buyer").click()
    expect(page.get_by_role("status")).to_contain_text("is asked by a note with a link")
    now = timezone.now()
    sweep(now)
    send_messages(now)
    [letter] = [mail for mail in smtp_sink.messages if "right address" in str(mail["Subject"])]
    body = letter.get_body(("plain",))
    assert body is not None
    link = re.search(r"http://\S+/o/\S+/", body.get_content())
    assert link is not None

    buyer = browser.new_page(viewport=page.viewport_size)
    buyer.goto(link[0])
    picture(buyer, "buyer")
    buyer.get_by_text("Correct the address", exact=True).click()
    buyer.get_by_label("Street and number").fill("179 N Harbor Dr")
    buyer.get_by_label("ZIP code").fill("9027")
    buyer.get_by_role("button", name="Save the address").click()
    expect(buyer.get_by_text("does not look like a postcode there")).to_be_visible()
    picture(buyer, "buyer-error")
    buyer.get_by_label("ZIP code").fill("90277")
    buyer.get_by_role("button", name="Save the address").click()
    expect(buyer.get_by_role("heading", name="Thank you")).to_be_visible()
    picture(buyer, "buyer-saved")
    buyer.close()

    order.refresh_from_db()
    assert order.address == HARBOR
    page.goto("/shops/lucky-bead/orders/1001/")
    expect(page.get_by_text("It was changed after it was checked. Check it again.")).to_be_visible()
    expect(page.get_by_text("The buyer corrected the address")).to_be_visible()
    card.get_by_role("button", name="Check address").click()
    expect(page.get_by_text("Verified by the carrier on")).not_to_have_count(0)


@ON_A_LAPTOP
def test_the_seller_edits_the_address_in_place(page: Page, shop: Shop) -> None:
    order = order_to(shop, HARBOR)
    page.goto("/shops/lucky-bead/orders/1001/")
    page.locator("#address-card").get_by_role("button", name="Edit address").click()

    page.get_by_label("Country").select_option("DE")
    expect(page.get_by_label("Postcode", exact=True)).to_be_visible()
    picture(page, "edit")
    page.get_by_label("Street and number").fill("Torstraße 1")
    page.get_by_label("Town", exact=True).fill("Berlin")
    page.get_by_label("Postcode", exact=True).fill("1011")
    page.get_by_role("button", name="Save the address").click()
    expect(page.get_by_text("does not look like a postcode there")).to_be_visible()
    page.get_by_label("Postcode", exact=True).fill("10119")
    page.get_by_role("button", name="Save the address").click()

    expect(page.get_by_role("status")).to_contain_text("The address is changed.")
    expect(page).to_have_url(re.compile("/orders/1001/$"))
    order.refresh_from_db()
    assert (order.ship_city, order.ship_country) == ("Berlin", "DE")


@ON_A_PHONE
def test_the_ship_screen_checks_an_address_too(page: Page, shop: Shop) -> None:
    order_to(shop, HARBOR)
    page.goto("/shops/lucky-bead/ship/")

    page.get_by_role("button", name="Check address").click()

    expect(page.get_by_text("The address is checked.")).to_be_visible()
    expect(page).to_have_url(re.compile("/ship/"))
    picture(page, "ship")
