"""Labels that are bought: printed, refunded, on scan forms; and labels for returns."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orders.facts import Shipment
from orders.models import Label, LabelState, Order, ScanForm, Shop
from orders.shipping.buying import ask, buy, live_label
from orders.shipping.label_files import fetch_file
from orders.shipping.problems import ShippingError
from orders.shipping.refunds import NotRefundable, follow_refunds, refund
from orders.shipping.returns import prepare_return
from orders.shipping.scan_forms import follow_forms, make, waiting
from orders.shipping.spending import Spent, spent_on
from orders.shipping.wishes import keep_wish
from tests.easypost import EasyPostServer, easypost_server, refused
from tests.factory import MONDAY, record
from tests.labels import make_paid_order, make_shipping_shop, postage

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(hours=9)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def easypost(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as server:
        settings.EASYPOST_API_BASE = server.url
        yield server


@pytest.fixture
def shop() -> Shop:
    return make_shipping_shop()


def bought(shop: Shop, number: str = "1001") -> Label:
    return buy(ask(postage(make_paid_order(shop, number)), now=NOW), NOW)


def test_a_label_comes_in_three_formats_and_printing_again_asks_nobody(
    shop: Shop, easypost: EasyPostServer
) -> None:
    label = bought(shop)

    files = {fetch_file(label, name) for name in ("PDF", "PNG", "ZPL")}
    asked = len(easypost.asked("GET", "/shipments/*/label"))
    fetch_file(Label.objects.get(), "ZPL")

    assert len(files) == 3
    assert asked == 2
    assert len(easypost.asked("GET", "/shipments/*/label")) == 2


def test_an_unused_label_is_refunded_when_the_carrier_says_so(
    shop: Shop, easypost: EasyPostServer
) -> None:
    label = bought(shop)

    asked = refund(label, NOW + HOUR)
    twice = refund(label, NOW + HOUR)
    early = follow_refunds(NOW + HOUR)
    easypost.answers.shipments[label.easypost_id]["refund_status"] = "refunded"
    settled = follow_refunds(NOW + 2 * HOUR)

    assert (asked.state, twice.state) == (LabelState.REFUNDING, LabelState.REFUNDING)
    assert (early, settled) == (0, 1)
    label.refresh_from_db()
    assert label.state == LabelState.REFUNDED
    assert spent_on(label.order)[0].total == 0
    assert len(easypost.asked("POST", "/shipments/*/refund")) == 1


def test_a_refund_that_the_carrier_refuses_leaves_a_label_that_can_be_used(
    shop: Shop, easypost: EasyPostServer
) -> None:
    label = refund(bought(shop), NOW)
    easypost.answers.shipments[label.easypost_id]["refund_status"] = "rejected"

    follow_refunds(NOW + HOUR)

    label.refresh_from_db()
    assert label.state == LabelState.REFUND_REFUSED
    assert "can still be used" in label.problem
    assert ask(postage(label.order), now=NOW + HOUR) == label


def test_a_parcel_whose_label_goes_back_gets_another(shop: Shop, easypost: EasyPostServer) -> None:
    label = refund(bought(shop), NOW)

    second = buy(ask(postage(label.order), now=NOW + HOUR), NOW + HOUR)
    easypost.answers.shipments[label.easypost_id]["refund_status"] = "rejected"
    follow_refunds(NOW + 2 * HOUR)

    label.refresh_from_db()
    assert (second.state, label.state) == (LabelState.BOUGHT, LabelState.REFUND_REFUSED)
    assert live_label(label.order, label.parcel) == second
    assert easypost.bought.total() == 2


def test_a_refund_whose_answer_was_lost_is_looked_for(shop: Shop, easypost: EasyPostServer) -> None:
    label = bought(shop)
    easypost.fail("/shipments/*/refund", how="drop", times=1)

    with pytest.raises(ShippingError):
        refund(label, NOW)
    label.refresh_from_db()
    lost = label.state
    follow_refunds(NOW + HOUR)

    assert lost == LabelState.REFUNDING
    assert easypost.answers.shipments[label.easypost_id]["refund_status"] == "submitted"


def test_a_refund_that_easypost_refuses_says_why_and_changes_nothing(
    shop: Shop, easypost: EasyPostServer
) -> None:
    label = bought(shop)
    easypost.fail("/shipments/*/refund", 422, refused("REFUND.UNAVAILABLE", "Too late."))

    with pytest.raises(ShippingError):
        refund(label, NOW)

    label.refresh_from_db()
    assert label.state == LabelState.BOUGHT
    assert label.problem


def test_a_label_that_was_shipped_with_is_not_refunded(shop: Shop) -> None:
    label = bought(shop)
    record(shop, Shipment(order="1001", at=NOW, tracking_code=label.tracking_code))

    with pytest.raises(NotRefundable, match="was shipped with this label"):
        refund(label, NOW)


def test_after_a_refund_the_parcel_gets_a_new_label(shop: Shop, easypost: EasyPostServer) -> None:
    label = refund(bought(shop), NOW)
    easypost.answers.shipments[label.easypost_id]["refund_status"] = "refunded"
    follow_refunds(NOW + HOUR)

    again = buy(ask(postage(label.order), now=NOW + HOUR), NOW + HOUR)

    assert again.pk != label.pk
    assert again.state == LabelState.BOUGHT


def test_a_scan_form_holds_the_days_labels_of_a_carrier_once(
    shop: Shop, easypost: EasyPostServer
) -> None:
    labels = [bought(shop, number) for number in ("1001", "1002")]
    other = buy(
        ask(postage(make_paid_order(shop, "1003")), now=NOW, carrier="UPSDAP", service="Ground"),
        NOW,
    )
    day = NOW.astimezone(shop.zone).date()

    before = waiting(shop, day)
    forms = make(shop, day, NOW)
    again = make(shop, day, NOW)

    assert len(before) == 3
    assert sorted(form.labels.count() for form in forms) == [1, 2]
    assert {form.status for form in forms} == {"created"}
    assert all(form.form_url for form in forms)
    assert again == []
    assert {label.pk for form in forms for label in form.labels.all()} == {
        *(label.pk for label in labels),
        other.pk,
    }
    assert waiting(shop, date(2020, 1, 1)) == []


def test_a_scan_form_that_is_refused_says_why_and_frees_its_labels(
    shop: Shop, easypost: EasyPostServer
) -> None:
    bought(shop)
    day = NOW.astimezone(shop.zone).date()
    easypost.fail("/scan_forms", 422, refused("SCAN_FORM.INVALID", "Carrier has no form."))

    (form,) = make(shop, day, NOW)

    assert form.problem.startswith("USPS: ")
    assert len(waiting(shop, day)) == 1


def test_a_scan_form_that_takes_its_time_is_looked_at_again(
    shop: Shop, easypost: EasyPostServer
) -> None:
    bought(shop)
    easypost.answers.new_form_status = "creating"
    (form,) = make(shop, NOW.astimezone(shop.zone).date(), NOW)
    easypost.answers.forms[form.easypost_id].update(
        status="created", form_url="https://files.example.com/form.pdf"
    )

    done = follow_forms(NOW + HOUR)

    assert done == 1
    assert ScanForm.objects.get().form_url == "https://files.example.com/form.pdf"


def test_a_return_label_is_for_what_was_shipped_and_beside_the_first(
    shop: Shop, easypost: EasyPostServer
) -> None:
    first = bought(shop)
    record(shop, Shipment(order="1001", at=NOW, tracking_code=first.tracking_code))
    order = Order.objects.select_related("shop__policy", "buyer").get()

    back = buy(ask(prepare_return(order, "1"), now=NOW), NOW)

    assert back.is_return
    assert (back.state, back.insured) == (LabelState.BOUGHT, Decimal(0))
    assert easypost.asked("POST", "/shipments")[-1].body["shipment"]["is_return"] is True
    assert spent_on(order) == [Spent("USD", Decimal("14.840"), Decimal("0.500"), Decimal(0))]


def test_the_buyers_wish_is_kept_on_the_order_and_told_once(shop: Shop) -> None:
    order = make_paid_order(shop)

    first = keep_wish(order, " USPS  Express ", now=NOW)
    second = keep_wish(order, "USPS Express", now=NOW)

    assert (first, second) == (True, False)
    assert postage(order).wanted == "USPS Express"
    assert order.events.filter(kind="remark").count() == 1
