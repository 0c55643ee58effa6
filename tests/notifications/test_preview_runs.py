"""Previews of a policy, worked out on the real database."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import preview_runs
from notifications.histories import load_histories, orders_to_play
from notifications.models import Message, PolicyPreview
from notifications.sweep import sweep
from orders.facts import Payment
from orders.models import Flag, OrderEvent, Policy, Shop, Watch
from tests.factory import MONDAY, make_order, make_shop, record

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = MONDAY + 20 * DAY


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def preview(shop: Shop, **changed: Any) -> PolicyPreview:
    """A finished preview of the shop's policy with other numbers."""
    proposed = Policy.objects.get(shop=shop)
    for name, value in changed.items():
        setattr(proposed, name, value)
    started = preview_runs.start(shop, proposed, list(shop.channels.all()), now=NOW)
    preview_runs.work(started)
    return started


def test_four_days_instead_of_three_spare_the_one_who_pays_in_between(shop: Shop) -> None:
    make_order(shop, "silent")
    make_order(shop, "between", facts=[Payment(order="between", at=MONDAY + 3.5 * DAY)])
    make_order(shop, "quick", paid_at=MONDAY)

    found = preview(shop, reminder_after=4)

    assert found.is_finished
    assert found.tally["present/sent/payment_reminder"] == 2
    assert found.tally["proposed/sent/payment_reminder"] == 1
    assert found.tally["differing"] == 2
    numbers = {item.history.number for item in preview_runs.differences(found, found.differing)}
    assert numbers == {"silent", "between"}


def test_the_same_policy_makes_no_difference(shop: Shop) -> None:
    make_order(shop, "1001")

    found = preview(shop)

    assert "differing" not in found.tally
    assert found.differing == []


def test_a_channel_that_copies_instead_of_sending_shows(shop: Shop) -> None:
    make_order(shop, "1001")
    channels = list(shop.channels.all())
    for channel in channels:
        channel.modes = {"thank_you": "copy"}

    found = preview_runs.start(shop, Policy.objects.get(shop=shop), channels, now=NOW)
    preview_runs.work(found)

    assert found.tally["present/sent/thank_you"] == 1
    assert found.tally["proposed/copied/thank_you"] == 1


def test_a_preview_writes_and_sends_nothing(shop: Shop) -> None:
    make_order(shop, "1001")
    sweep(MONDAY + DAY)

    def everything() -> list[Any]:
        models = (Message, Flag, OrderEvent, Watch, Policy)
        return [list(model.objects.order_by("pk").values()) for model in models]  # type: ignore[attr-defined]

    before = everything()
    preview(shop, reminder_after=1, payment_window=2)

    assert everything() == before


def test_the_preview_agrees_with_what_really_was_sent(shop: Shop) -> None:
    make_order(shop, "silent")
    make_order(shop, "paid")
    for at in (MONDAY + timedelta(hours=hour) for hour in range(0, 20 * 24, 3)):
        if at == MONDAY + DAY:
            record(shop, Payment(order="paid", at=at))
        sweep(at)
        Message.objects.filter(state="queued").update(state="sent", sent_at=at)
    really = {
        f"present/sent/{kind}"
        for kind in Message.objects.filter(order__isnull=False).values_list("kind", flat=True)
    }

    found = preview(shop)

    assert {key for key in found.tally if key.startswith("present/sent/")} == really


def test_several_workers_play_each_order_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_runs, "PIECE", 2)
    for number in range(5):
        make_order(shop, f"n{number}")
    started = preview_runs.start(
        shop, Policy.objects.get(shop=shop), list(shop.channels.all()), now=NOW
    )

    first = preview_runs.work(started, seconds=0)
    rest = preview_runs.work_off(timezone.now())
    again = preview_runs.work_off(timezone.now())

    assert (first, rest, again) == (2, 3, 0)
    started.refresh_from_db()
    assert started.done == 5
    assert started.tally["present/sent/thank_you"] == 5


def test_only_the_shops_own_orders_are_played(shop: Shop) -> None:
    make_order(make_shop("other"), "theirs")

    assert preview(shop, reminder_after=4).order_ids == []


def test_an_old_order_that_nothing_can_happen_to_is_left_out(shop: Shop) -> None:
    make_order(shop, "old", placed_at=NOW - 140 * DAY)
    recent = make_order(shop, "recent", placed_at=NOW - 89 * DAY)

    assert orders_to_play(shop, NOW - 90 * DAY, NOW, reach=20 * DAY) == [recent.pk]


def test_histories_cost_the_same_queries_for_one_order_and_for_many(
    shop: Shop, django_assert_num_queries: Any
) -> None:
    ids = [make_order(shop, f"n{number}", paid_at=MONDAY).pk for number in range(10)]

    with django_assert_num_queries(5):
        load_histories(ids[:1])
    with django_assert_num_queries(5):
        load_histories(ids)


def test_a_preview_of_yesterday_is_thrown_away(shop: Shop) -> None:
    old = preview(shop)
    PolicyPreview.objects.filter(pk=old.pk).update(created_at=NOW - 2 * DAY)

    preview(shop)

    assert not PolicyPreview.objects.filter(pk=old.pk).exists()
