"""What stands on the Today page: sections of things to do, most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from notifications import copying
from notifications.loading import load
from notifications.models import Message
from notifications.planner import plan
from notifications.rules.timing import WAITS_FOR_CLICK
from notifications.wording import Letter
from notifications.words import MessageState
from orders import checkpoints, rows
from orders.checkpoints import Gate
from orders.models import AddressCheck, Flag, Order, Shipment, Shop
from orders.models.order import TO_SHIP
from orders.models.timeline import TO_SEE
from orders.showing import Showing
from orders.words import FlagKind, NoteKind
from shopcare.dashboard.forecast import Foreseen, name_of

# So many of each kind stand on the page; the rest is one click away.
SHOWN = 10
# How many of the newest orders are asked what goes out next, when there is nothing to do.
ASKED = 50

PRESSING = (
    FlagKind.UNANSWERED,
    FlagKind.ADDRESS_CHANGED,
    FlagKind.EXCEPTION,
    FlagKind.RETURNED,
    FlagKind.STALLED,
    FlagKind.LATE_DELIVERY,
    FlagKind.PAID_AFTER_CANCEL,
    FlagKind.LATE_TO_SHIP,
    FlagKind.RELIST,
    FlagKind.UNDELIVERABLE,
)
# Flags with a note to the buyer that may wait for a click: the note, and the button's action.
TELLING = {
    FlagKind.LATE_TO_SHIP: (NoteKind.DELAY_NOTICE.value, "tell_delay"),
    FlagKind.LATE_DELIVERY: (NoteKind.LATE_DELIVERY.value, "tell_late"),
    FlagKind.RETURNED: (NoteKind.RETURNED.value, "tell_returned"),
}
# An order's id, a note's kind and what it is about.
Told = tuple[int, str, str]


@dataclass(slots=True)
class Row:
    """One thing to do: about which order, why, since when, and its one button.

    `action` is what the button posts to `today_act`; empty, it is a link to `url`.
    """

    order: Order
    reason: str
    since: str
    button: str
    url: str
    action: str = ""
    # The parcel, where an order may have several.
    about: str = ""
    message: Message | None = None
    letter: Letter | None = None


@dataclass(slots=True)
class Section:
    """Things of one kind; `more_url` leads to all of them when these are not all."""

    key: str
    title: str
    tone: str
    rows: list[Row]
    more_url: str = ""


@dataclass(slots=True)
class Today:
    """The whole page: what needs the seller, or what will go out next."""

    sections: list[Section] = field(default_factory=list)
    coming: list[tuple[Order, Foreseen]] = field(default_factory=list)


def today(shop: Shop, now: datetime) -> Today:
    """What needs the seller of `shop` at `now` (UTC); in a constant number of queries."""
    showing = Showing(shop)
    flags = _flags(shop)
    telling = _words_to_tell([f for kind in TELLING for f in flags.get(kind, [])[:SHOWN]], now)
    sections = [
        _flag_section(shop, kind, flags.get(kind, []), showing, telling) for kind in PRESSING
    ]
    late = {flag.order_id for flag in flags.get(FlagKind.LATE_TO_SHIP, [])}
    # To ship stands before what is merely to be tidied up: relisting, and mail that came back.
    sections.insert(PRESSING.index(FlagKind.RELIST), _to_ship(shop, late, showing))
    sections.insert(1, _to_copy(shop, showing, now))
    found = Today([section for section in sections if section.rows])
    if not found.sections:
        found.coming = _coming(shop, showing, now)
    return found


def _flags(shop: Shop) -> dict[str, list[Flag]]:
    """The oldest open flags of each kind, one more than are shown; see `FlagQuerySet.to_see`."""
    ids = rows.select(
        f"""SELECT f.id FROM unnest(%s::text[]) AS k (kind) CROSS JOIN LATERAL (
             SELECT id FROM orders_flag WHERE shop_id = %s AND kind = k.kind AND {TO_SEE}
             ORDER BY since LIMIT %s) f""",
        [[str(kind) for kind in PRESSING], shop.pk, SHOWN + 1],
    )
    if not ids:
        return {}
    flags = Flag.objects.filter(pk__in=[row[0] for row in ids])
    found: dict[str, list[Flag]] = {}
    for flag in flags.select_related("order__buyer", "order__channel").order_by("since", "id"):
        found.setdefault(flag.kind, []).append(flag)
    return found


def _flag_section(
    shop: Shop, kind: FlagKind, flags: Sequence[Flag], showing: Showing, telling: set[Told]
) -> Section:
    if not flags:
        return Section(str(kind), "", "", [])
    shown = list(flags[:SHOWN])
    buttons = {
        FlagKind.UNANSWERED: (_("I have answered"), "answered"),
        # To be refunded or kept: the order's page offers both.
        FlagKind.ADDRESS_CHANGED: (_("Look into it"), ""),
        FlagKind.EXCEPTION: (_("Look into it"), ""),
        FlagKind.RETURNED: (_("Look into it"), ""),
        FlagKind.STALLED: (_("Look into it"), ""),
        FlagKind.LATE_DELIVERY: (_("Look into it"), ""),
        FlagKind.PAID_AFTER_CANCEL: (_("Reinstate"), "reinstate"),
        FlagKind.LATE_TO_SHIP: (_("Ship"), ""),
        FlagKind.RELIST: (_("Relisted"), "relisted"),
        FlagKind.UNDELIVERABLE: (_("Look into it"), ""),
    }
    items = []
    for flag in shown:
        button, action = buttons[kind]
        if kind in TELLING and (flag.order_id, TELLING[kind][0], flag.subject) in telling:
            button, action = _("Tell the buyer"), TELLING[kind][1]
        items.append(
            Row(
                order=flag.order,
                reason=flag.reason,
                since=showing.day_and_time(flag.since),
                button=button,
                url=order_url(shop, flag.order),
                action=action,
                about=flag.subject,
            )
        )
    titles = {
        FlagKind.UNANSWERED: _("Buyers waiting for an answer"),
        FlagKind.ADDRESS_CHANGED: _("Labels for an address that was changed"),
        FlagKind.EXCEPTION: _("Parcels in trouble"),
        FlagKind.RETURNED: _("Parcels coming back"),
        FlagKind.STALLED: _("Parcels that stand still"),
        FlagKind.LATE_DELIVERY: _("Parcels that are late"),
        FlagKind.PAID_AFTER_CANCEL: _("Paid after cancelling"),
        FlagKind.LATE_TO_SHIP: _("Late to ship"),
        FlagKind.RELIST: _("Relist, or give more time"),
        FlagKind.UNDELIVERABLE: _("Mail that did not arrive"),
    }
    tone = "wait" if kind in (FlagKind.RELIST, FlagKind.UNDELIVERABLE) else "alert"
    more = f"{reverse('orders', args=[shop.slug])}?flag={kind}" if len(flags) > SHOWN else ""
    return Section(str(kind), titles[kind], tone, items, more)


def _words_to_tell(flags: Sequence[Flag], now: datetime) -> set[Told]:
    """The notes about these orders that wait for the seller's click."""
    if not flags:
        return set()
    return {
        (subject.facts.order_id, str(held.kind), held.subject)
        for subject in load(sorted({flag.order_id for flag in flags}))
        for held in plan(subject.facts, subject.policy, now).withheld
        if held.reason == WAITS_FOR_CLICK
    }


def _to_ship(shop: Shop, late: set[int], showing: Showing) -> Section:
    """What is ready to be packed, oldest first; what is late stands in a section of its own."""
    ready = Order.objects.filter(TO_SHIP, shop=shop).exclude(pk__in=late)
    parcels = Prefetch("shipments", queryset=Shipment.objects.order_by("shipped_at"))
    found = list(
        ready.select_related("buyer", "channel", "address_check")
        .prefetch_related(parcels)
        .defer("search")
        .order_by(Coalesce("paid_at", "placed_at"), "pk")[: SHOWN + 1]
    )
    url = ship_url(shop)
    items = [
        Row(
            order=order,
            reason=_unready(order, showing),
            since=showing.day_and_time(order.paid_at or order.placed_at),
            button=_("Ship"),
            url=url or order_url(shop, order),
        )
        for order in found[:SHOWN]
    ]
    more = url or f"{reverse('orders', args=[shop.slug])}?to_ship=1"
    return Section("to_ship", _("To ship"), "go", items, more if len(found) > SHOWN else "")


def _unready(order: Order, showing: Showing) -> str:
    """What still stands in the way of shipping, or that nothing does."""
    gates = checkpoints.checkpoints(
        order,
        list(order.shipments.all()),
        username=order.buyer.username,
        showing=showing,
        address_check=AddressCheck.of(order),
    )
    missing = [g for g in gates if g.name in ("address", "name") and g.state != Gate.PASSED]
    if missing:
        return " ".join(gate.evidence for gate in missing)
    return _("Paid, and the address looks complete.") if order.paid_at else _("Paid on delivery.")


def _to_copy(shop: Shop, showing: Showing, now: datetime) -> Section:
    waiting = Message.objects.filter(shop=shop, state=MessageState.TO_COPY, order__isnull=False)
    found = list(
        waiting.select_related("order__buyer", "order__channel").order_by("due_at")[: SHOWN + 1]
    )
    letters = copying.letters_to_copy(found[:SHOWN], now)
    items = [
        Row(
            order=message.order,
            reason=name_of(message.kind).capitalize(),
            since=showing.day_and_time(message.due_at),
            button=_("Sent"),
            url=order_url(shop, message.order),
            action="copied",
            message=message,
            letter=letters[message.pk],
        )
        for message in found[:SHOWN]
        if message.order is not None and message.pk in letters
    ]
    more = _named_url("messages", shop) if len(found) > SHOWN else ""
    return Section("to_copy", _("Notes to copy"), "go", items, more and f"{more}?state=to_copy")


def _coming(shop: Shop, showing: Showing, now: datetime) -> list[tuple[Order, Foreseen]]:
    """The next notes of the newest orders."""
    newest = Order.objects.filter(shop=shop, watch__isnull=False).order_by("-placed_at", "-id")
    orders = {order.pk: order for order in newest.select_related("buyer")[:ASKED]}
    found = [
        (upcoming.at, subject.facts.order_id, upcoming)
        for subject in load(list(orders))
        for upcoming in plan(subject.facts, subject.policy, now).upcoming
    ]
    found.sort(key=lambda item: item[:2])
    return [
        (
            orders[order_id],
            Foreseen(
                name_of(upcoming.kind),
                _("Unless %(reason)s.") % {"reason": upcoming.unless},
                at=showing.day_and_time(at),
            ),
        )
        for at, order_id, upcoming in found[:5]
    ]


def order_url(shop: Shop, order: Order) -> str:
    return reverse("order", args=[shop.slug, order.number])


def ship_url(shop: Shop) -> str:
    return _named_url("ship", shop)


def _named_url(name: str, shop: Shop) -> str:
    try:
        return reverse(name, args=[shop.slug])
    except NoReverseMatch:
        return ""
