"""`make screens`: pictures of every page of the dashboard, for the README and to be looked at.

No test, and so not found as one: it is run by its name. Laptop and phone, Today in the dark too.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.seeing import hand_over_session
from tests.browser.showcase import make_showcase, pages

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screens"
SIZES = {"laptop": (1280, 900, 1.0), "phone": (390, 844, 1.5)}
QUALITY = 70
MOST_BYTES = 3_000_000
# What comes into view is fetched then.
IN_PARTS = ("reports",)
IN_THE_DARK = ("shop", "order")


@pytest.mark.django_db(transaction=True)
def test_take_them(browser: Browser, live_server: LiveServer) -> None:
    client = make_showcase()
    addresses = {"login": "/accounts/login/"} | pages(client)
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken = set()
    for size, (width, height, scale) in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": height},
                device_scale_factor=scale,
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            for name, address in addresses.items():
                if scheme == "dark" and name not in IN_THE_DARK:
                    continue
                if name != "login":
                    hand_over_session(context, client)
                page.goto(address)
                if name in IN_PARTS:
                    page.wait_for_load_state("networkidle")
                shown = "today" if name == "shop" else name
                suffix = "-dark" if scheme == "dark" else ""
                path = FOLDER / f"{shown}-{size}{suffix}.webp"
                _take(page, path)
                taken.add(path)
            context.close()
    for old in set(FOLDER.glob("*.webp")) - taken:
        old.unlink()

    assert sum(path.stat().st_size for path in FOLDER.glob("*.webp")) < MOST_BYTES


def _take(page: Page, path: Path) -> None:
    """WebP, which only the browser's own protocol offers, is a third of a PNG."""
    session = page.context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.write_bytes(base64.b64decode(answer["data"]))
    session.detach()
