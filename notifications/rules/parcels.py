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

STALLED, EXCEPTION = FlagKind.STALLED, FlagKind.EXCEPTION
# A parcel on its way back that has arrived is with the seller again.
ARRIVED, SENT_BACK = ScanStatus.DELIVERED, ScanStatus.RETURN_TO_SENDER

UNLESS_SCANNED = Reason(_("the carrier scans it before"))
UNLESS_MOVING = Reason(_("the parcel moves on"))
DELIVERED = Reason(_("The parcel has arrived."))
NO_NUMBER = Reason(_("The parcel has no tracking number that could be scanned."))
BACK = Reason(_("The parcel has come back to you."))
OLD = Reason(_("It was shipped long before you recorded it."))
NO_TROUBLE = Reason(_("The carrier has reported no trouble."))

TROUBLES = {
    ScanStatus.FAILURE: _("The carrier could not deliver it, reported on %(at)s."),
    SENT_BACK: _("It is on its way back to you, reported on %(at)s."),
    ScanStatus.CANCELLED: _("The carrier cancelled it, reported on %(at)s."),
}
NO_SCAN = _("No scan since %(at)s.")
CAME_BACK = _("It came back to you, reported on %(at)s.")


def stalled(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> FlagWanted | FlagDown:
    """Up when a parcel had no scan for `stalled_days` days of 24 hours, until it is delivered."""
    if parcel.delivered_at is not None:
        return FlagDown(STALLED, DELIVERED, parcel.parcel)
    if not parcel.tracking_code:
        return FlagDown(STALLED, NO_NUMBER, parcel.parcel)
    if parcel.returned and parcel.status == ARRIVED:
        return FlagDown(STALLED, BACK, parcel.parcel)
    moved_at = parcel.shipped_at
    if parcel.last_scan_at is not None and parcel.last_scan_at > moved_at:
        moved_at = parcel.last_scan_at
    since = moved_at + timedelta(days=policy.stalled_days)
    if since < parcel.recorded_at:
        # An import of old orders knows no scans; that says nothing about their parcels.
        return FlagDown(STALLED, OLD, parcel.parcel)
    why = Reason(NO_SCAN, {"at": moved_at}, policy.zone)
    return FlagWanted(STALLED, since, why, UNLESS_SCANNED, parcel.parcel)


def exception(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> FlagWanted | FlagDown:
    """Up as soon as the carrier reports failure, return or cancelling.

    A return is over when the seller has seen to it (see `returned`).
    """
    if parcel.delivered_at is not None:
        return FlagDown(EXCEPTION, DELIVERED, parcel.parcel)
    trouble = _trouble(parcel)
    if trouble is None:
        return FlagDown(EXCEPTION, NO_TROUBLE, parcel.parcel)
    over = settled(parcel, order) if parcel.returned else None
    if over is not None:
        return FlagDown(EXCEPTION, over, parcel.parcel)
    at = parcel.status_at or parcel.shipped_at
    why = Reason(trouble, {"at": at}, policy.zone)
    return FlagWanted(EXCEPTION, at, why, UNLESS_MOVING, parcel.parcel)


def _trouble(parcel: ParcelFacts) -> str | None:
    """What is wrong with a parcel that has not arrived, by the carrier's last word on it."""
    if parcel.returned:
        back = parcel.status == ARRIVED
        return CAME_BACK if back else TROUBLES[SENT_BACK]
    return TROUBLES.get(parcel.status)  # type: ignore[call-overload, no-any-return]
