"""What an order's explanation says at any moment of its life, and that it comes true."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from notifications.explain import Explanation, explain
from notifications.outbox import send_messages
from notifications.sweep import sweep
from orders.facts import Fact
from orders.models import Order, Shop
from orders.words import FlagKind, NoteKind
from tests.factory import make_shop, record
from tests.notifications.outboxing import kinds
from tests.notifications.test_fortnight import START, STORIES
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db

HALF_DAY = timedelta(hours=12)
TOLD_OF = {str(kind) for kind in (*NoteKind, *FlagKind)} - {"digest"}


def live(shop: Shop, facts: list[Fact], until: datetime, since: datetime = START) -> None:
    """What happened after `since`, up to and at `until`, and what we did then."""
    for fact in facts:
        if since < fact.at <= until or since == START >= fact.at:
            record(shop, fact, now=max(fact.at, START))
    sweep(until)
    send_messages(until)


def explanations() -> Iterator[tuple[str, datetime, Explanation]]:
    """The order of each story explained every half day of its fortnight, by its number."""
    shop, told = make_shop(), defaultdict(list)
    for number, (facts, _letters) in STORIES.items():
        for step in range(29):
            told[max(START, facts[0].at) + step * HALF_DAY].append(number)
    everything = [fact for facts, _letters in STORIES.values() for fact in facts]
    before = START
    for now in sorted(told):
        live(shop, everything, now, before)
        known = Order.objects.select_related("buyer", "channel", "shop__policy")
        for order in known.filter(shop=shop, number__in=told[now]):
            yield order.number, now, explain(order, now)
        before = now


def test_every_note_and_flag_is_accounted_for_on_the_right_side_of_now(
    smtp_sink: SmtpSink,
) -> None:
    for number, now, told in explanations():
        parts = ("sent", "due", "upcoming", "withheld", "flags")
        named = {entry["kind"] for part in parts for entry in told[part]}
        assert named == TOLD_OF, number
        assert all(entry["reason"] for entry in (*told["withheld"], *told["flags"])), number
        assert all(entry["unless"] for entry in told["upcoming"]), number
        assert all(gate["evidence"] for gate in told["checkpoints"]), number
        assert all(datetime.fromisoformat(one["at"]) > now for one in told["upcoming"]), number
        assert all(datetime.fromisoformat(one["at"]) <= now for one in told["sent"]), number


@pytest.mark.parametrize("number", ["silent", "across the change", "late at night"])
def test_a_forecast_comes_true_to_the_minute(number: str, smtp_sink: SmtpSink) -> None:
    shop, facts = make_shop(), STORIES[number][0]
    placed_at = facts[0].at
    record(shop, *facts, now=placed_at)
    sweep(placed_at)
    send_messages(placed_at)
    order = Order.objects.get(number=number)
    now = placed_at
    forecast: list[str] = []

    while coming := explain(order, now)["upcoming"]:
        forecast.append(coming[0]["at"])
        now = datetime.fromisoformat(forecast[-1])
        for moment in (now - timedelta(seconds=1), now):
            sweep(moment)
            send_messages(moment)

    sent = [entry["at"] for entry in explain(order, now)["sent"]]
    assert set(sent[1:]) <= set(forecast)
    assert kinds(smtp_sink) == [kind for kind, _at in STORIES[number][1]]


def run(*arguments: str, stdin: str = "", patch: pytest.MonkeyPatch | None = None) -> Any:
    """A command's one JSON document."""
    if patch:
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_an_order_from_placing_to_arrival_by_commands_alone(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = [
        '{"fact":"placed","order":"1001","at":"2026-11-02T09:30:00Z","currency":"EUR","channel":"own",'
        '"buyer":{"name":"Zoë Ørsted","email":"zoe@example.com","language":"en"},'
        '"lines":[{"title":"Lucky bead","sku":"LB-1","quantity":2,"unit_price":"4.50"}]}',
        '{"fact":"payment","order":"1001","at":"2026-11-04T12:00:00Z"}',
        '{"fact":"shipment","order":"1001","at":"2026-11-05T12:00:00Z","parcel":"1",'
        '"carrier":"USPS","tracking_code":"9400111899223197428490"}',
        '{"fact":"scan","order":"1001","at":"2026-11-07T12:00:00Z","parcel":"1",'
        '"status":"delivered"}',
    ]
    options = ("--timezone=Europe/Berlin", "--country=DE", "--owner=maker@example.com")
    run("create_shop", "lucky-bead", *options)

    for fact in facts:
        at = json.loads(fact)["at"]
        shop = ("--shop=lucky-bead", f"--now={at}")
        counts = run("record", "--file=-", *shop, stdin=f"{fact}\n", patch=monkeypatch)
        assert (counts["recorded"], counts["rejected"]) == (1, 0)
        run("sweep", f"--now={at}")
        run("send_messages", f"--now={at}")
    run("sweep", "--now=2026-11-08T12:00:00Z")
    run("send_messages", "--now=2026-11-08T12:00:00Z")

    expected = ["thank_you", "payment_received", "tracking_notice", "arrival_check"]
    told = run("explain", "1001", "--shop=lucky-bead", "--now=2026-11-09T00:00:00Z")
    assert kinds(smtp_sink) == expected
    assert [entry["kind"] for entry in told["sent"]] == expected
    assert [entry["at"] for entry in told["sent"]] == [
        "2026-11-02T09:30:00Z",
        "2026-11-04T12:00:00Z",
        "2026-11-05T12:00:00Z",
        "2026-11-08T12:00:00Z",
    ]
    assert told["status"] == "delivered"
