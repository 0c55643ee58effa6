"""A shop's policy: the numbers and switches of its follow-up."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.shop import Shop
from orders.words import Rule


def default_weekend() -> list[int]:
    return [5, 6]


def default_rules_off() -> list[str]:
    """Off unless the seller wants it: one more mail about a parcel that comes today."""
    return [Rule.OUT_FOR_DELIVERY.value]


def default_changes() -> dict[str, str]:
    return {}


class Policy(models.Model):
    """A shop's numbers and switches for the follow-up.

    `rules_since` notes when a rule was last switched on, sped up or rerouted: notes whose moment
    lay more than a day before that are never sent.
    """

    class TrackingNoticeWhen(models.TextChoices):
        AT_ONCE = "at_once", _("as soon as the parcel is recorded")
        FIRST_SCAN = "first_scan", _("on the carrier's first scan")

    shop = models.OneToOneField(Shop, models.CASCADE, related_name="policy")
    fast_payment_hours = models.PositiveSmallIntegerField(
        _("quick payment, hours"),
        default=24,
        help_text=_("Who pays within so many hours of ordering gets a special thank-you."),
    )
    reminder_after = models.PositiveSmallIntegerField(
        _("remind after, days"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Days of silence before the one payment reminder. Days are 24 hours."),
    )
    payment_window = models.PositiveSmallIntegerField(
        _("time to pay, days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Unpaid after so many days: the order is flagged for relisting."),
    )
    handling_days = models.PositiveSmallIntegerField(
        _("handling time, working days"),
        default=3,
        validators=[MaxValueValidator(120)],
        help_text=_("You promise to ship within so many working days of payment."),
    )
    stalled_days = models.PositiveSmallIntegerField(
        _("parcel stalled after, days"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Days without a scan before a parcel counts as stalled."),
    )
    answer_within_hours = models.PositiveSmallIntegerField(
        _("answer within, hours"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("A buyer who waits longer for your answer is flagged."),
    )
    arrival_check_after = models.PositiveSmallIntegerField(
        _("ask about the arrival after, days"),
        default=1,
        validators=[MaxValueValidator(6)],
        help_text=_("Days after delivery; asked within a week of delivery or not at all."),
    )
    tracking_notice_when = models.CharField(
        _("send the tracking notice"),
        max_length=12,
        choices=TrackingNoticeWhen,
        default=TrackingNoticeWhen.AT_ONCE,
    )
    delay_notice_automatic = models.BooleanField(
        _("send delay notices by themselves"),
        default=False,
        help_text=_("Otherwise each waits for your click."),
    )
    window_opens = models.TimeField(
        _("notes go out from"), default=dt.time(8), help_text=_("Your local time.")
    )
    window_closes = models.TimeField(
        _("until"), default=dt.time(20), help_text=_("Your local time; 00:00 means midnight.")
    )
    digest_at = models.TimeField(
        _("morning digest at"), default=dt.time(7), help_text=_("Your local time.")
    )
    home_service = models.CharField(
        _("ship at home by"),
        max_length=100,
        default="USPS Priority",
        blank=True,
        help_text=_("Carrier and service as EasyPost names them, like USPS Priority."),
    )
    abroad_service = models.CharField(
        _("ship abroad by"),
        max_length=100,
        blank=True,
        help_text=_("Carrier and service, like USPS PriorityMailInternational."),
    )
    insure = models.BooleanField(
        _("insure parcels"), default=True, help_text=_("For what the order is worth.")
    )
    insure_up_to = models.DecimalField(
        _("insure up to"),
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("In your currency. Left empty: the whole value."),
    )
    pack_first = models.BooleanField(
        _("no label before all is packed"),
        default=False,
        db_default=False,
        help_text=_("Otherwise a packing list that nobody has begun does not stop a label."),
    )
    weekend = models.JSONField(
        _("days off"), default=default_weekend, blank=True, help_text=_("0 is Monday, 6 Sunday.")
    )
    observe_holidays = models.BooleanField(_("public holidays are days off"), default=True)
    rules_off = models.JSONField(_("rules switched off"), default=default_rules_off, blank=True)
    rules_since = models.JSONField(default=default_changes, editable=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def __str__(self) -> str:
        return str(_("Policy of %(shop)s") % {"shop": self.shop})

    def clean(self) -> None:
        """Raises ValidationError naming the field when the settings contradict each other."""
        closes = self.window_closes
        if closes != dt.time(0) and self.window_opens >= closes:
            raise ValidationError(
                {"window_closes": _("The window must close after it opens on the same day.")}
            )
        if not isinstance(self.weekend, list) or not set(self.weekend) <= set(range(7)):
            raise ValidationError({"weekend": _("Days off are numbers from 0 (Monday) to 6.")})
        if len(set(self.weekend)) == 7:
            raise ValidationError({"weekend": _("At least one day must be a working day.")})
        unknown = set(self.rules_off) - set(Rule.values)
        if unknown:
            raise ValidationError(
                {
                    "rules_off": _("There is no rule “%(rule)s”. There are: %(rules)s.")
                    % {"rule": min(unknown), "rules": ", ".join(Rule.values)}
                }
            )

    def is_on(self, rule: str) -> bool:
        return rule not in self.rules_off
