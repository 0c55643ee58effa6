"""An order's state, derived from its facts by one pure function.

`derive` looks at the set of facts only, never at the order in which they came: any permutation
and repetition of the same facts gives the same state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from orders.facts import (
    AddressGiven,
    Answer,
    Cancel,
    Extend,
    Fact,
    Pause,
    Payment,
    Refund,
    Reinstate,
    Relisted,
    Resume,
    Scan,
    Shipment,
    TrackingCode,
    Unpay,
    Unship,
    Word,
)
from orders.parcel_state import Parcel, apply_to_parcel
from orders.shipping.recognise import tidy
from orders.tally import Tally
from orders.values import Address
from orders.words import OrderStatus

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sale:
    """What does not change about an order and its state depends on.

    `to_ship` says how many of each item (by SKU, or title without one) need shipping; None when
    the source named no lines, which means: something, and any parcel covers it.
    """

    placed_at: datetime
    total: Decimal
    to_ship: Mapping[str, int] | None


@dataclass(slots=True)
class OrderState:
    """What the facts amount to. Money in the order's currency, all times UTC."""

    status: OrderStatus = OrderStatus.AWAITING_PAYMENT
    paid: Tally = field(default_factory=Tally)
    refunded: Tally = field(default_factory=Tally)
    paid_at: datetime | None = None
    last_payment_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    relisted_at: datetime | None = None
    extended_until: datetime | None = None
    last_word_at: datetime | None = None
    answered_at: datetime | None = None
    paused_at: datetime | None = None
    # Given after the order was placed; None: it goes where the order said when it came.
    address: Address | None = None
    parcels: dict[str, Parcel] = field(default_factory=dict)

    @property
    def paid_amount(self) -> Decimal:
        return self.paid.amount

    @property
    def refunded_amount(self) -> Decimal:
        return self.refunded.amount


def derive(sale: Sale, facts: Iterable[Fact]) -> OrderState:
    """The state of the order `sale` after `facts`.

    1. Facts are put into one order: by time, then by kind, then by key; a key counts once.
       Payments that were taken back are left out, whenever that was said.
    2. Each is applied in turn; anew without the scans of numbers that were corrected meanwhile.
    3. What is shipped, delivered and paid follows, and the status last.
    """
    in_order = _in_order(facts)
    unpaid = taken_back(in_order)
    if unpaid:
        in_order = [fact for fact in in_order if fact.key not in unpaid]
    state = _applied(sale, in_order)
    if any(is_stray(fact, state) for fact in in_order):
        state = _applied(sale, [fact for fact in in_order if not is_stray(fact, state)])
    _settle(state, sale)
    return state


def unfold(sale: Sale, facts: Iterable[Fact], moments: Iterable[datetime]) -> Iterator[OrderState]:
    """The state at each of `moments`, given in their order: what `derive` makes of the facts up to
    then.

    It is one state that moves on: take from it what is needed before the next.
    """
    in_order = _in_order(facts)
    turning = [fact for fact in in_order if isinstance(fact, Unpay | Scan)]
    state, known = _applied(sale, ()), 0
    for moment in moments:
        while known < len(in_order) and in_order[known].at <= moment:
            _apply(state, in_order[known], sale.total)
            known += 1
        if any(fact.at <= moment and _turns_back(fact, state) for fact in turning):
            yield derive(sale, in_order[:known])
        else:
            _settle(state, sale)
            yield state


def _turns_back(fact: Fact, state: OrderState) -> bool:
    """Whether some fact has to be left out of what has been applied so far."""
    return isinstance(fact, Unpay) or is_stray(fact, state)


def taken_back(facts: Iterable[Fact]) -> set[str]:
    """The keys of the payments that never came."""
    return {fact.payment for fact in facts if isinstance(fact, Unpay)}


def is_stray(fact: Fact, state: OrderState) -> bool:
    """Whether it is a scan of a number that its parcel does not have (any more)."""
    if not isinstance(fact, Scan) or not fact.tracking_code:
        return False
    parcel = state.parcels.get(fact.parcel)
    return parcel is not None and tidy(parcel.tracking_code) != tidy(fact.tracking_code)


def _applied(sale: Sale, facts: Iterable[Fact]) -> OrderState:
    state = OrderState()
    if sale.total <= 0:
        state.paid_at = sale.placed_at
    for fact in facts:
        _apply(state, fact, sale.total)
    return state


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    """By time, then by kind, then by key; a key counts once."""
    unique = {fact.key: fact for fact in facts}
    return [fact for _key, fact in sorted(unique.items(), key=_position)]


def _position(known: tuple[str, Fact]) -> tuple[datetime, int, str]:
    key, fact = known
    return fact.at, fact.rank, key


def _settle(state: OrderState, sale: Sale) -> None:
    _settle_shipping(state, sale)
    state.status = _status(state)


def _apply(state: OrderState, fact: Fact, total: Decimal) -> None:
    match fact:
        case Payment():
            _apply_payment(state, fact, total)
        case Refund():
            _apply_refund(state, fact)
        case Shipment() | TrackingCode() | Scan():
            parcel = state.parcels.setdefault(fact.parcel, Parcel(fact.parcel))
            apply_to_parcel(parcel, fact)
        case Unship():
            state.parcels.pop(fact.parcel, None)
        case AddressGiven():
            state.address = fact.address
        case Word():
            state.last_word_at = fact.at
        case Answer():
            state.answered_at = fact.at
        case Extend():
            state.extended_until = fact.until
        case Cancel() | Relisted():
            state.cancelled_at = state.cancelled_at or fact.at
            if isinstance(fact, Cancel):
                state.cancel_reason = fact.reason
            else:
                state.relisted_at = fact.at
        case Reinstate():
            state.cancelled_at = state.relisted_at = None
            state.cancel_reason = ""
        case Pause():
            state.paused_at = state.paused_at or fact.at
        case Resume():
            state.paused_at = None


def _apply_payment(state: OrderState, fact: Payment, total: Decimal) -> None:
    """Paid when the sum covers the total; a refund later does not make the order unpaid."""
    if fact.in_all is not None:
        state.paid.reach(fact.in_all, total)
    else:
        state.paid.add(max(total - state.paid_amount, ZERO) if fact.amount is None else fact.amount)
    state.last_payment_at = fact.at
    if state.paid_at is None and state.paid_amount >= total:
        state.paid_at = fact.at


def _apply_refund(state: OrderState, fact: Refund) -> None:
    if fact.in_all is not None:
        state.refunded.reach(fact.in_all, state.paid_amount)
    elif fact.amount is not None:
        state.refunded.add(fact.amount)
    else:
        state.refunded.add(max(state.paid_amount - state.refunded_amount, ZERO))


def _settle_shipping(state: OrderState, sale: Sale) -> None:
    """Shipped when the parcels cover every line that needs shipping; delivered when all are."""
    state.shipped_at = state.delivered_at = None
    shipped = [parcel for parcel in state.parcels.values() if parcel.shipped_at is not None]
    if not shipped or sale.to_ship == {}:
        return
    shipped.sort(key=lambda parcel: (parcel.shipped_at, parcel.parcel))
    sent: Counter[str] = Counter()
    for parcel in shipped:
        if parcel.lines is not None:
            for line in parcel.lines:
                sent[line.item] += line.quantity
        if _covered(parcel, sale, sent):
            state.shipped_at = parcel.shipped_at
            break
    arrivals = [parcel.delivered_at for parcel in shipped if parcel.delivered_at is not None]
    if state.shipped_at is not None and len(arrivals) == len(shipped):
        state.delivered_at = max(arrivals)


def _covered(parcel: Parcel, sale: Sale, sent: Counter[str]) -> bool:
    """A parcel without a list of lines holds all that was left; so does any for no known lines."""
    if parcel.lines is None or sale.to_ship is None:
        return True
    return all(sent[item] >= quantity for item, quantity in sale.to_ship.items())


def _status(state: OrderState) -> OrderStatus:
    if state.cancelled_at is not None:
        return OrderStatus.CANCELLED
    if state.delivered_at is not None:
        return OrderStatus.DELIVERED
    if state.shipped_at is not None:
        return OrderStatus.SHIPPED
    if state.paid_at is not None:
        return OrderStatus.PAID
    return OrderStatus.AWAITING_PAYMENT
