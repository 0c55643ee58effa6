"""Shop, its members, the channels it sells on and its policy."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orders.words import BUYER_NOTES, ChannelKind, ChannelMode, NoteKind, Role, Rule

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from orders.models.order import Order

CURRENCY = RegexValidator(r"^[A-Z]{3}$", _("Use the three capital letters of ISO 4217, like EUR."))
COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Use the two capital letters of ISO 3166, like DE."))


@cache
def time_zones() -> frozenset[str]:
    """The names of the IANA time zones. Python reads hundreds of files to list them: once."""
    return frozenset(available_timezones())


def validate_timezone(name: str) -> None:
    """Raises ValidationError unless `name` is an IANA time zone."""
    if name not in time_zones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name like Europe/Berlin or America/Denver."),
            params={"name": name},
        )


class ShopQuerySet(models.QuerySet["Shop"]):
    def of(self, user: Any) -> ShopQuerySet:
        """The shops `user` is a member of."""
        return self.filter(members__user=user)

    def open(self) -> ShopQuerySet:
        """Those that are not closed."""
        return self.filter(closed_at__isnull=True)

    def closed(self) -> ShopQuerySet:
        """Those that somebody has closed, the last first."""
        return self.filter(closed_at__isnull=False).order_by("-closed_at")


class Shop(models.Model):
    """One seller's store. Everything belongs to exactly one shop."""

    slug = models.SlugField(
        _("short name"), unique=True, help_text=_("Part of the shop's addresses: /shops/…/")
    )
    name = models.CharField(_("name"), max_length=120)
    sender_name = models.CharField(
        _("sender name"),
        max_length=120,
        blank=True,
        help_text=_("The name buyers see in their inbox. Left empty: the shop's name."),
    )
    sender_email = models.EmailField(
        _("sender address"),
        blank=True,
        help_text=_("Letters come from here, answers and your own notices go here."),
    )
    signature = models.TextField(
        _("signature"), blank=True, help_text=_("How you sign a letter. Left empty: sender name.")
    )
    how_to_pay = models.TextField(
        _("how to pay"),
        blank=True,
        help_text=_("Bank details or a payment link; stands in letters about unpaid orders."),
    )
    url = models.URLField(_("web address"), blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_timezone]
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        default="US",
        validators=[COUNTRY],
        help_text=_("Where you ship from. Its public holidays are not working days."),
    )
    region = models.CharField(
        _("region"),
        max_length=8,
        blank=True,
        help_text=_("State or province for its holidays, like BY or CA. May stay empty."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD", validators=[CURRENCY])
    language = models.CharField(
        _("language"), max_length=12, default="en", help_text=_("For buyers whose own is unknown.")
    )
    # When the morning digest is to be looked at next; kept here so that finding the shops whose
    # morning it is costs one small query (see notifications.digest).
    digest_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Nothing is sent or looked at from then on (see notifications.closing).
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    # Stands in the addresses that other services call: /hooks/<sender>/<key>/.
    key = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[Any] = ShopQuerySet.as_manager()

    if TYPE_CHECKING:
        orders: RelatedManager[Order]
        members: RelatedManager[Member]
        channels: RelatedManager[Channel]
        policy: Policy

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["digest_at"], name="shop_digest_at")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="shop_currency_is_iso_4217"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def from_name(self) -> str:
        return self.sender_name or self.name


class Member(models.Model):
    """A user's place in a shop."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.OWNER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "user"], name="member_once_per_shop"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


# What the marketplaces tell buyers themselves, so that we need not; a shop may change each.
# Etsy and eBay confirm, announce shipping and ask for payment; their rules keep our notes inside
# their conversations. Shopify and WooCommerce shops confirm a payment or a parcel by themselves.
COPY, DOES = ChannelMode.COPY, ChannelMode.MARKETPLACE_DOES
DEFAULT_MODES: dict[str, dict[str, ChannelMode]] = {
    ChannelKind.ETSY: {
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
    },
    ChannelKind.EBAY: {
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
    },
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
