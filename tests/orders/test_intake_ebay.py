"""eBay's orders report in its layouts."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from orders.facts import ParcelLine
from tests.orders.intake_files import OWN, read, utc, write

HEADER = (
    "Sales Record Number,Order Number,Buyer Username,Item Title,Custom Label,Quantity,Sold For,"
    "Shipping And Handling,Total Price,Sale Date,Paid On Date,Shipped On Date,Tracking Number,"
    "Transaction ID\n"
)


def test_the_german_layout_is_read() -> None:
    orders, problems = read("ebay", OWN / "ebay_de.csv", currency="USD")

    placed = orders["11-01001-00001"].placed
    assert not problems and len(orders) == 2
    assert (placed.total, placed.shipping, placed.currency) == (
        Decimal("1029.90"),
        Decimal("5.90"),
        "EUR",
    )
    assert (placed.at, placed.ship_by) == (utc("2026-03-01 11:00"), date(2026, 3, 6))
    assert (placed.buyer.name, placed.buyer.username) == ("Jürgen Groß", "klee_blatt")
    assert (placed.address.city, placed.address.country) == ("Köln", "DE")
    assert orders["11-01001-00001"].payments[0].at == utc("2026-03-02 11:00")
    [parcel] = orders["11-01001-00001"].shipments
    assert (parcel.carrier, parcel.tracking_code) == ("DHL", "00340434161094000001")


def test_a_summary_row_and_its_item_rows_are_one_order() -> None:
    order = read("ebay", OWN / "ebay_de.csv")[0]["11-01002-00002"]

    assert (order.placed.total, order.placed.subtotal) == (Decimal("48.00"), Decimal("36.00"))
    assert [(x.title, x.quantity, x.unit_price) for x in order.placed.lines] == [
        ("Tasse", 2, Decimal("12.00")),
        ("Untertasse", 1, Decimal("12.00")),
    ]
    assert (order.placed.address.city, order.placed.address.country) == ("Wien", "AT")
    assert order.payments[0].amount == Decimal("48.00")
    assert not order.shipments


def test_the_uk_layout_is_read_with_two_parcels() -> None:
    order = read("ebay", OWN / "ebay_uk.csv")[0]["09-12345-11111"]

    assert (order.placed.currency, order.placed.address.country) == ("GBP", "GB")
    assert order.placed.note == "Please leave\nwith a neighbour"
    assert [(x.parcel, x.tracking_code, x.carrier) for x in order.shipments] == [
        ("1", "RM111GB", "Royal Mail"),
        ("2", "RM222GB", "Royal Mail"),
    ]


def test_a_sale_never_paid_goes_by_its_record_number() -> None:
    order = read("ebay", OWN / "ebay_uk.csv")[0]["72"]

    assert (order.payments, order.former_number) == ((), "")
    assert order.placed.total == Decimal("7.20")


def test_a_sale_that_got_its_order_number_remembers_the_record_number() -> None:
    assert read("ebay", OWN / "ebay_uk.csv")[0]["09-12345-11111"].former_number == "71"


def test_parcels_are_counted_by_the_day_of_shipping(tmp_path: Path) -> None:
    text = (
        "9,1-1-1,bob,,,3,$30.00,$5.00,$35.00,Jul-25-26,Jul-25-26,,,\n"
        "9,1-1-1,bob,Mug,M,2,$10.00,,,Jul-25-26,Jul-25-26,Jul-30-26,AAA,11\n"
        "9,1-1-1,bob,Cup,C,1,$10.00,,,Jul-25-26,Jul-25-26,Jul-28-26,BBB,12\n"
    )

    order = read("ebay", write(tmp_path, HEADER + text))[0]["1-1-1"]

    assert [(x.parcel, x.tracking_code, x.lines) for x in order.shipments] == [
        ("1", "BBB", (ParcelLine("C", 1),)),
        ("2", "AAA", (ParcelLine("M", 2),)),
    ]


def test_sold_for_may_be_the_price_of_the_line(tmp_path: Path) -> None:
    text = "9,1-1-1,bob,Mug,M,2,$20.00,$5.00,$25.00,Jul-25-26,Jul-25-26,,,11\n"

    order = read("ebay", write(tmp_path, HEADER + text))[0]["1-1-1"]

    assert order.placed.lines[0].unit_price == Decimal("10.00")


def test_the_same_report_twice_in_one_file_doubles_nothing(tmp_path: Path) -> None:
    text = "9,1-1-1,bob,Mug,M,1,$20.00,$5.00,$25.00,Jul-25-26,Jul-25-26,,,11\n"

    order = read("ebay", write(tmp_path, HEADER + text + HEADER + text))[0]["1-1-1"]

    assert (len(order.placed.lines), order.placed.total) == (1, Decimal("25.00"))


def test_an_unreadable_date_names_the_german_column(tmp_path: Path) -> None:
    raw = (OWN / "ebay_de.csv").read_bytes().replace(b"01-Mrz-26", b"01-Foo-26")

    orders, problems = read("ebay", write(tmp_path, raw))

    assert list(orders) == ["11-01002-00002"]
    assert [(x.row, x.column, x.value) for x in problems] == [(4, "Verkauft am", "01-Foo-26")]
