"""From an orders file into the database: each order as facts, recorded like any others.

Importing a file again changes nothing; a later export adds what has happened meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext, gettext_noop

from orders import lifecycle, rows
from orders.facts import Cancel, Fact, Payment, Refund
from orders.intake.incoming import IncomingOrder, Problem, UnreadableFile
from orders.intake.portions import Ahead, Portion, portions
from orders.intake.readers import read_orders
from orders.lifecycle import Outcome
from orders.models import Shop

logger = logging.getLogger(__name__)

UNSAVED = gettext_noop("This order could not be saved; the others were. The log says more.")

# How far the import is: done, of so much in all (rows, or bytes of a JSON file).
ShowProgress = Callable[[int, int], None]


@dataclass(slots=True)
class ImportReport:
    """What became of a file: numbers of orders, and all that was wrong with the rejected."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)

    def reject(self, problem: Problem) -> None:
        """Note a problem; the first of an order rejects it."""
        self.problems.append(problem)
        self.rejected += problem.rejects


class Noted(NamedTuple):
    """What became of one order: whether it is new, and the kinds of facts that were."""

    order: IncomingOrder
    is_new: bool
    changes: tuple[str, ...]


Note = Callable[[Noted], object]


@dataclass(slots=True)
class Known:
    """What the shop knows of an order already; money in the order's currency."""

    channel: str
    is_cancelled: bool
    was_reinstated: bool
    is_paid: bool
    paid: Decimal
    refunded: Decimal


def load_orders(
    shop: Shop,
    channel: str,
    path: Path,
    *,
    items: Path | None = None,
    now: datetime,
    dry_run: bool = False,
    progress: ShowProgress | None = None,
    report: ImportReport | None = None,
) -> ImportReport:
    """Import an orders file of `channel` (one of `readers.CHANNELS`) into `shop`.

    A bad order is rejected whole and reported; the others are saved, a thousand at a time.
    `now` (UTC) is when we learn of it all. `dry_run` reports the same and leaves no trace: it
    runs in one transaction that is rolled back. A `report` that is given is filled while the
    import goes on. Raises UnreadableFile.
    """
    report = ImportReport() if report is None else report
    reading = read_orders(channel, path, zone=shop.zone, currency=shop.currency, items=items)
    with (
        rows.no_collector(),
        Ahead(portions(reading)) as ahead,
        transaction.atomic() if dry_run else nullcontext(),
    ):
        try:
            for portion in ahead:
                load_portion(
                    shop, portion, f"import:{channel}", now, report, before_commit=ahead.begin
                )
                if progress is not None:
                    progress(portion.done, reading.progress.total)
        except UnreadableFile as fault:
            if report == ImportReport():
                raise
            told = gettext("%(fault)s What stands before that place was imported.")
            raise UnreadableFile(told % {"fault": fault}) from fault
        finally:
            if dry_run:
                transaction.set_rollback(True)
    return report


def load_portion(
    shop: Shop,
    portion: Portion,
    source: str,
    now: datetime,
    report: ImportReport,
    note: Note | None = None,
    before_commit: Callable[[], object] | None = None,
) -> None:
    """Record a portion at once; `note` is told what became of each order that was accepted.

    `before_commit` is called when nothing is left but to wait: the database checks references last.
    """
    for problem in portion.problems:
        report.reject(problem)
    _load(shop, portion.orders, source, now, report, note, before_commit)


def _load(
    shop: Shop,
    chunk: Sequence[IncomingOrder],
    source: str,
    now: datetime,
    report: ImportReport,
    note: Note | None,
    before_commit: Callable[[], object] | None,
) -> None:
    """Record orders at once; if the database refuses them, one by one to find out which it is."""
    if not chunk:
        return
    try:
        with transaction.atomic():
            found, noted = _record(shop, chunk, source, now)
            if before_commit is not None:
                before_commit()
    except (IntegrityError, DataError):
        if len(chunk) > 1:
            for order in chunk:
                _load(shop, [order], source, now, report, note, before_commit)
            return
        logger.exception(
            "An imported order could not be saved",
            extra={"action": "import_order_failed", "shop": shop.slug, "row": chunk[0].row},
        )
        report.reject(Problem(chunk[0].row, "", chunk[0].placed.order, gettext(UNSAVED)))
        return
    report.created += found.created
    report.updated += found.updated
    report.unchanged += found.unchanged
    for problem in found.problems:
        report.reject(problem)
    if note is not None:
        for each in noted:
            note(each)


def _record(
    shop: Shop, chunk: Sequence[IncomingOrder], source: str, now: datetime
) -> tuple[ImportReport, list[Noted]]:
    """Record the facts of these orders that are new, and report on them."""
    known = _known(shop, chunk)
    report = ImportReport()
    accepted: list[tuple[IncomingOrder, bool, int]] = []
    noted: list[Noted] = []
    facts: list[Fact] = []
    for order in chunk:
        order = _under_its_first_number(order, known)
        number = order.placed.order
        before = known.get(number)
        if before is not None and before.channel != order.placed.channel:
            reason = lifecycle.known_elsewhere(order.placed, before.channel)
            report.reject(Problem(order.row, "order", number, reason))
            continue
        told = _facts(order, before, now)
        known[number] = _after(order, before)
        accepted.append((order, before is None, len(told)))
        facts += told
    results = iter(lifecycle.record(shop, facts, now=now, source=source))
    for order, is_new, count in accepted:
        its = [next(results) for _ in range(count)]
        changes = tuple(found.fact.kind for found in its if found.outcome == Outcome.RECORDED)
        report.created += is_new
        report.updated += not is_new and bool(changes)
        report.unchanged += not is_new and not changes
        noted.append(Noted(order, is_new, changes))
    return report, noted


def _known(shop: Shop, chunk: Sequence[IncomingOrder]) -> dict[str, Known]:
    """What is known of the chunk's orders, by number; in one query."""
    numbers = {order.placed.order for order in chunk}
    numbers |= {order.former_number for order in chunk if order.former_number}
    found = rows.select(
        """SELECT o.number, c.kind, o.cancelled_at IS NOT NULL,
                  EXISTS (SELECT FROM orders_orderevent e
                          WHERE e.order_id = o.id AND e.kind = 'reinstate'),
                  o.paid_at IS NOT NULL, o.paid_amount, o.refunded_amount
           FROM orders_order o JOIN orders_channel c ON c.id = o.channel_id
           WHERE o.shop_id = %s AND o.number = ANY(%b)""",
        [shop.pk, list(numbers)],
    )
    return {number: Known(*values) for number, *values in found}


def _under_its_first_number(order: IncomingOrder, known: dict[str, Known]) -> IncomingOrder:
    """An order that an earlier file told under another number keeps that one."""
    former, number = order.former_number, order.placed.order
    if not former or number in known or former not in known:
        return order
    if known[former].channel != order.placed.channel:
        return order
    return replace(
        order,
        placed=replace(order.placed, order=former),
        payments=tuple(replace(fact, order=former) for fact in order.payments),
        shipments=tuple(replace(fact, order=former) for fact in order.shipments),
        scans=tuple(replace(fact, order=former) for fact in order.scans),
    )


def _facts(order: IncomingOrder, before: Known | None, now: datetime) -> list[Fact]:
    """The order as facts. What a file tells as a sum or state becomes the fact that leads there.

    - Payments: none when the order is paid, or as much of it as told. Else what has been paid in
      all: who records the payment by hand, or by a webhook with a reference of its own, before
      the import or after it, has it once.
    - Refunds: what has gone back in all, when that is more than we knew of.
    - Cancelled: at the time the file tells; without one, now, once. An order that the seller has
      reinstated is not cancelled again by an export that names no time: it says what was.
    """
    facts: list[Fact] = [order.placed]
    if before is None or not before.is_paid:
        facts += _payments(order, Decimal(0) if before is None else before.paid)
    facts += order.shipments
    facts += order.scans
    refunded = Decimal(0) if before is None else before.refunded
    if order.refunded > refunded:
        facts.append(
            Refund(
                order=order.placed.order,
                at=order.cancelled_at or _last(facts, now),
                amount=order.refunded - refunded,
                reference=f"import:{order.refunded.normalize():f}",
                in_all=order.refunded,
            )
        )
    if order.cancelled and not (before is not None and before.is_cancelled):
        at = order.cancelled_at
        if at is not None or before is None or not before.was_reinstated:
            facts.append(
                Cancel(
                    order=order.placed.order,
                    at=at or _last(facts, now),
                    reason=order.cancel_reason,
                )
            )
    return facts


def _payments(order: IncomingOrder, paid: Decimal) -> Iterator[Payment]:
    """The payments that bring what has been paid up to what the file tells, each with the sum."""
    in_all = Decimal(0)
    for payment in sorted(order.payments, key=lambda one: one.at):
        amount = payment.amount or Decimal(0)
        in_all += amount
        if in_all <= paid:
            continue
        reference = payment.reference
        if paid > 0:
            # The reference may be that of a part payment, which an earlier file told.
            reference += f":{in_all.normalize():f}"
        amount = min(amount, in_all - paid)
        yield replace(payment, amount=amount, reference=reference, in_all=in_all)


def _last(facts: Sequence[Fact], now: datetime) -> datetime:
    """Now, or later when the file tells of something later today: dates count as noon."""
    return max(now, *(fact.at for fact in facts))


def _after(order: IncomingOrder, before: Known | None) -> Known:
    """What is known once the order is recorded: it may stand in the file again."""
    known = before or Known(order.placed.channel, False, False, False, Decimal(0), Decimal(0))
    known.is_cancelled = known.is_cancelled or order.cancelled
    known.refunded = max(known.refunded, order.refunded)
    return known
