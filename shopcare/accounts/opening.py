"""Opening a shop from the browser, and the guided set-up that can be left and taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.core import get_global
from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation.trans_real import parse_accept_lang_header

from orders.models import Member, Shop
from orders.shops import create_shop, currency_of
from orders.words import Role
from shopcare.accounts.models import Setup, SetupStep, User

STEPS = tuple(SetupStep)
# Whoever signs up could open shops without end.
MOST_SHOPS = 10
LONGEST_SLUG = 50
# The time zone of most people, where there are several.
MOST_LIVE_IN = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """Where somebody probably is."""

    country: str
    timezone: str
    currency: str
    language: str


def guess(accepted_languages: str) -> Guess:
    """What the browser's Accept-Language says about country, time zone, money and language.

    A language without a country stands for the one with most of its speakers (Unicode CLDR's
    likely subtags); a country with several time zones has that of most of its people.
    """
    tags = [tag for tag, _weight in parse_accept_lang_header(accepted_languages or "en")]
    known = {code for code, _name in settings.LANGUAGES}
    language = next((base for tag in tags if (base := tag.partition("-")[0]) in known), "en")
    country = next((found for tag in tags if (found := _country(tag))), "US")
    zones = get_global("territory_zones").get(country, ["UTC"])
    zone = MOST_LIVE_IN.get(country, zones[0])
    return Guess(country, zone, currency_of(country), language)


def _country(tag: str) -> str:
    """The country of a language tag like de-AT, or of a language like de; else empty."""
    *_language, region = tag.replace("_", "-").split("-")
    territories = get_global("territory_zones")
    if _language and region.upper() in territories:
        return region.upper()
    likely = str(get_global("likely_subtags").get(tag.partition("-")[0], "")).rpartition("_")[2]
    return likely if likely in territories else ""


def may_open_shop(user: User) -> bool:
    """Superusers may; anybody where strangers may sign up, up to ten shops."""
    if user.is_superuser:
        return True
    if not settings.ACCOUNT_ALLOW_SIGNUPS:
        return False
    return Member.objects.filter(user=user, role=Role.OWNER)[:MOST_SHOPS].count() < MOST_SHOPS


@transaction.atomic
def open_shop(user: User, *, name: str, place: Guess) -> Shop:
    """A new shop of `user`, whose set-up goes on with the second step.

    A second click on the button finds the shop of the first. Raises ValidationError.
    """
    User.objects.select_for_update().get(pk=user.pk)
    begun = unfinished(user)
    if begun is not None and begun.name == name:
        return begun
    shop = create_shop(
        free_slug(name),
        name=name,
        timezone=place.timezone,
        country=place.country,
        currency=place.currency,
        language=place.language,
        sender_email=user.email,
        owner=user,
    )
    Setup.objects.create(shop=shop, step=SetupStep.SENDER)
    return shop


def unfinished(user: User) -> Shop | None:
    """The shop that `user` owns and is setting up, newest first."""
    mine = Setup.objects.filter(
        finished_at__isnull=True, shop__members__user=user, shop__members__role=Role.OWNER
    )
    setup = mine.select_related("shop").order_by("-shop_id").first()
    return setup.shop if setup else None


def free_slug(name: str) -> str:
    """A short name made of `name` that no shop has yet."""
    base = slugify(name)[: LONGEST_SLUG - 4].strip("-_") or "shop"
    taken = set(Shop.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in numbered if slug not in taken)


def begin(shop: Shop) -> None:
    """Let the first owner of a new shop be guided through its set-up."""
    Setup.objects.get_or_create(shop=shop)


def reached(setup: Setup, step: SetupStep) -> None:
    """Note that all before `step` is done; going back loses nothing."""
    if STEPS.index(step) > STEPS.index(SetupStep(setup.step)):
        setup.step = step
        setup.save(update_fields=["step"])


def leave(setup: Setup, *, now: datetime) -> None:
    """Put it off: it is offered, and no longer opened by itself."""
    setup.left_at = now
    setup.save(update_fields=["left_at"])


def finish(setup: Setup, *, now: datetime) -> None:
    """Done; it is not offered any more."""
    setup.finished_at = setup.finished_at or now
    setup.save(update_fields=["finished_at"])


def is_to_be_opened(shop: Shop) -> bool:
    """Whether an owner who comes in is led to the set-up: begun, not put off, nothing sold yet."""
    setup = Setup.objects.filter(shop=shop, finished_at__isnull=True, left_at__isnull=True)
    return setup.exists() and not shop.orders.exists()
