"""Claims for parcels that were insured and lost, damaged or stolen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orders.models.label import Label
from orders.models.order import Money, Order
from orders.models.shop import Shop


class Insurer(models.TextChoices):
    EASYPOST = "easypost", "EasyPost"
    CARRIER = "carrier", _("the carrier")


class ClaimKind(models.TextChoices):
    """Named as EasyPost names them. Source: https://docs.easypost.com/docs/claims"""

    LOSS = "loss", _("lost")
    DAMAGE = "damage", _("damaged")
    THEFT = "theft", _("stolen")


class ClaimState(models.TextChoices):
    PREPARED = "prepared", _("being prepared")
    FILING = "filing", _("being filed")
    SUBMITTED = "submitted", _("filed")
    NEEDS_INFO = "needs_info", _("waits for more from you")
    APPROVED = "approved", _("approved")
    PAID = "paid", _("paid")
    REJECTED = "rejected", _("refused")
    CANCELLED = "cancelled", _("withdrawn")


class Claim(models.Model):
    """A claim with its evidence, its deadline and its history. Money in `currency`, times UTC.

    `evidence` maps EasyPost's three kinds (email_evidence_attachments, invoice_attachments,
    supporting_documentation_attachments) to lists of texts; `history` lists
    `{"at", "state", "detail"}`.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="claims")
    order = models.ForeignKey(Order, models.CASCADE, related_name="claims")
    label = models.ForeignKey(Label, models.SET_NULL, null=True, blank=True, related_name="claims")
    parcel = models.CharField(_("parcel"), max_length=100)
    insurer = models.CharField(max_length=10, choices=Insurer)
    kind = models.CharField(_("what happened"), max_length=10, choices=ClaimKind)
    state = models.CharField(max_length=12, choices=ClaimState, default=ClaimState.PREPARED)
    amount = Money(_("amount"))
    currency = models.CharField(max_length=3)
    paid = Money(_("paid"), null=True, blank=True)
    description = models.TextField(_("what happened, in words"), blank=True)
    evidence = models.JSONField(default=dict)
    deadline_on = models.DateField(_("to be filed by"), null=True, blank=True)
    easypost_id = models.CharField(max_length=100, blank=True)
    detail = models.TextField(blank=True)
    history = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())
    next_poll_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "parcel"],
                condition=~Q(state="cancelled"),
                name="claim_once_per_parcel",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ClaimState.values), name="claim_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.parcel}: {self.get_state_display()}"
