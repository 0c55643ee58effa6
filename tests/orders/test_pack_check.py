"""Pack check: scanned, typed or ticked; what is wrong or missing stops the label."""

from datetime import timedelta

import pytest

from orders.facts import Line, ParcelLine, Shipment
from orders.models import Order, PackScan
from orders.pack_check import PackCheck, Scanned, begin_again, pack_check, scan, take_out
from orders.packing import set_ticks, ticks
from tests.factory import MONDAY, make_order, make_shop, record

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LINES = (
    Line("Lucky bead", sku="LB-1", quantity=2),
    Line("Silver ring, small", sku="R-S"),
    Line("Silver ring, large", sku="R-L"),
    Line("Pattern to download", needs_shipping=False),
)


@pytest.fixture
def order() -> Order:
    return make_order(make_shop(), "1001", paid_at=MONDAY, lines=LINES)


def scanned(order: Order, *codes: str) -> list[Scanned]:
    return [scan(order, "1", code, now=MONDAY).scanned for code in codes]


def check(order: Order) -> PackCheck:
    return pack_check(Order.objects.get(pk=order.pk), "1")


def test_a_check_that_nobody_has_begun_stops_nothing(order: Order) -> None:
    found = check(order)

    assert not found.has_begun
    assert not found.stops
    assert [each.lacking for each in found.lines] == [2, 1, 1]


def test_the_policy_can_want_every_parcel_packed_first(order: Order) -> None:
    type(order.shop.policy).objects.update(pack_first=True)

    assert check(order).stops


def test_scanning_each_item_once_for_each_piece_completes_the_check(order: Order) -> None:
    answers = scanned(order, "LB-1", "r-s", "LB-1", "silver ring, large")

    assert answers == [Scanned.RIGHT, Scanned.COMPLETE, Scanned.COMPLETE, Scanned.COMPLETE]
    assert ticks(order) == {"line:1", "line:2", "line:3"}
    assert check(order).problems == []
    assert not check(order).stops


def test_a_missing_item_stops_the_label_once_the_check_has_begun(order: Order) -> None:
    scanned(order, "LB-1", "R-S")

    found = check(order)

    assert found.stops
    assert found.problems == [
        "1 × Lucky bead is missing.",
        "1 × Silver ring, large is missing.",
    ]


def test_a_tick_begins_the_check_too(order: Order) -> None:
    set_ticks(order=order, keys=["line:1"], now=MONDAY)

    assert check(order).stops


def test_a_wrong_item_stops_the_label_until_it_is_taken_out(order: Order) -> None:
    answers = scanned(order, "X-99", "LB-1", "LB-1", "R-S", "R-L")
    before = check(order)

    out = take_out(order, "1", before.wrong[0].pk)
    again = take_out(order, "1", before.wrong[0].pk)

    assert answers[0] == Scanned.WRONG
    assert before.problems == ["“X-99” does not belong in it."]
    assert (out, again) == (True, False)
    assert not check(order).stops


def test_one_too_many_is_wrong(order: Order) -> None:
    answers = scanned(order, "R-S", "R-S")

    assert answers == [Scanned.COMPLETE, Scanned.ONE_TOO_MANY]
    assert len(check(order).wrong) == 1


def test_a_text_that_fits_several_things_is_asked_about_and_not_counted(order: Order) -> None:
    answer = scan(order, "1", "silver ring", now=MONDAY)

    assert answer.scanned == Scanned.UNCLEAR
    assert not PackScan.objects.exists()


def test_what_is_not_shipped_does_not_belong_in_the_parcel(order: Order) -> None:
    assert scanned(order, "Pattern to download") == [Scanned.WRONG]


def test_unticking_a_thing_takes_its_scans_back(order: Order) -> None:
    scanned(order, "R-S", "LB-1")

    set_ticks(order=order, keys=[], now=MONDAY)

    assert [each.packed for each in check(order).lines] == [1, 0, 0]


def test_a_parcel_with_a_part_of_the_order_needs_only_that(order: Order) -> None:
    scanned(order, "LB-1")

    found = pack_check(order, "1", lines=[ParcelLine("LB-1", 1)])

    assert not found.stops


def test_the_second_parcel_is_checked_anew(order: Order) -> None:
    scanned(order, "LB-1")
    inside = (ParcelLine("LB-1", 1),)
    record(order.shop, Shipment(order="1001", at=MONDAY + HOUR, lines=inside))

    found = pack_check(Order.objects.get(pk=order.pk), "2")

    assert [each.needed for each in found.lines] == [1, 1, 1]
    assert not found.has_begun


def test_a_check_can_be_begun_again(order: Order) -> None:
    scanned(order, "LB-1", "LB-1", "X-99")

    begin_again(order, "1")

    assert not check(order).has_begun
