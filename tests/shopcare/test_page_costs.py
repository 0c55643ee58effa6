"""What pages ask the database, and that the statements made for speed agree with the models."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.sweep import sweep
from notifications.waiting import Waiting, waiting
from orders.facts import Address, BuyerDetails, Line, Shipment
from orders.models import Flag, Order, Shop
from orders.models.order import TO_SHIP
from orders.words import FlagKind, PaymentTerms
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

NUMBERS = ["1001", "#1001", "A/1", "..", "a?b=c&d", "50%", "~2F", "Zoë 7", "new", 'a"b<c']


@pytest.fixture
def shop() -> Shop:
    shop = make_shop()
    shop.members.create(user=make_user(), role="owner")
    return shop


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def parcels(number: str, count: int) -> list[Shipment]:
    return [Shipment(order=number, at=MONDAY, parcel=str(n + 1)) for n in range(count)]


def test_a_row_tells_the_buyer_the_first_item_and_what_needs_the_seller(
    member: Client, shop: Shop
) -> None:
    make_order(
        shop,
        "1001",
        placed_at=timezone.now() - timedelta(days=8),
        buyer=BuyerDetails(username="zoe7"),
        address=Address(),
        lines=(Line("Lucky bead " + "x" * 80, quantity=2), Line("Thread")),
    )
    sweep(timezone.now())

    (row,) = member.get("/shops/lucky-bead/orders/").context["rows"]

    assert (row["buyer"], row["more"], len(row["what"])) == ("zoe7", "and 1 more", 60)
    assert row["what"].startswith("2 × Lucky bead xxx")
    assert [kind for kind, _why in row["flags"]] == [FlagKind.RELIST.label]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_list_leads_to_the_order_whatever_its_number_holds(
    member: Client, shop: Shop, number: str
) -> None:
    make_order(shop, number)

    (row,) = member.get("/shops/lucky-bead/orders/").context["rows"]

    assert row["url"] == reverse("order", args=[shop.slug, number])


def test_an_order_costs_the_same_queries_with_one_parcel_and_with_three(
    member: Client, shop: Shop, django_assert_num_queries: object
) -> None:
    make_order(shop, "1001", paid_at=MONDAY, facts=parcels("1001", 1))
    make_order(shop, "1002", paid_at=MONDAY, facts=parcels("1002", 3))
    member.get("/shops/lucky-bead/orders/1001/")

    for number in ("1001", "1002"):
        with django_assert_num_queries(19):  # type: ignore[operator]
            member.get(f"/shops/lucky-bead/orders/{number}/")


def test_an_order_that_has_not_gone_costs_seventeen_queries(
    member: Client, shop: Shop, django_assert_num_queries: object
) -> None:
    make_order(shop, "1001")
    member.get("/shops/lucky-bead/orders/1001/")

    with django_assert_num_queries(17):  # type: ignore[operator]
        member.get("/shops/lucky-bead/orders/1001/")


def test_what_waits_is_counted_as_the_models_say(shop: Shop) -> None:
    make_order(shop, "unpaid")
    make_order(shop, "cod", terms=PaymentTerms.ON_DELIVERY)
    make_order(shop, "paid", paid_at=MONDAY)
    make_order(shop, "gone", paid_at=MONDAY, facts=parcels("gone", 1))
    gone = Order.objects.get(number="gone")
    for kind, parcel in (
        *((FlagKind.EXCEPTION, "1"), (FlagKind.RETURNED, "1")),
        (FlagKind.EXCEPTION, "2"),
    ):
        gone.flags.create(shop=shop, kind=kind, subject=parcel, since=MONDAY, raised_at=MONDAY)
    gone.flags.create(
        shop=shop, kind=FlagKind.STALLED, since=MONDAY, raised_at=MONDAY, cleared_at=MONDAY
    )

    flags = Flag.objects.to_see().filter(shop=shop).count()
    to_ship = Order.objects.filter(TO_SHIP, shop=shop).count()

    assert waiting(shop) == Waiting(flags, to_ship) == Waiting(2, 2)
