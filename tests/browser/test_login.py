"""The log-in page in a real browser."""

from playwright.sync_api import Page, expect

from shopcare.accounts.models import User


def test_a_seller_logs_in(browser_page: Page) -> None:
    User.objects.create_user("zoe@example.com", "a long secret")
    browser_page.goto("/accounts/login/")

    browser_page.locator("input[name=login]").fill("zoe@example.com")
    browser_page.locator("input[name=password]").fill("a long secret")
    browser_page.locator("form button[type=submit]").first.click()

    expect(browser_page).not_to_have_url("/accounts/login/")
