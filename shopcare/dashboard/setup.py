"""The guided set-up: opening a shop, and its five steps, each of which can be left.

The same pages change a shop's name, place and sender later on.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notifications.specimen import specimen
from notifications.wording import WordingError
from orders.models import Shop
from orders.shops import look_again_after_move
from orders.words import ChannelKind, NoteKind
from shopcare.accounts import opening
from shopcare.accounts.models import Setup, SetupStep, User
from shopcare.dashboard.setup_forms import ChannelsForm, SenderForm, ShopForm
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_shop(request: HttpRequest) -> HttpResponse:
    """The first step for a shop that is not there yet."""
    assert isinstance(request.user, User)
    if not opening.may_open_shop(request.user):
        raise PermissionDenied
    guess = opening.guess(request.headers.get("Accept-Language", ""))
    begun = opening.unfinished(request.user)
    if request.method != "POST":
        if begun is not None:
            return redirect("setup", slug=begun.slug)
        form = ShopForm(initial=vars_of(guess))
    else:
        form = ShopForm(request.POST)
        if form.is_valid():
            given = dict(form.cleaned_data)
            name = given.pop("name")
            shop = opening.open_shop(request.user, name=name, place=opening.Guess(**given))
            return redirect("setup_step", slug=shop.slug, step=SetupStep.SENDER)
    context = {"form": form, "is_guess": True, **_where(SetupStep.SHOP, None)}
    return render(request, "dashboard/setup.html", context)


@of_shop
@owners_only
def setup(request: ShopRequest) -> HttpResponse:
    """To the step where it was left."""
    return redirect("setup_step", slug=request.shop.slug, step=_setup(request.shop).step)


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def setup_step(request: ShopRequest, step: str) -> HttpResponse:
    """One step: its question, or what there is to look at; then on to the next."""
    if step not in SetupStep.values:
        raise Http404
    here, state = SetupStep(step), _setup(request.shop)
    form = _form(request, here, state)
    if request.method == "POST" and (form is None or form.is_valid()):
        _save(request.shop, form, state)
        return _onward(request, here, state)
    context = {"form": form, **_where(here, state), **_look(request.shop, here, state)}
    return render(request, "dashboard/setup.html", context)


@of_shop
@owners_only
@require_POST
def setup_later(request: ShopRequest) -> HttpResponse:
    """Put the rest off."""
    state = _setup(request.shop)
    if not state._state.adding:
        opening.leave(state, now=timezone.now())
    return redirect("shop", slug=request.shop.slug)


def vars_of(guess: opening.Guess) -> dict[str, str]:
    """The guess as a form takes it."""
    return {name: getattr(guess, name) for name in ("country", "timezone", "currency", "language")}


def _setup(shop: Shop) -> Setup:
    """How far the shop is; one that was opened otherwise needs no set-up and has no row."""
    found = Setup.objects.filter(shop=shop).first()
    return found or Setup(shop=shop, finished_at=timezone.now())


def _form(request: ShopRequest, step: SetupStep, state: Setup) -> forms.BaseForm | None:
    data = request.POST if request.method == "POST" else None
    if step == SetupStep.SHOP:
        return ShopForm(data, instance=_copy(request.shop))
    if step == SetupStep.SENDER:
        return SenderForm(data, instance=_copy(request.shop))
    if step == SetupStep.CHANNELS:
        return ChannelsForm(data, initial={"channels": state.channels})
    return None


def _copy(shop: Shop) -> Shop:
    """A form writes into what it validates; the page's head shows the shop as it is."""
    return Shop.objects.get(pk=shop.pk)


def _save(shop: Shop, form: forms.BaseForm | None, state: Setup) -> None:
    if isinstance(form, ChannelsForm):
        state.channels = form.cleaned_data["channels"]
        state.save()
    elif isinstance(form, forms.ModelForm):
        form.instance.save(update_fields=form.changed_data)
        if {"timezone", "country"} & set(form.changed_data):
            look_again_after_move(form.instance, now=timezone.now())


def _onward(request: ShopRequest, step: SetupStep, state: Setup) -> HttpResponse:
    slug = request.shop.slug
    if "only" in request.POST:
        messages.success(request, _("Saved."))
        return redirect("setup_step", slug=slug, step=step)
    if step == opening.STEPS[-1]:
        if not state._state.adding:
            opening.finish(state, now=timezone.now())
        messages.success(request, _("Your shop is ready."))
        return redirect("shop", slug=slug)
    following = opening.STEPS[opening.STEPS.index(step) + 1]
    if not state._state.adding:
        opening.reached(state, following)
    return redirect("setup_step", slug=slug, step=following)


def _where(step: SetupStep, state: Setup | None) -> dict[str, Any]:
    """The steps, which of them is open, and what lies behind."""
    at = opening.STEPS.index(step)
    return {
        "section": "setup",
        "step": step,
        "steps": [
            {"step": one, "is_here": one == step, "is_done": place < at}
            for place, one in enumerate(opening.STEPS)
        ],
        "number": at + 1,
        "of": len(opening.STEPS),
        "previous": opening.STEPS[at - 1] if at and state is not None else "",
        "is_last": at == len(opening.STEPS) - 1,
        "is_finished": state is not None and state.finished_at is not None,
    }


def _look(shop: Shop, step: SetupStep, state: Setup) -> dict[str, Any]:
    if step == SetupStep.LETTER:
        try:
            return {"letter": specimen(shop, NoteKind.THANK_YOU)}
        except WordingError as fault:
            return {"fault": str(fault)}
    if step == SetupStep.ORDERS:
        kinds = state.channels or ChannelKind.values
        ways = [
            (ChannelKind(kind).label, way) for kind in kinds if (way := ways_to_export().get(kind))
        ]
        return {"ways": ways, "has_orders": shop.orders.exists()}
    return {}


def ways_to_export() -> dict[str, str]:
    """Where each marketplace hides its orders file."""
    return {
        ChannelKind.ETSY: _(
            "Shop Manager, Settings, Options, Download data: take Orders and Order Items."
        ),
        ChannelKind.EBAY: _("Seller Hub, Orders, Download report: take all orders."),
        ChannelKind.SHOPIFY: _("Orders, Export: take the plain CSV."),
        ChannelKind.WOOCOMMERCE: _("The JSON of your shop's interface, or any CSV of orders."),
        ChannelKind.OWN: _("A CSV with the columns of our template."),
    }
