"""An import with problems, from the upload to the mended rows; and an order written by hand."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from orders.models import Order, Shop
from shopcare import tasks
from tests.browser.seeing import ON_A_LAPTOP, ON_A_PHONE, fits, log_in
from tests.factory import make_shop, make_user

HEADER = ["order", "placed_at", "buyer_name", "buyer_email", "item", "quantity", "unit_price"]
LONG = "Maximiliane Wilhelmine zu Hohenlohe-Waldenburg-Schillingsfürst " + "x" * 80


@pytest.fixture
def tolerated() -> str:
    """A question that is on its way when one leaves the page ends, and htmx says so."""
    return "htmx:"


@pytest.fixture
def page(page: Page) -> Page:
    """The imports of Lucky Bead."""
    make_shop(owner=make_user())
    log_in(page)
    page.goto("/shops/lucky-bead/imports/")
    return page


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    """Four orders, one of them with a price that is none."""
    path = tmp_path / "stall.csv"
    now = datetime.now(UTC).isoformat()
    names = ["Zoë Ørsted", "أحمد عبد الرحمن", LONG, "Ada"]
    prices = ["4.50", "cheap", "4.50", "4.50"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, (name, price) in enumerate(zip(names, prices, strict=True), 1):
            mail = f"b{number}@example.com"
            writer.writerow([f"S-{number}", now, name, mail, "Lucky bead", 2, price])
    return path


def choose(page: Page, path: Path) -> None:
    page.get_by_label("Drop the export").set_input_files(path)
    page.get_by_role("button", name="Look what would happen").click()
    expect(page.get_by_role("heading", name="This is what would happen")).to_be_visible()


def start(page: Page, button: str) -> None:
    """Click, watch it run, let the worker work, and see the page notice by itself."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    tasks.imports()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()


def test_an_import_with_problems_to_its_end(page: Page, orders_file: Path, tmp_path: Path) -> None:
    choose(page, orders_file)
    expect(page.get_by_role("row", name="Thank-you")).to_contain_text("3")
    expect(page.get_by_role("row", name="cheap")).to_be_visible()
    assert fits(page)
    assert not Order.objects.exists()

    start(page, "Import 3 orders")
    assert fits(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the rows to mend").click()
    mended = tmp_path / "mended.csv"
    failed = Path(download.value.path()).read_text(encoding="utf-8-sig")
    mended.write_text(failed.replace(",cheap,", ",5.00,"), encoding="utf-8")

    page.get_by_role("link", name="← Imports").click()
    choose(page, mended)
    start(page, "Import 1 order")

    assert Order.objects.count() == 4
    page.get_by_role("link", name="← Imports").click()
    expect(page.get_by_role("link", name="mended.csv")).to_be_visible()
    assert fits(page)


@ON_A_LAPTOP
def test_a_photo_is_refused_in_place(page: Page, tmp_path: Path) -> None:
    photo = tmp_path / "beads.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + b"x" * 100)

    page.get_by_label("Drop the export").set_input_files(photo)
    page.get_by_role("button", name="Look what would happen").click()

    expect(page.get_by_text("This is a photo, not an orders file")).to_be_visible()


@ON_A_PHONE
def test_an_order_is_written_down_at_the_stall(page: Page) -> None:
    page.goto("/shops/lucky-bead/orders/new/")
    page.get_by_label("Buyer's name").fill("Zoë Ørsted")
    page.get_by_label("E-mail").fill("zoe@example.com")
    page.get_by_label("Item").fill("Lucky bead")
    page.get_by_label("Price of one").fill("4,50")

    page.get_by_role("button", name="One more item").click()
    expect(page.get_by_label("Item")).to_have_count(2)
    expect(page.get_by_label("Item").nth(1)).to_be_focused()
    page.get_by_label("Item").nth(1).fill("Mug")
    page.get_by_label("Price of one").nth(1).fill("18")
    page.get_by_label("Price of one").nth(1).press("Tab")

    expect(page.get_by_text("Zoë gets your thank-you at once.")).to_be_visible()
    expect(page.locator("#follows")).to_contain_text("22,50")
    assert fits(page)
    page.get_by_role("button", name="Save the order", exact=True).click()
    expect(page.get_by_text("Order M-1001 is saved.")).to_be_visible()
    assert Order.objects.get(shop=Shop.objects.get()).total == 22.5
