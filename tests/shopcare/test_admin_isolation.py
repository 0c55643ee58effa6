"""The admin site shows a member of staff their own shops, whatever they ask for."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from notifications.models import Message, ShopWording
from orders import facts
from orders.admin import ShopScopedAdmin
from orders.models import Buyer, Channel, Flag, Member, Order, OrderEvent, Policy, Shop
from orders.words import Role
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

MODELS = [Shop, Policy, Channel, Order, Buyer, Flag, OrderEvent, Message, ShopWording]


def furnished(slug: str, mark: str) -> Shop:
    """A shop with one row of everything, each with `mark` in what lists show of it."""
    shop = make_shop(
        slug, name=f"{mark} shop", owner=make_user(f"{mark}@example.com", is_staff=True)
    )
    buyer = facts.BuyerDetails(name=f"{mark} buyer", email=f"{mark}.buyer@example.com")
    order = make_order(shop, f"{mark}-1", buyer=buyer, shipped_at=MONDAY + timedelta(hours=1))
    Flag.objects.create(
        order=order,
        shop=shop,
        kind="relist",
        reason=f"{mark} reason",
        since=MONDAY,
        raised_at=MONDAY,
    )
    Message.objects.create(
        shop=shop, order=order, kind="thank_you", due_at=MONDAY, next_attempt_at=MONDAY
    )
    ShopWording.objects.create(
        shop=shop, kind="thank_you", language="en", subject=f"{mark} thanks", body="Hello"
    )
    return shop


@pytest.fixture
def mine() -> Shop:
    return furnished("mine", "mine")


@pytest.fixture
def theirs() -> Shop:
    return furnished("theirs", "theirs")


@pytest.fixture
def staff(client: Client, mine: Shop, theirs: Shop) -> Client:
    client.login(email="mine@example.com", password="beads")
    return client


def address(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{page}", args=args)  # type: ignore[attr-defined]


def row_of(model: type, shop: Shop) -> int:
    found = model._default_manager.all()  # type: ignore[attr-defined]
    if model is Shop:
        return shop.pk
    path = "order__shop" if model in (Flag, OrderEvent) else "shop"
    return int(found.filter(**{path: shop}).first().pk)


def test_every_page_about_shops_knows_whose_rows_it_may_show() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label != "accounts"}
    scoped = {m for m in ours if isinstance(admin.site._registry[m], ShopScopedAdmin)}
    own_rights = {m for m in ours - scoped if m._meta.app_label in ("orders", "notifications")}

    assert set(MODELS) == scoped
    assert not own_rights


@pytest.mark.parametrize("model", MODELS)
def test_a_list_holds_the_rows_of_ones_own_shops(staff: Client, model: type) -> None:
    answer = staff.get(address(model, "changelist"))

    assert answer.status_code == 200
    assert b"theirs" not in answer.content
    assert answer.context["cl"].result_count > 0


@pytest.mark.parametrize("model", MODELS)
def test_the_shop_filter_opens_no_other_shop(staff: Client, theirs: Shop, model: type) -> None:
    answer = staff.get(address(model, "changelist"), {"of": theirs.pk}, follow=True)

    assert b"theirs" not in answer.content.replace(b"theirs@", b"")


@pytest.mark.parametrize("model", MODELS)
def test_another_shops_row_is_not_there(staff: Client, theirs: Shop, model: type) -> None:
    pk = row_of(model, theirs)
    pages = [address(model, page, pk) for page in ("change", "delete", "history")]

    read = [staff.get(page, follow=True) for page in pages]
    written = [staff.post(page, {"post": "yes"}, follow=True) for page in pages]

    for answer in (*read, *written):
        # The admin site sends one to the start, with a word that there is no such row.
        assert answer.status_code in (403, 404) or answer.redirect_chain
        assert b"theirs shop" not in answer.content
        assert b"theirs reason" not in answer.content
    assert model._default_manager.filter(pk=pk).exists()  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", [Order, Flag, OrderEvent, Message])
def test_a_search_finds_nothing_of_another_shop(staff: Client, model: type) -> None:
    for term in ("theirs-1", "theirs.buyer@example.com", "00340434161094"):
        answer = staff.get(address(model, "changelist"), {"q": term})

        assert b">theirs" not in answer.content, term


def test_a_search_finds_ones_own_by_number_address_and_tracking_number(staff: Client) -> None:
    for term in ("mine-1", "Mine.Buyer@example.com", "00340434161094"):
        answer = staff.get(address(Order, "changelist"), {"q": term})

        assert [order.number for order in answer.context["cl"].result_list] == ["mine-1"], term


def test_a_new_wording_cannot_be_given_to_another_shop(
    staff: Client, mine: Shop, theirs: Shop
) -> None:
    values = {"kind": "relist", "language": "en", "subject": "Hi", "body": "Hello"}

    offered = staff.get(address(ShopWording, "add"))
    chosen = staff.get(address(ShopWording, "add"), values | {"shop": theirs.pk})
    written = staff.post(address(ShopWording, "add"), values | {"shop": theirs.pk})

    assert b"theirs" not in offered.content + chosen.content + written.content
    assert not ShopWording.objects.filter(kind="relist").exists()


def test_another_shops_wording_is_not_previewed(staff: Client, theirs: Shop) -> None:
    pk = ShopWording.objects.get(shop=theirs).pk

    answer = staff.post(
        reverse("admin:notifications_shopwording_preview") + f"?of={pk}",
        {"subject": "Hi", "body": "Hello"},
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("model", [Shop, Policy, Channel, ShopWording])
def test_a_helper_looks_and_changes_nothing(staff: Client, mine: Shop, model: type) -> None:
    Member.objects.filter(shop=mine).update(role=Role.HELPER)
    pk = row_of(model, mine)

    assert staff.get(address(model, "change", pk)).status_code == 200
    assert staff.post(address(model, "change", pk), {"name": "x"}).status_code == 403
    assert staff.get(address(ShopWording, "add")).status_code == 403


@pytest.mark.parametrize("model", [Order, Buyer, Flag, OrderEvent, Message])
def test_not_even_a_superuser_changes_or_deletes_what_facts_wrote(
    client: Client, mine: Shop, model: type
) -> None:
    make_user("root@example.com", is_staff=True, is_superuser=True)
    client.login(email="root@example.com", password="beads")
    pk = row_of(model, mine)

    assert client.get(address(model, "change", pk)).status_code == 200
    assert client.post(address(model, "change", pk), {}).status_code == 403
    assert client.post(address(model, "delete", pk), {"post": "yes"}).status_code == 403
    assert client.get(address(model, "add")).status_code == 403


def test_a_superuser_sees_every_shop(client: Client, mine: Shop, theirs: Shop) -> None:
    make_user("root@example.com", is_staff=True, is_superuser=True)
    client.login(email="root@example.com", password="beads")

    html = client.get(address(Order, "changelist")).content

    assert b"mine-1" in html
    assert b"theirs-1" in html


def test_staff_without_a_shop_sees_nothing(client: Client, mine: Shop) -> None:
    make_user("lonely@example.com", is_staff=True)
    client.login(email="lonely@example.com", password="beads")

    assert client.get("/admin/").status_code == 200
    assert all(client.get(address(m, "changelist")).status_code == 403 for m in MODELS)


def test_a_member_who_is_not_staff_is_kept_out(client: Client, mine: Shop) -> None:
    Member.objects.create(shop=mine, user=make_user("plain@example.com"), role=Role.OWNER)
    client.login(email="plain@example.com", password="beads")

    answer = client.get(address(Policy, "changelist"))

    assert answer.status_code in (302, 403)


def test_owners_see_no_users_of_other_shops(staff: Client, mine: Shop) -> None:
    answer = staff.get(address(Shop, "change", mine.pk))

    assert b"theirs@example.com" not in answer.content
    assert staff.get("/admin/accounts/user/").status_code == 403


def test_an_owner_brings_in_no_other_user(staff: Client, mine: Shop, theirs: Shop) -> None:
    stranger = theirs.members.get().user
    member = mine.members.get()

    staff.post(
        address(Shop, "change", mine.pk),
        {
            **{name: getattr(mine, name) for name in ("name", "slug", "timezone", "country")},
            **{name: getattr(mine, name) for name in ("currency", "language", "sender_email")},
            "members-TOTAL_FORMS": 2,
            "members-INITIAL_FORMS": 1,
            "members-0-id": member.pk,
            "members-0-shop": mine.pk,
            "members-0-role": "owner",
            "members-0-user": stranger.pk,
            "members-1-user": stranger.pk,
            "members-1-shop": mine.pk,
            "members-1-role": "owner",
        },
    )

    assert not mine.members.filter(user=stranger).exists()


@pytest.mark.parametrize("model", MODELS)
def test_lists_cost_the_same_queries_for_one_row_and_for_many(
    staff: Client, mine: Shop, model: type, django_assert_max_num_queries: object
) -> None:
    for number in range(15):
        order = make_order(mine, f"more-{number}")
        Flag.objects.create(
            order=order, shop=order.shop, kind="stalled", reason="r", since=MONDAY, raised_at=MONDAY
        )
        Message.objects.create(
            shop=mine, order=order, kind="relist", due_at=MONDAY, next_attempt_at=MONDAY
        )

    with django_assert_max_num_queries(9):  # type: ignore[operator]
        staff.get(address(model, "changelist"))
