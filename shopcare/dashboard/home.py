"""The first page: to the shop, a choice of shops, the set-up, or a kind sentence."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from orders.models import Member, Shop
from orders.words import Role
from shopcare.accounts.models import User
from shopcare.accounts.opening import is_to_be_opened, may_open_shop


@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """With one shop its page, with several a choice of them, with none the guided set-up."""
    assert isinstance(request.user, User)
    shops = list(Shop.objects.of(request.user).open())
    if len(shops) == 1:
        return redirect(_page_of(shops[0], request.user), slug=shops[0].slug)
    may_open = may_open_shop(request.user)
    closed = closed_shops(request.user)
    if not shops and not closed and may_open:
        return redirect("open_shop")
    context = {"shops": shops, "closed": closed, "may_open": may_open}
    return render(request, "dashboard/home.html", context)


def closed_shops(user: User) -> list[Shop]:
    """The closed shops that `user` may open again."""
    mine = Shop.objects.filter(members__user=user, members__role=Role.OWNER)
    return list(mine.closed())


def _page_of(shop: Shop, user: User) -> str:
    """The owner of a new shop is led to its set-up, until it is done or put off."""
    is_owner = Member.objects.filter(shop=shop, user=user, role=Role.OWNER).exists()
    return "setup" if is_owner and is_to_be_opened(shop) else "shop"
