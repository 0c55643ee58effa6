"""What allauth asks us about logging in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is off unless ACCOUNT_ALLOW_SIGNUPS is set: members are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether a stranger may make an account."""
        return bool(settings.ACCOUNT_ALLOW_SIGNUPS)
