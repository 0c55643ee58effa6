"""The label section: what is missing, prices, buying, doubt, shipping with it, giving it back."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from notifications.models import Message
from orders.facts import Line
from orders.models import (
    ItemDetails,
    Label,
    LabelRun,
    LabelState,
    Order,
    ScanForm,
    ShippingProfile,
    Shop,
)
from orders.models import Shipment as Parcel
from orders.shipping.buying import work_off
from tests.easypost import EasyPostServer, easypost_server, refused
from tests.factory import MONDAY, make_shop, make_user
from tests.labels import BEADS, MAIN_STREET, NYGADE, make_paid_order, make_shipping_shop

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(hours=9)
SHIP = "/shops/lucky-bead/ship/"
LABEL = "/shops/lucky-bead/orders/1001/label/"
LABELS = "/shops/lucky-bead/labels/"
HTMX = {"HX-Request": "true"}
FORM = {"parcel": "1", "box": "", "weight": "", "insured": "45", "label_format": "PDF"}


@pytest.fixture
def easypost(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as server:
        settings.EASYPOST_API_BASE = server.url
        yield server


@pytest.fixture
def shop() -> Shop:
    return make_shipping_shop(owner=make_user())


@pytest.fixture
def order(shop: Shop) -> Order:
    return make_paid_order(shop)


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def buy(member: Client, **fields: str) -> Any:
    return member.post(LABEL + "buy/", FORM | fields, follow=True)


def part(member: Client, path: str, **fields: str) -> str:
    answer = member.post(LABEL + path, FORM | fields, headers=HTMX)
    return answer.headers.get("HX-Redirect") or answer.content.decode()


def test_without_a_key_the_section_says_how_it_goes_on_and_has_no_button(client: Client) -> None:
    shop = make_shop(owner=make_user())
    make_paid_order(shop)
    client.login(email="maker@example.com", password="beads")

    html = client.get(SHIP).content.decode()

    assert "scan or type its number below" in html
    assert "Buy the label" not in html
    assert "Compare prices" not in html
    assert not ShippingProfile.objects.exists()


def test_prices_are_compared_and_nothing_is_bought(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    html = part(member, "price/")

    assert html.count('name="rate"') == 4
    assert 'value="USPS|Priority" checked' in html
    assert "your usual" in html
    assert "saves $1.35" in html
    assert "1 day sooner" in html
    assert not easypost.bought
    assert not Label.objects.exists()


def test_one_click_buys_the_usual_service_insured_for_the_order(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    answer = buy(member)

    label = Label.objects.get()
    assert (label.state, label.service, label.insured) == ("bought", "Priority", Decimal(45))
    html = answer.content.decode()
    assert "The label is bought." in html
    assert f'value="{label.tracking_code}"' in html
    assert "Print PDF" in html


def test_the_same_postage_bought_twice_is_bought_once(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    buy(member)
    buy(member)
    part(member, "buy/")

    assert easypost.bought.total() == 1


def test_another_service_is_chosen_among_the_prices(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    buy(member, rate="UPSDAP|Ground")

    assert (Label.objects.get().carrier, Label.objects.get().service) == ("UPSDAP", "Ground")


def test_the_buyers_wish_is_kept_and_bought(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    member.post(LABEL + "wish/", {"service": "USPS Express"})
    assert "The buyer asked for USPS Express." in member.get(SHIP).content.decode()

    buy(member)

    assert Label.objects.get().service == "Express"


def test_what_is_missing_is_asked_before_and_not_after_an_error(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    ItemDetails.objects.all().delete()

    html = part(member, "buy/")

    assert "Say how much the parcel weighs." in html
    assert easypost.requests == []


def test_customs_data_is_asked_for_kept_per_item_and_sent(
    member: Client, shop: Shop, easypost: EasyPostServer
) -> None:
    make_paid_order(shop, "1001", address=NYGADE)
    assert "For the customs form" in member.get(SHIP).content.decode()
    values = {
        "parcel": "1",
        "item0-item": "LB-1",
        "item0-weight": "31",
        "item0-description": "Glass bead",
        "item0-hs_code": "701810",
        "item0-origin": "US",
    }

    member.post(LABEL + "items/", values)
    buy(member)

    kept = ItemDetails.objects.get()
    assert (kept.hs_code, kept.origin, kept.weight_g) == ("701810", "US", 31)
    asked = easypost.asked("POST", "/shipments")[-1].body["shipment"]["customs_info"]
    assert asked["customs_items"][0]["hs_tariff_number"] == "701810"


def test_a_wrong_hs_code_is_named_in_place(member: Client, shop: Shop) -> None:
    make_paid_order(shop, "1001", address=NYGADE)
    values = {"parcel": "1", "item0-item": "LB-1", "item0-hs_code": "12"}

    html = member.post(LABEL + "items/", values, headers=HTMX).content.decode()

    assert "An HS code has 6 to 12 digits" in html


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, refused("APIKEY.INACTIVE", "This api key is no longer active."), "key"),
        (402, refused("PAYMENT_REQUIRED", "Insufficient funds."), "money"),
    ],
)
def test_easyposts_errors_become_a_sentence_in_place(
    member: Client, order: Order, easypost: EasyPostServer, status: int, body: Any, says: str
) -> None:
    easypost.fail("/shipments/*/buy", status, body)

    html = part(member, "buy/")

    assert Label.objects.get().state == LabelState.FAILED
    assert "The label was not bought, and costs nothing." in html
    assert Label.objects.get().problem in html.replace("&#x27;", "'")
    assert "Buy the label" in html


def test_a_purchase_in_doubt_is_shown_as_such_and_cannot_be_bought_again(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    easypost.fail("/shipments/*/buy", how="drop_after")

    html = part(member, "buy/")

    assert Label.objects.get().state == LabelState.BUYING
    assert "It is not known yet whether this label was bought." in html
    assert 'hx-trigger="every 2s"' in html
    assert "Buy the label" not in html

    part(member, "buy/")
    assert easypost.bought.total() == 1


def test_when_the_doubt_is_over_the_page_goes_on_by_itself(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    easypost.fail("/shipments/*/buy", how="drop_after")
    part(member, "buy/")
    Label.objects.update(state="bought", bought_at=NOW, cost=Decimal(7), claimed_by=None)

    answer = member.get(LABEL, {"parcel": "1", "was": "buying"}, headers=HTMX)

    assert answer.headers["HX-Redirect"] == SHIP + "?order=1001"


def test_the_parcel_ships_with_its_label_by_one_key(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    buy(member)
    code = Label.objects.get().tracking_code

    member.post(SHIP + "parcel/", {"number": "1001", "parcel": "1", "code": code})

    parcel = Parcel.objects.get()
    assert (parcel.carrier, parcel.service, parcel.tracking_code) == ("USPS", "Priority", code)
    assert Message.objects.filter(kind="tracking_notice", state="queued").count() == 1


def test_another_number_than_the_labels_is_asked_about(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    buy(member)

    answer = member.post(
        SHIP + "parcel/", {"number": "1001", "parcel": "1", "code": "00340433836442636597"}
    )

    assert "another label was bought" in answer.content.decode()
    assert not Parcel.objects.exists()


def test_letter_post_bought_as_a_label_has_no_tracking(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    easypost.answers.sells_letters = True
    html = buy(member).content.decode()
    assert "without a number to follow" in html

    member.post(SHIP + "parcel/", {"number": "1001", "parcel": "1", "code": ""})

    parcel = Parcel.objects.get()
    assert (parcel.carrier, parcel.tracking_code) == ("USPS", "")


def test_a_part_of_the_order_gets_a_label_and_is_shipped_with_it(
    member: Client, shop: Shop, easypost: EasyPostServer
) -> None:
    make_paid_order(shop, "1001", lines=(*BEADS, Line("Ring", unit_price=Decimal(9))))

    html = buy(member, weight="3", **{"quantity-2": "0"}).content.decode()

    assert Label.objects.get().lines == [{"item": "LB-1", "quantity": 2}]
    assert 'name="quantity-2" value="0"' in html


def test_a_wrong_thing_stops_the_label_until_it_is_out_or_a_reason_is_given(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    member.post(SHIP + "scan/", {"number": "1001", "thing": "LB-1"})
    answer = member.post(SHIP + "scan/", {"number": "1001", "thing": "RING"}, headers=HTMX)
    assert "does not belong" in answer.content.decode()

    html = part(member, "buy/")
    assert "The label waits until the parcel is packed right" in html
    assert not Label.objects.exists()

    buy(member, override="The buyer wrote that she wants the ring too")
    label = Label.objects.get()
    assert (label.state, label.override[:9]) == ("bought", "The buyer")
    page = member.get("/shops/lucky-bead/orders/1001/").content.decode()
    assert "she wants the ring too" in page


def test_each_item_scanned_passes_the_check(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    for _time in range(2):
        member.post(SHIP + "scan/", {"number": "1001", "thing": "LB-1"}, headers=HTMX)

    html = member.get(SHIP).content.decode()
    assert "all packed" in html
    buy(member)
    assert Label.objects.get().state == LabelState.BOUGHT


def test_a_wrong_thing_is_taken_out_again(member: Client, order: Order) -> None:
    member.post(SHIP + "scan/", {"number": "1001", "thing": "RING"})
    scan = order.pack_scans.get()

    member.post(SHIP + "unpack/", {"number": "1001", "scan": scan.pk})

    assert not order.pack_scans.exists()


def test_an_unused_label_is_given_back_and_what_was_spent_is_on_the_order(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    buy(member)
    label = Label.objects.get()

    member.post(f"{LABELS}{label.pk}/refund/")

    label.refresh_from_db()
    assert label.state in (LabelState.REFUNDING, LabelState.REFUNDED)
    page = member.get("/shops/lucky-bead/orders/1001/").content.decode()
    assert "Spent on it" in page


@pytest.mark.parametrize("kind", ["PDF", "PNG", "ZPL"])
def test_a_label_is_printed_in_each_format_and_again(
    member: Client, order: Order, easypost: EasyPostServer, kind: str
) -> None:
    assert f"Print {kind}" in buy(member).content.decode()
    path = f"{LABELS}{Label.objects.get().pk}/file/{kind}/"

    first, again = member.get(path), member.get(path)

    assert first.status_code == again.status_code == 302
    assert first.headers["Location"].endswith(f".{kind.lower()}")
    assert first.headers["Location"] == again.headers["Location"]
    assert easypost.bought.total() == 1


def test_a_return_label_is_bought_from_the_buyer_to_the_shop(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    buy(member)
    code = Label.objects.get().tracking_code
    member.post(SHIP + "parcel/", {"number": "1001", "parcel": "1", "code": code})

    answer = buy(member, **{"return": "1"})

    label = Label.objects.get(is_return=True)
    assert (label.state, label.parcel) == ("bought", "1")
    assert "Print PDF" in answer.content.decode()


def test_many_are_previewed_then_bought_in_the_background(
    member: Client, shop: Shop, easypost: EasyPostServer
) -> None:
    for number in ("1", "2", "3"):
        make_paid_order(shop, number)
    make_paid_order(shop, "4", address=NYGADE)

    html = member.get(LABELS + "buy/").content.decode()
    assert "3 labels would be bought" in html
    assert "The HS code of" in html
    assert not easypost.requests

    answer = member.post(LABELS + "buy/", follow=True)
    run = LabelRun.objects.get()
    assert "0 of 3 bought." in answer.content.decode()
    assert 'hx-trigger="every 1s"' in answer.content.decode()

    work_off(lambda: NOW + timedelta(minutes=1))
    html = member.get(f"{LABELS}runs/{run.pk}/", headers=HTMX).content.decode()
    assert "3 of 3 bought." in html
    assert "every 1s" not in html
    assert "spent." in html


def test_a_second_click_on_buying_many_comes_to_the_same_run(
    member: Client, shop: Shop, easypost: EasyPostServer
) -> None:
    make_paid_order(shop)

    first = member.post(LABELS + "buy/")
    second = member.post(LABELS + "buy/")

    assert first.headers["Location"] == second.headers["Location"]
    assert Label.objects.count() == 1


def test_ticked_orders_come_from_the_list(member: Client, order: Order) -> None:
    answer = member.get(
        "/shops/lucky-bead/orders/bulk/", {"action": "labels", "order": str(order.pk)}, follow=True
    )

    assert "1 label would be bought" in answer.content.decode()


def test_the_days_scan_form_is_made_once(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    buy(member)
    assert "Make it for 1 label" in member.get(LABELS).content.decode()

    member.post(LABELS + "scan-form/", {"day": "2026-11-02"})
    member.post(LABELS + "scan-form/", {"day": "2026-11-02"})

    assert ScanForm.objects.count() == 1
    assert "Print the form" in member.get(LABELS).content.decode()


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "", "9999-12-31"])
def test_an_odd_day_in_the_address_does_no_harm(member: Client, day: str) -> None:
    assert member.get(LABELS, {"day": day}).status_code == 200


def test_an_order_that_is_not_to_be_shipped_gets_no_label(
    member: Client, order: Order, easypost: EasyPostServer
) -> None:
    member.post(SHIP + "parcel/", {"number": "1001", "parcel": "1", "without": "1"})

    answer = buy(member)

    assert answer.redirect_chain
    assert not Label.objects.exists()


def test_the_run_costs_a_constant_number_of_queries(
    member: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_paid_order(shop, str(number), address=MAIN_STREET)

    with django_assert_max_num_queries(20):
        member.get(LABELS + "buy/")
