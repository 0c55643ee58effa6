"""The beat's jobs for labels."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.models import Label, LabelState
from orders.shipping.buying import ask, buy
from orders.shipping.refunds import refund
from shopcare import tasks
from shopcare.celery import SCHEDULE
from tests.easypost import EasyPostServer, easypost_server
from tests.labels import make_paid_order, make_shipping_shop, postage

pytestmark = pytest.mark.django_db


@pytest.fixture
def easypost(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as server:
        settings.EASYPOST_API_BASE = server.url
        yield server


@pytest.fixture
def label() -> Label:
    return ask(postage(make_paid_order(make_shipping_shop())), now=timezone.now())


def test_the_beat_buys_what_waits(easypost: EasyPostServer, label: Label) -> None:
    tasks.buy_labels()

    label.refresh_from_db()
    assert label.state == LabelState.BOUGHT


def test_the_beat_takes_up_what_is_in_doubt(easypost: EasyPostServer, label: Label) -> None:
    easypost.fail("/shipments/*/buy", how="drop_after")
    tasks.buy_labels()
    Label.objects.update(next_attempt_at=timezone.now())

    tasks.buy_labels()

    label.refresh_from_db()
    assert label.state == LabelState.BOUGHT
    assert list(easypost.bought.values()) == [1]


def test_the_beat_follows_refunds(easypost: EasyPostServer, label: Label) -> None:
    refunding = refund(buy(label, timezone.now()), timezone.now() - timedelta(hours=1))
    easypost.answers.shipments[refunding.easypost_id]["refund_status"] = "refunded"

    tasks.follow_refunds()

    label.refresh_from_db()
    assert label.state == LabelState.REFUNDED


def test_a_label_that_breaks_the_worker_holds_up_no_other(
    easypost: EasyPostServer, label: Label
) -> None:
    Label.objects.update(address={"nonsense": 1}, carrier="", is_return=True)
    other = ask(
        postage(make_paid_order(label.shop, "1002")), now=timezone.now() + timedelta(seconds=-1)
    )

    tasks.buy_labels()

    label.refresh_from_db()
    other.refresh_from_db()
    assert label.state == LabelState.BUYING
    assert label.next_attempt_at is not None
    assert label.next_attempt_at > timezone.now()
    assert other.state == LabelState.BOUGHT


def test_labels_are_bought_and_followed_by_the_beat() -> None:
    planned = {line["task"] for line in SCHEDULE.values()}

    assert {"shopcare.tasks.buy_labels", "shopcare.tasks.follow_refunds"} <= planned
