"""Claims for parcels that were lost, damaged or stolen: prepared, filed once, and followed.

1. `prepare` makes the claim with its evidence and deadline; again, it changes what was prepared.
2. `file` first takes the row (`filing`), then asks EasyPost. What was lost on the way stays
   `filing`, and `follow` looks at EasyPost before anybody may file again.
3. `follow` asks how open claims stand. A carrier's own insurance is filed on the carrier's page;
   the seller says here what became of it (`filed_by_hand`, `settle_by_hand`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from orders.models import Claim, ClaimKind, ClaimState, Insurer, Label, Order, Shipment
from orders.models.label import LabelState
from orders.shipping import claim_evidence
from orders.shipping.claim_evidence import BUYERS_WORDS, DOCUMENTS, INVOICE
from orders.shipping.claim_rows import fresh, keep, move, step, tell
from orders.shipping.claim_rules import Window, window
from orders.shipping.gateway import EasyPost, account
from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.values import ClaimNews, ClaimRequest

logger = logging.getLogger(__name__)

# EasyPost's states of a claim. https://docs.easypost.com/docs/insurance/claims
STATES = {
    "submitted": ClaimState.SUBMITTED,
    "in_review": ClaimState.SUBMITTED,
    "needs_action": ClaimState.NEEDS_INFO,
    "approved": ClaimState.APPROVED,
    "approved_partial": ClaimState.APPROVED,
    "paid": ClaimState.PAID,
    "rejected": ClaimState.REJECTED,
    "cancelled": ClaimState.CANCELLED,
}
FOLLOWED = (ClaimState.FILING, ClaimState.SUBMITTED, ClaimState.NEEDS_INFO)
WITH_EASYPOST = (ClaimState.SUBMITTED, ClaimState.NEEDS_INFO)

# While a lost answer may still be under way nobody looks, then EasyPost is asked.
QUIET = timedelta(minutes=3)
BETWEEN_LOOKS = timedelta(hours=6)
AFTER_TROUBLE = timedelta(hours=1)
MOST_AT_ONCE = 100


def claim_of(order: Order, parcel: str) -> Claim | None:
    """The parcel's claim that is not withdrawn, if there is one."""
    found = Claim.objects.filter(order=order, parcel=parcel)
    return found.exclude(state=ClaimState.CANCELLED).select_related("label", "order__shop").first()


def insured_label(order: Order, parcel: str) -> Label | None:
    """The label of the parcel that was bought and insured through EasyPost."""
    bought = (LabelState.BOUGHT, LabelState.REFUND_REFUSED)
    found = Label.objects.filter(order=order, parcel=parcel, is_return=False, state__in=bought)
    return found.filter(insured__gt=0).order_by("-bought_at").first()


def window_of(order: Order, shipment: Shipment, kind: ClaimKind, insurer: Insurer) -> Window:
    """From when until when, and where, a claim about this parcel is filed; the shop's days."""
    zone = order.shop.zone
    delivered = shipment.delivered_at
    return window(
        insurer,
        shipment.carrier,
        kind,
        shipped_on=shipment.shipped_at.astimezone(zone).date(),
        delivered_on=delivered.astimezone(zone).date() if delivered else None,
        abroad=bool(order.ship_country) and order.ship_country != order.shop.country,
    )


def prepare(
    order: Order,
    parcel: str,
    kind: ClaimKind,
    now: datetime,
    *,
    description: str = "",
    said: str = "",
    amount: Decimal | None = None,
    files: Sequence[str] = (),
) -> Claim:
    """The parcel's claim with its evidence and deadline; one that was filed stays as it is.

    `said`: what the buyer wrote elsewhere. `amount`: left out, what the parcel was insured for,
    or the order's total when that is less. `files`: photographs as data URLs, besides those
    that were given before. Raises Shipment.DoesNotExist.
    """
    shipment = order.shipments.get(parcel=parcel)
    claim = claim_of(order, parcel)
    if claim is None:
        claim = _new(order, shipment, kind, now)
    if claim.state != ClaimState.PREPARED:
        return claim
    before = claim.evidence or {}
    photos = [*(before.get(DOCUMENTS) or [])[1:], *files]
    claim.kind = kind
    claim.description = description.strip() or claim.description
    claim.amount = _worth(claim) if amount is None else amount
    claim.evidence = claim_evidence.gather(order, shipment, said, photos)
    # What was pasted before is nowhere else; the same words twice are one document.
    words = [*(before.get(BUYERS_WORDS) or []), *claim.evidence[BUYERS_WORDS]]
    claim.evidence[BUYERS_WORDS] = list(dict.fromkeys(words))
    claim.deadline_on = window_of(order, shipment, kind, Insurer(claim.insurer)).deadline_on
    changed = ("kind", "description", "amount", "evidence", "deadline_on")
    # What was filed in the meantime keeps what it was filed with.
    Claim.objects.filter(pk=claim.pk, state=ClaimState.PREPARED).update(
        **{name: getattr(claim, name) for name in changed}
    )
    claim.refresh_from_db()
    return claim


def missing(claim: Claim) -> list[str]:
    """Sentences about what the claim still needs before EasyPost will look at it."""
    found = []
    if not claim.description.strip():
        found.append(_("Say in a few words what happened."))
    if claim.insurer != Insurer.EASYPOST:
        return found
    lacking = claim_evidence.missing(claim.evidence, ClaimKind(claim.kind))
    if "words" in lacking:
        found.append(_("EasyPost wants a message in which the buyer says so: paste it below."))
    if "photos" in lacking:
        found.append(_("EasyPost wants photographs of the damage and of the packaging."))
    if not claim.shop.sender_email:
        found.append(_("Enter the shop’s sender address first: EasyPost answers there."))
    return found


def file(claim: Claim, now: datetime) -> Claim:
    """File the claim with EasyPost, unless it was; the claim as it is then.

    Never raises ShippingError: what went wrong is in `detail`, and what is uncertain stays
    `filing` until `follow` has looked.
    """
    if claim.insurer != Insurer.EASYPOST or missing(claim):
        return claim
    taken = move(claim, (ClaimState.PREPARED,), ClaimState.FILING, now, next_poll_at=now + QUIET)
    if not taken:
        return fresh(claim)
    claim = fresh(claim)
    try:
        news = _gateway(claim).claim(_request(claim))
    except ShippingError as error:
        if error.trouble == Trouble.IN_DOUBT:
            keep(claim, detail=str(error))
        else:
            move(
                claim, (ClaimState.FILING,), ClaimState.PREPARED, now, str(error), next_poll_at=None
            )
        return fresh(claim)
    _take(claim, news, now)
    return fresh(claim)


def follow(now: datetime, *, limit: int = MOST_AT_ONCE) -> Counter[str]:
    """Ask EasyPost about open claims whose time has come; counts by what came of it."""
    counts: Counter[str] = Counter()
    due = Claim.objects.filter(
        insurer=Insurer.EASYPOST, state__in=FOLLOWED, next_poll_at__lte=now
    ).order_by("next_poll_at")
    for claim in due.select_related("shop", "order", "label")[:limit]:
        # Taken by whoever moves its time first.
        mine = Claim.objects.filter(pk=claim.pk, next_poll_at=claim.next_poll_at)
        if mine.update(next_poll_at=now + AFTER_TROUBLE):
            counts[look(claim, now).state] += 1
    return counts


def look(claim: Claim, now: datetime) -> Claim:
    """Ask EasyPost about this claim now; the claim as it is then. Never raises ShippingError."""
    if claim.insurer != Insurer.EASYPOST or claim.state not in FOLLOWED:
        return claim
    try:
        gateway = _gateway(claim)
        if claim.easypost_id:
            news = gateway.look_at_claim(claim.easypost_id)
        else:
            found = gateway.find_claim(_code(claim))
            if found is None:
                return _never_arrived(claim, now)
            news = found
    except ShippingError as error:
        keep(claim, detail=str(error), next_poll_at=now + AFTER_TROUBLE)
        logger.info("Claim not seen", extra={"action": "claim_not_seen", "claim": claim.pk})
        return fresh(claim)
    _take(claim, news, now)
    return fresh(claim)


def withdraw(claim: Claim, now: datetime) -> Claim:
    """Take the claim back, at EasyPost as well. Raises ShippingError when EasyPost will not."""
    if claim.insurer == Insurer.EASYPOST and claim.state in WITH_EASYPOST:
        _take(claim, _gateway(claim).withdraw_claim(claim.easypost_id), now)
    else:
        by_hand = WITH_EASYPOST if claim.insurer == Insurer.CARRIER else ()
        move(claim, (ClaimState.PREPARED, *by_hand), ClaimState.CANCELLED, now, next_poll_at=None)
    return fresh(claim)


def filed_by_hand(claim: Claim, now: datetime) -> Claim:
    """The seller filed it on the carrier's page."""
    if claim.insurer == Insurer.CARRIER:
        move(claim, (ClaimState.PREPARED,), ClaimState.SUBMITTED, now)
    return fresh(claim)


def settle_by_hand(claim: Claim, paid: Decimal | None, now: datetime) -> Claim:
    """The seller says what came of it: so much money, or None for a refusal.

    Of a claim at EasyPost only the payment of an approved one is said by hand.
    """
    at_carrier = claim.insurer == Insurer.CARRIER
    before: tuple[ClaimState, ...] = (ClaimState.APPROVED,)
    before += WITH_EASYPOST if at_carrier else ()
    if paid is not None:
        move(claim, before, ClaimState.PAID, now, paid=paid, next_poll_at=None)
    elif at_carrier:
        move(claim, before, ClaimState.REJECTED, now)
    return fresh(claim)


def _new(order: Order, shipment: Shipment, kind: ClaimKind, now: datetime) -> Claim:
    label = insured_label(order, shipment.parcel)
    claim = Claim(
        shop=order.shop,
        order=order,
        label=label,
        parcel=shipment.parcel,
        insurer=Insurer.EASYPOST if label else Insurer.CARRIER,
        kind=kind,
        amount=min(label.insured, order.total) if label else order.total,
        # EasyPost insures in dollars.
        currency="USD" if label else order.currency,
        history=[step(now, ClaimState.PREPARED)],
        created_at=now,
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        # Somebody else's click came first.
        found = claim_of(order, shipment.parcel)
        if found is None:
            raise
        return found
    tell(claim, ClaimState.PREPARED, now)
    return claim


def _worth(claim: Claim) -> Decimal:
    total: Decimal = claim.order.total
    return min(claim.label.insured, total) if claim.label else total


def _request(claim: Claim) -> ClaimRequest:
    evidence = claim.evidence
    return ClaimRequest(
        tracking_code=_code(claim),
        kind=claim.kind,
        amount=claim.amount,
        description=claim.description,
        contact_email=claim.shop.sender_email,
        recipient_name=claim.order.ship_name,
        email_evidence=tuple(evidence.get(BUYERS_WORDS) or ()),
        invoices=tuple(evidence.get(INVOICE) or ()),
        documents=tuple(evidence.get(DOCUMENTS) or ()),
    )


def _code(claim: Claim) -> str:
    """The number that was insured: the label's, whatever the parcel's was changed to."""
    return claim.label.tracking_code if claim.label else ""


def _gateway(claim: Claim) -> EasyPost:
    gateway = account(claim.shop)
    if gateway is None:
        raise ShippingError(_("Enter the shop's EasyPost key first."), Trouble.KEY)
    return gateway


def _never_arrived(claim: Claim, now: datetime) -> Claim:
    sentence = _("EasyPost has no such claim: it did not arrive. File it again.")
    move(claim, (ClaimState.FILING,), ClaimState.PREPARED, now, sentence, next_poll_at=None)
    return fresh(claim)


def _take(claim: Claim, news: ClaimNews, now: datetime) -> None:
    """Keep what EasyPost says; a state nobody knows changes nothing but the words."""
    state = STATES.get(news.status, ClaimState(claim.state))
    if state == ClaimState.FILING:
        state = ClaimState.SUBMITTED
    words = news.detail or news.status
    is_open = state in FOLLOWED
    changes = {
        "easypost_id": news.id,
        "next_poll_at": now + BETWEEN_LOOKS if is_open else None,
        **({"paid": news.approved} if news.approved is not None else {}),
    }
    if claim.state == state:
        keep(claim, detail=words, **changes)
    else:
        at = news.history[-1][0] if news.history else now
        move(claim, FOLLOWED, state, at, words, **changes)
