"""The gateway against the replaying server: asked rightly, read rightly."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from orders.facts import Address
from orders.shipping.gateway import EasyPost
from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.values import (
    ClaimRequest,
    Contact,
    Customs,
    CustomsItem,
    ParcelSize,
    Purchase,
    ShipmentRequest,
)
from orders.words import ScanStatus
from tests.easypost import KEY, EasyPostServer, easypost_server

HARBOR = Address("Elizabeth Swan", "179 N Harbor Dr", "", "Redondo Beach", "CA", "90277", "US")
TOWNSEND = Address("Jack Sparrow", "388 Townsend St", "", "San Francisco", "CA", "94107", "US")
BERLIN = Address("Zoë Ørsted", "Torstraße 1", "", "Berlin", "", "10119", "DE")
BEAD = CustomsItem("Lucky bead", 2, Decimal("9.00"), "USD", 80, "711719", "US")


@pytest.fixture
def server(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        yield running


@pytest.fixture
def easypost(server: EasyPostServer) -> EasyPost:
    return EasyPost(KEY)


def ask(reference: str = "ref-1", recipient: Address = HARBOR, **more: Any) -> ShipmentRequest:
    size = ParcelSize(500, 250, 200, 100)
    sender = Contact(TOWNSEND, phone="4155550100")
    return ShipmentRequest(reference, sender, Contact(recipient), size, **more)


def buy(easypost: EasyPost, insure: str = "0", **more: Any) -> Purchase:
    priced = easypost.price(ask(**more))
    return easypost.buy(priced.id, priced.rates[0].id, Decimal(insure))


def test_rates_come_cheapest_first_with_their_days(easypost: EasyPost) -> None:
    priced = easypost.price(ask())

    assert [(rate.service, rate.price, rate.days) for rate in priced.rates] == [
        ("GroundAdvantage", Decimal("6.07"), 3),
        ("Priority", Decimal("7.42"), 2),
        ("Ground", Decimal("9.80"), 4),
        ("Express", Decimal("34.15"), 1),
    ]
    assert priced.reference == "ref-1"
    assert priced.bought is None


def test_grams_and_millimetres_become_ounces_and_inches(
    easypost: EasyPost, server: EasyPostServer
) -> None:
    easypost.price(ask())

    [asked] = server.asked("POST", "/shipments")
    sent = asked.body["shipment"]["parcel"]
    assert sent == {"weight": 17.7, "length": 9.8, "width": 7.9, "height": 3.9}
    assert asked.key == KEY


def test_a_parcel_of_unknown_size_is_asked_for_by_weight_alone(
    easypost: EasyPost, server: EasyPostServer
) -> None:
    size = ParcelSize(1)

    easypost.price(ShipmentRequest("r", Contact(TOWNSEND), Contact(HARBOR), size))

    [asked] = server.asked("POST", "/shipments")
    assert asked.body["shipment"]["parcel"] == {"weight": 0.1}


def test_a_carriers_word_in_place_of_a_price_is_kept(easypost: EasyPost) -> None:
    priced = easypost.price(ask(recipient=BERLIN))

    assert priced.rates == ()
    assert priced.notes == ("USPS: customs_info is required for international shipments",)


def test_customs_are_sent_along_abroad(easypost: EasyPost, server: EasyPostServer) -> None:
    priced = easypost.price(ask(recipient=BERLIN, customs=Customs("Jack Sparrow", (BEAD,))))

    [asked] = server.asked("POST", "/shipments")
    assert len(priced.rates) == 2
    assert asked.body["shipment"]["customs_info"]["customs_items"] == [
        {
            "description": "Lucky bead",
            "quantity": 2,
            "value": 9.0,
            "currency": "USD",
            "weight": 2.9,
            "hs_tariff_number": "711719",
            "origin_country": "US",
        }
    ]


def test_a_return_leaves_the_addresses_to_easypost(
    easypost: EasyPost, server: EasyPostServer
) -> None:
    easypost.price(ask(is_return=True))

    [asked] = server.asked("POST", "/shipments")
    assert asked.body["shipment"]["is_return"] is True
    assert asked.body["shipment"]["to_address"]["name"] == "Elizabeth Swan"


def test_a_label_is_bought_and_insured(easypost: EasyPost, server: EasyPostServer) -> None:
    bought = buy(easypost, insure="150", label_format="PDF")

    assert bought.bought is not None
    assert bought.bought.price == Decimal("6.07")
    assert bought.insured == Decimal(150)
    assert bought.insurance_cost == Decimal("0.75")
    assert bought.tracking_code.startswith("9400")
    assert bought.files == {"PDF": f"https://files.example.com/{bought.id}.pdf"}
    assert bought.tracker_id
    assert server.bought == {"ref-1": 1}


def test_a_label_that_is_bought_already_is_shown_and_not_bought_again(
    easypost: EasyPost, server: EasyPostServer
) -> None:
    first = buy(easypost)

    again = easypost.buy(first.id, first.rates[1].id, Decimal(0))

    assert again == first
    assert server.bought == {"ref-1": 1}


def test_every_format_of_a_label_can_be_had(easypost: EasyPost) -> None:
    bought = buy(easypost, label_format="PNG")

    easypost.file(bought.id, "PDF")
    filed = easypost.file(bought.id, "ZPL")

    assert set(filed.files) == {"PDF", "PNG", "ZPL"}


def test_a_shipment_is_found_by_our_reference(easypost: EasyPost) -> None:
    priced = easypost.price(ask("ref-7"))

    assert easypost.find("ref-7") == priced
    assert easypost.find("ref-8") is None


@pytest.mark.parametrize("is_bought", [True, False])
def test_a_shipment_is_found_in_the_list_where_references_are_no_addresses(
    easypost: EasyPost, server: EasyPostServer, is_bought: bool
) -> None:
    made = buy(easypost, reference="ref-7") if is_bought else easypost.price(ask("ref-7"))
    server.fail("/shipments/ref-7", 404, {"error": {"code": "NOT_FOUND", "message": "no"}})

    assert easypost.find("ref-7") == made


def test_a_bought_label_is_insured_afterwards(easypost: EasyPost) -> None:
    bought = buy(easypost)

    assert easypost.insure(bought.id, Decimal("99.999")).insured == Decimal("100.00")


def test_a_refund_is_asked_for_and_followed(easypost: EasyPost, server: EasyPostServer) -> None:
    bought = buy(easypost)

    asked = easypost.refund(bought.id)
    server.answers.shipments[bought.id]["refund_status"] = "refunded"

    assert asked.refund == "submitted"
    assert easypost.look(bought.id).refund == "refunded"


def test_a_scan_form_is_made_and_looked_at(easypost: EasyPost) -> None:
    bought = buy(easypost)

    form = easypost.scan_form([bought.id])

    assert form.status == "created"
    assert form.url.endswith(".pdf")
    assert easypost.look_at_form(form.id) == form


def test_a_number_is_followed(easypost: EasyPost, server: EasyPostServer) -> None:
    first = easypost.track("9400100000000000000001", "")
    server.scan(first.tracking_code, "in_transit", datetime(2026, 11, 3, tzinfo=UTC), city="Ohio")

    news = easypost.tracker(first.id)

    assert first.status == ScanStatus.UNKNOWN
    assert news.status == ScanStatus.IN_TRANSIT
    assert news.scans[0].location == "Ohio"
    assert easypost.track(first.tracking_code, "USPS").id == first.id


def test_a_claim_is_filed_followed_and_withdrawn(easypost: EasyPost) -> None:
    bought = buy(easypost, insure="100")
    request = ClaimRequest(
        bought.tracking_code, "loss", Decimal(100), "It never came.", "a@example.com", "E. Swan"
    )

    filed = easypost.claim(request)

    assert filed.status == "submitted"
    assert easypost.find_claim(bought.tracking_code) == filed
    assert easypost.look_at_claim(filed.id) == filed
    assert easypost.withdraw_claim(filed.id).status == "cancelled"
    assert easypost.find_claim(bought.tracking_code) is None


def test_a_webhook_is_made_and_taken_back(easypost: EasyPost, server: EasyPostServer) -> None:
    name = easypost.watch("https://care.example.com/hooks/easypost/1/", "sécret")

    assert server.answers.webhooks[name]["secret"] == "sécret"

    easypost.unwatch(name)
    easypost.unwatch(name)

    assert server.answers.webhooks == {}


def test_an_address_is_verified_and_corrected(easypost: EasyPost) -> None:
    good = easypost.verify(HARBOR)

    assert good.is_deliverable
    assert good.address.street1 == "179 N HARBOR DR"
    assert good.address.postcode == "90277-1234"


def test_a_bad_address_says_what_is_wrong(easypost: EasyPost) -> None:
    bad = easypost.verify(Address("J", "000 unknown street", "", "Not A City", "ZZ", "00001", "US"))

    assert not bad.is_deliverable
    assert bad.findings == ("Address not found",)


def test_a_good_key_passes_and_a_bad_one_says_so(
    easypost: EasyPost, server: EasyPostServer
) -> None:
    server.only_key = KEY
    easypost.check_key()

    with pytest.raises(ShippingError) as refused:
        EasyPost("EZAK-another").check_key()

    assert refused.value.trouble == Trouble.KEY
    assert "EZAK" not in str(refused.value)


@pytest.mark.parametrize("key", ["", "  ", "EZ K", "EZ\nAK", "EZ–AK", "sécret"])
def test_what_cannot_be_a_key_is_refused_before_anything_is_sent(
    server: EasyPostServer, key: str
) -> None:
    with pytest.raises(ShippingError) as refused:
        EasyPost(key)

    assert refused.value.trouble == Trouble.KEY
    assert server.requests == []
