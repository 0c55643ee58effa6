"""An evening of shipping ten orders by keyboard, and what goes wrong on such an evening."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from notifications.models import Message
from orders.facts import BuyerDetails
from orders.models import OrderEvent, Shipment, Shop
from orders.packing import set_extras
from tests.browser.seeing import ON_A_LAPTOP, ON_A_PHONE, fits, log_in
from tests.factory import make_order, make_shop, make_user

LONG = "Maximiliane Wilhelmine zu Hohenlohe-Waldenburg-Schillingsfürst " + "x" * 80
ARABIC = "أحمد عبد الرحمن"
AMBIGUOUS = "201298452277"


def dhl(number: int) -> str:
    """A parcel number of DHL in Germany with its right check digit."""
    digits = f"0034043416109{number:06}"
    total = sum(int(d) * (3 if at % 2 == 0 else 1) for at, d in enumerate(digits))
    return f"{digits}{-total % 10}"


@pytest.fixture
def shop(live_server: LiveServer) -> Shop:
    """Ten orders from yesterday, paid, and a shop that puts a bead into every parcel."""
    shop = make_shop(owner=make_user())
    set_extras(shop=shop, names=["Lucky bead of the house"])
    now = datetime.now(UTC)
    for number in range(10):
        name = {3: LONG, 6: ARABIC}.get(number, f"Buyer {number}")
        placed_at = now - timedelta(days=1, minutes=-number)
        make_order(
            shop,
            str(1001 + number),
            placed_at=placed_at,
            paid_at=placed_at + timedelta(minutes=1),
            now=placed_at + timedelta(minutes=2),
            buyer=BuyerDetails(name=name, email=f"buyer{number}@example.com"),
        )
    return shop


@pytest.fixture
def page(page: Page, shop: Shop) -> Page:
    """The Ship screen."""
    open_ship(page)
    return page


def open_ship(page: Page) -> None:
    log_in(page)
    page.goto("/shops/lucky-bead/ship/")
    expect_open(page, 1001)


def expect_open(page: Page, number: int) -> None:
    """The order is open, and the page's scripts have run."""
    expect(page.get_by_role("heading", name=f"Order {number}")).to_be_visible()
    page.wait_for_load_state()


def scan(page: Page, code: str) -> None:
    """As a scanner does: digits and Enter, to whatever has the focus."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_ten_orders_are_shipped_by_keyboard_alone(page: Page, shop: Shop) -> None:
    for number in range(10):
        expect_open(page, 1001 + number)
        expect(page.get_by_label("Tracking number", exact=True)).to_be_focused()
        assert fits(page)
        scan(page, dhl(number))

    expect(page.get_by_text("Everything is on its way.")).to_be_visible()
    assert OrderEvent.objects.filter(kind="shipment").count() == 10
    assert set(Shipment.objects.values_list("tracking_code", "carrier")) == {
        (dhl(number), "DHL Paket") for number in range(10)
    }
    notices = Message.objects.filter(kind="tracking_notice", state="queued")
    assert notices.count() == 10


@ON_A_LAPTOP
def test_one_moves_by_arrows_and_letters_and_reaches_the_slip(page: Page) -> None:
    page.keyboard.press("ArrowDown")
    expect_open(page, 1002)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect_open(page, 1003)
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect_open(page, 1002)

    page.keyboard.press("Escape")
    page.keyboard.press("p")

    expect(page.get_by_role("heading", name="Packing slips")).to_be_visible()
    expect(page.get_by_text("Order 1002")).to_be_visible()


@ON_A_LAPTOP
def test_letters_typed_into_the_field_are_part_of_the_number(page: Page) -> None:
    page.keyboard.type("jkp")

    expect(page.get_by_label("Tracking number", exact=True)).to_have_value("jkp")
    expect_open(page, 1001)


@ON_A_PHONE
def test_carriers_show_while_typing_and_another_can_be_chosen(page: Page) -> None:
    page.keyboard.type(AMBIGUOUS)
    page.get_by_label("FedEx").check()

    page.get_by_role("button", name="Ship", exact=True).click()

    expect_open(page, 1002)
    assert Shipment.objects.get().carrier == "FedEx"


@ON_A_LAPTOP
def test_a_wrong_digit_is_scanned_over(page: Page) -> None:
    scan(page, "1Z5R89390357567128")
    expect(page.get_by_text("The check digit does not fit a number of UPS.")).to_be_visible()

    scan(page, "1Z5R89390357567127")

    expect_open(page, 1002)
    assert Shipment.objects.get().tracking_code == "1Z5R89390357567127"


@ON_A_PHONE
def test_a_parcel_is_taken_back_and_shipped_with_the_right_number(page: Page) -> None:
    scan(page, dhl(7))
    expect_open(page, 1002)
    page.get_by_role("button", name="Take back: 1001").click()
    expect_open(page, 1001)

    scan(page, dhl(1))

    expect_open(page, 1002)
    assert Shipment.objects.get().tracking_code == dhl(1)
    queued = Message.objects.filter(kind="tracking_notice", state="queued")
    assert [message.subject for message in queued] == [f"1:{dhl(1)}"]


@ON_A_PHONE
def test_ticks_are_kept_without_a_button(page: Page) -> None:
    with page.expect_response("**/ship/ticks/"):
        page.get_by_label("2 × Lucky bead").check()
    with page.expect_response("**/ship/ticks/"):
        page.get_by_label("Lucky bead of the house").check()

    expect(page.get_by_text("all packed")).to_be_visible()
    page.reload()
    expect(page.get_by_text("all packed")).to_be_visible()


def test_without_scripts_one_ships_order_by_order(
    browser: Browser, live_server: LiveServer, shop: Shop
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    open_ship(page)
    page.get_by_label("Tracking number", exact=True).fill(AMBIGUOUS)
    page.get_by_role("button", name="Ship", exact=True).click()
    expect(page.get_by_text("Which carrier has it?")).to_be_visible()

    page.get_by_role("button", name="Ship", exact=True).click()

    expect_open(page, 1002)
    context.close()
    assert Shipment.objects.get().carrier == "DHL Paket"
