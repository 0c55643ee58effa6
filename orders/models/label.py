"""Postage: labels bought or being bought, runs of many, and the day's scan forms."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orders.models.order import Money, Order
from orders.models.parcels import LabelFormat
from orders.models.shop import Shop


class LabelState(models.TextChoices):
    """`buying` is in doubt until EasyPost has been asked; everything else is certain."""

    QUEUED = "queued", _("waiting to be bought")
    BUYING = "buying", _("being bought")
    BOUGHT = "bought", _("bought")
    FAILED = "failed", _("not bought")
    REFUNDING = "refunding", _("refund asked for")
    REFUNDED = "refunded", _("refunded")
    REFUND_REFUSED = "refund_refused", _("refund refused")


# A parcel has one of these at most.
LIVE = (LabelState.QUEUED, LabelState.BUYING, LabelState.BOUGHT)
# Its label; one that was given back leaves room for another, unless the carrier refuses it.
STANDING = (*LIVE, LabelState.REFUND_REFUSED)


class LabelRun(models.Model):
    """Many labels bought in the background with one click."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="label_runs")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.created_at}"


class ScanForm(models.Model):
    """One sheet that the carrier scans in place of every parcel of the day (USPS: SCAN form)."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="scan_forms")
    easypost_id = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=30, blank=True)
    form_url = models.URLField(max_length=1000, blank=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.easypost_id


class Label(models.Model):
    """One attempt to buy one label. The row is there before the first word to EasyPost.

    `reference` names the EasyPost shipment for good, and `easypost_id` is saved before the
    purchase: whoever comes after a crash looks there before anything is bought. Money in
    `currency`, weight in grams, measures in millimetres, times UTC.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="labels", db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="labels")
    run = models.ForeignKey(LabelRun, models.SET_NULL, null=True, blank=True, related_name="labels")
    scan_form = models.ForeignKey(
        ScanForm, models.SET_NULL, null=True, blank=True, related_name="labels"
    )
    parcel = models.CharField(_("parcel"), max_length=100)
    is_return = models.BooleanField(_("return label"), default=False)
    state = models.CharField(
        _("state"), max_length=16, choices=LabelState, default=LabelState.QUEUED
    )
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # What is asked for.
    address = models.JSONField(default=dict)
    lines = models.JSONField(null=True, blank=True)
    customs = models.JSONField(null=True, blank=True)
    length_mm = models.PositiveIntegerField(null=True, blank=True)
    width_mm = models.PositiveIntegerField(null=True, blank=True)
    height_mm = models.PositiveIntegerField(null=True, blank=True)
    weight_g = models.PositiveIntegerField(_("weight"))
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    service = models.CharField(_("service"), max_length=100, blank=True)
    insured = Money(_("insured for"), default=Decimal(0))
    format = models.CharField(max_length=3, choices=LabelFormat, default=LabelFormat.PDF)
    # Why it was bought although the packing was not in order.
    override = models.TextField(blank=True)

    # What came of it.
    easypost_id = models.CharField(max_length=100, blank=True)
    rate_id = models.CharField(max_length=100, blank=True)
    insurance_id = models.CharField(max_length=100, blank=True)
    tracking_code = models.CharField(_("tracking number"), max_length=100, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    cost = Money(_("postage"), null=True, blank=True)
    insurance_cost = Money(_("insurance"), null=True, blank=True)
    # Where EasyPost keeps the label, by format.
    files = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    # Who has it in hand (the process id of its database session), since when, and when it may be
    # tried (again).
    claimed_by = models.IntegerField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When EasyPost was told to buy it; empty when it certainly was not, or has said no.
    asked_at = models.DateTimeField(null=True, blank=True)
    bought_at = models.DateTimeField(null=True, blank=True)
    refund_asked_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="label_in_work",
                condition=Q(state__in=["queued", "buying", "refunding"]),
            ),
            models.Index(fields=["shop", "-bought_at"], name="label_by_shop"),
            models.Index(
                fields=["easypost_id"], name="label_easypost_id", condition=~Q(easypost_id="")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "parcel", "is_return"],
                condition=Q(state__in=list(LIVE)),
                name="label_live_once_per_parcel",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LabelState.values), name="label_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=LabelState.BOUGHT)
                | Q(bought_at__isnull=False, cost__isnull=False),
                name="label_bought_has_a_time_and_cost",
            ),
        ]

    def __str__(self) -> str:
        return self.tracking_code or str(self.reference)
