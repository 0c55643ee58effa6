"""Keys of a shop, encrypted at rest: readable with this installation's SECRET_KEY alone."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

SALT = b"shopcare.orders.shipping.secrets"


class UnreadableSecret(Exception):
    """The secret was encrypted under another SECRET_KEY: it has to be entered again."""


def encrypt(text: str) -> str:
    """`text` so that only this installation can read it; the empty text stays empty."""
    return _box().encrypt(text.encode()).decode() if text else ""


def decrypt(stored: str) -> str:
    """What `encrypt` was given. Raises UnreadableSecret."""
    if not stored:
        return ""
    try:
        return _box().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecret from error


def _box() -> MultiFernet:
    """Encrypts under SECRET_KEY and also reads what an older key of the installation wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(str(key))) for key in keys])


def _derived(key: str) -> bytes:
    # SECRET_KEY is long and random, so one hash with our own salt is enough.
    digest = hashlib.blake2b(key.encode()[:4096], digest_size=32, salt=SALT[:16]).digest()
    return base64.urlsafe_b64encode(digest)
