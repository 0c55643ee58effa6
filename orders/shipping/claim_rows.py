"""A claim's row, its history and the order's timeline: what `claims` writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from orders.facts import stamp
from orders.models import Claim, ClaimState, OrderEvent

CLAIM = "claim"


def move(
    claim: Claim,
    expected: Sequence[ClaimState],
    state: ClaimState,
    at: datetime,
    detail: str = "",
    **changes: object,
) -> bool:
    """Change the state if it still is one of `expected`; whether this did it."""
    with transaction.atomic():
        row = Claim.objects.select_for_update().get(pk=claim.pk)
        if row.state not in expected or row.state == state:
            return False
        row.state, row.detail = state, detail
        row.history = [*row.history, step(at, state, detail)]
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(update_fields=["state", "detail", "history", *changes])
        tell(row, state, at)
    return True


def keep(claim: Claim, **changes: object) -> None:
    """Change these fields unless the claim's state has changed meanwhile."""
    Claim.objects.filter(pk=claim.pk, state=claim.state).update(**changes)


def fresh(claim: Claim) -> Claim:
    """The claim as it is now, with shop, order and label."""
    return Claim.objects.select_related("shop", "order__shop", "label").get(pk=claim.pk)


def step(at: datetime, state: ClaimState, detail: str = "") -> dict[str, str]:
    """One line of a claim's history."""
    return {"at": stamp(at), "state": state, "detail": detail}


def tell(claim: Claim, state: ClaimState, at: datetime) -> None:
    """Write into the order's timeline how the claim stands; being about to file is no news."""
    if state == ClaimState.FILING:
        return
    key = f"{CLAIM}:{claim.pk}:{state}:{len(claim.history)}"
    data = {"state": state.value, "parcel": claim.parcel}
    event = OrderEvent(
        order_id=claim.order_id, kind=CLAIM, key=key, at=at, recorded_at=at, data=data
    )
    OrderEvent.objects.bulk_create([event], ignore_conflicts=True)
