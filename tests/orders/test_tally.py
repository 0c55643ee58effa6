"""Money told one by one and as a sum of all, by several people: counted once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest

from orders.facts import Fact, Payment, Refund
from orders.intake.load import load_orders
from orders.models import Order
from orders.state import OrderState, Sale, derive
from tests.factory import MONDAY, make_shop, record

SALE = Sale(MONDAY, Decimal(12), None)
DAY = timedelta(days=1)
HEADER = "order,placed_at,buyer_email,item,quantity,unit_price,total,paid_at,refunded\n"

File = Callable[..., Path]


def day(number: float) -> datetime:
    return MONDAY + number * DAY


def paid(number: float, amount: int, in_all: int | None = None) -> Payment:
    return Payment(order="1", at=day(number), amount=Decimal(amount), in_all=_stated(in_all))


def refunded(number: float, amount: int, in_all: int | None = None) -> Refund:
    return Refund(order="1", at=day(number), amount=Decimal(amount), in_all=_stated(in_all))


def _stated(in_all: int | None) -> Decimal | None:
    return None if in_all is None else Decimal(in_all)


def state(*facts: Fact) -> OrderState:
    """The state after these facts, which is the same in whatever order they are told."""
    found = [derive(SALE, order) for order in permutations(facts)]
    assert all(one == found[0] for one in found)
    return found[0]


def test_a_sum_covers_the_single_refunds_before_it() -> None:
    found = state(paid(0, 12), refunded(1, 5), refunded(2, 5, in_all=5))

    assert found.refunded_amount == 5


def test_a_sum_beyond_the_single_refunds_counts_as_it_is() -> None:
    assert state(paid(0, 12), refunded(1, 2), refunded(2, 5, in_all=7)).refunded_amount == 7


def test_a_refund_after_a_sum_comes_on_top() -> None:
    assert state(paid(0, 12), refunded(1, 5, in_all=5), refunded(2, 3)).refunded_amount == 8


def test_a_later_sum_covers_what_came_on_top_of_an_earlier_one() -> None:
    found = state(paid(0, 12), refunded(1, 5, in_all=5), refunded(2, 3), refunded(3, 8, in_all=8))

    assert found.refunded_amount == 8


def test_once_all_went_back_a_refund_of_a_later_hour_is_the_same_money() -> None:
    found = state(paid(0, 12), refunded(1, 12, in_all=12), refunded(1.1, 12))

    assert found.refunded_amount == 12


def test_a_payment_told_after_paid_in_full_is_the_same_money() -> None:
    found = state(paid(1, 12, in_all=12), paid(1.1, 12))

    assert (found.paid_amount, found.paid_at) == (12, day(1))


def test_the_rest_after_a_part_that_a_file_told_pays_the_order() -> None:
    found = state(paid(1, 5, in_all=5), paid(2, 7))

    assert (found.paid_amount, found.paid_at) == (12, day(2))


def test_parts_and_paid_in_full_make_one_total() -> None:
    assert state(paid(1, 5), paid(2, 4), paid(3, 12, in_all=12)).paid_amount == 12


def test_more_than_the_total_is_seen_when_it_was_told_singly() -> None:
    assert state(paid(1, 12), paid(2, 12)).paid_amount == 24


@pytest.fixture
def file(tmp_path: Path) -> File:
    def write(refunded: str = "", paid_at: str = "2026-11-02") -> Path:
        path = tmp_path / "orders.csv"
        row = f"1,2026-11-02T08:00:00Z,zoe@example.com,Bead,1,12.00,12.00,{paid_at},{refunded}\n"
        path.write_text(HEADER + row, encoding="utf-8")
        return path

    return write


@pytest.mark.django_db
@pytest.mark.parametrize("import_comes_first", [True, False])
def test_a_refund_that_a_file_and_a_webhook_tell_counts_once(
    file: File, import_comes_first: bool
) -> None:
    shop = make_shop()
    load_orders(shop, "generic", file(), now=day(1))
    webhook = Refund(order="1", at=day(2), amount=Decimal(5), reference="re_1")

    if import_comes_first:
        load_orders(shop, "generic", file("5.00"), now=day(3))
        record(shop, webhook, now=day(3))
    else:
        record(shop, webhook, now=day(3))
        load_orders(shop, "generic", file("5.00"), now=day(3))

    assert Order.objects.get().refunded_amount == 5


@pytest.mark.django_db
@pytest.mark.parametrize("import_comes_first", [True, False])
def test_a_payment_that_a_file_and_a_webhook_tell_counts_once(
    file: File, import_comes_first: bool
) -> None:
    shop = make_shop()
    load_orders(shop, "generic", file(paid_at=""), now=day(0))
    # The file knows the day alone, which counts as its noon.
    webhook = Payment(order="1", at=day(0.4), amount=Decimal(12), reference="pi_1")

    if import_comes_first:
        load_orders(shop, "generic", file(), now=day(1))
        record(shop, webhook, now=day(1))
    else:
        record(shop, webhook, now=day(1))
        load_orders(shop, "generic", file(), now=day(1))

    assert Order.objects.get().paid_amount == 12
