"""Asking for labels: the row that is there before anything is said to EasyPost."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from orders.facts import Address
from orders.models import Label, LabelRun, LabelState, Order
from orders.models.label import LIVE, STANDING
from orders.pack_check import pack_check
from orders.shipping.customs import Missing
from orders.shipping.label_events import tell
from orders.shipping.postage import Postage, Presets
from orders.shipping.rates import folded
from orders.shipping.values import Contact, Customs, CustomsItem, ParcelSize, ShipmentRequest

# EasyPost converts pictures of 4×6 inches to PDF and ZPL, so a label is bought as one and can be
# had in all three; DHL Express prints longer ones, bought as what the seller prints.
# Source: https://github.com/EasyPost/easypost-php/issues/40
BOUGHT_AS = "PNG"
LONG_LABELS = "dhlexpress"
# What a label takes over from one that was not bought.
ASKED_FOR = (
    "shop_id order_id run_id parcel is_return lines customs length_mm width_mm height_mm weight_g"
    " carrier service insured format override"
).split()


class NotReady(Exception):
    """A label cannot be asked for yet; `sentences` say why, `missing` what to fill in.

    `is_packing` says that the pack check stops it: a reason overrides that.
    """

    def __init__(
        self,
        sentences: list[str],
        *,
        missing: list[Missing] | None = None,
        is_packing: bool = False,
    ) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences
        self.missing = missing or []
        self.is_packing = is_packing


def live_label(order: Order, parcel: str, *, is_return: bool = False) -> Label | None:
    """The label that stands for this parcel: asked for, in doubt, bought, or not taken back."""
    of_parcel = Label.objects.filter(order=order, parcel=parcel, is_return=is_return)
    standing = list(of_parcel.filter(state__in=STANDING))
    return min(standing, key=lambda label: label.state not in LIVE, default=None)


def ask(
    postage: Postage,
    *,
    now: datetime,
    carrier: str = "",
    service: str = "",
    override: str = "",
    run: LabelRun | None = None,
) -> Label:
    """Ask for a label; it is bought by `buy`, or by the next worker.

    `carrier` and `service` as a rate names them; without them, the usual service. `override` is
    the seller's reason to buy although the packing is not in order. If the parcel has a label
    that stands already, that one is the answer. Raises NotReady.
    """
    order = postage.order
    known = live_label(order, postage.parcel, is_return=postage.is_return)
    if known is not None:
        return known
    override = override.strip()
    if postage.missing:
        raise NotReady([m.sentence for m in postage.missing], missing=postage.missing)
    if not postage.is_return:
        packing = pack_check(order, postage.parcel, lines=postage.lines)
        if packing.stops and not override:
            raise NotReady(packing.problems, is_packing=True)
        if not packing.stops:
            override = ""
    row = Label(
        shop_id=order.shop_id,
        order=order,
        run=run,
        parcel=postage.parcel,
        is_return=postage.is_return,
        address=asdict(order.address),
        lines=None if postage.lines is None else [asdict(line) for line in postage.lines],
        customs=_customs_json(postage.customs),
        length_mm=postage.size.length_mm,
        width_mm=postage.size.width_mm,
        height_mm=postage.size.height_mm,
        weight_g=postage.size.weight_g,
        carrier=carrier[:100],
        service=(service if carrier or service else postage.wanted)[:100],
        insured=postage.insured,
        format=postage.label_format,
        override=override,
        created_at=now,
        next_attempt_at=now,
    )
    label = _written(row)
    if label.reference == row.reference and override:
        tell(label, "overridden", now, reason=override)
    return label


def ask_again(label: Label, *, now: datetime) -> Label:
    """Ask once more for what was not bought; the label that stands, if there is one already."""
    known = live_label(label.order, label.parcel, is_return=label.is_return)
    if known is not None or label.state != LabelState.FAILED:
        return known or label
    again = Label(
        created_at=now,
        next_attempt_at=now,
        **{name: getattr(label, name) for name in ASKED_FOR},
    )
    again.address = asdict(label.order.address)
    found = _written(again)
    # The new one takes its place in the run.
    Label.objects.filter(pk=label.pk).update(run=None)
    return found


def _written(row: Label) -> Label:
    """The row, or the one that was faster: the unique constraint decides between two clicks."""
    Label.objects.bulk_create([row], ignore_conflicts=True)
    of_parcel = Label.objects.filter(
        order_id=row.order_id, parcel=row.parcel, is_return=row.is_return
    )
    return of_parcel.filter(state__in=LIVE).first() or of_parcel.latest("id")


def request_of(label: Label) -> ShipmentRequest:
    """What is asked for, as the row holds it; `label.format` is what the seller prints."""
    is_long = folded(f"{label.carrier} {label.service}").startswith(LONG_LABELS)
    return ShipmentRequest(
        reference=str(label.reference),
        sender=Presets(label.shop).sender,
        recipient=Contact(Address(**label.address), email=label.order.buyer.email),
        size=ParcelSize(label.weight_g, label.length_mm, label.width_mm, label.height_mm),
        customs=_customs(label.customs),
        is_return=label.is_return,
        label_format=label.format if is_long else BOUGHT_AS,
    )


def _customs_json(form: Customs | None) -> dict[str, Any] | None:
    if form is None:
        return None
    values = asdict(form)
    values["items"] = [{**item, "value": f"{item['value']:f}"} for item in values["items"]]
    return values


def _customs(stored: dict[str, Any] | None) -> Customs | None:
    if stored is None:
        return None
    items = tuple(
        CustomsItem(**{**item, "value": Decimal(item["value"])}) for item in stored["items"]
    )
    return Customs(**{**stored, "items": items})
