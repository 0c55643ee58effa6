"""Handing a mail to an SMTP server, in as few round trips as the server allows.

smtplib waits for each reply before it asks on, and parses each address anew. A server that
advertises PIPELINING (RFC 2920), as nearly all do, takes sender, recipients and DATA at once.
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Reply = tuple[int, bytes]

OK = 250
WILL_FORWARD = 251
GO_AHEAD = 354


def at_once() -> None:
    """Wait for nothing."""


@dataclass(slots=True)
class HandOver:
    """One mail for a connected server: first `announce`, if there is time to spare, then `finish`.

    The addresses are bare and ASCII; the content has CRLF line ends.
    """

    server: smtplib.SMTP
    sender: str
    recipients: Sequence[str]
    content: bytes
    is_announced: bool = False
    # Seconds for which there was nothing to do but wait for the server.
    waited: float = 0.0

    def announce(self) -> None:
        """Tell the server whom the mail is for without waiting for its answer.

        Only where that is allowed. From here on the mail is either finished, or taken back by
        closing the connection: a server never keeps a mail whose end it has not seen.
        """
        self.server.ehlo_or_helo_if_needed()
        if self.server.has_extn("pipelining"):
            commands = self._commands()
            if any("\r" in command or "\n" in command for command in commands):
                raise ValueError("an address must not contain line breaks")
            self.server.send("".join(f"{command}\r\n" for command in commands))
            self.is_announced = True

    def finish(
        self, begin: Callable[[], None] = at_once, meanwhile: Callable[[], None] = at_once
    ) -> dict[str, Reply]:
        """Send the mail; the refused recipients with the server's replies, if others take it.

        `begin` is called once the server waits for the content: from there on it may have the
        mail. `meanwhile` is called while the server has it and has not answered yet.
        Raises what `smtplib.SMTP.sendmail` raises when nobody gets the mail, and leaves the
        connection ready for the next mail, or closed.
        """
        try:
            if not self.is_announced:
                self.announce()
            return self._finish(begin, meanwhile)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException:
            _start_over(self.server)
            raise

    def _commands(self) -> list[str]:
        size = f" SIZE={len(self.content)}" if self.server.has_extn("size") else ""
        to = [f"RCPT TO:<{address}>" for address in self.recipients]
        return [f"MAIL FROM:<{self.sender}>{size}", *to, "DATA"]

    def _finish(self, begin: Callable[[], None], meanwhile: Callable[[], None]) -> dict[str, Reply]:
        server = self.server
        started = time.monotonic()
        if self.is_announced:
            replies = [server.getreply() for _command in range(len(self.recipients) + 2)]
        else:
            replies = _ask_in_turn(server, self._commands())
        self.waited = time.monotonic() - started
        from_reply, *to_replies, data_reply = replies
        refused = {
            address: reply
            for address, reply in zip(self.recipients, to_replies, strict=True)
            if reply[0] not in (OK, WILL_FORWARD)
        }
        nobody = from_reply[0] != OK or len(refused) == len(self.recipients)
        if nobody and data_reply[0] == GO_AHEAD:
            # RFC 2920 3.1: a server may ask for a mail that nobody is to get; it gets an empty one.
            server.send(b".\r\n")
            server.getreply()
        if from_reply[0] != OK:
            raise smtplib.SMTPSenderRefused(*from_reply, self.sender)
        if nobody:
            raise smtplib.SMTPRecipientsRefused(refused)
        if data_reply[0] != GO_AHEAD:
            raise smtplib.SMTPDataError(*data_reply)
        begin()
        server.send(_with_dots(self.content))
        meanwhile()
        started = time.monotonic()
        reply = server.getreply()
        self.waited += time.monotonic() - started
        if reply[0] != OK:
            raise smtplib.SMTPDataError(*reply)
        return refused


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
