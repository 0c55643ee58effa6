"""Closing a shop, and opening it again: nothing is said, planned or asked about in between.

What happens to its orders meanwhile, as when a carrier reports a parcel, is recorded all the same,
so that the shop knows of it when it is opened again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from notifications.models import Message
from notifications.policy_changes import REACH, look_again
from notifications.words import MessageState
from orders import rows
from orders.facts import stamp
from orders.intake import runs
from orders.models import Policy, Shop, Tracker
from orders.words import Rule

CLOSED = gettext_noop("The shop was closed.")


@transaction.atomic
def close(shop: Shop, *, now: datetime) -> bool:
    """Close `shop` at `now` (UTC); False when it is closed already.

    1. What waits in the outbox, or to be copied, is cancelled.
    2. Its orders are not looked at any more. Should something be recorded about one, every rule
       counts as switched off (see notifications.loading).
    3. Carriers are not asked any more, and files that are being imported stop.
    """
    if not Shop.objects.open().filter(pk=shop.pk).update(closed_at=now):
        return False
    with translation.override(runs.language_of(shop)):
        why = gettext(CLOSED)
    waiting = Message.objects.filter(
        shop=shop, state__in=(MessageState.QUEUED, MessageState.TO_COPY)
    )
    waiting.update(state=MessageState.CANCELLED, settled_at=now, detail=why)
    rows.execute(
        """DELETE FROM orders_watch w USING orders_order o
           WHERE o.id = w.order_id AND o.shop_id = %s""",
        [shop.pk],
    )
    Tracker.objects.filter(shop=shop).update(next_poll_at=None)
    runs.stop(shop, now, why)
    return True


@transaction.atomic
def reopen(shop: Shop, *, now: datetime) -> bool:
    """Open `shop` again at `now` (UTC); False when it is open.

    Its orders are looked at anew. Nothing is sent that was due more than a day ago.
    """
    if not Shop.objects.closed().filter(pk=shop.pk).update(closed_at=None, digest_at=None):
        return False
    since = dict.fromkeys(Rule.values, stamp(now))
    for policy in Policy.objects.select_for_update().filter(shop=shop):
        policy.rules_since = {**policy.rules_since, **since}
        policy.save(update_fields=["rules_since"])
    look_again(shop.pk, now)
    # Those whose parcels have arrived drop out by themselves.
    Tracker.objects.filter(shop=shop, since__gte=now - REACH).update(next_poll_at=now)
    return True
