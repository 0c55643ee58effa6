"""A shop's messages as a list, and the numbers of what waits."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.listing import page_of
from notifications.models import Message
from notifications.waiting import MOST, waiting
from notifications.words import MessageState
from orders.models import Flag, Order, Shop
from orders.words import FlagKind, NoteKind
from tests.factory import MONDAY, make_order, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def make_message(order: Order, state: MessageState, hours: int = 0, **fields: Any) -> Message:
    at = MONDAY + timedelta(hours=hours)
    values = {"kind": NoteKind.THANK_YOU, "subject": str(hours), "next_attempt_at": at} | fields
    sent_at = at if state in (MessageState.SENT, MessageState.COPIED) else None
    return Message.objects.create(
        shop=order.shop, order=order, state=state, due_at=at, sent_at=sent_at, **values
    )


def test_every_message_is_met_once_by_paging_on_and_again_by_paging_back(shop: Shop) -> None:
    order = make_order(shop)
    kinds = [NoteKind.THANK_YOU, NoteKind.TRACKING_NOTICE, NoteKind.DIGEST]
    for number in range(25):
        # Several at one moment, of several kinds, so that the time alone settles nothing.
        make_message(
            order, MessageState.SENT, number // 4, kind=kinds[number % 3], subject=str(number)
        )

    page = page_of(shop, size=10)
    pages = [[message.pk for message in page.messages]]
    while page.older:
        page = page_of(shop, after=page.older, size=10)
        pages.append([message.pk for message in page.messages])
    back = []
    while page.newer:
        page = page_of(shop, before=page.newer, size=10)
        back.append([message.pk for message in page.messages])

    met = [pk for ids in pages for pk in ids]
    in_order = Message.objects.filter(shop=shop).order_by("-due_at", "-pk")
    assert met == [message.pk for message in in_order]
    assert back == pages[-2::-1]


@pytest.mark.parametrize(
    ("became", "states"),
    [
        ("waiting", {"queued", "sending"}),
        ("to_copy", {"to_copy"}),
        ("sent", {"sent", "delivered", "copied"}),
        ("lost", {"failed", "bounced", "complained"}),
        ("cancelled", {"cancelled"}),
    ],
)
def test_messages_are_narrowed_by_what_became_of_them(
    shop: Shop, became: str, states: set[str]
) -> None:
    order = make_order(shop)
    for hours, state in enumerate(MessageState):
        make_message(order, state, hours)

    found = page_of(shop, became=became).messages

    assert {message.state for message in found} == states


def test_messages_are_narrowed_by_note(shop: Shop) -> None:
    order = make_order(shop)
    make_message(order, MessageState.QUEUED)
    wanted = make_message(order, MessageState.QUEUED, kind=NoteKind.ARRIVAL_CHECK)

    assert page_of(shop, kind="arrival_check").messages == [wanted]
    assert page_of(shop, kind="arrival_check", became="waiting").messages == [wanted]


def test_another_shops_messages_are_not_listed(shop: Shop) -> None:
    make_message(make_order(make_shop("other")), MessageState.SENT)

    assert page_of(shop).messages == []


@pytest.mark.parametrize("cursor", ["x", "-", "1", "9" * 40 + "-1", "1-" + "9" * 40])
def test_a_cursor_that_makes_no_sense_still_gives_a_page(shop: Shop, cursor: str) -> None:
    make_message(make_order(shop), MessageState.SENT)

    assert page_of(shop, after=cursor) == page_of(shop)
    assert page_of(shop, before=cursor) == page_of(shop)


def test_what_waits_is_counted_in_one_query(shop: Shop, django_assert_num_queries: Any) -> None:
    paid = make_order(shop, paid_at=MONDAY)
    make_message(paid, MessageState.TO_COPY)
    make_message(paid, MessageState.SENT, 1)
    raise_flag(paid)
    other = make_order(make_shop("other"), paid_at=MONDAY)
    raise_flag(other)

    with django_assert_num_queries(1):
        found = waiting(shop)

    assert (found.today, found.to_ship) == (2, 1)


def test_counting_ends_at_a_hundred(shop: Shop) -> None:
    order = make_order(shop)
    for number in range(MOST + 20):
        make_message(order, MessageState.TO_COPY, number)

    assert waiting(shop).today == MOST


def raise_flag(order: Order) -> None:
    Flag.objects.create(
        order=order,
        shop=order.shop,
        kind=FlagKind.UNANSWERED,
        reason="waits",
        since=MONDAY,
        raised_at=MONDAY,
    )
