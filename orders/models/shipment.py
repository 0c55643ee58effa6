"""Parcels and what carriers say of them. Written by `lifecycle` alone, from the facts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.words import ScanStatus


class Shipment(models.Model):
    """One parcel of an order; `lines` is empty when it holds all that was left to ship."""

    # Found by parcel_once_per_order.
    order = models.ForeignKey(Order, models.CASCADE, related_name="shipments", db_index=False)
    parcel = models.CharField(_("parcel"), max_length=100)
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    service = models.CharField(_("service"), max_length=100, blank=True)
    tracking_code = models.CharField(_("tracking number"), max_length=100, blank=True)
    # Since when it has this number, and how often it had the same number before.
    code_at = models.DateTimeField(null=True, blank=True)
    code_repeat = models.PositiveSmallIntegerField(default=0)
    lines = models.JSONField(null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped"))
    recorded_at = models.DateTimeField(_("recorded"))
    status = models.CharField(_("status"), max_length=24, choices=ScanStatus, blank=True)
    status_at = models.DateTimeField(null=True, blank=True)
    first_scan_at = models.DateTimeField(null=True, blank=True)
    last_scan_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    returned = models.BooleanField(_("returned"), default=False)

    class Meta:
        ordering = ["shipped_at", "parcel"]
        indexes = [
            models.Index(
                fields=["tracking_code"],
                name="shipment_tracking_code",
                condition=~Q(tracking_code=""),
            ),
            models.Index(
                fields=["shipped_at"],
                name="shipment_on_its_way",
                condition=~Q(tracking_code="") & Q(delivered_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "parcel"], name="parcel_once_per_order"),
            models.CheckConstraint(
                condition=Q(status="") | Q(status__in=ScanStatus.values),
                name="parcel_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.tracking_code or self.parcel


class TrackingEvent(models.Model):
    """One scan of a parcel."""

    # Found by scan_once_per_parcel.
    shipment = models.ForeignKey(
        Shipment, models.CASCADE, related_name="tracking_events", db_index=False
    )
    at = models.DateTimeField(_("at"))
    status = models.CharField(_("status"), max_length=24, choices=ScanStatus)
    message = models.TextField(_("message"), blank=True)
    location = models.TextField(_("location"), blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "at", "status", "message"], name="scan_once_per_parcel"
            )
        ]

    def __str__(self) -> str:
        return self.message or self.get_status_display()
