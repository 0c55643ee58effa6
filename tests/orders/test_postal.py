"""Addresses by the custom of their country."""

import pytest

from orders.facts import Address
from orders.postal import postal_lines


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            Address("Zoë Ørsted", "Nygade 7", "", "Aarhus", "", "8000", "DK"),
            ("Zoë Ørsted", "Nygade 7", "8000 Aarhus", "Denmark"),
        ),
        (
            Address("Jamie Rivers", "123 Main St", "Apt 4", "Lakewood", "CO", "80226", "US"),
            ("Jamie Rivers", "123 Main St", "Apt 4", "Lakewood, CO 80226", "United States"),
        ),
        (
            Address("佐藤 さくら", "四条通 37", "", "京都市", "京都府", "600-8001", "JP"),
            ("〒600-8001", "京都府", "四条通 37", "佐藤 さくら", "Japan"),
        ),
        (Address(name="Zoë", city="Nowhere", country="XX"), ("Zoë", "Nowhere", "XX")),
        (Address(name="Zoë", city="Nowhere"), ("Zoë", "Nowhere")),
        (Address(), ()),
    ],
)
def test_an_address_is_written_as_in_its_country(address: Address, lines: tuple[str, ...]) -> None:
    assert postal_lines(address) == lines


def test_the_country_is_left_out_at_home() -> None:
    address = Address("Ada", "Weg 1", "", "Leipzig", "", "04109", "DE")

    assert postal_lines(address, home="DE") == ("Ada", "Weg 1", "04109 Leipzig")


def test_the_country_is_named_in_the_letters_language() -> None:
    address = Address(name="Ada", country="DE")

    assert postal_lines(address, language="de-AT")[-1] == "Deutschland"
