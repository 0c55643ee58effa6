"""What rules look at, and what they answer. Plain values: no database, no clock.

A rule says what it wants (`Wanted`, `FlagWanted`) or why not (`Withheld`); `timing.settle` makes
of a want what it means at one moment: `Due`, `Upcoming` or `Withheld`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from notifications.reasons import Reason
from notifications.words import LOST_STATES, OPEN_STATES, SENT_STATES


@dataclass(slots=True)
class ParcelFacts:
    """A parcel as the rules see it. All times UTC."""

    parcel: str
    tracking_code: str
    code_at: datetime | None
    code_repeat: int
    shipped_at: datetime
    recorded_at: datetime
    status: str
    status_at: datetime | None
    first_scan_at: datetime | None
    last_scan_at: datetime | None
    delivered_at: datetime | None
    returned: bool
    # When it is to arrive, as the carrier said last.
    expected_at: datetime | None = None


@dataclass(slots=True)
class OldLabel:
    """An unused label that was bought before the order's address was changed. Times UTC."""

    parcel: str
    bought_at: datetime
    changed_at: datetime


@dataclass(slots=True)
class Note:
    """A note that was written: its row in the outbox. All times UTC."""

    kind: str
    subject: str
    state: str
    due_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    detail: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_sent(self) -> bool:
        return self.state in SENT_STATES

    @property
    def is_lost(self) -> bool:
        return self.state in LOST_STATES


@dataclass(slots=True)
class Decision:
    """What the seller decided about one note: not this one, or send it now. Times UTC.

    Of a label for a changed address: keep it (`skipped_at`).
    """

    skipped_at: datetime | None
    send_now_at: datetime | None


@dataclass(slots=True)
class OrderFacts:
    """All that the rules may know of an order. All times UTC, money in the order's currency."""

    order_id: int
    number: str
    status: str
    placed_at: datetime
    recorded_at: datetime
    on_delivery: bool
    ship_by_on: date | None
    needs_shipping: bool
    total: Decimal
    paid_amount: Decimal
    refunded_amount: Decimal
    paid_at: datetime | None
    last_payment_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    relisted_at: datetime | None
    extended_until: datetime | None
    last_word_at: datetime | None
    answered_at: datetime | None
    paused_at: datetime | None
    version: int
    buyer_name: str
    has_email: bool
    buyer_paused_at: datetime | None
    # Names the address the order goes to; another one for each address.
    address_key: str = ""
    # It was checked and can be delivered to, or the seller keeps it as it is.
    address_is_good: bool = False
    old_labels: list[OldLabel] = field(default_factory=list)
    parcels: list[ParcelFacts] = field(default_factory=list)
    notes: dict[tuple[str, str], Note] = field(default_factory=dict)
    decisions: dict[tuple[str, str], Decision] = field(default_factory=dict)

    @property
    def is_refunded(self) -> bool:
        """All the money went back."""
        return self.refunded_amount > 0 and self.refunded_amount >= self.paid_amount


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """A shop's policy for one of its channels, with the zone and the calendar to apply it in."""

    zone: ZoneInfo
    window_opens: time
    window_closes: time
    fast_payment_hours: int
    reminder_after: int
    payment_window: int
    handling_days: int
    stalled_days: int
    answer_within_hours: int
    arrival_check_after: int
    notice_on_first_scan: bool
    delay_notice_automatic: bool
    weekend: frozenset[int]
    # Whose public holidays are not working days; empty for none.
    country: str
    region: str
    rules_off: frozenset[str]
    rules_since: Mapping[str, datetime]
    channel: str
    modes: Mapping[str, str]


@dataclass(slots=True)
class Wanted:
    """A note that a rule asks for: due at `due_at`, not after `expires_at` (UTC).

    `subject` tells notes of one kind about one order apart. `unless` says what would still make
    it unnecessary.
    """

    kind: str
    due_at: datetime
    expires_at: datetime | None
    unless: Reason
    subject: str = ""
    in_window: bool = True


@dataclass(slots=True)
class FlagWanted:
    """A flag that goes up at `since` (UTC) unless something happens before."""

    kind: str
    since: datetime
    reason: Reason
    unless: Reason
    subject: str = ""


@dataclass(slots=True)
class Withheld:
    """Why a note is not sent."""

    kind: str
    reason: Reason
    subject: str = ""


@dataclass(slots=True)
class FlagDown:
    """Why a flag is not up."""

    kind: str
    reason: Reason
    subject: str = ""


@dataclass(slots=True)
class Due:
    """A note to be written now, or written and not sent yet. `to_copy`: not as a mail."""

    kind: str
    subject: str
    due_at: datetime
    expires_at: datetime | None
    to_copy: bool


@dataclass(slots=True)
class Upcoming:
    """A note or flag that will be due at `at` (UTC)."""

    kind: str
    subject: str
    at: datetime
    unless: Reason


@dataclass(slots=True)
class Raised:
    """A flag that is up since `since` (UTC)."""

    kind: str
    subject: str
    since: datetime
    reason: Reason


@dataclass(slots=True)
class Sent:
    """A note that went out, or was given up."""

    kind: str
    subject: str
    note: Note


Want = Wanted | Withheld | FlagWanted | FlagDown


class No(NamedTuple):
    """The same no to a flag and to the note that goes with it."""

    flag: FlagDown
    note: Withheld


def no(flag: str, note: str, reason: Reason) -> No:
    """A plain no to both kinds."""
    return No(FlagDown(flag, reason), Withheld(note, reason))
