"""In which language and whose words a note goes out, and who reads the seller's mail."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from notifications.models import ShopWording
from notifications.words import MessageState
from orders.facts import BuyerDetails
from orders.models import Member
from shopcare.accounts.models import User
from tests.factory import MONDAY, make_order, make_shop
from tests.notifications.outboxing import (
    DAY,
    HOUR,
    html_of,
    kind_of,
    kinds,
    message_of,
    play,
    text_of,
)
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db


def test_a_mail_is_in_the_buyers_language_and_not_the_sellers(smtp_sink: SmtpSink) -> None:
    shop = make_shop(language="en")
    make_order(shop, buyer=BuyerDetails(name="Jörg Maß", email="j@example.com", language="de"))

    play(MONDAY)

    [mail] = smtp_sink.messages
    assert "Jörg" in text_of(mail)
    assert 'lang="de"' in html_of(mail)


def test_a_mail_to_a_buyer_of_unknown_language_is_in_the_shops(smtp_sink: SmtpSink) -> None:
    shop = make_shop(language="de")
    make_order(shop, buyer=BuyerDetails(name="Zoë", email="zoe@example.com"))

    play(MONDAY)

    assert 'lang="de"' in html_of(smtp_sink.messages[0])


def test_a_mail_to_the_seller_is_in_the_shops_language(smtp_sink: SmtpSink) -> None:
    make_order(make_shop(language="de"))

    for days in (0, 3, 7):
        play(MONDAY + days * DAY)

    [notice] = smtp_sink.to("maker@example.com")
    assert kind_of(notice) == "relist"
    assert 'lang="de"' in html_of(notice)


def test_a_sellers_own_wording_is_used(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    body = "Hello {{ buyer.first_name }}, mine!"
    ShopWording.objects.create(
        shop=shop, kind="thank_you", language="en", subject="Mine {{ order.number }}", body=body
    )
    make_order(shop, "1001")

    play(MONDAY)

    [mail] = smtp_sink.messages
    assert mail["Subject"] == "Mine 1001"
    assert text_of(mail).startswith("Hello Zoë, mine!")


def test_the_seller_is_written_to_at_the_owners_address_when_the_shop_has_none(
    smtp_sink: SmtpSink, settings: Settings
) -> None:
    shop = make_shop(sender_email="")
    owner = User.objects.create_user("anna@example.com", "beads")
    Member.objects.create(shop=shop, user=owner, role="owner")
    make_order(shop)

    for days in (0, 3, 7):
        play(MONDAY + days * DAY)

    assert [kind_of(mail) for mail in smtp_sink.to("anna@example.com")] == ["relist"]
    assert smtp_sink.to("anna@example.com")[0]["From"].addresses[0].addr_spec in (
        settings.DEFAULT_FROM_EMAIL
    )


def test_a_shop_of_many_owners_gets_one_mail_not_thirteen(smtp_sink: SmtpSink) -> None:
    shop = make_shop(sender_email="")
    for number in range(13):
        address = f"owner-number-{number}@quite-a-long-domain.example.com"
        owner = User.objects.create_user(address, "beads")
        Member.objects.create(shop=shop, user=owner, role="owner")
    make_order(shop)

    for moment in (MONDAY, MONDAY + 7 * DAY, MONDAY + 7 * DAY + HOUR):
        play(moment)

    assert kinds(smtp_sink).count("relist") == 1


def test_a_seller_nobody_can_write_to_is_a_failure_with_a_reason(smtp_sink: SmtpSink) -> None:
    order = make_order(make_shop(sender_email=""))

    for days in (0, 3, 7):
        play(MONDAY + days * DAY)

    notice = message_of(order, "relist")
    assert notice.state == MessageState.FAILED
    assert "no sender address" in notice.detail
