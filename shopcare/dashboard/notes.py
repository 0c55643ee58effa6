"""A single note of one order: read it before it goes, reword it, hold it back, send or copy it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from csp.decorators import csp_replace
from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from notifications import decisions
from notifications.copying import mark_copied
from notifications.foresight import differences, plans
from notifications.letters import write_letter
from notifications.loading import load
from notifications.materials import gather
from notifications.models import Decision, Message
from notifications.planner import plan
from notifications.wording import Letter
from orders.models import Order
from orders.showing import Showing
from orders.words import FlagKind, NoteKind
from shopcare.dashboard.actions import finished
from shopcare.dashboard.follows import sentences
from shopcare.dashboard.forecast import in_words, named
from shopcare.dashboard.order_page import Notice, order_of
from shopcare.dashboard.shop import ShopRequest, of_shop

NOTES_OF_ORDERS = set(NoteKind.values) - {NoteKind.DIGEST}
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": True,
}


class WordsForm(forms.Form):
    """The very words of one note."""

    subject_line = forms.CharField(label=gettext_lazy("Subject"), max_length=150)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A note as it would go out at this moment; `standing` says when that is, or why not."""

    kind: str
    about: str
    letter: Letter
    is_edited: bool
    is_open: bool
    standing: str
    at: str


@of_shop
def note_page(request: ShopRequest, number: str, kind: str) -> HttpResponse:
    """Subject, text and look of a note; POST keeps other words for this order only."""
    order = order_of(request.shop, number)
    written = _written(request, order, kind, timezone.now())
    form = WordsForm(request.POST if request.method == "POST" else None, initial=_initial(written))
    if request.method == "POST" and written.is_open and form.is_valid():
        return _keep(request, order, written, form.cleaned_data)
    context = {
        "section": "orders",
        "order": order,
        "note": written,
        "name": named(kind, written.about),
        "form": form,
        "sender": request.shop.from_name,
    }
    return render(request, "dashboard/note.html", context)


@csp_replace(MAIL_POLICY)
@xframe_options_sameorigin
@of_shop
def note_mail(request: ShopRequest, number: str, kind: str) -> HttpResponse:
    """The HTML part of the mail by itself, for the frame on the note's page."""
    order = order_of(request.shop, number)
    return HttpResponse(_written(request, order, kind, timezone.now()).letter.html)


@of_shop
def decide(request: ShopRequest, number: str, kind: str, decision: str) -> HttpResponse:
    """“Not this one”, “leave it to the rule”, “send now”, “back to the wording”."""
    order = order_of(request.shop, number)
    about = request.POST.get("about", "")
    if kind not in NOTES_OF_ORDERS or decision not in DECISIONS:
        raise Http404
    if request.method != "POST":
        return redirect("order", request.shop.slug, number)
    now = timezone.now()
    if not _is_known(order, kind, about, now):
        return finished(request, number, Notice(_("There is no such note any more."), [], True))
    before = plans([order.pk], now)[order.pk]
    DECISIONS[decision](order, kind, about, now)
    after = plans([order.pk], now)[order.pk]
    follows = sentences(differences(before, after), Showing(request.shop))
    return finished(request, number, Notice(_("Done."), follows or [_("Nothing else changes.")]))


@of_shop
def copied(request: ShopRequest, number: str, message: int) -> HttpResponse:
    """The seller has copied a note into the conversation."""
    order = order_of(request.shop, number)
    found = Message.objects.filter(pk=message, order=order).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return redirect("order", request.shop.slug, number)
    now = timezone.now()
    if mark_copied(message=found, now=now):
        notice = Notice(_("Marked as sent: %(note)s.") % {"note": named(found.kind, found.subject)})
    else:
        notice = Notice(_("This note does not wait to be copied any more."), [], True)
    return finished(request, number, notice)


def _back_to_wording(order: Order, kind: str, about: str, now: datetime) -> None:
    decisions.edit(order=order, kind=kind, subject=about, subject_line="", body="", now=now)


DECISIONS = {
    "skip": lambda o, k, a, now: decisions.skip(order=o, kind=k, subject=a, now=now),
    "unskip": lambda o, k, a, now: decisions.unskip(order=o, kind=k, subject=a, now=now),
    "send_now": lambda o, k, a, now: decisions.send_now(order=o, kind=k, subject=a, now=now),
    "wording": _back_to_wording,
}


def _keep(
    request: ShopRequest, order: Order, written: Written, words: dict[str, Any]
) -> HttpResponse:
    """Keep the words, and send them at once if that button was pressed."""
    now = timezone.now()
    kind, about = written.kind, written.about
    decisions.edit(order=order, kind=kind, subject=about, now=now, **words)
    told = [_("These words go out instead of the wording's, for this order only.")]
    if request.POST.get("send"):
        before = plans([order.pk], now)[order.pk]
        decisions.send_now(order=order, kind=kind, subject=about, now=now)
        after = plans([order.pk], now)[order.pk]
        told += sentences(differences(before, after), Showing(request.shop))
    return finished(request, order.number, Notice(_("Your words are kept."), told))


def _is_known(order: Order, kind: str, about: str, now: datetime) -> bool:
    """Whether the order's plan speaks of the note: nobody decides about what is not there."""
    answer = plans([order.pk], now)[order.pk]
    # Flags share some names with notes.
    notes = [n for n in answer.upcoming if not isinstance(n.kind, FlagKind)]
    spoken_of = {(n.kind, n.subject) for n in notes}
    spoken_of |= {(n.kind, n.subject) for n in answer.due}
    spoken_of |= {(n.kind, n.subject) for n in answer.withheld}
    return (kind, about) in spoken_of


def _written(request: ShopRequest, order: Order, kind: str, now: datetime) -> Written:
    """The note as it would read at `now`; raises Http404 for one that the order does not have."""
    about = request.GET.get("about", request.POST.get("about", ""))
    subject = load([order.pk])[0]
    answer = plan(subject.facts, subject.policy, now)
    words = in_words(answer, Showing(request.shop))
    found = [i for i in [*words.coming, *words.withheld] if (i.kind, i.about) == (kind, about)]
    sent = [i for i in words.sent if (i.kind, i.about) == (kind, about)]
    if kind not in NOTES_OF_ORDERS or not (found or sent):
        raise Http404
    if found:
        letter = write_letter(kind, about, subject, answer, gather([subject.shop_id], [order.pk]))
    else:
        letter = _as_it_went_out(order, kind, about)
    own = Decision.objects.filter(order=order, kind=kind, subject=about).exclude(body="")
    item = (found or sent)[0]
    return Written(kind, about, letter, own.exists(), bool(found), item.sentence, item.at)


def _as_it_went_out(order: Order, kind: str, about: str) -> Letter:
    """The words that were sent; empty for a note from before they were kept."""
    message = Message.objects.get(order=order, kind=kind, subject=about)
    return Letter(subject=message.subject_line, text=message.text, html="")


def _initial(written: Written) -> dict[str, str]:
    """The letter without its footer, which is added again."""
    body, _dashes, _footer = written.letter.text.rpartition("\n-- \n")
    return {"subject_line": written.letter.subject, "body": body}
