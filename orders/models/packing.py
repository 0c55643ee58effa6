"""What the seller puts into parcels besides what was bought, and what has been packed."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.models.shop import Shop


class PackingExtra(models.Model):
    """Something of the seller's own that goes into every parcel: a lucky bead, a card."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="packing_extras")
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "name"], name="packing_extra_once_per_shop"),
            models.CheckConstraint(condition=~models.Q(name=""), name="packing_extra_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PackedItem(models.Model):
    """A tick on an order's packing list; see `orders.packing` for how `item` names things."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="packed_items")
    item = models.CharField(max_length=120)
    packed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "item"], name="item_packed_once_per_order"),
        ]

    def __str__(self) -> str:
        return self.item


class PackScan(models.Model):
    """Something scanned or typed while a parcel was packed.

    `item` is the packing list's key of it (see `orders.packing`), empty when it does not belong
    in the parcel; such a scan stays until the thing is taken out again.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="pack_scans")
    parcel = models.CharField(max_length=100)
    item = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=300)
    scanned_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code
