"""Getting the money back for labels that were never used.

Carriers take days to answer: USPS up to a month. Source: https://docs.easypost.com/docs/refunds
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orders import rows
from orders.models import Label, LabelState, Shipment
from orders.shipping.gateway import account
from orders.shipping.label_events import tell
from orders.shipping.problems import ShippingError, Trouble

BATCH = 100
# Asked soon at first, then four times a day.
SOON = timedelta(minutes=15)
LATER = timedelta(hours=6)

# EasyPost's words for how a refund stands; others are waited for.
# Source: https://docs.easypost.com/docs/refunds (refund_status of a shipment)
ENDS = {
    "refunded": LabelState.REFUNDED,
    "rejected": LabelState.REFUND_REFUSED,
    "not_applicable": LabelState.REFUND_REFUSED,
}


class NotRefundable(Exception):
    """The label was used, or is none that was bought; `str()` says so to the seller."""


def refund(label: Label, now: datetime) -> Label:
    """Ask for the price of an unused label back; the label as it is then.

    The row says so before EasyPost hears of it, so that a lost answer is looked for later. Asking
    twice asks once. Raises NotRefundable, or ShippingError when EasyPost certainly did not do it.
    """
    if label.state in (LabelState.REFUNDING, LabelState.REFUNDED):
        return label
    if _is_used(label):
        raise NotRefundable(
            _("A parcel was shipped with this label. Take the parcel back first if it was not.")
        )
    gateway = account(label.shop)
    if gateway is None:
        raise ShippingError(_("Enter the shop's EasyPost key first."), Trouble.KEY)
    refundable = Label.objects.filter(
        pk=label.pk, state__in=(LabelState.BOUGHT, LabelState.REFUND_REFUSED)
    )
    if not refundable.update(
        state=LabelState.REFUNDING, refund_asked_at=now, next_attempt_at=now + SOON, problem=""
    ):
        label.refresh_from_db()
        if label.state in (LabelState.REFUNDING, LabelState.REFUNDED):
            return label
        raise NotRefundable(_("There is nothing to refund: this label was not bought."))
    tell(label, "refund_asked", now)
    try:
        status = gateway.refund(label.easypost_id).refund
    except ShippingError as error:
        if error.may_pass:
            _keep(label, problem=str(error))
        else:
            _keep(label, state=LabelState.BOUGHT, next_attempt_at=None, problem=str(error))
        label.refresh_from_db()
        raise
    _note(label, status, now)
    label.refresh_from_db()
    return label


def follow_refunds(now: datetime) -> int:
    """Ask how the refunds stand that are waited for; how many were settled."""
    due = rows.select(
        """UPDATE orders_label SET next_attempt_at = %(later)s WHERE id IN (
             SELECT id FROM orders_label WHERE state = 'refunding' AND next_attempt_at <= %(now)s
             ORDER BY next_attempt_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
           RETURNING id""",
        {"now": now, "later": now + LATER, "batch": BATCH},
    )
    settled = 0
    for label in Label.objects.filter(pk__in=[row[0] for row in due]).select_related("shop"):
        try:
            settled += _follow(label, now)
        except ShippingError as error:
            _keep(label, problem=str(error))
    return settled


def _follow(label: Label, now: datetime) -> bool:
    gateway = account(label.shop)
    if gateway is None:
        return False
    status = gateway.look(label.easypost_id).refund
    if not status:
        # It was asked for, and EasyPost knows nothing of it: the question was lost.
        status = gateway.refund(label.easypost_id).refund
    return _note(label, status, now)


@transaction.atomic
def _note(label: Label, status: str, now: datetime) -> bool:
    """Write down how the refund stands; whether that is its end."""
    end = ENDS.get(status)
    if end is None:
        _keep(label, problem="")
        return False
    refused = end == LabelState.REFUND_REFUSED
    problem = _("The carrier does not refund this label; it can still be used.") if refused else ""
    if not _keep(label, state=end, next_attempt_at=None, problem=problem, settled_at=now):
        return False
    if refused:
        tell(label, "refund_refused", now)
    else:
        tell(label, "refunded", now, amount=label.cost, currency=label.currency)
    return True


def _keep(label: Label, **fields: Any) -> bool:
    waiting = Label.objects.filter(pk=label.pk, state=LabelState.REFUNDING)
    return bool(waiting.update(**fields))


def _is_used(label: Label) -> bool:
    """Whether a parcel was handed over with it."""
    if label.is_return:
        return False
    shipped = Shipment.objects.filter(order_id=label.order_id, parcel=label.parcel)
    return shipped.filter(tracking_code=label.tracking_code).exists()
