"""A shop's EasyPost account: connected with its key, watched by a webhook, disconnected.

The key and the webhook's secret are stored encrypted and never shown again.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from orders import rows
from orders.models import ShippingProfile, Shop, Tracker
from orders.shipping import gateway
from orders.shipping.journeys import LONGEST_SILENCE
from orders.shipping.postage import profile_of
from orders.shipping.problems import ShippingError
from orders.shipping.secrets import UnreadableSecret, decrypt, encrypt

logger = logging.getLogger(__name__)

# EasyPost's keys for trying things begin so: labels bought with them carry nothing.
# Source: https://docs.easypost.com/docs/authentication
TEST_KEY = "EZTK"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the account stands; never its key. `problem` is the newest that asks for something."""

    is_connected: bool
    is_test: bool = False
    is_watched: bool = False
    connected_at: datetime | None = None
    problem: str = ""


def connect(shop: Shop, key: str, now: datetime, *, hook_url: str = "") -> str:
    """Use the account with this key from now on; why we hear nothing by ourselves, if so.

    1. EasyPost is asked whether the key is good. Raises ShippingError; nothing has changed then.
    2. The key is stored, with a fresh secret for the webhook.
    3. EasyPost is told to report to `hook_url`, an address it can reach; empty where this
       installation has none. When it refuses, parcels are asked about instead, and the sentence
       says why.
    4. The parcels that are on their way are followed with the new account.
    """
    account = gateway.EasyPost(key)
    account.check_key()
    before = profile_of(shop)
    old_account, old_hook = _account_of(before), before.webhook_id
    secret = secrets.token_urlsafe(32) if hook_url else ""
    values = {
        "easypost_key": encrypt(key.strip()),
        # Stored before EasyPost knows it: it may report at once.
        "webhook_secret": encrypt(secret),
        "webhook_id": "",
        "connected_at": now,
    }
    _store(before, values)
    if old_hook and old_account is not None:
        _unwatch(old_account, old_hook)
    why_not = _watch(shop, account, hook_url, secret) if hook_url else ""
    _follow_again(shop, now)
    logger.info("Account connected", extra={"action": "easypost_connected", "shop": shop.pk})
    return why_not


def disconnect(shop: Shop) -> bool:
    """Forget key and secret, and have EasyPost report no longer; whether there was a key.

    When EasyPost cannot be told, its reports are refused, for want of the secret.
    """
    profile = ShippingProfile.objects.filter(shop=shop).exclude(easypost_key="").first()
    if profile is None:
        return False
    account, hook = _account_of(profile), profile.webhook_id
    _store(
        profile,
        {"easypost_key": "", "webhook_secret": "", "webhook_id": "", "connected_at": None},
    )
    Tracker.objects.filter(shop=shop).exclude(next_poll_at=None, problem="").update(
        next_poll_at=None, problem=""
    )
    if account is not None and hook:
        _unwatch(account, hook)
    logger.info("Account disconnected", extra={"action": "easypost_disconnected", "shop": shop.pk})
    return True


def standing(shop: Shop) -> Standing:
    """How the shop's account stands."""
    profile = profile_of(shop)
    if not profile.has_easypost:
        return Standing(is_connected=False)
    is_test, problem = False, ""
    try:
        gateway.account(shop)
        is_test = decrypt(profile.easypost_key).startswith(TEST_KEY)
    except ShippingError as error:
        problem = str(error)
    in_trouble = Tracker.objects.filter(shop=shop, next_poll_at__isnull=False).exclude(problem="")
    newest = in_trouble.order_by("-next_poll_at").values_list("problem", flat=True).first()
    return Standing(
        is_connected=True,
        is_test=is_test,
        is_watched=bool(profile.webhook_id),
        connected_at=profile.connected_at,
        problem=problem or newest or "",
    )


def _store(profile: ShippingProfile, values: dict[str, object]) -> None:
    """Only these columns: somebody may be changing the others."""
    for name, value in values.items():
        setattr(profile, name, value)
    profile.save(update_fields=None if profile.pk is None else list(values))


def _account_of(profile: ShippingProfile) -> gateway.EasyPost | None:
    """The account as it was; None without one, or when its key cannot be read any more."""
    if not profile.has_easypost:
        return None
    with suppress(UnreadableSecret, ShippingError):
        return gateway.EasyPost(decrypt(profile.easypost_key))
    return None


def _watch(shop: Shop, account: gateway.EasyPost, hook_url: str, secret: str) -> str:
    """Have EasyPost report; else its sentence why it does not."""
    profiles = ShippingProfile.objects.filter(shop=shop)
    try:
        webhook = account.watch(hook_url, secret)
    except ShippingError as error:
        profiles.update(webhook_secret="")
        return str(error)
    profiles.update(webhook_id=webhook)
    return ""


def _unwatch(account: gateway.EasyPost, webhook: str) -> None:
    try:
        account.unwatch(webhook)
    except ShippingError as error:
        # What it reports is refused; EasyPost gives up after a while.
        logger.warning(
            "Webhook left behind", extra={"action": "webhook_left", "trouble": error.trouble}
        )


@transaction.atomic
def _follow_again(shop: Shop, now: datetime) -> None:
    """Ask about every parcel on its way; another account has other names for the trackers."""
    rows.execute(
        """UPDATE orders_tracker t SET easypost_id = '', problem = '', attempts = 0,
             next_poll_at = %s
           FROM orders_shipment s
           WHERE t.shop_id = %s AND t.since > %s AND s.order_id = t.order_id
             AND s.parcel = t.parcel AND s.delivered_at IS NULL""",
        [now, shop.pk, now - LONGEST_SILENCE],
    )
