"""An order's address from the dashboard: check it, take the carrier's, keep it, ask, or edit it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications.asking import Asked, ask_about_address
from notifications.foresight import differences, plans
from orders.checkpoints import checkpoints
from orders.models import AddressCheck, AddressVerdict, Order
from orders.postal import postal_lines
from orders.shipping import addresses
from orders.shipping.addresses import Given
from orders.shipping.problems import ShippingError
from orders.showing import Showing
from shopcare.address_form import AddressForm
from shopcare.dashboard.actions import changed, finished
from shopcare.dashboard.address_card import can_change, seen
from shopcare.dashboard.follows import sentences
from shopcare.dashboard.order_page import Notice, order_of
from shopcare.dashboard.ship_board import ship_url, short_name
from shopcare.dashboard.shop import ShopRequest, of_shop


@of_shop
def address_page(request: ShopRequest, number: str) -> HttpResponse:
    """The address by hand: the fields of its country, and what is wrong with them in place."""
    order = order_of(request.shop, number)
    if not can_change(order):
        return _finished(request, number, _too_late())
    if request.method != "POST":
        return _show(request, order, AddressForm(order=order))
    if "refit" in request.POST:
        # Another country was chosen: its fields, with what is typed already.
        return _show(request, order, AddressForm.refitted(request.POST.dict(), order=order))
    form = AddressForm(request.POST, order=order)
    if form.is_valid() and request.POST.get("seen") != seen(order.address):
        form.add_error(None, _changed_meanwhile(order))
    if not form.is_valid():
        return _show(request, order, form)
    return _finished(request, number, _edit(request, order, form))


def _changed_meanwhile(order: Order) -> str:
    lines = ", ".join(postal_lines(order.address, language=get_language() or "en"))
    sentence = _("Somebody changed the address meanwhile, to: %s. Save again if yours is right.")
    return sentence % lines


def _edit(request: ShopRequest, order: Order, form: AddressForm) -> Notice:
    def act(now: datetime) -> bool:
        given = addresses.give(order, form.address, now=now, source="dashboard")
        return given == Given.RECORDED

    return _acted(request, order, act, _("The address is changed."))


@of_shop
@require_POST
def address_check(request: ShopRequest, number: str) -> HttpResponse:
    """Look at the address, and ask the carrier where there is an account."""
    order = order_of(request.shop, number)
    if not can_change(order):
        return _finished(request, number, _too_late())
    try:
        check = addresses.check(order, timezone.now())
    except ShippingError as error:
        notice = Notice(_("The carrier gave no answer."), [str(error)], is_error=True)
        return _finished(request, number, notice)
    return _finished(request, number, _found(request, order, check))


def _found(request: ShopRequest, order: Order, check: AddressCheck) -> Notice:
    """What came of it: the evidence of the checkpoint."""
    gates = checkpoints(
        order,
        list(order.shipments.all()),
        username=order.buyer.username,
        showing=Showing(request.shop),
        address_check=check,
    )
    evidence = [gate.evidence for gate in gates if gate.name in ("address", "name")]
    is_bad = check.verdict == AddressVerdict.BAD
    return Notice(_("The address is checked."), evidence, is_error=is_bad)


@of_shop
@require_POST
def address_take(request: ShopRequest, number: str) -> HttpResponse:
    """Write the address as the carrier would."""
    return _decide(
        request, number, addresses.take_suggestion, _("The address is the carrier's now.")
    )


@of_shop
@require_POST
def address_keep(request: ShopRequest, number: str) -> HttpResponse:
    """Keep the address as it is, whatever was found."""
    return _decide(request, number, addresses.keep, _("The address stays as it is."))


@of_shop
@require_POST
def address_ask(request: ShopRequest, number: str) -> HttpResponse:
    """Have the buyer asked, by a note with a link to their own page."""
    order = order_of(request.shop, number)
    if not can_change(order):
        return _finished(request, number, _too_late())
    if request.POST.get("seen") != seen(order.address):
        return _finished(request, number, changed())
    asked = ask_about_address(order, timezone.now())
    notice = Notice(ASKED[asked] % {"buyer": short_name(order)})
    return _finished(request, number, notice)


ASKED = {
    Asked.QUEUED: gettext_lazy("%(buyer)s is asked by a note with a link to correct the address."),
    Asked.TO_COPY: gettext_lazy(
        "The question waits on Today for you to copy it to %(buyer)s; it holds a link to correct "
        "the address."
    ),
    Asked.BEFORE: gettext_lazy("%(buyer)s has been asked about this address already."),
    Asked.NOT_NEEDED: gettext_lazy("There is nothing to ask: the address has been found good."),
}


def _decide(
    request: ShopRequest, number: str, decide: Callable[[Order, datetime], bool], done: str
) -> HttpResponse:
    order = order_of(request.shop, number)
    if not can_change(order):
        return _finished(request, number, _too_late())
    if request.POST.get("seen") != seen(order.address):
        return _finished(request, number, changed())
    notice = _acted(request, order, lambda now: decide(order, now), done)
    return _finished(request, number, notice)


def _acted(
    request: ShopRequest, order: Order, act: Callable[[datetime], bool], done: str
) -> Notice:
    """Act, and say what follows for the buyer's notes and the seller's flags."""
    now = timezone.now()
    with transaction.atomic():
        before = plans([order.pk], now)[order.pk]
        is_new = act(now)
        after = plans([order.pk], now)[order.pk]
    if not is_new:
        return Notice(_("Nothing has changed."))
    return Notice(done, sentences(differences(before, after), Showing(request.shop)))


def _too_late() -> Notice:
    title = _("Nothing of this order is still to be sent, so its address stays.")
    return Notice(title, is_error=True)


def _show(request: ShopRequest, order: Order, form: AddressForm) -> HttpResponse:
    context = {
        "section": "orders",
        "order": order,
        "form": form,
        "seen": seen(order.address),
        "back": "ship" if _back(request) == "ship" else "",
    }
    template = "_address_form.html" if request.htmx else "order_address.html"
    return render(request, f"dashboard/{template}", context)


def _back(request: ShopRequest) -> str:
    return request.POST.get("back", "") or request.GET.get("back", "")


def _finished(request: ShopRequest, number: str, notice: Notice) -> HttpResponse:
    """The page that it was done from, with what was done."""
    if _back(request) == "ship" and not request.htmx:
        level = messages.WARNING if notice.is_error else messages.SUCCESS
        messages.add_message(request, level, " ".join([notice.title, *notice.sentences]))
        return redirect(ship_url(request.shop, number))
    response = finished(request, number, notice)
    # A form that stands in the card's place would put the whole page there.
    response["HX-Retarget"], response["HX-Reswap"] = "#order", "outerHTML show:#order:top"
    return response
