"""For the log-in page: whether there is a way to sign up."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def signing_up_is_open() -> bool:
    """Whether strangers may make an account."""
    return bool(settings.ACCOUNT_ALLOW_SIGNUPS)
