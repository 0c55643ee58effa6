"""No page of the dashboard has anything serious against it that axe knows of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.showcase import log_in, make_showcase, pages

# axe-core 4.14.1, MPL-2.0, https://github.com/dequelabs/axe-core; used by the tests alone.
AXE = Path(__file__).parent / "axe.min.js"
SIZES = {"laptop": (1280, 900), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
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
    addresses = pages(inside) | OUTSIDE
    findings = []
    for scheme in SCHEMES:
        # The strict policy would keep axe out, too.
        context = browser.new_context(
            base_url=live_server.url, color_scheme=scheme, bypass_csp=True
        )
        log_in(context, inside, live_server)
        page = context.new_page()
        for name, address in addresses.items():
            page.goto(address)
            page.add_script_tag(path=AXE)
            for size, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                result = page.evaluate(f"axe.run(document, {OPTIONS})")
                findings += [f"{name} ({size}, {scheme}): {line}" for line in grave(result)]
        context.close()

    assert findings == []


def grave(result: dict[str, Any]) -> Iterator[str]:
    """One line for each serious finding: which rule, and where first."""
    for violation in result["violations"]:
        if violation["impact"] in GRAVE:
            where = violation["nodes"][0]
            yield f"{violation['id']} × {len(violation['nodes'])}: {where['html'][:160]}"
