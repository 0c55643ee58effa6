"""A parcel's whole way: address mended, label bought, printed, shipped, scanned, delivered.

And the same evening in a shop without an EasyPost account.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.models import Label, Order, Policy, Shipment, ShippingProfile, Shop
from orders.packing import set_extras
from orders.shipping import buying, tracking, tracking_reports
from orders.shipping.secrets import encrypt
from orders.words import OrderStatus
from tests.browser.axe import findings
from tests.browser.seeing import ON_A_LAPTOP, ON_A_PHONE, fits, log_in, picture
from tests.easypost import EasyPostServer, easypost_server, sign
from tests.factory import make_order, make_shop, make_user
from tests.labels import MAIN_STREET, make_paid_order, make_shipping_shop
from tests.notifications.outboxing import kinds, play, text_of
from tests.servers import SmtpSink

SECRET = "a webhook secret"
DHL = "00340434161094042557"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def easypost(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as server:
        settings.EASYPOST_API_BASE = server.url
        yield server


def open_ship(page: Page) -> None:
    log_in(page)
    page.goto("/shops/lucky-bead/ship/")
    expect(page.get_by_role("heading", name="Order 1001")).to_be_visible()
    page.wait_for_load_state()


def at_any_hour(shop: Shop) -> None:
    Policy.objects.filter(shop=shop).update(window_opens=time(0), window_closes=time(0))


def paid_order(shop: Shop, **fields: Any) -> Order:
    placed_at = datetime.now(UTC) - 3 * HOUR
    return make_paid_order(shop, "1001", placed_at=placed_at, paid_at=placed_at, **fields)


def scan(page: Page, shop: Shop, easypost: EasyPostServer, status: str, at: datetime) -> None:
    """The carrier scans the parcel, and EasyPost tells it by its webhook."""
    code = Label.objects.get().tracking_code
    body = json.dumps(easypost.scan(code, status, at)).encode()
    answer = page.request.post(
        f"/hooks/easypost/{shop.key}/",
        data=body,
        headers={"Content-Type": "application/json", "X-Hmac-Signature": sign(body, SECRET)},
    )
    assert answer.status == 200
    tracking_reports.work_off(at)


def test_from_a_wrong_address_to_the_buyers_door(
    page: Page,
    live_server: LiveServer,
    easypost: EasyPostServer,
    smtp_sink: SmtpSink,
    settings: Any,
) -> None:
    settings.SITE_URL = live_server.url
    shop = make_shipping_shop(owner=make_user())
    ShippingProfile.objects.update(webhook_secret=encrypt(SECRET))
    at_any_hour(shop)
    paid_order(shop)
    easypost.answers.corrections[MAIN_STREET.street1] = {"street2": "Apt 4", "zip": "80302-1111"}
    open_ship(page)

    mend_address(page)
    code = buy_label(page, easypost)
    print_in_each_format(page)
    shipped_at = ship_with_one_key(page, code)
    scan(page, shop, easypost, "in_transit", shipped_at + HOUR)
    play(shipped_at + HOUR)
    page.goto("/shops/lucky-bead/orders/1001/")
    expect(page.get_by_role("heading", name="Labels")).to_be_visible()
    assert Order.objects.get().status == OrderStatus.SHIPPED
    scan(page, shop, easypost, "delivered", shipped_at + 20 * HOUR)
    page.reload()
    expect(page.locator(".page-head .badge").first).to_have_text("delivered")
    picture(page, "label-delivered")
    play(shipped_at + 45 * HOUR)

    assert kinds(smtp_sink) == ["thank_you", "tracking_notice", "arrival_check"]
    assert Label.objects.get().tracking_code in text_of(smtp_sink.messages[1])
    assert Shipment.objects.get().service == "Priority"


def mend_address(page: Page) -> None:
    page.get_by_role("button", name="Check address").click()
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("#address")).to_contain_text("APT 4")


def buy_label(page: Page, easypost: EasyPostServer) -> Locator:
    """Bought after a look at the prices; the field that holds its tracking number."""
    page.get_by_role("button", name="Compare prices").click()
    expect(page.get_by_role("radio", name="USPS Priority")).to_be_checked()
    assert fits(page)
    assert findings(page) == []
    picture(page, "label-prices")
    page.get_by_role("button", name="Buy the label").click()
    code = page.get_by_label("Tracking number", exact=True)
    expect(code).not_to_have_value("")
    expect(code).to_have_value(Label.objects.get().tracking_code)
    assert easypost.bought.total() == 1
    assert fits(page)
    picture(page, "label-bought")
    return code


def print_in_each_format(page: Page) -> None:
    for kind in ("PDF", "PNG", "ZPL"):
        link = page.get_by_role("button", name=f"Print {kind}")
        printed = page.request.get(link.get_attribute("href") or "", max_redirects=0)
        assert printed.headers["location"].endswith(f".{kind.lower()}")


def ship_with_one_key(page: Page, code: Locator) -> datetime:
    """Shipped, followed, and the buyer told; when that was."""
    expect(code).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything is on its way.")).to_be_visible()
    shipped_at = datetime.now(UTC)
    tracking.track_new(shipped_at)
    play(shipped_at + 6 * MINUTE)
    return shipped_at


@ON_A_LAPTOP
def test_a_wrong_thing_in_the_parcel_stops_the_label_until_it_is_out(
    page: Page, live_server: LiveServer, easypost: EasyPostServer
) -> None:
    shop = make_shipping_shop(owner=make_user())
    paid_order(shop)
    open_ship(page)
    thing = page.get_by_label("Check an item: scan or type it")

    for code, says in (("LB-1", "1 of 2"), ("RING-9", "“RING-9” does not belong in this order.")):
        thing.fill(code)
        thing.press("Enter")
        expect(page.locator("#packing").get_by_text(says).first).to_be_visible()
    expect(page.get_by_text("The label waits until the parcel is packed right")).to_be_visible()
    picture(page, "label-stopped")
    page.get_by_role("button", name="Buy the label").click()
    expect(page.locator("#label").get_by_text("The label waits")).to_be_visible()
    assert not Label.objects.exists()

    page.get_by_role("button", name="It is out again").click()
    expect(page.get_by_role("button", name="It is out again")).to_have_count(0)
    thing.fill("LB-1")
    thing.press("Enter")
    expect(page.get_by_text("The label waits until the parcel is packed right")).to_have_count(0)
    page.get_by_role("button", name="Buy the label").click()
    expect(page.get_by_text("The label is bought.")).to_be_visible()


@ON_A_PHONE
def test_a_purchase_in_doubt_is_seen_and_clears_up_by_itself(
    page: Page, live_server: LiveServer, easypost: EasyPostServer
) -> None:
    shop = make_shipping_shop(owner=make_user())
    paid_order(shop)
    open_ship(page)
    easypost.fail("/shipments/*/buy", how="drop_after")

    page.get_by_role("button", name="Buy the label").click()

    expect(page.get_by_text("It is not known yet whether this label was bought.")).to_be_visible()
    expect(page.get_by_role("button", name="Buy the label")).to_have_count(0)
    picture(page, "label-in-doubt")
    buying.rescue(datetime.now(UTC) + MINUTE)
    expect(page.get_by_role("button", name="Print PDF")).to_be_visible()
    assert easypost.bought.total() == 1


@ON_A_LAPTOP
def test_fifty_are_bought_with_one_click_and_the_bar_survives_reloading(
    page: Page, live_server: LiveServer, easypost: EasyPostServer
) -> None:
    shop = make_shipping_shop(owner=make_user())
    paid_order(shop)
    later = datetime.now(UTC) - HOUR
    for number in range(1002, 1008):
        make_paid_order(shop, str(number), placed_at=later, paid_at=later)
    open_ship(page)
    page.get_by_role("link", name="Buy labels for all").click()
    picture(page, "labels-preview")
    page.get_by_role("button", name="Buy 7 labels").click()
    expect(page.get_by_text("0 of 7 bought.")).to_be_visible()

    buying.work_off(lambda: datetime.now(UTC) + MINUTE, seconds=0.001)
    page.reload()
    expect(page.get_by_text("1 of 7 bought.")).to_be_visible()
    assert fits(page)
    picture(page, "labels-run")
    buying.work_off(lambda: datetime.now(UTC) + MINUTE)

    expect(page.get_by_text("7 of 7 bought.")).to_be_visible()
    page.goto("/shops/lucky-bead/labels/")
    page.get_by_role("button", name="Make it for 7 labels").click()
    expect(page.get_by_role("button", name="Print the form")).to_be_visible()
    picture(page, "labels-day")
    assert easypost.bought.total() == 7


def test_without_an_account_the_same_evening_goes_by_hand(
    page: Page, live_server: LiveServer, smtp_sink: SmtpSink
) -> None:
    shop = make_shop(owner=make_user())
    at_any_hour(shop)
    set_extras(shop=shop, names=["Lucky bead of the house"])
    placed_at = datetime.now(UTC) - 3 * HOUR
    make_order(shop, "1001", placed_at=placed_at, paid_at=placed_at)
    open_ship(page)
    expect(page.get_by_text("scan or type its number below")).to_be_visible()
    for dead in ("Buy the label", "Compare prices", "Print PDF", "Buy labels"):
        expect(page.get_by_role("button", name=dead)).to_have_count(0)
        expect(page.get_by_role("link", name=dead)).to_have_count(0)
    picture(page, "by-hand")

    # The address is looked at, all is packed, the number is scanned.
    page.get_by_role("button", name="Check address").click()
    page.wait_for_load_state()
    for says in ("Lucky bead: 1 of 2.", "Lucky bead is complete."):
        page.get_by_label("Check an item: scan or type it").fill("LB-1")
        page.keyboard.press("Enter")
        expect(page.get_by_text(says)).to_be_visible()
    with page.expect_response("**/ship/ticks/"):
        page.get_by_label("Lucky bead of the house").check()
    expect(page.get_by_text("all packed")).to_be_visible()
    page.get_by_label("Tracking number", exact=True).fill(DHL)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything is on its way.")).to_be_visible()
    play(datetime.now(UTC) + 6 * MINUTE)
    assert DHL in text_of(smtp_sink.messages[-1])

    # It arrives, as the seller hears from the carrier's page.
    page.goto("/shops/lucky-bead/orders/1001/")
    expect(page.get_by_role("heading", name="Labels")).to_have_count(0)
    expect(page.get_by_role("link", name="Return label")).to_have_count(0)
    for path, says in (
        ("labels/", "No label was bought on this day."),
        ("labels/buy/", "Labels are bought through EasyPost."),
        ("shipping/", "Without one, all goes on by hand"),
    ):
        page.goto(f"/shops/lucky-bead/{path}")
        expect(page.get_by_text(says)).to_be_visible()
        assert fits(page)
    expect(page.get_by_role("button", name="Make it for")).to_have_count(0)
