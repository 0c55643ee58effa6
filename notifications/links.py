"""The buyer's own page of an order, behind a signed link."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer

from notifications.materials import OrderRow
from orders.models import Order

SALT = "shopcare.buyer"


def buyer_url(order: Order | OrderRow) -> str:
    """The address of the buyer's page; empty when the site's address is not known."""
    return f"{settings.SITE_URL}/o/{token(order)}/" if settings.SITE_URL else ""


def token(order: Order | OrderRow) -> str:
    """What stands for the order in its buyer's link; nobody can make one up."""
    return _signer().sign(str(order.pk))


def read_token(text: str) -> int | None:
    """The order's primary key; None for a token that is broken or was not made here."""
    try:
        return int(_signer().unsign(text))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    # A full stop may stand in an address as it is.
    return Signer(salt=SALT, sep=".")
