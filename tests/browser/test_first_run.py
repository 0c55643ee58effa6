"""From nothing to the first note in a real browser, and a helper who is invited and refused."""

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from notifications.models import Message
from notifications.outbox import send_messages
from notifications.sweep import sweep
from orders.models import Shop
from tests.browser.seeing import ON_A_PHONE, SIZES, complaints_of, fits, fits_everywhere
from tests.factory import make_shop, make_user


@pytest.fixture(params=SIZES)
def page(
    browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A browser in Vienna; fails when it had anything to complain about but a refusal."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        locale="en-AT",
        timezone_id="Europe/Vienna",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints = complaints_of(page, tolerated="403")
    yield page
    context.close()
    assert complaints == []


def log_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Go on", exact=True).click()


def test_first_run_to_first_note(page: Page) -> None:
    make_user("mira@example.com", "red wool 77", is_superuser=True)
    log_in(page, "mira@example.com", "red wool 77")

    expect(page).to_have_url(re.compile("/setup/$"))
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Vienna")
    expect(page.get_by_label("Currency")).to_have_value("EUR")
    page.get_by_label("Name of the shop").fill("Felt & Co")
    go_on(page)
    page.get_by_label("Your name, as buyers see it").fill("Mira")
    expect(page.get_by_label("Your e-mail address")).to_have_value("mira@example.com")
    assert fits(page)
    go_on(page)
    page.get_by_label("in person").check()
    go_on(page)
    expect(page.get_by_role("region", name="The letter")).to_contain_text("Mira")
    go_on(page)
    page.get_by_role("button", name="Done, to my day").click()
    expect(page).to_have_url(re.compile("/shops/felt-co/$"))

    page.goto("/shops/felt-co/orders/new/")
    page.get_by_label("Buyer's name").fill("Zoë Ørsted")
    page.get_by_label("E-mail").fill("zoe@example.com")
    page.get_by_label("Item").first.fill("Felt slippers")
    page.get_by_label("Price of one").first.fill("49")
    page.get_by_role("button", name="Save the order", exact=True).last.click()
    expect(page.get_by_text("Zoë").first).to_be_visible()
    now = timezone.now()
    sweep(now)
    send_messages(now)

    assert Message.objects.get(kind="thank_you").state == "sent"
    assert [letter.to for letter in mail.outbox] == [["zoe@example.com"]]


@ON_A_PHONE
def test_the_set_up_is_left_and_taken_up_again(page: Page) -> None:
    make_user("mira@example.com", "red wool 77", is_superuser=True)
    log_in(page, "mira@example.com", "red wool 77")
    page.get_by_label("Name of the shop").fill("Felt & Co")
    go_on(page)

    page.get_by_role("button", name="Go on later").click()

    expect(page).to_have_url(re.compile("/shops/felt-co/$"))
    page.get_by_role("link", name="Go on with the set-up").click()
    expect(page).to_have_url(re.compile("/setup/sender/$"))


@ON_A_PHONE
def test_an_invited_helper_joins_and_is_refused_the_policy(page: Page) -> None:
    make_shop(owner=make_user())
    log_in(page, "maker@example.com", "beads")
    page.goto("/shops/lucky-bead/members/")
    page.get_by_label("E-mail").fill("anna@example.com")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("anna@example.com")
    page.context.clear_cookies()
    link = re.search(r"/invitations/\S+", str(mail.outbox[0].body))
    assert link is not None

    page.goto(link[0])
    page.get_by_label("Your name").fill("Anna")
    page.get_by_label("Password").fill("red wool 77")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("status")).to_contain_text("Welcome to Lucky Bead!")
    refused = page.goto("/shops/lucky-bead/policy/")

    assert refused is not None
    assert refused.status == 403
    expect(page.get_by_role("heading", name="Not for you")).to_be_visible()
    assert Shop.objects.get().members.count() == 2


@ON_A_PHONE
def test_the_reports_show_the_newest_weeks_at_any_width(page: Page) -> None:
    make_shop(owner=make_user())
    log_in(page, "maker@example.com", "beads")

    page.goto("/shops/lucky-bead/reports/")

    payment = page.get_by_role("region", name="Days to payment")
    expect(payment.get_by_text("Nothing was to be paid in this time.")).to_be_visible()
    last = page.get_by_role("region", name="Buyers who came back")
    last.scroll_into_view_if_needed()
    expect(last.get_by_text("Nobody ordered in this time.")).to_be_visible()
    assert fits_everywhere(page)
