"""Parcels that are stuck, and parcels in trouble."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import (
    FlagDown,
    FlagWanted,
    OrderFacts,
    ParcelFacts,
    PolicyFacts,
)
from notifications.rules.returned import settled
from orders.words import FlagKind, ScanStatus

UNLESS_SCANNED = Reason(_("the carrier scans it before"))
UNLESS_MOVING = Reason(_("the parcel moves on"))
NOT_SHIPPED = Reason(_("Nothing has been shipped yet."))
DELIVERED = Reason(_("The parcel has arrived."))
NO_NUMBER = Reason(_("The parcel has no tracking number that could be scanned."))
BACK = Reason(_("The parcel has come back to you."))
NO_TROUBLE = Reason(_("The carrier has reported no trouble."))

TROUBLES = {
    ScanStatus.FAILURE: _("The carrier could not deliver it, reported on %(at)s."),
    ScanStatus.RETURN_TO_SENDER: _("It is on its way back to you, reported on %(at)s."),
    ScanStatus.CANCELLED: _("The carrier cancelled it, reported on %(at)s."),
}
CAME_BACK = _("It came back to you, reported on %(at)s.")


def stalled(order: OrderFacts, policy: PolicyFacts, now: datetime) -> list[FlagWanted | FlagDown]:
    """Up when a parcel had no scan for `stalled_days` days of 24 hours, until it is delivered."""
    if not order.parcels:
        return [FlagDown(FlagKind.STALLED, NOT_SHIPPED)]
    return [_stalled(parcel, policy) for parcel in order.parcels]


def _stalled(parcel: ParcelFacts, policy: PolicyFacts) -> FlagWanted | FlagDown:
    if parcel.delivered_at is not None:
        return FlagDown(FlagKind.STALLED, DELIVERED, parcel.parcel)
    if not parcel.tracking_code:
        return FlagDown(FlagKind.STALLED, NO_NUMBER, parcel.parcel)
    if parcel.returned and parcel.status == ScanStatus.DELIVERED:
        return FlagDown(FlagKind.STALLED, BACK, parcel.parcel)
    moved_at = parcel.shipped_at
    if parcel.last_scan_at is not None and parcel.last_scan_at > moved_at:
        moved_at = parcel.last_scan_at
    since = moved_at + timedelta(days=policy.stalled_days)
    if since < parcel.recorded_at:
        # An import of old orders knows no scans; that says nothing about their parcels.
        old = Reason(_("It was shipped long before you recorded it."))
        return FlagDown(FlagKind.STALLED, old, parcel.parcel)
    why = Reason(_("No scan since %(at)s."), {"at": moved_at}, policy.zone)
    return FlagWanted(FlagKind.STALLED, since, why, UNLESS_SCANNED, parcel.parcel)


def exceptions(
    order: OrderFacts, policy: PolicyFacts, now: datetime
) -> list[FlagWanted | FlagDown]:
    """Up as soon as the carrier reports failure, return or cancelling.

    A return is over when the seller has seen to it (see `returned`).
    """
    if not order.parcels:
        return [FlagDown(FlagKind.EXCEPTION, NOT_SHIPPED)]
    found: list[FlagWanted | FlagDown] = []
    for parcel in order.parcels:
        trouble = _trouble(parcel)
        if trouble is None:
            reason = DELIVERED if parcel.delivered_at is not None else NO_TROUBLE
            found.append(FlagDown(FlagKind.EXCEPTION, reason, parcel.parcel))
            continue
        over = settled(parcel, order) if parcel.returned else None
        if over is not None:
            found.append(FlagDown(FlagKind.EXCEPTION, over, parcel.parcel))
            continue
        at = parcel.status_at or parcel.shipped_at
        why = Reason(trouble, {"at": at}, policy.zone)
        found.append(FlagWanted(FlagKind.EXCEPTION, at, why, UNLESS_MOVING, parcel.parcel))
    return found


def _trouble(parcel: ParcelFacts) -> str | None:
    """What is wrong with the parcel, by the carrier's last word on it."""
    if parcel.delivered_at is not None:
        return None
    if parcel.returned:
        back = parcel.status == ScanStatus.DELIVERED
        return CAME_BACK if back else TROUBLES[ScanStatus.RETURN_TO_SENDER]
    return TROUBLES.get(parcel.status)  # type: ignore[call-overload, no-any-return]
