"""A lost parcel from its order page to the filed claim, on a laptop and on a telephone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.models import Claim, ClaimState
from tests.browser.seeing import ON_A_LAPTOP, fits, log_in
from tests.easypost import EasyPostServer, easypost_server
from tests.factory import make_user
from tests.orders.claiming import make_claimant, ship

pytestmark = pytest.mark.django_db(transaction=True)

PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
def server(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        yield running


@ON_A_LAPTOP
def test_a_claim_is_made_from_the_order(
    page: Page, live_server: LiveServer, server: EasyPostServer
) -> None:
    shop = make_claimant()
    shop.members.create(user=make_user())
    ship(shop, number="1001")
    log_in(page)
    page.goto("/shops/lucky-bead/orders/1001/")

    page.get_by_role("link", name="Make a claim for parcel 1").click()
    page.get_by_label("In a few words").fill("It left Oakland and was never seen again.")
    page.get_by_label("Photographs or PDFs").set_input_files(
        {"name": "receipt.png", "mimeType": "image/png", "buffer": PNG}
    )
    page.get_by_role("button", name="Prepare the claim").click()
    expect(page.get_by_role("link", name="Invoice")).to_be_visible()
    expect(page.get_by_role("link", name="Photograph or PDF 1")).to_be_visible()
    page.get_by_role("button", name="File it with EasyPost").click()

    expect(page.get_by_text("The claim is now: filed.")).to_be_visible()
    assert fits(page)
    assert Claim.objects.get().state == ClaimState.SUBMITTED
    assert len(server.asked("POST", "/claims")) == 1
