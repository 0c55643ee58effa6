"""The page of a claim: prepare, see the evidence, file, follow, withdraw."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from orders.facts import Scan
from orders.models import Claim, ClaimState, Label, Order, Shop
from orders.shipping import claims
from orders.shipping.claim_evidence import DOCUMENTS
from orders.words import Role, ScanStatus
from shopcare import tasks
from tests.easypost import EasyPostServer, easypost_server
from tests.factory import make_order, make_user
from tests.orders.claiming import SHIPPED, make_claimant, record, ship

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n and so on"


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
    return ship(shop, number="1001")


@pytest.fixture(params=[Role.OWNER, Role.HELPER])
def seller(client: Client, shop: Shop, request: pytest.FixtureRequest) -> Client:
    shop.members.create(user=make_user(), role=request.param)
    client.login(email="maker@example.com", password="beads")
    return client


HERE = "/shops/lucky-bead/orders/1001/claim/1/"


def prepare(seller: Client, **more: Any) -> Any:
    return seller.post(HERE, {"kind": "loss", "description": "It never came."} | more, follow=True)


def test_a_claim_is_prepared_filed_and_seen(
    seller: Client, order: Order, server: EasyPostServer
) -> None:
    empty = seller.get(HERE).content.decode()
    ready = prepare(seller).content.decode()
    filed = seller.post(HERE, {"do": "file"}, follow=True).content.decode()

    assert "Prepare the claim" in empty
    assert "EasyPost, for $12.00" in empty
    assert "File it with EasyPost" in ready
    assert "Not before" not in ready or "Dec" in ready
    assert "The claim is now: filed." in filed
    assert Claim.objects.get().state == ClaimState.SUBMITTED


def test_get_changes_nothing(seller: Client, order: Order, server: EasyPostServer) -> None:
    seller.get(HERE, {"do": "file"})

    assert not Claim.objects.exists()
    assert server.asked("POST", "/claims") == []


def test_a_claim_without_words_is_asked_for_them(seller: Client, order: Order) -> None:
    page = prepare(seller, description=" ").content.decode()

    assert "This field is required." in page
    assert not Claim.objects.exists()


def test_photographs_are_kept_and_can_be_fetched(seller: Client, order: Order) -> None:
    photo = SimpleUploadedFile("bead.png", PNG, "text/html")
    prepare(seller, kind="damage", photos=[photo])

    answer = seller.get(HERE + "evidence/documents/1/")

    assert answer.content == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'attachment; filename="documents-2.png"'
    assert seller.get(HERE + "evidence/words/0/").content.startswith(b"%PDF")
    assert seller.get(HERE + "evidence/words/1/").status_code == 404
    assert seller.get(HERE + "evidence/nothing/0/").status_code == 404


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("evil.png", b"<script>", "is no PNG, JPEG or PDF"),
        ("big.png", PNG + bytes(4 * 1024 * 1024), "too large"),
    ],
)
def test_other_files_are_refused(
    seller: Client, order: Order, name: str, raw: bytes, words: str
) -> None:
    page = prepare(seller, photos=[SimpleUploadedFile(name, raw)]).content.decode()

    assert words in page
    assert not Claim.objects.exists()


def test_too_many_files_are_refused(seller: Client, order: Order) -> None:
    photos = [SimpleUploadedFile(f"{n}.png", PNG) for n in range(7)]

    assert "No more than 6 files." in prepare(seller, photos=photos).content.decode()


def test_what_is_missing_is_said_and_there_is_no_button_to_file(seller: Client, shop: Shop) -> None:
    ship(shop, number="1001", said="")

    page = prepare(seller, kind="damage").content.decode()

    assert "a message in which the buyer says so" in page
    assert "photographs of the damage" in page
    assert "File it with EasyPost" not in page


def test_the_amount_may_be_lowered(seller: Client, order: Order) -> None:
    prepare(seller)
    prepare(seller, amount="9,50")

    assert Claim.objects.get().amount == Decimal("9.50")


def test_easyposts_refusal_is_told_in_place(
    seller: Client, order: Order, server: EasyPostServer
) -> None:
    prepare(seller)
    server.fail("/claims", 402)

    page = seller.post(HERE, {"do": "file"}, follow=True).content.decode()

    assert "no funds left" in page
    assert "File it with EasyPost" in page


def test_a_lost_answer_is_shown_as_such_and_offers_no_second_filing(
    seller: Client, order: Order, server: EasyPostServer
) -> None:
    prepare(seller)
    server.fail("/claims", how="drop_after")

    page = seller.post(HERE, {"do": "file"}, follow=True).content.decode()
    found = seller.post(HERE, {"do": "look"}, follow=True).content.decode()

    assert "being checked with EasyPost" in page
    assert "File it with EasyPost" not in page
    assert "Withdraw it" not in page
    assert "The claim is now: filed." in found
    assert len(server.asked("POST", "/claims")) == 1


def test_a_claim_is_followed_by_the_beat_and_its_money_marked(
    seller: Client, order: Order, server: EasyPostServer
) -> None:
    prepare(seller)
    seller.post(HERE, {"do": "file"})
    claim = Claim.objects.get()
    server.answers.decide(claim.easypost_id, "approved_partial", "Half of it.", approved="6.00")
    Claim.objects.update(next_poll_at=timezone.now() - timedelta(seconds=1))

    tasks.follow_claims()
    approved = seller.get(HERE).content.decode()
    seller.post(HERE, {"do": "paid", "paid": ""})

    claim.refresh_from_db()
    assert "Half of it." in approved
    assert "$6.00" in approved
    assert (claim.state, claim.paid) == (ClaimState.PAID, Decimal(6))


def test_a_claim_is_withdrawn(seller: Client, order: Order, server: EasyPostServer) -> None:
    prepare(seller)
    seller.post(HERE, {"do": "file"})

    page = seller.post(HERE, {"do": "withdraw"}, follow=True).content.decode()

    assert "The claim is now: withdrawn." in page
    assert "Prepare the claim" in page


def test_what_easypost_will_not_take_back_is_said(
    seller: Client, order: Order, server: EasyPostServer
) -> None:
    prepare(seller)
    seller.post(HERE, {"do": "file"})
    server.answers.decide(Claim.objects.get().easypost_id, "in_review")

    page = seller.post(HERE, {"do": "withdraw"}, follow=True).content.decode()

    assert "The claim is being worked on." in page
    assert Claim.objects.get().state == ClaimState.SUBMITTED


def test_a_carriers_insurance_leads_to_its_page(seller: Client, order: Order) -> None:
    Label.objects.all().delete()

    page = prepare(seller).content.decode()
    filed = seller.post(HERE, {"do": "filed"}, follow=True).content.decode()
    wrong = seller.post(HERE, {"do": "paid", "paid": "-1"}, follow=True).content.decode()
    seller.post(HERE, {"do": "refused"})

    assert 'href="https://www.usps.com/help/claims.htm"' in page
    assert "I have filed it" in page
    assert "The money is here" in filed
    assert "greater than or equal" in wrong
    assert Claim.objects.get().state == ClaimState.REJECTED


def test_an_unknown_act_does_nothing(seller: Client, order: Order) -> None:
    prepare(seller)

    assert seller.post(HERE, {"do": "dance"}).status_code == 302
    assert Claim.objects.get().state == ClaimState.PREPARED


def test_a_parcel_that_is_not_there_has_no_page(seller: Client, order: Order) -> None:
    assert seller.get("/shops/lucky-bead/orders/1001/claim/7/").status_code == 404


def test_the_order_page_leads_to_the_claim(seller: Client, order: Order) -> None:
    record(order, Scan, at=SHIPPED + timedelta(days=3), status=ScanStatus.FAILURE)
    before = seller.get("/shops/lucky-bead/orders/1001/").content.decode()
    prepare(seller)
    after = seller.get("/shops/lucky-bead/orders/1001/").content.decode()

    assert f'<a href="{HERE}" role="button" class="outline">' in before
    assert "Claim for parcel 1" in after
    assert "being prepared" in after
    assert "to be filed by" in after


def test_an_order_without_parcels_speaks_of_no_claims(seller: Client, shop: Shop) -> None:
    make_order(shop, "1002")

    assert "Lost or damaged?" not in seller.get("/shops/lucky-bead/orders/1002/").content.decode()


def test_nothing_offered_leads_nowhere_when_the_key_is_gone(
    seller: Client, order: Order, shop: Shop
) -> None:
    prepare(seller)
    shop.shipping_profile.easypost_key = ""
    shop.shipping_profile.save()

    page = seller.post(HERE, {"do": "file"}, follow=True).content.decode()

    assert "EasyPost key first" in page
    assert Claim.objects.get().state == ClaimState.PREPARED


def test_parcels_may_have_awkward_names(seller: Client, order: Order) -> None:
    order.shipments.update(parcel="a/b?c")

    page = seller.get("/shops/lucky-bead/orders/1001/").content.decode()

    assert 'href="/shops/lucky-bead/orders/1001/claim/a~2Fb%3Fc/"' in page
    assert seller.get("/shops/lucky-bead/orders/1001/claim/a~2Fb%3Fc/").status_code == 200


def test_old_photographs_stay_when_words_are_changed(seller: Client, order: Order) -> None:
    prepare(seller, photos=[SimpleUploadedFile("a.png", PNG)])
    prepare(seller, description="It really never came.")

    claim = claims.claim_of(order, "1")
    assert claim is not None
    assert len(claim.evidence[DOCUMENTS]) == 2
