"""Help: what is where, what happens by itself, and the keys."""

from django.http import HttpResponse
from django.shortcuts import render

from shopcare.dashboard.shop import ShopRequest, of_shop


@of_shop
def help_page(request: ShopRequest) -> HttpResponse:
    """All on one page, without scripts too."""
    return render(request, "dashboard/help.html")
