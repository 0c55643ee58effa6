"""From an order, its plan and the materials at hand to the letter of a note."""

from __future__ import annotations

from operator import attrgetter
from typing import Any
from urllib.parse import quote

from django.conf import settings

from notifications import wording
from notifications.links import buyer_url
from notifications.loading import Subject
from notifications.materials import Materials, OrderRow
from notifications.planner import Plan
from notifications.rules.late_to_ship import promised_day
from notifications.rules.relist import payment_deadline
from notifications.rules.thank_you import paid_quickly
from notifications.rules.tracking_notice import subject as parcel_subject
from orders.models import Shop
from orders.postal import postal_lines
from orders.shipping.carriers import tracking_url
from orders.shipping.expected import expected_day
from orders.words import SELLER_NOTES, FlagKind, NoteKind, OrderStatus, ScanStatus


def write_letter(
    kind: str, about: str, subject: Subject, plan: Plan, materials: Materials
) -> wording.Letter:
    """The letter of a note, in the buyer's language, or the shop's where it goes to the seller."""
    order = materials.orders[subject.facts.order_id]
    shop = materials.shops[subject.shop_id]
    language = _language(kind, shop, order)
    context = _context(kind, about, subject, plan, materials, language)
    edited = materials.edited.get((order.pk, kind, about))
    if edited is not None:
        return wording.render_words(kind, *edited, context)
    return wording.render(kind, own_or_shipped(shop.pk, kind, language, materials), context)


def own_or_shipped(shop_id: int, kind: str, language: str, materials: Materials) -> wording.Wording:
    """The shop's own text in this language, else the shipped one."""
    base = language.partition("-")[0]
    for tag in (language, base):
        own = materials.wordings.get((shop_id, kind, tag))
        if own is not None:
            return own
    return wording.shipped_wording(kind, language)


def _language(kind: str, shop: Shop, order: OrderRow) -> str:
    """The buyer's own language if we can write it, else the shop's; to the seller the shop's."""
    if kind in SELLER_NOTES:
        return wording.letter_language(shop.language)
    for wanted in (order.language, order.buyer_language):
        if wanted and wording.letter_language(wanted) == wanted:
            return wanted
    return wording.letter_language(shop.language)


def shop_values(shop: Shop) -> wording.Shop:
    """The shop as letters know it."""
    return wording.Shop(
        name=shop.name,
        sender_name=shop.sender_name,
        signature=shop.signature or shop.from_name,
        url=shop.url,
        reply_to=shop.sender_email,
        language=shop.language,
    )


def _context(
    kind: str, about: str, subject: Subject, plan: Plan, materials: Materials, language: str
) -> wording.LetterContext:
    facts, policy = subject.facts, subject.policy
    order = materials.orders[facts.order_id]
    shop = materials.shops[subject.shop_id]
    zone = policy.zone
    name = order.address.name or order.buyer_name
    is_late = any(flag.kind == FlagKind.LATE_TO_SHIP for flag in plan.flags)
    deadline = payment_deadline(facts, policy).astimezone(zone).date()
    return wording.LetterContext(
        shop=shop_values(shop),
        buyer=wording.Buyer(
            first_name=wording.first_name(order.buyer_name or order.address.name),
            name=name or order.buyer_username,
            language=order.language,
            is_returning=order.pk in materials.returning,
        ),
        order=_order(order, shop, subject, materials, language),
        payment=wording.Payment(how_to_pay=shop.how_to_pay, deadline=deadline),
        parcel=_parcel(kind, about, subject, materials),
        delay=wording.Delay(promised_on=promised_day(facts, policy) if is_late else None),
        flag=_flag(kind, subject, plan, shop),
        language=language,
    )


def _order(
    order: OrderRow, shop: Shop, subject: Subject, materials: Materials, language: str
) -> wording.Order:
    return wording.Order(
        number=order.number,
        placed_on=order.placed_at.astimezone(subject.policy.zone).date(),
        status=OrderStatus(order.status),
        is_paid=order.paid_at is not None,
        paid_quickly=paid_quickly(subject.facts, subject.policy),
        currency=order.currency,
        lines=tuple(materials.lines[order.pk]),
        subtotal=order.subtotal,
        shipping=order.shipping,
        tax=order.tax,
        discount=order.discount,
        total=order.total,
        paid=order.paid_amount,
        open=order.open_amount,
        address=postal_lines(order.address, home=shop.country, language=language),
        terms=order.terms,
        note=order.note,
        page_url=buyer_url(order),
    )


def _parcel(kind: str, about: str, subject: Subject, materials: Materials) -> wording.Parcel:
    """The parcel that a note is about; an empty one for notes about the whole order."""
    facts = subject.facts
    name_of = parcel_subject if kind == NoteKind.TRACKING_NOTICE else attrgetter("parcel")
    found = next((item for item in facts.parcels if name_of(item) == about), None)
    if found is None:
        return wording.Parcel()
    row = next(p for p in materials.parcels[facts.order_id] if p["parcel"] == found.parcel)
    told_before = any(
        note.is_sent
        and note.kind == "tracking_notice"
        and note.subject != about
        and note.subject.startswith(f"{found.parcel}:")
        for note in facts.notes.values()
    )
    return wording.Parcel(
        number=found.parcel,
        carrier=row["carrier"],
        service=row["service"],
        tracking_code=found.tracking_code,
        tracking_url=tracking_url(row["carrier"], found.tracking_code),
        is_corrected=told_before,
        lines=_parcel_lines(row["lines"], materials.lines[facts.order_id]),
        of_several=len(facts.parcels) > 1 or facts.shipped_at is None,
        expected_on=(
            expected_day(found.expected_at, subject.policy.zone) if found.expected_at else None
        ),
        pickup_place=row["pickup_place"],
        is_back=found.returned and found.status == ScanStatus.DELIVERED,
    )


def _parcel_lines(
    lines: list[dict[str, Any]] | None, bought: list[wording.Line]
) -> tuple[wording.Line, ...] | None:
    """What is in the parcel, by the names the buyer knows."""
    if lines is None:
        return None
    titles = {line.sku or line.title: line for line in bought}
    return tuple(
        wording.Line(
            title=titles[line["item"]].title if line["item"] in titles else line["item"],
            quantity=line["quantity"],
            variation=titles[line["item"]].variation if line["item"] in titles else "",
        )
        for line in lines
    )


def _flag(kind: str, subject: Subject, plan: Plan, shop: Shop) -> wording.Flag:
    """What the seller is told about; empty in letters to buyers."""
    if kind not in SELLER_NOTES:
        return wording.Flag()
    facts, zone = subject.facts, subject.policy.zone
    raised = next((flag for flag in plan.flags if flag.kind == kind), None)
    return wording.Flag(
        reason=str(raised.reason) if raised else "",
        since=raised.since.astimezone(zone).date() if raised else None,
        buyer_wrote_on=facts.last_word_at.astimezone(zone).date() if facts.last_word_at else None,
        order_url=order_url(shop, facts.number),
    )


def order_url(shop: Shop, number: str) -> str:
    """The order's page on the dashboard; empty when the site's address is not known."""
    if not settings.SITE_URL:
        return ""
    return f"{settings.SITE_URL}/shops/{shop.slug}/orders/{quote(number, safe='')}/"
