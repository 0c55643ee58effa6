"""No page of the dashboard has anything serious against it that axe knows of."""

from typing import Literal

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.axe import findings
from tests.browser.seeing import hand_over_session
from tests.browser.showcase import make_showcase, pages, rare_pages

# Colours differ by scheme and layout by size: two views see all of both.
VIEWS: dict[str, tuple[Literal["light", "dark"], int, int]] = {
    "light, laptop": ("light", 1280, 900),
    "dark, phone": ("dark", 390, 844),
}
# What is seldom seen is built of the same parts: one view will do.
ONE_VIEW = dict(list(VIEWS.items())[-1:])
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
    for shown, views in (
        (pages(inside) | OUTSIDE, VIEWS),
        (rare_pages() | RARE, ONE_VIEW),
    ):
        for name, address in shown.items():
            page.goto(address)
            for view, (scheme, width, height) in views.items():
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": height})
                found += [f"{name} ({view}): {line}" for line in findings(page)]
    context.close()

    assert found == []
