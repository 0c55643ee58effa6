"""Closing shops and opening them again in the admin site, for superusers."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import closing
from orders.models import Shop


@admin.action(description=_("Close: nothing is sent any more"), permissions=["add"])
def close_shops(model_admin: object, request: HttpRequest, shops: QuerySet[Shop]) -> None:
    """Close those that are open."""
    closed = sum(closing.close(shop, now=timezone.now()) for shop in shops)
    messages.success(request, _("Shops closed: %s.") % closed)


@admin.action(description=_("Open again"), permissions=["add"])
def reopen_shops(model_admin: object, request: HttpRequest, shops: QuerySet[Shop]) -> None:
    """Open those that are closed."""
    opened = sum(closing.reopen(shop, now=timezone.now()) for shop in shops)
    messages.success(request, _("Shops opened again: %s.") % opened)
