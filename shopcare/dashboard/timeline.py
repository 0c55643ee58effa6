"""An order's timeline in words: what happened, and what was done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.words import MessageState
from orders.models import ClaimState, Order, OrderEvent
from orders.postal import postal_lines
from orders.showing import Showing
from orders.values import Address
from orders.words import FlagKind, NoteKind, ScanStatus

TROUBLE = {ScanStatus.RETURN_TO_SENDER, ScanStatus.FAILURE, ScanStatus.CANCELLED, ScanStatus.ERROR}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `quote` is what somebody said, `detail` what else is known."""

    at: str
    title: str
    tone: str = "soft"
    detail: str = ""
    quote: str = ""


def entries(order: Order, events: Iterable[OrderEvent], showing: Showing) -> list[Entry]:
    """The timeline in the order of `events`; kinds nobody has words for show their name."""
    return [_entry(order, event, showing) for event in events]


def _entry(order: Order, event: OrderEvent, showing: Showing) -> Entry:
    tell = TELLERS.get(event.kind, _unknown)
    at = showing.day_and_time(event.at)
    return Entry(at, **tell(_Told(order, event, event.data, showing)))


@dataclass(frozen=True, slots=True)
class _Told:
    """What there is to tell from."""

    order: Order
    event: OrderEvent
    data: dict[str, Any]
    showing: Showing

    def money(self) -> str:
        amount = self.data.get("amount")
        return self.showing.money(Decimal(amount), self.order.currency) if amount else ""

    def text(self, name: str) -> str:
        return str(self.data.get(name) or "")


Words = dict[str, str]


def _placed(told: _Told) -> Words:
    words = {"title": _("The order was placed"), "tone": "go"}
    if (told.event.recorded_at - told.event.at).days >= 1:
        known = told.showing.day_and_time(told.event.recorded_at)
        words["detail"] = _("We know of it since %(at)s.") % {"at": known}
    return words


def _address(told: _Told) -> Words:
    titles = {
        "buyer": _("The buyer corrected the address"),
        "carrier": _("The address is written as the carrier writes it"),
        "dashboard": _("You corrected the address"),
    }
    title = titles.get(told.event.source, _("The address was corrected"))
    address = Address(**told.data.get("address", {}))
    lines = postal_lines(address, language=get_language() or "en")
    return {"title": title, "tone": "wait", "detail": ", ".join(lines)}


def _payment(told: _Told) -> Words:
    money = told.money()
    title = _("%(money)s came in") % {"money": money} if money else _("The open sum came in")
    return {"title": title, "tone": "ok", "detail": _joined(told, "method", "reference")}


def _refund(told: _Told) -> Words:
    money = told.money()
    title = _("%(money)s went back") % {"money": money} if money else _("The money went back")
    return {"title": title, "tone": "wait", "detail": _joined(told, "reference")}


def _shipment(told: _Told) -> Words:
    title = _("Parcel %(parcel)s was sent") % {"parcel": told.text("parcel") or "1"}
    return {
        "title": title,
        "tone": "go",
        "detail": _joined(told, "carrier", "service", "tracking_code"),
    }


def _tracking_code(told: _Told) -> Words:
    title = _("Parcel %(parcel)s got the tracking number %(code)s") % {
        "parcel": told.text("parcel") or "1",
        "code": told.text("tracking_code"),
    }
    return {"title": title, "tone": "go", "detail": _joined(told, "carrier")}


def _scan(told: _Told) -> Words:
    status = told.data.get("status", "")
    label = ScanStatus(status).label if status in ScanStatus.values else status
    tone = "ok" if status == ScanStatus.DELIVERED else "alert" if status in TROUBLE else "go"
    title = _("Parcel %(parcel)s: %(status)s") % {
        "parcel": told.text("parcel") or "1",
        "status": label,
    }
    return {"title": title, "tone": tone, "detail": _joined(told, "message", "location")}


def _unship(told: _Told) -> Words:
    title = _("Parcel %(parcel)s was not sent after all") % {"parcel": told.text("parcel") or "1"}
    return {"title": title, "tone": "wait"}


def _unpay(told: _Told) -> Words:
    return {"title": _("The payment did not come after all"), "tone": "wait"}


def _word(told: _Told) -> Words:
    return {"title": _("The buyer wrote"), "tone": "wait", "quote": told.text("text")}


def _answer(told: _Told) -> Words:
    return {"title": _("You answered"), "tone": "ok", "quote": told.text("text")}


def _extend(told: _Told) -> Words:
    until = told.showing.day_and_time(datetime.fromisoformat(told.text("until")))
    return {"title": _("You gave more time to pay, until %(until)s") % {"until": until}}


def _cancel(told: _Told) -> Words:
    return {
        "title": _("The order was cancelled"),
        "tone": "alert",
        "detail": _joined(told, "reason"),
    }


def _note(told: _Told) -> Words:
    note, state = told.text("note"), told.text("state")
    name = NoteKind(note).label if note in NoteKind.values else note
    label = MessageState(state).label if state in MessageState.values else state
    failed = state in (MessageState.FAILED, MessageState.BOUNCED, MessageState.COMPLAINED)
    return {
        "title": _("Note “%(note)s”: %(state)s") % {"note": name, "state": label},
        "tone": "alert" if failed else "ok",
        "detail": told.text("detail"),
    }


def _flag(told: _Told) -> Words:
    flag = told.text("flag")
    name = FlagKind(flag).label if flag in FlagKind.values else flag
    raised = told.event.kind == "flag_raised"
    title = _("Flag up: %(flag)s") if raised else _("Flag down: %(flag)s")
    return {
        "title": title % {"flag": name},
        "tone": "alert" if raised else "soft",
        "detail": told.text("reason"),
    }


def _relisted(told: _Told) -> Words:
    return {"title": _("You offered the item again"), "tone": "wait"}


def _reinstate(told: _Told) -> Words:
    return {"title": _("The order is alive again"), "tone": "go"}


def _pause(told: _Told) -> Words:
    return {"title": _("You paused the notes about this order"), "tone": "wait"}


def _resume(told: _Told) -> Words:
    return {"title": _("You ended the pause")}


def _remark(told: _Told) -> Words:
    author = told.text("author")
    title = _("Note by %(name)s") % {"name": author} if author else _("A note of your own")
    return {"title": title, "quote": told.text("text")}


LABELS = {
    "bought": (gettext_lazy("Label bought for parcel %(parcel)s"), "ok"),
    "failed": (gettext_lazy("No label for parcel %(parcel)s"), "alert"),
    "overridden": (gettext_lazy("Label for parcel %(parcel)s in spite of the packing"), "wait"),
    "refund_asked": (gettext_lazy("Refund asked for the label of parcel %(parcel)s"), "wait"),
    "refunded": (gettext_lazy("The label of parcel %(parcel)s was refunded"), "ok"),
    "refund_refused": (gettext_lazy("The label of parcel %(parcel)s is not refunded"), "alert"),
}
RETURN_LABELS = {
    "bought": gettext_lazy("Return label bought for parcel %(parcel)s"),
    "failed": gettext_lazy("No return label for parcel %(parcel)s"),
}


def _label(told: _Told) -> Words:
    what = told.text("what")
    title, tone = LABELS.get(what, (what, "soft"))
    if told.data.get("is_return"):
        title = RETURN_LABELS.get(what, title)
    amount = told.text("amount")
    cost = told.showing.money(Decimal(amount), told.text("currency")) if amount else ""
    known = _joined(told, "carrier", "service", "tracking_code", "reason")
    return {
        "title": str(title) % {"parcel": told.text("parcel") or "1"},
        "tone": tone,
        "detail": " · ".join(text for text in (known, cost) if text),
    }


def _claim(told: _Told) -> Words:
    state = told.text("state")
    tones: dict[str, str] = {"paid": "ok", "approved": "ok", "rejected": "alert"}
    label = ClaimState(state).label if state in ClaimState.values else state
    title = _("Claim for parcel %(parcel)s: %(state)s") % {
        "parcel": told.text("parcel") or "1",
        "state": label,
    }
    return {"title": title, "tone": tones.get(state, "go")}


def _unknown(told: _Told) -> Words:
    return {"title": told.event.kind.replace("_", " ")}


def _joined(told: _Told, *names: str) -> str:
    return " · ".join(text for text in map(told.text, names) if text)


TELLERS: dict[str, Callable[[_Told], Words]] = {
    "placed": _placed,
    "address": _address,
    "payment": _payment,
    "refund": _refund,
    "shipment": _shipment,
    "tracking_code": _tracking_code,
    "scan": _scan,
    "unpay": _unpay,
    "unship": _unship,
    "word": _word,
    "answer": _answer,
    "extend": _extend,
    "cancel": _cancel,
    "relisted": _relisted,
    "reinstate": _reinstate,
    "pause": _pause,
    "resume": _resume,
    "note": _note,
    "remark": _remark,
    "label": _label,
    "claim": _claim,
    "flag_raised": _flag,
    "flag_cleared": _flag,
}
