"""Claims: prepared with their evidence, filed once, followed to their end."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from orders.models import Claim, ClaimKind, ClaimState, Insurer, Label, Order, Shop
from orders.shipping import claims, paper
from orders.shipping.claim_evidence import BUYERS_WORDS, DOCUMENTS, INVOICE
from tests.easypost import EasyPostServer, easypost_server
from tests.orders.claiming import SHIPPED, WROTE, make_claimant, ship

pytestmark = pytest.mark.django_db

NOW = SHIPPED + timedelta(days=32)
PHOTO = paper.data_url("image/png", b"a picture")


@pytest.fixture
def server(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        yield running


@pytest.fixture
def shop(server: EasyPostServer) -> Shop:
    return make_claimant()


@pytest.fixture
def order(shop: Shop) -> Order:
    return ship(shop)


def prepared(order: Order, kind: ClaimKind = ClaimKind.LOSS, **more: Any) -> Claim:
    return claims.prepare(order, "1", kind, NOW, description="It never came.", **more)


def test_a_claim_is_prepared_with_evidence_amount_and_deadline(order: Order) -> None:
    claim = prepared(order)

    assert (claim.insurer, claim.state) == (Insurer.EASYPOST, ClaimState.PREPARED)
    assert (claim.amount, claim.currency) == (Decimal("12.00"), "USD")
    assert claim.deadline_on == date(2026, 11, 3) + timedelta(days=60)
    assert {kind: len(urls) for kind, urls in claim.evidence.items()} == {
        BUYERS_WORDS: 1,
        INVOICE: 1,
        DOCUMENTS: 1,
    }
    assert claims.missing(claim) == []


def test_no_more_is_claimed_than_the_parcel_was_worth_or_insured_for(shop: Shop) -> None:
    over = prepared(ship(shop, number="1", insured="500.00"))
    under = prepared(ship(shop, number="2", insured="7.50"))

    assert over.amount == Decimal("12.00")
    assert under.amount == Decimal("7.50")


def test_the_evidence_is_readable(order: Order) -> None:
    claim = prepared(order, files=[PHOTO])

    kinds = [paper.opened(url)[0] for urls in claim.evidence.values() for url in urls]
    assert kinds == ["application/pdf", "application/pdf", "application/pdf", "image/png"]


def test_words_of_other_alphabets_stay_themselves(shop: Shop) -> None:
    claim = prepared(ship(shop, said="Посылка не пришла"))

    kind, raw = paper.opened(claim.evidence[BUYERS_WORDS][0])
    assert kind == "text/plain;charset=utf-8"
    assert "Посылка не пришла" in raw.decode()


def test_preparing_again_changes_what_was_prepared_and_keeps_the_photographs(order: Order) -> None:
    first = prepared(order, files=[PHOTO])

    again = claims.prepare(order, "1", ClaimKind.DAMAGE, NOW, amount=Decimal(5), files=[PHOTO])

    assert again.pk == first.pk
    assert (again.kind, again.amount) == (ClaimKind.DAMAGE, Decimal(5))
    assert again.description == "It never came."
    assert again.evidence[DOCUMENTS][1:] == [PHOTO, PHOTO]
    assert again.deadline_on == date(2026, 11, 3) + timedelta(days=30)


def test_words_that_were_pasted_once_stay_whatever_is_changed_later(order: Order) -> None:
    first = prepared(order, said="By telephone: it never came.")

    again = claims.prepare(order, "1", ClaimKind.THEFT, NOW)

    assert len(first.evidence[BUYERS_WORDS]) == 2
    assert again.evidence[BUYERS_WORDS] == first.evidence[BUYERS_WORDS]


def test_what_easypost_would_ask_for_is_asked_before(shop: Shop) -> None:
    order = ship(shop, said="")
    bare = claims.prepare(order, "1", ClaimKind.DAMAGE, NOW)
    wanting = claims.missing(bare)

    full = prepared(order, ClaimKind.DAMAGE, said="It broke.", files=[PHOTO])

    assert len(wanting) == 3
    assert claims.file(bare, NOW).state == ClaimState.PREPARED
    assert claims.missing(full) == []


def test_a_claim_is_filed_with_all_that_proves_it(order: Order, server: EasyPostServer) -> None:
    claim = claims.file(prepared(order), NOW)

    [asked] = server.asked("POST", "/claims")
    assert claim.state == ClaimState.SUBMITTED
    assert claim.easypost_id in server.answers.claims
    assert asked.body["type"] == "loss"
    assert asked.body["amount"] == "12.00"
    assert asked.body["contact_email"] == "maker@example.com"
    assert asked.body["recipient_name"] == "Elizabeth Swan"
    assert asked.body["tracking_code"] == Label.objects.get().tracking_code
    assert [step["state"] for step in claim.history] == ["prepared", "filing", "submitted"]


def test_filing_twice_files_once(order: Order, server: EasyPostServer) -> None:
    claim = prepared(order)

    claims.file(claim, NOW)
    claims.file(claim, NOW)

    assert len(server.asked("POST", "/claims")) == 1


def test_a_refusal_is_told_in_place_and_may_be_tried_again(
    order: Order, server: EasyPostServer
) -> None:
    wrong = {"error": {"code": "X", "message": "Too early.", "errors": []}}
    server.fail("/claims", 422, wrong)

    refused = claims.file(prepared(order), NOW)

    assert refused.state == ClaimState.PREPARED
    assert "Too early." in refused.detail
    assert claims.file(refused, NOW).state == ClaimState.SUBMITTED


@pytest.mark.parametrize("how", ["drop", "drop_after"])
def test_a_lost_answer_is_looked_up_before_anybody_files_again(
    order: Order, server: EasyPostServer, how: str
) -> None:
    server.fail("/claims", how=how)

    doubtful = claims.file(prepared(order), NOW)
    still = claims.file(doubtful, NOW)
    too_early = claims.follow(NOW + timedelta(minutes=1))
    claims.follow(NOW + timedelta(minutes=4))

    settled = Claim.objects.get()
    assert doubtful.state == still.state == ClaimState.FILING
    assert "not certain" in doubtful.detail
    assert not too_early
    if how == "drop":
        assert settled.state == ClaimState.PREPARED
        assert "did not arrive" in settled.detail
    else:
        assert settled.state == ClaimState.SUBMITTED
    assert len(server.asked("POST", "/claims")) == 1


def test_a_crash_while_filing_is_looked_up(order: Order, server: EasyPostServer) -> None:
    claim = prepared(order)
    Claim.objects.update(state=ClaimState.FILING, next_poll_at=NOW)

    claims.follow(NOW)

    claim.refresh_from_db()
    assert claim.state == ClaimState.PREPARED
    assert server.asked("POST", "/claims") == []


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("submitted", ClaimState.SUBMITTED),
        ("in_review", ClaimState.SUBMITTED),
        ("needs_action", ClaimState.NEEDS_INFO),
        ("approved", ClaimState.APPROVED),
        ("approved_partial", ClaimState.APPROVED),
        ("rejected", ClaimState.REJECTED),
        ("cancelled", ClaimState.CANCELLED),
        ("a word nobody knows", ClaimState.SUBMITTED),
    ],
)
def test_each_state_of_easypost_is_followed(
    order: Order, server: EasyPostServer, word: str, state: ClaimState
) -> None:
    claim = claims.file(prepared(order), NOW)
    server.answers.decide(claim.easypost_id, word, "Because.", approved="10.00")

    claims.follow(NOW + claims.BETWEEN_LOOKS)

    claim.refresh_from_db()
    assert claim.state == state
    assert claim.detail == "Because."
    assert claim.paid == Decimal(10)
    assert (claim.next_poll_at is None) == (state not in claims.FOLLOWED)


def test_it_is_not_asked_about_too_early_nor_after_its_end(
    order: Order, server: EasyPostServer
) -> None:
    claim = claims.file(prepared(order), NOW)
    early = claims.follow(NOW + timedelta(hours=5))
    server.answers.decide(claim.easypost_id, "rejected", "Packed badly.")
    first = claims.follow(NOW + claims.BETWEEN_LOOKS)
    second = claims.follow(NOW + timedelta(days=9))

    assert (dict(early), dict(first), dict(second)) == ({}, {"rejected": 1}, {})


def test_when_easypost_is_down_the_claim_waits_and_says_so(
    order: Order, server: EasyPostServer
) -> None:
    claim = claims.file(prepared(order), NOW)
    server.fail("/claims/*", 500)

    claims.follow(NOW + claims.BETWEEN_LOOKS)

    claim.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED
    assert "trouble of its own" in claim.detail
    assert claim.next_poll_at == NOW + claims.BETWEEN_LOOKS + claims.AFTER_TROUBLE


def test_a_claim_is_withdrawn_and_another_may_be_made(order: Order, server: EasyPostServer) -> None:
    claim = claims.file(prepared(order), NOW)

    withdrawn = claims.withdraw(claim, NOW)
    again = prepared(order)

    assert withdrawn.state == ClaimState.CANCELLED
    assert server.answers.claims[claim.easypost_id]["status"] == "cancelled"
    assert again.pk != claim.pk


def test_a_prepared_claim_is_withdrawn_without_asking_anybody(
    order: Order, server: EasyPostServer
) -> None:
    assert claims.withdraw(prepared(order), NOW).state == ClaimState.CANCELLED
    assert server.asked("POST", "/claims/*") == []


def test_what_is_in_doubt_cannot_be_withdrawn(order: Order, server: EasyPostServer) -> None:
    server.fail("/claims", how="drop")

    assert claims.withdraw(claims.file(prepared(order), NOW), NOW).state == ClaimState.FILING


def test_the_money_of_an_approved_claim_is_marked_as_come(
    order: Order, server: EasyPostServer
) -> None:
    claim = claims.file(prepared(order), NOW)
    early = claims.settle_by_hand(claim, Decimal(10), NOW).state
    server.answers.decide(claim.easypost_id, "approved", approved="10.00")
    claims.follow(NOW + claims.BETWEEN_LOOKS)

    claim = claims.settle_by_hand(claim, Decimal(10), NOW)

    assert early == ClaimState.SUBMITTED
    assert (claim.state, claim.paid) == (ClaimState.PAID, Decimal(10))


def test_a_carriers_own_insurance_is_filed_by_hand(shop: Shop, server: EasyPostServer) -> None:
    order = ship(shop)
    Label.objects.all().delete()

    claim = prepared(order)
    same = claims.file(claim, NOW)
    filed = claims.filed_by_hand(claim, NOW)
    paid = claims.settle_by_hand(filed, Decimal(12), NOW)

    assert claim.insurer == Insurer.CARRIER
    assert claim.deadline_on == date(2026, 11, 3) + timedelta(days=60)
    assert same.state == ClaimState.PREPARED
    assert filed.state == ClaimState.SUBMITTED
    assert paid.state == ClaimState.PAID
    assert server.asked("POST", "/claims") == []
    assert not claims.follow(NOW + timedelta(days=30))


def test_the_timeline_tells_of_it_and_the_order_stays_as_it_is(order: Order) -> None:
    status = order.status

    claims.file(prepared(order), NOW)
    claims.prepare(order, "1", ClaimKind.LOSS, NOW)

    told = order.events.filter(kind="claim").order_by("id").values_list("data__state", flat=True)
    order.refresh_from_db()
    assert list(told) == ["prepared", "submitted"]
    assert order.status == status


def test_nothing_secret_or_personal_is_logged(
    order: Order, server: EasyPostServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail("/claims/*", 500, {"error": {"message": WROTE}})
    claim = claims.file(prepared(order), NOW)
    with caplog.at_level(0):
        claims.look(claim, NOW)

    logged = caplog.text + repr([record.__dict__ for record in caplog.records])
    assert "Swan" not in logged
    assert WROTE not in logged
    assert "EZTK" not in logged


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_file_once(server: EasyPostServer) -> None:
    claim = prepared(ship(make_claimant()))
    gate = threading.Barrier(4)

    def click() -> None:
        try:
            gate.wait()
            claims.file(claim, NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(server.asked("POST", "/claims")) == 1
    assert Claim.objects.get().state == ClaimState.SUBMITTED
