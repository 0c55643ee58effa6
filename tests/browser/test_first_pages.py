"""The first pages in a real browser: nothing blocked, nothing too wide, usable by keyboard."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from orders.facts import BuyerDetails
from orders.models import Shop
from tests.browser.seeing import SIZES, fits_everywhere, log_in
from tests.factory import make_order, make_shop, make_user

LONG = "Maximiliane Wilhelmine zu Hohenlohe-Waldenburg-Schillingsfürst " + "x" * 80


@pytest.fixture
def shop(browser_page: Page) -> Shop:
    shop = make_shop(owner=make_user(is_staff=True))
    now = datetime.now(UTC)
    for number, name in enumerate((LONG, "أحمد عبد الرحمن", "<script>alert(1)</script>")):
        make_order(
            shop,
            str(1001 + number),
            placed_at=now - timedelta(days=number, hours=1),
            buyer=BuyerDetails(name=name, email=f"buyer{number}@example.com"),
        )
    return shop


@pytest.fixture
def quiet_page(browser_page: Page, shop: Shop) -> Page:
    log_in(browser_page)
    browser_page.goto("/shops/lucky-bead/orders/")
    return browser_page


def test_from_the_list_to_an_order_and_back(quiet_page: Page) -> None:
    assert fits_everywhere(quiet_page)
    quiet_page.get_by_role("link", name="1001").click()

    expect(quiet_page.get_by_role("heading", name="Order 1001")).to_be_visible()
    expect(quiet_page.get_by_role("heading", name="What happens next")).to_be_visible()
    assert fits_everywhere(quiet_page)
    quiet_page.get_by_role("link", name="← Orders").click()
    expect(quiet_page).to_have_url("/shops/lucky-bead/orders/")


def test_orders_are_found_and_filtered(quiet_page: Page) -> None:
    quiet_page.get_by_role(
        "searchbox", name="Number, buyer, e-mail, tracking number, item or SKU"
    ).fill("1002")
    quiet_page.keyboard.press("Enter")

    expect(quiet_page.locator("tbody tr")).to_have_count(1)
    quiet_page.get_by_role("link", name="cancelled").click()
    expect(quiet_page.get_by_text("Nothing matches.")).to_be_visible()


def test_the_first_tab_skips_to_the_content(quiet_page: Page) -> None:
    quiet_page.keyboard.press("Tab")
    expect(quiet_page.get_by_role("link", name="Skip to the content")).to_be_focused()

    quiet_page.keyboard.press("Enter")

    expect(quiet_page.locator("#main")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), SIZES.values(), ids=SIZES)
def test_one_logs_out_from_the_menu(quiet_page: Page, width: int, height: int) -> None:
    quiet_page.set_viewport_size({"width": width, "height": height})
    quiet_page.locator("details.menu summary").click()

    quiet_page.get_by_role("button", name="Log out").click()

    expect(quiet_page).to_have_url("/accounts/login/")


def test_the_admin_site_works_under_the_strict_policy(quiet_page: Page, shop: Shop) -> None:
    quiet_page.goto("/admin/")
    quiet_page.goto(f"/admin/orders/policy/{shop.policy.pk}/change/")
    quiet_page.get_by_label("Remind after, days").fill("4")
    quiet_page.get_by_role("button", name="Save", exact=True).click()

    expect(quiet_page.get_by_text("was changed successfully")).to_be_visible()
    quiet_page.goto("/admin/orders/order/")
    expect(quiet_page.get_by_role("link", name="1001")).to_be_visible()


def test_a_wording_is_previewed_as_the_letter_it_becomes(quiet_page: Page, shop: Shop) -> None:
    quiet_page.goto(
        f"/admin/notifications/shopwording/add/?shop={shop.pk}&kind=thank_you&language=en"
    )

    with quiet_page.context.expect_page() as opened:
        quiet_page.get_by_role("button", name="Preview").click()

    letter = opened.value.frame_locator("iframe")
    expect(letter.get_by_text("Hello Zoë")).to_be_visible()
