"""What can be told of an address without asking anybody."""

import pytest

from orders.address_rules import Finding, look_offline, mean_the_same, region_key
from orders.values import Address

HARBOR = Address(
    "Elizabeth Swan", "179 North Harbor Drive", "", "Redondo Beach", "CA", "90277", "US"
)


def parts(findings: list[Finding]) -> list[str]:
    return [finding.part for finding in findings]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    found = look_offline(Address(name="Z", street1="Nygade 7", postcode="80", country="DK"))

    assert parts(found) == ["city", "postcode", "name"]
    assert found[1].sentence == "“80” does not look like a postcode there, such as 8660."


@pytest.mark.parametrize(
    ("name", "username", "is_fine"),
    [
        ("Zoë Ørsted", "", True),
        ("", "", False),
        ("Z", "", False),
        ("Z.", "", False),
        ("bead_lover77", "", False),
        ("Beadlover", "beadlover", False),
        ("李", "", True),
    ],
)
def test_a_name_must_be_one(name: str, username: str, is_fine: bool) -> None:
    found = look_offline(Address(name, "Nygade 7", "", "Aarhus", "", "8000", "DK"), username)

    assert parts(found) == ([] if is_fine else ["name"])


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"street1": "179 N HARBOR DR"}, True),
        ({"street1": "179 N Harbor Dr.", "postcode": "90277-2541"}, True),
        ({"region": "California", "city": "REDONDO BEACH"}, True),
        ({"name": "ELIZABETH SWAN"}, True),
        ({"street1": "179 N Harbor", "street2": "Drive"}, True),
        ({"street2": "Apt 4"}, False),
        ({"postcode": "90278"}, False),
        ({"city": "Torrance"}, False),
        ({"region": "NV"}, False),
        ({"country": "MX"}, False),
    ],
)
def test_two_ways_to_write_one_address_are_told_from_two_addresses(
    changes: dict[str, str], same: bool
) -> None:
    other = Address(**(dict(zip(HARBOR.__slots__, HARBOR.values(), strict=True)) | changes))

    assert mean_the_same(HARBOR, other) is same


@pytest.mark.parametrize(
    ("country", "region", "key"),
    [
        ("US", "Oregon", "OR"),
        ("US", " or ", "OR"),
        ("CA", "Québec", "QC"),
        ("US", "Jutland", ""),
        ("DK", "Jutland", ""),
        ("", "Oregon", ""),
        ("ZZ", "Oregon", ""),
    ],
)
def test_a_state_has_a_short_name(country: str, region: str, key: str) -> None:
    assert region_key(country, region) == key
