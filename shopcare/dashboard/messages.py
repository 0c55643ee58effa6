"""Messages: what went out, what waits, what is to be copied, what did not arrive; each's text."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications import copying
from notifications.listing import STATES, Became, page_of
from notifications.models import Message
from notifications.wording import Letter
from notifications.words import OPEN_STATES, MessageState
from orders.showing import Showing
from orders.words import SELLER_NOTES, NoteKind
from shopcare.dashboard.forecast import name_of
from shopcare.dashboard.shop import ShopRequest, of_shop

TONES = {
    Became.WAITING: "go",
    Became.TO_COPY: "wait",
    Became.SENT: "ok",
    Became.LOST: "alert",
    Became.CANCELLED: "soft",
}


@of_shop
def message_list(request: ShopRequest) -> HttpResponse:
    """The shop's messages, newest first, 30 on a page; narrowed by ?state= and ?kind=."""
    became, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    became = became if became in Became.values else ""
    kind = kind if kind in NoteKind.values else ""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(request.shop, became=became, kind=kind, after=after, before=before)
    still_open = [message for message in page.messages if message.state in OPEN_STATES]
    letters = copying.letters_to_copy(still_open, timezone.now())
    showing = Showing(request.shop)
    context = {
        "section": "messages",
        "exactly": True,
        "rows": [_row(message, letters.get(message.pk), showing) for message in page.messages],
        "pills": _pills(became, kind),
        "kinds": NoteKind.choices,
        "became": became,
        "kind": kind,
        "newer": page.newer and _query(became, kind, before=page.newer),
        "older": page.older and _query(became, kind, after=page.older),
    }
    return render(request, "dashboard/messages.html", context)


@of_shop
@require_POST
def message_copied(request: ShopRequest, message: int) -> HttpResponse:
    """The seller has copied a note into the conversation with the buyer."""
    waiting = Message.objects.filter(shop=request.shop, order__isnull=False)
    note = get_object_or_404(waiting, pk=message)
    if copying.mark_copied(message=note, now=timezone.now()):
        messages.success(request, _("Noted as sent."))
    else:
        messages.info(request, _("It was noted before, or is not to be sent any more."))
    return redirect("messages", slug=request.shop.slug)


def _query(became: str, kind: str, **more: str) -> str:
    asked = {"state": became, "kind": kind, **more}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def _pills(became: str, kind: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": _query(value, kind), "is_on": value == became}
        for value, label in [("", _("all")), *Became.choices]
    ]


def _row(message: Message, letter: Letter | None, showing: Showing) -> dict[str, Any]:
    state = MessageState(message.state)
    became = next(Became(key) for key, states in STATES.items() if state in states)
    return {
        "message": message,
        "order": message.order,
        "name": name_of(message.kind).capitalize(),
        "state": state.label,
        "tone": TONES[became],
        "at": showing.day_and_time(_moment(message)),
        "to": _("to you") if message.kind in SELLER_NOTES else "",
        "subject": letter.subject if letter else message.subject_line,
        "text": letter.text if letter else message.text,
        "is_to_copy": state == MessageState.TO_COPY and letter is not None,
    }


def _moment(message: Message) -> datetime:
    """When it went out or was settled; before that, when it may go at the earliest."""
    if message.state == MessageState.QUEUED:
        return max(message.next_attempt_at, message.due_at)
    return message.sent_at or message.settled_at or message.due_at
