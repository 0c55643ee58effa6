"""Changing the policy and a text in a real browser, on a laptop and on a phone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from notifications.models import ShopWording
from orders.models import Member, Policy, Shop
from orders.words import Role
from tests.browser.axe import findings
from tests.browser.seeing import SIZES, fits, fits_everywhere, log_in
from tests.factory import make_order, make_shop, make_user

POLICY = "/shops/lucky-bead/policy/"
THANKS = "/shops/lucky-bead/wording/thank_you/en/"


@pytest.fixture
def shop(browser_page: Page) -> Shop:
    shop = make_shop(owner=make_user())
    placed_at = datetime.now(UTC) - timedelta(days=30)
    for number in range(3):
        make_order(shop, str(1001 + number), placed_at=placed_at + timedelta(days=number))
    make_order(shop, "1004", placed_at=placed_at, paid_at=placed_at)
    return shop


@pytest.fixture
def tolerated() -> str:
    """A form that is refused, and a page that is, answer with a code that browsers log."""
    return "status of 4"


@pytest.fixture
def owner(browser_page: Page, shop: Shop) -> Page:
    log_in(browser_page)
    return browser_page


@pytest.mark.parametrize(("width", "height"), SIZES.values(), ids=SIZES)
def test_three_days_become_four_after_a_look_at_what_would_change(
    owner: Page, shop: Shop, width: int, height: int
) -> None:
    owner.set_viewport_size({"width": width, "height": height})
    owner.goto(POLICY)
    owner.get_by_label("Remind after, days").fill("4")
    owner.get_by_role("button", name="See what would change").click()

    expect(owner.get_by_text("3 orders of 4 would have gone another way")).to_be_visible()
    expect(owner.locator("#preview")).to_be_in_viewport()
    expect(owner.get_by_role("link", name="1003")).to_be_visible()
    assert Policy.objects.get(shop=shop).reminder_after == 3
    assert fits(owner)
    assert findings(owner) == []
    owner.get_by_role("button", name="Save").click()

    expect(owner.get_by_text("Saved. It holds from now on")).to_be_visible()
    expect(owner.get_by_label("Remind after, days")).to_have_value("4")
    assert Policy.objects.get(shop=shop).reminder_after == 4


@pytest.mark.parametrize(("width", "height"), SIZES.values(), ids=SIZES)
def test_a_broken_text_is_refused_and_a_good_one_kept(
    owner: Page, shop: Shop, width: int, height: int
) -> None:
    owner.set_viewport_size({"width": width, "height": height})
    owner.goto(THANKS)
    letter = owner.frame_locator("#letter")
    expect(letter.get_by_text("Hello Zoë")).to_be_visible()
    body = owner.get_by_label("Text", exact=True)

    body.fill("Dear friend,\n\n{{ order.totl }}")
    expect(owner.get_by_text("Text, line 3: unknown placeholder “order.totl”")).to_be_visible()
    owner.get_by_role("button", name="Save").click()
    expect(owner.locator(".errorlist")).to_contain_text("Line 3: unknown placeholder")
    assert not ShopWording.objects.exists()

    body.fill("Dear friend, it comes to ")
    owner.get_by_role("button", name="{{ order.total }}").click()
    expect(body).to_have_value("Dear friend, it comes to {{ order.total }}")
    owner.get_by_label("Tried on").select_option("1004")
    expect(letter.get_by_text("it comes to €12.00")).to_be_visible()
    assert fits(owner)
    owner.get_by_role("button", name="Save").click()

    expect(owner.get_by_text("Saved. Notes go out in these words")).to_be_visible()
    assert ShopWording.objects.get(shop=shop).body == "Dear friend, it comes to {{ order.total }}"


def test_writing_leaves_the_way_back_alone(owner: Page) -> None:
    owner.goto("/shops/lucky-bead/wording/")
    owner.get_by_role("link", name="English: shipped (Thank-you)").click()
    body = owner.get_by_label("Text", exact=True)
    for words in ("One", "Two"):
        body.fill(words)
        expect(owner.frame_locator("#letter").get_by_text(words)).to_be_visible()

    owner.go_back()

    expect(owner).to_have_url("/shops/lucky-bead/wording/")


def test_a_test_mail_and_the_way_back_to_the_shipped_text(owner: Page, shop: Shop) -> None:
    ShopWording.objects.create(
        shop=shop, kind="thank_you", language="en", subject="Mine", body="My words"
    )
    owner.goto(THANKS)
    owner.get_by_role("button", name="Send me a test").click()
    expect(owner.get_by_text("A test is on its way to maker@example.com")).to_be_visible()

    owner.get_by_role("button", name="Back to the shipped text").click()

    expect(owner.get_by_text("the shipped text again")).to_be_visible()
    assert [sent.subject for sent in mail.outbox] == ["[Test] Mine"]
    assert not ShopWording.objects.exists()


@pytest.mark.parametrize("address", [POLICY, THANKS])
def test_a_helper_reads_a_kind_refusal(owner: Page, address: str) -> None:
    Member.objects.update(role=Role.HELPER)

    answer = owner.goto(address)

    assert answer is not None
    assert answer.status == 403
    expect(owner.get_by_role("heading", name="Not for you")).to_be_visible()
    assert fits_everywhere(owner)
