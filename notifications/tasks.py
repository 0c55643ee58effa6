"""The beat's jobs. They carry no data, so that losing them loses nothing.

One that finds more than a batch queues followers, up to SWEEP_FOLLOWERS or OUTBOX_FOLLOWERS,
and each works on by itself: so a backlog spreads over every worker on every machine.
"""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from notifications import digest, outbox, preview_runs, settling
from notifications import sweep as sweeping
from notifications.in_doubt import InDoubt
from orders.lifecycle import record_early_facts

logger = logging.getLogger(__name__)

# Shorter than a beat's interval, so that a later beat finds the workers free again.
SWEEP_SECONDS = 4.5
SEND_SECONDS = 30
in_doubt = InDoubt()


@shared_task
def sweep() -> None:
    """Plan what is due; with more than a batch of it, have others join in."""
    counts = sweeping.sweep_batch(timezone.now())
    if counts["looked_at"] >= sweeping.BATCH:
        for _number in range(settings.SWEEP_FOLLOWERS):
            sweep_on.apply_async(expires=SWEEP_SECONDS)
        sweep_on()
    elif counts["looked_at"]:
        logger.info("Swept", extra={"action": "swept", **counts})


@shared_task
def sweep_on() -> None:
    """Plan batch after batch, for as long as a beat lasts."""
    counts = sweeping.sweep(timezone.now(), seconds=SWEEP_SECONDS)
    logger.info("Swept", extra={"action": "swept", **counts})


@shared_task
def send() -> None:
    """Send a batch; with more than that queued, have others join in.

    What a sender that crashed left behind comes first: nobody should wait for it a minute.
    """
    take_up_the_dropped()
    counts = outbox.work_off(timezone.now, in_doubt, most=outbox.BATCH)
    if counts.total() >= outbox.BATCH and not counts["no_server"]:
        for _number in range(settings.OUTBOX_FOLLOWERS):
            send_on.apply_async(expires=SEND_SECONDS)
        send_on()
    elif counts:
        logger.info("Sent", extra={"action": "messages_sent", **counts})


@shared_task
def send_on() -> None:
    """Send batch after batch over one connection."""
    counts = outbox.work_off(timezone.now, in_doubt, seconds=SEND_SECONDS)
    logger.info("Sent", extra={"action": "messages_sent", **counts})


def take_up_the_dropped() -> None:
    """Queue again what crashed senders had in hand."""
    rescued = settling.rescue(timezone.now())
    if rescued:
        logger.warning("Rescued", extra={"action": "rescued", "messages": rescued})


@shared_task
def rescue() -> None:
    """Take up what crashed senders had in hand, and facts that missed their order."""
    take_up_the_dropped()
    early = record_early_facts(now=timezone.now())
    if early:
        logger.warning("Facts joined", extra={"action": "facts_joined", "early_facts": early})


@shared_task(name="notifications.tasks.digest")
def write_digests() -> None:
    """Write the morning digests."""
    written = digest.write_digests(timezone.now())
    if written:
        logger.info("Digests written", extra={"action": "digests_written", "digests": written})


@shared_task
def preview_policies() -> None:
    """Play orders for previews of a changed policy, until all are done."""
    played = preview_runs.work_off(timezone.now())
    if played:
        logger.info("Previewed", extra={"action": "policy_previewed", "orders": played})
