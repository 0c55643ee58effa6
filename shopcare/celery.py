"""Celery and the whole schedule.

Tasks carry no data and answer nothing: each looks into PostgreSQL for what is due. So losing
the broker with everything in it loses nothing, and the next beat goes on.
"""

import os
from typing import Any

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcare.settings")


def every(seconds: float, task: str, *, queue: str = "default") -> dict[str, Any]:
    """One line of the schedule. It expires before the next, so that a backlog evaporates."""
    return {
        "task": task,
        "schedule": seconds,
        "options": {"queue": queue, "expires": seconds * 0.9},
    }


SCHEDULE = {
    "sweep": every(5, "notifications.tasks.sweep"),
    "send": every(2, "notifications.tasks.send", queue="mail"),
    "rescue": every(60, "notifications.tasks.rescue"),
    "digest": every(60, "notifications.tasks.digest"),
    "imports": every(2, "shopcare.tasks.imports"),
    # With the mail, whose worker has many threads: they wait for EasyPost most of the time.
    "buy_labels": every(3, "shopcare.tasks.buy_labels", queue="mail"),
    "follow_refunds": every(60, "shopcare.tasks.follow_refunds", queue="mail"),
    # Each claim has its own time; a minute is soon enough for one in doubt.
    "follow_claims": every(60, "shopcare.tasks.follow_claims", queue="mail"),
    "clean_up_imports": every(3600, "shopcare.tasks.clean_up_imports"),
    "take_reports": every(2, "shopcare.tasks.take_reports"),
    "clean_up_reports": every(3600, "shopcare.tasks.clean_up_reports"),
    "track_new": every(60, "shopcare.tasks.track_new"),
    # It waits for answers most of the time, like the sending of mail.
    "poll_trackers": every(60, "shopcare.tasks.poll_trackers", queue="mail"),
}

app = Celery("shopcare")
app.conf.update(
    broker_url=settings.REDIS_URL,
    # A broker that goes away is waited for, at the start and later, for as long as it takes.
    broker_connection_retry=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"socket_keepalive": True, "visibility_timeout": 3600},
    # Our own logs say what happened; Celery must not put its own in their place.
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_default_queue="default",
    # The jobs that a sending job calls in, too.
    task_routes={"notifications.tasks.send*": {"queue": "mail"}},
    task_store_errors_even_if_ignored=False,
    beat_schedule=SCHEDULE,
    # Kept in memory: every interval is short, and a file could be left broken by a crash.
    beat_scheduler="celery.beat:Scheduler",
    timezone="UTC",
    enable_utc=True,
)
app.autodiscover_tasks(["notifications", "shopcare"])
