"""A real Chromium and a live server for the tests of the pages."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.seeing import SIZES, complaints_of

# The shell has no windows to draw, and so takes less than half of the time.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it; without one these tests skip, and fail under CI=true."""
    program = find_chromium() or install_chromium()
    if not program:
        reason = "no Chromium on this machine (Debian: apt install chromium-headless-shell)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's own event loop would make Django think it is called from async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


def find_chromium() -> str | None:
    """The quickest Chromium on the path."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def install_chromium() -> str | None:
    """Get one from Debian or Ubuntu, if we may; the workers of a run take turns."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    with (Path(os.environ["SHOPCARE_TEST_VAR"]) / "apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not find_chromium():
            environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            apt = partial(subprocess.run, env=environment, stdout=subprocess.DEVNULL, check=False)
            apt(["apt-get", "update", "-qq"])
            any(apt(["apt-get", "install", "-y", "-qq", name]).returncode == 0 for name in PROGRAMS)
    return find_chromium()


@pytest.fixture
def tolerated() -> str | None:
    """What the browser may complain about; a module of walks that are refused says more."""
    return None


@pytest.fixture
def browser_page(
    browser: Browser, live_server: LiveServer, tolerated: str | None
) -> Iterator[Page]:
    """A page in a fresh profile; addresses are relative to the live server.

    Fails when the browser had anything to complain about.
    """
    # Log-ins are counted in the cache, which outlives a test: with enough of them the next is
    # asked to wait a few minutes.
    cache.clear()
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1280, "height": 800},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints = complaints_of(page, tolerated)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(params=SIZES)
def page(browser_page: Page, request: pytest.FixtureRequest) -> Page:
    """The page at each size."""
    width, height = SIZES[request.param]
    browser_page.set_viewport_size({"width": width, "height": height})
    return browser_page
