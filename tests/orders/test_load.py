"""Orders files into the database."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.facts import Payment, Reinstate
from orders.intake.incoming import UnreadableFile
from orders.intake.load import ImportReport, load_orders
from orders.models import Order, OrderEvent, Watch
from tests.factory import MONDAY, make_order, make_shop, record

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HEADER = (
    "order,placed_at,channel,buyer_name,buyer_email,currency,item,sku,quantity,unit_price,"
    "shipping,total,paid_at,paid_amount,payment_reference,shipped_at,carrier,tracking_code,"
    "cancelled_at,refunded,ship_name,street1,city,postcode,country"
)
ADDRESS = "Zoë Ørsted,Nygade 7,Aarhus,8000,DK"

File = Callable[..., Path]


@pytest.fixture
def file(tmp_path: Path) -> File:
    """A generic orders file of these rows."""

    def write(*rows: str) -> Path:
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        return path

    return write


def row(
    order: str,
    *,
    paid_at: str = "",
    shipped_at: str = "",
    code: str = "",
    cancelled_at: str = "",
    refunded: str = "",
    quantity: str = "2",
    channel: str = "own",
) -> str:
    paid = f"{paid_at},12.00,pi-{order}" if paid_at else ",,"
    return (
        f"{order},2026-11-18T10:00:00Z,{channel},Zoë Ørsted,zoe@example.com,EUR,Lucky bead,LB-1,"
        f"{quantity},4.50,3.00,12.00,{paid},{shipped_at},{'DHL' if code else ''},{code},"
        f"{cancelled_at},{refunded},{ADDRESS}"
    )


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.rejected


def test_an_order_comes_with_buyer_lines_money_and_parcel(file: File) -> None:
    shop = make_shop()
    path = file(row("1", paid_at="2026-11-18", shipped_at="2026-11-19", code="00340434161094"))

    report = load_orders(shop, "generic", path, now=NOW)

    assert counts(report) == (1, 0, 0, 0)
    order = Order.objects.get(number="1")
    assert (order.status, order.total, order.paid_amount) == ("shipped", Decimal(12), Decimal(12))
    assert order.buyer.email == "zoe@example.com"
    assert [line.title for line in order.lines.all()] == ["Lucky bead"]
    assert [parcel.tracking_code for parcel in order.shipments.all()] == ["00340434161094"]
    assert order.ship_city == "Aarhus"
    assert Watch.objects.get(order=order).look_at == NOW


def test_importing_the_same_file_again_changes_nothing(file: File) -> None:
    shop = make_shop()
    path = file(
        row("1", paid_at="2026-11-18", shipped_at="2026-11-19", code="00340434161094"),
        row("2", cancelled_at="2026-11-19", refunded="5.00", paid_at="2026-11-18"),
        row("3"),
    )
    load_orders(shop, "generic", path, now=NOW)
    Watch.objects.all().delete()
    before = list(OrderEvent.objects.order_by("pk").values())

    report = load_orders(shop, "generic", path, now=NOW)

    assert counts(report) == (0, 0, 3, 0)
    assert list(OrderEvent.objects.order_by("pk").values()) == before
    assert not Watch.objects.exists()


def test_a_later_export_adds_what_has_happened_meanwhile(file: File) -> None:
    shop = make_shop()
    load_orders(shop, "generic", file(row("1"), row("2")), now=NOW)

    later = file(row("1", paid_at="2026-11-20"), row("2"), row("3"))
    report = load_orders(shop, "generic", later, now=NOW)

    assert counts(report) == (1, 1, 1, 0)
    assert Order.objects.get(number="1").status == "paid"


def test_refunds_are_told_as_a_sum_and_recorded_as_differences(file: File) -> None:
    shop = make_shop()
    for refunded in ("", "2.00", "2.00", "5.00", "5.00"):
        path = file(row("1", paid_at="2026-11-18", refunded=refunded))
        load_orders(shop, "generic", path, now=NOW)

    order = Order.objects.get(number="1")

    assert order.refunded_amount == Decimal(5)
    assert [refund.amount for refund in order.refunds.order_by("pk")] == [2, 3]


def test_a_payment_recorded_by_hand_is_not_counted_twice(file: File) -> None:
    shop = make_shop()
    load_orders(shop, "generic", file(row("1")), now=NOW)
    record(shop, Payment(order="1", at=NOW))

    load_orders(shop, "generic", file(row("1", paid_at="2026-11-20")), now=NOW)

    assert Order.objects.get(number="1").paid_amount == Decimal(12)


def test_a_reinstated_order_stays_so_when_the_old_export_comes_again(file: File) -> None:
    shop = make_shop()
    path = file(row("1", cancelled_at="2026-11-19"))
    load_orders(shop, "generic", path, now=NOW)
    record(shop, Reinstate(order="1", at=NOW))

    load_orders(shop, "generic", path, now=NOW)

    assert Order.objects.get(number="1").status == "awaiting_payment"


def test_a_bad_order_is_rejected_whole_and_the_others_are_saved(file: File) -> None:
    shop = make_shop()
    path = file(row("1"), row("2", quantity="many"), row("3", paid_at="someday"), row("4"))

    report = load_orders(shop, "generic", path, now=NOW)

    assert counts(report) == (2, 0, 0, 2)
    assert set(Order.objects.values_list("number", flat=True)) == {"1", "4"}
    assert [problem.row for problem in report.problems] == [3, 4]
    assert [problem.value for problem in report.problems] == ["many", "someday"]


def test_several_problems_of_one_order_reject_one_order(file: File) -> None:
    shop = make_shop()

    report = load_orders(
        shop, "generic", file(row("1", quantity="many", paid_at="someday")), now=NOW
    )

    assert report.rejected == 1
    assert len(report.problems) == 2


def test_a_number_known_from_another_channel_is_rejected(file: File) -> None:
    shop = make_shop()
    make_order(shop, "1", channel="etsy")

    report = load_orders(shop, "generic", file(row("1", paid_at="2026-11-18")), now=NOW)

    assert counts(report) == (0, 0, 0, 1)
    assert "known from Etsy" in report.problems[0].problem
    assert Order.objects.get(number="1").status == "awaiting_payment"


def test_what_the_database_cannot_hold_is_told_beforehand(file: File) -> None:
    shop = make_shop()

    report = load_orders(shop, "generic", file(row("1", quantity="99999999999")), now=NOW)

    assert counts(report) == (0, 0, 0, 1)


def test_the_same_order_twice_in_a_file_is_one_order(file: File) -> None:
    shop = make_shop()
    paid = row("1", paid_at="2026-11-18", refunded="5.00")

    load_orders(shop, "generic", file(paid, row("2"), paid), now=NOW)

    order = Order.objects.get(number="1")
    assert order.paid_amount == Decimal(12)
    assert order.refunded_amount == Decimal(5)


def test_a_dry_run_reports_the_same_and_leaves_no_trace(file: File) -> None:
    shop = make_shop()
    make_order(shop, "1", placed_at=datetime(2026, 11, 18, 10, tzinfo=UTC))
    events = OrderEvent.objects.count()
    path = file(row("1", paid_at="2026-11-18"), row("2"), row("3", quantity="many"))

    report = load_orders(shop, "generic", path, now=NOW, dry_run=True)

    assert counts(report) == (1, 1, 0, 1)
    assert OrderEvent.objects.count() == events
    assert not Order.objects.filter(number="2").exists()


def test_another_shops_order_of_the_same_number_is_untouched(file: File) -> None:
    other = make_shop("other")
    theirs = make_order(other, "1")

    load_orders(make_shop(), "generic", file(row("1", paid_at="2026-11-18")), now=NOW)

    theirs.refresh_from_db()
    assert theirs.status == "awaiting_payment"


def test_a_chunk_costs_the_same_number_of_queries_however_many_orders(file: File) -> None:
    shop = make_shop()
    one = file(row("1", paid_at="2026-11-18", shipped_at="2026-11-19", code="0034043"))
    with CaptureQueriesContext(connection) as few:
        load_orders(shop, "generic", one, now=NOW)
    many = [
        row(f"A{n}", paid_at="2026-11-18", shipped_at="2026-11-19", code=f"00340{n}")
        for n in range(200)
    ]

    with CaptureQueriesContext(connection) as lots:
        load_orders(shop, "generic", file(*many), now=NOW)

    assert len(lots) == len(few)
    assert Order.objects.count() == 201


def test_a_wrong_file_is_refused_and_nothing_is_saved(tmp_path: Path) -> None:
    shop = make_shop()
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)))

    with pytest.raises(UnreadableFile):
        load_orders(shop, "generic", photo, now=NOW)

    assert not Order.objects.exists()


def test_many_orders_are_imported_portion_by_portion(file: File) -> None:
    shop = make_shop()
    seen: list[tuple[int, int]] = []
    rows = [row(str(number)) for number in range(1, 1501)]

    report = load_orders(
        shop, "generic", file(*rows), now=NOW, progress=lambda *told: seen.append(told)
    )

    assert counts(report) == (1500, 0, 0, 0)
    # The last order read is counted only when the next is asked for.
    assert seen == [(999, 1500), (1500, 1500)]


def test_rows_that_are_all_wrong_come_in_portions_too(file: File) -> None:
    seen: list[tuple[int, int]] = []
    rows = [row(str(number), quantity="many") for number in range(1, 1501)]

    report = load_orders(
        make_shop(), "generic", file(*rows), now=NOW, progress=lambda *told: seen.append(told)
    )

    assert report.rejected == len(report.problems) == 1500
    assert len(seen) == 2


def test_an_order_that_only_the_database_refuses_spoils_no_other(file: File) -> None:
    # A rule that the database knows and nobody else: order 2 must not exist.
    shop = make_shop()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE orders_order ADD CONSTRAINT not_two CHECK (number <> '2') NOT VALID"
        )

    report = load_orders(shop, "generic", file(row("1"), row("2"), row("3")), now=NOW)

    assert counts(report) == (2, 0, 0, 1)
    assert set(Order.objects.values_list("number", flat=True)) == {"1", "3"}
    assert report.problems[0].value == "2"


@pytest.mark.parametrize("first", ["items", "orders"])
def test_etsys_two_files_one_after_the_other_fill_each_others_blanks(
    real_data: Path, first: str
) -> None:
    shop = make_shop(currency="USD")
    files = {
        "orders": real_data / "etsy/csv/EtsySoldOrders2025.csv",
        "items": real_data / "etsy/csv/EtsySoldOrderItems2025.csv",
    }
    second = "orders" if first == "items" else "items"

    load_orders(shop, "etsy", files[first], now=NOW)
    load_orders(shop, "etsy", files[second], now=NOW)

    assert Order.objects.count() == 3
    for order in Order.objects.all():
        assert order.lines.exists()
        assert order.ship_city
        assert order.paid_amount == order.total
    report = load_orders(shop, "etsy", files[first], items=files[second], now=NOW)
    assert counts(report) == (0, 0, 3, 0)


def test_old_orders_are_never_thanked_for_after_an_import(file: File) -> None:
    from notifications.models import Message
    from notifications.sweep import sweep

    shop = make_shop()
    old = row("1", paid_at="2025-11-18").replace("2026-11-18T10", "2025-11-18T10")

    load_orders(shop, "generic", file(old), now=NOW)
    sweep(NOW)

    assert not Message.objects.exists()
    assert Order.objects.get(number="1").placed_at < MONDAY
