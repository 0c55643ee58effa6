"""The plan: all rules together, what holds notes back, and when to look again."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.planner import plan
from notifications.rules.findings import Due, Raised, Upcoming, Withheld
from notifications.words import MessageState
from orders.words import NoteKind
from tests.notifications.given import (
    PLACED_AT,
    a_paid_order,
    a_parcel,
    a_policy,
    an_order,
    flag_answer,
    note_answer,
    utc,
    with_note,
)

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
REMINDER_AT = PLACED_AT + 3 * DAY
DEADLINE = PLACED_AT + 7 * DAY


def test_a_new_order_has_its_whole_life_before_it() -> None:
    answer = plan(an_order(), a_policy(), PLACED_AT)

    assert [due.kind for due in answer.due] == ["thank_you"]
    assert [(coming.kind, coming.at) for coming in answer.upcoming] == [
        ("payment_reminder", REMINDER_AT),
        ("relist", DEADLINE),
        ("relist", DEADLINE),
    ]
    assert answer.flags == []


def test_every_note_to_a_buyer_is_due_upcoming_withheld_or_sent() -> None:
    answer = plan(an_order(), a_policy(), PLACED_AT)

    named = {item.kind for item in [*answer.due, *answer.upcoming, *answer.withheld, *answer.sent]}
    assert named == set(NoteKind.values) - {"digest"}


def test_a_plan_changes_nothing_that_it_was_given() -> None:
    assert plan(an_order(), a_policy(), REMINDER_AT) == plan(an_order(), a_policy(), REMINDER_AT)


def test_the_next_look_is_when_the_next_thing_falls_due() -> None:
    order = with_note(an_order(), "thank_you", "sent", PLACED_AT)

    assert plan(order, a_policy(), PLACED_AT).look_again_at == REMINDER_AT


def test_the_next_look_is_no_later_than_the_expiry_of_what_is_due() -> None:
    answer = plan(an_order(), a_policy(), PLACED_AT)

    assert answer.look_again_at == PLACED_AT + timedelta(hours=48)


def test_a_finished_order_is_not_looked_at_again() -> None:
    order = a_paid_order(
        shipped_at=PLACED_AT + DAY,
        delivered_at=PLACED_AT + 3 * DAY,
        parcels=[a_parcel(delivered_at=PLACED_AT + 3 * DAY)],
    )

    assert plan(order, a_policy(), PLACED_AT + 30 * DAY).look_again_at is None


@pytest.mark.parametrize("hours", range(0, 15 * 24, 5))
def test_the_next_look_always_lies_ahead(hours: int) -> None:
    now = PLACED_AT + hours * HOUR
    for order in (
        an_order(),
        a_paid_order(parcels=[a_parcel()]),
        an_order(last_word_at=PLACED_AT + DAY),
    ):
        look_again_at = plan(order, a_policy(), now).look_again_at

        assert look_again_at is None or look_again_at > now


def test_looking_only_when_told_to_misses_nothing() -> None:
    """Hour by hour and look by look end in the same notes and flags."""
    orders = [
        an_order(),
        an_order(placed_at=utc("2026-10-23 21:15"), last_word_at=utc("2026-10-25 00:30")),
        a_paid_order(PLACED_AT + DAY, parcels=[a_parcel()]),
        a_paid_order(PLACED_AT + DAY, delivered_at=utc("2026-11-06 21:00")),
        an_order(extended_until=DEADLINE + 5 * DAY),
    ]
    for order in orders:
        found = set()
        now = order.placed_at
        while now is not None and now < order.placed_at + 30 * DAY:
            answer = plan(order, a_policy(), now)
            found |= {(item.kind, item.subject) for item in [*answer.due, *answer.flags]}
            now = answer.look_again_at

        hourly = set()
        for hour in range(30 * 24):
            answer = plan(order, a_policy(), order.placed_at + hour * HOUR)
            hourly |= {(item.kind, item.subject) for item in [*answer.due, *answer.flags]}
        assert found == hourly


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"paused_at": utc("2026-11-02 10:00")}, "You paused this order on Mon 2 Nov, 11:00."),
        (
            {"buyer_paused_at": utc("2026-11-02 10:00")},
            "You paused this buyer on Mon 2 Nov, 11:00.",
        ),
    ],
)
def test_a_pause_holds_back_every_note_but_no_flag(changes: dict[str, Any], reason: str) -> None:
    order = an_order(last_word_at=PLACED_AT, **changes)

    note = note_answer("payment_reminder", order, a_policy(), REMINDER_AT)

    assert isinstance(note, Withheld)
    assert str(note.reason) == reason
    assert isinstance(flag_answer("unanswered", order, a_policy(), REMINDER_AT), Raised)


def test_a_pause_of_the_order_holds_back_notes_of_every_kind() -> None:
    order = a_paid_order(
        paused_at=PLACED_AT, parcels=[a_parcel()], delivered_at=utc("2026-11-03 18:00")
    )
    policy = a_policy(delay_notice_automatic=True)

    for day in range(10):
        assert plan(order, policy, PLACED_AT + day * DAY).due == []


def test_when_a_pause_ends_only_what_has_not_expired_goes_out() -> None:
    resumed_at = REMINDER_AT + DAY

    answer = plan(an_order(), a_policy(), resumed_at)

    assert [due.kind for due in answer.due] == ["payment_reminder"]


def test_a_rule_that_is_off_withholds_its_note() -> None:
    policy = a_policy(rules_off=frozenset({"payment_reminder"}))

    answer = note_answer("payment_reminder", an_order(), policy, REMINDER_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "You have switched this off."
    assert isinstance(note_answer("thank_you", an_order(), policy, PLACED_AT), Due)


def test_a_flag_that_is_switched_off_stays_down() -> None:
    policy = a_policy(rules_off=frozenset({"late_to_ship", "stalled", "exception", "unanswered"}))
    order = a_paid_order(last_word_at=PLACED_AT, parcels=[a_parcel(status="failure")])

    answer = plan(order, policy, PLACED_AT + 30 * DAY)

    assert answer.flags == []


def test_what_the_marketplace_does_is_withheld() -> None:
    policy = a_policy(channel="Etsy", modes={"thank_you": "marketplace_does"})

    answer = note_answer("thank_you", an_order(), policy, PLACED_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "Etsy does this for you already."


def test_a_channel_may_ask_for_copying_instead_of_mailing() -> None:
    policy = a_policy(modes={"thank_you": "copy", "payment_reminder": "send"})

    thanks = note_answer("thank_you", an_order(), policy, PLACED_AT)
    reminder = note_answer("payment_reminder", an_order(), policy, REMINDER_AT)

    assert isinstance(thanks, Due)
    assert thanks.to_copy
    assert isinstance(reminder, Due)
    assert not reminder.to_copy


def test_a_note_to_a_buyer_without_an_address_is_to_be_copied() -> None:
    answer = note_answer("thank_you", an_order(has_email=False), a_policy(), PLACED_AT)

    assert isinstance(answer, Due)
    assert answer.to_copy


@pytest.mark.parametrize(
    ("late", "withheld"), [(24 * HOUR, False), (24 * HOUR + SECOND, True), (DAY * 3, True)]
)
def test_a_changed_rule_says_nothing_about_what_lay_a_day_before(
    late: timedelta, withheld: bool
) -> None:
    changed_at = REMINDER_AT + late
    policy = a_policy(rules_since={"payment_reminder": changed_at})

    answer = note_answer("payment_reminder", an_order(), policy, changed_at)

    assert isinstance(answer, Withheld) == withheld


def test_a_changed_rule_still_covers_what_comes_after_the_change() -> None:
    policy = a_policy(rules_since={"payment_reminder": PLACED_AT + DAY})

    assert isinstance(note_answer("payment_reminder", an_order(), policy, REMINDER_AT), Due)


def test_a_change_of_one_rule_leaves_the_others_alone() -> None:
    policy = a_policy(rules_since={"thank_you": REMINDER_AT + 5 * DAY})

    assert isinstance(note_answer("payment_reminder", an_order(), policy, REMINDER_AT), Due)


@pytest.mark.parametrize("state", MessageState.values)
def test_a_note_that_reached_somebody_or_was_given_up_is_never_due_again(state: str) -> None:
    order = with_note(an_order(), "payment_reminder", state, REMINDER_AT)

    answer = note_answer("payment_reminder", order, a_policy(), REMINDER_AT)

    # Written and still here, or taken back: it may go. All else is over.
    assert isinstance(answer, Due) == (state in ("queued", "sending", "to_copy", "cancelled"))


def test_the_plan_says_in_a_sentence_why_a_note_is_not_due() -> None:
    answer = plan(a_paid_order(), a_policy(), REMINDER_AT)

    assert answer.reason_against("payment_reminder", "") == "The order is paid."


def test_the_forecast_says_unless_what() -> None:
    answer = note_answer("payment_reminder", an_order(), a_policy(), PLACED_AT)

    assert isinstance(answer, Upcoming)
    assert str(answer.unless) == "the buyer writes or pays"


def test_importing_orders_three_weeks_old_sends_nothing_at_all() -> None:
    today = PLACED_AT + 21 * DAY
    policy = a_policy(delay_notice_automatic=True)
    shipped_long_ago = a_parcel(recorded_at=today)
    for order in (
        an_order(recorded_at=today),
        a_paid_order(recorded_at=today),
        a_paid_order(recorded_at=today, parcels=[shipped_long_ago], shipped_at=PLACED_AT),
        a_paid_order(recorded_at=today, delivered_at=PLACED_AT + 3 * DAY),
    ):
        answer = plan(order, policy, today)

        assert answer.due == []
        assert [item for item in answer.upcoming if item.kind in NoteKind.values] == []
