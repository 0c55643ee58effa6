"""The outbox in the admin site: what was said, and what became of it."""

from django.contrib import admin

from notifications.models import Message
from orders.admin.orders import AboutOrdersAdmin
from orders.admin.scoping import ShopFilter


@admin.register(Message)
class MessageAdmin(AboutOrdersAdmin):
    shop_path = "shop"
    list_display = ("kind", "order", "state", "recipient", "due_at", "sent_at", "shop")
    list_filter = (ShopFilter, "state", "kind")
    list_select_related = ("order", "shop")
    ordering = ("-id",)
    fields = (
        *("shop", "order", "kind", "subject", "state", "detail", "due_at", "expires_at"),
        *("next_attempt_at", "attempts", "sent_at", "settled_at", "recipient"),
        *("subject_line", "text"),
    )
