"""Closing a shop in the browser: asked for by name, seen by nobody, undone by an owner."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from notifications import closing
from notifications.links import token
from orders.models import Member, Order, Shop
from orders.words import Role
from tests.factory import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

HERE = "/shops/lucky-bead/"
CLOSE = f"{HERE}close/"


@pytest.fixture
def shop() -> Shop:
    shop = make_shop(owner=make_user())
    make_order(shop, "1001")
    return shop


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


@pytest.fixture
def closed(shop: Shop) -> Shop:
    closing.close(shop, now=timezone.now())
    return shop


def is_closed() -> bool:
    return Shop.objects.closed().exists()


def test_the_page_offers_the_orders_and_says_why_nothing_is_deleted(owner: Client) -> None:
    html = owner.get(CLOSE).content.decode()

    assert f"{HERE}orders/export.csv" in html
    assert "A shop that has orders is never deleted" in html


def test_another_name_closes_nothing(owner: Client) -> None:
    answer = owner.post(CLOSE, {"name": "Lucky Bread"})

    assert answer.status_code == 422
    assert "This is not the name of the shop." in answer.content.decode()
    assert not is_closed()


def test_the_name_closes_it(owner: Client) -> None:
    answer = owner.post(CLOSE, {"name": " lucky  bead "}, follow=True)

    assert is_closed()
    assert answer.redirect_chain == [("/", 302)]
    assert "Lucky Bead is closed." in answer.content.decode()
    assert "Open Lucky Bead again" in answer.content.decode()


@pytest.mark.parametrize("page", ["", "orders/", "orders/1001/", "policy/", "close/"])
def test_no_page_of_it_is_shown_any_more(owner: Client, closed: Shop, page: str) -> None:
    answer = owner.get(HERE + page)

    assert answer.status_code == 403
    assert "Lucky Bead is closed" in answer.content.decode()
    assert "Open it again" in answer.content.decode()


def test_an_owner_still_takes_the_orders_along(owner: Client, closed: Shop) -> None:
    answer = owner.get(f"{HERE}orders/export.csv")

    assert b"1001" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_an_owner_opens_it_again(owner: Client, closed: Shop) -> None:
    answer = owner.post(f"{HERE}reopen/", follow=True)

    assert not is_closed()
    assert "Lucky Bead is open again." in answer.content.decode()


def test_a_helper_does_not(client: Client, closed: Shop) -> None:
    Member.objects.create(shop=closed, user=make_user("helper@example.com"), role=Role.HELPER)
    client.login(email="helper@example.com", password="beads")

    assert client.post(f"{HERE}reopen/").status_code == 403
    assert "An owner of the shop can open it again." in client.get(HERE).content.decode()
    assert is_closed()


def test_members_of_several_shops_find_the_open_ones_alone(owner: Client, closed: Shop) -> None:
    second = make_shop("second", name="Felt & Co")
    Member.objects.create(shop=second, user=closed.members.get().user)

    assert owner.get("/").headers["location"] == "/shops/second/"
    assert f'href="{HERE}"' not in owner.get("/shops/second/").content.decode()
    assert "Open Lucky Bead again" in owner.get("/shops/second/close/").content.decode()


def test_a_buyer_reads_that_it_is_closed(client: Client, closed: Shop) -> None:
    answer = client.get(f"/o/{token(Order.objects.get())}/")

    assert answer.status_code == 410
    assert "This shop is closed" in answer.content.decode()
    assert "Nygade" not in answer.content.decode()


def test_commands_say_so(closed: Shop) -> None:
    with pytest.raises(CommandError, match="The shop “lucky-bead” is closed"):
        call_command("explain", "1001", shop="lucky-bead")


def test_a_superuser_closes_and_opens_shops_in_the_admin_site(client: Client, shop: Shop) -> None:
    boss = make_user("boss@example.com")
    boss.is_staff = boss.is_superuser = True
    boss.save()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    chosen = {"_selected_action": [shop.pk]}

    client.post("/admin/orders/shop/", {"action": "close_shops", **chosen})
    assert is_closed()

    client.post("/admin/orders/shop/", {"action": "reopen_shops", **chosen})
    assert not is_closed()
