"""What a rule's want means at one moment: due, upcoming or withheld."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.calendar import next_opening
from notifications.rules.findings import (
    Due,
    OrderFacts,
    PolicyFacts,
    Sent,
    Upcoming,
    Wanted,
    Withheld,
)
from notifications.words import LOST_STATES, SENT_STATES
from orders.words import SELLER_NOTES

# A rule that was switched on or sped up says nothing about what lay longer than this before.
CHANGE_REACHES_BACK = timedelta(hours=24)

# Nothing more becomes of a note: it went out, or was given up.
OVER = SENT_STATES | LOST_STATES

OFF = Reason(_("You have switched this off."))
SKIPPED = Reason(_("You decided not to send this one."))
WAITS_FOR_CLICK = Reason(_("It waits for your click."))
MARKETPLACE_DOES = _("%(channel)s does this for you already.")
PAUSED = _("You paused this order on %(at)s.")
BUYER_PAUSED = _("You paused this buyer on %(at)s.")
CHANGED = _("You changed this rule on %(at)s; it says nothing about what lay a day before.")
EXPIRED = _("It could not go out before %(at)s and would be stale now.")


def settle(
    want: Wanted | Withheld, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> Due | Upcoming | Withheld | Sent:
    """What `want` means at `now` (UTC).

    1. A note that went out, or was given up, stays that way: each at most once.
    2. The seller's own decision comes before every switch, pause and window.
    3. The rule's own reason, a switch, the channel or a pause withholds it.
    4. So does a policy changed long after its moment, and an expiry before it can go.
    5. Else it is due, or upcoming at the first moment the sending window allows.
    """
    kind, about = key = want.kind, want.subject
    # Most orders have neither.
    note = order.notes.get(key) if order.notes else None
    if note is not None and note.state in OVER:
        return Sent(kind, about, note)
    decision = order.decisions.get(key) if order.decisions else None
    if decision is not None:
        if decision.skipped_at is not None:
            return Withheld(kind, SKIPPED, about)
        if decision.send_now_at is not None and isinstance(want, Wanted):
            copy = _to_copy(want, order, policy)
            return Due(kind, about, decision.send_now_at, None, copy)
    if kind in policy.rules_off:
        return Withheld(kind, OFF, about)
    if isinstance(want, Withheld):
        return want
    reason = _held_back(want, order, policy)
    if reason is not None:
        return Withheld(kind, reason, about)
    due_at, expires_at = want.due_at, want.expires_at
    at = due_at if due_at > now else now
    if want.in_window:
        at = next_opening(at, policy.window_opens, policy.window_closes, policy.zone)
    if expires_at is not None and at >= expires_at:
        return Withheld(kind, Reason(EXPIRED, {"at": expires_at}, policy.zone), about)
    if at > now:
        return Upcoming(kind, about, at, want.unless)
    return Due(kind, about, due_at, expires_at, _to_copy(want, order, policy))


def _held_back(want: Wanted, order: OrderFacts, policy: PolicyFacts) -> Reason | None:
    to_buyer = want.kind not in SELLER_NOTES
    if to_buyer and policy.modes.get(want.kind) == "marketplace_does":
        return Reason(MARKETPLACE_DOES, {"channel": policy.channel})
    # Paused is every note about the order, the seller's mail too; flags still rise.
    if order.paused_at is not None:
        return Reason(PAUSED, {"at": order.paused_at}, policy.zone)
    if to_buyer and order.buyer_paused_at is not None:
        return Reason(BUYER_PAUSED, {"at": order.buyer_paused_at}, policy.zone)
    changed_at = policy.rules_since.get(want.kind)
    if changed_at is not None and want.due_at < changed_at - CHANGE_REACHES_BACK:
        return Reason(CHANGED, {"at": changed_at}, policy.zone)
    return None


def _to_copy(want: Wanted, order: OrderFacts, policy: PolicyFacts) -> bool:
    """A note to a buyer that cannot, or may not, be mailed."""
    if want.kind in SELLER_NOTES:
        return False
    return not order.has_email or policy.modes.get(want.kind) == "copy"
