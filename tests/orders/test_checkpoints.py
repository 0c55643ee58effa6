"""The gates of an order, and their evidence."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from orders.checkpoints import Checkpoint, checkpoints
from orders.models import AddressCheck, Order, Shipment, Shop
from orders.showing import Showing

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
BERLIN = Shop(timezone="Europe/Berlin", country="DE", language="de")
NYGADE = {
    "ship_name": "Zoë Ørsted",
    "ship_street1": "Nygade 7",
    "ship_city": "Aarhus",
    "ship_postcode": "8000",
    "ship_country": "DK",
}


def gates(
    *parcels: Shipment,
    username: str = "",
    address_check: AddressCheck | None = None,
    **fields: Any,
) -> dict[str, Checkpoint]:
    order = Order(**{"currency": "EUR", "total": Decimal(12), **NYGADE, **fields})
    showing = Showing(BERLIN)
    found = checkpoints(
        order, parcels, username=username, showing=showing, address_check=address_check
    )
    return {checkpoint.name: checkpoint for checkpoint in found}


def test_a_new_order_waits_for_everything_but_its_address() -> None:
    found = gates()

    assert {name: str(gate.state) for name, gate in found.items()} == {
        "paid": "open",
        "address": "passed",
        "name": "passed",
        "packed": "open",
        "label": "open",
        "first_scan": "open",
        "delivered": "open",
    }
    assert found["paid"].evidence == "12,00\u00a0€ of 12,00\u00a0€ are still to be paid."


def test_a_delivered_order_has_passed_them_all() -> None:
    parcel = Shipment(
        parcel="1", tracking_code="123", first_scan_at=AT, delivered_at=AT, status="delivered"
    )

    found = gates(parcel, paid_at=AT, shipped_at=AT, delivered_at=AT)

    assert {str(gate.state) for gate in found.values()} == {"passed"}
    assert found["paid"].evidence == "Paid in full on Mon, 2 Nov, 10:30."
    assert found["label"].evidence == "Tracking number: 123."


def test_an_order_paid_on_delivery_need_not_be_paid() -> None:
    assert gates(terms="on_delivery")["paid"].state == "passed"


@pytest.mark.parametrize(
    ("fields", "state", "words"),
    [
        ({"ship_city": ""}, "blocked", "The city is missing."),
        ({"ship_street1": ""}, "blocked", "The street is missing."),
        ({"ship_postcode": ""}, "blocked", "The postcode is missing."),
        ({"ship_postcode": "800"}, "blocked", "“800” does not look like a postcode there"),
        ({"ship_country": ""}, "blocked", "The country is not known."),
        ({"ship_country": "US", "ship_postcode": "97205"}, "blocked", "state or province"),
        ({"ship_country": "IE", "ship_postcode": ""}, "passed", "all that an address"),
        ({"ship_country": "IT", "ship_postcode": "40121"}, "passed", "all that an address"),
        (dict.fromkeys(NYGADE, ""), "open", "No address is known."),
        ({**dict.fromkeys(NYGADE, ""), "needs_shipping": False}, "passed", "Nothing needs"),
    ],
)
def test_an_address_is_held_against_its_countrys_rules(
    fields: dict[str, Any], state: str, words: str
) -> None:
    gate = gates(**fields)["address"]

    assert gate.state == state
    assert words in gate.evidence


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("", "blocked"),
        ("Z", "blocked"),
        ("Z.", "blocked"),
        ("bead_lover77", "blocked"),
        ("sunny.day", "blocked"),
        ("Björk", "passed"),
        ("Mary-Jane O’Brien", "passed"),
        ("李", "passed"),
        ("李明", "passed"),
        ("J. R. Ewing", "passed"),
    ],
)
def test_a_name_must_be_one(name: str, state: str) -> None:
    assert gates(ship_name=name)["name"].state == state


def test_a_name_that_is_the_user_name_is_none() -> None:
    assert gates(ship_name="Beadlover", username="beadlover")["name"].state == "blocked"


def test_a_parcel_on_its_way_back_blocks_delivery() -> None:
    parcel = Shipment(parcel="1", tracking_code="1", status="return_to_sender", returned=True)

    gate = gates(parcel, shipped_at=AT)["delivered"]

    assert (gate.state, gate.evidence) == ("blocked", "Parcel 1: on its way back.")


def test_a_parcel_without_a_number_leaves_the_label_open() -> None:
    numbered = Shipment(parcel="1", tracking_code="1")

    gate = gates(numbered, Shipment(parcel="2"), shipped_at=AT)["label"]

    assert (gate.state, gate.evidence) == ("open", "Parcel 2 has no tracking number.")


def checked(**fields: Any) -> AddressCheck:
    """A check by the carrier of the address that the orders of these tests have."""
    address = {"name": "Zoë Ørsted", "street1": "Nygade 7", "city": "Aarhus"}
    address |= {"postcode": "8000", "country": "DK"}
    given = {"address": address, "verdict": "good", "by_carrier": True, "checked_at": AT}
    return AddressCheck(**(given | fields))


@pytest.mark.parametrize(
    ("check", "state", "evidence"),
    [
        (checked(), "passed", "Verified by the carrier on Mon, 2 Nov."),
        (
            checked(
                verdict="corrected",
                suggestion={
                    "name": "Zoë Ørsted",
                    "street1": "Nygade 7, 2. tv",
                    "city": "Aarhus C",
                    "postcode": "8000",
                    "country": "DK",
                },
            ),
            "open",
            "The carrier would write: Nygade 7, 2. tv, 8000 Aarhus C",
        ),
        (
            checked(verdict="bad", findings=["Address not found."]),
            "blocked",
            "Cannot be delivered to: Address not found.",
        ),
        (
            checked(findings=["Missing the number of the flat."]),
            "open",
            "The carrier delivers there, and has a doubt: Missing the number of the flat.",
        ),
        (
            checked(verdict="bad", accepted_at=AT),
            "passed",
            "You keep it as it is, since Mon, 2 Nov.",
        ),
        (checked(by_carrier=False), "passed", "It has all that an address of its country needs."),
        (
            checked(address={"name": "Zoë Ørsted", "street1": "Nygade 8"}),
            "open",
            "It was changed after it was checked. Check it again.",
        ),
    ],
)
def test_what_the_carrier_said_counts_for_the_address_it_was_asked_about(
    check: AddressCheck, state: str, evidence: str
) -> None:
    gate = gates(address_check=check)["address"]

    assert (gate.state, gate.evidence) == (state, evidence)


def test_a_name_that_the_seller_keeps_is_one() -> None:
    check = checked(address={**checked().address, "name": "Z"}, accepted_at=AT)

    assert gates(ship_name="Z", address_check=check)["name"].state == "passed"


@pytest.mark.parametrize(
    ("language", "country", "read", "written"),
    [
        ("en", "US", "de", "$94.70"),
        ("en", "US", "en", "$94.70"),
        ("de", "DE", "en", "94,70\u00a0$"),
    ],
)
def test_money_is_written_as_in_the_shop_whatever_the_reader_speaks(
    language: str, country: str, read: str, written: str
) -> None:
    shop = Shop(language=language, country=country)
    order = Order(currency="USD", total=Decimal("94.70"))

    with translation.override(read):
        paid = checkpoints(order, [], username="", showing=Showing(shop))[0]

    assert paid.evidence.startswith(written)
