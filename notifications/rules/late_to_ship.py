"""Paid and not shipped by the promised day: a flag, and a note to the buyer."""

from datetime import date, datetime

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.calendar import end_of_day, working_day_after
from notifications.rules.findings import (
    FlagDown,
    FlagWanted,
    No,
    OrderFacts,
    PolicyFacts,
    Wanted,
    Withheld,
    no,
)
from notifications.rules.timing import WAITS_FOR_CLICK
from orders.words import FlagKind, NoteKind

FLAG, NOTE = FlagKind.LATE_TO_SHIP, NoteKind.DELAY_NOTICE

UNLESS = Reason(_("you ship before"))
CANCELLED = no(FLAG, NOTE, Reason(_("The order was cancelled.")))
SHIPPED = no(FLAG, NOTE, Reason(_("Everything has been shipped.")))
UNPAID = no(FLAG, NOTE, Reason(_("The order is not paid yet.")))
REFUNDED = no(FLAG, NOTE, Reason(_("All the money has been refunded.")))
NOTHING_TO_SHIP = no(FLAG, NOTE, Reason(_("Nothing in this order needs shipping.")))
WAITS = Withheld(NOTE, WAITS_FOR_CLICK)
NOT_LATE = Withheld(NOTE, Reason(_("The order is not late; it will wait for your click then.")))
PROMISED = _("Promised to be shipped by %(day)s.")
OLD = _("It was late since %(at)s already when you imported it.")


def late_to_ship(order: OrderFacts, policy: PolicyFacts, now: datetime) -> FlagWanted | FlagDown:
    """Up from the midnight (shop's time) that ends the promised day, until all is shipped."""
    not_so = _not_to_ship(order)
    if not_so is not None:
        return not_so.flag
    promised_on = promised_day(order, policy)
    why = Reason(PROMISED, {"day": promised_on})
    return FlagWanted(FLAG, end_of_day(promised_on, policy.zone), why, UNLESS)


def delay_notice(order: OrderFacts, policy: PolicyFacts, now: datetime) -> Wanted | Withheld:
    """Tell the buyer when the flag goes up; by itself only if the policy says so."""
    not_so = _not_to_ship(order)
    if not_so is not None:
        return not_so.note
    late_at = end_of_day(promised_day(order, policy), policy.zone)
    if late_at < order.recorded_at:
        return Withheld(NOTE, Reason(OLD, {"at": late_at}, policy.zone))
    decision = order.decisions.get((NOTE, ""))
    if decision is not None and decision.send_now_at is not None:
        return Wanted(NOTE, late_at, None, UNLESS)
    if not policy.delay_notice_automatic:
        return WAITS if late_at <= now else NOT_LATE
    return Wanted(NOTE, late_at, None, UNLESS)


def promised_day(order: OrderFacts, policy: PolicyFacts) -> date:
    """The channel's ship-by date, else `handling_days` working days after the day of payment.

    An order paid on delivery counts from placing. All days are the shop's.
    """
    if order.ship_by_on is not None:
        return order.ship_by_on
    start = order.placed_at if order.on_delivery else order.paid_at
    assert start is not None
    return working_day_after(
        start.astimezone(policy.zone).date(),
        policy.handling_days,
        weekend=policy.weekend,
        country=policy.country,
        region=policy.region,
    )


def _not_to_ship(order: OrderFacts) -> No | None:
    if order.cancelled_at is not None:
        return CANCELLED
    if not order.needs_shipping:
        return NOTHING_TO_SHIP
    if order.shipped_at is not None:
        return SHIPPED
    if order.paid_at is None and not order.on_delivery:
        return UNPAID
    if order.is_refunded:
        return REFUNDED
    return None
