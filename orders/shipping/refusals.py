"""EasyPost's refusals, and its silence, as sentences that say what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils.translation import gettext as _
from requests import RequestException
from requests.exceptions import ConnectTimeout, Timeout
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.translating import leaves, mapping, text

# What is repeated to the seller of an answer, in characters.
LONGEST = 400
# An hour is the longest that we let ourselves be told to wait, in seconds.
LONGEST_WAIT = 3600.0


def refusal(
    status: int, body: str, headers: Mapping[str, str], *, once: bool = False
) -> ShippingError:
    """The error for an HTTP status of 300 or more.

    `once`: what was asked must not be done twice, so an answer that leaves open whether it was
    done is `IN_DOUBT`.
    """
    code, message, fields = _read(body)
    wait = _patience(headers) if status in (429, 503) else None
    if once and (status >= 500 or status == 408):
        return in_doubt()
    trouble = _trouble(status)
    return ShippingError(
        _sentence(trouble, message, fields), trouble, fields=fields, retry_after=wait, code=code
    )


def unreadable(*, once: bool = False) -> ShippingError:
    """The answer was not JSON, or not what was asked for."""
    if once:
        return in_doubt()
    return ShippingError(
        _(
            "EasyPost answered with something that makes no sense. Try again in a few minutes; "
            "if it stays so, look at www.easypoststatus.com."
        ),
        Trouble.DOWN,
    )


def silence(error: BaseException, *, once: bool = False) -> ShippingError:
    """The error for a request without an answer; certain only when it never left the house.

    `error` is the client's, and holds what went wrong as its context. Raises `error` itself when
    it is none of the network's.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, RequestException):
        cause = cause.__context__
    if cause is None:
        raise error
    if once and not _was_not_sent(cause):
        return in_doubt()
    return not_reached(timed_out=isinstance(cause, Timeout))


def _was_not_sent(cause: RequestException) -> bool:
    """Whether there was no connection on which anything could have been sent."""
    if isinstance(cause, ConnectTimeout):
        return True
    inner: object = cause.args[0] if cause.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError))


def not_reached(*, timed_out: bool = False) -> ShippingError:
    """Nothing was sent, or nothing that was sent matters if it is sent again."""
    sentence = (
        _("EasyPost did not answer in time. Try again in a few minutes.")
        if timed_out
        else _("EasyPost cannot be reached. Check the internet connection and try again.")
    )
    return ShippingError(sentence, Trouble.DOWN)


def in_doubt() -> ShippingError:
    """It was asked for, and whether it was done will only be known by looking."""
    return ShippingError(
        _(
            "EasyPost’s answer was lost on the way, so it is not certain whether this was done. "
            "It will be looked up before anything is tried again."
        ),
        Trouble.IN_DOUBT,
    )


def not_checked() -> ShippingError:
    """There is no verification for this address."""
    return ShippingError(
        _("EasyPost cannot check addresses in this country. Look at this one yourself."),
        Trouble.FORBIDDEN,
    )


def unusable_key() -> ShippingError:
    """A key that cannot be one."""
    return ShippingError(
        _(
            "This is not an EasyPost key. Copy it once more from your EasyPost account, "
            "under API Keys."
        ),
        Trouble.KEY,
    )


def lost_key() -> ShippingError:
    """The stored key was encrypted under another SECRET_KEY."""
    return ShippingError(
        _("The stored EasyPost key can no longer be read. Enter it again."), Trouble.KEY
    )


def _trouble(status: int) -> Trouble:
    known = {
        401: Trouble.KEY,
        402: Trouble.FUNDS,
        403: Trouble.FORBIDDEN,
        404: Trouble.MISSING,
        408: Trouble.DOWN,
        429: Trouble.BUSY,
    }
    if status in known:
        return known[status]
    return Trouble.INVALID if 400 <= status < 500 else Trouble.DOWN


def _sentence(trouble: Trouble, message: str, fields: dict[str, str]) -> str:
    sentences = {
        Trouble.KEY: _("EasyPost refuses the key. Enter it again on the shipping page."),
        Trouble.FUNDS: _(
            "Your EasyPost account has no funds left. Top it up at easypost.com, then try again."
        ),
        Trouble.FORBIDDEN: _(
            "EasyPost does not let this account do that. "
            "Look at the account’s rights and plan at easypost.com."
        ),
        Trouble.MISSING: _(
            "EasyPost does not know this (any more). "
            "Was it made with another key, or with a test key?"
        ),
        Trouble.BUSY: _("EasyPost is being asked too much at once. Try again in a moment."),
        Trouble.DOWN: _(
            "EasyPost is having trouble of its own. Try again in a few minutes; "
            "www.easypoststatus.com tells how it is."
        ),
        Trouble.INVALID: _("EasyPost does not accept this. Correct it and try again."),
    }
    sentence = sentences[trouble]
    said = [message] if message else []
    said += [f"{name}: {words}" if name else words for name, words in fields.items()]
    if trouble in (Trouble.KEY, Trouble.BUSY, Trouble.DOWN) or not said:
        return sentence
    whole = "; ".join(dict.fromkeys(said))[:LONGEST]
    return sentence + " " + _("It says: %(words)s") % {"words": whole}


def _read(body: str) -> tuple[str, str, dict[str, str]]:
    """Code, message and the words about each field; all empty when the body says nothing.

    Two formats are known, `errors` as objects with field and message and as plain texts; the
    message itself may be a list or an object. Source: https://docs.easypost.com/docs/errors
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return "", "", {}
    error = mapping(answer).get("error", answer)
    if not isinstance(error, Mapping):
        return "", _short(", ".join(leaves(error))), {}
    fields: dict[str, str] = {}
    for name, words in _field_errors(error.get("errors")):
        fields[name] = f"{fields[name]}, {words}" if name in fields else words
    message = ", ".join(leaves(error.get("message")))
    return text(error.get("code"))[:100], _short(message), fields


def _field_errors(errors: object) -> Iterator[tuple[str, str]]:
    """(field, words) of each error; the field is empty where none is named."""
    if isinstance(errors, Mapping):
        if "message" in errors:
            yield from _field_errors([errors])
            return
        for name, words in errors.items():
            yield text(name)[:100], _short(", ".join(leaves(words)))
        return
    for error in errors if isinstance(errors, list) else [errors]:
        if isinstance(error, Mapping):
            words = ", ".join(leaves(error.get("message")))
            if suggestion := ", ".join(leaves(error.get("suggestion"))):
                words = f"{words} ({suggestion})"
            if words:
                yield text(error.get("field"))[:100], _short(words)
        elif words := ", ".join(leaves(error)):
            yield "", _short(words)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _patience(headers: Mapping[str, Any]) -> float | None:
    """Seconds to wait, of a Retry-After header in seconds or as a date."""
    asked = text(headers.get("Retry-After"))
    if not asked:
        return None
    try:
        seconds = float(asked)
    except ValueError:
        try:
            until = parsedate_to_datetime(asked)
        except ValueError:
            return None
        until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
        seconds = (until - datetime.now(UTC)).total_seconds()
    # Also turns "nan" into no wait.
    return min(seconds, LONGEST_WAIT) if seconds > 0 else 0.0
