"""Which shop a request is about, and whether the person may see it.

Every page of a shop starts here: nothing is found but by way of a shop the user is a member of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from orders.models import Member, Shop
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
    # For the menu; at most 20, the chooser shows them all.
    other_shops: QuerySet[Shop]
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
        about.other_shops = Shop.objects.of(request.user).exclude(pk=member.shop_id)[:MANY_SHOPS]
        about.sections = cast(
            list[Section], SimpleLazyObject(lambda: sections(about.shop, about.role))
        )
        return view(about, *args, **kwargs)

    return cast(Callable[..., HttpResponse], page)


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
