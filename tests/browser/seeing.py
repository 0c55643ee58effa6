"""What the walks through the pages share: sizes, logging in, complaints and pictures."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from shopcare.accounts.models import User

SIZES = {"laptop": (1280, 900), "phone": (390, 844)}
# The great walks are made at each size, the small ones where they are most often made.
ON_A_LAPTOP = pytest.mark.parametrize("page", ["laptop"], indirect=True)
ON_A_PHONE = pytest.mark.parametrize("page", ["phone"], indirect=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def log_in(page: Page, email: str = "maker@example.com") -> None:
    """Give the browser a session of this user's. The log-in page has walks of its own."""
    client = Client()
    user = User.of_email(email)
    assert user is not None
    client.force_login(user, backend=BACKEND)
    hand_over_session(page.context, client)


def hand_over_session(context: BrowserContext, client: Client) -> None:
    """Let the browser go on as `client`."""
    name = settings.SESSION_COOKIE_NAME
    cookie = client.cookies[name].value
    context.add_cookies([{"name": name, "value": cookie, "domain": "localhost", "path": "/"}])


def complaints_of(page: Page, tolerated: str | None = None) -> list[str]:
    """What the browser complains about from now on, but for what names `tolerated`."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        is_fine = tolerated is not None and tolerated in message.text
        if message.type in ("error", "warning") and not is_fine:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def fits(page: Page) -> bool:
    """Whether nothing has to be looked for sideways."""
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(width))


def fits_everywhere(page: Page) -> bool:
    """The same, on a laptop and on a phone; the page then has the size that it had."""
    before = page.viewport_size
    assert before is not None
    found = []
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        found.append(fits(page))
    page.set_viewport_size(before)
    return all(found)


def picture(page: Page, name: str) -> None:
    """For whoever wants to look: PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
