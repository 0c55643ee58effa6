"""Orders, buyers, flags and the timeline in the admin site: to be looked at, never changed.

Searches ask the indexes for exact numbers, addresses and codes, so that they are quick at a
million orders; the dashboard has the comfortable search.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.admin.scoping import (
    OrderShopFilter,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ShopFilter,
    roles,
    sees_all,
)
from orders.models import Buyer, Flag, Order, OrderEvent, OrderLine, Payment, Refund, Shipment
from orders.showing import Showing

MOST_FOUND = 500
SEARCH_HELP = _("A whole order number, tracking number, or the buyer's e-mail.")


def found_orders(request: HttpRequest, term: str) -> set[int]:
    """The ids of the orders that `term` names exactly, in the shops that the user sees."""
    scope: dict[str, Any] = {} if sees_all(request) else {"shop__in": list(roles(request))}
    in_order = {f"order__{name}": value for name, value in scope.items()}
    buyers = list(Buyer.objects.filter(key=term.lower(), **scope).values_list("pk", flat=True))
    numbers = Order.objects.filter(number=term, **scope).values_list("pk", flat=True)
    bought = Order.objects.filter(buyer__in=buyers).order_by().values_list("pk", flat=True)
    parcels = Shipment.objects.filter(tracking_code=term, **in_order)
    shipped = parcels.order_by().exclude(tracking_code="").values_list("order_id", flat=True)
    return {*numbers.order_by()[:MOST_FOUND], *bought[:MOST_FOUND], *shipped[:MOST_FOUND]}


class AboutOrdersAdmin(ReadOnlyAdmin):
    """Rows that are, or belong to, orders; found by the order's number and the like."""

    order_path = "order_id"
    search_fields = ("order__number",)
    search_help_text = SEARCH_HELP

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what names an order exactly; a term that names none finds nothing."""
        term = search_term.strip()
        if not term:
            return queryset, False
        path = f"{self.order_path}__in"
        return queryset.filter(**{path: found_orders(request, term)}), False


def price(name: str, label: Any) -> Callable[[Order], str]:
    """A column that shows an order's amount with its currency."""

    @admin.display(description=label, ordering=name)
    def shown(order: Order) -> str:
        return Showing(order.shop).money(getattr(order, name), order.currency)

    return shown


SUBTOTAL, SHIPPING = price("subtotal", _("items")), price("shipping", _("shipping"))
TAX, DISCOUNT = price("tax", _("tax")), price("discount", _("discount"))
TOTAL = price("total", _("total"))
PAID, REFUNDED = price("paid_amount", _("paid")), price("refunded_amount", _("refunded"))


class LineInline(ReadOnlyInline):
    model = OrderLine
    fields = ("title", "variation", "sku", "quantity", "unit_price", "needs_shipping")


class PaymentInline(ReadOnlyInline):
    model = Payment
    fields = ("at", "amount", "method", "reference")


class RefundInline(ReadOnlyInline):
    model = Refund
    fields = ("at", "amount", "reference")


class ShipmentInline(ReadOnlyInline):
    model = Shipment
    fields = ("parcel", "carrier", "service", "tracking_code", "shipped_at", "status")


@admin.register(Order)
class OrderAdmin(AboutOrdersAdmin):
    shop_path = "shop"
    order_path = "pk"
    search_fields = ("number",)
    list_display = ("number", "shop", "buyer", "status", TOTAL, "placed_at")
    list_filter = (ShopFilter, "status", "terms")
    readonly_fields: ClassVar[Any] = (SUBTOTAL, SHIPPING, TAX, DISCOUNT, TOTAL, PAID, REFUNDED)
    list_select_related = ("shop", "buyer")
    inlines = (LineInline, PaymentInline, RefundInline, ShipmentInline)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("number", "shop", "channel", "buyer", "status", "terms", "note")}),
        (_("Money"), {"fields": (SUBTOTAL, SHIPPING, TAX, DISCOUNT, TOTAL)}),
        (_("Paid"), {"fields": (PAID, "paid_at", REFUNDED, "extended_until")}),
        (
            _("Where to"),
            {
                "fields": (
                    *("ship_name", "ship_street1", "ship_street2", "ship_postcode", "ship_city"),
                    *("ship_region", "ship_country", "needs_shipping", "ship_by_on"),
                )
            },
        ),
        (
            _("When"),
            {
                "fields": (
                    *("placed_at", "recorded_at", "shipped_at", "delivered_at", "cancelled_at"),
                    *("cancel_reason", "relisted_at", "last_word_at", "answered_at", "paused_at"),
                )
            },
        ),
    )

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Newest first, in a way that an index has ready."""
        one_shop = not sees_all(request) and len(roles(request)) == 1
        return ("-placed_at", "-id") if one_shop else ("-id",)


@admin.register(Buyer)
class BuyerAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "email", "username", "language", "paused_at", "shop")
    list_filter = (ShopFilter,)
    list_select_related = ("shop",)
    ordering = ("-id",)
    search_fields = ("key",)
    search_help_text = _("A whole e-mail address, or a marketplace user name like etsy:beadlover.")
    fields = ("shop", "name", "email", "username", "language", "paused_at")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the exact e-mail or user name, which an index holds."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(key__in={term, term.lower()}), False


@admin.register(Flag)
class FlagAdmin(AboutOrdersAdmin):
    shop_path = "order__shop"
    list_display = ("kind", "order", "reason", "since", "cleared_at")
    list_filter = (OrderShopFilter, "kind", ("cleared_at", admin.EmptyFieldListFilter))
    list_select_related = ("order",)
    ordering = ("-id",)
    fields = (
        *("order", "kind", "subject", "reason", "since", "raised_at"),
        *("cleared_at", "clear_reason"),
    )


@admin.register(OrderEvent)
class OrderEventAdmin(AboutOrdersAdmin):
    shop_path = "order__shop"
    list_display = ("kind", "order", "at", "recorded_at", "source")
    list_filter = (OrderShopFilter,)
    list_select_related = ("order",)
    ordering = ("-id",)
    fields = ("order", "kind", "at", "recorded_at", "source", "data")
