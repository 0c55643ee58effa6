"""Who sees what in the admin site: a member their own shops, a superuser all.

Being staff and a member is enough; Django's permission rows are not asked. Owners may change
what a page lets be changed, helpers may look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from orders.models import Member, Shop
from orders.words import Role

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    Pages = Paginator[Any]
else:  # Django's own are not generic
    ModelAdmin, TabularInline, Pages = admin.ModelAdmin, admin.TabularInline, Paginator

# A list is counted so far and no further: counting a million rows takes longer than showing
# fifty, and nobody turns to page one hundred.
MOST_COUNTED = 5_000
MOST_SHOPS_IN_FILTER = 100


def sees_all(request: HttpRequest) -> bool:
    """Whether the user is a superuser, to whom every shop is open."""
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))


def roles(request: HttpRequest) -> dict[int, str]:
    """The user's role in each of their shops, by the shop's id; asked once for a request."""
    known: dict[int, str] | None = getattr(request, "_roles_in_shops", None)
    if known is None:
        mine = Member.objects.filter(user=request.user.pk)
        known = dict(mine.values_list("shop_id", "role"))
        request._roles_in_shops = known  # type: ignore[attr-defined]
    return known


def owned(request: HttpRequest) -> set[int]:
    """The ids of the shops that the user owns."""
    return {shop for shop, role in roles(request).items() if role == Role.OWNER}


class BoundedPaginator(Pages):
    """Counts the first 5,000 rows only."""

    @cached_property
    def count(self) -> int:
        found = self.object_list
        if isinstance(found, QuerySet):
            return found.order_by()[:MOST_COUNTED].count()
        return len(found)


class ShopFilter(admin.SimpleListFilter):
    """The list's rows of one shop; there only for somebody who has several."""

    title = _("shop")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        shops = Shop.objects.all()
        if not sees_all(request):
            shops = shops.filter(pk__in=roles(request))
        found = shops.values_list("pk", "name")[:MOST_SHOPS_IN_FILTER]
        return [(str(pk), name) for pk, name in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        if not value.isdecimal():
            return queryset
        path = getattr(self, "shop_path", "shop")
        return queryset.filter(**{f"{path}_id": min(int(value), 2**63 - 1)})


class OrderShopFilter(ShopFilter):
    """For rows that belong to a shop by way of their order."""

    shop_path = "order__shop"


class ShopScopedAdmin(ModelAdmin):
    """Rows that belong to a shop by `shop_path`; empty for the shop itself."""

    shop_path: ClassVar[str] = "shop"
    owners_may_add: ClassVar[bool] = True
    owners_may_change: ClassVar[bool] = True
    owners_may_delete: ClassVar[bool] = False

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        if sees_all(request):
            return found
        path = f"{self.shop_path}_id__in" if self.shop_path else "pk__in"
        return found.filter(**{path: list(roles(request))})

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Without the shop for somebody who has only one."""
        shown = list(super().get_list_display(request))
        has_one = not sees_all(request) and len(roles(request)) == 1 and shown[0] != "shop"
        return [name for name in shown if name != "shop"] if has_one else shown

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """A shop may be chosen among those the user owns."""
        if db_field.related_model is Shop and not sees_all(request):
            kwargs["queryset"] = Shop.objects.filter(pk__in=owned(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return sees_all(request) or bool(roles(request))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if sees_all(request):
            return True
        mine = roles(request)
        return bool(mine) if obj is None else self._shop_of(obj) in mine

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.owners_may_change and self._is_owner(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.owners_may_add and self._is_owner(request, None)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.owners_may_delete and self._is_owner(request, obj)

    def _is_owner(self, request: HttpRequest, obj: Model | None) -> bool:
        """Of the shop `obj` belongs to, or of any shop where there is no `obj` yet."""
        if sees_all(request):
            return True
        mine = owned(request)
        return bool(mine) if obj is None else self._shop_of(obj) in mine

    def _shop_of(self, obj: Model) -> int | None:
        found: Any = obj
        for step in filter(None, self.shop_path.split("__")):
            found = getattr(found, step, None)
        return None if found is None else found.pk


class ReadOnlyAdmin(ShopScopedAdmin):
    """Rows that facts alone write: to be looked at and searched."""

    owners_may_add = owners_may_change = owners_may_delete = False


class ReadOnlyInline(TabularInline):
    """Rows shown on the page of what they belong to, which decides who sees them."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
