"""Trackers of EasyPost: exact statuses, times with and without zone, and what went back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.shipping import translating
from orders.shipping.gateway import news
from orders.shipping.tracker_news import tracker_news
from orders.shipping.values import ClaimNews, Form, Purchase, TrackerNews, Verification
from orders.words import ScanStatus


def tracker(*details: Any, **more: Any) -> dict[str, Any]:
    body = {"id": "trk_1", "tracking_code": "9400", "carrier": "USPS", "status": "in_transit"}
    return body | {"tracking_details": list(details)} | more


def line(status: str, at: Any = "2026-11-03T10:00:00Z", **more: Any) -> dict[str, Any]:
    return {"status": status, "datetime": at, "message": "Scanned"} | more


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("unknown", ScanStatus.UNKNOWN),
        ("pre_transit", ScanStatus.PRE_TRANSIT),
        ("in_transit", ScanStatus.IN_TRANSIT),
        ("out_for_delivery", ScanStatus.OUT_FOR_DELIVERY),
        ("delivered", ScanStatus.DELIVERED),
        ("available_for_pickup", ScanStatus.AVAILABLE_FOR_PICKUP),
        ("return_to_sender", ScanStatus.RETURN_TO_SENDER),
        ("failure", ScanStatus.FAILURE),
        ("cancelled", ScanStatus.CANCELLED),
        ("canceled", ScanStatus.CANCELLED),
        ("error", ScanStatus.ERROR),
    ],
)
def test_every_status_is_read_by_an_exact_table(word: str, status: ScanStatus) -> None:
    read = tracker_news(tracker(line(word), status=word, status_detail="status_update"))

    assert read.status == read.scans[0].status == status
    assert read.detail == "status_update"


@pytest.mark.parametrize(
    "word",
    ["could_not_be_delivered", "not delivered", "Delivered", "alert", "returned", "DELIVERED"],
)
def test_status_by_substring_never_a_word_outside_the_table_stays_unknown(word: str) -> None:
    """karrio: "could not be delivered" counted as delivered; "alert" shown as "returned"."""
    read = tracker_news(tracker(line(word), status=word, status_detail="something"))

    assert read.status == read.scans[0].status == ScanStatus.UNKNOWN
    assert read.detail == read.scans[0].detail == word


@pytest.mark.parametrize("nothing", [None, "", 7, [], {}])
def test_no_status_is_unknown(nothing: Any) -> None:
    assert tracker_news(tracker(status=nothing)).status == ScanStatus.UNKNOWN


def test_a_parcel_nobody_has_picked_up_is_not_in_transit() -> None:
    """karrio: a label that was made was shown as in transit."""
    read = tracker_news(tracker(line("pre_transit"), status="pre_transit"))

    assert read.status == read.scans[0].status == ScanStatus.PRE_TRANSIT


TURNED = line("return_to_sender", "2026-11-04T10:00:00Z")
ARRIVED = line("delivered", "2026-11-06T10:00:00Z")


@pytest.mark.parametrize(
    ("details", "more"),
    [
        ([TURNED, ARRIVED], {}),
        ([ARRIVED, TURNED], {}),
        ([TURNED], {}),
        ([ARRIVED], {"status_detail": "return"}),
        ([ARRIVED | {"status_detail": "return"}], {}),
        ([line("in_transit", status_detail="return"), ARRIVED], {}),
        ([ARRIVED], {"is_return": True}),
        ([ARRIVED | {"message": "Delivered, To Original Sender"}], {}),
    ],
)
def test_a_return_reported_as_delivered_is_no_delivery(details: Any, more: Any) -> None:
    """allegro-api: parcels that came back counted as delivered."""
    assert tracker_news(tracker(*details, status="delivered", **more)).went_back


@pytest.mark.parametrize(
    ("details", "more"),
    [
        ([line("in_transit"), ARRIVED], {"status": "delivered"}),
        (
            [ARRIVED | {"message": "Delivered, left with sender’s neighbour"}],
            {"status": "delivered"},
        ),
        ([TURNED], {"status": "return_to_sender"}),
        ([], {"status": "delivered", "is_return": None}),
    ],
)
def test_a_delivery_is_one_and_a_parcel_on_its_way_back_is_not_back_yet(
    details: Any, more: Any
) -> None:
    assert not tracker_news(tracker(*details, **more)).went_back


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2014-08-21T14:24:00Z", datetime(2014, 8, 21, 14, 24, tzinfo=UTC)),
        ("2014-08-21T14:24:00.000Z", datetime(2014, 8, 21, 14, 24, tzinfo=UTC)),
        ("2014-08-21T14:24:00+00:00", datetime(2014, 8, 21, 14, 24, tzinfo=UTC)),
        ("2014-08-21T14:24:00-07:00", datetime(2014, 8, 21, 21, 24, tzinfo=UTC)),
        ("2014-08-21T14:24:00", datetime(2014, 8, 21, 14, 24, tzinfo=UTC)),
        (" 2014-08-21 14:24 ", datetime(2014, 8, 21, 14, 24, tzinfo=UTC)),
        ("2014-08-21", datetime(2014, 8, 21, tzinfo=UTC)),
    ],
)
def test_times_with_and_without_zone(written: str, at: datetime) -> None:
    read = tracker_news(tracker(line("in_transit", written), est_delivery_date=written))

    assert read.scans[0].at == read.expected_at == at


@pytest.mark.parametrize(
    "broken",
    [None, "", "soon", "2014-13-45T99:00:00Z", 1408631040, "0001-01-01T00:00:00+14:00", {}],
)
def test_a_line_without_a_readable_time_is_left_out(broken: Any) -> None:
    read = tracker_news(
        tracker(line("in_transit", broken), line("delivered"), est_delivery_date=broken)
    )

    assert [scan.status for scan in read.scans] == [ScanStatus.DELIVERED]
    assert read.expected_at is None


def test_scans_are_told_oldest_first_whatever_their_order() -> None:
    read = tracker_news(tracker(ARRIVED, line("in_transit"), TURNED))

    assert [scan.at.day for scan in read.scans] == [3, 4, 6]


@pytest.mark.parametrize("nothing", [None, {}, "", 7])
def test_no_history_is_an_empty_one(nothing: Any) -> None:
    assert tracker_news(tracker() | {"tracking_details": nothing}).scans == ()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (None, ""),
        ({"city": None, "state": None, "country": None, "zip": None}, ""),
        ({"city": "HOUSTON", "state": "TX", "country": None, "zip": "77063"}, "HOUSTON, TX"),
        ({"country": "DE"}, "DE"),
        ("Houston", ""),
    ],
)
def test_a_place_may_be_known_in_part(place: Any, words: str) -> None:
    read = tracker_news(tracker(line("in_transit", tracking_location=place)))

    assert read.scans[0].location == words


def test_a_message_may_be_null_and_lose_its_nul() -> None:
    read = tracker_news(
        tracker(line("in_transit", message=None), line("in_transit", message="Ar\x00rived"))
    )

    assert [scan.message for scan in read.scans] == ["", "Arrived"]


@pytest.mark.parametrize("description", ["tracker.created", "tracker.updated"])
def test_an_event_about_a_tracker_holds_it(description: str) -> None:
    event = {"id": "evt_1", "description": description, "result": tracker(ARRIVED)}

    read = news(event)

    assert read is not None and read.tracking_code == "9400"


@pytest.mark.parametrize("event", [{}, [], None, 7, {"description": "batch.updated", "result": {}}])
def test_an_event_about_something_else_is_none_of_ours(event: Any) -> None:
    assert news(event) is None


@pytest.mark.parametrize("result", [None, {}, [], {"id": "trk_1"}, {"tracking_code": "9400"}])
def test_an_event_that_lacks_its_tracker_is_said_to(result: Any) -> None:
    with pytest.raises(translating.Unexpected):
        news({"description": "tracker.updated", "result": result})


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside),
    max_leaves=8,
)
NAMES = st.sampled_from(
    "id tracking_code carrier status status_detail tracking_details est_delivery_date updated_at "
    "shipment_id is_return reference rates messages postage_label selected_rate fees insurance "
    "tracker verifications delivery errors form_url message history approved_amount zip country "
    "datetime tracking_location amount rate delivery_days label_url label_file_type type".split()
)
ANY_ANSWER = st.recursive(
    ANY_JSON,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES, inside, max_size=6),
    max_leaves=20,
)


Refusal = translating.Unexpected, translating.NotChecked
READERS = {
    tracker_news: TrackerNews,
    translating.purchase: Purchase,
    translating.verification: Verification,
    translating.form: Form,
    translating.claim: ClaimNews,
}


@given(st.dictionaries(NAMES, ANY_ANSWER, max_size=8))
def test_no_answer_however_odd_breaks_the_reading(body: dict[str, Any]) -> None:
    body = {"id": "x_1", "tracking_code": "1", "status": "delivered"} | body

    for read, meaning in READERS.items():
        assert isinstance(outcome_of(read, body), (meaning, *Refusal))


def outcome_of(read: Callable[[dict[str, Any]], object], body: dict[str, Any]) -> object:
    """What is read, or why not; whatever else is raised fails the test."""
    try:
        return read(body)
    except Refusal as refusal:
        return refusal
