"""EasyPost's webhook: signed bodies are taken in once, all others change nothing."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from easypost.errors import SignatureVerificationError
from easypost.util import validate_webhook
from hypothesis import given
from hypothesis import strategies as st

from orders import rows
from orders.models import Order, ShippingProfile, Shop, TrackingReport
from orders.shipping.secrets import encrypt
from orders.shipping.tracking_reports import work_off
from orders.words import OrderStatus
from shopcare.hooks.easypost import LONGEST_BODY, is_signed
from tests.easypost import sign
from tests.factory import make_shop
from tests.orders.tracking_given import (
    DAY,
    SECRET,
    SHIPPED,
    connected_shop,
    history,
    parcel_order,
    report,
    tracker,
)

pytestmark = pytest.mark.django_db


def posted(shop: Shop, body: bytes, signature: str | None = None, **more: Any) -> int:
    """The status that EasyPost gets for this body."""
    headers = {"X-Hmac-Signature": sign(body, SECRET) if signature is None else signature}
    response = Client(**more).post(
        f"/hooks/easypost/{shop.key}/", body, content_type="application/json", headers=headers
    )
    assert not response.cookies
    return response.status_code


def test_a_signed_report_is_stored_and_moves_the_order() -> None:
    shop = connected_shop()
    parcel_order(shop)
    body = report(tracker(history()))

    assert posted(shop, body) == 200
    work_off(SHIPPED + 3 * DAY)

    assert TrackingReport.objects.get().body == body.decode()
    assert Order.objects.get().status == OrderStatus.DELIVERED


def test_the_real_body_of_easypost_is_accepted_with_its_own_signature(real_data: Path) -> None:
    folder = real_data / "easypost" / "webhooks"
    body = (folder / "event-body.json").read_bytes()
    signed = json.loads((folder / "event-body.signature.json").read_text())
    shop = connected_shop(webhook_secret=encrypt(signed["webhook_secret"]))

    assert posted(shop, body, signed["value"]) == 200
    assert posted(shop, body.replace(b"in_transit", b"in_transiT", 1), signed["value"]) == 401

    assert TrackingReport.objects.get().key == "evt_1"


def test_every_real_body_is_taken_in_and_worked_off(real_data: Path) -> None:
    shop = connected_shop()
    files = sorted((real_data / "easypost" / "webhooks").glob("*.json"))
    bodies = [path.read_bytes() for path in files if not path.name.endswith(".signature.json")]

    assert [posted(shop, body) for body in bodies] == [200] * len(bodies)
    work_off(SHIPPED)

    assert not TrackingReport.objects.filter(done_at=None).exists()


@given(place=st.integers(0), other=st.integers(1, 255))
def test_one_changed_byte_is_refused(place: int, other: int) -> None:
    body = bytearray(report(tracker(history()), event="evt_1"))
    signature = sign(bytes(body), SECRET)
    assert is_signed(bytes(body), signature, SECRET)

    body[place % len(body)] ^= other

    assert not is_signed(bytes(body), signature, SECRET)


@given(body=st.binary(max_size=50), secret=st.text(max_size=20), signed_with=st.text(max_size=20))
def test_we_agree_with_easyposts_own_check(body: bytes, secret: str, signed_with: str) -> None:
    body = json.dumps(body.hex()).encode()
    signature = sign(body, signed_with)

    try:
        validate_webhook(body, {"X-Hmac-Signature": signature}, secret)
        theirs = True
    except SignatureVerificationError:
        theirs = False

    assert is_signed(body, signature, secret) == theirs


@pytest.mark.parametrize(
    "signature", ["", "hmac-sha256-hex=", "00", "hmac-sha256-hex=" + "0" * 64, "é", "x" * 9000]
)
def test_a_missing_or_wrong_signature_is_401_and_nothing_is_stored(signature: str) -> None:
    shop = connected_shop()

    assert posted(shop, report(tracker(history())), signature) == 401

    assert not TrackingReport.objects.exists()


def test_another_shops_secret_signs_nothing_here() -> None:
    shop = connected_shop()
    other = connected_shop("other", webhook_secret=encrypt("another"))
    body = report(tracker(history()))

    assert posted(shop, body, sign(body, "another")) == 401
    assert posted(other, body, sign(body, SECRET)) == 401

    assert not TrackingReport.objects.exists()


@pytest.mark.parametrize("secret", ["", "not encrypted by us"])
def test_a_shop_without_a_readable_secret_accepts_nothing(secret: str) -> None:
    shop = connected_shop(webhook_secret=secret)
    body = report(tracker(history()))

    assert posted(shop, body, sign(body, "")) == 401
    assert posted(shop, body, sign(body, secret)) == 401


def test_a_shop_that_never_had_an_account_accepts_nothing() -> None:
    shop = make_shop()

    assert posted(shop, b"{}", sign(b"{}", "")) == 401


def test_an_unknown_key_is_404() -> None:
    body = report(tracker(history()))
    shop = Shop(key=uuid.uuid4())

    assert posted(shop, body) == 404


def test_a_changed_secret_counts_at_once() -> None:
    shop = connected_shop()
    assert posted(shop, report(tracker(history()))) == 200

    ShippingProfile.objects.update(webhook_secret=encrypt("another"))

    body = report(tracker(history()))
    assert posted(shop, body) == 401
    assert posted(shop, body, sign(body, "another")) == 200


def test_the_same_report_again_is_200_and_stored_once() -> None:
    shop = connected_shop()
    body = report(tracker(history()))

    assert [posted(shop, body) for _time in range(3)] == [200, 200, 200]

    assert TrackingReport.objects.count() == 1


def test_two_shops_may_have_the_same_event() -> None:
    body = report(tracker(history()))

    assert posted(connected_shop(), body) == posted(connected_shop("other"), body) == 200

    assert TrackingReport.objects.count() == 2


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[1]", b"\xff\xfe{", b'{"id": 7}', b"{" * 20_000, b'{"id":"\x00"}']
)
def test_a_signed_body_that_makes_no_sense_is_kept_with_its_problem(body: bytes) -> None:
    shop = connected_shop()

    assert posted(shop, body) == 200
    work_off(SHIPPED)

    kept = TrackingReport.objects.get()
    assert kept.done_at is not None
    assert bool(kept.problem) == (body not in (b"null", b"[1]", b'{"id": 7}'))


def test_other_methods_are_refused() -> None:
    shop = connected_shop()
    address = f"/hooks/easypost/{shop.key}/"

    for method in ("get", "put", "delete", "patch", "head", "options"):
        assert getattr(Client(), method)(address).status_code == 405

    assert not TrackingReport.objects.exists()


def test_a_body_that_is_too_long_is_refused() -> None:
    shop = connected_shop()

    assert posted(shop, b" " * (LONGEST_BODY + 1)) == 413

    assert not TrackingReport.objects.exists()


def test_a_fault_of_ours_is_a_5xx_so_that_easypost_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = connected_shop()

    def away(*_args: object) -> int:
        raise OperationalError

    monkeypatch.setattr(rows, "select", away)
    body = report(tracker(history()))
    answer = Client(raise_request_exception=False).post(
        f"/hooks/easypost/{shop.key}/",
        body,
        content_type="application/json",
        headers={"X-Hmac-Signature": sign(body, SECRET)},
    )

    assert answer.status_code == 500


def test_a_report_takes_one_query_and_no_session(django_assert_num_queries: Any) -> None:
    shop = connected_shop()
    with django_assert_num_queries(2):  # the secret is seen for the first time
        assert posted(shop, report(tracker(history()))) == 200

    with django_assert_num_queries(1):
        assert posted(shop, report(tracker(history()))) == 200

    assert TrackingReport.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)


def test_the_hook_asks_for_no_csrf_token_and_knows_its_address_alone() -> None:
    shop = connected_shop()

    assert posted(shop, report(tracker(history())), enforce_csrf_checks=True) == 200
    assert Client().post("/hooks/").status_code == 404
    assert Client().post("/hooks/nobody/1/").status_code == 404
    assert Client().post(f"/hooks/easypost/{shop.key}").status_code == 404
