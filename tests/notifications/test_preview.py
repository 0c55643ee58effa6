"""Playing an order's past through under a policy: the planner's own answers, moment by moment."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from notifications.preview import Expectation, Happened, History, compare, simulate
from notifications.rules.findings import Decision, PolicyFacts
from notifications.watched_policy import Watched
from orders.facts import Cancel, Fact, Payment, Scan, Shipment, Word
from orders.state import Sale
from orders.words import FlagKind, NoteKind, ScanStatus
from tests.notifications.given import a_policy as policy

MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LATER = MONDAY + timedelta(days=60)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def history(*facts: Fact, **changed: Any) -> History:
    """An order of twelve euros, placed on a Monday morning, and what happened to it."""
    values: dict[str, Any] = {
        "order_id": 1,
        "number": "1001",
        "channel_id": 1,
        "sale": Sale(MONDAY, Decimal(12), None),
        "on_delivery": False,
        "ship_by_on": None,
        "needs_shipping": True,
        "buyer_name": "Zoë",
        "has_email": True,
        "buyer_paused_at": None,
        "facts": list(facts),
    }
    return History(**(values | changed))


def paid(at: datetime) -> Payment:
    return Payment(order="1001", at=at)


def shipped(at: datetime) -> Shipment:
    return Shipment(order="1001", at=at, carrier="DHL", tracking_code="00340434161094")


def scanned(at: datetime, status: ScanStatus = ScanStatus.DELIVERED) -> Scan:
    return Scan(order="1001", at=at, status=status)


def played(order: History, rules: PolicyFacts, until: datetime = LATER) -> dict[str, datetime]:
    """When each note went out, by kind."""
    return {note.kind: note.at for note in simulate(order, rules, MONDAY, until).notes}


def test_a_silent_unpaid_order_is_thanked_reminded_and_flagged() -> None:
    outcome = simulate(history(), policy(), MONDAY, LATER)

    assert [(note.kind, note.at) for note in outcome.notes] == [
        (NoteKind.THANK_YOU, MONDAY),
        (NoteKind.PAYMENT_REMINDER, MONDAY + 3 * DAY),
        (NoteKind.RELIST, MONDAY + 7 * DAY),
    ]
    assert outcome.flags == [Happened(FlagKind.RELIST, "", MONDAY + 7 * DAY)]


def test_a_payment_one_second_before_the_reminder_stops_it() -> None:
    notes = played(history(paid(MONDAY + 3 * DAY - timedelta(seconds=1))), policy())

    assert NoteKind.PAYMENT_REMINDER not in notes
    assert NoteKind.PAYMENT_RECEIVED in notes


def test_the_buyers_word_restarts_the_silence() -> None:
    word = Word(order="1001", at=MONDAY + 2 * DAY, text="On Friday")

    notes = played(history(word), policy())

    assert notes[NoteKind.PAYMENT_REMINDER] == MONDAY + 5 * DAY


def test_a_note_due_at_night_waits_for_the_window() -> None:
    order = history(sale=Sale(datetime(2026, 11, 2, 23, 0, tzinfo=UTC), Decimal(12), None))
    rules = policy(window_opens=time(8), window_closes=time(20))

    notes = played(order, rules)

    assert notes[NoteKind.PAYMENT_REMINDER].astimezone(rules.zone).time() == time(8)


def test_everything_is_learned_when_it_happened_even_if_it_was_imported_later() -> None:
    facts = [paid(MONDAY + HOUR), shipped(MONDAY + DAY), scanned(MONDAY + 3 * DAY)]

    notes = played(history(*facts), policy())

    assert notes == {
        NoteKind.THANK_YOU: MONDAY,
        NoteKind.PAYMENT_RECEIVED: MONDAY + HOUR,
        NoteKind.TRACKING_NOTICE: MONDAY + DAY,
        NoteKind.ARRIVAL_CHECK: MONDAY + 4 * DAY,
    }


def test_facts_are_played_in_time_whatever_their_order() -> None:
    facts = [paid(MONDAY + HOUR), shipped(MONDAY + DAY), scanned(MONDAY + 3 * DAY)]

    outcomes = [
        simulate(history(*order), policy(), MONDAY, LATER) for order in (facts, facts[::-1])
    ]

    assert outcomes[0] == outcomes[1]


def test_what_is_not_sent_says_why_and_what_is_to_come_says_when() -> None:
    cancelled = simulate(history(Cancel(order="1001", at=MONDAY + DAY)), policy(), MONDAY, LATER)
    young = simulate(history(), policy(), MONDAY, MONDAY + DAY)

    assert "cancelled" in str(cancelled.withheld[NoteKind.PAYMENT_REMINDER, ""])
    assert young.coming[NoteKind.PAYMENT_REMINDER, ""] == MONDAY + 3 * DAY


def test_only_what_happened_in_the_days_asked_about_counts() -> None:
    outcome = simulate(history(), policy(), MONDAY + 4 * DAY, LATER)

    assert [note.kind for note in outcome.notes] == [NoteKind.RELIST]


def test_nothing_after_the_end_counts() -> None:
    assert NoteKind.PAYMENT_REMINDER not in played(
        history(), policy(), until=MONDAY + 3 * DAY - HOUR
    )


def test_what_the_seller_skipped_stays_unsent() -> None:
    skipped = {(NoteKind.PAYMENT_REMINDER, ""): Decision(MONDAY + DAY, None)}

    notes = played(history(decisions=skipped), policy())

    assert NoteKind.PAYMENT_REMINDER not in notes


def test_a_delay_notice_goes_out_by_itself_only_where_the_policy_says_so() -> None:
    order = history(paid(MONDAY))

    assert NoteKind.DELAY_NOTICE not in played(order, policy())
    assert NoteKind.DELAY_NOTICE in played(order, policy(delay_notice_automatic=True))


def test_a_parcel_counts_as_late_by_the_day_its_carrier_had_named_then() -> None:
    said = [
        Expectation("1", MONDAY + DAY, MONDAY + 3 * DAY),
        Expectation("1", MONDAY + 8 * DAY, MONDAY + 10 * DAY),
    ]
    order = history(paid(MONDAY), shipped(MONDAY + DAY), expectations=said)

    outcome = simulate(order, policy(), MONDAY, LATER)

    late = [flag.at for flag in outcome.flags if flag.kind == FlagKind.LATE_DELIVERY]
    # The midnights in Berlin that end Thursday the 5th, and Thursday the 12th.
    assert late == [MONDAY + 3 * DAY + 13.5 * HOUR, MONDAY + 10 * DAY + 13.5 * HOUR]


STORIES = {
    "silent": history(),
    "paid at once": history(paid(MONDAY)),
    "paid late": history(paid(MONDAY + 5 * DAY)),
    "wrote": history(Word(order="1001", at=MONDAY + 2 * DAY, text="?")),
    "stuck": history(
        paid(MONDAY), shipped(MONDAY + DAY), scanned(MONDAY + 2 * DAY, ScanStatus.IN_TRANSIT)
    ),
    "arrived": history(paid(MONDAY), shipped(MONDAY + DAY), scanned(MONDAY + 3 * DAY)),
    "to be picked up": history(
        paid(MONDAY),
        shipped(MONDAY + DAY),
        scanned(MONDAY + 2 * DAY, ScanStatus.OUT_FOR_DELIVERY),
        scanned(MONDAY + 2 * DAY + HOUR, ScanStatus.AVAILABLE_FOR_PICKUP),
    ),
    "late and sent back": history(
        paid(MONDAY),
        shipped(MONDAY + DAY),
        scanned(MONDAY + 9 * DAY, ScanStatus.RETURN_TO_SENDER),
        expectations=[Expectation("1", MONDAY + DAY, MONDAY + 3 * DAY)],
    ),
    "no mail": history(paid(MONDAY + HOUR), has_email=False),
    "cancelled": history(Cancel(order="1001", at=MONDAY + DAY)),
}
CHANGES: list[dict[str, Any]] = [
    {"reminder_after": 4},
    {"payment_window": 10},
    {"handling_days": 1},
    {"stalled_days": 2},
    {"arrival_check_after": 3},
    {"answer_within_hours": 90},
    {"notice_on_first_scan": True},
    {"delay_notice_automatic": True},
    {"window_opens": time(12)},
    {"weekend": frozenset({6})},
    {"rules_off": frozenset({"payment_reminder"})},
    {"rules_off": frozenset({"available_for_pickup", "late_delivery", "returned"})},
    {"modes": {"thank_you": "marketplace_does"}},
]


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_comparing_gives_what_two_plays_by_themselves_give(
    story: str, change: dict[str, Any]
) -> None:
    present = policy()
    proposed = replace(present, **change)

    pair = compare(STORIES[story], Watched(present, proposed), proposed, MONDAY, LATER)

    assert pair[0] == simulate(STORIES[story], present, MONDAY, LATER)
    alone = simulate(STORIES[story], proposed, MONDAY, LATER)
    assert (pair[1].notes, pair[1].flags, pair[1].coming) == (
        alone.notes,
        alone.flags,
        alone.coming,
    )
    assert {key: str(why) for key, why in pair[1].withheld.items()} == {
        key: str(why) for key, why in alone.withheld.items()
    }
