"""Orders, their lines and their money.

The columns under "derived" are written by `lifecycle` alone, from the order's facts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, LiteralString

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from orders.facts import Address
from orders.models.buyer import Buyer
from orders.models.channel import Channel
from orders.models.shop import Shop
from orders.words import OrderStatus, PaymentTerms

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from orders.models.shipment import Shipment
    from orders.models.timeline import Flag, OrderEvent


class Money(models.DecimalField):  # type: ignore[type-arg]
    """An amount in the order's currency; three places, as the dinars of Kuwait and others need."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 3)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


# Ready to be packed: paid, or paid on delivery, and not all of it on its way.
TO_SHIP = Q(needs_shipping=True, shipped_at__isnull=True, cancelled_at__isnull=True) & (
    Q(paid_at__isnull=False) | Q(terms=PaymentTerms.ON_DELIVERY)
)
# The same for a statement of one's own.
TO_SHIP_SQL: LiteralString = """needs_shipping AND shipped_at IS NULL AND cancelled_at IS NULL
    AND (paid_at IS NOT NULL OR terms = 'on_delivery')"""


class Order(models.Model):
    """What one buyer bought at one moment, and how it stands."""

    # Found by the indexes and constraints below that begin with it, as in the tables that follow:
    # an index of its own would only have to be written.
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="orders", db_index=False)
    # Its index is `order_by_channel`.
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="orders", db_index=False)
    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="orders")
    number = models.CharField(_("number"), max_length=100)
    placed_at = models.DateTimeField(_("placed"))
    # When we learned of the order: an import knows last year's orders since today.
    recorded_at = models.DateTimeField(_("recorded"))
    currency = models.CharField(_("currency"), max_length=3)
    terms = models.CharField(
        _("terms"), max_length=12, choices=PaymentTerms, default=PaymentTerms.PREPAID
    )
    ship_by_on = models.DateField(_("ship by"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    subtotal = Money(_("subtotal"), default=Decimal(0))
    shipping = Money(_("shipping"), default=Decimal(0))
    tax = Money(_("tax"), default=Decimal(0))
    discount = Money(_("discount"), default=Decimal(0))
    total = Money(_("total"))
    note = models.TextField(_("buyer's note"), blank=True)
    requested_service = models.CharField(
        _("wanted way of shipping"), max_length=100, blank=True, db_default=""
    )
    ship_name = models.CharField(_("name"), max_length=300, blank=True)
    ship_street1 = models.CharField(_("street"), max_length=300, blank=True)
    ship_street2 = models.CharField(_("street, second line"), max_length=300, blank=True)
    ship_city = models.CharField(_("city"), max_length=200, blank=True)
    ship_region = models.CharField(_("region"), max_length=200, blank=True)
    ship_postcode = models.CharField(_("postcode"), max_length=40, blank=True)
    ship_country = models.CharField(_("country"), max_length=2, blank=True)

    # Derived from the facts.
    status = models.CharField(
        _("status"), max_length=20, choices=OrderStatus, default=OrderStatus.AWAITING_PAYMENT
    )
    needs_shipping = models.BooleanField(_("needs shipping"), default=True)
    paid_amount = Money(_("paid"), default=Decimal(0))
    refunded_amount = Money(_("refunded"), default=Decimal(0))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    last_payment_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.TextField(_("why cancelled"), blank=True)
    relisted_at = models.DateTimeField(_("relisted"), null=True, blank=True)
    extended_until = models.DateTimeField(_("more time until"), null=True, blank=True)
    last_word_at = models.DateTimeField(_("buyer's last word"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True)
    # Grows with every recorded fact; the outbox compares it right before sending.
    version = models.PositiveIntegerField(default=1)
    # What the order can be found by, folded; see orders.search.
    search = SearchVectorField(db_default="", editable=False)

    if TYPE_CHECKING:
        lines: RelatedManager[OrderLine]
        payments: RelatedManager[Payment]
        refunds: RelatedManager[Refund]
        shipments: RelatedManager[Shipment]
        events: RelatedManager[OrderEvent]
        flags: RelatedManager[Flag]
        shop_id: int
        channel_id: int
        buyer_id: int

    class Meta:
        ordering = ["-placed_at", "-id"]
        indexes = [
            models.Index(fields=["shop", "-placed_at", "-id"], name="order_newest_first"),
            # For the list's filters, each in the list's own order.
            models.Index(fields=["shop", "status", "-placed_at", "-id"], name="order_by_status"),
            models.Index(fields=["channel", "-placed_at", "-id"], name="order_by_channel"),
            models.Index(
                fields=["shop", "-placed_at", "-id"],
                name="order_paused",
                condition=Q(paused_at__isnull=False),
            ),
            models.Index(
                fields=["shop", "-placed_at", "-id"],
                name="order_to_ship_newest",
                condition=TO_SHIP,
            ),
            GinIndex(fields=["search"], name="order_search"),
            models.Index(
                "shop",
                Coalesce("paid_at", "placed_at"),
                "id",
                name="order_to_ship",
                condition=TO_SHIP,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="order_number_once_per_shop"),
            models.CheckConstraint(condition=~Q(number=""), name="order_has_a_number"),
            models.CheckConstraint(
                condition=Q(status__in=OrderStatus.values), name="order_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(terms__in=PaymentTerms.values), name="order_terms_are_known"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency_is_iso_4217"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, paid_amount__gte=0, refunded_amount__gte=0),
                name="order_money_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(status=OrderStatus.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=OrderStatus.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="order_cancelled_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=OrderStatus.PAID) | Q(paid_at__isnull=False),
                name="order_paid_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[OrderStatus.SHIPPED, OrderStatus.DELIVERED])
                | Q(shipped_at__isnull=False),
                name="order_shipped_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=OrderStatus.DELIVERED) | Q(delivered_at__isnull=False),
                name="order_delivered_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def address(self) -> Address:
        """Where it goes."""
        return Address(
            self.ship_name,
            self.ship_street1,
            self.ship_street2,
            self.ship_city,
            self.ship_region,
            self.ship_postcode,
            self.ship_country,
        )

    @property
    def open_amount(self) -> Decimal:
        """What is still to be paid, in the order's currency."""
        still_open: Decimal = max(self.total - self.paid_amount, Decimal(0))
        return still_open


class OrderLine(models.Model):
    """One item of an order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    title = models.TextField(_("title"))
    variation = models.TextField(_("variation"), blank=True)
    sku = models.CharField("SKU", max_length=200, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_price = Money(_("price"), default=Decimal(0))
    needs_shipping = models.BooleanField(_("needs shipping"), default=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_has_a_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def item(self) -> str:
        """What parcels call this item: its SKU, or its title without one."""
        return self.sku or self.title


class Payment(models.Model):
    """Money that came in. `amount` is empty when the seller only said: all that was open."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="payments", db_index=False)
    key = models.TextField(editable=False)
    at = models.DateTimeField(_("at"))
    amount = Money(_("amount"), null=True, blank=True)
    reference = models.TextField(_("reference"), blank=True)
    method = models.CharField(_("method"), max_length=100, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="payment_once_per_order"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="payment_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.key


class Refund(models.Model):
    """Money that went back. `amount` is empty for: all that had been paid."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="refunds", db_index=False)
    key = models.TextField(editable=False)
    at = models.DateTimeField(_("at"))
    amount = Money(_("amount"), null=True, blank=True)
    reference = models.TextField(_("reference"), blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="refund_once_per_order"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="refund_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.key
