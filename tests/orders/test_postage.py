"""What a label is asked for, and what is missing for it."""

from decimal import Decimal

import pytest

from orders.facts import Line, ParcelLine, Shipment
from orders.models import Box, ItemDetails, ShippingProfile, Shop
from orders.shipping.customs import is_declared
from orders.shipping.rates import compare, is_untracked, pick
from orders.shipping.values import CustomsItem, Rate
from tests.factory import MONDAY, record
from tests.labels import MAIN_STREET, NYGADE, make_paid_order, make_shipping_shop, postage

pytestmark = pytest.mark.django_db

GROUND = Rate("r1", "USPS", "GroundAdvantage", Decimal("6.07"), "USD", 3)
PRIORITY = Rate("r2", "USPS", "Priority", Decimal("7.42"), "USD", 2)
EXPRESS = Rate("r3", "USPS", "Express", Decimal("34.15"), "USD", 1)
UPS = Rate("r4", "UPSDAP", "Ground", Decimal("9.80"), "USD", None)
RATES = (EXPRESS, UPS, PRIORITY, GROUND)


@pytest.fixture
def shop() -> Shop:
    return make_shipping_shop()


def test_the_weight_is_what_each_item_weighs_and_the_box(shop: Shop) -> None:
    found = postage(make_paid_order(shop))

    assert found.weight_g == 2 * 30 + 40
    assert (found.size.length_mm, found.size.width_mm, found.size.height_mm) == (150, 100, 50)
    assert found.is_ready


def test_a_weight_that_nobody_knows_is_asked_for(shop: Shop) -> None:
    order = make_paid_order(shop, lines=(Line("Bead", sku="LB-1"), Line("Ring")))

    unknown, said = postage(order), postage(order, weight_g=250)

    assert unknown.weight_g is None
    assert [each.what for each in unknown.missing] == ["weight"]
    assert said.weight_g == 250
    assert said.is_ready


def test_another_box_weighs_otherwise(shop: Shop) -> None:
    big = Box.objects.create(
        shop=shop, name="Big", length_mm=300, width_mm=200, height_mm=100, weight_g=200
    )

    found = postage(make_paid_order(shop), box=big)

    assert found.weight_g == 260
    assert found.size.length_mm == 300


def test_a_parcel_with_a_part_of_the_order_weighs_and_is_worth_its_part(shop: Shop) -> None:
    order = make_paid_order(shop)

    found = postage(order, lines=(ParcelLine("LB-1", 1),))

    assert found.weight_g == 70
    assert found.insured == Decimal("20.00")


def test_a_parcel_is_insured_for_the_orders_value_up_to_the_limit(shop: Shop) -> None:
    order = make_paid_order(shop)

    whole = postage(order).insured
    shop.policy.__class__.objects.update(insure_up_to=Decimal(30))
    limited = postage(order).insured
    own = postage(order, insured=Decimal(100)).insured
    shop.policy.__class__.objects.update(insure=False)
    off = postage(order).insured

    assert (whole, limited, own, off) == (Decimal(45), Decimal(30), Decimal(100), Decimal(0))


def test_the_service_is_the_policys_by_destination_unless_the_buyer_asked(shop: Shop) -> None:
    shop.policy.__class__.objects.update(abroad_service="USPS PriorityMailInternational")
    home, abroad = make_paid_order(shop), make_paid_order(shop, "1002", address=NYGADE)
    wish = make_paid_order(shop, "1003", requested_service="USPS Express")

    assert postage(home).wanted == "USPS Priority"
    assert not postage(home).is_wish
    assert postage(abroad).wanted == "USPS PriorityMailInternational"
    assert (postage(wish).wanted, postage(wish).is_wish) == ("USPS Express", True)


def test_customs_is_asked_for_before_buying_item_by_item(shop: Shop) -> None:
    lines = (Line("Lucky bead", sku="LB-1", unit_price=Decimal(20)), Line("Gift", sku="G"))
    order = make_paid_order(shop, address=NYGADE, lines=lines)

    found = postage(order)

    assert found.is_abroad
    assert found.customs is None
    assert [(each.what, each.item) for each in found.missing] == [
        ("hs_code", "LB-1"),
        ("origin", "LB-1"),
        ("hs_code", "G"),
        ("origin", "G"),
        ("weight_g", "G"),
        ("value", "G"),
        ("weight", ""),
    ]


def test_the_customs_form_holds_code_origin_value_and_weight_of_each_line(shop: Shop) -> None:
    ItemDetails.objects.filter(item="LB-1").update(hs_code="701810", origin="CZ")
    order = make_paid_order(shop, address=NYGADE)

    form = postage(order).customs

    assert form is not None
    assert form.signer == "Lucky Bead"
    assert form.items == (
        CustomsItem("Lucky bead", 2, Decimal("40.00"), "USD", 60, "701810", "CZ"),
    )


def test_the_value_for_customs_can_be_another_than_the_price(shop: Shop) -> None:
    ItemDetails.objects.filter(item="LB-1").update(
        hs_code="701810", origin="CZ", value=Decimal("12.50"), description="Glass bead"
    )

    form = postage(make_paid_order(shop, address=NYGADE)).customs

    assert form is not None
    assert (form.items[0].value, form.items[0].description) == (Decimal("25.00"), "Glass bead")


@pytest.mark.parametrize(
    ("origin", "country", "declared"),
    [("US", "DK", True), ("DE", "DK", False), ("DE", "CH", True), ("GB", "FR", True)],
)
def test_nothing_is_declared_within_the_european_union(
    origin: str, country: str, declared: bool
) -> None:
    assert is_declared(origin, NYGADE.__class__(country=country)) == declared


def test_mail_to_the_forces_abroad_is_declared() -> None:
    assert is_declared("US", MAIN_STREET.__class__(city="APO", region="AE", country="US"))


def test_a_sender_without_an_address_is_said(shop: Shop) -> None:
    order = make_paid_order(shop)
    ShippingProfile.objects.update(street1="", postcode="")

    found = postage(order).missing

    assert [each.sentence for each in found] == [
        "Your own address is not complete: street, postcode."
    ]


def test_a_parcel_that_was_shipped_gets_no_label(shop: Shop) -> None:
    order = make_paid_order(shop)
    record(shop, Shipment(order="1001", at=MONDAY, lines=(ParcelLine("LB-1", 1),)))

    assert [each.what for each in postage(order, "1").missing] == ["nothing"]
    assert postage(order, "2").is_ready


def test_rates_are_compared_by_price_and_days() -> None:
    offers = compare(RATES, "USPS Priority")

    assert [offer.rate.service for offer in offers] == [
        "GroundAdvantage",
        "Priority",
        "Ground",
        "Express",
    ]
    ground, priority, _ups, express = offers
    assert (ground.is_cheapest, ground.saves, ground.sooner) == (True, Decimal("1.35"), None)
    assert priority.is_default
    assert (express.is_fastest, express.sooner, express.saves) == (True, 1, None)


@pytest.mark.parametrize(
    ("wanted", "service"),
    [
        ("USPS Priority", "Priority"),
        ("usps  priority", "Priority"),
        ("express", "Express"),
        ("USPS", "GroundAdvantage"),
        ("", "GroundAdvantage"),
        ("UPSDAP Ground", "Ground"),
    ],
)
def test_a_service_is_found_by_its_words(wanted: str, service: str) -> None:
    found = pick(RATES, wanted)

    assert found is not None
    assert found.service == service


def test_a_service_that_is_not_offered_is_not_replaced_by_another() -> None:
    assert pick(RATES, "USPS PriorityMailInternational") is None
    assert pick(RATES, "USPS Prio") is None


def test_letter_post_is_never_taken_by_itself() -> None:
    letter = Rate("r0", "RoyalMail", "StandardLetter", Decimal(1), "GBP", 2)

    found = pick([letter, PRIORITY], "")

    assert found is PRIORITY
    assert is_untracked("Untracked24")
    assert not is_untracked("FlatRateBox")
