"""A claim as its page shows it: how it stands, what it lacks, its evidence and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from orders.models import Claim, ClaimKind, ClaimState, Insurer, Order, Shipment
from orders.shipping import claims
from orders.shipping.claim_evidence import BUYERS_WORDS, DOCUMENTS, INVOICE, Evidence
from orders.shipping.claim_rules import Window
from orders.showing import Showing
from shopcare.dashboard.timeline import TROUBLE

TONES = {
    ClaimState.PREPARED: "wait",
    ClaimState.FILING: "wait",
    ClaimState.SUBMITTED: "go",
    ClaimState.NEEDS_INFO: "alert",
    ClaimState.APPROVED: "ok",
    ClaimState.PAID: "ok",
    ClaimState.REJECTED: "alert",
    ClaimState.CANCELLED: "soft",
}
# Short names of the three kinds of evidence, as they stand in addresses.
SORTS = {"words": BUYERS_WORDS, "invoice": INVOICE, "documents": DOCUMENTS}


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence, to be fetched under `sort` and `at`."""

    sort: str
    at: int
    name: str


def standing(
    order: Order, shipment: Shipment, claim: Claim | None, showing: Showing
) -> dict[str, Any]:
    """What `dashboard/claim.html` asks for besides the claim itself."""
    label = claim.label if claim else claims.insured_label(order, shipment.parcel)
    insurer = Insurer(claim.insurer) if claim else _insurer(label is not None)
    default = ClaimKind.DAMAGE if shipment.delivered_at else ClaimKind.LOSS
    kind = ClaimKind(claim.kind) if claim else default
    window = claims.window_of(order, shipment, kind, insurer)
    return {
        "tone": TONES[ClaimState(claim.state)] if claim else "",
        "is_easypost": insurer == Insurer.EASYPOST,
        "insured": showing.money(label.insured, "USD") if label else "",
        "amount": showing.money(claim.amount, claim.currency) if claim else "",
        "paid": showing.money(claim.paid, claim.currency) if claim and claim.paid else "",
        "window": window,
        "dates": _dates(window, showing),
        "missing": claims.missing(claim) if claim else [],
        "proofs": proofs(claim.evidence) if claim else [],
        "history": _history(claim, showing) if claim else [],
        "can": _can(claim) if claim else {},
    }


def claim_links(order: Order, showing: Showing) -> list[dict[str, Any]]:
    """For each parcel of the order: its claim, or the way to one. One query."""
    parcels = list(order.shipments.all())
    if not parcels:
        return []
    found = {
        claim.parcel: claim
        for claim in Claim.objects.filter(order=order)
        .exclude(state=ClaimState.CANCELLED)
        .defer("evidence")
    }
    return [
        {
            "parcel": parcel,
            "claim": (claim := found.get(parcel.parcel)),
            "tone": TONES[ClaimState(claim.state)] if claim else "",
            "in_trouble": parcel.returned or parcel.status in TROUBLE,
            "deadline": _day(claim.deadline_on, showing)
            if claim and claim.state == ClaimState.PREPARED and claim.deadline_on
            else "",
        }
        for parcel in parcels
    ]


def proofs(evidence: Evidence) -> list[Proof]:
    """The evidence by name, in the order of their kinds."""
    first = {
        "words": _("What the buyer wrote"),
        "invoice": _("Invoice"),
        "documents": _("The order and its journey"),
    }
    more = {
        "words": _("What the buyer wrote, %(number)d"),
        "documents": _("Photograph or PDF %(number)d"),
    }
    return [
        Proof(sort, at, more[sort] % {"number": at + (sort == "words")} if at else first[sort])
        for sort, kind in SORTS.items()
        for at in range(len(evidence.get(kind) or []))
    ]


def _insurer(is_insured: bool) -> Insurer:
    return Insurer.EASYPOST if is_insured else Insurer.CARRIER


def _dates(window: Window, showing: Showing) -> dict[str, Any]:
    today = timezone.now().astimezone(showing.shop.zone).date()
    opens, closes = window.opens_on, window.deadline_on
    return {
        "opens": _day(opens, showing) if opens and opens > today else "",
        "closes": _day(closes, showing) if closes else "",
        "is_over": closes is not None and closes < today,
        "days_left": (closes - today).days if closes and closes >= today else None,
    }


def _day(on: date, showing: Showing) -> str:
    return showing.day(datetime.combine(on, time(12), tzinfo=showing.shop.zone))


def _history(claim: Claim, showing: Showing) -> list[dict[str, str]]:
    """Newest first."""
    return [
        {
            "at": showing.day_and_time(datetime.fromisoformat(step["at"])),
            "state": str(ClaimState(step["state"]).label),
            "detail": step["detail"],
            "tone": TONES[ClaimState(step["state"])],
        }
        for step in reversed(claim.history)
    ]


def _can(claim: Claim) -> dict[str, bool]:
    """Which buttons lead somewhere."""
    at_easypost = claim.insurer == Insurer.EASYPOST
    is_prepared = claim.state == ClaimState.PREPARED
    is_filed = claim.state in claims.WITH_EASYPOST
    return {
        "file": at_easypost and is_prepared and not claims.missing(claim),
        "look": at_easypost and (is_filed or claim.state == ClaimState.FILING),
        "filed": not at_easypost and is_prepared,
        "settle": (not at_easypost and is_filed) or claim.state == ClaimState.APPROVED,
        "refused": not at_easypost and (is_filed or claim.state == ClaimState.APPROVED),
        "withdraw": is_prepared or is_filed,
    }
