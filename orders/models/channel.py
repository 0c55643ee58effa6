"""The channels a shop sells on, and how notes to their buyers leave the house."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.shop import Shop
from orders.words import BUYER_NOTES, ChannelKind, ChannelMode, NoteKind

# What the marketplaces tell buyers themselves, so that we need not; a shop may change each.
# Etsy and eBay confirm, announce shipping and ask for payment; their rules keep our notes inside
# their conversations. Shopify and WooCommerce shops confirm a payment or a parcel by themselves.
COPY, DOES = ChannelMode.COPY, ChannelMode.MARKETPLACE_DOES
IN_CONVERSATIONS: dict[str, ChannelMode] = {
    NoteKind.THANK_YOU: COPY,
    NoteKind.PAYMENT_RECEIVED: DOES,
    NoteKind.PAYMENT_REMINDER: COPY,
    NoteKind.ADDRESS_QUESTION: COPY,
    NoteKind.TRACKING_NOTICE: DOES,
    NoteKind.DELAY_NOTICE: COPY,
    NoteKind.OUT_FOR_DELIVERY: DOES,
    NoteKind.AVAILABLE_FOR_PICKUP: COPY,
    NoteKind.LATE_DELIVERY: COPY,
    NoteKind.RETURNED: COPY,
    NoteKind.ARRIVAL_CHECK: COPY,
}
DEFAULT_MODES: dict[str, dict[str, ChannelMode]] = {
    ChannelKind.ETSY: IN_CONVERSATIONS,
    ChannelKind.EBAY: IN_CONVERSATIONS,
    ChannelKind.SHOPIFY: {NoteKind.TRACKING_NOTICE: DOES, NoteKind.OUT_FOR_DELIVERY: DOES},
    ChannelKind.WOOCOMMERCE: {NoteKind.PAYMENT_RECEIVED: DOES},
    ChannelKind.OWN: {},
    ChannelKind.IN_PERSON: {},
}


def validate_modes(modes: object) -> None:
    """Raises ValidationError unless `modes` maps note kinds to channel modes."""
    if not isinstance(modes, dict):
        raise ValidationError(_("A channel's settings are a table of notes."))
    for kind, mode in modes.items():
        if kind not in BUYER_NOTES:
            raise ValidationError(
                _("“%(kind)s” is not a note to buyers. There are: %(kinds)s."),
                params={"kind": kind, "kinds": ", ".join(BUYER_NOTES)},
            )
        if mode not in ChannelMode.values:
            raise ValidationError(
                _("“%(mode)s” is not possible for %(kind)s. Use one of: %(modes)s."),
                params={"mode": mode, "kind": kind, "modes": ", ".join(ChannelMode.values)},
            )


class Channel(models.Model):
    """Where orders are sold, and how notes to its buyers leave the house.

    `modes` maps a note's kind to a ChannelMode; kinds that are missing are sent.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="channels")
    kind = models.CharField(_("channel"), max_length=20, choices=ChannelKind)
    modes = models.JSONField(default=dict, blank=True, validators=[validate_modes])

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "kind"], name="channel_once_per_shop"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ChannelKind.values), name="channel_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def mode(self, kind: str) -> ChannelMode:
        """How a note of `kind` leaves the house."""
        return ChannelMode(self.modes.get(kind, ChannelMode.SEND))
