"""What a wording may speak about: every placeholder with its meaning and its value.

One table drives the letters, the check of a seller's wording and the list in the admin site.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notifications import blocks
from notifications.amounts import Amount, Day
from notifications.layout import Block, is_page, marker, phrases, typed, typed_lines
from notifications.letter import LetterContext, Line

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Value = str | int | bool | Amount | Day | list[dict[str, "Value"]] | None


class Scene:
    """One letter being written: its context, its language, and the blocks used so far."""

    __slots__ = ("blocks", "context", "language", "made", "words")

    def __init__(self, context: LetterContext) -> None:
        language = context.language or context.buyer.language or context.shop.language
        self.context = context
        self.language = language
        self.words = phrases(language)
        self.blocks: list[Block] = []
        self.made: dict[str, str | None] = {}

    def __str__(self) -> str:
        return ""

    def money(self, value: Decimal) -> Amount:
        return Amount.of(value, self.context.order.currency, self.language)

    def day(self, day: date | None) -> Day | None:
        return Day.of(day, self.language) if day else None

    def block(self, name: str, make: Callable[[], Block | None]) -> str | None:
        """Return the character standing for a block, made once; None for an empty one."""
        if name not in self.made:
            block = make()
            self.made[name] = marker(len(self.blocks)) if block else None
            if block:
                self.blocks.append(block)
        return self.made[name]


class Group:
    """The values behind one word such as `order`, looked up only when a wording asks."""

    __slots__ = ("getters", "scene")

    def __init__(self, scene: Scene, getters: dict[str, Callable[[Scene], Value]]) -> None:
        self.scene = scene
        self.getters = getters

    def __getitem__(self, name: str) -> Value:
        return self.getters[name](self.scene)

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One thing a wording may speak about, for the admin page."""

    name: str
    meaning: str
    example: str = ""


def namespace(kind: str, scene: Scene) -> dict[str, object]:
    """Return what a wording of *kind* can see."""
    groups: dict[str, object] = {name: Group(scene, GETTERS[name]) for name in KIND_GROUPS[kind]}
    groups[SCENE_KEY] = scene
    return groups


def names(kind: str) -> Iterator[tuple[str, str]]:
    """Yield every placeholder of *kind* as its name and its meaning in the active language."""
    for group in KIND_GROUPS[kind]:
        for name, (meaning, _getter) in _TABLE[group].items():
            yield f"{group}.{name}", str(meaning)


def _line(scene: Scene, line: Line) -> dict[str, Value]:
    return {
        "title": typed(line.title),
        "quantity": line.quantity,
        "unit_price": scene.money(line.unit_price),
        "line_total": scene.money(line.line_total),
        "variation": typed(line.variation) or None,
        "sku": typed(line.sku) or None,
    }


def _lines(scene: Scene, lines: tuple[Line, ...] | None) -> list[dict[str, Value]]:
    return [_line(scene, line) for line in lines or ()]


SCENE_KEY = "-scene"  # No Liquid name can begin with a hyphen.

KIND_GROUPS: dict[str, tuple[str, ...]] = {
    "thank_you": ("shop", "buyer", "order", "payment"),
    "payment_received": ("shop", "buyer", "order", "payment"),
    "payment_reminder": ("shop", "buyer", "order", "payment"),
    "address_question": ("shop", "buyer", "order"),
    "tracking_notice": ("shop", "buyer", "order", "parcel"),
    "delay_notice": ("shop", "buyer", "order", "delay"),
    "out_for_delivery": ("shop", "buyer", "order", "parcel"),
    "available_for_pickup": ("shop", "buyer", "order", "parcel"),
    "late_delivery": ("shop", "buyer", "order", "parcel"),
    "returned": ("shop", "buyer", "order", "parcel"),
    "arrival_check": ("shop", "buyer", "order", "parcel"),
    "relist": ("shop", "buyer", "order", "flag"),
    "digest": ("shop", "digest"),
}

_TABLE: dict[str, dict[str, tuple["_StrPromise", Callable[[Scene], Value]]]] = {
    "shop": {
        "name": (_("the shop's name"), lambda s: typed(s.context.shop.name)),
        "sender_name": (_("who writes"), lambda s: typed(s.context.shop.sender_name) or None),
        "signature": (
            _("the closing lines; the sender's name when none are set"),
            lambda s: (
                typed_lines(s.context.shop.signature)
                or typed(s.context.shop.sender_name)
                or typed(s.context.shop.name)
            ),
        ),
        "url": (_("the shop's web page"), lambda s: typed(s.context.shop.url) or None),
        "reply_to": (
            _("the address for answers"),
            lambda s: typed(s.context.shop.reply_to) or None,
        ),
    },
    "buyer": {
        "first_name": (
            _("the first name; empty when none can be told"),
            lambda s: typed(s.context.buyer.first_name) or None,
        ),
        "name": (
            _("the name as the buyer typed it"),
            lambda s: typed(s.context.buyer.name) or None,
        ),
        "is_returning": (
            _("true when the buyer has ordered before"),
            lambda s: s.context.buyer.is_returning,
        ),
    },
    "order": {
        "number": (_("the order number"), lambda s: typed(s.context.order.number)),
        "placed_on": (_("the day of the order"), lambda s: s.day(s.context.order.placed_on)),
        "status": (_("awaiting_payment, paid, shipped …"), lambda s: s.context.order.status),
        "is_paid": (_("true when all is paid"), lambda s: s.context.order.is_paid),
        "paid_quickly": (
            _("true when payment came within the shop's hours for quick payment"),
            lambda s: s.context.order.paid_quickly,
        ),
        "is_on_delivery": (
            _("true when it is paid on delivery"),
            lambda s: s.context.order.terms == "on_delivery",
        ),
        "currency": (_("the currency"), lambda s: s.context.order.currency),
        "summary": (
            _("a table of all items and sums"),
            lambda s: s.block(
                "summary", lambda: blocks.summary(s.context.order, s.language, s.words)
            ),
        ),
        "address": (
            _("where it goes, in postal order; empty without an address"),
            lambda s: s.block("address", lambda: blocks.address(s.context.order.address)),
        ),
        "lines": (
            _("the items, for a loop: title, quantity, unit_price, line_total, variation, sku"),
            lambda s: _lines(s, s.context.order.lines),
        ),
        "item_count": (
            _("how many pieces were bought"),
            lambda s: sum(line.quantity for line in s.context.order.lines),
        ),
        "subtotal": (_("the items together"), lambda s: s.money(s.context.order.subtotal)),
        "shipping": (_("the postage"), lambda s: s.money(s.context.order.shipping)),
        "tax": (_("the tax"), lambda s: s.money(s.context.order.tax)),
        "discount": (_("the discount"), lambda s: s.money(s.context.order.discount)),
        "total": (_("what the order costs"), lambda s: s.money(s.context.order.total)),
        "paid": (_("what has been paid"), lambda s: s.money(s.context.order.paid)),
        "open": (_("what is still to pay"), lambda s: s.money(s.context.order.open)),
        "note": (
            _("what the buyer wrote with the order"),
            lambda s: typed_lines(s.context.order.note) or None,
        ),
        "page": (
            _("a button to the buyer's page of the order; empty without one"),
            lambda s: s.block("page", lambda: blocks.order_link(s.context.order, s.words)),
        ),
        "page_url": (
            _("the buyer's page of the order, where the address can be corrected"),
            lambda s: s.context.order.page_url if is_page(s.context.order.page_url) else None,
        ),
    },
    "payment": {
        "how_to_pay": (
            _("how to pay, in the shop's words"),
            lambda s: typed_lines(s.context.payment.how_to_pay) or None,
        ),
        "deadline": (
            _("the last day to pay; empty without one"),
            lambda s: s.day(s.context.payment.deadline),
        ),
    },
    "parcel": {
        "number": (_("the parcel's number"), lambda s: typed(s.context.parcel.number) or None),
        "carrier": (_("who carries it"), lambda s: typed(s.context.parcel.carrier) or None),
        "service": (
            _("the service, as Priority"),
            lambda s: typed(s.context.parcel.service) or None,
        ),
        "tracking_code": (
            _("the tracking number; empty without one"),
            lambda s: typed(s.context.parcel.tracking_code) or None,
        ),
        "tracking_url": (
            _("the page that follows the parcel"),
            lambda s: (
                s.context.parcel.tracking_url if is_page(s.context.parcel.tracking_url) else None
            ),
        ),
        "link": (
            _("a button to follow the parcel; empty without a page"),
            lambda s: s.block("link", lambda: blocks.parcel_link(s.context.parcel, s.words)),
        ),
        "is_corrected": (
            _("true when the number replaces a wrong one"),
            lambda s: s.context.parcel.is_corrected,
        ),
        "of_several": (
            _("true when the order comes in several parcels"),
            lambda s: s.context.parcel.of_several,
        ),
        "contents": (
            _("a list of what is in it; empty when it holds everything"),
            lambda s: s.block("contents", lambda: blocks.contents(s.context.parcel, s.words)),
        ),
        "lines": (_("what is in it, for a loop"), lambda s: _lines(s, s.context.parcel.lines)),
        "expected_on": (
            _("the day on which the carrier expects to deliver it; empty without one"),
            lambda s: s.day(s.context.parcel.expected_on),
        ),
        "pickup_place": (
            _("where it waits to be picked up; empty when the carrier has not said"),
            lambda s: typed(s.context.parcel.pickup_place) or None,
        ),
        "is_back": (
            _("true when it was sent back and has reached you"),
            lambda s: s.context.parcel.is_back,
        ),
    },
    "delay": {
        "promised_on": (
            _("the day by which it was to be sent"),
            lambda s: s.day(s.context.delay.promised_on),
        ),
        "reason": (
            _("why it takes longer, when the seller said so"),
            lambda s: typed_lines(s.context.delay.reason) or None,
        ),
    },
    "flag": {
        "reason": (_("what happened"), lambda s: typed(s.context.flag.reason) or None),
        "since": (_("since which day"), lambda s: s.day(s.context.flag.since)),
        "buyer_wrote_on": (
            _("when the buyer last wrote; empty if never"),
            lambda s: s.day(s.context.flag.buyer_wrote_on),
        ),
        "order_url": (
            _("the order's page in shopcare"),
            lambda s: s.context.flag.order_url if is_page(s.context.flag.order_url) else None,
        ),
    },
    "digest": {
        "list": (
            _("everything that needs doing, grouped, with links"),
            lambda s: s.block("digest", lambda: blocks.digest(s.context.digest)),
        ),
        "count": (
            _("how many things need doing"),
            lambda s: sum(len(section.entries) for section in s.context.digest),
        ),
    },
}

GETTERS: dict[str, dict[str, Callable[[Scene], Value]]] = {
    group: {name: getter for name, (_meaning, getter) in table.items()}
    for group, table in _TABLE.items()
}
