"""The words of the notes, for owners: written beside a live preview, tried, and taken back."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from notifications import drafts, wording
from notifications.models import ShopWording
from notifications.post import Fate
from orders.models import Order
from orders.showing import Showing
from orders.words import NoteKind
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only

LANGUAGES = {tag: name for tag, name in settings.LANGUAGES if tag in wording.shipped_languages()}
MOST_ORDERS = 25
# A mail brings its looks inline, and may do nothing else.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": True,
}
WHEN = {
    NoteKind.THANK_YOU: gettext_lazy("when somebody orders"),
    NoteKind.PAYMENT_RECEIVED: gettext_lazy("when a payment comes after the thank-you"),
    NoteKind.PAYMENT_REMINDER: gettext_lazy("once, when an order stays unpaid and silent"),
    NoteKind.RELIST: gettext_lazy("to you, when the time to pay is over"),
    NoteKind.ADDRESS_QUESTION: gettext_lazy("when you ask about an address"),
    NoteKind.TRACKING_NOTICE: gettext_lazy("for each parcel on its way"),
    NoteKind.DELAY_NOTICE: gettext_lazy("when you cannot ship as promised"),
    NoteKind.OUT_FOR_DELIVERY: gettext_lazy("on the day a parcel comes, if you want it"),
    NoteKind.AVAILABLE_FOR_PICKUP: gettext_lazy("when a parcel waits to be picked up"),
    NoteKind.LATE_DELIVERY: gettext_lazy("when a parcel is late, after your click"),
    NoteKind.RETURNED: gettext_lazy("when a parcel is sent back, after your click"),
    NoteKind.ARRIVAL_CHECK: gettext_lazy("after it has arrived"),
    NoteKind.DIGEST: gettext_lazy("to you, in the morning"),
}


class WordingForm(forms.Form):
    """A subject and a text in Liquid; what is wrong with them is said by line."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "dir": "auto", "spellcheck": "true"}),
    )

    @property
    def text(self) -> wording.Wording:
        """The answers; browsers end lines with CR LF."""
        body = self.cleaned_data["body"].replace("\r\n", "\n").strip("\n")
        return wording.Wording(self.cleaned_data["subject"].strip(), body)


@of_shop
@owners_only
def wording_list(request: ShopRequest) -> HttpResponse:
    """Every note in every language, and whether its text is the shop's own."""
    own = set(ShopWording.objects.filter(shop=request.shop).values_list("kind", "language"))
    notes = [
        {
            "name": capfirst(str(NoteKind(kind).label)),
            "when": WHEN[NoteKind(kind)],
            "texts": [
                {"kind": kind, "language": tag, "name": name, "is_own": (kind, tag) in own}
                for tag, name in LANGUAGES.items()
            ],
        }
        for kind in wording.KINDS
    ]
    return render(request, "dashboard/wording_list.html", {"section": "wording", "notes": notes})


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def wording_page(request: ShopRequest, kind: str, language: str) -> HttpResponse:
    """The text beside its preview; POST keeps it as the shop's own."""
    _check(kind, language)
    text, is_own = drafts.text_of(request.shop, kind, language)
    if request.method != "POST":
        form = WordingForm(initial={"subject": text.subject, "body": text.body})
        return _page(request, kind, language, form, text, is_own=is_own)
    form = WordingForm(request.POST)
    if form.is_valid():
        try:
            is_own = drafts.keep_text(request.shop, kind, language, form.text)
        except wording.WordingError as error:
            form.add_error(error.field, _located(error))
        else:
            said = _("Saved. Notes go out in these words from now on.")
            messages.success(request, said if is_own else _("This is the shipped text."))
            return redirect("wording_text", slug=request.shop.slug, kind=kind, language=language)
    return _page(request, kind, language, form, None, is_own=is_own, status=422)


@of_shop
@owners_only
@require_POST
def wording_preview(request: ShopRequest, kind: str, language: str) -> HttpResponse:
    """Subject and text of what the form holds, on the order chosen; saves nothing."""
    _check(kind, language)
    form = WordingForm(request.POST)
    shown = _tried(request, kind, language, form)
    return render(request, "dashboard/_wording_preview.html", shown)


@csp_replace(MAIL_POLICY)
@xframe_options_sameorigin
@of_shop
@owners_only
@require_POST
def wording_mail(request: ShopRequest, kind: str, language: str) -> HttpResponse:
    """The HTML part of what the form holds, by itself, for the frame on the page."""
    _check(kind, language)
    shown = _tried(request, kind, language, WordingForm(request.POST))
    if shown["letter"] is None:
        return HttpResponse(str(shown["problem"]), content_type="text/plain; charset=utf-8")
    return HttpResponse(shown["letter"].html)


@of_shop
@owners_only
@require_POST
def wording_test(request: ShopRequest, kind: str, language: str) -> HttpResponse:
    """Mail what the form holds to the person who is logged in, and show the page again."""
    _check(kind, language)
    form = WordingForm(request.POST)
    shown = _tried(request, kind, language, form)
    if shown["letter"] is None:
        messages.error(request, _("A text like this cannot be sent: %s") % shown["problem"])
    elif not ratelimit.consume(request, action="wording_test", key=str(request.user.pk)):
        messages.error(request, _("That were many test mails. Try again in an hour."))
    else:
        attempt = drafts.send_test(request.shop, kind, shown["letter"], request.user.email)
        if attempt.fate == Fate.SENT:
            messages.success(request, _("A test is on its way to %s.") % request.user.email)
        else:
            messages.error(request, _("The test could not be sent: %s") % attempt.detail)
    own = drafts.text_of(request.shop, kind, language)[1]
    text = form.text if form.is_valid() else None
    return _page(request, kind, language, form, text, is_own=own)


@of_shop
@owners_only
@require_POST
def wording_reset(request: ShopRequest, kind: str, language: str) -> HttpResponse:
    """Back to the shipped text."""
    _check(kind, language)
    if drafts.drop_text(request.shop, kind, language):
        messages.success(request, _("This note goes out in the shipped text again."))
    else:
        messages.info(request, _("This is the shipped text."))
    return redirect("wording_text", slug=request.shop.slug, kind=kind, language=language)


def _check(kind: str, language: str) -> None:
    if kind not in wording.KINDS or language not in LANGUAGES:
        raise Http404


def _page(
    request: ShopRequest,
    kind: str,
    language: str,
    form: WordingForm,
    text: wording.Wording | None,
    *,
    is_own: bool,
    status: int = 200,
) -> HttpResponse:
    """The page; the preview of `text`, or of nothing while it is broken."""
    order = _order(request, kind)
    shown: dict[str, Any] = {"letter": None, "problem": "", "order": order}
    if text is not None:
        shown |= _letter(kind, language, text, order)
    elif form.errors:
        shown["problem"] = next(iter(form.errors.values()))[0]
    context = {
        "section": "wording",
        "form": form,
        "kind": kind,
        "language": language,
        "name": capfirst(str(NoteKind(kind).label)),
        "when": WHEN[NoteKind(kind)],
        "language_name": LANGUAGES[language],
        "other_languages": [item for item in LANGUAGES.items() if item[0] != language],
        "is_own": is_own,
        "placeholders": wording.placeholders(kind),
        "orders": _orders(request, kind),
        **shown,
    }
    return render(request, "dashboard/wording.html", context, status=status)


def _orders(request: ShopRequest, kind: str) -> list[dict[str, Any]]:
    """The latest orders, to try a text on; none for a note that is about no order."""
    if kind in drafts.ABOUT_NO_ORDER:
        return []
    found = Order.objects.filter(shop=request.shop).select_related("buyer")
    showing = Showing(request.shop)
    return [
        {"number": order.number, "buyer": str(order.buyer), "placed": showing.day(order.placed_at)}
        for order in found.order_by("-placed_at", "-id")[:MOST_ORDERS]
    ]


def _order(request: ShopRequest, kind: str) -> Order | None:
    """The order that was chosen; None for the made-up one, or one the shop does not have."""
    number = request.POST.get("order", "") or request.GET.get("order", "")
    if not number or kind in drafts.ABOUT_NO_ORDER:
        return None
    return Order.objects.filter(shop=request.shop, number=number).first()


def _tried(request: ShopRequest, kind: str, language: str, form: WordingForm) -> dict[str, Any]:
    """The letter of what the form holds, or what is wrong with it."""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        problem = f"{form.fields[field].label}: {errors[0]}"
        return {"letter": None, "problem": problem, "order": None}
    return _letter(kind, language, form.text, _order(request, kind))


def _letter(kind: str, language: str, text: wording.Wording, order: Order | None) -> dict[str, Any]:
    try:
        letter = drafts.draft_letter(kind, language, text, order, now=timezone.now())
    except wording.WordingError as error:
        return {"letter": None, "problem": str(error), "order": order}
    return {"letter": letter, "problem": "", "order": order}


def _located(error: wording.WordingError) -> str:
    """The reason, with its line where there is one."""
    if error.line and error.field == "body":
        return _("Line %(line)s: %(reason)s") % {"line": error.line, "reason": error.reason}
    return error.reason
