"""What the Ship screen shows: the list of what is to be shipped, and the order that is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.loading import Subject, load
from notifications.rules.findings import Due, Upcoming, Withheld
from notifications.rules.late_to_ship import promised_day
from notifications.shipping import UNDO_FOR, Finding, can_take_back, foresee
from orders.checkpoints import Checkpoint, Gate, checkpoints
from orders.models import AddressCheck, Order, OrderLine, PackingExtra, Shipment, Shop
from orders.packing import (
    PackingItem,
    Progress,
    left_of_lines,
    next_parcel,
    packing_list,
    progress_of,
    ticks,
)
from orders.postal import postal_lines
from orders.shipping.carriers import tracking_url
from orders.showing import Showing
from orders.to_ship import to_ship
from shopcare.dashboard.address_card import AddressCard, address_card
from shopcare.dashboard.order_sheet import CHECKPOINTS

# An evening's work, and more; what waits behind it moves up.
SHOWN = 150
# Gates that should be open before a parcel leaves.
BEFORE_SHIPPING = ("address", "name")
LONGEST_NAME = 40


@dataclass(slots=True)
class Row:
    """One order of the list."""

    order: Order
    promised_on: date
    promised: str
    is_late: bool
    what: str
    more: int
    trouble: list[Checkpoint]
    url: str
    is_current: bool = False

    @property
    def doubtful(self) -> str:
        """What is wrong with it, in a few words."""
        return ", ".join(str(CHECKPOINTS[point.name]) for point in self.trouble)


@dataclass(slots=True)
class Current:
    """The order that is open."""

    row: Row
    address: tuple[str, ...]
    items: list[PackingItem]
    progress: Progress
    left: list[tuple[OrderLine, int]]
    parcel: str
    follows: str
    card: AddressCard | None = None
    newer_url: str = ""
    older_url: str = ""

    @property
    def order(self) -> Order:
        return self.row.order


@dataclass(slots=True)
class Board:
    """The whole screen."""

    rows: list[Row] = field(default_factory=list)
    has_more: bool = False
    current: Current | None = None

    def after_current(self) -> str:
        """The number of the order to go on with; empty when it was the last."""
        numbers = [row.order.number for row in self.rows]
        if self.current is None or len(numbers) < 2:
            return ""
        place = numbers.index(self.current.order.number)
        return numbers[(place + 1) % len(numbers)]


def board(shop: Shop, number: str, now: datetime) -> Board:
    """What is to be shipped as of `now` (UTC), oldest promise first, and `number` opened.

    Without a number, or when it is not to be shipped, the first order is open.
    """
    waiting = to_ship(shop).select_related("buyer", "channel", "address_check")
    orders = list(waiting.prefetch_related("lines", "shipments")[: SHOWN + 1])
    has_more, orders = len(orders) > SHOWN, orders[:SHOWN]
    if number and number not in {order.number for order in orders}:
        orders += waiting.prefetch_related("lines", "shipments").filter(number=number)
    subjects = {subject.facts.order_id: subject for subject in load([o.pk for o in orders])}
    showing = Showing(shop)
    rows = [_row(order, subjects[order.pk], showing, now) for order in orders]
    rows.sort(key=lambda row: (row.promised_on, row.order.placed_at, row.order.pk))
    found = Board(rows, has_more)
    if rows:
        place = next((at for at, row in enumerate(rows) if row.order.number == number), 0)
        found.current = _current(shop, rows, place, subjects[rows[place].order.pk], now)
    return found


def ship_url(shop: Shop, number: str = "") -> str:
    """The Ship screen, with the order `number` open."""
    url = reverse("ship", args=[shop.slug])
    return f"{url}?{urlencode({'order': number})}" if number else url


def _row(order: Order, subject: Subject, showing: Showing, now: datetime) -> Row:
    shop = showing.shop
    promised_on = promised_day(subject.facts, subject.policy)
    lines = [line for line in order.lines.all() if line.needs_shipping]
    parcels = list(order.shipments.all())
    gates = checkpoints(
        order,
        parcels,
        username=order.buyer.username,
        showing=showing,
        address_check=AddressCheck.of(order),
    )
    trouble = [p for p in gates if p.name in BEFORE_SHIPPING and p.state != Gate.PASSED]
    return Row(
        order=order,
        promised_on=promised_on,
        promised=showing.day(datetime.combine(promised_on, time(12), shop.zone)),
        is_late=now.astimezone(shop.zone).date() > promised_on,
        what=str(lines[0]) if lines else "",
        more=max(len(lines) - 1, 0),
        trouble=trouble,
        url=ship_url(shop, order.number),
    )


def _current(shop: Shop, rows: list[Row], place: int, subject: Subject, now: datetime) -> Current:
    row = rows[place]
    row.is_current = True
    order = row.order
    items = packing_list(order, PackingExtra.objects.filter(shop=shop), ticks(order))
    finding = foresee(subject, tracking_code="?", now=now)
    return Current(
        row=row,
        address=postal_lines(order.address, home=shop.country, language=get_language() or "en"),
        items=items,
        progress=progress_of(items),
        left=left_of_lines(order),
        parcel=next_parcel(order),
        follows=_will_follow(finding, order),
        card=address_card(order, Showing(shop), back="ship"),
        newer_url=rows[place - 1].url if place else "",
        older_url=rows[place + 1].url if place + 1 < len(rows) else "",
    )


def short_name(order: Order) -> str:
    """The buyer, where there is little room."""
    name = str(order.buyer)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _will_follow(finding: Finding | None, order: Order) -> str:
    """What shipping it would lead to."""
    buyer = {"buyer": short_name(order)}
    match finding:
        case Due(to_copy=True):
            return _("Then a tracking notice waits for you to copy it to %(buyer)s.") % buyer
        case Due():
            minutes = {"minutes": int(UNDO_FOR.total_seconds() // 60)}
            return _(
                "Then %(buyer)s gets the tracking notice, after %(minutes)s minutes in which you "
                "can take it back."
            ) % (buyer | minutes)
        case Upcoming():
            return _("Then %(buyer)s gets the tracking notice later.") % buyer
        case Withheld():
            return _("No tracking notice goes out: %(reason)s") % {"reason": finding.reason}
    return ""


def what_follows(finding: Finding | None, order: Order, showing: Showing, now: datetime) -> str:
    """What follows from a parcel that has just been shipped, at `now` (UTC)."""
    buyer = {"buyer": short_name(order)}
    match finding:
        case Due(to_copy=True):
            return _("The tracking notice waits on Today for you to copy it to %(buyer)s.") % buyer
        case Due():
            at = {"at": showing.day_and_time(now + UNDO_FOR)}
            return _("%(buyer)s gets the tracking notice: %(at)s.") % (buyer | at)
        case Upcoming():
            at = {"at": showing.day_and_time(finding.at)}
            return _("%(buyer)s gets the tracking notice: %(at)s.") % (buyer | at)
        case Withheld():
            return _("No tracking notice goes out: %(reason)s") % {"reason": finding.reason}
    return ""


def just_shipped(shop: Shop, done: list[tuple[str, str]]) -> list[dict[str, object]]:
    """The parcels that were shipped a moment ago, the latest first, and which can be taken back."""
    if not done:
        return []
    found = Shipment.objects.filter(
        order__shop=shop, order__number__in={number for number, _parcel in done}
    ).select_related("order__buyer")
    parcels = {(parcel.order.number, parcel.parcel): parcel for parcel in found}
    free = can_take_back(list(parcels.values()))
    return [
        {
            "parcel": parcel,
            "url": tracking_url(parcel.carrier, parcel.tracking_code),
            "can_take_back": parcel.pk in free,
        }
        for key in done
        if (parcel := parcels.get(key)) is not None
    ]
