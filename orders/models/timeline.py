"""The timeline of an order, what needs the seller, and when to look again."""

from __future__ import annotations

from typing import LiteralString, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.models.shop import Shop
from orders.words import FlagKind


class OrderEvent(models.Model):
    """One entry of the timeline: a fact, or something done about the order. Append-only.

    `at` is when it happened, `recorded_at` when we learned of it. `key` is the natural key that
    makes recording it again harmless.
    """

    # Found by event_once_per_order.
    order = models.ForeignKey(Order, models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(_("kind"), max_length=30)
    key = models.TextField(editable=False)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=100, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="event_once_per_order"),
        ]

    def __str__(self) -> str:
        return self.key


class EarlyFact(models.Model):
    """A fact about an order that we have not heard of yet; it waits for the order to be placed."""

    # Found by early_fact_once.
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="early_facts", db_index=False)
    number = models.CharField(max_length=100)
    kind = models.CharField(max_length=30)
    key = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "number", "key"], name="early_fact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.key}"


# `FlagQuerySet.to_see` for a statement of one's own, of its table `orders_flag`.
TO_SEE: LiteralString = """orders_flag.cleared_at IS NULL
    AND NOT (orders_flag.kind = 'exception' AND EXISTS (
      SELECT FROM orders_flag told WHERE told.kind = 'returned' AND told.cleared_at IS NULL
        AND told.order_id = orders_flag.order_id AND told.subject = orders_flag.subject))"""


class FlagQuerySet(models.QuerySet["Flag"]):
    """Flags as the seller sees them."""

    def to_see(self) -> Self:
        """Open flags, each trouble once: a return says all that the carrier's report of it does."""
        told = Flag.objects.filter(
            order=OuterRef("order"),
            subject=OuterRef("subject"),
            kind=FlagKind.RETURNED,
            cleared_at__isnull=True,
        )
        is_open = self.filter(cleared_at__isnull=True)
        return is_open.exclude(Q(Exists(told), kind=FlagKind.EXCEPTION))


class Flag(models.Model):
    """Something about an order that needs the seller. Open while `cleared_at` is empty.

    `subject` tells flags of one kind apart: the parcel, or the note that could not be delivered.
    `since` is the moment it became true, `raised_at` when we said so.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="flags")
    # The order's shop once more, so that what is open in a shop is found by one index.
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="flags", db_index=False)
    kind = models.CharField(_("kind"), max_length=20, choices=FlagKind)
    subject = models.TextField(blank=True)
    reason = models.TextField(_("reason"))
    since = models.DateTimeField(_("since"))
    raised_at = models.DateTimeField(_("raised"))
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)
    clear_reason = models.TextField(_("why cleared"), blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["since", "id"]
        indexes = [
            models.Index(
                fields=["shop", "kind", "since"],
                name="flag_open_in_shop",
                condition=Q(cleared_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "subject"],
                condition=Q(cleared_at__isnull=True),
                name="flag_open_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Watch(models.Model):
    """When an order is to be looked at next; no row once nothing more can fall due.

    Apart from the order because it changes all the time: a narrow table is claimed and moved
    about three times as fast as an indexed column of the wide order row.
    """

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="watch")
    look_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "watches"
        indexes = [models.Index(fields=["look_at"], name="watch_look_at")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.look_at}"
