"""The seller's morning digest: what is open, once a day, when anything is."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from notifications import letters, wording
from notifications.loading import window_of
from notifications.materials import gather
from notifications.models import Message
from notifications.rules.calendar import DAY, at_local, end_of_day, next_opening
from notifications.words import MessageState
from orders.models import Flag, Order, Shop
from orders.words import FlagKind, NoteKind, OrderStatus, Rule

# So many entries of one group stand in the letter; the rest waits on the dashboard.
ENTRIES = 20


def write_digests(now: datetime, *, limit: int = 500) -> int:
    """Write the digest of each shop whose morning it is; the number written.

    Composed at the policy's `digest_at` (shop's time), mailed when the sending window is open,
    dropped at the end of that day. A shop without anything open gets none.
    """
    is_due = Q(digest_at__lte=now) | Q(digest_at=None)
    due = Shop.objects.open().filter(is_due, policy__isnull=False)
    written = 0
    for shop in due.select_related("policy").order_by("digest_at")[:limit]:
        written += _write_digest(shop, now)
    return written


def _write_digest(shop: Shop, now: datetime) -> int:
    planned_at, clock, zone = shop.digest_at, shop.policy.digest_at, shop.zone
    today = now.astimezone(zone).date()
    morning = at_local(today, clock, zone)
    following = morning if morning > now else at_local(today + DAY, clock, zone)
    # The other of two that run at once finds the time moved on already.
    moved = Shop.objects.filter(pk=shop.pk, digest_at=planned_at).update(digest_at=following)
    is_morning = planned_at is not None and morning <= now
    if not (moved and is_morning and shop.policy.is_on(Rule.DIGEST) and _is_anything_open(shop)):
        return 0
    opens_at = next_opening(now, *window_of(shop))
    expires_at = end_of_day(today, zone)
    if opens_at >= expires_at:
        return 0
    message = Message(
        shop=shop,
        kind=NoteKind.DIGEST,
        subject=today.isoformat(),
        due_at=morning,
        next_attempt_at=opens_at,
        expires_at=expires_at,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return 1


def _is_anything_open(shop: Shop) -> bool:
    return (
        Flag.objects.filter(shop=shop, cleared_at=None).exists()
        or Message.objects.filter(shop=shop, state=MessageState.TO_COPY).exists()
    )


def write_letter(shop: Shop, now: datetime) -> wording.Letter | None:
    """The digest as it stands at `now`; None when nothing is open any more."""
    if not _is_anything_open(shop):
        return None
    language = wording.letter_language(shop.language)
    materials = gather([shop.pk], [])
    with translation.override(language):
        context = wording.LetterContext(
            shop=letters.shop_values(shop),
            digest=(*_flags(shop), *_to_copy(shop), *_to_ship(shop)),
            language=language,
        )
    text = letters.own_or_shipped(shop.pk, NoteKind.DIGEST, language, materials)
    return wording.render(NoteKind.DIGEST, text, context)


def _flags(shop: Shop) -> list[wording.DigestSection]:
    """A section for each kind of flag, in the order in which they press."""
    flags = Flag.objects.to_see().filter(shop=shop).select_related("order")
    by_kind: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for flag in flags.order_by("since")[: ENTRIES * len(FlagKind)]:
        number = flag.order.number
        entry = (f"{number}: {flag.reason}", letters.order_url(shop, number))
        by_kind[flag.kind].append(entry)
    pressing = (
        FlagKind.UNANSWERED,
        FlagKind.ADDRESS_CHANGED,
        FlagKind.EXCEPTION,
        FlagKind.RETURNED,
        FlagKind.STALLED,
        FlagKind.LATE_DELIVERY,
        FlagKind.PAID_AFTER_CANCEL,
        FlagKind.LATE_TO_SHIP,
        FlagKind.RELIST,
        FlagKind.UNDELIVERABLE,
    )
    return [
        wording.DigestSection(_sentence(FlagKind(kind).label), tuple(by_kind[kind][:ENTRIES]))
        for kind in pressing
        if by_kind[kind]
    ]


def _to_copy(shop: Shop) -> list[wording.DigestSection]:
    waiting = Message.objects.filter(shop=shop, state=MessageState.TO_COPY, order__isnull=False)
    entries = tuple(
        (
            f"{message.order.number}: {message.get_kind_display()}",
            letters.order_url(shop, message.order.number),
        )
        for message in waiting.select_related("order").order_by("due_at")[:ENTRIES]
        if message.order is not None
    )
    return [wording.DigestSection(_("Notes to copy"), entries)] if entries else []


def _to_ship(shop: Shop) -> list[wording.DigestSection]:
    """Paid and not shipped yet: no reason for a digest by itself, but good to know."""
    orders = Order.objects.filter(shop=shop, status=OrderStatus.PAID, needs_shipping=True)
    entries = tuple(
        (f"{order.number}: {order.ship_name}".rstrip(": "), letters.order_url(shop, order.number))
        for order in orders.order_by("paid_at")[:ENTRIES]
    )
    return [wording.DigestSection(_("To ship"), entries)] if entries else []


def _sentence(label: object) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]
