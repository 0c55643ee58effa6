"""Orders in a real browser: more time for one buyer, an edited note sent, many at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from notifications.outbox import send_messages
from notifications.sweep import sweep
from orders.models import Order, Shop
from tests.browser.axe import findings
from tests.browser.seeing import ON_A_LAPTOP, ON_A_PHONE, log_in
from tests.factory import make_order, make_shop, make_user


@pytest.fixture
def page(page: Page) -> Page:
    make_shop(owner=make_user())
    log_in(page)
    return page


@pytest.fixture
def order(page: Page) -> Order:
    shop = Shop.objects.get()
    return make_order(shop, "1001", placed_at=datetime.now(UTC) - timedelta(days=1))


@ON_A_PHONE
def test_more_time_for_one_buyer_says_in_place_what_follows(page: Page, order: Order) -> None:
    until = timezone.now().date() + timedelta(days=20)
    page.goto("/shops/lucky-bead/orders/1001/")

    page.get_by_text("More time to pay", exact=True).click()
    page.get_by_label("Until the end of").fill(until.isoformat())
    page.get_by_role("button", name="Give time").click()

    said = page.get_by_role("status")
    expect(said).to_contain_text("Done: More time to pay.")
    expect(said).to_contain_text("23:59")
    expect(said).to_be_focused()
    expect(page).to_have_url(page.url.partition("/do/")[0])
    order.refresh_from_db()
    assert order.extended_until is not None
    assert order.extended_until.date() == until


@ON_A_LAPTOP
def test_an_edited_note_goes_out_in_the_sellers_own_words(
    page: Page, order: Order, mailoutbox: list[object]
) -> None:
    page.goto("/shops/lucky-bead/orders/1001/")
    reminder = page.locator(".forecast > li", has_text="Payment reminder")
    reminder.get_by_role("link", name="Read and reword").click()
    letter = page.frame_locator("iframe.letter")
    expect(letter.get_by_text("Hello Zoë")).to_be_visible()

    page.get_by_label("Subject").fill("A word about your beads")
    page.get_by_label("Text", exact=True).fill("Dear Zoë, shall I keep the beads for you?")
    page.get_by_role("button", name="Keep and send now").click()
    expect(page.get_by_role("status")).to_contain_text("The payment reminder goes out now.")
    now = timezone.now()
    sweep(now)
    send_messages(now)

    sent = [mail for mail in mailoutbox if mail.subject == "A word about your beads"]  # type: ignore[attr-defined]
    assert len(sent) == 1
    assert "shall I keep the beads for you?" in sent[0].body  # type: ignore[attr-defined]


@ON_A_PHONE
def test_a_grave_action_asks_once_and_can_be_left(page: Page, order: Order) -> None:
    page.goto("/shops/lucky-bead/orders/1001/")

    page.locator("summary", has_text="Cancel").click()
    page.get_by_role("button", name="Cancel the order …").click()
    expect(page.get_by_role("heading", name="Cancel the order: are you sure?")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="No, leave it").click()
    expect(page.get_by_role("heading", name="Cancel the order: are you sure?")).to_have_count(0)
    page.locator("summary", has_text="Cancel").click()
    page.get_by_role("button", name="Cancel the order …").click()
    page.get_by_role("button", name="Yes, cancel the order").click()

    expect(page.get_by_role("status")).to_contain_text("Done: Cancel the order.")
    order.refresh_from_db()
    assert order.status == "cancelled"


@ON_A_LAPTOP
def test_many_orders_are_paused_after_a_look_and_taken_back(page: Page, order: Order) -> None:
    make_order(order.shop, "1002")
    page.goto("/shops/lucky-bead/orders/")

    for number in ("1001", "1002"):
        page.get_by_label(f"Tick order {number}").check()
    expect(page.locator("#ticked")).to_have_text("(2)")
    page.get_by_label("With the ticked orders").select_option("pause")
    page.get_by_role("button", name="Look at what follows").click()
    expect(page.get_by_role("heading", name="What follows for 2 orders")).to_be_visible()
    assert not Order.objects.filter(paused_at__isnull=False).exists()
    page.get_by_role("button", name="Pause: do it for 2 orders").click()
    expect(page.get_by_text("Done for 2 orders")).to_be_visible()
    assert Order.objects.filter(paused_at__isnull=False).count() == 2
    page.get_by_role("button", name="Take it back").click()

    expect(page.get_by_text("Taken back for 2 orders.")).to_be_visible()
    assert not Order.objects.filter(paused_at__isnull=False).exists()
