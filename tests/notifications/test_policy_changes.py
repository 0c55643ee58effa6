"""A changed policy: what it lets out, what it holds back, and who is looked at again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications.models import Message
from notifications.policy_changes import save_channel, save_policy
from notifications.sweep import sweep
from orders.facts import Payment, Scan
from orders.models import Order, Policy, Shop, Watch
from orders.words import ScanStatus
from tests.factory import MONDAY, make_order, make_shop, record

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Everything in these tests happens inside the sending window.
ALWAYS: dict[str, Any] = {"window_opens": "00:00", "window_closes": "00:00"}


def change(shop: Shop, now: datetime, **values: Any) -> None:
    policy = Policy.objects.get(shop=shop)
    for name, value in values.items():
        setattr(policy, name, value)
    policy.full_clean()
    save_policy(policy, now=now)


def kinds(order: Order) -> set[str]:
    return set(Message.objects.filter(order=order).values_list("kind", flat=True))


@pytest.mark.parametrize(("hours", "goes"), [(23, True), (24, True), (25, False)])
def test_a_shorter_delay_lets_out_what_lay_less_than_a_day_before(hours: int, goes: bool) -> None:
    shop = make_shop(policy={**ALWAYS, "reminder_after": 5})
    order = make_order(shop, placed_at=MONDAY)
    sweep(MONDAY)
    now = MONDAY + 2 * DAY + hours * HOUR

    change(shop, now, reminder_after=2)
    sweep(now)

    assert ("payment_reminder" in kinds(order)) is goes


@pytest.mark.parametrize(("hours", "goes"), [(23, True), (25, False)])
def test_a_rule_switched_on_lets_out_what_lay_less_than_a_day_before(
    hours: int, goes: bool
) -> None:
    shop = make_shop(policy={**ALWAYS, "rules_off": ["thank_you"]})
    order = make_order(shop, placed_at=MONDAY)
    sweep(MONDAY)
    now = MONDAY + hours * HOUR

    change(shop, now, rules_off=[])
    sweep(now)

    assert ("thank_you" in kinds(order)) is goes


@pytest.mark.parametrize(("hours", "goes"), [(23, True), (25, False)])
def test_a_note_taken_over_from_the_marketplace_starts_with_the_change(
    hours: int, goes: bool
) -> None:
    shop = make_shop(policy=ALWAYS)
    order = make_order(shop, placed_at=MONDAY, channel="etsy")
    record(shop, Payment(order=order.number, at=MONDAY + HOUR))
    channel = shop.channels.get(kind="etsy")
    channel.modes = {"payment_received": "send", "thank_you": "marketplace_does"}
    now = MONDAY + (hours + 1) * HOUR

    save_channel(channel, now=now)
    sweep(now)

    assert ("payment_received" in kinds(order)) is goes


def test_one_channels_change_holds_back_nothing_of_another() -> None:
    shop = make_shop(policy=ALWAYS)
    own = make_order(shop, placed_at=MONDAY)
    channel = shop.channels.get(kind="etsy")
    channel.modes = {"thank_you": "marketplace_does"}
    save_channel(channel, now=MONDAY)
    channel.modes = {"thank_you": "send"}

    save_channel(channel, now=MONDAY + 30 * HOUR)
    sweep(MONDAY + 30 * HOUR)

    assert "thank_you" in kinds(own)


def test_a_longer_time_to_pay_wakes_no_reminder_that_had_expired() -> None:
    shop = make_shop(policy={**ALWAYS, "reminder_after": 3, "payment_window": 7})
    order = make_order(shop, placed_at=MONDAY)

    change(shop, MONDAY + 8 * DAY, payment_window=14)
    sweep(MONDAY + 8 * DAY)

    assert "payment_reminder" not in kinds(order)


def test_a_longer_delay_takes_back_what_has_not_been_sent() -> None:
    shop = make_shop(policy=ALWAYS)
    order = make_order(shop, placed_at=MONDAY)
    sweep(MONDAY + 3 * DAY)

    change(shop, MONDAY + 3 * DAY, reminder_after=5)
    sweep(MONDAY + 3 * DAY)

    assert order.messages.get(kind="payment_reminder").state == "cancelled"  # type: ignore[attr-defined]


def test_finished_orders_of_late_are_looked_at_again_and_old_ones_are_not() -> None:
    shop = make_shop(policy=ALWAYS)
    delivered = [Scan(order="1", at=MONDAY, status=ScanStatus.DELIVERED)]
    new = make_order(shop, "1", paid_at=MONDAY, shipped_at=MONDAY, facts=delivered)
    year_ago = MONDAY - 365 * DAY
    old = make_order(
        shop, "2", placed_at=year_ago, paid_at=year_ago, shipped_at=year_ago, now=year_ago
    )
    Watch.objects.all().delete()

    change(shop, MONDAY + DAY, arrival_check_after=2)

    assert set(Watch.objects.values_list("order_id", flat=True)) == {new.pk}
    assert old.pk != new.pk


def test_another_shops_orders_are_not_looked_at() -> None:
    make_order(make_shop("other"), placed_at=MONDAY)
    Watch.objects.all().delete()

    change(make_shop(), MONDAY, reminder_after=2)

    assert not Watch.objects.exists()


def test_saving_an_unchanged_policy_restarts_nothing() -> None:
    shop = make_shop()

    change(shop, MONDAY)

    assert Policy.objects.get(shop=shop).rules_since == {}
