"""Handing mails to a real SMTP server, with and without command pipelining (RFC 2920)."""

import smtplib
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.smtp import HandOver, Reply
from tests.servers import SmtpSink


def hand_over(
    server: smtplib.SMTP, sender: str, recipients: list[str], content: bytes
) -> dict[str, Reply]:
    """Announce and finish at once."""
    return HandOver(server, sender, recipients, content).finish()


CONTENT = b"Subject: Thank you\r\nMessage-ID: <1@example.com>\r\n\r\nDear Zoe,\r\n.dotted\r\n"


class PickySink(SmtpSink):
    """Takes nothing from one sender."""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == "stranger@example.com":
            return "550 not from you"
        return await super().handle_MAIL(server, session, envelope, address, options)


@pytest.fixture(params=[False, True])
def sink(request: pytest.FixtureRequest) -> Iterator[SmtpSink]:
    made = PickySink(is_pipelining=request.param)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def server(sink: SmtpSink) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(sink.host, sink.port, timeout=10) as server:
        yield server


def test_mails_go_out_one_after_another_over_one_connection(
    sink: SmtpSink, server: smtplib.SMTP
) -> None:
    for _number in range(3):
        refused = hand_over(server, "maker@example.com", ["zoe@example.com"], CONTENT)

    assert refused == {}
    assert sink.connections == 1
    assert [one.recipients for one in sink.received] == [["zoe@example.com"]] * 3
    assert sink.received[0].sender == "maker@example.com"
    assert sink.messages[0].get_content() == "Dear Zoe,\r\n.dotted\r\n"


def test_a_mail_reaches_the_recipients_that_the_server_takes(
    sink: SmtpSink, server: smtplib.SMTP
) -> None:
    sink.on_rcpt = lambda address: "550 nobody here" if address == "gone@example.com" else None

    refused = hand_over(
        server, "maker@example.com", ["gone@example.com", "zoe@example.com"], CONTENT
    )

    assert refused == {"gone@example.com": (550, b"nobody here")}
    assert [one.recipients for one in sink.received] == [["zoe@example.com"]]


def test_a_refused_recipient_leaves_the_connection_fit_for_the_next_mail(
    sink: SmtpSink, server: smtplib.SMTP
) -> None:
    sink.on_rcpt = lambda address: "550 nobody here" if address == "gone@example.com" else None

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        hand_over(server, "maker@example.com", ["gone@example.com"], CONTENT)
    hand_over(server, "maker@example.com", ["zoe@example.com"], CONTENT)

    assert refusal.value.recipients == {"gone@example.com": (550, b"nobody here")}
    assert [one.recipients for one in sink.received] == [["zoe@example.com"]]
    assert sink.connections == 1


def test_a_refused_mail_leaves_the_connection_fit_for_the_next(
    sink: SmtpSink, server: smtplib.SMTP
) -> None:
    sink.on_data = lambda address: "452 mailbox full" if address == "full@example.com" else None

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        hand_over(server, "maker@example.com", ["full@example.com"], CONTENT)
    hand_over(server, "maker@example.com", ["zoe@example.com"], CONTENT)

    assert refusal.value.smtp_code == 452
    assert [one.recipients for one in sink.received] == [["zoe@example.com"]]


def test_a_refused_sender_leaves_the_connection_fit_for_the_next_mail(
    sink: SmtpSink, server: smtplib.SMTP
) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        hand_over(server, "stranger@example.com", ["zoe@example.com"], CONTENT)
    hand_over(server, "maker@example.com", ["zoe@example.com"], CONTENT)

    assert refusal.value.smtp_code == 550
    assert [one.sender for one in sink.received] == ["maker@example.com"]


def test_an_address_cannot_smuggle_in_commands(sink: SmtpSink, server: smtplib.SMTP) -> None:
    with pytest.raises(ValueError, match=r"(?i)newline|line break"):
        hand_over(
            server, "maker@example.com", ["a@example.com>\r\nRCPT TO:<b@example.com"], CONTENT
        )

    assert sink.received == []


def test_a_connection_that_breaks_says_so(sink: SmtpSink, server: smtplib.SMTP) -> None:
    sink.on_data = lambda address: "drop"

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        hand_over(server, "maker@example.com", ["zoe@example.com"], CONTENT)
