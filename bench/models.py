"""The table that the other ways of importing write to."""

from __future__ import annotations

from django.db import models


class PlainOrder(models.Model):
    """One row of an orders file, as it stands there."""

    order = models.CharField(max_length=100, unique=True)
    placed_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    buyer_name = models.CharField(max_length=300)
    buyer_email = models.EmailField(max_length=320)
    currency = models.CharField(max_length=3)
    item = models.TextField()
    sku = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=14, decimal_places=3)
    shipping = models.DecimalField(max_digits=14, decimal_places=3)
    total = models.DecimalField(max_digits=14, decimal_places=3)
    paid_at = models.DateTimeField(null=True)
    street1 = models.CharField(max_length=300)
    city = models.CharField(max_length=200)
    postcode = models.CharField(max_length=40)
    country = models.CharField(max_length=2)

    def __str__(self) -> str:
        return self.order
