"""Many labels with one click: what would be bought, having it bought, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, prefetch_related_objects

from orders.models import Label, LabelRun, LabelState, Order, Shop
from orders.models.label import STANDING
from orders.pack_check import PackCheck, pack_checks
from orders.packing import next_parcel
from orders.shipping.label_requests import NotReady, ask
from orders.shipping.postage import Postage, Presets, prepare
from orders.shipping.spending import Spent, spent_on_labels

MOST = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run would do about one order.

    `label` is the one that the parcel has already. `problems` say why nothing can be bought;
    those of the packing alone (`is_packing`) can be overridden with a reason.
    """

    order: Order
    postage: Postage
    label: Label | None = None
    problems: list[str] = field(default_factory=list)
    is_packing: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether a label would be bought."""
        return self.label is None and not self.problems


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is. `waiting` counts those in doubt too; `spent` by currency."""

    all: int
    bought: int
    failed: int
    waiting: int
    in_doubt: int
    spent: list[Spent]

    @property
    def is_done(self) -> bool:
        return self.waiting == 0

    @property
    def percent(self) -> int:
        return 100 if not self.all else (self.all - self.waiting) * 100 // self.all


def preview(shop: Shop, orders: Iterable[Order]) -> list[Planned]:
    """What a run over these orders of `shop` would buy, the first 500; in a few queries."""
    chosen = list(orders)[:MOST]
    prefetch_related_objects(chosen, "lines", "shipments", "buyer")
    presets = Presets(shop)
    presets.look_up([line.item for order in chosen for line in order.lines.all()])
    standing = {
        (label.order_id, label.parcel): label
        for label in Label.objects.filter(order__in=chosen, is_return=False, state__in=STANDING)
    }
    parcels = {order.pk: next_parcel(order) for order in chosen}
    for order in chosen:
        order.shop = shop
    checks = pack_checks(chosen, parcels)
    return [
        _planned(order, parcels[order.pk], presets, checks[order.pk], standing) for order in chosen
    ]


def _planned(
    order: Order,
    parcel: str,
    presets: Presets,
    check: PackCheck,
    standing: dict[tuple[int, str], Label],
) -> Planned:
    postage = prepare(order, parcel, presets=presets)
    label = standing.get((order.pk, parcel))
    if label is not None:
        return Planned(order, postage, label)
    if postage.missing:
        return Planned(order, postage, None, [each.sentence for each in postage.missing])
    if check.stops:
        return Planned(order, postage, None, check.problems, is_packing=True)
    return Planned(order, postage)


@transaction.atomic
def start(
    shop: Shop, orders: Iterable[Order], *, now: datetime, override: str = ""
) -> LabelRun | None:
    """Ask for a label for every order that is ready; workers buy them.

    `override` is the seller's one reason for all that the pack check would stop. When nothing
    is to be bought the answer is the run that has these labels already, or None.
    """
    planned = preview(shop, orders)
    run = LabelRun.objects.create(shop=shop, created_at=now)
    for each in planned:
        if each.is_ready or (each.is_packing and override.strip()):
            try:
                ask(each.postage, now=now, override=override, run=run)
            except NotReady:
                continue  # somebody scanned a wrong thing in this very moment
    if run.labels.exists():
        return run
    run.delete()
    known = [each.label.run_id for each in planned if each.label and each.label.run_id]
    return LabelRun.objects.filter(shop=shop, pk__in=known).order_by("-id").first()


def progress(run: LabelRun) -> RunProgress:
    """How far the run is."""
    labels = list(run.labels.all())
    states = [label.state for label in labels]
    waiting = sum(state in (LabelState.QUEUED, LabelState.BUYING) for state in states)
    failed = states.count(LabelState.FAILED)
    return RunProgress(
        all=len(labels),
        bought=len(labels) - waiting - failed,
        failed=failed,
        waiting=waiting,
        in_doubt=sum(is_in_doubt(label) for label in labels),
        spent=spent_on_labels(labels),
    )


def is_in_doubt(label: Label) -> bool:
    """Whether nobody knows at this moment if the label was bought."""
    return label.state == LabelState.BUYING and bool(label.problem)


def labels_of(run: LabelRun) -> Sequence[Label]:
    """The labels of the run in the order in which they were asked for, with their orders."""
    return list(run.labels.select_related("order").order_by("id"))


def newest_run(shop: Shop) -> LabelRun | None:
    """A run that is still at work, to be shown wherever the seller looks; None for none."""
    at_work = Q(labels__state__in=(LabelState.QUEUED, LabelState.BUYING))
    return LabelRun.objects.filter(at_work, shop=shop).order_by("-id").first()
