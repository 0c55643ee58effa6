"""From a letter to a mail on the wire: headers, and what a mail server's answer means."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr, quote
from enum import Enum, auto
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from notifications.smtp import HandOver, at_once
from notifications.wording import Letter
from orders.models import Shop

# RFC 5322 2.1.1: at most 998 octets a line, and 78 is what a header should keep to.
LONGEST_LINE = 998
LONGEST_HEADER = 76
# An address that needs no quoting and no punycode: dot-atoms of RFC 5322 3.2.3.
PLAIN_ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z0-9-]+(\.[a-z0-9-]+)*",
    re.ASCII | re.IGNORECASE,
)
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


def build(
    *, letter: Letter, kind: str, number: str, token: UUID, shop: Shop, recipients: list[str]
) -> Mail:
    """The mail of a letter.

    Headers: a Message-ID that stays the same whenever the message is sent again (RFC 5322
    3.6.4), `Auto-Submitted` so that robots do not answer (RFC 3834 5), and a Reply-To that
    leads back to the order.
    """
    sender = _bare_address(shop.sender_email or settings.DEFAULT_FROM_EMAIL)
    reply_to = reply_address(token, shop)
    mail = Mail(
        subject=letter.subject,
        body=letter.text,
        from_email=f'"{quote(_one_line(shop.from_name))}" <{sender}>',
        to=recipients,
        reply_to=[reply_to] if reply_to else None,
        headers={
            "Message-ID": message_id(token, sender),
            "Auto-Submitted": "auto-generated",
            "X-Shopcare-Note": f"{kind}; order={_one_line(number)}",
        },
    )
    mail.attach_alternative(letter.html, "text/html")
    return mail


class Mail(EmailMultiAlternatives):
    """A mail with a text and an HTML part, written out about ten times as fast as by `email`.

    That library weighs each character of each header; at hundreds of mails a second it costs
    more than all the rest. Here a header that is short and ASCII goes out as it is, and any
    other through the library; so do mails that have anything but those two parts.
    """

    def message(self, *args: Any, **kwargs: Any) -> Any:
        parts = [("plain", str(self.body)), *(("html", str(a[0])) for a in self.alternatives)]
        lines = [line for _kind, text in parts for line in text.encode().split(b"\n")]
        if self.attachments or max(map(len, lines)) > LONGEST_LINE:
            return super().message(*args, **kwargs)
        return AlternativeParts(list(self._wire_headers()), parts)

    def _wire_headers(self) -> Iterator[tuple[str, str]]:
        yield "Subject", str(self.subject)
        yield "From", _mailbox(self.from_email)
        yield "To", ", ".join(map(_address, self.to))
        if self.reply_to:
            yield "Reply-To", ", ".join(map(_address, self.reply_to))
        yield "Date", formatdate()
        yield from self.extra_headers.items()


class AlternativeParts:
    """A multipart/alternative message of UTF-8 parts (RFC 2046 5.1.4), ready to be written."""

    def __init__(self, headers: list[tuple[str, str]], parts: list[tuple[str, str]]) -> None:
        self.headers = headers
        self.parts = parts

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        boundary = f"=_{uuid4().hex}"
        lines = [_header(name, value) for name, value in self.headers]
        lines += [
            "MIME-Version: 1.0",
            f'Content-Type: multipart/alternative; boundary="{boundary}"',
        ]
        for kind, text in self.parts:
            encoding = "7bit" if text.isascii() else "8bit"
            lines += [
                "",
                f"--{boundary}",
                f'Content-Type: text/{kind}; charset="utf-8"',
                f"Content-Transfer-Encoding: {encoding}",
                "",
                text.rstrip("\n"),
            ]
        lines += ["", f"--{boundary}--", ""]
        return "\n".join(lines).replace("\r\n", "\n").replace("\n", linesep).encode()


def _header(name: str, value: str) -> str:
    """A header line; refuses line breaks, so that no value can add headers of its own."""
    if "\n" in value or "\r" in value:
        raise BadHeaderError(f"{name} must be one line")
    if not value.isascii():
        return f"{name}: {Header(value, 'utf-8', header_name=name).encode()}"
    if len(name) + len(value) < LONGEST_HEADER:
        return f"{name}: {value}"
    return _folded(name, value)


def _folded(name: str, value: str) -> str:
    """A long header on several lines, broken at spaces (RFC 5322 2.2.3) and left as it is else.

    Encoded, an address or a Message-ID would not be one any more.
    """
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + len(word) >= LONGEST_HEADER and lines != [f"{name}:"]:
            lines.append("")
        lines[-1] += f" {word}"
    return "\n".join(lines)


def _address(address: str) -> str:
    """A bare address as a header and a server take it: its domain in punycode."""
    # Parsing one takes longer than all other headers together.
    return address if PLAIN_ADDRESS.fullmatch(address) else sanitize_address(address, "utf-8")


@lru_cache(maxsize=1024)
def _mailbox(sender: str) -> str:
    """A name and its address as a header can hold them: the name encoded (RFC 2047)."""
    name, address = parseaddr(sender)
    if name.isascii():
        return formataddr((name, address))
    words = Header(name, "utf-8", header_name="From").encode().split("\n ")
    return f"{' '.join(words)} <{address}>"


@lru_cache(maxsize=1024)
def _bare_address(sender: str) -> str:
    return _address(parseaddr(sender)[1])


def message_id(token: UUID, sender: str) -> str:
    """The message's name in the world."""
    return f"<{token}@{sender.partition('@')[2] or 'shopcare.invalid'}>"


def reply_address(token: UUID, shop: Shop) -> str:
    """Where answers go: to our own inbox if there is one, which finds the order by the token.

    Without one they go to the seller; the order is then found by In-Reply-To.
    """
    if settings.INBOUND_EMAIL_DOMAIN:
        return f"reply+{token.hex}@{settings.INBOUND_EMAIL_DOMAIN}"
    return shop.sender_email


def _one_line(text: str) -> str:
    return " ".join(text.split())


class Post:
    """One connection to the mail server, opened at the first mail and kept until closed."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend = get_connection()
        # The mail that the server has been told of already.
        self._announced: tuple[Mail, HandOver] | None = None

    def announce(self, mail: Mail) -> None:
        """Tell the server of the mail that comes next, so that it can answer meanwhile.

        That mail is sent next, or the connection begun anew.
        """
        if not isinstance(self.connection, smtp.EmailBackend) or not self.connection.connection:
            return
        hand_over = self._hand_over_of(mail, self.connection.connection)
        try:
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
                self.connection.send_messages([mail])
            elif announced:
                announced[1].finish(begin, meanwhile)
            else:
                server = self.connection.connection
                assert server is not None  # it has just been opened
                self._hand_over_of(mail, server).finish(begin, meanwhile)
        except Exception as error:  # noqa: BLE001 - every backend has errors of its own
            attempt = judge(error)
            if attempt.fate in (Fate.TRY_AGAIN, Fate.NO_SERVER):
                # What state the conversation is in nobody knows; the next mail starts afresh.
                self.close()
            return attempt
        return Attempt(Fate.SENT)

    def _hand_over_of(self, mail: Mail, server: smtplib.SMTP) -> HandOver:
        content = mail.message().as_bytes(linesep="\r\n")
        recipients = [_address(to) for to in mail.recipients()]
        return HandOver(server, _bare_address(mail.from_email), recipients, content)

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
