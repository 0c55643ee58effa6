"""Users in the admin site: for superusers, who alone hold the permissions of these pages."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shopcare.accounts.models import User, vouch_for


class UserCreation(AdminUserCreationForm):
    """A new user: e-mail, name, and a password or none."""

    class Meta:
        model = User
        fields = ("email", "name")


class UserChange(UserChangeForm):  # type: ignore[type-arg]  # not generic when it runs
    """An existing user."""

    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]  # not generic when it runs
    """Django's own user pages, with the e-mail in place of the user name."""

    form = UserChange
    add_form = UserCreation
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (
            _("What they may do"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("When"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A superuser who adds somebody vouches for the address."""
        super().save_model(request, obj, form, change)
        if not change:
            vouch_for(obj)
