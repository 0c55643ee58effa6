"""What the label section of a parcel shows: what is needed, what carriers ask, how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.models import Label, LabelState, Order, Shop
from orders.pack_check import PackCheck, pack_check
from orders.packing import left_of_lines
from orders.shipping.carriers import tracking_url
from orders.shipping.customs import Missing
from orders.shipping.label_requests import live_label
from orders.shipping.postage import Postage, Presets, Prices, prepare
from orders.shipping.rates import Offer
from orders.shipping.returns import prepare_return
from orders.shipping.spending import Spent
from orders.shipping.units import from_grams, length_unit, weight_unit
from orders.showing import Showing
from shopcare.dashboard.label_form import LabelForm, all_lines
from shopcare.dashboard.shipping_forms import ItemForm

LABEL_TONES = {
    LabelState.QUEUED: "wait",
    LabelState.BUYING: "wait",
    LabelState.BOUGHT: "ok",
    LabelState.FAILED: "alert",
    LabelState.REFUNDING: "wait",
    LabelState.REFUNDED: "soft",
    LabelState.REFUND_REFUSED: "alert",
}
# A parcel can go with it.
USABLE = (LabelState.BOUGHT, LabelState.REFUND_REFUSED)
UNDER_WAY = (LabelState.QUEUED, LabelState.BUYING)
FORMATS = ("PDF", "PNG", "ZPL")
# What of an item only the seller can say.
OF_ITEM = ("weight_g", "hs_code", "origin", "value", "description")


@dataclass(frozen=True, slots=True)
class LabelView:
    """A label as pages show it."""

    label: Label
    state: str
    tone: str
    carrier: str
    price: str
    insurance: str
    tracking_url: str
    # Each format, and whether it is the one that the seller's printer takes; that one first.
    formats: list[tuple[str, bool]]
    at: str
    retries_at: str
    # A parcel went with it.
    is_used: bool = False

    @property
    def is_under_way(self) -> bool:
        """Whether what becomes of it is still to be seen."""
        return self.label.state in UNDER_WAY

    @property
    def is_in_doubt(self) -> bool:
        """Nobody knows for now whether it was bought."""
        return self.label.state == LabelState.BUYING and bool(self.label.problem)

    @property
    def can_refund(self) -> bool:
        return self.label.state in USABLE and not self.is_used

    @property
    def can_print(self) -> bool:
        return self.label.state in USABLE


@dataclass(frozen=True, slots=True)
class OfferView:
    """A rate as a row to choose."""

    value: str
    name: str
    price: str
    days: str
    hints: list[str]
    is_chosen: bool


@dataclass(slots=True)
class Panel:
    """The label section of one parcel."""

    order: Order
    parcel: str
    is_return: bool
    is_connected: bool
    postage: Postage
    form: LabelForm
    items: list[tuple[str, ItemForm]]
    weight_unit: str
    length_unit: str
    usual: str
    known_weight: str
    packing: PackCheck | None = None
    label: LabelView | None = None
    # The last attempt, when it came to nothing.
    last: LabelView | None = None
    offers: list[OfferView] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    has_prices: bool = False
    problem: str = ""
    is_stopped: bool = False

    @property
    def missing(self) -> list[Missing]:
        """What is asked for besides the form's own fields."""
        return [one for one in self.postage.missing if one.what not in ("weight", "nothing")]

    @property
    def nothing(self) -> str:
        """Why no label can be bought at all."""
        return next((m.sentence for m in self.postage.missing if m.what == "nothing"), "")

    @property
    def lacks_items(self) -> bool:
        """Whether customs asks what nobody has said yet."""
        return any(one.what in OF_ITEM for one in self.postage.missing)

    @property
    def is_open(self) -> bool:
        """Whether a label can be asked for from here."""
        return self.label is None and self.is_connected and not self.nothing


def panel_of(
    shop: Shop, order: Order, parcel: str, *, is_return: bool = False, data: Any = None
) -> Panel:
    """The section for `parcel` of `order` with lines and shipments; asks nobody outside.

    `data`: the form as it was sent.
    """
    order.shop = shop
    presets = Presets(shop)
    left = all_lines(order) if is_return else left_of_lines(order)
    form, choice = None, None
    if data is not None:
        form = LabelForm(data, presets=presets, left=left)
        choice = form.choice() if form.is_valid() else None
    asked = prepare_return if is_return else prepare
    postage = asked(order, parcel, choice=choice, presets=presets)
    if form is None:
        form = LabelForm.showing(postage, presets, left)
    elif not form.data.get("weight"):
        form.say_weight(postage.weight_g)
    showing = Showing(shop)
    live, last = _of_parcel(order, parcel, is_return)
    units = presets.profile.units
    grams = postage.weight_g
    return Panel(
        order=order,
        parcel=parcel,
        is_return=is_return,
        is_connected=presets.profile.has_easypost,
        postage=postage,
        form=form,
        items=item_forms(shop, postage, presets),
        weight_unit=weight_unit(units),
        length_unit=length_unit(units),
        usual=postage.wanted or _("the cheapest that can be followed"),
        known_weight=f"{from_grams(grams, units):f} {weight_unit(units)}" if grams else "",
        packing=None if is_return else pack_check(order, parcel, lines=postage.lines),
        label=label_view(live, showing) if live else None,
        last=label_view(last, showing) if last else None,
    )


def item_forms(
    shop: Shop, postage: Postage, presets: Presets, data: Any = None
) -> list[tuple[str, ItemForm]]:
    """A form for each kind of item in the parcel of which something is to be said; its title."""
    asked = {one.item for one in postage.missing if one.what in OF_ITEM}
    found: dict[str, tuple[str, ItemForm]] = {}
    for number, content in enumerate(postage.contents):
        name = content.item[:300]
        is_light = content.weight_g is None
        if name in found or not (content.item in asked or is_light):
            continue
        form = ItemForm(
            data,
            prefix=f"item{number}",
            shop=shop,
            units=presets.profile.units,
            instance=content.details,
            initial={"item": name, "description": content.line.title[:120]}
            if content.details is None
            else None,
        )
        found[name] = (content.line.title, form)
    return list(found.values())


def show_prices(panel: Panel, prices: Prices, chosen: str = "") -> None:
    """Put what carriers ask into the panel."""
    showing = Showing(panel.order.shop)
    panel.has_prices = True
    panel.notes = prices.notes
    panel.offers = [_offer(offer, showing, chosen) for offer in prices.offers]
    if panel.offers and not any(offer.is_chosen for offer in panel.offers):
        first = panel.offers[0]
        panel.offers[0] = OfferView(
            first.value, first.name, first.price, first.days, first.hints, True
        )
        if panel.postage.wanted:
            panel.problem = _("%(service)s is not offered for this parcel. Choose another.") % {
                "service": panel.postage.wanted
            }


def label_view(label: Label, showing: Showing, *, is_used: bool = False) -> LabelView:
    """A label with its money and times written out."""

    def money(amount: Any) -> str:
        return showing.money(amount, label.currency) if amount and label.currency else ""

    at = label.bought_at or label.created_at
    waits = label.state in UNDER_WAY and label.problem and label.next_attempt_at
    name = f"{label.carrier} {label.service}".strip()
    return LabelView(
        label=label,
        state=str(LabelState(label.state).label),
        tone=LABEL_TONES[LabelState(label.state)],
        carrier=name or _("the usual service"),
        price=money(label.cost),
        insurance=money(label.insurance_cost),
        tracking_url=tracking_url(label.carrier, label.tracking_code),
        formats=sorted(((one, one == label.format) for one in FORMATS), key=lambda p: not p[1]),
        at=showing.day_and_time(at) if isinstance(at, datetime) else "",
        retries_at=showing.day_and_time(waits) if isinstance(waits, datetime) else "",
        is_used=is_used,
    )


def labels_of(order: Order, showing: Showing) -> list[LabelView]:
    """All labels of an order that came to something or may still, the newest first."""
    kept = order.labels.exclude(state=LabelState.FAILED)
    shipped = {(one.parcel, one.tracking_code) for one in order.shipments.all()}
    return [
        label_view(
            label,
            showing,
            is_used=not label.is_return and (label.parcel, label.tracking_code) in shipped,
        )
        for label in kept.order_by("-created_at", "-id")[:20]
    ]


def spent_texts(spent: list[Spent], showing: Showing) -> list[dict[str, str]]:
    """What was spent, written out; a line for each currency."""
    return [
        {
            "total": showing.money(one.total, one.currency),
            "postage": showing.money(one.postage, one.currency),
            "insurance": showing.money(one.insurance, one.currency) if one.insurance else "",
            "refunded": showing.money(one.refunded, one.currency) if one.refunded else "",
        }
        for one in spent
    ]


def _of_parcel(order: Order, parcel: str, is_return: bool) -> tuple[Label | None, Label | None]:
    """The label that stands for the parcel; without one the last, if it failed or went back."""
    live = live_label(order, parcel, is_return=is_return)
    if live is not None:
        return live, None
    over = (LabelState.FAILED, LabelState.REFUNDING)
    last = Label.objects.filter(order=order, parcel=parcel, is_return=is_return).first()
    return None, last if last is not None and last.state in over else None


def _offer(offer: Offer, showing: Showing, chosen: str) -> OfferView:
    rate = offer.rate
    value = f"{rate.carrier}|{rate.service}"
    days = rate.days
    return OfferView(
        value=value,
        name=f"{rate.carrier} {rate.service}",
        price=showing.money(rate.price, rate.currency),
        days="" if days is None else ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
        hints=_hints(offer, showing),
        is_chosen=value == chosen if chosen else offer.is_default,
    )


def _hints(offer: Offer, showing: Showing) -> list[str]:
    """What is good or bad about a rate, in a few words each."""
    hints = []
    if offer.is_default:
        hints.append(_("your usual"))
    if offer.is_cheapest:
        hints.append(_("cheapest"))
    if offer.is_fastest:
        hints.append(_("fastest"))
    if offer.saves is not None:
        amount = showing.money(offer.saves, offer.rate.currency)
        hints.append(_("saves %(amount)s") % {"amount": amount})
    if offer.sooner is not None:
        words = ngettext("%(n)d day sooner", "%(n)d days sooner", offer.sooner)
        hints.append(words % {"n": offer.sooner})
    if not offer.is_tracked:
        hints.append(_("cannot be followed"))
    return hints
