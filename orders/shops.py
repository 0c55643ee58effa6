"""Opening a shop: the shop itself with its default policy, a channel of each kind, its owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.db import transaction

from orders.models import Channel, Member, Policy, Shop, Watch
from orders.models.channel import DEFAULT_MODES
from orders.words import ChannelKind, Role


@transaction.atomic
def create_shop(
    slug: str,
    *,
    name: str = "",
    timezone: str = "UTC",
    country: str = "US",
    currency: str = "",
    language: str = "en",
    sender_email: str = "",
    owner: Any = None,
) -> Shop:
    """A new shop that follows up as the default policy says.

    `owner` is a user, or None. Without a name it is called after its slug; without a currency
    it sells in its country's. Raises ValidationError, naming the field, for a slug that is taken,
    an unknown time zone etc.
    """
    shop = Shop(
        slug=slug,
        name=name or slug.replace("-", " ").replace("_", " ").title(),
        timezone=timezone,
        country=country,
        currency=currency or currency_of(country),
        language=language,
        sender_email=sender_email,
    )
    shop.full_clean(exclude=["key"])  # The database draws it.
    shop.save(force_insert=True)
    furnish(shop)
    if owner is not None:
        Member.objects.create(shop=shop, user=owner, role=Role.OWNER)
    return shop


def furnish(shop: Shop) -> None:
    """Give a new shop the default policy and a channel of each kind."""
    Policy.objects.create(shop=shop)
    Channel.objects.bulk_create(
        [Channel(shop=shop, kind=kind, modes=DEFAULT_MODES[kind]) for kind in ChannelKind]
    )


def look_again_after_move(shop: Shop, *, now: datetime) -> None:
    """The shop's clock or calendar changed: what still has a due moment is looked at, at once.

    The next morning digest is reckoned anew as well. `now` in UTC.
    """
    Shop.objects.filter(pk=shop.pk).update(digest_at=None)
    Watch.objects.filter(order__shop=shop, look_at__gt=now).update(look_at=now)


def currency_of(country: str) -> str:
    """The currency people pay with in `country` (ISO 3166-1) today, by the CLDR; else USD."""
    if country not in get_global("territory_currencies"):
        return "USD"
    found = get_territory_currencies(country)
    return found[0] if found else "USD"
