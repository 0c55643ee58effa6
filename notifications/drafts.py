"""Letters of a wording that is still being written: on a made-up order or a real one."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from notifications import mail, wording
from notifications.letters import write_letter
from notifications.loading import Subject, load
from notifications.materials import gather
from notifications.models import ShopWording
from notifications.planner import plan
from notifications.post import Attempt, Post
from notifications.rules.tracking_notice import subject as parcel_subject
from orders.models import Order, Shop
from orders.words import ABOUT_PARCELS, NoteKind

# The digest is about the whole shop, and is tried on a made-up morning only.
ABOUT_NO_ORDER = frozenset({NoteKind.DIGEST})


def draft_letter(
    kind: str, language: str, draft: wording.Wording, order: Order | None, *, now: datetime
) -> wording.Letter:
    """The letter that `draft` makes of an order as of `now` (UTC); without one, of the sample.

    Raises WordingError when the draft could not be sent.
    """
    wording.validate(kind, draft)
    if order is None or kind in ABOUT_NO_ORDER:
        return wording.render(kind, draft, wording.sample_context(kind, language))
    (subject,) = load([order.pk])
    answer = plan(subject.facts, subject.policy, now)
    materials = gather([order.shop_id], [order.pk])
    # As if this were the shop's text, the buyer's language that of the text, and nothing else
    # decided about this one order.
    materials.wordings[order.shop_id, kind, language] = draft
    materials.orders[order.pk].language = materials.shops[order.shop_id].language = language
    materials.edited.clear()
    return write_letter(kind, _about(kind, subject), subject, answer, materials)


def _about(kind: str, subject: Subject) -> str:
    facts = subject.facts
    if kind == NoteKind.ADDRESS_QUESTION:
        return facts.address_key
    if kind not in ABOUT_PARCELS or not facts.parcels:
        return ""
    latest = facts.parcels[-1]
    return parcel_subject(latest) if kind == NoteKind.TRACKING_NOTICE else latest.parcel


def send_test(shop: Shop, kind: str, letter: wording.Letter, address: str) -> Attempt:
    """Mail a letter to the seller themselves, marked as a test; what became of it."""
    test = mail.build(
        letter=letter,
        kind=kind,
        number="test",
        token=uuid4(),
        shop=shop,
        recipients=[address],
    )
    test.subject = f"[Test] {test.subject}"
    test.extra_headers["X-Shopcare-Test"] = "yes"
    # An answer to a test belongs to no order.
    test.reply_to = []
    post = Post()
    try:
        return post.send(test)
    finally:
        post.close()


def text_of(shop: Shop, kind: str, language: str) -> tuple[wording.Wording, bool]:
    """The shop's text of a note in a language, and whether it is its own; else the shipped."""
    own = ShopWording.objects.filter(shop=shop, kind=kind, language=language).first()
    if own is None:
        return wording.shipped_wording(kind, language), False
    return wording.Wording(own.subject, own.body), True


def keep_text(shop: Shop, kind: str, language: str, text: wording.Wording) -> bool:
    """Make `text` the shop's own; the shipped text itself is not kept. Whether it is own now.

    Raises WordingError.
    """
    wording.validate(kind, text)
    if text == wording.shipped_wording(kind, language):
        drop_text(shop, kind, language)
        return False
    ShopWording.objects.update_or_create(
        shop=shop,
        kind=kind,
        language=language,
        defaults={"subject": text.subject, "body": text.body},
    )
    return True


def drop_text(shop: Shop, kind: str, language: str) -> bool:
    """Back to the shipped text; whether there was one of the shop's own."""
    dropped, _by_model = ShopWording.objects.filter(
        shop=shop, kind=kind, language=language
    ).delete()
    return dropped > 0
