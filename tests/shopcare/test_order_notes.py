"""A single note: read before it goes, reworded, held back, sent now, copied."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from notifications.copying import mark_copied
from notifications.models import Decision, Message
from notifications.shipping import send_parcel
from notifications.sweep import sweep
from orders.facts import BuyerDetails, Payment, Shipment
from orders.models import Member, OrderEvent, Shop
from orders.words import Role
from tests.factory import MONDAY, make_order, make_shop, make_user, record

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(days=1)
PAGE = "/shops/lucky-bead/orders/1001/"
NOTE = f"{PAGE}notes/payment_reminder/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def shop() -> Shop:
    shop = make_shop(owner=make_user())
    make_order(shop, "1001")
    return shop


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


@pytest.fixture
def copies(shop: Shop) -> Message:
    """A note that waits to be copied: there is no address to mail it to."""
    buyer = BuyerDetails(name="Ada", username="ada77")
    make_order(shop, "2002", channel="etsy", buyer=buyer, placed_at=NOW)
    sweep(NOW)
    return Message.objects.get(order__number="2002", kind="thank_you")


def decide(client: Client, decision: str, kind: str = "payment_reminder") -> str:
    answer = client.post(f"{PAGE}notes/{kind}/do/{decision}/", {"about": ""}, follow=True)
    return answer.content.decode()


def test_not_this_one_holds_the_note_back_until_it_is_left_to_the_rule(member: Client) -> None:
    held = decide(member, "skip")
    twice = decide(member, "skip")
    back = decide(member, "unskip")

    assert "The payment reminder does not go out: You decided not to send this one." in held
    assert "Nothing else changes." in twice
    assert "The payment reminder now goes out on Thu, 5 Nov, 10:30" in back


def test_send_now_sends_once_whatever_is_pressed_again(member: Client) -> None:
    html = decide(member, "send_now")
    decide(member, "send_now")
    sweep(NOW)
    sweep(NOW)

    assert "The payment reminder goes out now." in html
    assert Message.objects.filter(kind="payment_reminder").count() == 1


def test_a_note_that_its_rule_does_not_want_is_not_offered(member: Client, shop: Shop) -> None:
    record(shop, Payment(order="1001", at=NOW))

    html = member.get(PAGE).content.decode()
    decide(member, "send_now")
    sweep(NOW)

    assert "notes/payment_reminder/do/send_now/" not in html
    assert not Message.objects.filter(kind="payment_reminder").exists()


def test_a_delay_notice_that_waits_for_a_click_goes_by_one(
    member: Client, shop: Shop, clock: time_machine.Traveller
) -> None:
    record(shop, Payment(order="1001", at=NOW))
    clock.shift(timedelta(days=10))

    assert "notes/delay_notice/do/send_now/" in member.get(PAGE).content.decode()
    assert "The delay notice goes out now." in decide(member, "send_now", "delay_notice")


@pytest.mark.parametrize("kind", ["digest", "explode"])
def test_only_notes_of_the_order_can_be_decided_about(member: Client, kind: str) -> None:
    answer = member.post(f"{PAGE}notes/{kind}/do/skip/", {"about": ""})

    assert answer.status_code == 404
    assert member.get(f"{PAGE}notes/{kind}/").status_code == 404


def test_a_subject_that_somebody_made_up_leaves_no_decision(member: Client) -> None:
    answer = member.post(f"{NOTE}do/skip/", {"about": "x" * 5000}, follow=True)

    assert "There is no such note any more." in answer.content.decode()
    assert not Decision.objects.exists()


def test_the_exact_mail_is_shown_before_it_goes(member: Client) -> None:
    html = member.get(NOTE).content.decode()
    mail = member.get(f"{NOTE}mail/")

    assert "Thu, 5 Nov, 10:30" in html
    assert "1001" in html
    assert "<html" in mail.content.decode()
    assert "sandbox" in mail["Content-Security-Policy"]
    assert "script-src" not in mail["Content-Security-Policy"]
    assert mail["X-Frame-Options"] == "SAMEORIGIN"


def test_other_words_go_out_for_this_order_only_and_can_be_taken_back(
    member: Client, shop: Shop
) -> None:
    make_order(shop, "1002")

    member.post(NOTE, {"about": "", "subject_line": "Dear Zoë", "body": "Only {{ this }} order."})
    own = member.get(f"{NOTE}mail/").content.decode()
    other = member.get("/shops/lucky-bead/orders/1002/notes/payment_reminder/mail/")
    decide(member, "wording")
    back = member.get(f"{NOTE}mail/").content.decode()

    assert "Only {{ this }} order." in own
    assert "Only {{ this }} order." not in other.content.decode()
    assert "Only {{ this }} order." not in back


def test_an_edited_note_keeps_its_footer_once(member: Client) -> None:
    form = member.get(NOTE).context["form"]
    words = {"about": "", **{name: form[name].value() for name in ("subject_line", "body")}}

    member.post(NOTE, words)
    again = member.get(NOTE).context["form"]

    assert again["body"].value().strip() == words["body"].strip()


def test_kept_and_sent_in_one(member: Client) -> None:
    words = {"about": "", "subject_line": "Dear Zoë", "body": "Hello.", "send": "1"}

    html = member.post(NOTE, words, follow=True).content.decode()

    assert "The payment reminder goes out now." in html


def test_an_empty_note_is_not_kept(member: Client) -> None:
    html = member.post(NOTE, {"about": "", "subject_line": "", "body": " "}).content.decode()

    assert html.count("This field is required.") == 2
    assert not Decision.objects.exists()


def test_a_note_to_copy_shows_its_text_and_the_conversation(
    member: Client, copies: Message
) -> None:
    html = member.get("/shops/lucky-bead/orders/2002/").content.decode()

    assert "Ada" in html
    assert f'id="copy-{copies.pk}"' in html
    assert "https://www.etsy.com/your/orders/sold?order_id=2002" in html


def test_copied_is_sent_and_stands_in_the_timeline_once(member: Client, copies: Message) -> None:
    address = f"/shops/lucky-bead/orders/2002/copied/{copies.pk}/"

    first = member.post(address, follow=True).content.decode()
    second = member.post(address, follow=True).content.decode()

    copies.refresh_from_db()
    assert (copies.state, copies.sent_at) == ("copied", NOW)
    assert "Ada" in copies.text
    assert "Marked as sent: thank-you." in first
    assert "does not wait to be copied any more" in second
    assert OrderEvent.objects.filter(order__number="2002", kind="note").count() == 1


def test_the_lost_race_for_a_copied_note_is_a_result(copies: Message) -> None:
    Message.objects.filter(pk=copies.pk).update(state="cancelled")

    assert mark_copied(message=copies, now=NOW) is False


def test_a_note_that_went_out_is_shown_as_it_went_out(member: Client, copies: Message) -> None:
    Message.objects.filter(pk=copies.pk).update(
        state="sent", sent_at=NOW, settled_at=NOW, subject_line="Thanks!", text="These very words."
    )

    html = member.get("/shops/lucky-bead/orders/2002/notes/thank_you/").content.decode()

    assert "These very words." in html
    assert "<iframe" not in html
    assert "Keep these words" not in html


@pytest.mark.parametrize(
    "address",
    [f"{NOTE}do/skip/", NOTE, f"{NOTE}mail/", f"{PAGE}copied/1/", f"{PAGE}notes/relist/"],
)
def test_another_shops_member_finds_no_note(client: Client, shop: Shop, address: str) -> None:
    make_shop("other", owner=make_user("other@example.com"))
    client.login(email="other@example.com", password="beads")

    assert client.get(address).status_code == 404
    assert client.post(address, {"about": "", "body": "x", "subject_line": "x"}).status_code == 404
    assert not Decision.objects.exists()


def test_a_note_of_another_order_is_not_copied_by_this_ones_address(
    member: Client, copies: Message
) -> None:
    assert member.post(f"{PAGE}copied/{copies.pk}/").status_code == 404


def test_a_helper_may_decide_about_notes(client: Client, shop: Shop) -> None:
    Member.objects.create(shop=shop, user=make_user("helper@example.com"), role=Role.HELPER)
    client.login(email="helper@example.com", password="beads")

    decide(client, "skip")

    assert Decision.objects.get().skipped_at == NOW


def test_the_page_costs_the_same_queries_with_many_notes_to_copy(
    member: Client, copies: Message, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(45):
        member.get("/shops/lucky-bead/orders/2002/")


def test_a_note_that_waits_in_the_outbox_says_until_when(member: Client, shop: Shop) -> None:
    record(shop, Payment(order="1001", at=NOW), now=NOW)
    parcel = Shipment(order="1001", at=NOW, carrier="DHL", tracking_code="00340434161094")

    send_parcel(shop=shop, fact=parcel, now=NOW)

    assert "Goes out in a few minutes, at 10:35." in member.get(PAGE).content.decode()


def test_a_note_that_could_not_be_sent_says_when_it_is_tried_again(
    member: Client, shop: Shop
) -> None:
    make_order(shop, "1002", placed_at=NOW)
    sweep(NOW)
    waits = Message.objects.filter(order__number="1002", kind="thank_you")
    waits.update(attempts=1, next_attempt_at=NOW + timedelta(minutes=20))

    html = member.get("/shops/lucky-bead/orders/1002/").content.decode()

    assert "It could not be sent yet; the next attempt is at 10:50." in html
