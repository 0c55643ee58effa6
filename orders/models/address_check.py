"""What was found out about an order's address before a label."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.values import Address


class AddressVerdict(models.TextChoices):
    GOOD = "good", _("can be delivered to")
    CORRECTED = "corrected", _("the carrier would write it otherwise")
    BAD = "bad", _("cannot be delivered to")


class AddressCheck(models.Model):
    """What was found out about one address; it counts as long as the order has that address.

    `address` is what was asked about and `suggestion` what the carrier would write, both as
    `facts.Address` in JSON; `findings` are sentences. Times UTC.
    """

    order = models.OneToOneField(Order, models.CASCADE, related_name="address_check")
    address = models.JSONField()
    verdict = models.CharField(max_length=10, choices=AddressVerdict)
    suggestion = models.JSONField(null=True, blank=True)
    findings = models.JSONField(default=list)
    # False: there is no account to ask with, and only the rules of its country were looked at.
    by_carrier = models.BooleanField(default=False)
    # The seller looked at it and keeps the address as the buyer wrote it.
    accepted_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=AddressVerdict.values), name="address_verdict"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.get_verdict_display()}"

    @staticmethod
    def of(order: Order) -> AddressCheck | None:
        """The order's check, if there is one; no query when it was selected with the order."""
        found: AddressCheck | None = getattr(order, "address_check", None)
        return found

    @property
    def suggested(self) -> Address | None:
        """How the carrier would write it, if otherwise."""
        return Address(**self.suggestion) if self.suggestion else None

    @property
    def is_good(self) -> bool:
        """Nothing is wrong with it; EasyPost verifies addresses in the same breath as it says
        that it did not find them, or that the flat's number is missing."""
        return self.verdict == AddressVerdict.GOOD and not self.findings

    def is_about(self, address: Address) -> bool:
        """Whether it is this very address that was looked at."""
        return Address(**self.address) == address
