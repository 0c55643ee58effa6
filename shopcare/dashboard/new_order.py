"""New order by hand, from a market stall or a message, in under a minute on a phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notifications.loading import load
from notifications.names import first_name
from notifications.planner import Plan, plan
from orders.by_hand import next_number, write_down
from orders.facts import Fact, Placed
from orders.models import Order, Shop
from orders.showing import Showing
from orders.words import BUYER_NOTES
from shopcare.dashboard.forecast import Foreseen, in_words, name_of
from shopcare.dashboard.new_order_form import (
    MOST_LINES,
    LineFormSet,
    OrderForm,
    facts_of,
    writes_commas,
)
from shopcare.dashboard.shop import ShopRequest, of_shop

SOURCE = "dashboard"
# The same order sent twice within so long is one click too many, not a second sale.
TWICE = timedelta(minutes=10)


@dataclass(slots=True)
class Follows:
    """What saving would bring: the total, what happens at once, and what comes later."""

    total: str = ""
    sentences: list[str] = field(default_factory=list)
    coming: list[Foreseen] = field(default_factory=list)


@of_shop
@require_http_methods(["GET", "HEAD", "POST"])
def new_order(request: ShopRequest) -> HttpResponse:
    """The empty form; a further row for an item; a look at what follows; and saving."""
    shop, now = request.shop, timezone.now()
    if request.method != "POST":
        return _page(request, *_blank(shop))
    if "add_row" in request.POST:
        return _page(request, *_with_another_row(request))
    form, lines = _bound(request)
    is_valid = all([form.is_valid(), lines.is_valid()])
    facts = facts_of(form, lines, shop, now) if is_valid else None
    follows = foresee(shop, *facts, now=now) if facts else Follows()
    if request.headers.get("HX-Request") == "true":
        return render(request, "dashboard/_new_order_follows.html", {"follows": follows})
    if facts and "look" not in request.POST:
        answer = _saved(request, form, *facts, follows=follows, now=now)
        if answer is not None:
            return answer
    return _page(request, form, lines, follows)


def foresee(shop: Shop, placed: Placed, facts: list[Fact], *, now: datetime) -> Follows:
    """What would follow from this order; found out by recording it and taking it back."""
    showing = Showing(shop)
    follows = Follows(total=showing.money(placed.grand_total, placed.currency))
    with transaction.atomic():
        order = write_down(shop, placed, facts, now=now, source=SOURCE)
        subjects = load([order.pk]) if order is not None else []
        for subject in subjects:
            answer = plan(subject.facts, subject.policy, now)
            follows.sentences = _at_once(answer, placed.buyer.name)
            answer.due = []
            follows.coming = in_words(answer, showing).coming
        transaction.set_rollback(True)
    return follows


def _at_once(answer: Plan, full_name: str) -> list[str]:
    """What happens the moment the order is saved."""
    name = first_name(full_name) or full_name
    said = []
    for due in answer.due:
        if due.kind not in BUYER_NOTES:
            continue
        words = {"name": name, "note": name_of(due.kind)}
        if due.to_copy:
            said.append(_("%(note)s: it waits for you to copy it to %(name)s.") % words)
        else:
            said.append(_("%(name)s gets your %(note)s at once.") % words)
    return said or [_("No note goes out now.")]


def _saved(
    request: ShopRequest,
    form: OrderForm,
    placed: Placed,
    facts: list[Fact],
    *,
    follows: Follows,
    now: datetime,
) -> HttpResponse | None:
    """Record the order and go on; None, with an error in the form, when its number is taken."""
    shop = request.shop
    order = write_down(shop, placed, facts, now=now, source=SOURCE)
    if order is None and not _is_the_same(shop, placed, now):
        free = next_number(shop)
        form.add_error(
            "number",
            _("%(number)s is taken; %(free)s is free.") % {"number": placed.order, "free": free},
        )
        return None
    if order is not None:
        said = _("Order %(number)s is saved.") % {"number": placed.order}
        messages.success(request, " ".join([said, *follows.sentences]))
    if "next" in request.POST:
        return redirect("new_order", slug=shop.slug)
    return redirect("order", slug=shop.slug, number=placed.order)


def _is_the_same(shop: Shop, placed: Placed, now: datetime) -> bool:
    """Whether the order of this number is this very one, sent a moment ago."""
    return Order.objects.filter(
        shop=shop,
        number=placed.order,
        total=placed.grand_total,
        recorded_at__gte=now - TWICE,
        buyer__name=placed.buyer.name,
    ).exists()


def _blank(shop: Shop) -> tuple[OrderForm, Any]:
    initial = {"number": next_number(shop), "country": shop.country}
    return OrderForm(initial=initial, shop=shop), LineFormSet(prefix="line")


def _bound(request: ShopRequest) -> tuple[OrderForm, Any]:
    data = request.POST.copy()
    # Rows that were added count as further ones, which may stay blank.
    data["line-INITIAL_FORMS"] = "0"
    commas = {"decimal_comma": writes_commas(request.shop)}
    lines = LineFormSet(data, prefix="line", form_kwargs=commas)
    return OrderForm(data, shop=request.shop), lines


def _with_another_row(request: ShopRequest) -> tuple[OrderForm, Any]:
    """All that has been typed so far, and one more row; nothing is checked yet."""
    typed = request.POST.dict()
    bound = LineFormSet(request.POST, prefix="line")
    rows = [
        {name: typed.get(f"line-{at}-{name}", "") for name in ("title", "price", "quantity")}
        for at in range(bound.total_form_count())
    ]
    more = LineFormSet(prefix="line", initial=[*rows, {"quantity": "1"}][:MOST_LINES])
    more.forms[-1].fields["title"].widget.attrs["autofocus"] = True
    return OrderForm(initial=typed, shop=request.shop), more


def _page(
    request: ShopRequest, form: OrderForm, lines: Any, follows: Follows | None = None
) -> HttpResponse:
    context = {"section": "orders", "form": form, "lines": lines, "follows": follows or Follows()}
    return render(request, "dashboard/new_order.html", context)
