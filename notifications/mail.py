"""From a letter to a mail as it goes over the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr, quote
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.mail.message import sanitize_address

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


def build(
    *, letter: Letter, kind: str, number: str, token: UUID, shop: Shop, recipients: list[str]
) -> Mail:
    """The mail of a letter.

    Headers: a Message-ID that stays the same whenever the message is sent again (RFC 5322
    3.6.4), `Auto-Submitted` so that robots do not answer (RFC 3834 5), and a Reply-To that
    leads back to the order.
    """
    sender = sender_address(shop.sender_email or settings.DEFAULT_FROM_EMAIL)
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

    _written_down: bytes | None = None

    def write_down(self) -> bytes:
        """The mail as it goes over the wire; made when first asked for."""
        if self._written_down is None:
            self._written_down = self.message().as_bytes(linesep="\r\n")
        return self._written_down

    def message(self, *args: Any, **kwargs: Any) -> Any:
        parts = [("plain", str(self.body)), *(("html", str(a[0])) for a in self.alternatives)]
        lines = [line for _kind, text in parts for line in text.encode().split(b"\n")]
        if self.attachments or max(map(len, lines)) > LONGEST_LINE:
            return super().message(*args, **kwargs)
        return AlternativeParts(list(self._wire_headers()), parts)

    def _wire_headers(self) -> Iterator[tuple[str, str]]:
        yield "Subject", str(self.subject)
        yield "From", _mailbox(self.from_email)
        yield "To", ", ".join(map(bare_address, self.to))
        if self.reply_to:
            yield "Reply-To", ", ".join(map(bare_address, self.reply_to))
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


def bare_address(address: str) -> str:
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
def sender_address(sender: str) -> str:
    """The bare address of a mailbox, as a server takes it."""
    return bare_address(parseaddr(sender)[1])


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
