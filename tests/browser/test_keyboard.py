"""The dashboard by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.seeing import log_in
from tests.factory import make_order, make_shop, make_user


@pytest.fixture
def page(browser_page: Page) -> Page:
    """The orders of a shop that has one."""
    shop = make_shop(owner=make_user())
    make_order(shop, "1001")
    log_in(browser_page)
    browser_page.goto("/shops/lucky-bead/orders/")
    return browser_page


def test_g_and_a_letter_go_to_a_section(page: Page) -> None:
    for letter, address in [("t", ""), ("o", "orders/"), ("s", "ship/"), ("m", "messages/")]:
        page.keyboard.press("g")
        page.keyboard.press(letter)

        expect(page).to_have_url(f"/shops/lucky-bead/{address}")


def test_slash_searches(page: Page) -> None:
    page.keyboard.press("/")

    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_slash_searches_from_any_page(page: Page) -> None:
    page.goto("/shops/lucky-bead/help/")

    page.keyboard.press("/")

    expect(page.get_by_role("searchbox")).to_be_focused()


def test_keys_are_letters_while_somebody_types(page: Page) -> None:
    page.get_by_role("searchbox").focus()

    page.keyboard.type("gm?/")

    expect(page.get_by_role("searchbox")).to_have_value("gm?/")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url("/shops/lucky-bead/orders/")


def test_the_question_mark_helps_until_escape(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()

    page.keyboard.press("g")
    page.keyboard.press("m")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url("/shops/lucky-bead/orders/")


def test_keys_of_the_browser_stay_the_browsers(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("Control+m")
    page.keyboard.press("Alt+t")

    expect(page).to_have_url("/shops/lucky-bead/orders/")
