"""Every recorded answer of EasyPost, served again to the real client through our gateway."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from easypost.requestor import RequestMethod, Requestor

from orders.facts import Address
from orders.shipping import translating
from orders.shipping.gateway import EasyPost, news
from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.tracker_news import tracker_news
from orders.shipping.values import (
    ClaimNews,
    ClaimRequest,
    Contact,
    Form,
    ParcelSize,
    Purchase,
    ShipmentRequest,
    TrackerNews,
    Verification,
)
from tests.orders.easypost_recordings import Recorded, cassette, error_file, files, replay

ADDRESS = Address("Elizabeth Swan", "179 N Harbor Dr", "", "Redondo Beach", "CA", "90277", "US")
REQUEST = ShipmentRequest("123", Contact(ADDRESS), Contact(ADDRESS), ParcelSize(500))
CLAIM = ClaimRequest("9400", "damage", Decimal(100), "Broken.", "test@example.com", "E. Swan")

# How our gateway asks for each kind of answer; the groups are the ids in the path.
Ask = Callable[..., Any]
GATEWAY: list[tuple[str, str, Ask]] = [
    ("POST", "/addresses", lambda easypost: easypost.verify(ADDRESS)),
    ("POST", "/shipments", lambda easypost: easypost.price(REQUEST)),
    ("GET", "/shipments/([^/]+)", EasyPost.look),
    ("POST", "/shipments/([^/]+)/buy", lambda easypost, name: easypost.buy(name, "r", Decimal(9))),
    ("POST", "/shipments/([^/]+)/insure", lambda easypost, name: easypost.insure(name, Decimal(9))),
    ("GET", "/shipments/([^/]+)/label", lambda easypost, name: easypost.file(name, "ZPL")),
    ("POST", "/shipments/([^/]+)/refund", EasyPost.refund),
    ("POST", "/scan_forms", lambda easypost: easypost.scan_form(["shp_1"])),
    ("GET", "/scan_forms/([^/]+)", EasyPost.look_at_form),
    ("POST", "/trackers", lambda easypost: easypost.track("EZ1000000001", "USPS")),
    ("GET", "/trackers/([^/]+)", EasyPost.tracker),
    ("POST", "/claims", lambda easypost: easypost.claim(CLAIM)),
    ("GET", "/claims", lambda easypost: easypost.find_claim("9400")),
    ("GET", "/claims/([^/]+)", EasyPost.look_at_claim),
    ("POST", "/claims/([^/]+)/cancel", EasyPost.withdraw_claim),
    ("POST", "/webhooks", lambda easypost: easypost.watch("https://example.com", "secret")),
    ("GET", "/webhooks", EasyPost.check_key),
    ("DELETE", "/webhooks/([^/]+)", EasyPost.unwatch),
]


@pytest.mark.parametrize("path", files("cassettes*/*.yaml") + files("errors/*.yaml"))
def test_each_recorded_answer_is_handled(path: Path, settings: Any) -> None:
    recorded = cassette(path)
    assert recorded

    with replay(recorded) as server:
        settings.EASYPOST_API_BASE = server.url
        easypost = EasyPost("EZTK-recorded")
        for one in recorded:
            check(one, easypost)

        # A buy that was refused is looked up; everything else asks once and gets its answer.
        assert server.waiting == []


@pytest.mark.parametrize("path", files("responses/*.json") + files("trackers/*.json"))
def test_each_documented_answer_is_handled(path: Path, settings: Any) -> None:
    text = path.read_text()
    body = json.loads(text)
    name = body.get("id", "") if isinstance(body, dict) else ""
    method, address = {
        "shp": ("GET", f"/shipments/{name}"),
        "trk": ("GET", f"/trackers/{name}"),
        "clm": ("GET", f"/claims/{name}"),
        "sf": ("GET", f"/scan_forms/{name}"),
        "adr": ("POST", "/addresses"),
        "hook": ("POST", "/webhooks"),
    }.get(name.partition("_")[0], ("GET", "/something-else"))
    one = Recorded(method, "/v2" + address, {}, None, 200, text)

    with replay([one]) as server:
        settings.EASYPOST_API_BASE = server.url
        check(one, EasyPost("EZTK-recorded"))

        assert server.waiting == []


@pytest.mark.parametrize("path", files("errors/*.json"))
def test_each_recorded_error_becomes_a_sentence(path: Path, settings: Any) -> None:
    status, text = error_file(path)
    one = Recorded("GET", "/v2/shipments/shp_1", {}, None, status, text)

    with replay([one]) as server:
        settings.EASYPOST_API_BASE = server.url
        check(one, EasyPost("EZTK-recorded"))


@pytest.mark.parametrize("path", files("webhooks/*.json"))
def test_each_recorded_event_is_read_or_left_aside(path: Path) -> None:
    body = json.loads(path.read_bytes())

    if body.get("description", "").startswith("tracker."):
        if "result" not in body:
            with pytest.raises(translating.Unexpected):
                news(body)
        else:
            same_tracker(news(body), body["result"])
    else:
        assert news(body) is None


def check(one: Recorded, easypost: EasyPost) -> None:
    """Ask as the recording did, and compare what came of it with what was answered."""
    if one.status >= 400:
        error = refusal(lambda: ask(one, easypost))
        same_error(error, one)
        return
    answer = ask(one, easypost)
    body = one.body
    match answer:
        case Purchase():
            same_purchase(answer, body)
        case TrackerNews():
            same_tracker(answer, body)
        case Verification():
            same_verification(answer, body.get("address", body))
        case Form():
            same_form(answer, body)
        case ClaimNews():
            same_claim(answer, body)
        case str():
            assert answer == body["id"]
        case _:
            # Nothing that our gateway asks for as such; what it holds is read all the same.
            assert answer is None or answer == body
    read_everything(body)


def ask(one: Recorded, easypost: EasyPost) -> Any:
    """By the gateway; by the client's own call for kinds of answer that it never asks for."""
    path = one.path.removeprefix("/v2")
    # One that was only stored has no verification to be read.
    verified = '"verifications": {}' not in one.text and '"verifications":{}' not in one.text
    for method, pattern, call in GATEWAY:
        found = re.fullmatch(pattern, path)
        if one.method == method and found:
            if path == "/addresses" and one.status < 400 and not verified:
                break
            return call(easypost, *found.groups())
    client = easypost._client

    def send() -> Any:
        is_beta = one.path.startswith("/beta/")
        return Requestor(client).request(
            RequestMethod[one.method], path.removeprefix("/beta"), one.query, beta=is_beta
        )

    return easypost._ask(send) if one.status >= 400 else send()


def read_everything(found: Any) -> None:
    """Translate each thing in an answer, however deep: shipments of a batch, trackers, …"""
    if isinstance(found, list):
        for one in found:
            read_everything(one)
    if not isinstance(found, dict):
        return
    kind = str(found.get("id", "")).partition("_")[0]
    if kind == "shp" and "rates" in found:
        same_purchase(translating.purchase(found), found)
    elif kind == "trk" and "tracking_details" in found:
        same_tracker(tracker_news(found), found)
    elif kind == "adr" and found.get("verifications"):
        same_verification(translating.verification(found), found)
    elif kind == "sf" and "form_url" in found:
        same_form(translating.form(found), found)
    elif kind == "clm":
        same_claim(translating.claim(found), found)
    elif kind == "evt" and found.get("result") and "tracker." in found["description"]:
        same_tracker(news(found), found["result"])
    for value in found.values():
        read_everything(value)


def same_purchase(read: Purchase, body: Any) -> None:
    assert read.id == body["id"]
    assert read.reference == (body["reference"] or "")
    assert {(rate.id, rate.price, rate.days) for rate in read.rates} == {
        (rate["id"], Decimal(rate["rate"]), rate["delivery_days"]) for rate in body["rates"]
    }
    assert [rate.price for rate in read.rates] == sorted(rate.price for rate in read.rates)
    assert len(read.notes) == len(body["messages"])
    assert read.insured == Decimal(body["insurance"] or 0)
    assert read.tracking_code == (body["tracking_code"] or "")
    assert read.refund == (body["refund_status"] or "")
    label = body["postage_label"]
    assert (read.bought is not None) == bool(label)
    if read.bought and label:
        assert read.bought.price == Decimal(body["selected_rate"]["rate"])
        assert label["label_url"] in read.files.values()
        for name in ("zpl", "pdf"):
            if url := label[f"label_{name}_url"]:
                assert read.files[name.upper()] == url
        assert read.tracker_id == body["tracker"]["id"]
        if body["insurance"] and body.get("fees"):
            assert read.insurance_cost > 0


def same_tracker(read: TrackerNews | None, body: Any) -> None:
    assert read is not None
    assert (read.id, read.tracking_code) == (body["id"], body["tracking_code"])
    assert read.carrier == (body["carrier"] or "")
    assert read.status == body["status"]
    assert read.shipment_id == (body.get("shipment_id") or "")
    assert (read.expected_at is None) == (body["est_delivery_date"] is None)
    assert read.updated_at is not None
    assert [scan.status for scan in read.scans] == [
        line["status"] for line in sorted(filter(has_time, body["tracking_details"]), key=has_time)
    ]
    assert all(scan.at.utcoffset() == timedelta(0) for scan in read.scans)
    assert all(scan.message for scan in read.scans)
    assert not read.went_back


def has_time(line: Any) -> str:
    return line["datetime"] or ""


def same_verification(read: Verification, body: Any) -> None:
    delivery = body["verifications"].get("delivery") or body["verifications"].get("zip4") or {}
    assert read.is_deliverable == bool(delivery.get("success"))
    assert read.address.street1 == (body["street1"] or "")
    assert read.address.postcode == (body["zip"] or "")
    assert read.address.country == body["country"]
    # A success may still come with a remark ("Apartment number is missing").
    assert len(read.findings) == len(delivery.get("errors") or [])


def same_form(read: Form, body: Any) -> None:
    assert read.id == body["id"]
    assert read.status == body["status"]
    assert read.url == (body["form_url"] or "")


def same_claim(read: ClaimNews, body: Any) -> None:
    assert read.id == body["id"]
    assert (read.status, read.detail) == (body["status"], body["status_detail"])
    assert read.approved == (body["approved_amount"] and Decimal(body["approved_amount"]))
    assert len(read.history) == len(body["history"])
    assert list(read.history) == sorted(read.history, key=lambda step: step[0])


def refusal(call: Callable[[], Any]) -> ShippingError:
    with pytest.raises(ShippingError) as caught:
        call()
    return caught.value


def same_error(error: ShippingError, one: Recorded) -> None:
    told = one.body["error"]
    assert error.trouble == (Trouble.MISSING if one.status == 404 else Trouble.INVALID)
    assert error.code == told["code"]
    assert told["message"] in str(error)
    for single in told["errors"]:
        if isinstance(single, dict):
            assert single["message"] in error.fields[single["field"]]
            assert single["message"] in str(error)
        else:
            assert single in error.fields[""]
            assert single in str(error)
