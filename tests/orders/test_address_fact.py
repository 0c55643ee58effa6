"""The fact of an address given after the order was placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from orders import lifecycle
from orders.facts import Address, AddressGiven, Fact
from orders.facts_json import FactError, parse_fact, read_object
from orders.models import Order
from orders.search import query
from tests.factory import MONDAY, NYGADE, make_order, make_shop, placed, record

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
STRANDVEJ = Address(
    name="Zoë Ørsted", street1="Strandvejen 12", city="Skagen", postcode="9990", country="DK"
)


def given(address: Address, days: int = 1, order: str = "1001") -> AddressGiven:
    return AddressGiven(order=order, at=MONDAY + days * DAY, address=address)


def address_of(order: str = "1001") -> Address:
    return Order.objects.get(number=order).address


@pytest.mark.django_db
def test_an_address_given_later_is_where_the_order_goes() -> None:
    order = make_order(number="1001")

    record(order.shop, given(STRANDVEJ))

    assert address_of() == STRANDVEJ


@pytest.mark.django_db
def test_the_last_address_holds_whichever_is_learned_of_first() -> None:
    order = make_order(number="1001")
    earlier = replace(STRANDVEJ, street1="Strandvejen 21")

    record(order.shop, given(STRANDVEJ, days=2))
    record(order.shop, given(earlier, days=1))

    assert address_of() == STRANDVEJ


@pytest.mark.django_db
def test_an_import_of_the_old_address_does_not_undo_a_correction() -> None:
    order = make_order(number="1001")
    record(order.shop, given(STRANDVEJ))

    [again] = record(order.shop, placed("1001"), now=MONDAY + 3 * DAY)

    assert again.outcome == lifecycle.Outcome.UNCHANGED
    assert address_of() == STRANDVEJ


@pytest.mark.django_db
def test_the_same_address_of_the_same_moment_counts_once() -> None:
    order = make_order(number="1001")
    record(order.shop, given(STRANDVEJ))

    [again] = record(order.shop, given(STRANDVEJ))

    assert again.outcome == lifecycle.Outcome.UNCHANGED
    assert order.events.filter(kind="address").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("in_one_go", [True, False])
def test_addresses_in_any_order_end_in_the_same_one(in_one_go: bool) -> None:
    facts: list[Fact] = [
        placed("1001", address=Address()),
        placed("1001", address=NYGADE),
        given(replace(STRANDVEJ, street1="Strandvejen 21"), days=1),
        given(STRANDVEJ, days=2),
    ]
    ends = set()

    for number, order in enumerate(permutations(facts)):
        shop = make_shop(f"shop-{number}")
        for portion in [list(order)] if in_one_go else [[fact] for fact in order]:
            lifecycle.record(shop, portion, now=MONDAY + 3 * DAY)
        ends.add(Order.objects.get(shop=shop).address)

    assert ends == {STRANDVEJ}


@pytest.mark.django_db
def test_an_order_is_found_by_its_new_address_and_by_the_old() -> None:
    order = make_order(number="1001")

    record(order.shop, given(STRANDVEJ))

    for words in ("skagen", "9990", "aarhus"):
        found = Order.objects.extra(where=["search @@ %s::tsquery"], params=[query(words)])
        assert found.count() == 1


def test_it_is_told_as_json() -> None:
    line = """{"fact":"address","order":"1001","at":"2026-11-03T09:30:00Z","address":
      {"name":"Zoë Ørsted","street1":"Strandvejen 12","city":"Skagen","postcode":"9990",
       "country":"dk"}}"""

    fact = parse_fact(read_object(line), now=MONDAY, zone=BERLIN)

    assert fact == given(STRANDVEJ)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("null", "needs the key “address”"),
        ("{}", "needs a name, a street or a city"),
        ('{"country":"DK"}', "needs a name, a street or a city"),
        ('{"name":"Zoë","land":"DK"}', "no key “land”"),
        ('{"name":"Zoë","country":"Denmark"}', "is no country"),
        ('"Nygade 7"', "expected an object"),
    ],
)
def test_what_is_no_address_is_refused(address: str, words: str) -> None:
    told = read_object(f'{{"fact":"address","order":"1001","address":{address}}}')

    with pytest.raises(FactError, match=words):
        parse_fact(told, now=MONDAY, zone=BERLIN)
