"""The seller's morning digest: each morning, when anything is open, and at most once."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.digest import write_digests
from notifications.models import Message
from notifications.outbox import send_messages
from notifications.settling import RETRY_DELAYS
from notifications.sweep import sweep
from notifications.words import MessageState
from orders.facts import BuyerDetails, Payment
from orders.models import Order, Shop
from tests.factory import MONDAY, make_order, make_shop, record
from tests.notifications.outboxing import DAY, HOUR, SECOND, html_of, kind_of, text_of
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
# The sixth day after the relist flag of an order of MONDAY went up: nothing else happens then.
MORNING = datetime(2026, 11, 12, 7, tzinfo=BERLIN).astimezone(UTC)
OPENING = MORNING + HOUR


def flagged_order(shop: Shop | None = None) -> Order:
    """An order that is past its payment deadline, with its notes out of the way."""
    order = make_order(shop)
    sweep(MONDAY + 8 * DAY)
    Message.objects.filter(order=order).update(state=MessageState.CANCELLED)
    return order


def watch(shop: Shop | None = None) -> None:
    """What the first beat after the start does: find out when the next morning is."""
    write_digests(MORNING - HOUR)


def digests(sink: SmtpSink) -> list[str]:
    return [text_of(mail) for mail in sink.messages if kind_of(mail) == "digest"]


def test_it_is_written_at_seven_and_sent_when_the_window_opens(smtp_sink: SmtpSink) -> None:
    order = flagged_order()
    watch()

    before = write_digests(MORNING - SECOND)
    written = write_digests(MORNING)
    send_messages(OPENING - SECOND)
    too_early = len(digests(smtp_sink))
    send_messages(OPENING)

    assert (before, written, too_early) == (0, 1, 0)
    [letter] = digests(smtp_sink)
    assert order.number in letter
    assert smtp_sink.messages[0]["X-Shopcare-Note"] == "digest; order="


def test_it_comes_once_a_morning_and_again_the_next(smtp_sink: SmtpSink) -> None:
    flagged_order()
    watch()

    for hours in range(48):
        write_digests(MORNING + hours * HOUR)
        send_messages(MORNING + hours * HOUR)

    assert len(digests(smtp_sink)) == 2


def test_a_shop_without_anything_open_gets_none(smtp_sink: SmtpSink) -> None:
    make_shop()
    watch()

    assert write_digests(MORNING) == 0


def test_a_note_to_copy_is_something_open(smtp_sink: SmtpSink) -> None:
    make_order(placed_at=MORNING - HOUR, buyer=BuyerDetails(name="Zoë", username="zoe_o"))
    watch()
    sweep(MORNING - HOUR)

    write_digests(MORNING)
    send_messages(OPENING)

    assert len(digests(smtp_sink)) == 1


def test_what_was_put_right_before_the_window_opens_needs_no_letter(smtp_sink: SmtpSink) -> None:
    order = flagged_order()
    watch()
    write_digests(MORNING)
    record(order.shop, Payment(order=order.number, at=MORNING))
    sweep(MORNING)

    send_messages(OPENING)

    assert digests(smtp_sink) == []
    assert Message.objects.get(kind="digest").state == MessageState.CANCELLED


def test_a_morning_missed_by_a_server_that_was_down_is_not_made_up_for(
    smtp_sink: SmtpSink,
) -> None:
    flagged_order()
    watch()

    write_digests(MORNING + 3 * DAY)
    write_digests(MORNING + 3 * DAY + HOUR)
    send_messages(MORNING + 3 * DAY + HOUR)

    assert len(digests(smtp_sink)) == 1


def test_digests_that_no_mail_server_took_do_not_pile_up(smtp_sink: SmtpSink) -> None:
    flagged_order()
    watch()
    smtp_sink.on_data = lambda to: "451 later"
    for days in range(3):
        write_digests(MORNING + days * DAY)
        send_messages(OPENING + days * DAY)
    smtp_sink.on_data = lambda to: None

    send_messages(OPENING + 2 * DAY + RETRY_DELAYS[1])

    assert len(digests(smtp_sink)) == 1


def test_a_digest_held_up_until_the_evening_is_not_mailed_at_night(smtp_sink: SmtpSink) -> None:
    flagged_order()
    watch()
    write_digests(MORNING)

    for hours in range(14, 40):
        send_messages(MORNING + hours * HOUR)

    assert digests(smtp_sink) == []
    message = Message.objects.get(kind="digest")
    assert message.state == MessageState.CANCELLED
    assert message.attempts <= 1


def test_it_is_not_written_on_a_day_whose_window_is_over() -> None:
    shop = make_shop(policy={"window_opens": time(5), "window_closes": time(6)})
    flagged_order(shop)
    watch()

    assert write_digests(MORNING) == 0


@pytest.mark.parametrize(
    "sunday",
    [
        datetime(2026, 3, 29, tzinfo=BERLIN),  # summer time begins
        datetime(2026, 10, 25, tzinfo=BERLIN),  # and ends
    ],
)
def test_seven_is_seven_by_the_shops_clock_across_clock_changes(sunday: datetime) -> None:
    shop = make_shop()
    make_order(shop, placed_at=sunday.astimezone(UTC) - 20 * DAY)
    sweep(sunday.astimezone(UTC) - 2 * DAY)
    saturday = sunday.replace(hour=7).astimezone(UTC) - DAY - 2 * HOUR

    hours = [
        moment
        for moment in (saturday + number * HOUR for number in range(60))
        if write_digests(moment)
    ]

    local = [moment.astimezone(BERLIN) for moment in hours]
    assert [moment.hour for moment in local] == [7, 7, 7][: len(local)]
    assert len({moment.date() for moment in local}) == len(local) >= 2


def test_each_shop_has_its_own_morning() -> None:
    for slug, zone in (("berlin", "Europe/Berlin"), ("denver", "America/Denver")):
        flagged_order(make_shop(slug, timezone=zone))
    watch()

    at_seven_in_berlin = write_digests(MORNING)
    at_seven_in_denver = write_digests(MORNING + 8 * HOUR)

    assert (at_seven_in_berlin, at_seven_in_denver) == (1, 1)


def test_a_switched_off_digest_is_not_written() -> None:
    flagged_order(make_shop(policy={"rules_off": ["digest"]}))
    watch()

    assert write_digests(MORNING) == 0


def test_it_is_in_the_shops_language(smtp_sink: SmtpSink) -> None:
    flagged_order(make_shop(language="de"))
    watch()
    write_digests(MORNING)

    send_messages(OPENING)

    [mail] = smtp_sink.messages
    assert 'lang="de"' in html_of(mail)
    assert "Guten Morgen" in text_of(mail)


def test_looking_for_mornings_costs_one_query_while_there_is_none() -> None:
    for number in range(3):
        flagged_order(make_shop(f"shop-{number}"))
    watch()

    with CaptureQueriesContext(connection) as queries:
        write_digests(MORNING - SECOND)

    assert len(queries) == 1
