"""Shops in the admin site, with their members and the way to policy, channels and wording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orders.admin.scoping import ShopScopedAdmin, TabularInline, owned, sees_all
from orders.models import Member, Shop
from orders.models.shop import time_zones
from orders.shops import furnish, look_again_after_move
from orders.words import Role

if TYPE_CHECKING:
    InlineFormSet = BaseInlineFormSet[Member, Shop, Any]
else:  # Django's own is not generic
    InlineFormSet = BaseInlineFormSet


class MemberFormSet(InlineFormSet):
    """A shop keeps at least one owner."""

    def clean(self) -> None:
        """Raises ValidationError when nobody would be left to change anything."""
        super().clean()
        if any(self.errors) or self.instance._state.adding:
            return
        kept = [form for form in self.initial_forms if not form.cleaned_data.get("DELETE")]
        kept += [form for form in self.extra_forms if form.has_changed()]
        if not any(form.cleaned_data.get("role") == Role.OWNER for form in kept):
            raise ValidationError(_("A shop needs at least one owner."))


class MemberInline(TabularInline):
    """Who works in the shop. Only a superuser brings in others: owners know no other users."""

    model = Member
    formset = MemberFormSet
    extra = 0
    raw_id_fields = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if sees_all(request) else ["user"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_all(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_all(request) or (obj is not None and obj.pk in owned(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Shop)
class ShopAdmin(ShopScopedAdmin):
    """Who the shop is, and where it is. Shops are opened by superusers, and never deleted."""

    shop_path = ""
    list_display = ("name", "slug", "sender_email", "timezone", "currency", "closed_at")
    search_fields = ("name", "slug")
    readonly_fields = ("follow_up", "closed_at")
    inlines = (MemberInline,)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "slug", "url", "follow_up", "closed_at"),
                "description": _(
                    "A shop is never deleted: its orders belong to its books. Close it instead; "
                    "owners do so at the end of the policy page, and open it again."
                ),
            },
        ),
        (
            _("In letters"),
            {
                "fields": ("sender_name", "sender_email", "signature", "how_to_pay", "language"),
                "description": _("What buyers read, and where their answers go."),
            },
        ),
        (
            _("Where you are"),
            {
                "fields": ("timezone", "country", "region", "currency"),
                "description": _("Sets the clock, the holidays and how money is written."),
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return sees_all(request)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Time zone and language are chosen from a list."""
        choices = {
            "timezone": [(name, name.replace("_", " ")) for name in sorted(time_zones())],
            "language": settings.LANGUAGES,
        }.get(db_field.name)
        if choices is not None:
            kwargs["widget"] = forms.Select(choices=choices)
        if db_field.name == "url":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Shop, form: Any, change: bool) -> None:
        """A new shop gets the default policy and a channel of each kind.

        One that moved has its orders looked at again: their due moments are local ones.
        """
        super().save_model(request, obj, form, change)
        if not change:
            furnish(obj)
        elif {"timezone", "country", "region"} & set(form.changed_data):
            look_again_after_move(obj, now=timezone.now())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term.strip())

    @admin.display(description=_("follow-up"))
    def follow_up(self, shop: Shop) -> SafeString | str:
        """Links to the pages that say what is sent, when, and in which words."""
        if shop._state.adding:
            return str(_("Policy and channels come with the defaults once you save."))
        links = [
            (reverse("admin:orders_policy_change", args=[shop.policy.pk]), _("Policy")),
            (reverse("admin:orders_channel_changelist") + f"?of={shop.pk}", _("Channels")),
            (
                reverse("admin:notifications_shopwording_changelist") + f"?of={shop.pk}",
                _("Wording of the notes"),
            ),
        ]
        joined = format_html_join(" · ", '<a href="{}">{}</a>', links)
        return format_html("{}", joined)
