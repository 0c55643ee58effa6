"""The gates of one order on its way from placed to happy: passed, open or blocked, with evidence.

Pure: looks at an order and its parcels as they are loaded, asks no database and nobody outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import address_rules
from orders.models import AddressCheck, AddressVerdict, Order, Shipment
from orders.packing import Progress
from orders.postal import postal_lines
from orders.showing import Showing
from orders.words import PaymentTerms, ScanStatus

TROUBLE = frozenset({ScanStatus.FAILURE, ScanStatus.RETURN_TO_SENDER, ScanStatus.CANCELLED})


class Gate(TextChoices):
    """How a checkpoint stands."""

    PASSED = "passed", gettext_lazy("passed")
    OPEN = "open", gettext_lazy("open")
    BLOCKED = "blocked", gettext_lazy("blocked")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One gate; `evidence` is a short sentence that says how we know."""

    name: str
    state: Gate
    evidence: str


def checkpoints(
    order: Order,
    parcels: Sequence[Shipment],
    *,
    username: str,
    showing: Showing,
    packing: Progress | None = None,
    address_check: AddressCheck | None = None,
) -> list[Checkpoint]:
    """All gates of `order`, in the order in which it passes them.

    `parcels` are its shipments, `username` the buyer's on the marketplace, `packing` how far its
    packing list is ticked, `address_check` what was found out about an address of it; `showing`
    writes money and days as the shop does.
    """
    sight = Sight(order, parcels, username, showing, packing, address_check)
    return [Checkpoint(name, *look(sight)) for name, look in GATES.items()]


@dataclass(frozen=True, slots=True)
class Sight:
    """What the gates look at."""

    order: Order
    parcels: Sequence[Shipment]
    username: str
    showing: Showing
    packing: Progress | None = None
    address_check: AddressCheck | None = None

    def day(self, at: datetime) -> str:
        """“Tue, 24 Nov, 09:00”, local."""
        return self.showing.day_and_time(at)

    def date(self, at: datetime) -> str:
        """“Tue, 24 Nov”, local."""
        return self.showing.weekday(at)

    def money(self, amount: Decimal) -> str:
        """An amount in the order's currency."""
        return self.showing.money(amount, self.order.currency)


Finding = tuple[Gate, str]


def _paid(sight: Sight) -> Finding:
    order = sight.order
    if order.paid_at is not None:
        if order.total <= 0:
            return Gate.PASSED, _("There is nothing to pay.")
        return Gate.PASSED, _("Paid in full on %s.") % sight.day(order.paid_at)
    if order.terms == PaymentTerms.ON_DELIVERY:
        return Gate.PASSED, _("It is paid on delivery.")
    amounts = {"open": sight.money(order.open_amount), "total": sight.money(order.total)}
    return Gate.OPEN, _("%(open)s of %(total)s are still to be paid.") % amounts


def _address(sight: Sight) -> Finding:
    order, check = sight.order, sight.address_check
    if not order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    counts = check is not None and check.is_about(order.address)
    if check is not None and counts:
        if check.accepted_at is not None:
            kept_on = sight.date(check.accepted_at)
            return Gate.PASSED, _("You keep it as it is, since %s.") % kept_on
        if check.by_carrier:
            return _carriers_answer(check, sight)
    findings = address_rules.look_at_place(order.address)
    if findings:
        return _gate(findings[0])
    if check is not None and not counts:
        return Gate.OPEN, _("It was changed after it was checked. Check it again.")
    return Gate.PASSED, _("It has all that an address of its country needs.")


def _carriers_answer(check: AddressCheck, sight: Sight) -> Finding:
    asked_on = sight.date(check.checked_at)
    reasons = " ".join(map(str, check.findings))
    if check.is_good:
        return Gate.PASSED, _("Verified by the carrier on %s.") % asked_on
    if check.verdict == AddressVerdict.GOOD:
        return Gate.OPEN, _("The carrier delivers there, and has a doubt: %s") % reasons
    if check.verdict == AddressVerdict.CORRECTED and check.suggested is not None:
        lines = postal_lines(replace(check.suggested, name=""), home=check.suggested.country)
        return Gate.OPEN, _("The carrier would write: %s") % ", ".join(lines)
    if not reasons:
        return Gate.BLOCKED, _("The carrier cannot deliver there, it said on %s.") % asked_on
    return Gate.BLOCKED, _("Cannot be delivered to: %s") % reasons


def _gate(finding: address_rules.Finding) -> Finding:
    return Gate.OPEN if finding.is_open else Gate.BLOCKED, finding.sentence


def _name(sight: Sight) -> Finding:
    order, check = sight.order, sight.address_check
    if not order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    findings = address_rules.look_at_name(order.address, sight.username)
    if not findings:
        return Gate.PASSED, _("It goes to %s.") % order.ship_name.strip()
    if check is not None and check.accepted_at is not None and check.is_about(order.address):
        return Gate.PASSED, _("You keep it as it is, since %s.") % sight.date(check.accepted_at)
    return _gate(findings[0])


def _packed(sight: Sight) -> Finding:
    if not sight.order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    if sight.order.shipped_at is not None:
        return Gate.PASSED, _("Everything was shipped by %s.") % sight.day(sight.order.shipped_at)
    packing = sight.packing
    if packing is not None and packing.is_complete:
        return Gate.PASSED, _("Everything on the packing list is ticked.")
    if sight.parcels:
        return Gate.OPEN, _("Some of it has been shipped.")
    if packing is not None and packing.ticked:
        return Gate.OPEN, _("%(ticked)s of %(all)s things on the packing list are ticked.") % {
            "ticked": packing.ticked,
            "all": packing.all,
        }
    return Gate.OPEN, _("Nothing has been packed yet.")


def _label(sight: Sight) -> Finding:
    if not sight.order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    without = [parcel for parcel in sight.parcels if not parcel.tracking_code]
    if not sight.parcels:
        return Gate.OPEN, _("There is no parcel yet.")
    if without:
        return Gate.OPEN, _("Parcel %s has no tracking number.") % without[0].parcel
    codes = ", ".join(parcel.tracking_code for parcel in sight.parcels)
    return Gate.PASSED, _("Tracking number: %s.") % codes


def _first_scan(sight: Sight) -> Finding:
    if not sight.order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    if not sight.parcels:
        return Gate.OPEN, _("There is no parcel yet.")
    waiting = [parcel for parcel in sight.parcels if parcel.first_scan_at is None]
    cancelled = [parcel for parcel in waiting if parcel.status == ScanStatus.CANCELLED]
    if cancelled:
        return Gate.BLOCKED, _("The carrier cancelled parcel %s.") % cancelled[0].parcel
    if waiting:
        return Gate.OPEN, _("The carrier has not scanned parcel %s yet.") % waiting[0].parcel
    last = max(parcel.first_scan_at for parcel in sight.parcels if parcel.first_scan_at)
    return Gate.PASSED, _("The carrier has had it since %s.") % sight.day(last)


def _delivered(sight: Sight) -> Finding:
    if not sight.order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    if sight.order.delivered_at is not None:
        return Gate.PASSED, _("Delivered on %s.") % sight.day(sight.order.delivered_at)
    for parcel in sight.parcels:
        if parcel.delivered_at is None and (parcel.returned or parcel.status in TROUBLE):
            label = ScanStatus(parcel.status).label
            return Gate.BLOCKED, _("Parcel %(parcel)s: %(status)s.") % {
                "parcel": parcel.parcel,
                "status": label,
            }
    if sight.parcels and sight.order.shipped_at is not None:
        return Gate.OPEN, _("It is on its way.")
    return Gate.OPEN, _("It has not been shipped yet.")


GATES: dict[str, Callable[[Sight], Finding]] = {
    "paid": _paid,
    "address": _address,
    "name": _name,
    "packed": _packed,
    "label": _label,
    "first_scan": _first_scan,
    "delivered": _delivered,
}
