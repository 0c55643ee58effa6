"""Made-up orders to try a wording on: for previews, and for the check when it is saved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from notifications.letter import (
    Buyer,
    Delay,
    DigestSection,
    Flag,
    LetterContext,
    Line,
    Order,
    Parcel,
    Payment,
    Shop,
)

_WORDS = {
    "en": {
        "shop": "Lucky Beads",
        "signature": "Warm wishes\nMira",
        "bead": "Lucky bead",
        "colour": "sea green",
        "purse": "Felt purse with a wooden button",
        "pay": "Bank transfer to DE02 1203 0000 0000 2020 51, reference 1001,\n"
        "or here: https://beads.example/pay/1001",
        "note": "It is a present, could you leave the price out?",
        "late": "The oven of my kiln broke and the new part comes on Friday.",
        "flag": "Unpaid for 7 days.",
        "todo": "Ready to ship",
        "asked": "Waiting for your answer",
        "pickup": "Post office 12, Main Street 4",
    },
    "de": {
        "shop": "Glücksperlen",
        "signature": "Liebe Grüße\nMira",
        "bead": "Glücksperle",
        "colour": "meergrün",
        "purse": "Filztäschchen mit Holzknopf",
        "pay": "Überweisung an DE02 1203 0000 0000 2020 51, Verwendungszweck 1001,\n"
        "oder hier: https://perlen.example/bezahlen/1001",
        "note": "Es ist ein Geschenk, bitte ohne Preis einpacken.",
        "late": "Mein Brennofen ist kaputt, das Ersatzteil kommt am Freitag.",
        "flag": "Seit 7 Tagen unbezahlt.",
        "todo": "Bereit zum Verschicken",
        "asked": "Wartet auf deine Antwort",
        "pickup": "Postfiliale 12, Hauptstraße 4",
    },
}


def sample_context(kind: str, language: str) -> LetterContext:
    """Return a full made-up context for a preview of *kind* in *language*."""
    words = _WORDS.get(language.partition("-")[0].lower(), _WORDS["en"])
    return LetterContext(
        shop=Shop(
            name=words["shop"],
            sender_name="Mira",
            signature=words["signature"],
            url="https://beads.example",
            reply_to="mira@beads.example",
            language=language,
        ),
        buyer=Buyer(first_name="Zoë", name="Zoë Ørsted", language=language),
        order=_sample_order(kind, words),
        payment=Payment(how_to_pay=words["pay"], deadline=date(2026, 11, 9)),
        parcel=Parcel(
            number="1",
            carrier="USPS",
            service="Priority Mail",
            tracking_code="9400 1000 0000 0000 0000 00",
            tracking_url="https://tools.usps.com/go/TrackConfirmAction?tLabels=9400100000000000000000",
            expected_on=date(2026, 11, 12),
            pickup_place=words["pickup"],
        ),
        delay=Delay(promised_on=date(2026, 11, 6), reason=words["late"]),
        flag=Flag(
            reason=words["flag"],
            since=date(2026, 11, 9),
            order_url="https://shopcare.example/shops/beads/orders/1001/",
        ),
        digest=_sample_digest(words),
        language=language,
    )


def _sample_order(kind: str, words: dict[str, str]) -> Order:
    beads = Line(words["bead"], 2, Decimal("4.50"), Decimal("9.00"), words["colour"], "LB-1")
    purse = Line(words["purse"], 1, Decimal("24.00"), Decimal("24.00"), "", "FP-7")
    unpaid = kind in ("thank_you", "payment_reminder", "relist")
    return Order(
        number="1001",
        placed_on=date(2026, 11, 2),
        status="awaiting_payment" if unpaid else "paid",
        is_paid=not unpaid,
        lines=(beads, purse),
        subtotal=Decimal("33.00"),
        shipping=Decimal("3.90"),
        total=Decimal("36.90"),
        paid=Decimal(0) if unpaid else Decimal("36.90"),
        open=Decimal("36.90") if unpaid else Decimal(0),
        address=("Zoë Ørsted", "Nygade 7", "8000 Aarhus C", "DENMARK"),
        note=words["note"] if kind == "thank_you" else "",
        page_url="https://shopcare.example/o/1001.sample/",
    )


def _sample_digest(words: dict[str, str]) -> tuple[DigestSection, ...]:
    page = "https://shopcare.example/shops/beads/orders"
    return (
        DigestSection(
            words["todo"],
            (("1001, Zoë Ørsted", f"{page}/1001/"), ("1003, John Smith", f"{page}/1003/")),
        ),
        DigestSection(words["asked"], (("1002, Ada Fischer", f"{page}/1002/"),)),
    )


def trial_contexts(kind: str, language: str) -> Iterator[LetterContext]:
    """Yield contexts that differ in everything a wording may branch on."""
    full = sample_context(kind, language)
    order, total = full.order, full.order.total
    yield full
    paid = replace(order, status="paid", is_paid=True, paid=total, open=Decimal(0))
    for quickly in (False, True):
        for returning in (False, True):
            yield replace(
                full,
                order=replace(paid, paid_quickly=quickly),
                buyer=replace(full.buyer, is_returning=returning),
            )
    part = replace(order, is_paid=False, paid=Decimal(10), open=total - 10, discount=Decimal(2))
    yield replace(full, order=part, parcel=replace(full.parcel, is_corrected=True))
    several = replace(full.parcel, of_several=True, lines=order.lines[:1])
    wrote = replace(full.flag, buyer_wrote_on=date(2026, 11, 5))
    yield replace(full, order=replace(paid, tax=Decimal(6)), parcel=several, flag=wrote)
    yield replace(full, order=replace(order, terms="on_delivery", is_paid=False))
    back = replace(several, is_back=True, tracking_url="", pickup_place="", expected_on=None)
    yield replace(full, order=replace(paid, page_url=""), parcel=back)
    yield bare_context(language)


def bare_context(language: str) -> LetterContext:
    """Return a context with nothing in it that may be missing."""
    line = Line("?", 1, Decimal(1), Decimal(1))
    return LetterContext(
        shop=Shop(name="Shop", language=language),
        order=Order(number="1", lines=(line,), total=Decimal(1), open=Decimal(1)),
        language=language,
    )
