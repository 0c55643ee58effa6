"""Shop, policy, channels and wording, set up in the admin site by an owner."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.models import ShopWording
from orders.models import Channel, Policy, Shop, Watch
from orders.words import BUYER_NOTES, ChannelKind, Rule
from tests.factory import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

PREVIEW = "admin:notifications_shopwording_preview"


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user(is_staff=True))


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def policy_form(policy: Policy, **changes: Any) -> dict[str, Any]:
    names = [
        *("fast_payment_hours", "reminder_after", "payment_window", "handling_days"),
        *("stalled_days", "answer_within_hours", "arrival_check_after", "tracking_notice_when"),
        *("window_opens", "window_closes", "digest_at", "weekend"),
    ]
    values = {name: getattr(policy, name) for name in names}
    return {**values, "rules_on": Rule.values, "observe_holidays": "on", **changes}


def save_policy(owner: Client, shop: Shop, **changes: Any) -> Any:
    address = reverse("admin:orders_policy_change", args=[shop.policy.pk])
    answer = owner.post(address, policy_form(shop.policy, **changes))
    shop.policy.refresh_from_db()
    return answer


def test_an_owner_changes_the_numbers(owner: Client, shop: Shop) -> None:
    save_policy(owner, shop, reminder_after=4, weekend=[6])

    assert shop.policy.reminder_after == 4
    assert shop.policy.weekend == [6]


def test_a_rule_that_is_not_ticked_is_off(owner: Client, shop: Shop) -> None:
    on = [rule for rule in Rule.values if rule != Rule.DIGEST]

    save_policy(owner, shop, rules_on=on)

    assert shop.policy.rules_off == ["digest"]


def test_a_rule_that_is_sped_up_remembers_since_when(owner: Client, shop: Shop) -> None:
    save_policy(owner, shop, reminder_after=1)

    assert "payment_reminder" in shop.policy.rules_since


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"window_closes": "07:00"}, b"must close after it opens"),
        ({"weekend": [0, 1, 2, 3, 4, 5, 6]}, b"At least one day must be a working day"),
        ({"reminder_after": 0}, b"greater than or equal to 1"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    owner: Client, shop: Shop, changes: dict[str, Any], reason: bytes
) -> None:
    answer = save_policy(owner, shop, **changes)

    assert reason in answer.content


def test_each_note_of_a_channel_has_its_own_choice(owner: Client, shop: Shop) -> None:
    etsy = shop.channels.get(kind=ChannelKind.ETSY)
    form = {f"mode_{kind}": "send" for kind in BUYER_NOTES} | {"mode_thank_you": "copy"}

    owner.post(reverse("admin:orders_channel_change", args=[etsy.pk]), form)

    etsy.refresh_from_db()
    assert etsy.modes["thank_you"] == "copy"
    assert etsy.modes["tracking_notice"] == "send"


def test_a_way_that_does_not_exist_is_refused(owner: Client, shop: Shop) -> None:
    etsy = shop.channels.get(kind=ChannelKind.ETSY)
    before = etsy.modes
    form = {f"mode_{kind}": "send" for kind in BUYER_NOTES} | {"mode_thank_you": "pigeon"}

    answer = owner.post(reverse("admin:orders_channel_change", args=[etsy.pk]), form)

    etsy.refresh_from_db()
    assert b"pigeon is not one of the available choices" in answer.content
    assert etsy.modes == before


def test_writing_a_note_begins_with_the_shipped_text(owner: Client, shop: Shop) -> None:
    answer = owner.get(
        reverse("admin:notifications_shopwording_add"),
        {"shop": shop.pk, "kind": "thank_you", "language": "de"},
    )

    form = answer.context["adminform"].form
    assert "Bestellung" in form["subject"].value()
    assert b"{{ order.total }}" in answer.content


def test_a_text_that_is_there_already_is_opened(owner: Client, shop: Shop) -> None:
    own = ShopWording.objects.create(
        shop=shop, kind="relist", language="en", subject="Hi", body="Hello"
    )

    answer = owner.get(
        reverse("admin:notifications_shopwording_add"),
        {"shop": shop.pk, "kind": "relist", "language": "en"},
    )

    assert answer["Location"] == reverse("admin:notifications_shopwording_change", args=[own.pk])


def test_a_broken_text_is_refused_with_line_and_reason(owner: Client, shop: Shop) -> None:
    answer = owner.post(
        reverse("admin:notifications_shopwording_add"),
        {
            "shop": shop.pk,
            "kind": "thank_you",
            "language": "en",
            "subject": "Thanks",
            "body": "Hello\n{{ order.totl }}",
        },
    )

    html = answer.content.decode()
    assert "line 2" in html
    assert "order.total" in html
    assert not ShopWording.objects.exists()


def test_a_preview_shows_what_is_not_saved_yet(owner: Client, shop: Shop) -> None:
    answer = owner.post(
        reverse(PREVIEW),
        {
            "kind": "thank_you",
            "language": "en",
            "subject": "For {{ buyer.first_name }}",
            "body": "Dear {{ buyer.name }}",
        },
    )

    html = answer.content.decode()
    assert "For Zoë" in html
    assert html.count("Dear Zoë Ørsted") >= 2
    assert "<iframe" in html
    assert " sandbox" in html
    assert not ShopWording.objects.exists()


def test_a_preview_runs_no_script_of_the_text(owner: Client, shop: Shop) -> None:
    answer = owner.post(
        reverse(PREVIEW),
        {"kind": "thank_you", "language": "en", "subject": "Hi", "body": "<script>x()</script>"},
    )

    assert b"<script>x()" not in answer.content
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_a_preview_of_a_broken_text_says_what_is_wrong(owner: Client, shop: Shop) -> None:
    answer = owner.post(
        reverse(PREVIEW), {"kind": "thank_you", "subject": "Hi", "body": "{% if %}"}
    )

    assert b"line 1" in answer.content


def test_deleting_goes_back_to_the_shipped_text(owner: Client, shop: Shop) -> None:
    own = ShopWording.objects.create(
        shop=shop, kind="relist", language="en", subject="Hi", body="Hello"
    )

    owner.post(reverse("admin:notifications_shopwording_delete", args=[own.pk]), {"post": "yes"})

    assert not ShopWording.objects.exists()


def test_a_shop_that_moves_has_its_orders_looked_at_again(owner: Client, shop: Shop) -> None:
    order = make_order(shop)
    later = timezone.now() + timedelta(days=2)
    Watch.objects.filter(order=order).update(look_at=later)
    member = shop.members.get()

    owner.post(
        reverse("admin:orders_shop_change", args=[shop.pk]),
        {
            **{name: getattr(shop, name) for name in ("name", "slug", "country", "currency")},
            "language": shop.language,
            "timezone": "Pacific/Auckland",
            "members-TOTAL_FORMS": 1,
            "members-INITIAL_FORMS": 1,
            "members-0-id": member.pk,
            "members-0-shop": shop.pk,
            "members-0-role": "owner",
        },
    )

    shop.refresh_from_db()
    assert shop.timezone == "Pacific/Auckland"
    assert Watch.objects.get(order=order).look_at < later


def test_a_shop_opened_in_the_admin_site_has_policy_and_channels(client: Client) -> None:
    make_user("root@example.com", is_staff=True, is_superuser=True)
    client.login(email="root@example.com", password="beads")

    client.post(
        reverse("admin:orders_shop_add"),
        {
            "name": "Felt",
            "slug": "felt",
            "timezone": "Europe/Berlin",
            "country": "DE",
            "currency": "EUR",
            "language": "de",
            "members-TOTAL_FORMS": 0,
            "members-INITIAL_FORMS": 0,
        },
    )

    shop = Shop.objects.get(slug="felt")
    assert shop.policy.reminder_after == 3
    assert Channel.objects.filter(shop=shop).count() == len(ChannelKind)


def test_what_labels_are_asked_for_is_set_in_the_admin_too(owner: Client, shop: Shop) -> None:
    save_policy(owner, shop, home_service="UPS Ground", insure="on", insure_up_to="250")

    assert shop.policy.home_service == "UPS Ground"
    assert (shop.policy.insure, shop.policy.insure_up_to) == (True, 250)
    assert not shop.policy.pack_first
