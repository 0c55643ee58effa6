"""The list's filters in the address, and what it shows as a CSV file."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from orders.facts import BuyerDetails, Line
from orders.models import Member, Shop
from orders.words import Role
from shopcare.dashboard.exports import harmless
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

LIST = "/shops/lucky-bead/orders/"


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def exported(client: Client, **filters: str) -> list[dict[str, str]]:
    answer: Any = client.get(f"{LIST}export.csv", filters)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def numbers(client: Client, **filters: str) -> list[str]:
    return [row["order"].number for row in client.get(LIST, filters).context["rows"]]


def test_a_day_is_the_shops_day_the_last_one_included(member: Client, shop: Shop) -> None:
    # 23:30 UTC is the next day in Berlin.
    make_order(shop, "late", placed_at=MONDAY.replace(hour=23, minute=30))
    make_order(shop, "noon", placed_at=MONDAY.replace(hour=12))

    assert numbers(member, **{"from": "2026-11-03", "to": "2026-11-03"}) == ["late"]
    assert numbers(member, to="2026-11-02") == ["noon"]


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "lost"},
        {"channel": "moon"},
        {"flag": "red"},
        {"from": "yesterday"},
        {"to": "20261102"},
        {"from": "9999-99-99"},
        {"q": "\0"},
        {"q": "   "},
    ],
)
def test_a_filter_that_means_nothing_narrows_nothing(
    member: Client, shop: Shop, filters: dict[str, str]
) -> None:
    make_order(shop, "1001")

    assert numbers(member, **filters) == ["1001"]


def test_each_chip_takes_its_filter_away(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    chips = member.get(LIST, {"q": "zoe", "channel": "own", "to_ship": "1"}).context["chips"]

    assert [chip["label"] for chip in chips] == ["“zoe”", "own site", "to ship"]
    assert [chip["url"] for chip in chips] == [
        "?channel=own&to_ship=1",
        "?q=zoe&to_ship=1",
        "?q=zoe&channel=own",
    ]


def test_the_order_with_exactly_this_number_comes_first(member: Client, shop: Shop) -> None:
    make_order(shop, "77")
    make_order(shop, "771", placed_at=MONDAY + timedelta(days=1))

    assert numbers(member, q="77") == ["77", "771"]


def test_the_export_is_what_the_list_shows(member: Client, shop: Shop) -> None:
    make_order(shop, "paid", paid_at=MONDAY, shipped_at=MONDAY)
    make_order(shop, "unpaid")

    rows = exported(member, status="shipped")

    assert [row["order"] for row in rows] == ["paid"]
    assert rows[0]["placed_at"] == "2026-11-02T10:30:00+01:00"
    assert rows[0]["total"] == "12.000"
    assert rows[0]["tracking_codes"] == "00340434161094"
    assert rows[0]["items"] == "2 × Lucky bead"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(
    member: Client, shop: Shop, text: str
) -> None:
    make_order(shop, "1001", buyer=BuyerDetails(name=text, email="x@example.com"), note=text)

    row = exported(member)[0]

    assert row["buyer"] == row["note"] == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    assert harmless(["Zoë", None, 5, "a=b", "O'Brien"]) == ["Zoë", "", "5", "a=b", "O'Brien"]


def test_a_helper_is_refused_the_export_and_not_shown_the_link(client: Client, shop: Shop) -> None:
    make_order(shop, "1001")
    Member.objects.create(shop=shop, user=make_user("helper@example.com"), role=Role.HELPER)
    client.login(email="helper@example.com", password="beads")

    assert client.get(f"{LIST}export.csv").status_code == 403
    assert "export.csv" not in client.get(LIST).content.decode()


def test_another_shops_member_gets_no_export(client: Client, shop: Shop) -> None:
    make_shop("other", owner=make_user("other@example.com"))
    client.login(email="other@example.com", password="beads")

    assert client.get(f"{LIST}export.csv").status_code == 404


def test_an_export_reads_many_orders_in_few_queries(
    member: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_order(shop, f"n{number}", lines=(Line("Wool"), Line("Felt")))

    with django_assert_max_num_queries(20):
        assert len(exported(member)) == 30
