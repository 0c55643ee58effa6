"""Inviting somebody, and coming in by an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from orders.words import Role
from shopcare.accounts.models import User


class InviteForm(forms.Form):
    """Whom, and as what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(
        label=_("May do"),
        choices=[
            (Role.HELPER, _("helper: orders, messages and parcels")),
            (Role.OWNER, _("owner: everything")),
        ],
        initial=Role.HELPER,
    )


class RoleForm(forms.Form):
    """Owner or helper."""

    role = forms.ChoiceField(choices=Role.choices)


class JoinForm(forms.Form):
    """A new account for the invited address: a name, and a password that Django finds good."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html,
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        """Raises ValidationError for a password that is too short, too common, or the address."""
        password = str(self.cleaned_data["password"])
        name = str(self.cleaned_data.get("name", ""))
        password_validation.validate_password(password, User(email=self.email, name=name))
        return password
