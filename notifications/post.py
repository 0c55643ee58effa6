"""The connection to the mail server, and what its answers mean."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.core.mail import get_connection
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend

from notifications.mail import Mail, bare_address, sender_address
from notifications.smtp import HandOver, at_once

# RFC 3207 4 and RFC 4954 6: the server wants TLS or a login first, whatever the message.
NOT_LET_IN = (530, 534, 535, 538)


class Fate(Enum):
    """What became of one attempt to send."""

    SENT = auto()
    # Worth another try later: the network, or the server said so (4xx).
    TRY_AGAIN = auto()
    # The server will never take it (5xx), or it cannot be written.
    REFUSED = auto()
    # Nothing to do with this message: no server, or it does not let us in.
    NO_SERVER = auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    fate: Fate
    # The server's own words, for the seller.
    detail: str = ""
    # Seconds for which there was nothing to do but wait for the server.
    waited: float = 0.0


class Post:
    """One connection to the mail server, opened at the first mail and kept until closed."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend = get_connection()
        # The mail that the server has been told of already.
        self._announced: tuple[Mail, HandOver] | None = None

    def prepare(self, mail: Mail) -> None:
        """Write down a mail that is sent later; what fails is met again when that is sent."""
        if isinstance(self.connection, smtp.EmailBackend):
            with suppress(Exception):
                mail.write_down()

    def announce(self, mail: Mail) -> None:
        """Tell the server of the mail that comes next, so that it can answer meanwhile.

        That mail is sent next, or the connection begun anew.
        """
        if not isinstance(self.connection, smtp.EmailBackend) or not self.connection.connection:
            return
        try:
            hand_over = _hand_over_of(mail, self.connection.connection)
            hand_over.announce()
        except Exception:  # noqa: BLE001 - it is said again when the mail is sent
            self.close()
        else:
            self._announced = mail, hand_over

    def send(
        self,
        mail: Mail,
        begin: Callable[[], None] = at_once,
        meanwhile: Callable[[], None] = at_once,
    ) -> Attempt:
        """Hand one mail to the server; never raises for what a server or network can do.

        `begin` is called right before the server gets the mail itself, `meanwhile`, if at all,
        while the server has it and has not answered yet.
        """
        if self._announced and self._announced[0] is not mail:
            self.close()
        announced, self._announced = self._announced, None
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException, AnymailError) as error:
            self.close()
            return Attempt(Fate.NO_SERVER, _words(error))
        try:
            if not isinstance(self.connection, smtp.EmailBackend):
                begin()
                started = time.monotonic()
                self.connection.send_messages([mail])
                return Attempt(Fate.SENT, waited=time.monotonic() - started)
            server = self.connection.connection
            assert server is not None  # it has just been opened
            hand_over = announced[1] if announced else _hand_over_of(mail, server)
            hand_over.finish(begin, meanwhile)
        except Exception as error:  # noqa: BLE001 - every backend has errors of its own
            attempt = judge(error)
            if attempt.fate in (Fate.TRY_AGAIN, Fate.NO_SERVER):
                # What state the conversation is in nobody knows; the next mail starts afresh.
                self.close()
            return attempt
        return Attempt(Fate.SENT, waited=hand_over.waited)

    def close(self) -> None:
        """End the connection; a mail that was only announced is taken back with it."""
        if self._announced:
            # No farewell: the server waits for the mail and would take it for that.
            self._announced[1].server.close()
            self._announced = None
        try:
            self.connection.close()
        except (OSError, smtplib.SMTPException):
            self.connection = get_connection()


def _hand_over_of(mail: Mail, server: smtplib.SMTP) -> HandOver:
    recipients = [bare_address(to) for to in mail.recipients()]
    return HandOver(server, sender_address(mail.from_email), recipients, mail.write_down())


def judge(error: Exception) -> Attempt:
    """What a failure to send means. SMTP codes by RFC 5321 4.2.1, HTTP codes by RFC 9110."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            # Of several, one that may still be had is worth another try.
            code, words = min(error.recipients.values(), key=lambda answer: answer[0])
            return Attempt(_by_code(code), _decoded(code, words))
        case smtplib.SMTPAuthenticationError():
            return Attempt(Fate.NO_SERVER, _decoded(error.smtp_code, error.smtp_error))
        case smtplib.SMTPResponseException():
            return Attempt(_by_code(error.smtp_code), _decoded(error.smtp_code, error.smtp_error))
        case AnymailRecipientsRefused():
            return Attempt(Fate.REFUSED, _words(error))
        case AnymailConfigurationError():
            return Attempt(Fate.NO_SERVER, _words(error))
        case AnymailAPIError():
            return Attempt(_by_http(error.status_code), _words(error))
        case OSError() | smtplib.SMTPException():
            return Attempt(Fate.TRY_AGAIN, _words(error))
        case _:
            # It could not even be written down as a mail: the next try would not go better.
            return Attempt(Fate.REFUSED, _words(error))


def _by_code(code: int) -> Fate:
    if code in NOT_LET_IN:
        return Fate.NO_SERVER
    return Fate.REFUSED if 500 <= code < 600 else Fate.TRY_AGAIN


def _by_http(status: int | None) -> Fate:
    if status in (401, 403):
        return Fate.NO_SERVER
    if status is None or status == 429 or status >= 500:
        return Fate.TRY_AGAIN
    return Fate.REFUSED


def _decoded(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:500]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip()[:500]
