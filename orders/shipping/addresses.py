"""The address check before a label: by the rules of its country first, then by the carrier.

What was found out is kept, and counts for as long as the order has the address that was looked
at. A better way to write it, taken on a click, is a fact of the order like any other.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F

from orders import lifecycle, projection
from orders.address_rules import Finding, look_at_place, look_offline, mean_the_same
from orders.facts import AddressGiven
from orders.models import AddressCheck, AddressVerdict, Order
from orders.shipping.gateway import account
from orders.shipping.values import Verification
from orders.values import Address

__all__ = ["Finding", "Given", "check", "give", "keep", "look_offline", "take_suggestion"]

# Without these there is nothing to ask a carrier about.
PLACE = frozenset({"street1", "country"})


class Given(StrEnum):
    """What became of an address that somebody gave."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    # Everything is on its way already.
    TOO_LATE = "too_late"


def check(order: Order, now: datetime) -> AddressCheck:
    """Look at the order's address at `now` (UTC), and keep what was found out.

    1. By the rules of its country, without asking anybody.
    2. By the carrier, when the shop has an account and there is a place to ask about. Its answer
       outranks the rules.

    Raises ShippingError when the carrier gave no answer; then nothing is kept. To be called
    outside of transactions: it waits for somebody far away.
    """
    asked = order.address
    findings = look_at_place(asked)
    carrier = (
        account(order.shop) if PLACE.isdisjoint(finding.part for finding in findings) else None
    )
    if carrier is None:
        return _keep_answer(order, asked, _by_the_rules(findings), now)
    return _keep_answer(order, asked, _by_carrier(asked, carrier.verify(asked)), now)


def take_suggestion(order: Order, now: datetime) -> bool:
    """Write the address as the carrier would; False when there is no such suggestion (any more)."""
    with transaction.atomic():
        locked = _locked(order)
        found = AddressCheck.objects.filter(order=order).first()
        if found is None or found.suggested is None or not found.is_about(locked.address):
            return False
        suggested = found.suggested
        _record(locked, suggested, now, "carrier")
        found.address = asdict(suggested)
        found.verdict, found.suggestion = AddressVerdict.GOOD, None
        found.findings, found.accepted_at = [], None
        found.save(update_fields=["address", "verdict", "suggestion", "findings", "accepted_at"])
    return True


def keep(order: Order, now: datetime) -> bool:
    """The seller keeps the address as it is, whatever was found; False when that was known.

    Not checked before, it is held against the rules of its country alone.
    """
    with transaction.atomic():
        locked = _locked(order)
        found = AddressCheck.objects.filter(order=order).first()
        if found is None or not found.is_about(locked.address):
            asked = locked.address
            found = _keep_answer(locked, asked, _by_the_rules(look_at_place(asked)), now)
        if found.accepted_at is not None:
            return False
        found.accepted_at = now
        found.save(update_fields=["accepted_at"])
        _look_again(locked, now)
    return True


def give(order: Order, address: Address, *, now: datetime, source: str) -> Given:
    """Record that the order goes to `address` from now on, unless all of it has been sent.

    `source` is who said so: buyer, dashboard or carrier. The same address again is no news.
    """
    with transaction.atomic():
        locked = _locked(order)
        if locked.shipped_at is not None or locked.cancelled_at is not None:
            return Given.TOO_LATE
        if locked.address == address:
            return Given.UNCHANGED
        _record(locked, address, now, source)
    return Given.RECORDED


def _locked(order: Order) -> Order:
    """The order as it stands now; who else would change it waits until we are done."""
    orders = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("shop")
    return orders.defer("search").get(pk=order.pk)


def _record(order: Order, address: Address, now: datetime, source: str) -> None:
    fact = AddressGiven(order=order.number, at=now, address=address)
    lifecycle.record(order.shop, [fact], now=now, source=source)


# What is kept of an answer, besides the address and the time.
Answer = dict[str, object]


def _by_the_rules(findings: list[Finding]) -> Answer:
    wrong = [finding.sentence for finding in findings if not finding.is_open]
    verdict = AddressVerdict.BAD if wrong else AddressVerdict.GOOD
    return {"verdict": verdict, "findings": wrong, "suggestion": None, "by_carrier": False}


def _by_carrier(asked: Address, heard: Verification) -> Answer:
    """The carrier's answer; whom it is for, the carrier does not know better than the buyer."""
    written = replace(heard.address, name=asked.name)
    if not written.country:
        written = replace(written, country=asked.country)
    differs = written.street1 and written != asked
    if not heard.is_deliverable:
        verdict = AddressVerdict.BAD
    elif differs and not mean_the_same(written, asked):
        verdict = AddressVerdict.CORRECTED
    else:
        verdict = AddressVerdict.GOOD
    is_offered = verdict != AddressVerdict.BAD and differs
    return {
        "verdict": verdict,
        "findings": list(heard.findings),
        "suggestion": asdict(written) if is_offered else None,
        "by_carrier": True,
    }


@transaction.atomic
def _keep_answer(order: Order, asked: Address, answer: Answer, now: datetime) -> AddressCheck:
    # The order's row first, as everybody locks it: two of us cannot lock each other out.
    _look_again(order, now)
    kept, _is_new = AddressCheck.objects.update_or_create(
        order=order,
        defaults={**answer, "address": asdict(asked), "checked_at": now, "accepted_at": None},
    )
    return kept


def _look_again(order: Order, now: datetime) -> None:
    """A question to the buyer that has not left yet may be answered, whoever has it in hand."""
    Order.objects.filter(pk=order.pk).update(version=F("version") + 1)
    projection.look_at([order.pk], now)
