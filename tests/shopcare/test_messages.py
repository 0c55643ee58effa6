"""The messages page, the navigation's numbers, and the help."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from notifications.models import Message
from notifications.sweep import sweep
from notifications.words import MessageState
from orders.facts import BuyerDetails
from orders.models import Member, Shop
from orders.words import Role
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

PAGE = "/shops/lucky-bead/messages/"
WITHOUT_MAIL = BuyerDetails(name="Zoë Ørsted", username="zoe")


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def written(shop: Shop, **fields: Any) -> Message:
    """The thank-you of a new order, written by the sweep."""
    order = make_order(shop, "1001", **fields)
    sweep(datetime.now(UTC))
    return Message.objects.get(order=order)


def page(member: Client, address: str = PAGE) -> str:
    answer = member.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_shop_without_messages_says_so(member: Client) -> None:
    assert "Nothing has been written yet." in page(member)


def test_a_waiting_message_shows_the_letter_it_will_be(member: Client, shop: Shop) -> None:
    written(shop)

    html = page(member)

    assert "queued" in html
    assert "Hello Zoë" in html


def test_a_sent_message_shows_the_words_that_went_out(member: Client, shop: Shop) -> None:
    message = written(shop)
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENT,
        sent_at=MONDAY,
        recipient="zoe@example.com",
        subject_line="Thank you",
        text="These very words\n<b>bold</b>",
    )

    html = page(member)

    assert "These very words\n&lt;b&gt;bold&lt;/b&gt;" in html
    assert "To zoe@example.com" in html


def test_a_message_that_failed_says_why(member: Client, shop: Shop) -> None:
    message = written(shop)
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.FAILED, settled_at=MONDAY, detail="550 no such user"
    )

    assert "550 no such user" in page(member, PAGE + "?state=lost")
    assert "No message like that." in page(member, PAGE + "?state=sent")


def test_a_note_to_copy_is_marked_as_sent(member: Client, shop: Shop) -> None:
    message = written(shop, buyer=WITHOUT_MAIL)
    assert "Hello Zoë" in page(member, PAGE + "?state=to_copy")

    answer = member.post(f"{PAGE}{message.pk}/copied/", follow=True)

    message.refresh_from_db()
    assert message.state == MessageState.COPIED
    assert "Noted as sent." in answer.content.decode()


def test_marking_it_twice_says_so_and_changes_nothing(member: Client, shop: Shop) -> None:
    message = written(shop, buyer=WITHOUT_MAIL)
    member.post(f"{PAGE}{message.pk}/copied/")

    answer = member.post(f"{PAGE}{message.pk}/copied/", follow=True)

    assert "It was noted before" in answer.content.decode()


def test_a_message_of_another_shop_cannot_be_marked(member: Client) -> None:
    other = make_shop("other")
    message = written(other, buyer=WITHOUT_MAIL)

    answer = member.post(f"{PAGE}{message.pk}/copied/")

    message.refresh_from_db()
    assert answer.status_code == 404
    assert message.state == MessageState.TO_COPY


def test_words_in_the_address_that_mean_nothing_are_passed_over(member: Client, shop: Shop) -> None:
    written(shop)

    assert "1001" in page(member, PAGE + "?state=x&kind=y&after=z")


def test_the_page_costs_the_same_queries_for_one_message_and_for_forty(
    member: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    written(shop)
    page(member)
    for number in range(40):
        make_order(shop, f"n{number}")
    sweep(datetime.now(UTC))

    with django_assert_max_num_queries(24):
        html = page(member)

    assert html.count("Hello Zoë") == 30
    assert 'rel="next"' in html


def test_the_navigation_tells_how_much_waits(member: Client, shop: Shop) -> None:
    for number in range(2):
        make_order(shop, f"p{number}", paid_at=MONDAY)

    html = page(member, "/shops/lucky-bead/help/")

    assert ">2</span>" in html


def test_owners_see_sections_that_helpers_do_not(client: Client, member: Client) -> None:
    shop = Shop.objects.get()
    Member.objects.create(shop=shop, user=make_user("help@example.com"), role=Role.HELPER)
    for_owners = page(member, "/shops/lucky-bead/help/")
    client.login(email="help@example.com", password="beads")

    for_helpers = page(client, "/shops/lucky-bead/help/")

    assert "/shops/lucky-bead/members/" in for_owners
    assert "/shops/lucky-bead/members/" not in for_helpers


def test_the_help_tells_the_keys_without_scripts(member: Client) -> None:
    html = page(member, "/shops/lucky-bead/help/")

    assert html.index("What is where") < html.index("<kbd>g</kbd> <kbd>o</kbd>")
