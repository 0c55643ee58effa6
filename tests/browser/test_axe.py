"""No page of the dashboard has anything serious against it that axe knows of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests.browser.showcase import log_in, make_showcase, pages

# axe-core 4.14.1, MPL-2.0, https://github.com/dequelabs/axe-core; used by the tests alone.
AXE = Path(__file__).parent / "axe.min.js"
SIZES = {"laptop": (1280, 900), "phone": (390, 844)}
GRAVE = {"serious", "critical"}
OUTSIDE = {
    "login": "/accounts/login/",
    "password_reset": "/accounts/password/reset/",
    "password_change": "/accounts/password/change/",
    "two_factor": "/accounts/2fa/",
    "nowhere": "/nowhere/",
}


@pytest.fixture
def client_inside(live_server: LiveServer) -> Client:
    return make_showcase()


@pytest.fixture(params=["light", "dark"])
def context(
    browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    # The strict policy would keep axe out, too.
    context = browser.new_context(
        base_url=live_server.url, color_scheme=request.param, bypass_csp=True
    )
    yield context
    context.close()


def test_no_page_has_serious_findings(
    context: BrowserContext, client_inside: Client, live_server: LiveServer
) -> None:
    log_in(context, client_inside, live_server)
    page = context.new_page()
    findings = []
    for name, address in (pages(client_inside) | OUTSIDE).items():
        page.goto(address)
        page.add_script_tag(path=AXE)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            findings += [f"{name} ({size}): {line}" for line in grave(result)]

    assert findings == []


def grave(result: dict[str, Any]) -> Iterator[str]:
    """One line for each serious finding: which rule, and where first."""
    for violation in result["violations"]:
        if violation["impact"] in GRAVE:
            where = violation["nodes"][0]
            yield f"{violation['id']} × {len(violation['nodes'])}: {where['html'][:160]}"
