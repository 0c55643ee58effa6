"""Whatever EasyPost refuses, swallows or garbles becomes a sentence that says what to do."""

import socket
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from orders.facts import Address
from orders.shipping import gateway
from orders.shipping.gateway import EasyPost
from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.values import ClaimRequest, Contact, ParcelSize, ShipmentRequest
from tests.easypost import KEY, EasyPostServer, easypost_server, refused

HARBOR = Address("Elizabeth Swan", "179 N Harbor Dr", "", "Redondo Beach", "CA", "90277", "US")
REQUEST = ShipmentRequest("ref-1", Contact(HARBOR), Contact(HARBOR), ParcelSize(500))
CLAIM = ClaimRequest("9400", "loss", Decimal(10), "It is lost.", "a@example.com", "E. Swan")


@pytest.fixture
def server(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        yield running


@pytest.fixture
def easypost(server: EasyPostServer) -> EasyPost:
    return EasyPost(KEY)


def refusal_of(ask: Callable[[], object]) -> ShippingError:
    with pytest.raises(ShippingError) as caught:
        ask()
    error = caught.value
    # What was asked holds names, addresses and the key: none of it may travel with the error.
    assert KEY not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return error


@pytest.mark.parametrize(
    ("status", "trouble", "advice"),
    [
        (400, Trouble.INVALID, "Correct it"),
        (401, Trouble.KEY, "Enter it again"),
        (402, Trouble.FUNDS, "Top it up"),
        (403, Trouble.FORBIDDEN, "rights and plan"),
        (404, Trouble.MISSING, "another key"),
        (405, Trouble.INVALID, "Correct it"),
        (408, Trouble.DOWN, "Try again in a few minutes"),
        (422, Trouble.INVALID, "Correct it"),
        (429, Trouble.BUSY, "Try again in a moment"),
        (500, Trouble.DOWN, "Try again in a few minutes"),
        (502, Trouble.DOWN, "Try again in a few minutes"),
        (503, Trouble.DOWN, "Try again in a few minutes"),
        (504, Trouble.DOWN, "Try again in a few minutes"),
        (599, Trouble.DOWN, "Try again in a few minutes"),
    ],
)
def test_each_status_says_what_to_do(
    easypost: EasyPost, server: EasyPostServer, status: int, trouble: Trouble, advice: str
) -> None:
    server.fail("/shipments", status, refused("SOME.CODE", "Some words."))

    error = refusal_of(lambda: easypost.price(REQUEST))

    assert error.trouble == trouble
    assert advice in str(error)
    assert error.code == "SOME.CODE"


OBJECTS = [
    {"code": "E.HOUSE_NUMBER.MISSING", "field": "street1", "message": "House number is missing"},
    {"field": "zip", "message": ["is too short", "is no number"], "suggestion": "90277"},
]


@pytest.mark.parametrize(
    ("error", "fields", "words"),
    [
        (
            {"code": "X", "message": "Unable to verify address.", "errors": OBJECTS},
            {
                "street1": "House number is missing",
                "zip": "is too short, is no number (90277)",
            },
            "Unable to verify address.; street1: House number is missing; zip: is too short",
        ),
        (
            {"code": "X", "message": "Not found.", "errors": ["No insurance for this number."]},
            {"": "No insurance for this number."},
            "Not found.; No insurance for this number.",
        ),
        (
            {"code": "X", "message": ["Bad", {"a": ["format 1", "format 2"]}], "errors": None},
            {},
            "Bad, format 1, format 2",
        ),
        ({"code": "X", "message": {"errors": ["Bad 1"]}, "errors": {}}, {}, "Bad 1"),
        (
            {"message": "No.", "errors": {"zip": ["is too short"]}},
            {"zip": "is too short"},
            "No.; zip: is too short",
        ),
        (
            {"message": "No.", "errors": [{"message": "one"}, {"message": "two"}]},
            {"": "one, two"},
            "No.; one, two",
        ),
        ("Just a text.", {}, "Just a text."),
        (["One", "Two"], {}, "One, Two"),
    ],
)
def test_both_formats_of_an_error_are_told(
    easypost: EasyPost, server: EasyPostServer, error: Any, fields: dict[str, str], words: str
) -> None:
    server.fail("/shipments", 422, {"error": error})

    caught = refusal_of(lambda: easypost.price(REQUEST))

    assert caught.trouble == Trouble.INVALID
    assert caught.fields == fields
    assert words in str(caught)


@pytest.mark.parametrize("body", ["", "<html>Bad gateway</html>", "null", "[]", "7", '"no"', "{}"])
@pytest.mark.parametrize("status", [422, 502])
def test_an_error_that_says_nothing_still_says_what_to_do(
    easypost: EasyPost, server: EasyPostServer, status: int, body: str
) -> None:
    server.fail("/shipments", status, body)

    error = refusal_of(lambda: easypost.price(REQUEST))

    assert error.trouble == (Trouble.INVALID if status == 422 else Trouble.DOWN)
    assert "try again" in str(error).lower()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>Welcome to this hotel’s Wi-Fi</html>",
        "null",
        "[]",
        "7",
        '"yes"',
        "{}",
        '{"id": null}',
        '{"id": 7}[',
        "[" * 100_000,
    ],
)
def test_an_answer_that_makes_no_sense_is_trouble_of_theirs(
    easypost: EasyPost, server: EasyPostServer, body: str
) -> None:
    server.fail("/shipments", 200, body)

    error = refusal_of(lambda: easypost.price(REQUEST))

    assert error.trouble == Trouble.DOWN
    assert "makes no sense" in str(error)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7.0), ("0", 0.0), ("-3", 0.0), ("999999", 3600.0), ("nan", 0.0), ("soon", None)],
)
def test_being_asked_for_patience_is_heard_and_nobody_sleeps(
    easypost: EasyPost, server: EasyPostServer, asked: str, seconds: float | None
) -> None:
    server.fail("/shipments/shp_1", 429, refused("RATE", "Slow."), headers={"Retry-After": asked})

    error = refusal_of(lambda: easypost.look("shp_1"))

    assert error.trouble == Trouble.BUSY
    assert error.retry_after == seconds
    assert len(server.requests) == 1


def test_patience_until_a_date_is_heard_as_well(easypost: EasyPost, server: EasyPostServer) -> None:
    until = {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}
    server.fail("/shipments/shp_1", 503, refused("DOWN", "Down."), headers=until)

    assert refusal_of(lambda: easypost.look("shp_1")).retry_after == 3600.0


def priced(easypost: EasyPost) -> tuple[str, str]:
    purchase = easypost.price(REQUEST)
    return purchase.id, purchase.rates[0].id


@pytest.mark.parametrize("how", ["drop", "drop_after"])
def test_a_buy_whose_answer_was_lost_is_in_doubt_and_is_not_sent_twice(
    easypost: EasyPost, server: EasyPostServer, how: str
) -> None:
    shipment, rate = priced(easypost)
    server.fail("/shipments/*/buy", how=how)

    error = refusal_of(lambda: easypost.buy(shipment, rate, Decimal(0)))

    assert error.trouble == Trouble.IN_DOUBT
    assert "not certain" in str(error)
    assert len(server.asked("POST", "/shipments/*/buy")) == 1
    assert (easypost.look(shipment).bought is not None) == (how == "drop_after")


def test_a_buy_that_takes_too_long_is_in_doubt(
    server: EasyPostServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUTS", (5, 0.2))
    easypost = EasyPost(KEY)
    shipment, rate = priced(easypost)
    server.fail("/shipments/*/buy", delay=0.6)

    error = refusal_of(lambda: easypost.buy(shipment, rate, Decimal(0)))

    assert error.trouble == Trouble.IN_DOUBT


def test_a_look_that_takes_too_long_is_not(
    server: EasyPostServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUTS", (5, 0.2))
    server.fail("/shipments/*", delay=0.6)

    error = refusal_of(lambda: EasyPost(KEY).look("shp_1"))

    assert error.trouble == Trouble.DOWN
    assert "in time" in str(error)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@pytest.mark.parametrize("body", ["<html>no</html>", refused("X", "Y")])
def test_a_buy_that_breaks_on_their_side_is_in_doubt(
    easypost: EasyPost, server: EasyPostServer, status: int, body: Any
) -> None:
    shipment, rate = priced(easypost)
    server.fail("/shipments/*/buy", status, body)

    assert refusal_of(lambda: easypost.buy(shipment, rate, Decimal(0))).trouble == Trouble.IN_DOUBT


@pytest.mark.parametrize("body", ["<html>ok</html>", "{}", "[]", '{"id": "shp_1"}'])
def test_a_buy_that_answers_without_a_label_is_in_doubt(
    easypost: EasyPost, server: EasyPostServer, body: str
) -> None:
    shipment, rate = priced(easypost)
    server.fail("/shipments/*/buy", 200, body)

    assert refusal_of(lambda: easypost.buy(shipment, rate, Decimal(0))).trouble == Trouble.IN_DOUBT


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (401, Trouble.KEY),
        (402, Trouble.FUNDS),
        (403, Trouble.FORBIDDEN),
        (404, Trouble.MISSING),
        (422, Trouble.INVALID),
        (429, Trouble.BUSY),
    ],
)
def test_a_buy_that_is_refused_is_certain(
    easypost: EasyPost, server: EasyPostServer, status: int, trouble: Trouble
) -> None:
    shipment, rate = priced(easypost)
    server.fail("/shipments/*/buy", status, refused("NO", "No."))

    error = refusal_of(lambda: easypost.buy(shipment, rate, Decimal(0)))

    assert error.trouble == trouble
    assert easypost.look(shipment).bought is None


def test_a_refusal_that_cannot_be_told_from_a_purchase_is_in_doubt(
    easypost: EasyPost, server: EasyPostServer
) -> None:
    shipment, rate = priced(easypost)
    easypost.buy(shipment, rate, Decimal(0))
    server.fail(f"/shipments/{shipment}", 500)

    error = refusal_of(lambda: easypost.buy(shipment, rate, Decimal(0)))

    assert error.trouble == Trouble.IN_DOUBT


def test_a_claim_and_an_insurance_whose_answer_was_lost_are_in_doubt(
    easypost: EasyPost, server: EasyPostServer
) -> None:
    server.fail("/claims", how="drop")
    server.fail("/shipments/*/insure", how="drop")

    assert refusal_of(lambda: easypost.claim(CLAIM)).trouble == Trouble.IN_DOUBT
    assert refusal_of(lambda: easypost.insure("shp_1", Decimal(9))).trouble == Trouble.IN_DOUBT


def test_nobody_at_home_is_certain_even_for_a_buy(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EASYPOST_API_BASE = f"http://127.0.0.1:{free.getsockname()[1]}/v2"

        error = refusal_of(lambda: EasyPost(KEY).buy("shp_1", "rate_1", Decimal(0)))

    assert error.trouble == Trouble.DOWN
    assert "cannot be reached" in str(error)


def test_an_empty_id_does_not_address_the_whole_list(
    easypost: EasyPost, server: EasyPostServer
) -> None:
    assert refusal_of(lambda: easypost.look("")).trouble == Trouble.MISSING
    assert server.requests == []


def test_an_id_cannot_lead_elsewhere(easypost: EasyPost, server: EasyPostServer) -> None:
    refusal_of(lambda: easypost.look("../claims?x=/y"))

    assert server.requests[0].path == "/shipments/..%2Fclaims%3Fx%3D%2Fy"
