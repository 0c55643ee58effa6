"""No page of the dashboard has anything serious against it that axe knows of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.seeing import hand_over_session
from tests.browser.showcase import make_showcase, pages

# axe-core 4.14.1, MPL-2.0, https://github.com/dequelabs/axe-core; used by the tests alone.
AXE = Path(__file__).parent / "axe.min.js"
# Colours differ by scheme and layout by size: two views see all of both.
VIEWS: dict[str, tuple[Literal["light", "dark"], int, int]] = {
    "light, laptop": ("light", 1280, 900),
    "dark, phone": ("dark", 390, 844),
}
OPTIONS = "{resultTypes: ['violations']}"
GRAVE = {"serious", "critical"}
OUTSIDE = {
    "login": "/accounts/login/",
    "password_reset": "/accounts/password/reset/",
    "password_change": "/accounts/password/change/",
    "two_factor": "/accounts/2fa/",
    "nowhere": "/nowhere/",
}


@pytest.fixture
def inside(live_server: LiveServer) -> Client:
    return make_showcase()


def test_no_page_has_serious_findings(
    browser: Browser, inside: Client, live_server: LiveServer
) -> None:
    # The strict policy would keep axe out, too; and no colour is on its way to another scheme.
    context = browser.new_context(
        base_url=live_server.url, bypass_csp=True, reduced_motion="reduce"
    )
    context.add_init_script(path=AXE)
    hand_over_session(context, inside)
    page = context.new_page()
    findings = []
    for name, address in (pages(inside) | OUTSIDE).items():
        page.goto(address)
        for view, (scheme, width, height) in VIEWS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            result = page.evaluate(f"axe.run(document, {OPTIONS})")
            findings += [f"{name} ({view}): {line}" for line in grave(result)]
    context.close()

    assert findings == []


def grave(result: dict[str, Any]) -> Iterator[str]:
    """One line for each serious finding: which rule, and where first."""
    for violation in result["violations"]:
        if violation["impact"] in GRAVE:
            where = violation["nodes"][0]
            yield f"{violation['id']} × {len(violation['nodes'])}: {where['html'][:160]}"
