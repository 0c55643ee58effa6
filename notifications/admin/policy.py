"""Policy and channels in the admin site: every number and switch of the follow-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from notifications.policy_changes import save_channel, save_policy
from orders.admin.scoping import ShopFilter, ShopScopedAdmin
from orders.models import Channel, Policy
from orders.words import BUYER_NOTES, ChannelMode, Rule

if TYPE_CHECKING:
    PolicyModelForm = forms.ModelForm[Policy]
    ChannelModelForm = forms.ModelForm[Channel]
else:  # Django's own is not generic
    PolicyModelForm = ChannelModelForm = forms.ModelForm

WEEKDAYS = [
    *((0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday"))),
    *((4, _("Friday")), (5, _("Saturday")), (6, _("Sunday"))),
]


class PolicyForm(PolicyModelForm):
    """Days off as weekdays, and the rules that are on rather than those that are off."""

    weekend = forms.TypedMultipleChoiceField(
        label=_("Days off"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They do not count as working days when you promise to ship."),
    )
    rules_on = forms.MultipleChoiceField(
        label=_("Rules switched on"),
        choices=Rule.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked is neither sent nor flagged, for any order."),
    )

    class Meta:
        model = Policy
        exclude = ("shop", "rules_off")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        off = self.instance.rules_off
        self.initial["rules_on"] = [rule for rule in Rule.values if rule not in off]

    def clean(self) -> dict[str, Any]:
        """Turns the ticked rules into those switched off; the model checks the rest."""
        cleaned = super().clean() or self.cleaned_data
        if "rules_on" in cleaned:
            on = set(cleaned["rules_on"])
            self.instance.rules_off = [rule for rule in Rule.values if rule not in on]
        return cleaned


@admin.register(Policy)
class PolicyAdmin(ShopScopedAdmin):
    """One for each shop; made with it, and never deleted."""

    form = PolicyForm
    owners_may_add = False
    list_display = ("shop", "reminder_after", "payment_window", "handling_days", "digest_at")
    list_select_related = ("shop",)
    ordering = ("shop__name",)
    readonly_fields = ("shop",)
    formfield_overrides = {
        models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}
    }
    fieldsets = (
        (None, {"fields": ("shop", "rules_on")}),
        (
            _("Thanks and payment"),
            {
                "fields": ("fast_payment_hours", "reminder_after", "payment_window"),
                "description": _(
                    "The buyer is thanked at once, reminded once when an order stays unpaid and "
                    "silent, and the item is flagged for relisting when the time to pay is over."
                ),
            },
        ),
        (
            _("Shipping"),
            {
                "fields": (
                    *("handling_days", "weekend", "observe_holidays", "delay_notice_automatic"),
                    *("tracking_notice_when", "stalled_days"),
                ),
                "description": _("What you promise, and when a parcel needs your attention."),
            },
        ),
        (
            _("Labels"),
            {
                "fields": (
                    *("home_service", "abroad_service", "insure", "insure_up_to"),
                    "pack_first",
                ),
                "description": _("What a label is asked for unless you say otherwise."),
            },
        ),
        (_("After it arrived"), {"fields": ("arrival_check_after",)}),
        (
            _("When notes go out"),
            {
                "fields": ("window_opens", "window_closes", "digest_at", "answer_within_hours"),
                "description": _(
                    "Thank-yous, payment receipts and tracking notices answer something that has "
                    "just happened, and go out at any hour."
                ),
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        """Saved in a way that never sends notes about what lay long before the change."""
        save_policy(obj, now=timezone.now())


def mode_field(kind: str) -> str:
    """The form's field for how notes of `kind` leave the house."""
    return f"mode_{kind}"


class ChannelForm(ChannelModelForm):
    """One choice for each kind of note instead of a table in JSON."""

    class Meta:
        model = Channel
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in BUYER_NOTES:
            self.initial[mode_field(kind)] = self.instance.mode(kind)

    def clean(self) -> dict[str, Any]:
        """Puts the choices into the channel's table."""
        cleaned = super().clean() or self.cleaned_data
        chosen = {kind: cleaned.get(mode_field(kind)) for kind in BUYER_NOTES}
        self.instance.modes = {str(kind): str(mode) for kind, mode in chosen.items() if mode}
        return cleaned


# Declared fields, as the admin site wants to know them before there is a form.
for _kind in BUYER_NOTES:
    ChannelForm.base_fields[mode_field(_kind)] = ChannelForm.declared_fields[mode_field(_kind)] = (
        forms.ChoiceField(label=capfirst(_kind.label), choices=ChannelMode.choices)
    )


@admin.register(Channel)
class ChannelAdmin(ShopScopedAdmin):
    """Where orders are sold: made with the shop, and kept as long as it has orders."""

    form = ChannelForm
    owners_may_add = False
    list_display = ("kind", "shop", "differs")
    list_filter = (ShopFilter, "kind")
    list_select_related = ("shop",)
    ordering = ("shop__name", "kind")
    readonly_fields = ("shop", "kind")
    fieldsets = (
        (None, {"fields": ("shop", "kind")}),
        (
            _("How each note leaves the house"),
            {
                "fields": [mode_field(kind) for kind in BUYER_NOTES],
                "description": _(
                    "Marketplaces tell buyers some things themselves, and some want your words "
                    "in their own conversation. A note that is to be copied waits for you with "
                    "its text; one that the marketplace does is never sent."
                ),
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:
        """Saved in a way that never sends notes about what lay long before the change."""
        save_channel(obj, now=timezone.now())

    @admin.display(description=_("not simply sent by e-mail"))
    def differs(self, channel: Channel) -> str:
        """The notes that are copied, or done by the marketplace."""
        kinds = [kind for kind in BUYER_NOTES if channel.mode(kind) != ChannelMode.SEND]
        return ", ".join(str(kind.label) for kind in kinds) or "–"
