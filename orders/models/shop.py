"""A shop and its members."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orders.words import Role

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from orders.models.channel import Channel
    from orders.models.order import Order
    from orders.models.policy import Policy

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
