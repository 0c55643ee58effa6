"""What EasyPost tracks for us, what it told us, and when each parcel was expected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.models.shop import Shop


class Tracker(models.Model):
    """One tracking number of one parcel, followed at EasyPost.

    A corrected number is another tracker. `tracking_code` is as carriers write it (see
    `recognise.tidy`). `next_poll_at` is when we ask by ourselves if nothing is heard until then;
    empty once the parcel's journey is over. Times UTC.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="trackers", db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="trackers")
    parcel = models.CharField(_("parcel"), max_length=100)
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    tracking_code = models.CharField(_("tracking number"), max_length=100)
    easypost_id = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=24, blank=True)
    # Scans before this are of another parcel that had the same number.
    since = models.DateTimeField()
    heard_at = models.DateTimeField(null=True, blank=True)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                name="tracker_to_poll",
                condition=Q(next_poll_at__isnull=False),
            ),
            models.Index(fields=["shop", "tracking_code"], name="tracker_by_code"),
            models.Index(
                fields=["easypost_id"], name="tracker_easypost_id", condition=~Q(easypost_id="")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "parcel", "carrier", "tracking_code"],
                name="tracker_once_per_number",
            ),
        ]

    def __str__(self) -> str:
        return self.tracking_code


class TrackingReport(models.Model):
    """A carrier's news as EasyPost sent it: taken in at once, worked off a moment later.

    `key` is EasyPost's name of the event, so that a repeated delivery is stored once.
    `tracking_code` is set on news of a number that no parcel has: should one get it later, the
    report is worked off again.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="tracking_reports", db_index=False)
    key = models.CharField(max_length=200)
    body = models.TextField()
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)
    tracking_code = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="report_waiting", condition=Q(done_at__isnull=True)),
            models.Index(
                fields=["shop", "tracking_code"],
                name="report_of_no_parcel",
                condition=~Q(tracking_code=""),
            ),
            models.Index(fields=["received_at"], name="report_received_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["shop", "key"], name="report_once_per_shop"),
        ]

    def __str__(self) -> str:
        return self.key


class ExpectedDelivery(models.Model):
    """When a parcel was expected, as the carrier said at `said_at`.

    A day without a time stands as its noon in UTC, which is the same day almost everywhere. News
    comes in any order, so what was said again is a row too; `expectations` shows the changes.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="expected_deliveries")
    parcel = models.CharField(_("parcel"), max_length=100)
    expected_at = models.DateTimeField(_("expected"))
    said_at = models.DateTimeField(_("said"))

    class Meta:
        verbose_name_plural = "expected deliveries"
        ordering = ["said_at", "expected_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "parcel", "expected_at", "said_at"], name="expectation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel}: {self.expected_at}"
