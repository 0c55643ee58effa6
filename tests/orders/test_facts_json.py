"""Facts told as JSON."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.facts import Extend, Fact, ParcelLine, Payment, Placed, Shipment
from orders.facts_json import KEYS, FactError, parse_fact, read_object
from orders.words import ScanStatus

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def parse(line: str) -> Fact:
    return parse_fact(read_object(line), now=NOW, zone=BERLIN, currency="EUR")


def test_a_placed_order_comes_with_all_its_parts() -> None:
    line = """{"fact":"placed","order":"1001","at":"2026-11-02T09:30:00Z","channel":"own",
      "currency":"EUR","terms":"on_delivery","ship_by":"2026-11-05",
      "buyer":{"name":"Zoë Ørsted","email":"zoe@example.com","language":"en"},
      "address":{"name":"Zoë Ørsted","street1":"Nygade 7","street2":"","city":"Aarhus",
        "region":"","postcode":"8000","country":"dk"},
      "lines":[{"title":"Lucky bead","sku":"LB-1","quantity":2,"unit_price":"4.50"}],
      "shipping":"3.00","tax":"0","discount":"0"}"""

    fact = parse(line)

    assert isinstance(fact, Placed)
    assert fact.at == NOW
    assert fact.ship_by == date(2026, 11, 5)
    assert fact.terms == "on_delivery"
    assert fact.buyer.email == "zoe@example.com"
    assert fact.address.country == "DK"
    assert fact.lines[0].quantity == 2
    assert fact.grand_total == Decimal("12.00")


def test_what_is_left_out_is_now_and_everything_open() -> None:
    fact = parse('{"fact":"payment","order":"1001","reference":"pi_1"}')

    assert fact == Payment(order="1001", at=NOW, amount=None, reference="pi_1")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-11-02T09:30:00Z", "2026-11-02T09:30:00+00:00"),
        ("2026-11-02T09:30:00+05:30", "2026-11-02T04:00:00+00:00"),
        ("2026-11-02T09:30:00", "2026-11-02T08:30:00+00:00"),
        ("2026-11-02 09:30", "2026-11-02T08:30:00+00:00"),
        ("2026-11-02", "2026-11-02T11:00:00+00:00"),
    ],
)
def test_times_without_a_zone_are_the_shops_and_dates_are_noon(written: str, utc: str) -> None:
    fact = parse(f'{{"fact":"extend","order":"1001","until":"{written}"}}')

    assert isinstance(fact, Extend)
    assert fact.until.isoformat() == utc


@pytest.mark.parametrize("written", ["12.10", '"12.10"', "1.21e1"])
def test_amounts_are_exact_as_strings_and_as_numbers(written: str) -> None:
    fact = parse(f'{{"fact":"payment","order":"1001","amount":{written}}}')

    assert isinstance(fact, Payment)
    assert str(fact.amount) == "12.1" if "e" in written else "12.10"


def test_a_parcels_lines_name_items_by_sku_or_title() -> None:
    fact = parse(
        '{"fact":"shipment","order":"1001","lines":[{"sku":"LB-1","quantity":2},{"title":"Card"}]}'
    )

    assert isinstance(fact, Shipment)
    assert fact.lines == (ParcelLine("LB-1", 2), ParcelLine("Card", 1))


def test_scans_have_the_carriers_statuses() -> None:
    fact = parse('{"fact":"scan","order":"1001","parcel":2,"status":"in_transit"}')

    assert fact.status == ScanStatus.IN_TRANSIT  # type: ignore[attr-defined]
    assert fact.parcel == "2"  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KEYS)
def test_every_fact_refuses_unknown_keys_and_names_the_nearest(kind: str) -> None:
    with pytest.raises(FactError, match=r"no key “ordre”.*did you mean “order”"):
        parse(f'{{"fact":"{kind}","ordre":"1001"}}')


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[1]", "JSON object"),
        ('"pause"', "JSON object"),
        ('{"order":"1001"}', "“fact” is missing"),
        ('{"fact":["pause"],"order":"1001"}', "no “.*pause"),
        ('{"fact":"paiment","order":"1001"}', "did you mean “payment”"),
        ('{"fact":"payment"}', "needs the key “order”"),
        ('{"fact":"payment","order":""}', "needs the key “order”"),
        ('{"fact":"payment","order":true}', "order: “True” is not text"),
        ('{"fact":"payment","order":"1","amount":"12,00"}', "amount: “12,00” is no amount"),
        ('{"fact":"payment","order":"1","amount":"0"}', "amount: “0”.*more than zero"),
        ('{"fact":"payment","order":"1","amount":"1.2345"}', "three decimals"),
        ('{"fact":"payment","order":"1","amount":123456789012}', "too large"),
        ('{"fact":"payment","order":"1","amount":NaN}', "“NaN” is no number"),
        ('{"fact":"payment","order":"1","amount":1e999999999}', "is no number"),
        ('{"fact":"payment","order":"1","at":"yesterday"}', "at: “yesterday” is no time"),
        ('{"fact":"payment","order":"1","at":"1066-10-14"}', "between 1970 and 2200"),
        ('{"fact":"extend","order":"1"}', "needs the key “until”"),
        ('{"fact":"tracking_code","order":"1"}', "needs the key “tracking_code”"),
        ('{"fact":"scan","order":"1","status":"deliverd"}', "did you mean “delivered”"),
        ('{"fact":"scan","order":"1"}', "needs the key “status”"),
        ('{"fact":"placed","order":"1","currency":"EURO"}', "currency: “EURO”"),
        ('{"fact":"placed","order":"1","channel":"etsi"}', "did you mean “etsy”"),
        ('{"fact":"placed","order":"1","terms":"later"}', "prepaid, on_delivery"),
        ('{"fact":"placed","order":"1","buyer":{"email":"zoe"}}', "buyer.email: “zoe”"),
        ('{"fact":"placed","order":"1","buyer":{"mail":"z@x.de"}}', "did you mean “email”"),
        ('{"fact":"placed","order":"1","buyer":"Zoë"}', "buyer: expected an object"),
        ('{"fact":"placed","order":"1","address":{"country":"UK"}}', "address.country: “UK”"),
        ('{"fact":"placed","order":"1","lines":{}}', "lines: expected a list"),
        ('{"fact":"placed","order":"1","lines":[{"sku":"a"}]}', r"lines\[0\]: a line needs"),
        (
            '{"fact":"placed","order":"1","lines":[{"title":"a","quantity":0}]}',
            r"lines\[0\].quantity: “0”",
        ),
        ('{"fact":"shipment","order":"1","lines":[{"quantity":1}]}', "name the item"),
        ('{"fact":"cancel","order":"1","reason":"\\u0000"}', "no text"),
        ('{"fact":"cancel","order":"1","reason":"\\ud800"}', "no text"),
        ('{"fact":"placed","order":"' + "1" * 101 + '"}', "101 characters long"),
    ],
)
def test_what_is_no_fact_is_refused_in_a_sentence(line: str, words: str) -> None:
    with pytest.raises(FactError, match=words):
        parse(line)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_any_value_for_any_key_is_parsed_or_refused(value: object) -> None:
    for kind, keys in KEYS.items():
        for key in keys:
            try:
                parse_fact({"fact": kind, "order": "1", key: value}, now=NOW, zone=BERLIN)
            except FactError as refusal:
                assert str(refusal)
