"""Carriers known by their numbers.

The numbers are published examples: those of https://github.com/jkeen/tracking_number_data, of
paketda.de's page on check digits, and of EasyPost's recorded answers.
"""

import pytest

from orders.shipping.carriers import tracking_url
from orders.shipping.recognise import SHAPES, candidates, mistyped, tidy

CHECKED = [
    ("UPS", "1Z5R89390357567127"),
    ("UPS", "1Z879E930346834440"),
    ("UPS", "1Z410E7W0392751591"),
    ("UPS", "1ZXX3150YW44070023"),
    ("UPS", "K2479825491"),
    ("USPS", "9400111206206406260787"),
    ("USPS", "9405803699300124287899"),
    ("USPS", "9505511069605048600624"),
    ("USPS", "92748931507708513018050063"),
    ("USPS", "9400100208303109500775"),
    ("USPS", "03071790000523483741"),
    ("USPS", "71969010756003077385"),
    ("FedEx", "986578788855"),
    ("FedEx", "477179081230"),
    ("FedEx", "799531274483"),
    ("FedEx", "041441760228964"),
    ("FedEx", "568283610012734"),
    ("FedEx", "9611020987654312345672"),
    ("FedEx", "61299998820821171811"),
    ("FedEx", "000123450000000027"),
    ("DHL Express", "3318810025"),
    ("DHL Express", "8487135506"),
    ("DHL Express", "73891051146"),
    ("DHL Paket", "00340433836442636597"),
    ("DHL Paket", "201298452277"),
    ("DPD", "09980000020033F"),
    ("DPD", "09980000020034D"),
    ("DPD", "01015026003653C"),
    ("Hermes", "09133131530724"),
    ("Canada Post", "0073938000549297"),
    ("Canada Post", "7035114477138472"),
    ("Purolator", "320595463938"),
    ("Purolator", "331426749957"),
    ("OnTrac", "C11031500001879"),
    ("OnTrac", "D10011354453707"),
    ("Royal Mail", "RB123456785GB"),
    ("USPS", "RB123456785US"),
    ("Deutsche Post", "RB473124829DE"),
    ("DHL Paket", "CB473124829DE"),
    ("Australia Post", "RB473124829AU"),
    ("Swiss Post", "RB473124829CH"),
    ("PostNL", "RB473124829NL"),
]
SHAPED = [
    ("DHL Paket", "JJD1410302937991"),
    ("DHL Express", "JJD0099999999"),
    ("DHL Express", "JVGL0999999990"),
    ("GLS", "XHAX4HDA"),
    ("GLS", "12345678901"),
    ("Evri", "1234567890123456"),
    ("Swiss Post", "99.00.123456.12345678"),
    ("PostNL", "3SABCD1234567"),
    ("Australia Post", "ABC123456789123456"),
    ("Amazon", "TBA010000000000"),
    ("Purolator", "KYV009956937"),
]


def names(code: str, home: str = "") -> list[str]:
    return [carrier.name for carrier in candidates(code, home=home)]


@pytest.mark.parametrize(("carrier", "code"), CHECKED)
def test_a_check_digit_proves_whose_number_it_is(carrier: str, code: str) -> None:
    certain = [found.name for found in candidates(code) if found.is_certain]

    assert carrier in certain


@pytest.mark.parametrize(("carrier", "code"), CHECKED)
def test_one_wrong_digit_is_noticed(carrier: str, code: str) -> None:
    place = max(i for i, c in enumerate(code) if c.isdigit())
    wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]

    assert carrier not in [found.name for found in candidates(wrong) if found.is_certain]


@pytest.mark.parametrize(("carrier", "code"), SHAPED)
def test_a_number_without_check_digit_is_known_by_its_shape(carrier: str, code: str) -> None:
    found = {each.name: each.is_certain for each in candidates(code)}

    assert found.get(carrier) is False


@pytest.mark.parametrize(
    "code", ["", "1234", "hello", "order 1001", "RB123456785XX", "ضض", "9" * 60]
)
def test_what_is_no_number_of_anybody_has_no_candidates(code: str) -> None:
    assert candidates(code) == []


def test_every_carrier_can_be_linked_to() -> None:
    carriers = {shape.carrier for shape in SHAPES if shape.carrier}

    assert [name for name in carriers if not tracking_url(name, "1")] == []


@pytest.mark.parametrize(
    "country", ["AT", "CA", "DK", "ES", "FR", "GB", "IT", "JP", "NO", "NZ", "PL"]
)
def test_a_postal_number_leads_to_the_post_of_its_country(country: str) -> None:
    (post,) = candidates(f"RB473124829{country}")

    assert tracking_url(post.name, post.code)


def test_several_carriers_may_have_the_same_number_and_the_one_at_home_comes_first() -> None:
    in_germany, in_america = names("201298452277", "DE"), names("201298452277", "US")

    assert in_germany[0] == "DHL Paket"
    assert in_america[0] == "FedEx"
    assert set(in_germany) >= {"DHL Paket", "FedEx"}


def test_the_carrier_a_shop_uses_most_comes_before_the_one_at_home() -> None:
    found = candidates("201298452277", home="DE", usual=["FedEx"])

    assert found[0].name == "FedEx"


def test_a_number_that_only_looks_like_one_from_abroad_is_not_offered() -> None:
    assert "Australia Post" in names("ABC123456789123456", "AU")
    assert "Australia Post" not in names("ABC123456789123456", "DE")


@pytest.mark.parametrize(
    ("barcode", "code"),
    [
        ("420787459400111206206406260787", "9400111206206406260787"),
        ("4201002334249200190132607600833457", "9200190132607600833457"),
        ("1001921334250001000300779017972697", "779017972697"),
        ("9622001900000000000000776632517510", "776632517510"),
        ("32971514560102447849175802862014", "784917580286"),
        ("008182709980000020033350276C", "09980000020033"),
        ("]C11Z5R89390357567127\r\n", "1Z5R89390357567127"),
        (" 1z 5r8 939 03 5756 7127 ", "1Z5R89390357567127"),
    ],
)
def test_the_number_is_found_inside_a_longer_barcode(barcode: str, code: str) -> None:
    assert candidates(barcode)[0].code == code


def test_a_mistyped_number_names_the_carriers_it_looks_like() -> None:
    assert mistyped("1Z5R89390357567128") == ["UPS"]
    assert mistyped("RB123456786GB") == ["Royal Mail"]
    assert mistyped("1Z5R89390357567127") == []
    assert mistyped("whatever") == []


def test_numbers_are_kept_without_what_is_only_for_the_eye() -> None:
    assert tidy("99.00-123456 12345678\r\n") == "990012345612345678"
