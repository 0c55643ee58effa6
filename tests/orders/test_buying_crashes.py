"""Workers die while they buy labels: none is bought twice, none is lost."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from orders import rows
from orders.models import Label, LabelState, Order, Shop
from orders.shipping import label_rows
from orders.shipping.buying import ask, buy, rescue
from orders.shipping.gateway import EasyPost, account
from orders.shipping.label_requests import request_of
from tests.conftest import ROOT
from tests.easypost import EasyPostServer, easypost_server
from tests.factory import MONDAY
from tests.labels import make_paid_order, make_shipping_shop, postage

NOW = MONDAY + timedelta(hours=9)
SECOND = timedelta(seconds=1)
LABELS = 50
PATIENCE = 240.0  # seconds for all of it


@pytest.fixture
def easypost(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as server:
        settings.EASYPOST_API_BASE = server.url
        yield server


@pytest.fixture
def label(db: None) -> Label:
    """One that was asked for."""
    return ask(postage(make_paid_order(make_shipping_shop())), now=NOW)


def in_dead_hands(label: Label, **fields: Any) -> None:
    """As a worker leaves it that died a while ago: no database session has this process id."""
    label_rows.claim(label)
    died_at = timezone.now() - timedelta(hours=1)
    Label.objects.filter(pk=label.pk).update(claimed_by=0, claimed_at=died_at, **fields)


def gateway_of(label: Label) -> EasyPost:
    found = account(label.shop)
    assert found is not None
    return found


def state_of(label: Label) -> str:
    label.refresh_from_db()
    return label.state


def test_a_worker_that_died_before_it_asked_for_a_price(
    easypost: EasyPostServer, label: Label
) -> None:
    in_dead_hands(label)

    rescued = rescue(NOW)

    assert rescued == 1
    assert state_of(label) == LabelState.BOUGHT
    assert list(easypost.bought.values()) == [1]


def test_a_worker_that_died_before_it_kept_the_shipments_name(
    easypost: EasyPostServer, label: Label
) -> None:
    made = gateway_of(label).price(request_of(label))
    in_dead_hands(label)

    rescue(NOW)

    assert state_of(label) == LabelState.BOUGHT
    assert label.easypost_id == made.id
    assert len(easypost.asked("POST", "/shipments")) == 1


def test_a_worker_that_died_after_it_kept_the_shipments_name(
    easypost: EasyPostServer, label: Label
) -> None:
    made = gateway_of(label).price(request_of(label))
    in_dead_hands(label, easypost_id=made.id)

    rescue(NOW)

    assert state_of(label) == LabelState.BOUGHT
    assert len(easypost.asked("POST", "/shipments")) == 1
    assert list(easypost.bought.values()) == [1]


def test_a_worker_that_died_right_before_buying(easypost: EasyPostServer, label: Label) -> None:
    made = gateway_of(label).price(request_of(label))
    in_dead_hands(label, easypost_id=made.id, asked_at=NOW)

    rescue(NOW + SECOND)
    at_once = (state_of(label), label.problem, sum(easypost.bought.values()))
    rescue(NOW + 120 * SECOND)

    assert at_once[0] == LabelState.BUYING
    assert at_once[1].startswith("It is not known yet")
    assert at_once[2] == 0
    assert state_of(label) == LabelState.BOUGHT
    assert list(easypost.bought.values()) == [1]


def test_a_worker_that_died_before_it_wrote_down_what_it_bought(
    easypost: EasyPostServer, label: Label
) -> None:
    gateway = gateway_of(label)
    made = gateway.price(request_of(label))
    bought = gateway.buy(made.id, made.rates[0].id, label.insured)
    in_dead_hands(label, easypost_id=made.id, asked_at=NOW)

    rescue(NOW + SECOND)

    assert state_of(label) == LabelState.BOUGHT
    assert label.tracking_code == bought.tracking_code
    assert label.service == "GroundAdvantage"
    assert len(easypost.asked("POST", "/shipments/*/buy")) == 1


def test_a_restored_database_that_has_forgotten_the_shipment_finds_what_was_bought(
    easypost: EasyPostServer, label: Label
) -> None:
    gateway = gateway_of(label)
    made = gateway.price(request_of(label))
    gateway.buy(made.id, made.rates[0].id, label.insured)
    in_dead_hands(label)

    rescue(NOW)

    assert state_of(label) == LabelState.BOUGHT
    assert list(easypost.bought.values()) == [1]


def test_a_worker_that_is_alive_is_not_robbed(easypost: EasyPostServer, label: Label) -> None:
    label_rows.claim(label)

    rescued = rescue(NOW + 120 * SECOND)
    clicked = buy(label, NOW + 120 * SECOND)

    assert rescued == 0
    assert clicked.state == LabelState.BUYING
    assert not easypost.requests


def test_a_worker_that_lost_its_label_buys_nothing(easypost: EasyPostServer, label: Label) -> None:
    label_rows.claim(label)
    mine = label_rows.read(label.pk)
    in_dead_hands(label)
    rescue(NOW)

    with pytest.raises(label_rows.LostLabel):
        label_rows.keep(mine, easypost_id="shp_other", asked_at=None)

    assert list(easypost.bought.values()) == [1]


@pytest.mark.django_db(transaction=True)
def test_clicks_and_workers_of_one_moment_buy_one_label(easypost: EasyPostServer) -> None:
    order = make_paid_order(make_shipping_shop())
    easypost.fail("/shipments*", delay=0.05, times=-1)
    wanted = [postage(order) for _click in range(6)]

    def click(number: int) -> int:
        try:
            return buy(ask(wanted[number], now=NOW), NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(click, range(6)))

    assert len(found) == 1
    assert Label.objects.get().state == LabelState.BOUGHT
    assert len(easypost.asked("POST", "/shipments")) == 1
    assert list(easypost.bought.values()) == [1]


@pytest.mark.django_db(transaction=True)
def test_fifty_labels_are_bought_once_each_however_often_workers_are_killed() -> None:
    chance = random.Random(time.time_ns())
    shop = make_shipping_shop()
    labels = [ask(postage(order), now=timezone.now()) for order in fifty_orders(shop)]

    with easypost_server() as easypost, label_workers(easypost.url) as workers:
        easypost.fail("/shipments*", delay=0.02, times=-1)
        for _kill in range(40):
            time.sleep(chance.uniform(0.02, 0.3))
            workers.kill_one(chance)
            workers.start()
        workers.settle_down()
        bought, shipments = easypost.bought, easypost.answers.shipments

    found = list(Label.objects.order_by("id"))
    assert len(found) == len(labels) == LABELS
    assert {label.state for label in found} == {LabelState.BOUGHT}
    assert bought == {str(label.reference): 1 for label in found}
    assert {label.tracking_code for label in found} == {
        shipment["tracking_code"] for shipment in shipments.values() if shipment["postage_label"]
    }


def fifty_orders(shop: Shop) -> list[Order]:
    return [make_paid_order(shop, str(number)) for number in range(1001, 1001 + LABELS)]


class Workers:
    """Processes that buy labels in the tests' database."""

    def __init__(self, ask: Callable[[str], int]) -> None:
        self._ask = ask
        self.alive: list[int] = []
        self.until = time.monotonic() + PATIENCE

    def start(self) -> None:
        self.alive.append(self._ask("start"))

    def kill_one(self, chance: random.Random) -> None:
        self._ask(f"kill {self.alive.pop(chance.randrange(len(self.alive)))}")

    def settle_down(self) -> None:
        """Some minutes pass, in which nobody is killed; until nothing waits any more."""
        while Label.objects.filter(state__in=(LabelState.QUEUED, LabelState.BUYING)).exists():
            assert time.monotonic() < self.until, list(Label.objects.values("state", "problem"))
            let_minutes_pass(timedelta(minutes=5))
            time.sleep(0.5)


def let_minutes_pass(passed: timedelta) -> None:
    """For labels that nobody has in hand: so a worker's clock need not be turned."""
    rows.execute(
        """UPDATE orders_label SET asked_at = asked_at - %s, next_attempt_at = next_attempt_at - %s
           WHERE state IN ('queued', 'buying') AND claimed_by IS NULL""",
        [passed, passed],
    )


@contextmanager
def label_workers(api: str) -> Iterator[Workers]:
    """Three workers to begin with; all die at the end."""
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.orders.label_nursery"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "shopcare.settings",
            "DATABASE_URL": database_url(),
            "EASYPOST_API_BASE": api,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(line: str) -> int:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        nursery.stdin.write(line + "\n")
        nursery.stdin.flush()
        return int(nursery.stdout.readline())

    try:
        workers = Workers(ask)
        for _number in range(3):
            workers.start()
        yield workers
    finally:
        nursery.kill()
        nursery.communicate()


def database_url() -> str:
    """The tests' database, for other processes."""
    settings = connection.settings_dict
    host = str(settings["HOST"]).replace("/", "%2F")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    return f"postgres://{settings['USER']}{password}@{host}{port}/{settings['NAME']}"
