"""The dashboard's first pages: what they show, to whom, and at what cost."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from orders import facts
from orders.facts import BuyerDetails, Line
from orders.models import Member, Shop
from orders.words import Role
from tests.factory import MONDAY, make_order, make_shop, make_user, record

pytestmark = pytest.mark.django_db

NUMBERS = [
    "1001",
    "#1001",
    "A/1",
    "../..",
    "..",
    "a?b=c&d",
    "50%",
    "~2F",
    "Zoë 7",
    "a/ship",
    "a\\b",
]


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def page(member: Client, address: str) -> str:
    answer = member.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_start_of_a_member_of_one_shop_is_that_shop(member: Client) -> None:
    answer = member.get("/", follow=True)

    assert answer.redirect_chain[-1][0] == "/shops/lucky-bead/"


def test_a_member_of_several_shops_chooses(member: Client, shop: Shop) -> None:
    second = make_shop("felt", name="Felt & Co")
    Member.objects.create(shop=second, user=shop.members.get().user, role=Role.HELPER)

    html = page(member, "/")

    assert "Felt &amp; Co" in html
    assert 'href="/shops/lucky-bead/"' in html


def test_a_member_of_no_shop_reads_a_kind_sentence(client: Client) -> None:
    make_user("new@example.com")
    client.login(email="new@example.com", password="beads")

    assert "You are not a member of a shop yet" in page(client, "/")


def test_a_shop_without_orders_says_so(member: Client) -> None:
    assert "No orders yet." in page(member, "/shops/lucky-bead/orders/")


def test_orders_are_listed_newest_first(member: Client, shop: Shop) -> None:
    for day, number in enumerate(("old", "middle", "new")):
        make_order(shop, number, placed_at=MONDAY + timedelta(days=day))

    html = page(member, "/shops/lucky-bead/orders/")

    assert html.index(">new<") < html.index(">middle<") < html.index(">old<")


def test_every_order_is_met_once_by_paging_on_and_all_again_by_paging_back(
    member: Client, shop: Shop
) -> None:
    # Many at one and the same moment, so that the time alone does not tell the pages apart.
    for number in range(120):
        make_order(shop, f"n{number:03}", placed_at=MONDAY + timedelta(days=number // 60))
    seen: list[str] = []

    answer = member.get("/shops/lucky-bead/orders/")
    pages = [[row["order"].number for row in answer.context["rows"]]]
    while older := answer.context["older"]:
        answer = member.get("/shops/lucky-bead/orders/" + older)
        pages.append([row["order"].number for row in answer.context["rows"]])
    back = []
    while newer := answer.context["newer"]:
        answer = member.get("/shops/lucky-bead/orders/" + newer)
        back.append([row["order"].number for row in answer.context["rows"]])

    seen = [number for numbers in pages for number in numbers]
    assert len(seen) == len(set(seen)) == 120
    assert back == pages[-2::-1]


@pytest.mark.parametrize("cursor", ["x", "1", "-", "9" * 30 + "-1", "1-" + "9" * 30, "1-x"])
def test_an_address_with_a_broken_place_in_it_still_shows_a_list(
    member: Client, shop: Shop, cursor: str
) -> None:
    make_order(shop, "1001")

    assert member.get("/shops/lucky-bead/orders/", {"after": cursor}).status_code == 200
    assert member.get("/shops/lucky-bead/orders/", {"before": cursor}).status_code == 200


def test_the_list_is_narrowed_by_status_and_by_how_the_number_begins(
    member: Client, shop: Shop
) -> None:
    make_order(shop, "10-a")
    make_order(shop, "10-b", paid_at=MONDAY)
    make_order(shop, "20-c", paid_at=MONDAY)

    answer = member.get("/shops/lucky-bead/orders/", {"status": "paid", "q": "10"})

    assert [row["order"].number for row in answer.context["rows"]] == ["10-b"]


def test_the_list_costs_the_same_queries_for_one_order_and_for_fifty(
    member: Client, shop: Shop, django_assert_num_queries: object
) -> None:
    make_order(shop, "first")
    member.get("/shops/lucky-bead/orders/")

    with django_assert_num_queries(7):  # type: ignore[operator]
        member.get("/shops/lucky-bead/orders/")
    for number in range(60):
        make_order(shop, f"n{number}", paid_at=MONDAY + timedelta(hours=number))
    with django_assert_num_queries(7):  # type: ignore[operator]
        member.get("/shops/lucky-bead/orders/")


@pytest.mark.parametrize("number", NUMBERS)
def test_an_order_is_found_whatever_its_number_holds(
    member: Client, shop: Shop, number: str
) -> None:
    order = make_order(shop, number)

    answer = member.get(reverse("order", args=[shop.slug, number]))

    assert answer.status_code == 200
    assert answer.context["order"] == order


@pytest.mark.parametrize("number", ["1001", "#1001", "A/1", "a?b=c&d", "50%", "Zoë 7", "a/ship"])
def test_a_number_written_into_the_address_by_somebody_else_is_understood(
    member: Client, shop: Shop, number: str
) -> None:
    order = make_order(shop, number)

    answer = member.get(f"/shops/lucky-bead/orders/{quote(number, safe='')}/")

    assert answer.context["order"] == order


@time_machine.travel(MONDAY + timedelta(hours=1), tick=False)
def test_an_order_shows_what_is_to_come_in_the_shops_own_time(member: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    html = page(member, "/shops/lucky-bead/orders/1001/")

    # Placed on Monday at 9:30 UTC; the reminder is due three days later, at 10:30 in Berlin.
    assert "Payment reminder" in html
    assert "Thu, 5 Nov, 10:30" in html
    assert "the buyer writes or pays" in html
    assert "Mon, 2 Nov, 10:30" in html


def test_money_is_written_as_the_shop_writes_it(member: Client, shop: Shop) -> None:
    Shop.objects.filter(pk=shop.pk).update(language="de")
    make_order(shop, "1001", lines=(Line("Wool", unit_price=Decimal("1234.5")),))

    html = page(member, "/shops/lucky-bead/orders/1001/")

    assert "1.237,50\u00a0€" in html


def test_the_timeline_tells_every_kind_of_fact(member: Client, shop: Shop) -> None:
    at = MONDAY + timedelta(hours=1)
    order = make_order(
        shop,
        "1001",
        paid_at=at,
        shipped_at=at + timedelta(days=1),
        facts=[
            facts.Word(order="1001", at=at, text="I pay on Friday"),
            facts.Extend(order="1001", at=at, until=at + timedelta(days=9)),
            facts.Refund(order="1001", at=at + timedelta(days=3), amount=Decimal("2.50")),
            facts.Cancel(order="1001", at=at + timedelta(days=4), reason="broke in the kiln"),
        ],
    )

    html = page(member, reverse("order", args=[shop.slug, order.number]))

    for words in (
        "I pay on Friday",
        "gave more time",
        "2,50\u00a0€ went back",
        "broke in the kiln",
    ):
        assert words.replace(",", ".") in html or words in html or "2.50" in html


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ shop.name }}", "{% now 'Y' %}"])
def test_what_a_buyer_typed_stays_text(member: Client, shop: Shop, name: str) -> None:
    make_order(
        shop,
        "1001",
        buyer=BuyerDetails(name=name, email="x@example.com"),
        note=name,
        lines=(Line(name, unit_price=Decimal(1)),),
    )
    record(shop, facts.Word(order="1001", at=MONDAY + timedelta(hours=1), text=name))

    for address in ("/shops/lucky-bead/orders/", "/shops/lucky-bead/orders/1001/"):
        html = page(member, address)

        assert "<script>alert" not in html
        assert name.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;") in html


def test_a_long_timeline_says_that_it_is_cut(member: Client, shop: Shop) -> None:
    words = [
        facts.Word(order="1001", at=MONDAY + timedelta(minutes=minute), text=f"word {minute}")
        for minute in range(1, 310)
    ]
    make_order(shop, "1001", facts=words)

    html = page(member, "/shops/lucky-bead/orders/1001/")

    assert "These are the latest 300" in html
    assert "word 309" in html


def test_an_order_costs_a_constant_number_of_queries(
    member: Client, shop: Shop, django_assert_max_num_queries: object
) -> None:
    lines = tuple(Line(f"Bead {n}", unit_price=Decimal(1)) for n in range(40))
    make_order(shop, "1001", paid_at=MONDAY, shipped_at=MONDAY + timedelta(days=1), lines=lines)
    member.get("/shops/lucky-bead/orders/1001/")

    with django_assert_max_num_queries(26):  # type: ignore[operator]
        member.get("/shops/lucky-bead/orders/1001/")
