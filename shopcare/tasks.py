"""The beat's jobs of this storey. They carry no data, so that losing them loses nothing."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from orders.intake import runs
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
