"""The first page: straight to the shop, a choice of shops, or a kind sentence."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from orders.models import Shop


@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """With one shop its page, with several a choice of them."""
    shops = list(Shop.objects.of(request.user))
    if len(shops) == 1:
        return redirect("shop", slug=shops[0].slug)
    return render(request, "dashboard/home.html", {"shops": shops})
