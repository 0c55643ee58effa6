"""One action on many orders, in two steps: what it would send and change, and then the doing.

Nothing is done that was not shown: if the answer is another one by then, it is shown again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.foresight import Foreseen, Turn, foresee
from orders import lifecycle
from orders.models import Order, Shop
from orders.showing import Showing
from shopcare.dashboard.bulk_actions import BULK, BulkAction, Chosen
from shopcare.dashboard.follows import sentences
from shopcare.dashboard.forecast import name_of
from shopcare.dashboard.shop import ShopRequest, of_shop
from shopcare.dashboard.undoing import offer_undo

MOST = 200
LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would be recorded, and what would become of each order."""

    chosen: Chosen
    foreseen: list[Foreseen]

    @property
    def mark(self) -> str:
        """Stands for exactly this outlook: orders as they are, facts, and the notes that would go.

        Without times: the clock goes on between looking and doing.
        """
        facts = [(fact.order, fact.kind, fact.data()) for fact in self.chosen.facts]
        shown = [
            (o.number, o.version, [(c.turn.name, c.kind, c.subject) for c in o.changes])
            for o in self.foreseen
        ]
        return sha256(repr((facts, shown)).encode()).hexdigest()


@of_shop
def choose_bulk(request: ShopRequest) -> HttpResponse:
    """From the ticks on the list to the page of the action."""
    action = request.GET.get("action", "")
    if action not in (*BULK, LABELS):
        raise Http404
    ticked = QueryDict(mutable=True)
    ticked.setlist("order", request.GET.getlist("order")[:MOST])
    # Labels are no facts: they have a page of their own, with another kind of preview.
    is_labels = action == LABELS
    to = ("buy_labels", request.shop.slug) if is_labels else ("bulk", request.shop.slug, action)
    address = redirect(*to)
    address["Location"] += f"?{ticked.urlencode()}" if ticked else ""
    return address


@of_shop
def bulk(request: ShopRequest, action: str) -> HttpResponse:
    """Ask for what is needed, show what would follow, and do exactly that."""
    if action not in BULK:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    orders = _ticked(request.shop, given)
    has_answers = request.method == "POST" or not BULK[action].asks_first
    answers = (request.POST, request.FILES) if has_answers else ()
    form = BULK[action](*answers, orders=orders, shop=request.shop)
    with timezone.override(request.shop.zone):
        if not has_answers or not form.is_valid():
            return _page(request, form, None)
        now = timezone.now()
        if request.method == "POST" and request.POST.get("mark"):
            return _do(request, form, now)
        return _page(request, form, _outlook(request.shop, form, now))


def _do(request: ShopRequest, form: BulkAction, now: datetime) -> HttpResponse:
    """Record the facts if what follows is still what was shown; else show it again."""
    with transaction.atomic():
        # Locked, so that between the last look and the doing nobody changes them.
        numbers = sorted({fact.order for fact in form.chosen(now).facts})
        locked = Order.objects.select_for_update(no_key=True).filter(shop=request.shop)
        list(locked.filter(number__in=numbers).order_by("pk").values_list("pk"))
        form.orders = _ticked(request.shop, request.POST)
        outlook = _outlook(request.shop, form, now)
        if not outlook.foreseen:
            return _page(request, form, outlook)
        if outlook.mark != request.POST["mark"]:
            words = _("Something has changed meanwhile, and nothing was done. Please look again.")
            messages.warning(request, words)
            return _page(request, form, outlook)
        lifecycle.record(request.shop, outlook.chosen.facts, now=now, source="dashboard")
    count = len(outlook.foreseen)
    words = ngettext(
        "Done for %(count)d order: %(action)s.", "Done for %(count)d orders: %(action)s.", count
    )
    told = [words % {"count": count, "action": form.title}, *_summary(outlook.foreseen)]
    offer_undo(request, form.slug, outlook.chosen.kept, now)
    messages.success(request, " ".join(told))
    return redirect("orders", request.shop.slug)


def _outlook(shop: Shop, form: BulkAction, now: datetime) -> Outlook:
    chosen = form.chosen(now)
    return Outlook(chosen, foresee(shop, chosen.facts, now=now))


def _page(request: ShopRequest, form: BulkAction, outlook: Outlook | None) -> HttpResponse:
    showing = Showing(request.shop)
    context: dict[str, Any] = {"section": "orders", "form": form, "orders": form.orders}
    if outlook is not None:
        context |= {
            "mark": outlook.mark,
            "count": len(outlook.foreseen),
            "left_out": outlook.chosen.left_out,
            "summary": _summary(outlook.foreseen),
            "rows": [(o.number, sentences(o.changes, showing)) for o in outlook.foreseen],
        }
    return render(request, "dashboard/bulk.html", context)


def _summary(foreseen: list[Foreseen]) -> list[str]:
    """How many notes go out now, wait to be copied, come at another time or not at all; by kind."""
    told = []
    for turn, words in (
        (Turn.GOES_NOW, _("%(count)d × %(note)s goes out now.")),
        (Turn.TO_COPY, _("%(count)d × %(note)s waits for you to copy it.")),
        (Turn.GOES_LATER, _("%(count)d × %(note)s comes later.")),
        (Turn.STAYS_HERE, _("%(count)d × %(note)s does not go out.")),
    ):
        kinds = Counter(c.kind for o in foreseen for c in o.changes if c.turn == turn)
        told += [words % {"count": n, "note": name_of(kind)} for kind, n in kinds.most_common()]
    goes_out = any(c.turn in (Turn.GOES_NOW, Turn.TO_COPY) for o in foreseen for c in o.changes)
    return told if goes_out else [_("No note goes out by this."), *told]


def _ticked(shop: Shop, given: QueryDict) -> list[Order]:
    """The shop's orders that are ticked, newest first; what is no order of the shop is nothing."""
    ids = [int(text) for text in given.getlist("order")[:MOST] if text.isdecimal()]
    ids = [pk for pk in ids if pk < 2**63]
    found = Order.objects.filter(shop=shop, pk__in=ids).select_related("buyer", "shop")
    return list(found.prefetch_related("shipments").order_by("-placed_at", "-pk"))
