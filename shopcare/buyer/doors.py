"""What holds for every page of a buyer: who gets in, what a browser may do, and how often."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from notifications.links import read_token
from orders.models import Order

# The page needs its stylesheets and its own form, and no scripts at all.
POLICY = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
# Somebody who mistypes their street ten times is still a buyer; a machine is not.
MOST_CHANGES = 20
CHANGES_WITHIN = 60 * 60

View = Callable[[HttpRequest, Order], HttpResponse]


def of_buyer(view: View) -> Callable[..., HttpResponse]:
    """Make `view(request, order)` a page behind the link of that order, in its buyer's language.

    A link that is broken or forged, or whose order is gone, gets a kind page and 404. The link
    itself is the secret, and mail programs open pages without cookies: so there are none, and
    the form needs none.
    """

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        order = _order(token)
        if order is None:
            response = show("gone", {}, status=404)
        else:
            language = language_of(order)
            with translation.override(language):
                if order.shop.closed_at is None:
                    response = view(request, order)
                else:
                    response = show("closed", {"shop": order.shop}, status=410)
            response["Content-Language"] = language
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # The link must not travel on to a carrier's site.
        response["Referrer-Policy"] = "no-referrer"
        return response

    guarded: Any = csp_replace(POLICY)
    return cast(Callable[..., HttpResponse], csrf_exempt(never_cache(guarded(page))))


def show(page: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page without a request: nothing of whoever is logged in can get onto it."""
    return HttpResponse(render_to_string(f"buyer/{page}.html", context), status=status)


def language_of(order: Order) -> str:
    """The buyer's language if the pages speak it, else the shop's, else the site's."""
    spoken = dict(settings.LANGUAGES)
    for wanted in (order.language, order.buyer.language, order.shop.language):
        language = wanted.lower().partition("-")[0]
        if language in spoken:
            return language
    return settings.LANGUAGE_CODE


def is_too_often(order: Order) -> bool:
    """Whether this order's address has been sent in too often of late; counts this time."""
    key = f"buyer-page:{order.pk}"
    if cache.add(key, 1, CHANGES_WITHIN):
        return False
    try:
        return cache.incr(key) > MOST_CHANGES
    except ValueError:  # it ran out in this very moment
        return False


def _order(token: str) -> Order | None:
    pk = read_token(token)
    if pk is None:
        return None
    found = Order.objects.select_related("buyer", "channel", "shop").defer("search")
    return found.prefetch_related("lines", "shipments").filter(pk=pk).first()
