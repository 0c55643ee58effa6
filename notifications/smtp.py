"""Handing a mail to an SMTP server, in as few round trips as the server allows.

smtplib waits for each reply before it asks on, and parses each address anew. A server that
advertises PIPELINING (RFC 2920), as nearly all do, takes sender, recipients and DATA at once.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence

Reply = tuple[int, bytes]

OK = 250
WILL_FORWARD = 251
GO_AHEAD = 354


def at_once() -> None:
    """Wait for nothing."""


def hand_over(
    server: smtplib.SMTP,
    sender: str,
    recipients: Sequence[str],
    content: bytes,
    begin: Callable[[], None] = at_once,
) -> dict[str, Reply]:
    """Send one mail; the refused recipients with the server's replies, when others are taken.

    `server` is connected; the addresses are bare and ASCII; `content` has CRLF line ends. `begin`
    is called once the server waits for the content: from there on it may have the mail.
    Raises what `smtplib.SMTP.sendmail` raises when nobody gets the mail, and leaves the
    connection ready for the next mail, or closed.
    """
    try:
        return _hand_over(server, sender, recipients, content, begin)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:
        _start_over(server)
        raise


def _hand_over(
    server: smtplib.SMTP,
    sender: str,
    recipients: Sequence[str],
    content: bytes,
    begin: Callable[[], None],
) -> dict[str, Reply]:
    server.ehlo_or_helo_if_needed()
    size = f" SIZE={len(content)}" if server.has_extn("size") else ""
    mail = f"MAIL FROM:<{sender}>{size}"
    commands = [mail, *(f"RCPT TO:<{address}>" for address in recipients), "DATA"]
    if server.has_extn("pipelining"):
        from_reply, *to_replies, data_reply = _ask_at_once(server, commands)
    else:
        from_reply, *to_replies, data_reply = _ask_in_turn(server, commands)
    refused = {
        address: reply
        for address, reply in zip(recipients, to_replies, strict=True)
        if reply[0] not in (OK, WILL_FORWARD)
    }
    nobody = from_reply[0] != OK or len(refused) == len(recipients)
    if nobody and data_reply[0] == GO_AHEAD:
        # RFC 2920 3.1: a server may ask for a mail that nobody is to get; it gets an empty one.
        server.send(b".\r\n")
        server.getreply()
    if from_reply[0] != OK:
        raise smtplib.SMTPSenderRefused(*from_reply, sender)
    if nobody:
        raise smtplib.SMTPRecipientsRefused(refused)
    if data_reply[0] != GO_AHEAD:
        raise smtplib.SMTPDataError(*data_reply)
    begin()
    server.send(_with_dots(content))
    reply = server.getreply()
    if reply[0] != OK:
        raise smtplib.SMTPDataError(*reply)
    return refused


def _ask_at_once(server: smtplib.SMTP, commands: Sequence[str]) -> list[Reply]:
    if any("\r" in command or "\n" in command for command in commands):
        raise ValueError("an address must not contain line breaks")
    server.send("".join(f"{command}\r\n" for command in commands))
    return [server.getreply() for _command in commands]


def _ask_in_turn(server: smtplib.SMTP, commands: Sequence[str]) -> list[Reply]:
    """Ask no further once nobody can get the mail; what was not asked counts as refused."""
    mail, *to, data = commands
    replies = [server.docmd(mail)]
    if replies[0][0] != OK:
        return [replies[0]] * len(commands)
    replies += [server.docmd(command) for command in to]
    if any(reply[0] in (OK, WILL_FORWARD) for reply in replies[1:]):
        return [*replies, server.docmd(data)]
    return [*replies, replies[-1]]


def _with_dots(content: bytes) -> bytes:
    """The content as DATA takes it (RFC 5321 4.5.2): dots at line starts doubled, an end."""
    if content.startswith(b"."):
        content = b"." + content
    content = content.replace(b"\r\n.", b"\r\n..")
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _start_over(server: smtplib.SMTP) -> None:
    """Make the connection ready for another mail; one that is closed stays so."""
    try:
        server.rset()
    except (OSError, smtplib.SMTPException):
        server.close()
