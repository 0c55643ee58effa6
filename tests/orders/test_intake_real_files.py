"""Exports that others made. What is expected was checked by hand against each file once."""

from decimal import Decimal
from pathlib import Path

import pytest

from orders.facts import ParcelLine
from orders.intake.incoming import UnreadableFile
from tests.orders.intake_files import read, utc


def test_etsys_re_saved_orders(real_data: Path) -> None:
    orders, problems = read("etsy", real_data / "etsy/csv/EtsySoldOrders2023_resaved_tab.csv")

    assert not problems and len(orders) == 18
    assert sum(x.placed.grand_total for x in orders.values()) == Decimal("511.67")
    assert all(x.payments and x.shipments and x.placed.currency == "USD" for x in orders.values())
    assert orders["3282766723"].placed.address.postcode == "06066"
    assert orders["3241226353"].placed.address.postcode == "02148"
    assert orders["3276090016"].placed.buyer.name == "Thân Hà Marrowby"
    assert orders["3257733823"].placed.address.city == "Québec"
    assert orders["3241226353"].placed.buyer.username == ""
    assert {x.placed.address.country for x in orders.values()} == {"US", "GB", "CA"}
    assert orders["3209837254"].placed.at == utc("2023-11-30 11:00")
    assert orders["3209837254"].shipments[0].at == utc("2023-12-04 11:00")


def test_etsys_two_files_joined(real_data: Path) -> None:
    folder = real_data / "etsy/csv"

    orders, problems = read(
        "etsy", folder / "EtsySoldOrders2025.csv", folder / "EtsySoldOrderItems2025.csv"
    )

    assert not problems
    assert {number: x.placed.total for number, x in orders.items()} == {
        "4085554431": Decimal("80.85"),
        "4064871352": Decimal("29.90"),
        "4047203880": Decimal("25.52"),
    }
    assert [len(x.placed.lines) for x in orders.values()] == [2, 1, 1]
    assert [bool(x.shipments) for x in orders.values()] == [False, True, True]
    assert orders["4064871352"].placed.buyer.name == "Renée Oßwald"
    assert orders["4064871352"].placed.lines[0].title == 'Bud Vase "Tiny"'
    assert "Zoë & Max" in orders["4085554431"].placed.lines[0].variation


def test_etsys_items_alone(real_data: Path) -> None:
    orders, problems = read("etsy", real_data / "etsy/csv/EtsySoldOrderItems2025.csv")

    assert not problems
    assert {number: x.placed.total for number, x in orders.items()} == {
        "4085554431": Decimal("74.04"),
        "4064871352": Decimal("29.90"),
        "4047203880": Decimal("25.52"),
    }


def test_ebays_report(real_data: Path) -> None:
    orders, problems = read("ebay", real_data / "ebay/csv/eBay-OrdersReport_us_reconstructed.csv")

    assert not problems
    assert {number: x.placed.total for number, x in orders.items()} == {
        "22-24934-88735": Decimal("978.45"),
        "22-24941-10233": Decimal("49.97"),
        "114": Decimal("26.00"),
    }
    combined = orders["22-24941-10233"]
    assert combined.placed.buyer.email == "0f9e8d7c6b5a@members.ebay.com"
    assert combined.placed.buyer.name == "Dana Ortiz-Núñez"
    assert [(x.at, x.tracking_code, x.lines) for x in combined.shipments] == [
        (utc("2026-07-29 10:00"), "1Z0000000000000001", (ParcelLine("MUG-B", 2),)),
        (utc("2026-07-30 10:00"), "1Z0000000000000002", (ParcelLine("SCR-1", 1),)),
    ]
    assert orders["114"].payments == ()


def test_shopifys_export(real_data: Path) -> None:
    orders, problems = read("shopify", real_data / "shopify/csv/orders_export_eur.csv")

    assert not problems and len(orders) == 15
    assert sum(x.placed.grand_total for x in orders.values()) == Decimal("3566.87")
    first = orders["2310"]
    assert [x.quantity for x in first.placed.lines] == [1, 1, 1, 2]
    assert (first.placed.discount, first.refunded) == (Decimal("47.54"), Decimal("155.74"))
    assert first.placed.address.postcode == "10230"
    assert orders["2311"].placed.address.postcode == "03431"
    assert orders["2311"].shipments[0].at == utc("2024-03-13 09:48:06")
    cancelled = orders["2316"]
    assert (cancelled.cancelled_at, cancelled.refunded) == (
        utc("2024-03-11 08:13:36"),
        Decimal("184.60"),
    )
    assert orders["2315"].placed.address.city == "New York"
    assert [x.lines for x in orders["2327"].shipments] == [(ParcelLine("HB0246SA 004 61", 1),)]
    unsent = [number for number, x in orders.items() if not x.shipments]
    assert unsent == ["2314", "2316", "2323", "2326", "2330", "2331"]


def test_shopifys_export_with_a_byte_order_mark_tells_the_same(real_data: Path) -> None:
    folder = real_data / "shopify/csv"

    some, problems = read("shopify", folder / "orders_export_eur_bom_crlf.csv")
    every, _ = read("shopify", folder / "orders_export_eur.csv")

    assert not problems and list(some) == ["2310", "2311", "2312"]
    assert all(every[number].placed == order.placed for number, order in some.items())


WOO = {
    "docs_v3_orders_0.json": {"727": "29.35"},
    "docs_v3_orders_1.json": {"727": "29.35"},
    "docs_v3_orders_2.json": {"727": "29.35", "723": "39.00"},
    "docs_v3_orders_3.json": {"727": "29.35"},
    "docs_v3_orders_4.json": {"727": "29.35"},
    "order.json": {"963": "31.20"},
    "order-alternative-types.json": {"963": "31.20"},
    "order-details-partially-refunded.json": {"324": "304.45"},
    "order-fully-refunded.json": {"609": "223.71"},
    "order-with-attribution-info.json": {"459": "4.00"},
    "order-with-bundled-line-items.json": {"357": "120.20"},
    "order-with-line-item-attributes.json": {"3207": "153.42"},
    "order-with-special-character-currency.json": {"963": "31.20"},
    "order-with-subscription-renewal.json": {"526": "14.50"},
    "orders-load-all.json": {"963": "31.20", "961": "20.00", "960": "20.00", "560": "1198.50"},
    "orders-load-all-without-data.json": {"963": "31.20"},
}


@pytest.mark.parametrize(("name", "totals"), WOO.items())
def test_woocommerces_orders(real_data: Path, name: str, totals: dict[str, str]) -> None:
    orders, problems = read("woocommerce", real_data / "woocommerce" / name)

    assert not problems
    assert {number: f"{x.placed.total}" for number, x in orders.items()} == totals
    assert all(x.payments for x in orders.values())


def test_woocommerces_details(real_data: Path) -> None:
    folder = real_data / "woocommerce"
    orders, _ = read("woocommerce", folder / "orders-load-all.json")
    several, _ = read("woocommerce", folder / "docs_v3_orders_2.json")
    bundle, _ = read("woocommerce", folder / "order-with-bundled-line-items.json")
    dirham, _ = read("woocommerce", folder / "order-with-special-character-currency.json")

    assert [x.tracking_code for x in orders["560"].shipments] == ["780201939860", "780237489895"]
    assert orders["560"].refunded == Decimal("225.00")
    assert len(orders["560"].placed.lines) == 8
    assert several["723"].refunded == Decimal("19.00")
    assert several["723"].placed.buyer.name == "João Silva"
    assert several["727"].payments[0].at == utc("2017-03-22 19:28:08")
    assert bundle["357"].placed.address.street2 == "632 O’Conner Skyway"
    assert dirham["963"].placed.currency == "AED"


def test_woocommerces_batch_answer(real_data: Path) -> None:
    orders, problems = read("woocommerce", real_data / "woocommerce/docs_v3_orders_5.json")

    assert list(orders) == ["728", "729", "727"]
    assert [x.value for x in problems] == ["723"]
    assert not orders["728"].payments


@pytest.mark.parametrize(
    "name",
    [
        "broken-order.json",
        "broken-orders.json",
        "mock_orders_3337.json",
        "mock_orders_3337_add_fee.json",
    ],
)
def test_woocommerces_drafts_and_templates_are_rejected(real_data: Path, name: str) -> None:
    orders, problems = read("woocommerce", real_data / "woocommerce" / name)

    assert (len(orders), len(problems)) == (0, 1)


def test_every_other_file_of_the_marketplaces_gets_a_sentence(real_data: Path) -> None:
    folders = ("woocommerce", "etsy/api", "ebay/api", "shopify/rest", "shopify/docs")
    paths = [path for folder in folders for path in (real_data / folder).glob("*.json")]
    orders = {"woocommerce/" + name for name in WOO} | {"woocommerce/docs_v3_orders_5.json"}
    rejected = ("broken-", "mock_orders_3337")
    others = [
        path
        for path in paths
        if str(path.relative_to(real_data)) not in orders and not path.name.startswith(rejected)
    ]

    assert len(others) > 70
    for path in others:
        for channel in ("etsy", "ebay", "shopify", "woocommerce", "generic"):
            with pytest.raises(UnreadableFile) as told:
                read(channel, path)
            assert len(str(told.value)) > 20
