"""Orders are found by words, however they are typed."""

from __future__ import annotations

import pytest
from django.contrib.postgres.search import SearchQuery
from hypothesis import given
from hypothesis import strategies as st

from orders import rows, search
from orders.facts import Address, BuyerDetails, Line, Shipment, TrackingCode
from orders.models import Order
from tests.factory import MONDAY, make_shop, placed, record


def found(typed: str) -> list[str]:
    """The numbers of the orders that what was typed finds."""
    query = SearchQuery(search.query(typed), search_type="raw", config="simple")
    return list(Order.objects.filter(search=query).values_list("number", flat=True))


@pytest.fixture
def order(db: None) -> None:
    record(
        make_shop(),
        placed(
            "22-24934-88735",
            buyer=BuyerDetails(name="Zoë Ørsted", email="zoe.orsted@example.com"),
            address=Address(name="Łukasz O'Conner", city="Århus", postcode="8000"),
            lines=(Line("Lucky bead, sea-green", "LB-1/x"),),
        ),
        Shipment(order="22-24934-88735", at=MONDAY, tracking_code="9400 1000"),
    )


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize(
    "typed",
    [
        "zoe",
        "ZOË",
        "orsted zoe",
        "zo ør",
        "lukasz",
        "O'Conner",
        "oconner",
        "o’conner",
        "zoe.orsted@example.com",
        "zoe.orsted@ex",
        "22-24934-88735",
        "22-249",
        "222493488735",
        "88735",
        "arhus",
        "sea-green",
        "bead lucky",
        "LB-1/x",
        "lb-1",
        "94001000",
        "9400 1000",
    ],
)
def test_an_order_is_found_by(typed: str) -> None:
    assert found(typed) == ["22-24934-88735"]


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("typed", ["zoe smith", "conner lucky mug", "9400 2000"])
def test_every_word_has_to_be_found(typed: str) -> None:
    assert found(typed) == []


@pytest.mark.usefixtures("order")
def test_a_tracking_number_given_later_is_found() -> None:
    shop = Order.objects.get().shop
    record(shop, TrackingCode(order="22-24934-88735", at=MONDAY, tracking_code="1Z999"))

    assert found("1z999") == ["22-24934-88735"]


@pytest.mark.django_db
@given(typed=st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_search(typed: str) -> None:
    typed = typed.replace("\x00", "")

    # Nothing is stored: whatever PostgreSQL accepts as a query finds nothing.
    assert not search.query(typed) or found(typed) == []


@pytest.mark.django_db
def test_a_placed_order_is_stored_with_a_vector_as_postgresql_would_write_it() -> None:
    title = "O'Brien's \\ cup Ærø ümlaut 'quoted' " + "x" * 150 + " " + "x" * 150 + "y"
    record(make_shop(), placed("'1'\\", lines=(Line(title, "s 1\tb"),)))

    (words, is_same) = rows.select(
        "SELECT tsvector_to_array(search), search = search::text::tsvector FROM orders_order"
    )[0]

    assert is_same
    assert words == search.kept(words)
    assert {"obriens", "aero", "x" * 100, "'1'\\"} <= set(words)


def test_a_lexeme_that_another_one_begins_with_is_not_stored() -> None:
    lexemes = {"g-1", "g", "g1", "zoe", "zoe@example.com", "example"}

    assert search.kept(lexemes) == ["example", "g-1", "g1", "zoe@example.com"]
