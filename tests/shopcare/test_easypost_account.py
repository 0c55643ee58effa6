"""Connecting an EasyPost account: checked, stored encrypted, watched, and forgotten again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.models import ExpectedDelivery, Member, ShippingProfile, Shop, Tracker, TrackingReport
from orders.shipping import account, tracking
from orders.shipping.secrets import decrypt
from orders.words import Role
from tests.easypost import KEY, EasyPostServer, easypost_server, refused, sign
from tests.factory import make_shop, make_user
from tests.orders.tracking_given import (
    CODE,
    SHIPPED,
    connected_shop,
    detail,
    history,
    parcel_order,
    report,
    told,
    tracker,
)

pytestmark = pytest.mark.django_db

PAGE = "/shops/lucky-bead/shipping/account/"


@pytest.fixture
def server(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        settings.SITE_URL = "https://care.example.com"
        yield running


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    Member.objects.create(shop=shop, user=make_user(), role=Role.OWNER)
    client.login(email="maker@example.com", password="beads")
    return client


def test_a_good_key_is_stored_encrypted_and_watched(
    owner: Client, shop: Shop, server: EasyPostServer
) -> None:
    answer = owner.post(PAGE, {"key": f" {KEY} "}, follow=True)

    profile = ShippingProfile.objects.get(shop=shop)
    [asked] = server.asked("POST", "/webhooks")
    hook = asked.body["webhook"]
    assert KEY not in profile.easypost_key
    assert decrypt(profile.easypost_key) == KEY
    assert hook["url"] == f"https://care.example.com/hooks/easypost/{shop.key}/"
    assert hook["webhook_secret"] == decrypt(profile.webhook_secret)
    assert profile.webhook_id
    page = answer.content.decode()
    assert "Connected. Your parcels are followed from now on." in page
    assert "A test key" in page
    assert KEY not in page


def test_what_easypost_then_reports_is_accepted(
    owner: Client, shop: Shop, server: EasyPostServer
) -> None:
    owner.post(PAGE, {"key": KEY})
    secret = server.asked("POST", "/webhooks")[0].body["webhook"]["webhook_secret"]
    body = report(tracker(history()))

    answer = Client().post(
        f"/hooks/easypost/{shop.key}/",
        body,
        content_type="application/json",
        headers={"X-Hmac-Signature": sign(body, secret)},
    )

    assert answer.status_code == 200
    assert TrackingReport.objects.count() == 1


@pytest.mark.parametrize("key", ["bad", "two words", "schlüssel", ""])
def test_a_key_that_is_refused_changes_nothing_and_says_why(
    owner: Client, shop: Shop, server: EasyPostServer, key: str
) -> None:
    server.only_key = KEY

    answer = owner.post(PAGE, {"key": key})

    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.content.decode()
    assert not ShippingProfile.objects.exclude(easypost_key="").exists()


def test_without_a_public_address_parcels_are_asked_about(
    owner: Client, shop: Shop, server: EasyPostServer, settings: Any
) -> None:
    settings.SITE_URL = "http://localhost:8000"

    page = owner.post(PAGE, {"key": KEY}, follow=True).content.decode()

    assert not server.asked("POST", "/webhooks")
    assert "We ask EasyPost every few hours" in page


def test_a_webhook_that_easypost_refuses_leaves_the_account_connected(
    owner: Client, shop: Shop, server: EasyPostServer
) -> None:
    server.fail("/webhooks", 200, {"webhooks": []})
    server.fail("/webhooks", 422, refused("WEBHOOK.INVALID", "No such address."))

    page = owner.post(PAGE, {"key": KEY}, follow=True).content.decode()

    profile = ShippingProfile.objects.get(shop=shop)
    assert (profile.has_easypost, profile.webhook_secret) == (True, "")
    assert "No such address." in page


def test_another_key_takes_the_place_of_the_first(
    owner: Client, shop: Shop, server: EasyPostServer
) -> None:
    owner.post(PAGE, {"key": KEY})
    before = ShippingProfile.objects.get(shop=shop)
    owner.post(PAGE, {"key": "EZAK-another"})

    after = ShippingProfile.objects.get(shop=shop)
    assert decrypt(after.easypost_key) == "EZAK-another"
    assert after.webhook_secret != before.webhook_secret
    assert len(server.asked("DELETE", f"/webhooks/{before.webhook_id}")) == 1


def test_connecting_again_takes_up_the_parcels_that_are_on_their_way(
    server: EasyPostServer,
) -> None:
    shop = connected_shop()
    parcel_order(shop)
    tracking.track_new(SHIPPED)
    Tracker.objects.update(problem="The key is refused.", easypost_id="trk_old", next_poll_at=None)

    account.connect(shop, KEY, SHIPPED + timedelta(days=1))

    known = Tracker.objects.get()
    assert (known.problem, known.easypost_id) == ("", "")
    assert known.next_poll_at == SHIPPED + timedelta(days=1)


def test_disconnecting_forgets_key_and_secret(
    owner: Client, shop: Shop, server: EasyPostServer
) -> None:
    owner.post(PAGE, {"key": KEY})
    hook = ShippingProfile.objects.get(shop=shop).webhook_id

    page = owner.post(f"{PAGE}disconnect/", follow=True).content.decode()

    profile = ShippingProfile.objects.get(shop=shop)
    stored = (profile.easypost_key, profile.webhook_secret, profile.webhook_id)
    assert stored == ("", "", "")
    assert len(server.asked("DELETE", f"/webhooks/{hook}")) == 1
    assert "All goes on by hand." in page
    assert "Use another key" not in page


def test_disconnecting_works_when_easypost_is_away(
    owner: Client, shop: Shop, server: EasyPostServer
) -> None:
    owner.post(PAGE, {"key": KEY})
    server.fail("*", how="drop", times=-1)

    assert owner.post(f"{PAGE}disconnect/").status_code == 302

    assert not ShippingProfile.objects.get(shop=shop).has_easypost


def test_a_problem_with_the_account_stands_on_its_page(
    owner: Client, shop: Shop, server: EasyPostServer
) -> None:
    owner.post(PAGE, {"key": KEY})
    now = timezone.now()
    parcel_order(shop, placed_at=now - timedelta(days=3))
    tracking.track_new(now)
    server.only_key = "another"
    tracking.poll(now)

    assert Tracker.objects.get().problem in owner.get(PAGE).content.decode()


def test_helpers_are_refused(client: Client, shop: Shop) -> None:
    Member.objects.create(shop=shop, user=make_user(), role=Role.HELPER)
    client.login(email="maker@example.com", password="beads")

    assert client.get(PAGE).status_code == 403


def test_scans_of_unknown_parcels_are_shown(owner: Client, shop: Shop) -> None:
    told(shop, tracker(history()))

    page = owner.get(PAGE).content.decode()

    assert CODE in page
    assert "No parcel of this shop has this number." in page


def test_the_orders_page_shows_the_expected_date_and_how_it_changed(
    owner: Client, shop: Shop
) -> None:
    parcel_order(shop)
    line = detail(SHIPPED + timedelta(hours=1), "in_transit")
    for said, expected in (("05", "07"), ("06", "07"), ("07", "10")):
        told(
            shop,
            tracker(
                [line],
                est_delivery_date=f"2026-11-{expected}T00:00:00Z",
                updated_at=f"2026-11-{said}T08:00:00Z",
            ),
        )

    page = owner.get("/shops/lucky-bead/orders/1001/").content.decode()

    assert ExpectedDelivery.objects.count() == 3
    assert "Expected on 10 Nov 2026" in page
    assert page.count("as was said on") == 1
    assert "7 Nov 2026, as was said on 5 Nov 2026" in page


def test_the_orders_page_shows_why_a_parcel_is_not_followed(owner: Client, shop: Shop) -> None:
    parcel_order(shop)
    ShippingProfile.objects.create(shop=shop, easypost_key="x")
    tracking.track_new(SHIPPED)
    Tracker.objects.update(problem="EasyPost refuses the key.")

    page = owner.get("/shops/lucky-bead/orders/1001/").content.decode()

    assert "This parcel cannot be followed:" in page
    assert "EasyPost refuses the key." in page
