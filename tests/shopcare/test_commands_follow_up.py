"""`sweep`, `send_messages` and `explain`."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError

from notifications.models import Message
from orders.facts import Pause, Payment
from tests.factory import MONDAY, make_order, make_shop, record

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> dict[str, Any]:
    """The one JSON document of a command."""
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def kinds(entries: list[dict[str, str]]) -> list[str]:
    return [entry["kind"] for entry in entries]


def test_the_clock_of_a_command_is_its_now() -> None:
    make_order(make_shop(), "1001", placed_at=MONDAY)

    early = told("sweep", "--now=2026-11-02T09:29:59")
    on_time = told("sweep", "--now=2026-11-02T09:30")
    again = told("sweep", "--now=2026-11-02T09:30")

    assert early["messages"] == 0
    assert (on_time["looked_at"], on_time["messages"]) == (1, 1)
    assert again["messages"] == 0


def test_a_fortnight_later_the_order_is_flagged() -> None:
    make_order(make_shop(), "1001", placed_at=MONDAY)

    counts = told("sweep", "--now=2026-11-16T12:00:00+01:00")

    assert counts["flags"] == 1


@pytest.mark.django_db(transaction=True)
def test_send_messages_counts_by_result() -> None:
    make_order(make_shop(), "1001", placed_at=MONDAY)
    told("sweep", "--now=2026-11-02T09:30")

    first = told("send_messages", "--now=2026-11-02T09:30")
    second = told("send_messages", "--now=2026-11-02T09:30")

    assert (first["sent"], second["sent"]) == (1, 0)
    assert [message.to for message in mail.outbox] == [["zoe@example.com"]]


def test_explain_has_every_part_and_utc_times() -> None:
    make_order(make_shop(), "1001", placed_at=MONDAY)

    document = told("explain", "1001", "--shop=lucky-bead", "--now=2026-11-02T10:00")

    assert list(document) == [
        *("order", "status", "channel", "sent", "due", "upcoming", "withheld", "flags"),
        "checkpoints",
    ]
    assert (document["order"], document["status"], document["channel"]) == (
        *("1001", "awaiting_payment", "own"),
    )
    assert document["due"] == [{"kind": "thank_you"}]
    reminder, relist = document["upcoming"]
    assert (reminder["kind"], reminder["at"]) == ("payment_reminder", "2026-11-05T09:30:00Z")
    assert (relist["kind"], relist["at"]) == ("relist", "2026-11-09T09:30:00Z")
    assert set(reminder) == {"kind", "at", "unless"}
    assert "pay" in reminder["unless"]
    assert {"kind": "arrival_check", "reason": "The order has not been delivered yet."} in (
        document["withheld"]
    )
    assert kinds(document["flags"]) == []
    assert [gate["name"] for gate in document["checkpoints"]] == [
        *("paid", "address", "name", "packed", "label", "first_scan", "delivered")
    ]


def test_explain_tells_what_was_sent_and_what_waits_to_be_copied() -> None:
    shop = make_shop()
    make_order(shop, "1001", placed_at=MONDAY)
    make_order(shop, "1002", placed_at=MONDAY, channel="etsy")
    told("sweep", "--now=2026-11-02T09:30")
    Message.objects.filter(order__number="1001").update(state="sent", sent_at=MONDAY)

    by_mail = told("explain", "1001", "--shop=lucky-bead", "--now=2026-11-02T10:00")
    by_hand = told("explain", "1002", "--shop=lucky-bead", "--now=2026-11-02T10:00")

    at = "2026-11-02T09:30:00Z"
    assert by_mail["sent"] == [{"kind": "thank_you", "at": at, "state": "sent"}]
    assert by_hand["sent"] == [{"kind": "thank_you", "at": at, "state": "to_copy"}]
    assert by_mail["due"] == by_hand["due"] == []


def test_explain_tells_the_flag_and_why() -> None:
    make_order(make_shop(), "1001", placed_at=MONDAY)

    document = told("explain", "1001", "--shop=lucky-bead", "--now=2026-11-10T10:00")

    [flag] = document["flags"]
    assert (flag["kind"], flag["since"]) == ("relist", "2026-11-09T09:30:00Z")
    assert "never wrote" in flag["reason"]


def test_explain_says_why_a_paused_order_hears_nothing() -> None:
    shop = make_shop()
    make_order(shop, "1001", placed_at=MONDAY)
    record(shop, Pause(order="1001", at=MONDAY))

    document = told("explain", "1001", "--shop=lucky-bead", "--now=2026-11-02T10:00")

    reasons = {entry["kind"]: entry["reason"] for entry in document["withheld"]}
    assert reasons["thank_you"].startswith("You paused this order on")
    assert document["due"] == []


def test_explain_reads_like_a_letter_in_the_shops_time() -> None:
    shop = make_shop()
    make_order(shop, "1001", placed_at=MONDAY)
    record(shop, Payment(order="1001", at=MONDAY + timedelta(hours=1)))
    out = io.StringIO()

    call_command("explain", "#1001", "--shop=lucky-bead", "--now=2026-11-02T11:00", stdout=out)

    assert out.getvalue().startswith("Order 1001, sold on own site: paid.\n")
    assert "Goes out now:\n  - Thank-you\n" in out.getvalue()
    assert "✓ paid: Paid in full on Mon, 2 Nov, 11:30." in out.getvalue()


def test_an_unknown_order_is_refused_in_a_sentence() -> None:
    make_shop()

    with pytest.raises(CommandError, match="There is no order “1001” in Lucky Bead"):
        call_command("explain", "1001", "--shop=lucky-bead")
