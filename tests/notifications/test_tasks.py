"""The beat's jobs: each harmless at any moment, and a backlog calls in others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from redis import Redis

from notifications import tasks
from notifications.models import Message
from notifications.outbox import BATCH
from notifications.words import MessageState
from orders.models import Watch
from shopcare.celery import SCHEDULE, app
from tests.factory import make_order, make_shop
from tests.notifications.outboxing import kinds
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(settings: Settings) -> Iterator[Redis]:
    """The tests' Valkey, with its queues empty before and after."""
    with Redis(unix_socket_path=settings.REDIS_URL.removeprefix("redis+socket://")) as valkey:
        valkey.delete("mail", "default")
        yield valkey
        valkey.delete("mail", "default")


def order_now(count: int = 1) -> None:
    shop = make_shop()
    for _order in range(count):
        make_order(shop, placed_at=timezone.now())


def test_sweep_and_send_take_an_order_from_placing_to_its_thank_you(smtp_sink: SmtpSink) -> None:
    order_now()

    tasks.sweep()
    tasks.send()

    assert kinds(smtp_sink) == ["thank_you"]


def test_every_job_is_harmless_twice_and_with_nothing_to_do(smtp_sink: SmtpSink) -> None:
    order_now()
    jobs = (tasks.sweep, tasks.send, tasks.rescue, tasks.write_digests, tasks.send_on)

    for job in (*jobs, *jobs, tasks.sweep_on):
        job()

    assert kinds(smtp_sink) == ["thank_you"]


def test_a_backlog_of_mail_calls_in_others(
    smtp_sink: SmtpSink, broker: Redis, settings: Settings
) -> None:
    settings.OUTBOX_FOLLOWERS = 2
    order_now(BATCH + 1)
    tasks.sweep()

    tasks.send()

    assert broker.llen("mail") == 2
    assert len(smtp_sink.messages) == BATCH + 1


def test_a_batch_that_is_not_full_calls_nobody(smtp_sink: SmtpSink, broker: Redis) -> None:
    order_now(BATCH - 1)
    tasks.sweep()

    tasks.send()

    assert broker.llen("mail") == 0


def test_a_server_that_is_away_calls_nobody(broker: Redis, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    order_now(BATCH + 1)
    tasks.sweep()

    tasks.send()

    assert broker.llen("mail") == 0


def test_send_takes_up_what_a_crashed_sender_had_in_hand(smtp_sink: SmtpSink) -> None:
    order_now()
    tasks.sweep()
    long_ago = timezone.now() - timedelta(minutes=16)
    Message.objects.update(state=MessageState.SENDING, claimed_by=1, claimed_at=long_ago)

    tasks.send()

    assert kinds(smtp_sink) == ["thank_you"]


def test_a_sent_note_is_dated_when_it_was_sent(smtp_sink: SmtpSink) -> None:
    order_now()
    tasks.sweep()
    before = timezone.now()

    tasks.send()

    sent_at = Message.objects.get().sent_at
    assert sent_at is not None
    assert before <= sent_at <= timezone.now()


def test_the_schedule_names_jobs_that_exist() -> None:
    app.loader.import_default_modules()

    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)


def test_a_job_expires_before_its_next_turn() -> None:
    for entry in SCHEDULE.values():
        assert entry["options"]["expires"] < entry["schedule"]


@pytest.mark.parametrize(
    ("task", "queue"), [("send", "mail"), ("send_on", "mail"), ("sweep", "default")]
)
def test_whoever_sends_does_so_in_the_queue_for_mail(task: str, queue: str) -> None:
    route = app.amqp.router.route({}, f"notifications.tasks.{task}")

    assert route["queue"].name == queue


def test_jobs_carry_no_data() -> None:
    for name, task in app.tasks.items():
        if name.startswith("notifications."):
            assert task.run.__code__.co_argcount == 0


def test_a_finished_look_is_not_due_again_at_once() -> None:
    order_now()

    tasks.sweep()

    assert Watch.objects.filter(look_at__lte=timezone.now()).count() == 0
