"""Acting on one order from its page: every action says what follows from it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.foresight import differences, foresee, plans
from orders.models import Order
from orders.showing import Showing
from shopcare.dashboard.action_forms import OrderAction
from shopcare.dashboard.follows import sentences
from shopcare.dashboard.order_page import Notice, order_of, show
from shopcare.dashboard.shop import ShopRequest, of_shop
from shopcare.dashboard.talk_forms import ACTIONS


@of_shop
def act(request: ShopRequest, number: str, action: str) -> HttpResponse:
    """Do one thing to an order, once.

    1. An order that has changed since the page was shown is shown anew, and nothing is done.
    2. A grave action asks once more, and says what would follow.
    3. It is done, and the page says what follows.
    """
    if action not in ACTIONS:
        raise Http404
    order = order_of(request.shop, number)
    if request.method != "POST":
        return redirect("order", request.shop.slug, number)
    form = ACTIONS[action](request.POST, order=order)
    with timezone.override(request.shop.zone):
        if form.minds_changes and _has_changed(request, form, order):
            return show(request, order, notice=changed(), opened=form if form.fields else None)
        if not form.is_valid():
            return show(request, order, opened=form)
        now = timezone.now()
        if form.is_grave and not request.POST.get("sure"):
            return show(request, order, opened=form, asks=_would_follow(request, form, now))
        return _done(request, form, _do(request, form, now))


def _has_changed(request: ShopRequest, form: OrderAction, order: Order) -> bool:
    return request.POST.get("version") != str(order.version) or not form.is_possible(order)


def _do(request: ShopRequest, form: OrderAction, now: datetime) -> Notice:
    """Act, with the order's row locked: of two clicks at once the second finds it changed."""
    order, showing = form.order, Showing(request.shop)
    with transaction.atomic():
        locked = Order.objects.select_for_update(no_key=True).only("version").get(pk=order.pk)
        if form.minds_changes and locked.version != order.version:
            return changed()
        before = plans([order.pk], now)[order.pk]
        is_new = form.act(now, request.user.get_short_name())
        after = plans([order.pk], now)[order.pk]
    if not is_new:
        return Notice(_("That was known already; nothing has changed."))
    title = _("Done: %(action)s.") % {"action": form.title}
    return Notice(title, sentences(differences(before, after), showing))


def _would_follow(request: ShopRequest, form: OrderAction, now: datetime) -> list[str]:
    foreseen = foresee(request.shop, form.facts(now), now=now)
    changes = [change for order in foreseen for change in order.changes]
    return sentences(changes, Showing(request.shop)) or [_("No note changes.")]


def changed() -> Notice:
    """The order is not any more what somebody saw who pressed a button."""
    title = _("The order has changed since you opened this page, so nothing was done.")
    return Notice(title, [_("This is how it stands now. Press again if it still holds.")], True)


def _done(request: ShopRequest, form: OrderAction, notice: Notice) -> HttpResponse:
    return finished(request, form.order.number, notice)


def finished(request: ShopRequest, number: str, notice: Notice) -> HttpResponse:
    """The order as it stands now, with `notice`: in place for htmx, else the page anew."""
    if request.htmx:
        return show(request, order_of(request.shop, number), notice=notice)
    level = messages.WARNING if notice.is_error else messages.SUCCESS
    messages.add_message(request, level, " ".join([notice.title, *notice.sentences]))
    return redirect("order", request.shop.slug, number)
