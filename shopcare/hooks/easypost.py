"""What EasyPost reports: carriers' news, signed over the raw body with the shop's own secret."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import unicodedata
from functools import lru_cache
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders import rows
from orders.shipping.secrets import UnreadableSecret, decrypt
from orders.shipping.tracking_reports import take_in_signed

logger = logging.getLogger(__name__)

# Django's own limit (DATA_UPLOAD_MAX_MEMORY_SIZE) may be raised for other pages.
LONGEST_BODY = 2_000_000
PREFIX = "hmac-sha256-hex="
# Stands in for a secret that is not there, so that the answer takes as long: nobody knows it.
NOBODYS = secrets.token_hex()
# The encrypted secrets that this process has seen, by the shop's key.
MOST_SEEN = 10_000
_seen: dict[UUID, str] = {}


@csrf_exempt
@require_POST
def receive(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take in one report.

    200 when it is stored, now or before; 401 when the signature is missing or wrong, or the shop
    has no account; 404 when there is no such shop; 413 when the body is too long. 5xx has
    EasyPost send it again.
    """
    try:
        body = request.body
    except RequestDataTooBig:
        return _answer(413)
    except UnreadablePostError:
        return _answer(400)
    if len(body) > LONGEST_BODY:
        return _answer(413)
    signature = request.headers.get("X-Hmac-Signature", "")
    known = _seen.get(key)
    if known is not None and _is_taken_in(key, known, body, signature):
        return _answer(200)
    # Not signed with the secret that this process has seen: with another by now?
    stored = _look_up(key)
    if stored is None:
        is_signed(body, signature, NOBODYS)
        return _answer(404)
    return _answer(200 if _is_taken_in(key, stored, body, signature) else 401)


def _is_taken_in(key: UUID, stored: str, body: bytes, signature: str) -> bool:
    """Whether the report is signed with this secret, and this is (still) the shop's."""
    if not is_signed(body, signature, _secret(stored)):
        return False
    return take_in_signed(key, stored, body, timezone.now())


def _look_up(key: UUID) -> str | None:
    """The shop's encrypted secret, empty when it has none; None when there is no such shop.

    Remembered for the next report, so that this costs one query. A secret that is changed counts
    at once all the same: what was remembered is compared when the report is stored.
    """
    found = rows.select(
        """SELECT coalesce(p.webhook_secret, '') FROM orders_shop s
           LEFT JOIN orders_shippingprofile p ON p.shop_id = s.id WHERE s.key = %s""",
        [key],
    )
    if not found:
        return None
    stored = str(found[0][0])
    if len(_seen) >= MOST_SEEN:
        _seen.clear()
    _seen[key] = stored
    return stored


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is EasyPost's over the raw `body`; takes as long either way.

    HMAC-SHA256, the secret in Unicode's form NFKD. Source: https://docs.easypost.com/docs/webhooks
    and `validate_webhook` of EasyPost's own clients.
    """
    secret_bytes = unicodedata.normalize("NFKD", secret).encode()
    expected = PREFIX + hmac.new(secret_bytes, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().encode())


@lru_cache(maxsize=1024)
def _secret(stored: str) -> str:
    """The secret as it was given to EasyPost, remembered by its encrypted text."""
    if not stored:
        return NOBODYS
    try:
        return decrypt(stored)
    except UnreadableSecret:
        # Another SECRET_KEY: nothing can be checked until the account is connected again.
        logger.warning("A webhook secret cannot be read.", extra={"action": "secret_unreadable"})
        return NOBODYS


def _answer(status: int) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain")
