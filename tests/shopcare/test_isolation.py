"""Every address of the program, tried by those it is not for: nothing leaked, nothing changed.

The addresses are found in the URLconf by themselves; what fills them is a real object of a
shop. An address with a new kind of part fails until `PARTS` says how to fill it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from notifications.models import Message, PolicyPreview
from orders.facts import BuyerDetails, Word
from orders.intake import uploads
from orders.models import (
    Box,
    ClaimKind,
    FileRole,
    ImportRun,
    ItemDetails,
    Label,
    LabelRun,
    Member,
    Shop,
)
from orders.shipping import claims
from orders.words import Role
from shopcare.accounts.models import Invitation
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

NEXT_YEAR = MONDAY + timedelta(days=365)
METHODS = ("get", "post", "put", "delete")
SECRETS = ("Zoë Secret", "SECRET-1", "secret@buyer.example", "Secret Beads", "whispered")

# How to fill the parts of an address from the objects of a shop, by the part's name.
PARTS: dict[str, Callable[[Shop], object]] = {
    "slug": lambda shop: shop.slug,
    "number": lambda shop: "SECRET-1",
    "order": lambda shop: shop.orders.get(number="SECRET-1").pk,
    "member": lambda shop: shop.members.order_by("-role")[0].pk,
    "invitation": lambda shop: Invitation.objects.get(shop=shop).pk,
    "message": lambda shop: Message.objects.filter(shop=shop)[0].pk,
    "kind": lambda shop: "thank_you",
    "language": lambda shop: "en",
    "step": lambda shop: "sender",
    "report": lambda shop: "payment",
    "preview": lambda shop: PolicyPreview.objects.get(shop=shop).pk,
    "action": lambda shop: "pause",
    "decision": lambda shop: "skip",
    "box": lambda shop: Box.objects.get(shop=shop).pk,
    "parcel": lambda shop: "1",
    "sort": lambda shop: "words",
    "at": lambda shop: 0,
    "label": lambda shop: Label.objects.get(shop=shop).pk,
    "label_run": lambda shop: LabelRun.objects.get(shop=shop).pk,
    "file_format": lambda shop: "PDF",
    "item": lambda shop: ItemDetails.objects.get(shop=shop).pk,
    "run": lambda shop: ImportRun.objects.get(shop=shop).pk,
}

# Outside the shops. The first are for everybody, or for whoever has a signed link or signs what
# they send; the log-in and the admin site look after themselves (see test_admin_isolation.py).
PUBLIC = ("healthz", "readyz", "invitations/", "hooks/", "o/")
BY_THEMSELVES = ("accounts/", "admin/")

# What changes when anybody looks at anything: who is logged in.
UNSETTLED = {"sessions.session", "admin.logentry"}


class Address:
    """One address of a shop, as the URLconf has it."""

    def __init__(self, route: str, view: Any) -> None:
        self.route = route
        self.is_for_owners = bool(getattr(view, "is_for_owners", False))

    def __str__(self) -> str:
        return self.route

    def of(self, shop: Shop) -> str:
        """The address of an object of `shop`."""

        def fill(part: re.Match[str]) -> str:
            assert part["name"] in PARTS, (
                f"{self.route}: say in PARTS how <{part['name']}> is filled from a shop"
            )
            return _part(shop, part["name"])

        return "/" + re.sub(r"<(?:\w+:)?(?P<name>\w+)>", fill, self.route)


@cache
def _part(shop: Shop, name: str) -> str:
    """What fills a part; asked once, as no address may change it."""
    return str(PARTS[name](shop))


def all_addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[Address]:
    """Every address of the program."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from all_addresses(entry, route)
        elif isinstance(entry, URLPattern):
            yield Address(route, entry.callback)


def addresses() -> Iterator[Address]:
    """Every address of a shop's own."""
    return (address for address in all_addresses() if str(address).startswith("shops/"))


@pytest.fixture
def shop() -> Shop:
    """A shop with a row of everything that an address names, all of it secret."""
    shop = make_shop("secret-beads", name="Secret Beads", owner=make_user())
    make_order(
        shop,
        "SECRET-1",
        paid_at=MONDAY + timedelta(hours=1),
        shipped_at=MONDAY + timedelta(hours=3),
        buyer=BuyerDetails(name="Zoë Secret", email="secret@buyer.example"),
        facts=[Word(order="SECRET-1", at=MONDAY + timedelta(hours=2), text="whispered")],
    )
    order = shop.orders.get()
    Message.objects.create(
        shop=shop,
        order=order,
        kind="thank_you",
        due_at=MONDAY,
        next_attempt_at=MONDAY,
        state="to_copy",
        recipient="secret@buyer.example",
    )
    Member.objects.create(shop=shop, user=make_user("helper@example.com"), role=Role.HELPER)
    Invitation.objects.create(shop=shop, email="secret@invited.example", sent_at=MONDAY)
    PolicyPreview.objects.create(
        shop=shop, since=MONDAY, until=NEXT_YEAR, settings={"policy": {}, "modes": {}}
    )
    Box.objects.create(shop=shop, name="Zoë Secret", length_mm=1, width_mm=1, height_mm=1)
    ItemDetails.objects.create(shop=shop, item="SECRET-1", weight_g=1)
    run = LabelRun.objects.create(shop=shop)
    Label.objects.create(
        shop=shop,
        order=order,
        run=run,
        parcel="1",
        weight_g=1,
        state="bought",
        bought_at=MONDAY,
        cost=Decimal("7.42"),
        currency="EUR",
        files={"PDF": "https://easypost.example/whispered.pdf"},
    )
    claims.prepare(order, "1", ClaimKind.LOSS, NEXT_YEAR, description="whispered", said="whispered")
    _keep_failed_files(
        ImportRun.objects.create(
            shop=shop, created_at=MONDAY, channel="etsy", state="done", fault="whispered"
        )
    )
    return shop


def _keep_failed_files(run: ImportRun) -> None:
    for role in (FileRole.FAILED_ORDERS, FileRole.FAILED_ITEMS):
        uploads.keep(run, role, f"{role}.csv", [b"whispered"])


@pytest.fixture
def stranger(client: Client, shop: Shop) -> Client:
    """The owner of another shop."""
    make_shop("other", owner=make_user("other@example.com"))
    client.login(email="other@example.com", password="beads")
    return client


@pytest.fixture
def helper(client: Client, shop: Shop) -> Client:
    client.login(email="helper@example.com", password="beads")
    return client


def everything() -> dict[str, str]:
    """A digest of every table's rows, but sessions and the like, in one query."""
    digests = [
        f"SELECT '{table}', coalesce(md5(string_agg(row::text, '|' ORDER BY row::text)), '')"
        f' FROM "{table}" row'
        for model in apps.get_models()
        for table in [model._meta.db_table]
        if model._meta.label_lower not in UNSETTLED
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(digests))
        return dict(cursor.fetchall())


@dataclass
class Answer:
    """What came back, read to its end."""

    status_code: int
    location: str
    leaks: list[str]


def tried(client: Client, path: str) -> list[Answer]:
    """The answers to every method."""
    return [_answer(getattr(client, method)(path), path) for method in METHODS]


def paths_that_change_nothing(shop: Shop, tried: Iterable[Address]) -> Iterator[str]:
    """Each address of an object of `shop`; fails when anything is otherwise by the next."""
    before = everything()
    for address in tried:
        path = address.of(shop)
        yield path
        after = everything()
        assert after == before, path


def _answer(response: HttpResponseBase, path: str) -> Answer:
    """What the asker wrote into the address themselves is no leak."""
    body = b"".join(response).decode(errors="replace")
    leaks = [secret for secret in SECRETS if secret in body and secret not in path]
    return Answer(response.status_code, response.headers.get("Location", ""), leaks)


def test_there_are_addresses_to_try() -> None:
    routes = [str(address) for address in addresses()]

    assert "shops/<slug:slug>/orders/" in routes
    assert any(address.is_for_owners for address in addresses())


def test_another_shops_member_finds_nothing(stranger: Client, shop: Shop) -> None:
    for path in paths_that_change_nothing(shop, addresses()):
        for answer in tried(stranger, path):
            assert answer.status_code == 404, path
            assert answer.leaks == [], path


def test_nobody_is_asked_to_log_in(client: Client, shop: Shop) -> None:
    for path in paths_that_change_nothing(shop, addresses()):
        for answer in tried(client, path):
            assert answer.status_code == 302, path
            assert answer.location.startswith("/accounts/login/?next=/shops/secret-beads/"), path
            assert answer.leaks == [], path


def test_outside_the_shops_nothing_is_open_by_accident(client: Client, shop: Shop) -> None:
    others = [
        address
        for address in all_addresses()
        if not str(address).startswith(("shops/", *PUBLIC, *BY_THEMSELVES))
    ]

    for address in others:
        for answer in tried(client, address.of(shop)):
            assert answer.status_code == 302, address
            assert answer.location.startswith("/accounts/login/"), address


def test_a_helper_is_refused_what_is_for_owners(helper: Client, shop: Shop) -> None:
    for_owners = [address for address in addresses() if address.is_for_owners]

    for path in paths_that_change_nothing(shop, for_owners):
        for answer in tried(helper, path):
            assert answer.status_code == 403, path
            assert answer.leaks == [], path


def test_a_row_of_one_shop_is_not_found_by_way_of_another(stranger: Client, shop: Shop) -> None:
    for address in addresses():
        path = address.of(shop).replace("/shops/secret-beads/", "/shops/other/")
        for answer in tried(stranger, path):
            assert answer.leaks == [], path


def test_looking_finds_what_is_there_and_changes_nothing(client: Client, shop: Shop) -> None:
    """What its own seller did not find, the tests above would have found hidden from anybody."""
    client.login(email="maker@example.com", password="beads")

    missing = set()
    for path in paths_that_change_nothing(shop, addresses()):
        answer = _answer(client.get(path), path)
        assert answer.status_code in (200, 302, 404, 405), path
        if answer.status_code == 404:
            missing.add(path)

    assert missing == {"/shops/secret-beads/orders/bulk/"}  # it needs an action behind its ?


@pytest.mark.parametrize(
    "name",
    ["members", "policy", "wording", "export", "keys", "invitation", "setup", "close", "reopen"],
)
def test_what_is_for_owners_is_marked_so(name: str) -> None:
    open_to_helpers = [
        str(address)
        for address in addresses()
        if f"/{name}" in str(address) and not address.is_for_owners
    ]

    assert open_to_helpers == []
