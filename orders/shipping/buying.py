"""Buying a label, never twice for the same parcel.

1. `ask` (in `label_requests`) writes the row; a parcel has at most one that stands, so a second
   click finds the first.
2. `buy` takes the row in hand, makes the EasyPost shipment and saves its name before anything is
   bought: from then on this one shipment is all that can ever be bought for this row, and
   EasyPost sells a shipment once.
3. It saves that it is about to buy, buys, and writes down what came of it.
4. Whoever takes a row up after a crash (`rescue`) looks at EasyPost first. What was asked and
   not heard of stays `buying`, shown as in doubt, until EasyPost has said how it stands.

Nothing here runs inside a transaction: each step is kept at once.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from orders.models import Label, LabelState, Shipment
from orders.shipping import label_rows, rates
from orders.shipping.gateway import EasyPost, account
from orders.shipping.label_requests import NotReady, ask, ask_again, live_label, request_of
from orders.shipping.label_rows import LostLabel
from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.values import Purchase

__all__ = ["NotReady", "ask", "ask_again", "buy", "live_label", "rescue", "work_off"]

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# So long EasyPost may still be at work on a purchase whose answer was lost: twice as long as we
# wait for an answer. What it shows as not bought after that was not bought.
QUIET = timedelta(seconds=90)
FIRST_LOOK = timedelta(seconds=5)
# When EasyPost is busy or down: after these seconds, then the last one again and again.
DELAYS = (5, 15, 60, 300, 900)
ATTEMPTS = 10


def buy(label: Label, now: datetime) -> Label:
    """Buy a label that was asked for, unless somebody does already; the label as it is then.

    Never raises ShippingError: what goes wrong is in the label's `state` and `problem`.
    """
    if label_rows.claim(label):
        carry_on(label_rows.read(label.pk), lambda: now)
    else:
        abandoned = label_rows.claim_abandoned(now, only=label)
        if abandoned is not None:
            carry_on(abandoned, lambda: now, crashed=True)
    return label_rows.read(label.pk)


def work_off(clock: Clock, *, seconds: float = 20.0) -> Counter[str]:
    """Buy the labels that wait, one after another, for so many seconds; counts by state."""
    counts: Counter[str] = Counter()
    until = time.monotonic() + seconds
    while time.monotonic() < until and (label := label_rows.claim_next(clock())) is not None:
        carry_on(label, clock)
        counts[label.state] += 1
    return counts


def rescue(now: datetime) -> int:
    """Take up what is in doubt, or was left by a worker that died; how many labels.

    Each is looked for at EasyPost before anything is bought.
    """
    count = 0
    while (label := label_rows.claim_abandoned(now)) is not None:
        carry_on(label, lambda: now, crashed=True)
        count += 1
        if count >= ATTEMPTS * label_rows.AT_ONCE:
            break
    return count


def carry_on(label: Label, clock: Clock, *, crashed: bool = False) -> None:
    """Go on with a label in hand, to its end or to the moment when it is to be taken up again.

    `crashed`: somebody had it in hand before, and nobody knows how far that went.
    """
    try:
        _carry_on(label, clock, crashed)
    except LostLabel:
        logger.info("Label lost", extra={"action": "label_lost", "label": label.pk})
    except Exception:
        # Whatever it is: the label is taken up again when its claim has ended.
        logger.exception("A label failed", extra={"action": "label_broke", "label": label.pk})
        label_rows.let_go(label, clock() + timedelta(seconds=DELAYS[-1]))


def _carry_on(label: Label, clock: Clock, crashed: bool) -> None:
    try:
        gateway = account(label.shop)
        if gateway is None:
            raise ShippingError(_("Enter the shop's EasyPost key first."), Trouble.KEY)
        purchase = _look(label, gateway, crashed)
        if purchase is not None and purchase.bought is not None:
            label_rows.settle(label, purchase, clock())
            return
        if label.asked_at is not None and clock() < label.asked_at + QUIET:
            _stay_in_doubt(label, label.asked_at + QUIET)
            return
    except ShippingError as error:
        if label.asked_at is not None:
            _stay_in_doubt(label, clock() + _delay(label, error), str(error))
        else:
            _refused(label, error, clock())
        return
    _buy(label, gateway, purchase, clock)


def _look(label: Label, gateway: EasyPost, crashed: bool) -> Purchase | None:
    """What EasyPost has of this label already; None when it has never heard of it."""
    if label.easypost_id:
        return gateway.look(label.easypost_id)
    return gateway.find(str(label.reference)) if crashed else None


def _buy(label: Label, gateway: EasyPost, purchase: Purchase | None, clock: Clock) -> None:
    """Make the shipment, save its name, save that it is being bought, buy, write it down."""
    unwanted = _why_not(label)
    if unwanted:
        label_rows.fail(label, unwanted, clock())
        return
    try:
        if purchase is None:
            purchase = gateway.price(request_of(label))
        label_rows.keep(label, easypost_id=purchase.id, asked_at=None)
        rate = rates.pick(purchase.rates, f"{label.carrier} {label.service}")
        if rate is None:
            label_rows.fail(label, _not_offered(label, purchase), clock())
            return
        label_rows.keep(label, rate_id=rate.id, asked_at=clock())
        purchase = gateway.buy(purchase.id, rate.id, label.insured)
    except ShippingError as error:
        if error.trouble == Trouble.IN_DOUBT and label.asked_at is not None:
            _stay_in_doubt(label, clock() + FIRST_LOOK)
        else:
            _refused(label, error, clock())
        return
    label_rows.settle(label, purchase, clock())


def _why_not(label: Label) -> str:
    """Why a label that was asked for is not wanted any more; empty when it is."""
    order = label.order
    if label.is_return:
        return ""
    if order.cancelled_at is not None:
        return _("The order was cancelled meanwhile.")
    if asdict(order.address) != label.address:
        return _("The buyer's address has changed meanwhile. Look at it, then buy the label.")
    if Shipment.objects.filter(order=order, parcel=label.parcel).exists():
        return _("The parcel was shipped meanwhile, without this label.")
    return ""


def _stay_in_doubt(label: Label, at: datetime, trouble: str = "") -> None:
    """Nobody knows whether it was bought: it stays so, and EasyPost is asked again `at`."""
    sentence = _("It is not known yet whether this label was bought. EasyPost is being asked.")
    label_rows.postpone(label, LabelState.BUYING, at, f"{sentence} {trouble}".strip())


def _refused(label: Label, error: ShippingError, now: datetime) -> None:
    """It was certainly not bought: later, if that can help, else not at all."""
    if error.may_pass and label.attempts < ATTEMPTS:
        if label.asked_at is not None:
            label_rows.keep(label, asked_at=None)
        label_rows.postpone(label, LabelState.QUEUED, now + _delay(label, error), str(error))
        return
    label_rows.fail(label, str(error), now)


def _delay(label: Label, error: ShippingError) -> timedelta:
    usual = DELAYS[min(max(label.attempts, 1), len(DELAYS)) - 1]
    return timedelta(seconds=max(usual, min(error.retry_after or 0, 3600)))


def _not_offered(label: Label, purchase: Purchase) -> str:
    if not purchase.rates:
        why = " ".join(purchase.notes)[:500]
        return (_("No carrier takes this parcel.") + " " + why).strip()
    offered = sorted({f"{rate.carrier} {rate.service}" for rate in purchase.rates})
    return _("%(service)s is not offered for this parcel. There are: %(offers)s.") % {
        "service": f"{label.carrier} {label.service}".strip(),
        "offers": ", ".join(offered)[:500],
    }
