"""The list of orders: what narrows it, and that every order is met once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import listing
from orders.facts import Address, BuyerDetails, Cancel, Line, Pause, Shipment
from orders.listing import Wish, every_id, page_of
from orders.models import Order, Shop
from tests.factory import MONDAY, make_order, make_shop, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def numbers(shop: Shop, wish: Wish, **place: str) -> list[str]:
    found = Order.objects.in_bulk(ids := page_of(shop, wish, **place).ids)
    return [found[pk].number for pk in ids]


@pytest.mark.parametrize(
    "words",
    [
        "1001",
        "#1001",
        "zoë ørsted",
        "orsted zoe",
        "ØRST",
        "zoe@example.com",
        "zoe@exam",
        "lucky bead",
        "Bead, lucky",
        "LB-1",
        "lb-",
        "lb1",
        "hand-made",
        "handm",
        "hand made",
        "00340434161094",
        "0034 0434 1610",
        "aarhus",
        "8000",
    ],
)
def test_an_order_is_found_by_what_people_remember_of_it(shop: Shop, words: str) -> None:
    make_order(
        shop,
        "1001",
        paid_at=MONDAY,
        facts=[Shipment(order="1001", at=MONDAY, carrier="DHL", tracking_code="00340434161094")],
        lines=(Line("Lucky bead, hand-made", sku="LB-1"),),
    )
    make_order(shop, "2002", buyer=BuyerDetails(name="Bob"), address=Address(), lines=())

    assert numbers(shop, Wish(words=words)) == ["1001"]


def test_words_of_which_nothing_is_left_find_nothing(shop: Shop) -> None:
    make_order(shop, "1001")

    assert numbers(shop, Wish(words="!?")) == []


def test_every_filter_narrows_and_all_can_be_combined(shop: Shop) -> None:
    make_order(shop, "paid", paid_at=MONDAY)
    make_order(shop, "unpaid", placed_at=MONDAY + timedelta(days=1))
    make_order(shop, "paused", facts=[Pause(order="paused", at=MONDAY)])
    make_order(shop, "etsy", channel="etsy", facts=[Cancel(order="etsy", at=MONDAY)])

    assert numbers(shop, Wish(status="paid")) == ["paid"]
    assert numbers(shop, Wish(to_ship=True)) == ["paid"]
    assert numbers(shop, Wish(paused=True)) == ["paused"]
    assert numbers(shop, Wish(channel="etsy")) == ["etsy"]
    assert numbers(shop, Wish(channel="ebay")) == []
    assert numbers(shop, Wish(since=MONDAY + timedelta(hours=1))) == ["unpaid"]
    assert set(numbers(shop, Wish(until=MONDAY + timedelta(hours=1)))) == {"paid", "paused", "etsy"}
    assert numbers(shop, Wish(words="zoe", status="cancelled", channel="etsy")) == ["etsy"]
    assert numbers(shop, Wish(words="zoe", status="cancelled", channel="own")) == []


def test_another_shops_orders_are_never_found(shop: Shop) -> None:
    make_order(make_shop("other"), "1001")

    assert numbers(shop, Wish(words="1001")) == []
    assert numbers(shop, Wish()) == []


@pytest.mark.parametrize("latest", [(500, 6_000), (5, 10), (1,)])
@pytest.mark.parametrize("words", ["", "zoe"])
def test_every_order_is_met_once_and_again_on_the_way_back(
    shop: Shop, words: str, latest: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LATEST", latest)
    for number in range(23):
        # Many at one moment, so that the time alone does not tell the pages apart.
        name = "Zoe" if number % 3 else "Bob"
        make_order(
            shop,
            f"n{number}",
            placed_at=MONDAY + timedelta(days=number // 8),
            buyer=BuyerDetails(name=name, email=f"{number}@example.com"),
            address=Address(),
        )
    wish = Wish(words=words)

    page = page_of(shop, wish, size=4)
    pages = [page.ids]
    while page.older:
        page = page_of(shop, wish, after=page.older, size=4)
        pages.append(page.ids)
    back = []
    while page.newer:
        page = page_of(shop, wish, before=page.newer, size=4)
        back.append(page.ids)

    seen = [pk for ids in pages for pk in ids]
    expected = Order.objects.filter(shop=shop)
    if words:
        expected = expected.filter(buyer__name="Zoe")
    assert seen == list(expected.values_list("pk", flat=True))
    assert back == pages[-2::-1]


def test_all_of_them_come_by_the_thousand(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "CHUNK", 3)
    for number in range(7):
        make_order(shop, f"n{number}")

    chunks = list(every_id(shop, Wish()))

    assert [len(ids) for ids in chunks] == [3, 3, 1]
    assert len({pk for ids in chunks for pk in ids}) == 7


def test_a_page_costs_the_same_queries_for_few_and_for_many(shop: Shop) -> None:
    make_order(shop, "first")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            page_of(shop, Wish(words="bead", status="paid", channel="own"))
        return len(caught)

    few = queries()
    for number in range(60):
        make_order(shop, f"n{number}", paid_at=MONDAY)
    record(shop, Pause(order="n1", at=MONDAY))

    assert queries() <= max(few, 4)


@pytest.mark.parametrize("few", [1, 100])
def test_a_rare_word_beside_a_common_one_is_found_among_all(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    monkeypatch.setattr(listing, "LATEST", (2, 4))
    monkeypatch.setattr(listing, "RARE", 2)
    for day in range(12):
        title = "Opal bead" if day % 6 == 0 else "Glass bead"
        make_order(shop, str(day), placed_at=MONDAY + timedelta(days=day), lines=(Line(title),))

    assert numbers(shop, Wish(words="opal bead")) == ["6", "0"]
    assert numbers(shop, Wish(words="opal bead", status="paid")) == []
    assert numbers(shop, Wish(words="bead glass")) == [str(n) for n in range(11, 0, -1) if n != 6]
