"""An order's state, derived from its facts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from orders.facts import (
    Cancel,
    Extend,
    Fact,
    ParcelLine,
    Pause,
    Payment,
    Refund,
    Reinstate,
    Relisted,
    Resume,
    Scan,
    Shipment,
    TrackingCode,
    Unship,
    Word,
)
from orders.state import OrderState, Sale, derive
from orders.words import ScanStatus

PLACED_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SALE = Sale(PLACED_AT, Decimal("12.00"), {"LB-1": 2, "RING": 1})


def day(number: int) -> datetime:
    return PLACED_AT + number * DAY


def state(*facts: Fact, sale: Sale = SALE) -> OrderState:
    return derive(sale, facts)


def paid(number: int, amount: str | None = None) -> Payment:
    return Payment(order="1", at=day(number), amount=None if amount is None else Decimal(amount))


def parcel(number: int, name: str = "1", *lines: tuple[str, int], code: str = "A1") -> Shipment:
    inside = tuple(ParcelLine(*line) for line in lines) or None
    return Shipment(order="1", at=day(number), parcel=name, tracking_code=code, lines=inside)


def scan(number: int, status: ScanStatus, name: str = "1") -> Scan:
    return Scan(order="1", at=day(number), parcel=name, status=status)


def test_an_order_without_facts_awaits_payment() -> None:
    assert state().status == "awaiting_payment"


def test_an_order_is_paid_when_the_parts_cover_the_total() -> None:
    one_cent_short = state(paid(1, "5.00"), paid(2, "6.99"))
    covered = state(paid(1, "5.00"), paid(2, "7.00"))

    assert one_cent_short.status == "awaiting_payment"
    assert covered.status == "paid"
    assert covered.paid_at == day(2)


def test_a_payment_without_an_amount_covers_what_was_open() -> None:
    found = state(paid(1, "5.00"), paid(2))

    assert found.paid_amount == Decimal("12.00")
    assert found.paid_at == day(2)


def test_an_order_that_costs_nothing_is_paid_when_placed() -> None:
    found = state(sale=Sale(PLACED_AT, Decimal(0), None))

    assert found.status == "paid"
    assert found.paid_at == PLACED_AT


def test_a_refund_does_not_make_an_order_unpaid() -> None:
    found = state(paid(1), Refund(order="1", at=day(2)))

    assert found.status == "paid"
    assert found.refunded_amount == Decimal("12.00")


def test_an_order_is_shipped_when_every_line_that_needs_it_is_covered() -> None:
    part = state(paid(1), parcel(2, "1", ("LB-1", 2)))
    whole = state(paid(1), parcel(2, "1", ("LB-1", 2)), parcel(3, "2", ("RING", 1)))

    assert part.status == "paid"
    assert whole.status == "shipped"
    assert whole.shipped_at == day(3)


def test_a_parcel_without_a_list_holds_all_that_was_left() -> None:
    found = state(parcel(2, "1", ("LB-1", 1)), parcel(3, "2"))

    assert found.status == "shipped"
    assert found.shipped_at == day(3)


def test_an_order_is_delivered_when_every_parcel_is() -> None:
    parcels = [parcel(2, "1", ("LB-1", 2)), parcel(2, "2", ("RING", 1))]

    one = state(*parcels, scan(4, ScanStatus.DELIVERED, "1"))
    both = state(*parcels, scan(4, ScanStatus.DELIVERED, "1"), scan(6, ScanStatus.DELIVERED, "2"))

    assert one.status == "shipped"
    assert both.status == "delivered"
    assert both.delivered_at == day(6)


def test_an_order_of_downloads_is_never_shipped() -> None:
    found = state(paid(1), parcel(2), sale=Sale(PLACED_AT, Decimal("12.00"), {}))

    assert found.status == "paid"


def test_a_return_reported_as_delivered_is_not_a_delivery() -> None:
    found = state(parcel(2), scan(4, ScanStatus.RETURN_TO_SENDER), scan(8, ScanStatus.DELIVERED))

    assert found.status == "shipped"
    assert found.parcels["1"].in_trouble


@pytest.mark.parametrize(
    "status", [ScanStatus.PRE_TRANSIT, ScanStatus.UNKNOWN, ScanStatus.ERROR, ScanStatus.CANCELLED]
)
def test_a_label_nobody_has_picked_up_is_not_a_scan(status: ScanStatus) -> None:
    found = state(parcel(2), scan(3, status))

    assert found.parcels["1"].first_scan_at is None
    assert found.parcels["1"].status == status


def test_scans_that_come_late_do_not_turn_the_parcel_back() -> None:
    found = state(parcel(2), scan(5, ScanStatus.OUT_FOR_DELIVERY), scan(3, ScanStatus.IN_TRANSIT))

    assert found.parcels["1"].status == ScanStatus.OUT_FOR_DELIVERY
    assert found.parcels["1"].first_scan_at == day(3)
    assert found.parcels["1"].last_scan_at == day(5)


def test_a_corrected_number_counts_from_its_correction() -> None:
    found = state(parcel(2), TrackingCode(order="1", at=day(3), tracking_code="A2")).parcels["1"]

    assert (found.tracking_code, found.code_at, found.code_repeat) == ("A2", day(3), 0)


def test_a_number_that_comes_back_is_counted() -> None:
    found = state(
        parcel(2),
        TrackingCode(order="1", at=day(3), tracking_code="A2"),
        TrackingCode(order="1", at=day(4), tracking_code="A1"),
    ).parcels["1"]

    assert (found.tracking_code, found.code_at, found.code_repeat) == ("A1", day(4), 1)


def test_the_same_number_again_is_no_change() -> None:
    found = state(parcel(2), TrackingCode(order="1", at=day(3), tracking_code="A1")).parcels["1"]

    assert (found.code_at, found.code_repeat) == (day(2), 0)


def test_a_parcel_told_again_without_its_number_keeps_it() -> None:
    found = state(parcel(2), parcel(3, code=""))

    assert found.parcels["1"].tracking_code == "A1"


def test_a_cancelled_order_stays_cancelled_whatever_comes_by_itself() -> None:
    found = state(Cancel(order="1", at=day(1), reason="sold out"), paid(2), parcel(3))

    assert found.status == "cancelled"
    assert found.cancel_reason == "sold out"
    assert found.last_payment_at == day(2)


def test_a_reinstated_order_stands_where_its_facts_put_it() -> None:
    found = state(paid(1), Cancel(order="1", at=day(2)), Reinstate(order="1", at=day(3)))

    assert found.status == "paid"
    assert found.cancelled_at is None


def test_a_parcel_that_was_taken_back_was_never_sent() -> None:
    found = state(paid(1), parcel(2), Unship(order="1", at=day(3)))

    assert found.status == "paid"
    assert found.shipped_at is None
    assert found.parcels == {}


def test_a_parcel_may_be_sent_again_after_it_was_taken_back() -> None:
    found = state(paid(1), parcel(2, code="A1"), Unship(order="1", at=day(2)), parcel(3, code="A2"))

    assert found.shipped_at == day(3)
    assert found.parcels["1"].tracking_code == "A2"


def test_taking_back_one_parcel_leaves_the_other() -> None:
    first, second = parcel(2, "1", ("LB-1", 2)), parcel(2, "2", ("RING", 1))

    found = state(paid(1), first, second, Unship(order="1", at=day(3), parcel="2"))

    assert list(found.parcels) == ["1"]
    assert found.shipped_at is None


def test_relisting_cancels_the_order_as_unpaid() -> None:
    found = state(Relisted(order="1", at=day(8)))

    assert found.status == "cancelled"
    assert found.relisted_at == found.cancelled_at == day(8)


def test_the_last_date_the_seller_gave_counts() -> None:
    found = state(
        Extend(order="1", at=day(6), until=day(9)), Extend(order="1", at=day(5), until=day(20))
    )

    assert found.extended_until == day(9)


def test_a_pause_lasts_until_it_is_ended() -> None:
    pause, again = Pause(order="1", at=day(1)), Pause(order="1", at=day(2))

    assert state(pause, again).paused_at == day(1)
    assert state(pause, Resume(order="1", at=day(3))).paused_at is None


def test_the_last_word_is_the_latest_and_not_the_last_recorded() -> None:
    found = state(Word(order="1", at=day(3)), Word(order="1", at=day(1)))

    assert found.last_word_at == day(3)
