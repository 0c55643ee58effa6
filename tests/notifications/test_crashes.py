"""Workers killed in the middle of sending, with the broker wiped and the database restarted.

CRASHES=50 and CRASH_MESSAGES=2000 in the environment make it the full trial of some minutes.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.notifications.crashing import PATIENCE, Installation, installation
from tests.servers import SmtpSink

CRASHES = int(os.environ.get("CRASHES", "4"))
MESSAGES = int(os.environ.get("CRASH_MESSAGES", "160"))


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    """One for both, as it takes longest to make."""
    with installation() as found:
        yield found


@pytest.fixture
def shop(installed: Installation) -> Installation:
    """The installation, with nothing left of another test."""
    if installed.alive:
        installed.empty()
    return installed


def names(sink: SmtpSink) -> Counter[str]:
    """How often each Message-ID arrived."""
    return Counter(str(mail["Message-ID"]) for mail in sink.messages)


def wait_for_more(shop: Installation, count: int) -> None:
    """Return when so many more have arrived, or all of them."""
    goal = min(len(shop.sink.received) + count, MESSAGES)
    deadline = time.monotonic() + PATIENCE
    while len(shop.sink.received) < goal:
        assert time.monotonic() < deadline, shop.report()
        time.sleep(0.001)


def test_killed_workers_lose_nothing_and_send_at_most_one_again_each(
    shop: Installation,
) -> None:
    interruptions = 0
    moments = random.Random(CRASHES)
    shop.place_orders(MESSAGES)
    shop.manage("sweep")
    shop.start_beat()
    worker = shop.start_worker("first")

    for crash in range(CRASHES):
        wait_for_more(shop, MESSAGES // (CRASHES + 1))
        if crash % 4 == 1:
            shop.wipe_valkey()
        if crash % 4 == 3:
            shop.restart_postgres()
            interruptions += 1
        time.sleep(moments.uniform(0, 0.1))
        shop.kill(worker)
        interruptions += 1
        worker = shop.start_worker(f"after{crash}")
    shop.wait_until_settled(MESSAGES)

    arrived = names(shop.sink)
    tokens = {str(token) for token in shop.tokens()}
    again = {name: count - 1 for name, count in arrived.items() if count > 1}
    print(f"{MESSAGES} messages, {interruptions} interruptions, sent again: {again}")  # noqa: T201
    assert {name.strip("<>").partition("@")[0] for name in arrived} == tokens
    assert sum(again.values()) <= interruptions


def test_two_beats_and_four_workers_at_once_send_nothing_twice(shop: Installation) -> None:
    shop.place_orders(MESSAGES)
    for number in range(4):
        shop.start_worker(f"worker{number}", queues="default,mail")
    for _beat in range(2):
        shop.start_beat()

    shop.wait_until_settled(MESSAGES)

    arrived = names(shop.sink)
    assert len(arrived) == MESSAGES
    assert set(arrived.values()) == {1}
