"""Which shop a request is about, and whether the person may see it.

Every page of a shop starts here: nothing is found but by way of a shop the user is a member of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from orders.models import Member, Shop
from orders.showing import Showing
from orders.words import Role
from shopcare.dashboard.sections import Section, sections

if TYPE_CHECKING:
    from shopcare.accounts.models import User

P = ParamSpec("P")
MANY_SHOPS = 20


class ShopRequest(HttpRequest):
    """A request of a member about one of their shops."""

    htmx: HtmxDetails
    user: User
    shop: Shop
    role: Role
    # For the menu, slug and name; at most 20, the chooser shows them all.
    other_shops: Iterable[Mapping[str, object]]
    # For the navigation; worked out when a whole page is shown, not for a part of one.
    sections: list[Section]


def of_shop(
    view: Callable[Concatenate[ShopRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponse]:
    """Make `view(request, …)` a page of the shop named by `slug` in the address.

    Asks strangers to log in; another shop's member gets 404, as if there were no such shop.
    """

    @never_cache
    @login_required
    @wraps(view)
    def page(
        request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        mine = Member.objects.filter(user=request.user.pk)
        mine = mine.select_related("shop__policy", "shop__setup")
        member = get_object_or_404(mine, shop__slug=slug)
        about = cast(ShopRequest, request)
        about.shop, about.role = member.shop, Role(member.role)
        others = Shop.objects.of(request.user).open().exclude(pk=member.shop_id)
        about.other_shops = others.values("slug", "name")[:MANY_SHOPS]
        about.sections = cast(
            list[Section], SimpleLazyObject(lambda: sections(about.shop, about.role))
        )
        if member.shop.closed_at is not None and not getattr(view, "is_for_closed_shops", False):
            return _closed(about)
        return view(about, *args, **kwargs)

    return cast(Callable[..., HttpResponse], page)


def _closed(request: ShopRequest) -> HttpResponse:
    """That the shop is closed; an owner may open it again, or take its orders along."""
    assert request.shop.closed_at is not None
    day = Showing(request.shop).day(request.shop.closed_at)
    return render(request, "dashboard/closed.html", {"day": day}, status=403)


def even_when_closed(
    view: Callable[Concatenate[ShopRequest, P], HttpResponseBase],
) -> Callable[Concatenate[ShopRequest, P], HttpResponseBase]:
    """Let `view` work for a closed shop, too. Stands below `of_shop`."""
    view.is_for_closed_shops = True  # type: ignore[attr-defined]
    return view


def owners_only(
    view: Callable[Concatenate[ShopRequest, P], HttpResponseBase],
) -> Callable[Concatenate[ShopRequest, P], HttpResponseBase]:
    """Refuse helpers with 403. Stands below `of_shop`, which says who the member is.

    The view carries the mark `is_for_owners`, so that a test finds all such pages by itself.
    """

    @wraps(view)
    def page(request: ShopRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.role != Role.OWNER:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    page.is_for_owners = True  # type: ignore[attr-defined]
    return cast(Callable[Concatenate[ShopRequest, P], HttpResponseBase], page)
