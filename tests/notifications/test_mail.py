"""A letter as a mail: its headers and parts, whatever a shop or an order is called."""

import smtplib
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from uuid import UUID, uuid4

import pytest
from django.core.mail import BadHeaderError
from pytest_django import Settings

from notifications import mail
from notifications.letter import Letter
from notifications.post import Fate, Post, judge
from orders.models import Shop
from tests.notifications.outboxing import html_of, text_of
from tests.servers import SmtpSink

TOKEN = UUID("0b1e5c2a-3f64-4d0e-9a31-5d7c2f1e8a90")
LETTER = Letter(subject="Thank you!", text="Dear Zoë,\n.\nthank you\n", html="<p>Dear Zoë</p>")


def built(letter: Letter = LETTER, **changes: object) -> mail.Mail:
    shop = Shop(
        name=str(changes.get("shop_name", "Lucky Bead")),
        sender_email=str(changes.get("sender", "maker@example.com")),
    )
    return mail.build(
        letter=letter,
        kind="thank_you",
        number=str(changes.get("number", "1001")),
        token=TOKEN,
        shop=shop,
        recipients=[str(changes.get("to", "zoe@example.com"))],
    )


def parsed(one: mail.Mail) -> EmailMessage:
    message = message_from_bytes(one.message().as_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_robots_are_told_not_to_answer() -> None:
    message = parsed(built())

    assert message["Auto-Submitted"] == "auto-generated"


def test_a_note_names_its_kind_and_order() -> None:
    message = parsed(built(number="R-7"))

    assert message["X-Shopcare-Note"] == "thank_you; order=R-7"


def test_notes_about_an_order_have_no_list_to_unsubscribe_from() -> None:
    message = parsed(built())

    assert message["List-Unsubscribe"] is None


def test_a_message_id_stays_the_same_however_often_it_is_sent() -> None:
    first, second = parsed(built()), parsed(built())

    assert first["Message-ID"] == second["Message-ID"] == f"<{TOKEN}@example.com>"


def test_a_message_id_with_a_long_domain_stays_a_message_id() -> None:
    domain = "handmade-jewellery-by-anna-of-the-northern-isles.example.com"

    raw = built(sender=f"anna@{domain}").message().as_bytes()

    assert f"Message-ID: <{TOKEN}@{domain}>\n".encode() in raw


@pytest.mark.parametrize(
    "name",
    [
        "Zoë",
        "Zoës wunderschöne Perlenwerkstatt",
        "Lucky Bead, Inc. (since 1999)",
        'The "Lucky" Bead; and <more>',
        "Große Perlen, kleine Perlen, " * 4,
        "A shop whose long name needs more room than any single header line has to give",
        "銀細工",
    ],
)
def test_a_shop_of_any_name_is_the_sender(name: str) -> None:
    raw = message_from_bytes(built(shop_name=name).message().as_bytes(), policy=policy.compat32)

    shown, address = parseaddr(raw["From"])
    assert str(make_header(decode_header(shown))) == name.strip()
    assert address == "maker@example.com"


def test_headers_of_any_length_are_broken_into_lines() -> None:
    name = "Große Perlen, kleine Perlen, " * 4
    letter = Letter(subject="Schöne Grüße " * 11, text="Hallo", html="<p>Hallo</p>")

    raw = built(letter, shop_name=name, number="long " * 30).message().as_bytes()

    lines = raw.partition(b"\n\n")[0].split(b"\n")
    assert max(map(len, lines)) < 90


def test_a_domain_with_umlauts_is_written_as_servers_know_it() -> None:
    message = parsed(built(sender="anna@müller.example", to="zoe@ørsted.example"))

    assert message["From"].addresses[0].addr_spec == "anna@xn--mller-kva.example"
    assert message["To"].addresses[0].addr_spec == "zoe@xn--rsted-uua.example"
    assert message["Message-ID"] == f"<{TOKEN}@xn--mller-kva.example>"


@pytest.mark.parametrize("number", ["1001\nBcc: all@example.com", "1001\r\nBcc: all@example.com"])
def test_an_order_number_cannot_add_headers(number: str) -> None:
    message = parsed(built(number=number))

    assert message["Bcc"] is None
    assert message["X-Shopcare-Note"] == "thank_you; order=1001 Bcc: all@example.com"


def test_a_shop_name_cannot_add_headers() -> None:
    message = parsed(built(shop_name="Lucky\r\nBcc: all@example.com"))

    assert message["Bcc"] is None


def test_a_subject_of_two_lines_is_refused() -> None:
    letter = Letter(subject="Hello\nBcc: all@example.com", text="Hi", html="<p>Hi</p>")

    with pytest.raises(BadHeaderError):
        built(letter).message().as_bytes()


def test_answers_go_to_our_own_inbox_where_there_is_one(settings: Settings) -> None:
    settings.INBOUND_EMAIL_DOMAIN = "in.a-rather-long-domain-for-incoming-mail.example.com"

    message = parsed(built())

    [address] = message["Reply-To"].addresses
    assert address.addr_spec == f"reply+{TOKEN.hex}@{settings.INBOUND_EMAIL_DOMAIN}"


def test_without_an_inbox_of_ours_answers_go_to_the_seller(settings: Settings) -> None:
    settings.INBOUND_EMAIL_DOMAIN = ""

    assert parsed(built())["Reply-To"] == "maker@example.com"


def test_text_and_html_arrive_as_they_were_written(smtp_sink: SmtpSink) -> None:
    post = Post()

    attempt = post.send(built())
    post.close()

    assert attempt.fate == Fate.SENT
    [message] = smtp_sink.messages
    assert message.get_content_type() == "multipart/alternative"
    assert text_of(message).rstrip() == LETTER.text.rstrip()
    assert html_of(message).rstrip() == LETTER.html


def test_lines_of_any_length_arrive_whole(smtp_sink: SmtpSink) -> None:
    letter = Letter(subject="Hi", text="ü" * 5000, html=f"<p>{'ü' * 5000}</p>")
    post = Post()

    post.send(built(letter))
    post.close()

    [message] = smtp_sink.messages
    assert text_of(message).rstrip() == "ü" * 5000
    assert message["Message-ID"] == f"<{TOKEN}@example.com>"
    [received] = smtp_sink.received
    assert received.recipients == ["zoe@example.com"]


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (smtplib.SMTPDataError(451, b"later"), Fate.TRY_AGAIN),
        (smtplib.SMTPDataError(554, b"spam"), Fate.REFUSED),
        (smtplib.SMTPSenderRefused(421, b"closing", "a@b.c"), Fate.TRY_AGAIN),
        (smtplib.SMTPSenderRefused(530, b"log in first", "a@b.c"), Fate.NO_SERVER),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), Fate.NO_SERVER),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"unknown")}), Fate.REFUSED),
        (
            smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no"), "d@b.c": (452, b"full")}),
            Fate.TRY_AGAIN,
        ),
        (smtplib.SMTPServerDisconnected("gone"), Fate.TRY_AGAIN),
        (TimeoutError("too slow"), Fate.TRY_AGAIN),
        (BadHeaderError("two lines"), Fate.REFUSED),
    ],
)
def test_what_a_servers_answer_means(error: Exception, fate: Fate) -> None:
    assert judge(error).fate == fate


def test_a_server_that_is_not_there_is_nobodys_fault(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert Post().send(built()).fate == Fate.NO_SERVER


def test_two_messages_have_two_names() -> None:
    assert mail.message_id(uuid4(), "a@b.c") != mail.message_id(uuid4(), "a@b.c")
