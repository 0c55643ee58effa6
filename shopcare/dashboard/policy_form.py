"""The policy as a form of sentences, with its numbers and switches inside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from orders.models import Channel, Policy
from orders.words import BUYER_NOTES, ChannelMode, Rule

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Policy]
else:  # Django's own is not generic
    ModelForm = forms.ModelForm

NUMBERS = (
    *("fast_payment_hours", "reminder_after", "payment_window", "handling_days"),
    *("stalled_days", "answer_within_hours", "arrival_check_after"),
)
POSTAGE = ("home_service", "abroad_service", "insure", "insure_up_to", "pack_first")
CLOCKS = ("window_opens", "window_closes", "digest_at")
WEEKDAYS = [
    *((0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday"))),
    *((4, _("Friday")), (5, _("Saturday")), (6, _("Sunday"))),
]

# By section: each rule with its sentence; names in braces are the policy's settings.
SENTENCES: list[tuple[Promise | str, list[tuple[Rule, Promise | str]]]] = [
    (
        _("When somebody orders"),
        [
            (
                Rule.THANK_YOU,
                _(
                    "Say thank you at once, with a special word for those who pay within"
                    " {fast_payment_hours} hours."
                ),
            ),
            (Rule.PAYMENT_RECEIVED, _("Confirm a payment that comes after the thank-you.")),
            (
                Rule.PAYMENT_REMINDER,
                _(
                    "Ask once, kindly, after {reminder_after} days of silence when an order is"
                    " unpaid. A word from the buyer starts the days anew."
                ),
            ),
            (
                Rule.RELIST,
                _(
                    "Flag the item for relisting, and write to you, when it is unpaid after"
                    " {payment_window} days or the time you gave."
                ),
            ),
        ],
    ),
    (
        _("When you ship"),
        [
            (
                Rule.ADDRESS_QUESTION,
                _("Ask the buyer, after your click, about an address that may be wrong."),
            ),
            (
                Rule.LATE_TO_SHIP,
                _("Flag what is not shipped {handling_days} working days after payment."),
            ),
            (
                Rule.DELAY_NOTICE,
                _("Tell the buyer that it is late: {delay_notice_automatic}"),
            ),
            (Rule.TRACKING_NOTICE, _("Say it is on its way: {tracking_notice_when}")),
        ],
    ),
    (
        _("On its way, and after"),
        [
            (Rule.STALLED, _("Flag a parcel without a scan for {stalled_days} days.")),
            (
                Rule.EXCEPTION,
                _("Flag a parcel as soon as its carrier reports trouble or sends it back."),
            ),
            (
                Rule.LATE_DELIVERY,
                _(
                    "Flag a parcel that has not arrived on the day its carrier named, and draft a"
                    " word to the buyer for your click."
                ),
            ),
            (
                Rule.RETURNED,
                _(
                    "Flag a parcel that comes back until you act, and draft a word to the buyer"
                    " for your click."
                ),
            ),
            (Rule.OUT_FOR_DELIVERY, _("Tell the buyer on the day that the parcel comes.")),
            (Rule.AVAILABLE_FOR_PICKUP, _("Tell the buyer when a parcel waits to be picked up.")),
            (
                Rule.ARRIVAL_CHECK,
                _("Ask {arrival_check_after} days after delivery whether it arrived well."),
            ),
        ],
    ),
    (
        _("What you hear yourself"),
        [
            (
                Rule.UNANSWERED,
                _("Flag a buyer who has waited {answer_within_hours} hours for your answer."),
            ),
            (Rule.DIGEST, _("Write to you each morning at {digest_at} when anything is open.")),
        ],
    ),
]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rule's switch and its sentence with the fields inside."""

    switch: BoundField
    text: str
    fields: list[BoundField]

    @property
    def errors(self) -> list[str]:
        return [str(error) for bound in self.fields for error in bound.errors]


class PolicyForm(ModelForm):
    """Every number and switch of a policy; the rules that are on rather than those that are off."""

    delay_notice_automatic = forms.TypedChoiceField(
        label=_("Delay notices"),
        choices=[("False", _("after your click.")), ("True", _("by itself."))],
        coerce=lambda value: value == "True",
    )
    weekend = forms.TypedMultipleChoiceField(
        label=_("Days off"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Policy
        fields = (
            *NUMBERS,
            *CLOCKS,
            *POSTAGE,
            *("tracking_notice_when", "delay_notice_automatic", "weekend", "observe_holidays"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rule in Rule:
            self.fields[switch_of(rule)] = forms.BooleanField(
                label=capfirst(str(rule.label)), required=False, initial=self.instance.is_on(rule)
            )
        for name in NUMBERS:
            self.fields[name].widget.attrs["class"] = "in-sentence"
            self.fields[name].widget.attrs["inputmode"] = "numeric"
        for name in CLOCKS:
            self.fields[name].widget = forms.TimeInput(
                attrs={"type": "time", "class": "in-sentence"}, format="%H:%M"
            )
        for name in ("tracking_notice_when", "delay_notice_automatic", *POSTAGE):
            if name in ("insure", "pack_first"):
                continue  # a switch, with its words behind it
            self.fields[name].widget.attrs["class"] = "in-sentence"
        sentences = (*NUMBERS, *CLOCKS, "tracking_notice_when", "delay_notice_automatic")
        for name in (*sentences, "home_service", "abroad_service", "insure_up_to"):
            # The sentence around it tells what it is; a screen reader jumps from field to field.
            self.fields[name].widget.attrs["aria-label"] = capfirst(str(self.fields[name].label))
            self.fields[name].help_text = ""
        if self.instance.insure_up_to is not None:  # 500 rather than 500.000
            self.initial["insure_up_to"] = f"{self.instance.insure_up_to.normalize():f}"
        self.initial["delay_notice_automatic"] = str(self.instance.delay_notice_automatic)

    def clean(self) -> dict[str, Any]:
        """Turns the switches into the rules that are off; the model checks the rest."""
        cleaned = super().clean() or self.cleaned_data
        self.instance.rules_off = [rule for rule in Rule.values if not cleaned.get(switch_of(rule))]
        return cleaned

    def sections(self) -> list[tuple[str, list[Sentence]]]:
        """The rules in sentences, by section."""
        return [
            (str(title), [self._sentence(rule, str(text)) for rule, text in rules])
            for title, rules in SENTENCES
        ]

    def _sentence(self, rule: Rule, text: str) -> Sentence:
        inside = {name: self[name] for name in self._meta.fields or () if f"{{{name}}}" in text}
        filled = format_html(text, **inside) if inside else text
        return Sentence(self[switch_of(rule)], filled, [*inside.values()])


def switch_of(rule: str) -> str:
    """The form's field that switches a rule on."""
    return f"on_{rule}"


class ChannelForm(forms.Form):
    """How each note to buyers of one channel leaves the house."""

    def __init__(self, channel: Channel, data: Any = None) -> None:
        super().__init__(data, prefix=channel.kind)
        self.channel = channel
        for kind in BUYER_NOTES:
            self.fields[kind] = forms.ChoiceField(
                label=capfirst(str(kind.label)),
                choices=ChannelMode.choices,
                initial=channel.mode(kind),
            )

    @property
    def summary(self) -> str:
        """How many notes are not simply sent, in a few words."""
        modes = [self.channel.mode(kind) for kind in BUYER_NOTES]
        copied, done = modes.count(ChannelMode.COPY), modes.count(ChannelMode.MARKETPLACE_DOES)
        parts = []
        if copied:
            parts.append(str(_("%(count)s to copy")) % {"count": copied})
        if done:
            parts.append(str(_("%(count)s left to the marketplace")) % {"count": done})
        return ", ".join(parts) or str(_("all are sent"))

    def apply(self) -> bool:
        """Put the choices into the channel, unsaved; whether any of them is new."""
        chosen = {kind: self.cleaned_data[kind] for kind in BUYER_NOTES}
        changed = any(self.channel.mode(kind) != mode for kind, mode in chosen.items())
        if changed:
            self.channel.modes = {str(kind): str(mode) for kind, mode in chosen.items()}
        return changed


@dataclass(slots=True)
class PolicyForms:
    """The policy's form and one for each channel, answered together."""

    policy: PolicyForm
    channels: list[ChannelForm]

    @classmethod
    def of(cls, policy: Policy, channels: Iterable[Channel], data: Any = None) -> PolicyForms:
        """The forms of these models; with `data`, as somebody filled them in."""
        forms_of_channels = [ChannelForm(channel, data) for channel in channels]
        return cls(PolicyForm(data, instance=policy), forms_of_channels)

    def are_valid(self) -> bool:
        """Whether all can be saved; then the models hold the answers, unsaved."""
        return all([self.policy.is_valid(), *(form.is_valid() for form in self.channels)])

    def changed_channels(self) -> list[Channel]:
        """The channels whose notes go another way now."""
        return [form.channel for form in self.channels if form.apply()]
