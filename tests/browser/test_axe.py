"""No page of the dashboard has anything serious against it that axe knows of, or is too wide."""

from typing import Literal

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.axe import LOOKS, findings
from tests.browser.seeing import SIZES, fits, hand_over_session
from tests.browser.showcase import make_showcase, pages, rare_pages

OUTSIDE = {
    "login": "/accounts/login/",
    "password_reset": "/accounts/password/reset/",
    "password_change": "/accounts/password/change/",
    "two_factor": "/accounts/2fa/",
    "nowhere": "/nowhere/",
}
RARE = {
    "email": "/accounts/email/",
    "reauthenticate": "/accounts/2fa/totp/activate/",
    "logout": "/accounts/logout/",
    "refused": "/setup/",
}


@pytest.fixture
def inside(live_server: LiveServer) -> Client:
    return make_showcase()


def test_no_page_has_serious_findings(
    browser: Browser, inside: Client, live_server: LiveServer
) -> None:
    # A letter's own policy runs no script at all; and no colour is on its way to another scheme.
    context = browser.new_context(
        base_url=live_server.url, bypass_csp=True, reduced_motion="reduce"
    )
    hand_over_session(context, inside)
    page = context.new_page()
    found = []
    rare = rare_pages() | RARE
    for name, address in (pages(inside) | OUTSIDE | rare).items():
        look(page, "dark", "phone")
        page.goto(address)
        found += [f"{name} (dark, phone): {line}" for line in (*findings(page), *overflow(page))]
        # What is seldom seen is built of the same parts: one view will do.
        if name not in rare:
            look(page, "light", "laptop")
            seen = (*findings(page, LOOKS), *overflow(page))
            found += [f"{name} (light, laptop): {line}" for line in seen]
    context.close()

    assert found == []


def overflow(page: Page) -> list[str]:
    """What is to be said of the page's width: nothing when all of it is seen."""
    return [] if fits(page) else ["too wide"]


def look(page: Page, scheme: Literal["light", "dark"], size: str) -> None:
    """Colours differ by scheme and layout by size."""
    width, height = SIZES[size]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
