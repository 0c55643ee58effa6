"""A label's row while it is being bought: who has it in hand, and what became of it.

Every change names what it expects, so that whoever lost a label to another worker stops there.
A claim ends with the database session that made it, or after a quarter of an hour.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, LiteralString

from django.db import transaction
from django.utils.translation import gettext as _

from orders import rows
from orders.models import Label, LabelState
from orders.shipping.label_events import tell
from orders.shipping.values import Purchase

# So many labels are bought at once, in the whole installation: mail must not wait behind them.
AT_ONCE = 5
# Whose session is gone, has died. While a restarted database is being found again by workers
# that are alive, they get the time to write what they bought.
ABANDONED: LiteralString = """(claimed_by IS NULL AND next_attempt_at <= %(now)s
  OR claimed_at < clock_timestamp() - interval '15 minutes'
  OR claimed_by IS NOT NULL
    AND clock_timestamp() - interval '5 seconds' > pg_postmaster_start_time()
    AND NOT EXISTS (SELECT FROM pg_stat_activity a
                    WHERE a.pid = claimed_by AND a.backend_start <= claimed_at))"""


class LostLabel(Exception):
    """Somebody else has the label in hand now: stop working on it."""


def claim(label: Label) -> bool:
    """Take a queued label in hand, this very one; False when somebody was faster."""
    found = rows.select(
        """UPDATE orders_label SET state = 'buying', claimed_by = pg_backend_pid(),
             claimed_at = clock_timestamp(), attempts = attempts + 1, problem = ''
           WHERE id = %s AND state = 'queued' RETURNING id""",
        [label.pk],
    )
    return bool(found)


def claim_next(now: datetime) -> Label | None:
    """Take the next queued label in hand; None for none, or when enough are being bought."""
    found = rows.select(
        """UPDATE orders_label SET state = 'buying', claimed_by = pg_backend_pid(),
             claimed_at = clock_timestamp(), attempts = attempts + 1, problem = ''
           WHERE id = (
             SELECT id FROM orders_label
             WHERE state = 'queued' AND next_attempt_at <= %(now)s
               AND (SELECT count(*) FROM orders_label WHERE state = 'buying'
                      AND claimed_at > clock_timestamp() - interval '1 minute') < %(at_once)s
             ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id""",
        {"now": now, "at_once": AT_ONCE},
    )
    return read(found[0][0]) if found else None


def claim_abandoned(now: datetime, *, only: Label | None = None) -> Label | None:
    """Take a label in hand that is in doubt or whose worker is gone; None when there is none."""
    found = rows.select(
        f"""UPDATE orders_label SET claimed_by = pg_backend_pid(),
              claimed_at = clock_timestamp(), attempts = least(attempts + 1, 1000)
            WHERE id = (
              SELECT id FROM orders_label WHERE state = 'buying' AND {ABANDONED}
                AND (%(only)s::bigint IS NULL OR id = %(only)s)
              ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id""",
        {"now": now, "only": only.pk if only else None},
    )
    return read(found[0][0]) if found else None


def read(label_id: int) -> Label:
    """The label with all that buying it needs."""
    return Label.objects.select_related("shop__policy", "order__buyer").get(pk=label_id)


def keep(label: Label, **fields: Any) -> None:
    """Write `fields` of a label in hand. Raises LostLabel."""
    if not _ours(label).update(**fields):
        raise LostLabel
    for name, value in fields.items():
        setattr(label, name, value)


def postpone(label: Label, state: LabelState, at: datetime, problem: str = "") -> None:
    """Let go of a label that is to be taken up again `at`. Raises LostLabel."""
    keep_claim_away = {"claimed_by": None, "claimed_at": None}
    keep(label, state=state, next_attempt_at=at, problem=problem, **keep_claim_away)


@transaction.atomic
def fail(label: Label, sentence: str, now: datetime) -> None:
    """It is certain that the label was not bought, and why. Raises LostLabel."""
    keep(
        label,
        state=LabelState.FAILED,
        problem=sentence,
        claimed_by=None,
        claimed_at=None,
        settled_at=now,
    )
    tell(label, "failed", now, reason=sentence)


@transaction.atomic
def settle(label: Label, purchase: Purchase, now: datetime) -> None:
    """It is certain that the label was bought: write it down, whoever has it in hand.

    A number that carriers give to no letter stays empty; the label is bought all the same.
    """
    bought = purchase.bought
    assert bought is not None
    values: dict[str, Any] = {
        "state": LabelState.BOUGHT,
        "easypost_id": purchase.id,
        "rate_id": bought.id,
        "carrier": bought.carrier or label.carrier,
        "service": bought.service or label.service,
        "tracking_code": purchase.tracking_code,
        "currency": bought.currency,
        "cost": bought.price,
        "insured": purchase.insured,
        "insurance_cost": purchase.insurance_cost,
        "files": purchase.files,
        "problem": _shortfall(label, purchase),
        "bought_at": now,
        "settled_at": now,
        "claimed_by": None,
        "claimed_at": None,
    }
    unsettled = (LabelState.QUEUED, LabelState.BUYING, LabelState.FAILED)
    if not Label.objects.filter(pk=label.pk, state__in=unsettled).update(**values):
        raise LostLabel
    for name, value in values.items():
        setattr(label, name, value)
    tell(
        label,
        "bought",
        now,
        carrier=label.carrier,
        service=label.service,
        tracking_code=purchase.tracking_code,
        amount=bought.price,
        currency=bought.currency,
    )


def _shortfall(label: Label, purchase: Purchase) -> str:
    """What is not as asked for, although the label was bought."""
    if label.insured > purchase.insured:
        return _("EasyPost insured this parcel for less than asked, or not at all.")
    return ""


def _ours(label: Label) -> Any:
    """The label, if nobody has taken it in hand since we did."""
    return Label.objects.filter(
        pk=label.pk,
        state=LabelState.BUYING,
        claimed_by=label.claimed_by,
        claimed_at=label.claimed_at,
    )


def let_go(label: Label, at: datetime) -> None:
    """Leave a label in hand to whoever comes next, `at` the earliest; harmless when it is lost."""
    _ours(label).update(claimed_by=None, claimed_at=None, next_attempt_at=at)
