"""Tracking links: the right carrier's page, or none at all."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from orders.shipping.carriers import ALIASES, TRACKING_PAGES, tracking_url


@pytest.mark.parametrize(
    ("carrier", "code", "url"),
    [
        (
            "USPS",
            "9400111899223197428490",
            "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400111899223197428490",
        ),
        ("UPS", "1Z999AA10123456784", "https://www.ups.com/track?tracknum=1Z999AA10123456784"),
        (
            "DHL Paket",
            "00340434161094000000",
            "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html"
            "?piececode=00340434161094000000",
        ),
        ("FedEx", "794644790132", "https://www.fedex.com/fedextrack/?trknbr=794644790132"),
        (
            "Royal Mail",
            "AB123456789GB",
            "https://www.royalmail.com/track-your-item#/tracking-results/AB123456789GB",
        ),
    ],
)
def test_a_known_carrier_has_its_own_page(carrier: str, code: str, url: str) -> None:
    assert tracking_url(carrier, code) == url


@pytest.mark.parametrize(
    "name",
    ["Royal Mail", "ROYAL_MAIL", "royal-mail", " royalmail ", "RoyalMail", "Royal Mail Group"],
)
def test_a_carrier_is_known_however_its_name_is_written(name: str) -> None:
    assert tracking_url(name, "X1").startswith("https://www.royalmail.com/")


@pytest.mark.parametrize(
    ("one", "other"), [("DHL Express", "DHL Paket"), ("DPD", "DPD UK"), ("Hermes", "Hermes UK")]
)
def test_carriers_of_nearly_one_name_have_different_pages(one: str, other: str) -> None:
    assert urlsplit(tracking_url(one, "X1")).netloc != urlsplit(tracking_url(other, "X1")).netloc


@pytest.mark.parametrize("carrier", ["", "My cousin's van", "Other", "USPS or UPS"])
def test_an_unknown_carrier_gets_no_link_rather_than_a_wrong_one(carrier: str) -> None:
    assert tracking_url(carrier, "9400111899223197428490") == ""


@pytest.mark.parametrize("code", ["", "  "])
def test_a_parcel_without_a_number_has_no_link(code: str) -> None:
    assert tracking_url("USPS", code) == ""


def test_a_number_cannot_change_the_address_it_stands_in() -> None:
    url = tracking_url("UPS", " 1Z/../?x=1&y=2#<script> ")

    assert url == "https://www.ups.com/track?tracknum=1Z%2F..%2F%3Fx%3D1%26y%3D2%23%3Cscript%3E"


@pytest.mark.parametrize("carrier", TRACKING_PAGES)
def test_every_page_is_safe_to_link_to(carrier: str) -> None:
    page = urlsplit(tracking_url(carrier, "X1"))

    assert page.scheme == "https"
    assert "X1" in tracking_url(carrier, "X1")
    assert "." in page.netloc


@pytest.mark.parametrize(("alias", "carrier"), ALIASES.items())
def test_every_other_name_leads_to_a_carrier_in_the_table(alias: str, carrier: str) -> None:
    assert carrier in TRACKING_PAGES
    assert alias not in TRACKING_PAGES
    assert tracking_url(alias, "X1") == tracking_url(carrier, "X1")
