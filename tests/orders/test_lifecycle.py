"""Recording facts: once each, whatever comes early, twice or at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from orders import lifecycle
from orders.facts import Address, BuyerDetails, Line, Payment, Scan, Shipment, Unpay, Unship, Word
from orders.lifecycle import Outcome
from orders.models import Buyer, EarlyFact, Order, OrderLine, Watch
from orders.models import Payment as PaymentRow
from orders.words import ChannelKind, ScanStatus
from tests.factory import MONDAY, make_order, make_shop, placed, record

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PAYMENT = Payment(order="1001", at=MONDAY + DAY, reference="pi_1")


def outcomes(results: list[lifecycle.Result]) -> list[Outcome]:
    return [result.outcome for result in results]


def test_a_fact_is_recorded_with_when_it_happened_and_when_we_learned_it() -> None:
    order = make_order(number="1001")

    results = record(order.shop, PAYMENT, now=MONDAY + 2 * DAY, source="bank")

    event = order.events.get(kind="payment")
    assert outcomes(results) == [Outcome.RECORDED]
    assert (event.at, event.recorded_at) == (MONDAY + DAY, MONDAY + 2 * DAY)
    assert event.source == "bank"


def test_the_same_webhook_twice_records_once() -> None:
    order = make_order(number="1001")
    record(order.shop, PAYMENT)
    before = Order.objects.values().get()

    again = record(order.shop, PAYMENT, PAYMENT, now=MONDAY + 5 * DAY)

    assert outcomes(again) == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert Order.objects.values().get() == before
    assert order.payments.count() == 1


def test_the_same_fact_twice_in_one_batch_is_recorded_once() -> None:
    order = make_order(number="1001")

    assert outcomes(record(order.shop, PAYMENT, PAYMENT)) == [
        Outcome.RECORDED,
        Outcome.UNCHANGED,
    ]


def test_placing_the_same_order_again_changes_nothing() -> None:
    order = make_order(number="1001")
    before = Order.objects.values().get()

    again = record(order.shop, placed("1001", total=Decimal(99)), now=MONDAY + DAY)

    assert outcomes(again) == [Outcome.UNCHANGED]
    assert Order.objects.values().get() == before


def test_updated_before_created_waits_and_joins() -> None:
    shop = make_shop()
    parcel = Shipment(order="1001", at=MONDAY + 2 * DAY, tracking_code="A1")

    early = record(shop, PAYMENT, parcel)
    record(shop, placed("1001"), now=MONDAY + 3 * DAY)

    order = Order.objects.get()
    assert outcomes(early) == [Outcome.WAITING, Outcome.WAITING]
    assert order.status == "shipped"
    assert order.paid_at == MONDAY + DAY
    assert order.events.get(kind="payment").recorded_at == MONDAY + 2 * DAY
    assert not EarlyFact.objects.exists()


def test_a_fact_about_an_unknown_order_makes_no_phantom_order() -> None:
    shop = make_shop()

    record(shop, PAYMENT, now=MONDAY + DAY)

    assert not Order.objects.exists()
    assert not Watch.objects.exists()


def test_early_facts_of_other_orders_keep_waiting() -> None:
    shop = make_shop()
    record(shop, Payment(order="2002", at=MONDAY))

    record(shop, placed("1001"))

    assert Order.objects.get().paid_at is None
    assert EarlyFact.objects.get().number == "2002"


def test_a_fact_left_waiting_beside_its_order_is_recorded_later() -> None:
    order = make_order(number="1001")
    EarlyFact.objects.create(
        shop=order.shop,
        number="1001",
        kind="payment",
        key=PAYMENT.key,
        at=PAYMENT.at,
        recorded_at=MONDAY + DAY,
        data=PAYMENT.data(),
    )

    joined = lifecycle.record_early_facts(now=MONDAY + 2 * DAY)

    order.refresh_from_db()
    assert joined == 1
    assert order.status == "paid"
    assert lifecycle.record_early_facts(now=MONDAY + 2 * DAY) == 0


def test_another_shops_order_of_the_same_number_is_untouched() -> None:
    ours = make_order(number="1001")
    theirs = make_order(make_shop("other-shop"), number="1001")

    record(ours.shop, PAYMENT)

    theirs.refresh_from_db()
    assert theirs.status == "awaiting_payment"
    assert theirs.buyer_id != ours.buyer_id


def test_a_number_known_from_another_channel_is_refused_with_advice() -> None:
    order = make_order(number="1001")

    (result,) = record(order.shop, placed("1001", channel=ChannelKind.ETSY))

    assert result.outcome == Outcome.REFUSED
    assert "etsy-1001" in result.reason


def test_orders_of_one_address_belong_to_one_buyer() -> None:
    shop = make_shop()
    capitals = BuyerDetails(name="Z. Ørsted", email="Zoe@Example.com")

    record(shop, placed("1"), placed("2", buyer=capitals))

    buyer = Buyer.objects.get()
    assert buyer.orders.count() == 2
    assert buyer.name == "Zoë Ørsted"


def test_nameless_orders_are_not_merged_into_one_buyer() -> None:
    shop = make_shop()

    record(shop, placed("1", buyer=BuyerDetails()), placed("2", buyer=BuyerDetails()))

    assert Buyer.objects.count() == 2


@pytest.mark.parametrize("in_one_go", [True, False])
def test_blanks_are_filled_in_later_and_nothing_is_overwritten(in_one_go: bool) -> None:
    shop = make_shop()
    bare: dict[str, Any] = {"total": Decimal("12.00"), "shipping": Decimal(0)}
    beads = (Line("Bead", sku="B", quantity=2, unit_price=Decimal(6)),)
    tellings = [
        placed("1", lines=(), address=Address(), **bare),
        placed("1", lines=beads, address=Address(), **bare),
        placed("1", lines=(), **bare),
        placed("1", lines=(Line("Other"),), address=Address(city="Elsewhere"), **bare),
    ]

    portions = [tellings] if in_one_go else [[one] for one in tellings]
    found = [result for portion in portions for result in record(shop, *portion)]

    order = Order.objects.get()
    assert [line.item for line in order.lines.all()] == ["B"]
    assert order.ship_city == "Aarhus"
    assert (order.total, order.subtotal) == (Decimal(12), Decimal(12))
    assert outcomes(found) == [Outcome.RECORDED] * 3 + [Outcome.UNCHANGED]


def test_lines_that_come_later_decide_what_is_shipped() -> None:
    shop = make_shop()
    beads = (Line("Bead", sku="B", needs_shipping=False),)

    record(shop, placed("1", lines=(), total=Decimal(5)))
    record(shop, placed("1", lines=beads, total=Decimal(5)))

    assert not Order.objects.get().needs_shipping


def test_a_scan_before_its_shipment_is_kept_for_it() -> None:
    order = make_order(number="1001")
    arrived = Scan(order="1001", at=MONDAY + 3 * DAY, status=ScanStatus.DELIVERED)

    record(order.shop, arrived)
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    record(order.shop, Shipment(order="1001", at=MONDAY + DAY, tracking_code="A1"))

    order.refresh_from_db()
    assert order.status == "delivered"
    assert order.shipments.get().tracking_events.count() == 1


def test_every_recorded_fact_has_the_order_looked_at_at_once() -> None:
    order = make_order(number="1001")
    Watch.objects.update(look_at=MONDAY + 3 * DAY)

    record(order.shop, Word(order="1001", at=MONDAY + DAY), now=MONDAY + DAY)

    assert Watch.objects.get().look_at == MONDAY + DAY


def test_a_finished_order_is_watched_again_when_something_happens() -> None:
    order = make_order(number="1001")
    Watch.objects.all().delete()

    record(order.shop, PAYMENT)

    assert Watch.objects.get().order_id == order.pk


def test_pausing_a_buyer_has_all_their_orders_looked_at() -> None:
    orders = [make_order(number="1"), make_order(number="2")]
    Watch.objects.update(look_at=MONDAY + 9 * DAY)
    buyer = orders[0].buyer

    assert lifecycle.pause_buyer(buyer=buyer, at=MONDAY, now=MONDAY + DAY)
    assert not lifecycle.pause_buyer(buyer=buyer, at=MONDAY, now=MONDAY + DAY)

    assert set(Watch.objects.values_list("look_at", flat=True)) == {MONDAY + DAY}
    assert lifecycle.resume_buyer(buyer=buyer, now=MONDAY + DAY)


def test_recording_costs_the_same_queries_for_one_order_and_for_500() -> None:
    shop = make_shop()

    def queries(numbers: range) -> int:
        facts = [
            fact
            for number in numbers
            for fact in (
                placed(str(number)),
                Payment(order=str(number), at=MONDAY),
                Shipment(order=str(number), at=MONDAY, tracking_code=f"A{number}"),
                Scan(order=str(number), at=MONDAY, status=ScanStatus.IN_TRANSIT),
            )
        ]
        with CaptureQueriesContext(connection) as captured:
            lifecycle.record(shop, facts, now=MONDAY)
        return len(captured)

    for_one, for_many = queries(range(1)), queries(range(1, 501))

    assert for_many == for_one
    assert for_one < 40


def nonsense() -> list[tuple[str, dict[str, Any]]]:
    return [
        ("status", {"status": "lost"}),
        ("currency", {"currency": "eur"}),
        ("total", {"total": Decimal(-1)}),
        ("cancelled without a time", {"status": "cancelled"}),
        ("a time without cancelled", {"cancelled_at": MONDAY}),
        ("paid without a time", {"status": "paid"}),
        ("shipped without a time", {"status": "shipped"}),
        ("delivered without a time", {"status": "delivered", "shipped_at": MONDAY}),
        ("terms", {"terms": "never"}),
        ("number", {"number": ""}),
    ]


@pytest.mark.parametrize(("what", "values"), nonsense(), ids=[what for what, _ in nonsense()])
def test_the_database_refuses_nonsense(what: str, values: dict[str, Any]) -> None:
    order = make_order()

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**values)


def test_the_database_refuses_lines_without_quantity_and_payments_of_nothing() -> None:
    order = make_order()

    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(order=order).update(quantity=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentRow.objects.create(order=order, key="x", at=MONDAY, amount=Decimal(0))


def test_a_batch_with_one_impossible_fact_records_nothing() -> None:
    shop = make_shop()

    with pytest.raises(IntegrityError):
        record(shop, placed("1"), placed("2", currency="eur"))

    assert not Order.objects.exists()


def test_a_ship_by_date_of_the_channel_is_kept() -> None:
    order = make_order(ship_by=date(2026, 11, 6))

    assert order.ship_by_on == date(2026, 11, 6)


@pytest.mark.django_db(transaction=True)
def test_two_who_place_the_same_order_at_once_make_one() -> None:
    shop = make_shop()
    start = Barrier(4)

    def place(number: int) -> list[Outcome]:
        try:
            start.wait()
            payment = Payment(order="1001", at=MONDAY, amount=Decimal(1), reference=str(number))
            return outcomes(record(shop, placed("1001"), payment, now=MONDAY))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(place, range(4)))

    order = Order.objects.get()
    assert sorted(result[0] for result in found) == ["recorded"] + ["unchanged"] * 3
    assert order.paid_amount == Decimal(4)
    assert order.events.count() == 5


@pytest.mark.django_db(transaction=True)
def test_facts_recorded_at_once_about_the_same_orders_are_all_kept() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(10)))
    start = Barrier(4)

    def pay(reference: int) -> None:
        try:
            start.wait()
            numbers = range(10) if reference % 2 else range(9, -1, -1)
            payments = [
                Payment(order=str(n), at=MONDAY, amount=Decimal(3), reference=str(reference))
                for n in numbers
            ]
            record(shop, *payments)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pay, range(4)))

    assert {order.paid_amount for order in Order.objects.all()} == {Decimal(12)}
    assert {order.status for order in Order.objects.all()} == {"paid"}


def test_a_parcel_that_was_taken_back_leaves_only_its_facts() -> None:
    order = make_order(number="1001", paid_at=MONDAY, shipped_at=MONDAY + DAY)
    scan = Scan(order="1001", at=MONDAY + DAY, status=ScanStatus.PRE_TRANSIT)
    record(order.shop, scan)

    record(order.shop, Unship(order="1001", at=MONDAY + 2 * DAY))

    order.refresh_from_db()
    assert order.status == "paid"
    assert not order.shipments.exists()
    assert set(order.events.values_list("kind", flat=True)) >= {"shipment", "scan", "unship"}


def test_a_payment_that_never_came_is_taken_back() -> None:
    order = make_order(make_shop(), "1001", paid_at=MONDAY + HOUR)
    payment = order.payments.get()

    record(order.shop, Unpay(order="1001", at=MONDAY + DAY, payment=payment.key))

    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert order.paid_at is None
    assert not order.payments.exists()


def test_a_payment_taken_back_before_it_was_heard_of_does_not_count() -> None:
    order = make_order(make_shop(), "1001")
    payment = Payment(order="1001", at=MONDAY + HOUR)

    record(order.shop, Unpay(order="1001", at=MONDAY + DAY, payment=payment.key))
    record(order.shop, payment)

    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert not order.payments.exists()
