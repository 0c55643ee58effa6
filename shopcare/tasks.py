"""The beat's jobs of this storey. They carry no data, so that losing them loses nothing."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from orders.intake import runs
from orders.shipping import buying, claims, refunds, scan_forms, tracking, tracking_reports
from shopcare import importing

logger = logging.getLogger(__name__)


@shared_task
def imports() -> None:
    """Check or import the uploads that wait."""
    importing.work_off(timezone.now)


@shared_task
def clean_up_imports() -> None:
    """Delete uploads that nobody needs any more."""
    deleted = runs.clean_up(timezone.now())
    if deleted:
        logger.info("Uploads deleted", extra={"action": "uploads_deleted", "uploads": deleted})


@shared_task
def take_reports() -> None:
    """Record what carriers reported."""
    counts = tracking_reports.work_off(timezone.now())
    if counts["reports"]:
        logger.info("Reports worked off", extra={"action": "reports_worked_off", **counts})


@shared_task
def clean_up_reports() -> None:
    """Delete reports whose news is long in the timelines."""
    deleted = tracking_reports.clean_up(timezone.now())
    if deleted:
        logger.info("Reports deleted", extra={"action": "reports_deleted", "reports": deleted})


@shared_task
def track_new() -> None:
    """Have new parcels followed."""
    found = tracking.track_new(timezone.now())
    if found:
        logger.info("Parcels followed", extra={"action": "parcels_followed", "parcels": found})


@shared_task
def poll_trackers() -> None:
    """Ask about the parcels of which nothing was heard for too long."""
    counts = tracking.poll(timezone.now())
    if counts:
        logger.info("Trackers asked about", extra={"action": "trackers_polled", **counts})


@shared_task
def buy_labels() -> None:
    """Take up labels in doubt, then buy those that wait; each beat adds a hand, up to a few."""
    rescued = buying.rescue(timezone.now())
    counts = buying.work_off(timezone.now)
    if rescued or counts:
        logger.info("Labels", extra={"action": "labels", "rescued": rescued, **counts})


@shared_task
def follow_refunds() -> None:
    """Ask how refunds of labels stand, and whether scan forms are ready."""
    now = timezone.now()
    settled = refunds.follow_refunds(now)
    scan_forms.follow_forms(now)
    if settled:
        logger.info("Refunds settled", extra={"action": "refunds_settled", "labels": settled})


@shared_task
def follow_claims() -> None:
    """Ask how open claims stand; those in doubt first of all."""
    counts = claims.follow(timezone.now())
    if counts:
        logger.info("Claims asked about", extra={"action": "claims_followed", **counts})
