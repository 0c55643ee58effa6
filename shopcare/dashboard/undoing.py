"""Taking back what was done to several orders, while nothing about it has left the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import Message
from notifications.words import LOST_STATES, SENT_STATES, MessageState
from orders import lifecycle
from orders.facts import Extend, Fact, Pause, Reinstate, Resume, Unpay, Unship
from orders.models import Shop
from shopcare.dashboard.shop import ShopRequest, of_shop

KEY = "undo"
OFFERED_FOR = timedelta(minutes=15)
GONE_OUT = SENT_STATES | LOST_STATES | {MessageState.SENDING}


def offer_undo(request: ShopRequest, action: str, orders: dict[str, str], now: datetime) -> None:
    """Remember what was done at `now`, for a quarter of an hour.

    `orders` maps their numbers to what taking it back needs: the payment deadline that was (ISO),
    the payment's key, or the parcel.
    """
    request.session[KEY] = {
        "shop": request.shop.pk,
        "action": action,
        "at": now.isoformat(),
        "orders": orders,
    }


def offered_undo(request: ShopRequest) -> dict[str, Any] | None:
    """What can be taken back: how many orders, for the page that offers it."""
    done = request.session.get(KEY)
    if not done or done["shop"] != request.shop.pk:
        return None
    if timezone.now() - datetime.fromisoformat(done["at"]) > OFFERED_FOR:
        return None
    return {**done, "count": len(done["orders"])}


@of_shop
def undo(request: ShopRequest) -> HttpResponse:
    """Take it back, except for orders about which a note has gone out since."""
    done = offered_undo(request)
    if request.method != "POST":
        return redirect("orders", request.shop.slug)
    if done is None:
        messages.warning(request, _("There is nothing left to take back."))
        return redirect("orders", request.shop.slug)
    del request.session[KEY]
    too_late = _told_since(request.shop, list(done["orders"]), datetime.fromisoformat(done["at"]))
    now = timezone.now()
    facts = [
        inverse(done["action"], number, kept, now)
        for number, kept in done["orders"].items()
        if number not in too_late
    ]
    lifecycle.record(request.shop, facts, now=now, source="dashboard")
    _tell(request, len(facts), sorted(too_late))
    return redirect("orders", request.shop.slug)


def inverse(action: str, number: str, kept: str, now: datetime) -> Fact:
    """The fact that takes `action` back."""
    match action:
        case "pause":
            return Resume(order=number, at=now)
        case "resume":
            return Pause(order=number, at=now)
        case "more_time":
            return Extend(order=number, at=now, until=datetime.fromisoformat(kept))
        case "relisted":
            return Reinstate(order=number, at=now)
        case "pay":
            return Unpay(order=number, at=now, payment=kept)
        case "ship":
            return Unship(order=number, at=now, parcel=kept)
    raise ValueError(action)


def _told_since(shop: Shop, numbers: Sequence[str], at: datetime) -> set[str]:
    """The orders about which a note has gone out, or is going out, since `at`."""
    gone = Q(state__in=GONE_OUT) & (Q(settled_at__gte=at) | Q(state=MessageState.SENDING))
    found = Message.objects.filter(gone, shop=shop, order__number__in=numbers)
    return set(found.values_list("order__number", flat=True))


def _tell(request: ShopRequest, count: int, too_late: list[str]) -> None:
    if count:
        words = ngettext(
            "Taken back for %(count)d order.", "Taken back for %(count)d orders.", count
        )
        messages.success(request, words % {"count": count})
    if too_late:
        words = ngettext(
            "A note about order %(orders)s has gone out already, so it stays as it is.",
            "Notes about the orders %(orders)s have gone out already, so they stay as they are.",
            len(too_late),
        )
        messages.warning(request, words % {"orders": ", ".join(too_late)})
