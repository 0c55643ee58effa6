"""The address check: by the rules, by the carrier over real HTTP, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orders.models import AddressCheck, Order, ShippingProfile
from orders.shipping import addresses
from orders.shipping.addresses import Given
from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.secrets import encrypt
from orders.values import Address
from tests.easypost import KEY, EasyPostServer, easypost_server, refused
from tests.factory import MONDAY, make_order, make_shop, record
from tests.orders.test_address_fact import STRANDVEJ, given

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(hours=3)
HARBOR = Address("Elizabeth Swan", "179 N Harbor Dr", "", "Redondo Beach", "CA", "90277", "US")


@pytest.fixture
def carrier(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        yield running


@pytest.fixture
def order(carrier: EasyPostServer) -> Order:
    """An order to Redondo Beach in a shop with an account."""
    shop = make_shop()
    ShippingProfile.objects.create(shop=shop, easypost_key=encrypt(KEY))
    return make_order(shop, "1001", address=HARBOR)


def corrected(carrier: EasyPostServer) -> None:
    carrier.answers.corrections[HARBOR.street1] = {"street2": "Apt 4", "zip": "90278-1111"}


def fresh(order: Order) -> Order:
    return Order.objects.select_related("address_check", "shop").get(pk=order.pk)


def test_without_an_account_the_rules_of_the_country_decide() -> None:
    order = make_order(number="1001", address=replace(STRANDVEJ, city=""))

    found = addresses.check(order, NOW)

    assert (found.verdict, found.by_carrier) == ("bad", False)
    assert found.findings == ["The city is missing."]
    assert found.is_about(order.address)


def test_a_good_address_is_verified_by_the_carrier(order: Order, carrier: EasyPostServer) -> None:
    found = addresses.check(order, NOW)

    assert (found.verdict, found.by_carrier, found.checked_at) == ("good", True, NOW)
    [asked] = carrier.asked("POST", "/addresses")
    assert asked.body["address"]["street1"] == "179 N Harbor Dr"


def test_the_carriers_capitals_and_longer_zip_code_are_no_correction_but_can_be_taken(
    order: Order, carrier: EasyPostServer
) -> None:
    found = addresses.check(order, NOW)

    assert found.verdict == "good"
    assert found.suggested == Address(
        "Elizabeth Swan", "179 N HARBOR DR", "", "REDONDO BEACH", "CA", "90277-1234", "US"
    )


def test_what_the_carrier_would_change_is_a_suggestion(
    order: Order, carrier: EasyPostServer
) -> None:
    corrected(carrier)

    found = addresses.check(order, NOW)

    assert found.verdict == "corrected"
    assert found.suggested is not None
    assert (found.suggested.street2, found.suggested.postcode) == ("APT 4", "90278-1111")
    assert found.suggested.name == "Elizabeth Swan"


def test_where_nobody_lives_cannot_be_delivered_to(order: Order) -> None:
    record(order.shop, given(replace(HARBOR, street1="1 Unknown Road")))

    found = addresses.check(fresh(order), NOW)

    assert (found.verdict, found.by_carrier, found.suggestion) == ("bad", True, None)
    assert found.findings == ["Address not found"]


def test_the_carrier_mends_what_the_rules_would_not_let_pass(
    order: Order, carrier: EasyPostServer
) -> None:
    record(order.shop, given(replace(HARBOR, postcode="")))
    carrier.answers.corrections[HARBOR.street1] = {"zip": "90277"}

    found = addresses.check(fresh(order), NOW)

    assert found.verdict == "corrected"
    assert found.suggested is not None
    assert found.suggested.postcode == "90277-1234"


def test_without_a_street_nobody_is_asked(order: Order, carrier: EasyPostServer) -> None:
    record(order.shop, given(replace(HARBOR, street1="")))

    found = addresses.check(fresh(order), NOW)

    assert found.findings == ["The street is missing."]
    assert carrier.requests == []


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (401, refused("APIKEY.INACTIVE", "This api key is no longer active."), Trouble.KEY),
        (429, refused("RATE_LIMITED", "Slow down."), Trouble.BUSY),
        (503, "<html>Sorry</html>", Trouble.DOWN),
    ],
)
def test_no_answer_is_an_error_with_a_sentence_and_leaves_no_verdict(
    order: Order, carrier: EasyPostServer, status: int, body: Any, trouble: Trouble
) -> None:
    carrier.fail("/addresses*", status, body)

    with pytest.raises(ShippingError) as error:
        addresses.check(order, NOW)

    assert error.value.trouble == trouble
    assert not AddressCheck.objects.exists()


def test_checking_again_replaces_what_was_found(order: Order, carrier: EasyPostServer) -> None:
    corrected(carrier)
    addresses.check(order, NOW)
    carrier.answers.corrections.clear()

    found = addresses.check(order, NOW + timedelta(hours=1))

    assert found.verdict == "good"
    assert AddressCheck.objects.count() == 1


def test_a_suggestion_taken_is_the_orders_address_and_checked(
    order: Order, carrier: EasyPostServer
) -> None:
    corrected(carrier)
    suggested = addresses.check(order, NOW).suggested

    assert addresses.take_suggestion(order, NOW) is True

    after = fresh(order)
    assert after.address == suggested
    assert after.address_check.is_about(after.address)
    assert after.address_check.verdict == "good"
    event = after.events.get(kind="address")
    assert (event.source, event.at) == ("carrier", NOW)


def test_a_suggestion_is_taken_once(order: Order, carrier: EasyPostServer) -> None:
    corrected(carrier)
    addresses.check(order, NOW)
    addresses.take_suggestion(order, NOW)

    assert addresses.take_suggestion(order, NOW + timedelta(hours=1)) is False
    assert order.events.filter(kind="address").count() == 1


def test_a_suggestion_for_an_address_changed_meanwhile_is_not_taken(
    order: Order, carrier: EasyPostServer
) -> None:
    corrected(carrier)
    addresses.check(order, NOW)
    record(order.shop, given(STRANDVEJ))

    assert addresses.take_suggestion(order, NOW) is False
    assert fresh(order).address == STRANDVEJ


def test_an_address_kept_is_kept_until_it_changes(order: Order, carrier: EasyPostServer) -> None:
    corrected(carrier)
    addresses.check(order, NOW)

    assert addresses.keep(order, NOW) is True
    assert addresses.keep(order, NOW) is False

    assert fresh(order).address_check.accepted_at == NOW
    record(order.shop, given(STRANDVEJ))
    after = fresh(order)
    assert not after.address_check.is_about(after.address)


def test_an_address_can_be_kept_without_a_check() -> None:
    order = make_order(number="1001", address=replace(STRANDVEJ, postcode="999"))

    assert addresses.keep(order, NOW) is True

    kept = fresh(order).address_check
    assert (kept.verdict, kept.accepted_at, kept.by_carrier) == ("bad", NOW, False)


def test_the_same_address_given_again_is_no_news() -> None:
    order = make_order(number="1001", address=STRANDVEJ)

    outcome = addresses.give(order, STRANDVEJ, now=NOW, source="buyer")

    assert outcome == Given.UNCHANGED
    assert not order.events.filter(kind="address").exists()


def test_a_given_address_says_who_gave_it() -> None:
    order = make_order(number="1001")

    outcome = addresses.give(order, STRANDVEJ, now=NOW, source="buyer")

    assert outcome == Given.RECORDED
    assert fresh(order).address == STRANDVEJ
    assert order.events.get(kind="address").source == "buyer"


def test_after_shipping_it_is_too_late() -> None:
    order = make_order(number="1001", shipped_at=MONDAY + timedelta(hours=1))

    outcome = addresses.give(order, STRANDVEJ, now=NOW, source="buyer")

    assert outcome == Given.TOO_LATE
    assert fresh(order).address != STRANDVEJ
