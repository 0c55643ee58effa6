"""Logging in with a second factor, in a real browser: set up, used, and lost."""

import base64
import hmac
import re
import struct
import time

import pytest
from django.core.cache import cache
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import findings
from tests.browser.seeing import ON_A_PHONE
from tests.factory import make_shop, make_user


@pytest.fixture
def page(page: Page) -> Page:
    make_shop(owner=make_user())
    return page


def log_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("maker@example.com")
    page.get_by_label("Password").fill("beads")
    send(page, page.get_by_role("button", name="Log in"))


def send(page: Page, button: Locator) -> None:
    """Send a form, and wait for what comes back: asking for another page would cancel it."""
    with page.expect_navigation():
        button.click()


def code_of(secret: str) -> str:
    """What an authenticator app shows now, by RFC 6238."""
    moment = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), moment, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def set_up(page: Page, *, looking: bool = False) -> tuple[str, list[str]]:
    """Turn the second factor on; the app's secret and the recovery codes.

    `looking`: with an eye on whether everybody can use the pages.
    """
    page.goto("/accounts/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill("beads")
        send(page, page.locator("main form button[type=submit]"))
    secret = page.locator("#authenticator_secret").input_value()
    expect(page.locator("img.qr")).to_be_visible()
    assert not looking or findings(page) == []
    page.locator("input[name=code]").fill(code_of(secret))
    send(page, page.get_by_role("button", name="Activate"))
    page.goto("/accounts/2fa/recovery-codes/")
    codes = page.locator("#recovery_codes").input_value().split()
    assert not looking or findings(page) == []
    return secret, codes


def log_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    send(page, page.locator("main form button[type=submit]"))


@ON_A_PHONE
def test_the_second_factor_is_asked_for_and_a_recovery_code_helps(page: Page) -> None:
    log_in(page)
    secret, codes = set_up(page, looking=True)
    log_out(page)

    log_in(page)
    expect(page).to_have_url(re.compile("/accounts/2fa/authenticate/"))
    assert findings(page) == []
    page.locator("input[name=code]").fill("000000" if code_of(secret) != "000000" else "111111")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()
    cache.clear()  # as if it were half a minute later: a code works once
    page.locator("input[name=code]").fill(code_of(secret))
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/shops/lucky-bead/"))
    log_out(page)

    log_in(page)
    page.locator("input[name=code]").fill(codes[0])
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/shops/lucky-bead/"))


@ON_A_PHONE
def test_a_recovery_code_works_once(page: Page) -> None:
    log_in(page)
    _secret, codes = set_up(page)
    for attempt in range(2):
        log_out(page)
        log_in(page)
        page.locator("input[name=code]").fill(codes[0])
        page.locator("main form button[type=submit]").first.click()
        if attempt == 0:
            expect(page).to_have_url(re.compile("/shops/lucky-bead/"))

    expect(page.get_by_text("Incorrect code")).to_be_visible()
