"""What the pages show of an order's address: what was found out, side by side, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial
from hashlib import sha256

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orders.address_rules import look_at_name, look_offline
from orders.models import AddressCheck, AddressVerdict, Order, ShippingProfile
from orders.postal import country_name, postal_lines
from orders.showing import Showing
from orders.values import Address

# A piece of a line, and whether the other side has it otherwise.
Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the address, as the buyer wrote it and as the carrier would."""

    label: str
    theirs: list[Piece]
    carriers: list[Piece]

    @property
    def differs(self) -> bool:
        return any(is_other for _text, is_other in (*self.theirs, *self.carriers))


@dataclass(frozen=True, slots=True)
class AddressCard:
    """An address that can still be changed, and how it stands.

    `verdict` is empty before a check; `asks_carrier` says whether there is somebody to ask.
    """

    order: Order
    lines: tuple[str, ...]
    asks_carrier: bool
    verdict: str = ""
    checked: str = ""
    accepted: str = ""
    findings: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    back: str = ""

    @property
    def seen(self) -> str:
        return seen(self.order.address)

    @property
    def is_in_doubt(self) -> bool:
        """Whether the seller has something to decide."""
        is_other = self.verdict in (AddressVerdict.CORRECTED, AddressVerdict.BAD)
        return not self.accepted and (is_other or bool(self.findings))


def address_card(
    order: Order, showing: Showing, *, asks_carrier: bool | None = None, back: str = ""
) -> AddressCard | None:
    """The card of an order with its buyer and check; None when nothing can be changed any more.

    `asks_carrier`: the shop has an account to ask with; looked up when not given. `back` names
    the page that the buttons come back to.
    """
    if not can_change(order):
        return None
    if asks_carrier is None:
        asks_carrier = has_account(order.shop_id)
    lines = postal_lines(order.address, language=get_language() or "en")
    card = partial(AddressCard, order=order, lines=lines, asks_carrier=asks_carrier, back=back)
    check = AddressCheck.of(order)
    if check is None or not check.is_about(order.address):
        findings = look_offline(order.address, order.buyer.username)
        return card(findings=[one.sentence for one in findings])
    if check.accepted_at is not None:
        accepted = showing.day_and_time(check.accepted_at)
        return card(verdict=check.verdict, accepted=accepted)
    names = look_at_name(order.address, order.buyer.username)
    return card(
        verdict=check.verdict,
        checked=showing.day_and_time(check.checked_at) if check.by_carrier else "",
        findings=[*map(str, check.findings), *(one.sentence for one in names)],
        rows=side_by_side(order.address, check.suggested) if check.suggested else [],
    )


def seen(address: Address) -> str:
    """Marks the address that somebody saw who presses a button: another one has another mark."""
    return sha256(repr(address.values()).encode("utf-8", "replace")).hexdigest()[:16]


def can_change(order: Order) -> bool:
    """Whether something of the order is still to be sent."""
    return bool(order.needs_shipping and not order.shipped_at and not order.cancelled_at)


def has_account(shop_id: int) -> bool:
    """Whether there is an EasyPost account to ask with."""
    return ShippingProfile.objects.filter(shop=shop_id).exclude(easypost_key="").exists()


def side_by_side(theirs: Address, carriers: Address) -> list[Row]:
    """Both ways to write the address, part by part, with what differs marked."""
    language = get_language() or "en"
    labels = (
        ("street1", _("Street")),
        ("street2", _("Second line")),
        ("postcode", _("Postcode")),
        ("city", _("Town")),
        ("region", _("Region")),
    )
    pairs = [(label, getattr(theirs, part), getattr(carriers, part)) for part, label in labels]
    if theirs.country != carriers.country:
        ours, other = (country_name(one.country, language) for one in (theirs, carriers))
        pairs.append((_("Country"), ours, other))
    return [Row(label, *marked(one, other)) for label, one, other in pairs if one or other]


def marked(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, word by word; case alone is no difference."""
    left, right = one.split(), other.split()
    matcher = SequenceMatcher(
        None,
        [word.casefold() for word in left],
        [word.casefold() for word in right],
        autojunk=False,
    )
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, words in ((0, left[a:b]), (1, right[c:d])):
            if words:
                pieces[side].append((" ".join(words), kind != "equal"))
    return pieces
