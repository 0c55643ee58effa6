"""Senders that die, sleep or run side by side: nothing is lost and nothing sent twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from notifications import outbox, settling
from notifications.in_doubt import InDoubt
from notifications.models import Message
from notifications.outbox import BATCH, send_messages
from notifications.post import Post
from notifications.sending import Sender
from notifications.settling import Outcome
from notifications.sweep import sweep
from notifications.words import MessageState
from tests.factory import MONDAY, make_order, make_shop
from tests.notifications.outboxing import elsewhere, kinds
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def another_session() -> Iterator[psycopg.Connection[tuple[int]]]:
    """A database session of somebody else, who is alive for the length of the block."""
    database = connection.settings_dict
    with psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"] or None,
        dbname=database["NAME"],
        autocommit=True,
    ) as other:
        yield other


def claimed_by(session: int, ago: timedelta) -> Message:
    """A message that `session` took in hand so long ago."""
    make_order()
    sweep(MONDAY)
    claimed = {"claimed_by": session, "claimed_at": timezone.now() - ago}
    Message.objects.update(state=MessageState.SENDING, attempts=1, **claimed)
    return Message.objects.get()


def queue(count: int) -> None:
    shop = make_shop()
    for _order in range(count):
        make_order(shop)
    sweep(MONDAY)


def test_what_a_dead_sender_had_in_hand_is_queued_at_once() -> None:
    with another_session() as dead:
        session = dead.info.backend_pid
    message = claimed_by(session, timedelta(seconds=3))

    rescued = settling.rescue(MONDAY)

    message.refresh_from_db()
    assert (rescued, message.state, message.attempts) == (1, MessageState.QUEUED, 0)


def test_what_a_living_sender_has_in_hand_is_left_to_it() -> None:
    with another_session() as living:
        claimed_by(living.info.backend_pid, timedelta(0))
        threading.Event().wait(2.5)

        assert settling.rescue(MONDAY) == 0


def test_a_claim_of_a_quarter_of_an_hour_ends_even_while_the_session_lives() -> None:
    with another_session() as living:
        claimed_by(living.info.backend_pid, timedelta(minutes=15, seconds=1))

        assert settling.rescue(MONDAY) == 1


def test_a_later_session_of_the_same_number_is_not_the_claimer() -> None:
    with another_session() as later:
        claimed_by(later.info.backend_pid, timedelta(minutes=1))

        assert settling.rescue(MONDAY) == 1


def test_a_rescued_message_goes_out_under_its_own_name(smtp_sink: SmtpSink) -> None:
    with another_session() as dead:
        session = dead.info.backend_pid
    message = claimed_by(session, timedelta(seconds=3))

    send_messages(MONDAY)

    assert [m["Message-ID"] for m in smtp_sink.messages] == [f"<{message.token}@example.com>"]


def test_draining_waits_for_what_somebody_dropped_a_moment_ago(smtp_sink: SmtpSink) -> None:
    with another_session() as dead:
        session = dead.info.backend_pid
    claimed_by(session, timedelta(0))

    send_messages(MONDAY)

    assert kinds(smtp_sink) == ["thank_you"]


def test_a_message_taken_over_by_another_is_not_settled_by_the_first(
    smtp_sink: SmtpSink,
) -> None:
    queue(1)
    batch = outbox.claim(MONDAY)
    assert batch is not None
    Message.objects.update(state=MessageState.QUEUED, claimed_by=None)
    elsewhere(lambda: send_messages(MONDAY))

    settling.settle(batch.messages[0], batch, MONDAY, Outcome(MessageState.FAILED, "too late"))

    assert Message.objects.get().state == MessageState.SENT


def test_a_lost_claim_is_not_sent(smtp_sink: SmtpSink) -> None:
    queue(2)

    def rob(address: str) -> None:
        """While the first is under way, somebody takes all that is still in hand."""
        elsewhere(
            lambda: Message.objects.filter(state=MessageState.SENDING).update(
                state=MessageState.QUEUED, claimed_by=None, next_attempt_at=MONDAY
            )
        )
        smtp_sink.on_data = lambda to: None

    smtp_sink.on_data = rob

    counts = outbox.work_off(lambda: MONDAY, InDoubt())

    assert counts == {"sent": 1, "lost": 1}
    assert len(smtp_sink.messages) == 1


def test_a_new_database_session_lets_go_of_the_old_ones_claims(smtp_sink: SmtpSink) -> None:
    queue(3)
    batch = outbox.claim(MONDAY)
    assert batch is not None
    connection.close()

    counts = Sender(batch, Post(), InDoubt(), lambda: MONDAY).send()

    assert counts == {"abandoned": 3}
    assert smtp_sink.messages == []
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.QUEUED}


def test_a_mail_sent_while_the_session_is_cut_is_settled_all_the_same(
    smtp_sink: SmtpSink,
) -> None:
    queue(1)
    ours = settling.session()

    def cut(address: str) -> None:
        with another_session() as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", [ours])

    smtp_sink.on_data = cut

    send_messages(MONDAY)

    assert Message.objects.get().state == MessageState.SENT
    assert len(smtp_sink.messages) == 1


def test_several_senders_at_once_send_nothing_twice(smtp_sink: SmtpSink) -> None:
    queue(4 * BATCH)

    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(outbox.work_off_and_disconnect, lambda: MONDAY, InDoubt())
            for _sender in range(4)
        ]
        counts = sum((job.result() for job in jobs), Counter[str]())

    assert counts == {"sent": 4 * BATCH}
    assert len({m["Message-ID"] for m in smtp_sink.messages}) == len(smtp_sink.messages)


def test_a_backlog_goes_out_over_several_kept_connections(
    smtp_sink: SmtpSink, settings: Settings
) -> None:
    queue(3 * BATCH + 1)

    counts = send_messages(MONDAY)

    assert counts == {"sent": 3 * BATCH + 1}
    assert len(smtp_sink.messages) == 3 * BATCH + 1
    assert smtp_sink.connections <= settings.OUTBOX_THREADS
