"""The postage settings: where from, boxes, what items weigh, and the policy's services."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from orders.models import Box, ItemDetails, Policy, ShippingProfile, Shop
from tests.factory import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

HERE = "/shops/lucky-bead/shipping/"
ITEMS = HERE + "items/"
SENDER = {
    "name": "Lucky Bead",
    "street1": "Karl-Heine-Str. 1",
    "postcode": "04229",
    "city": "Leipzig",
    "units": "metric",
    "label_format": "PDF",
}


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def csv_file(text: str) -> io.BytesIO:
    file = io.BytesIO(text.encode())
    file.name = "items.csv"
    return file


def take_over(owner: Client, text: str) -> Any:
    return owner.post(ITEMS + "upload/", {"file": csv_file(text)}, follow=True)


def test_without_an_account_the_page_says_that_all_goes_on_by_hand(owner: Client) -> None:
    html = owner.get(HERE).content.decode()

    assert "Without one, all goes on by hand" in html
    assert not ShippingProfile.objects.exists()


def test_the_sender_is_kept(owner: Client, shop: Shop) -> None:
    owner.post(HERE, SENDER)

    profile = ShippingProfile.objects.get(shop=shop)
    assert (profile.street1, profile.city) == ("Karl-Heine-Str. 1", "Leipzig")


def test_saving_the_sender_keeps_the_key_of_the_account(owner: Client, shop: Shop) -> None:
    ShippingProfile.objects.create(shop=shop, easypost_key="hidden")

    owner.post(HERE, SENDER)

    assert ShippingProfile.objects.get(shop=shop).easypost_key == "hidden"


def test_services_and_insurance_are_saved_in_the_policy(owner: Client, shop: Shop) -> None:
    values = {"home_service": "DPD Classic", "abroad_service": "", "insure_up_to": "250"}

    owner.post(HERE + "services/", values)

    policy = Policy.objects.get(shop=shop)
    assert (policy.home_service, policy.insure, policy.insure_up_to) == (
        "DPD Classic",
        False,
        Decimal(250),
    )


def test_a_negative_limit_is_refused_in_place(owner: Client, shop: Shop) -> None:
    answer = owner.post(HERE + "services/", {"home_service": "x", "insure_up_to": "-1"})

    assert answer.status_code == 422
    assert Policy.objects.get(shop=shop).home_service == "USPS Priority"


def test_a_box_is_measured_in_centimetres_and_kept_in_millimetres(
    owner: Client, shop: Shop
) -> None:
    box = {"name": "Small", "length": "20.5", "width": "15", "height": "5", "weight": "40"}

    owner.post(HERE + "boxes/", box)

    kept = Box.objects.get(shop=shop)
    assert (kept.length_mm, kept.width_mm, kept.height_mm, kept.weight_g) == (205, 150, 50, 40)
    assert "20.5 × 15 × 5 cm, 40 g" in owner.get(HERE).content.decode()


def test_what_was_typed_in_inches_and_ounces_reads_the_same_again(
    owner: Client, shop: Shop
) -> None:
    ShippingProfile.objects.create(shop=shop, units="imperial")
    box = {"name": "Small", "length": "8.75", "width": "6", "height": "4.5", "weight": "2.3"}

    owner.post(HERE + "boxes/", box)

    assert "8.75 × 6 × 4.5 in, 2.3 oz" in owner.get(HERE).content.decode()


def test_two_boxes_of_one_name_are_refused(owner: Client, shop: Shop) -> None:
    box = {"name": "Small", "length": "2", "width": "1", "height": "5"}
    owner.post(HERE + "boxes/", box)

    answer = owner.post(HERE + "boxes/", box)

    assert answer.status_code == 422
    assert "There is a box of this name already." in answer.content.decode()


def test_a_box_is_changed_and_removed(owner: Client, shop: Shop) -> None:
    box = Box.objects.create(shop=shop, name="Small", length_mm=10, width_mm=10, height_mm=10)
    path = f"{HERE}boxes/{box.pk}/"

    owner.post(path, {"name": "Tiny", "length": "2", "width": "1", "height": "5"})
    box.refresh_from_db()
    assert (box.name, box.length_mm) == ("Tiny", 20)

    owner.post(path, {"remove": "1"})
    assert not Box.objects.exists()


def test_items_sold_lately_of_unknown_weight_are_offered(owner: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    assert "?item=LB-1#new" in owner.get(ITEMS).content.decode()

    ItemDetails.objects.create(shop=shop, item="LB-1", weight_g=12)
    assert "?item=LB-1#new" not in owner.get(ITEMS).content.decode()


def test_an_item_is_added_and_its_code_checked(owner: Client, shop: Shop) -> None:
    item = {"item": "LB-1", "weight": "12", "hs_code": "7117.19", "origin": "DE"}
    assert owner.post(ITEMS, item).status_code == 422

    owner.post(ITEMS, item | {"hs_code": "711719"})

    kept = ItemDetails.objects.get(shop=shop)
    assert (kept.item, kept.weight_g, kept.hs_code, kept.origin) == ("LB-1", 12, "711719", "DE")


def test_a_spreadsheet_is_taken_over_and_its_wrong_rows_are_named(
    owner: Client, shop: Shop
) -> None:
    ItemDetails.objects.create(shop=shop, item="LB-1", weight_g=1, origin="FR")
    text = "Item;Weight (g);HS code\nLB-1;12,5;7117.19\nLB-2;heavy;\nLB-3;30;12\n"

    answer = take_over(owner, text)

    kept = ItemDetails.objects.get(shop=shop)
    assert (kept.weight_g, kept.hs_code, kept.origin) == (13, "711719", "FR")
    html = answer.content.decode()
    assert "1 item is saved." in html
    assert "row 3" in html
    assert "row 4" in html


def test_a_file_without_an_item_column_says_what_it_needs(owner: Client) -> None:
    answer = take_over(owner, "a,b\n1,2\n")

    assert answer.status_code == 422
    assert "The first row has to name the columns" in answer.content.decode()


def test_what_is_downloaded_can_be_loaded_again(owner: Client, shop: Shop) -> None:
    ItemDetails.objects.create(
        shop=shop, item="=LB", weight_g=99, hs_code="711719", origin="DE", value=Decimal("4.5")
    )
    text = owner.get(ITEMS + "items.csv").content.decode("utf-8-sig")
    ItemDetails.objects.update(weight_g=1, value=None)

    take_over(owner, text)

    kept = ItemDetails.objects.get(shop=shop)
    assert (kept.item, kept.weight_g, kept.value) == ("=LB", 99, Decimal("4.5"))


def test_the_list_costs_the_same_however_long_it_is(
    owner: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    ItemDetails.objects.bulk_create(
        ItemDetails(shop=shop, item=f"{number:04}", weight_g=1) for number in range(120)
    )

    with django_assert_max_num_queries(15):
        html = owner.get(ITEMS).content.decode()

    assert html.count('class="open"') == 50
    assert "?after=0049" in html
