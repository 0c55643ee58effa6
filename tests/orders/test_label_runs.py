"""Many labels with one click, and what they cost."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.facts import Line, Shipment
from orders.models import Label, LabelState, Order, ScanForm, Shop
from orders.packing import set_ticks
from orders.shipping.buying import ask, ask_again, buy, work_off
from orders.shipping.label_files import fetch_file
from orders.shipping.label_runs import labels_of, newest_run, preview, progress, start
from orders.shipping.problems import ShippingError
from orders.shipping.refunds import NotRefundable, follow_refunds, refund
from orders.shipping.returns import prepare_return
from orders.shipping.scan_forms import follow_forms, make, waiting
from orders.shipping.spending import Spent, spent_on
from orders.shipping.wishes import keep_wish
from tests.easypost import EasyPostServer, easypost_server, refused
from tests.factory import MONDAY, record
from tests.labels import NYGADE, make_paid_order, make_shipping_shop, postage

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(hours=9)
HOUR = timedelta(hours=1)
TWO_LINES = (Line("Lucky bead", sku="LB-1"), Line("Second", sku="LB-1"))


@pytest.fixture(autouse=True)
def easypost(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as server:
        settings.EASYPOST_API_BASE = server.url
        yield server


@pytest.fixture
def shop() -> Shop:
    return make_shipping_shop()


def orders(shop: Shop) -> Any:
    return Order.objects.filter(shop=shop).order_by("number")


def bought(shop: Shop, number: str = "1001") -> Label:
    return buy(ask(postage(make_paid_order(shop, number)), now=NOW), NOW)


def test_a_run_says_for_each_order_what_it_would_do(shop: Shop) -> None:
    for number in ("1001", "1002", "1003"):
        make_paid_order(shop, number)
    make_paid_order(shop, "1004", address=NYGADE)
    standing = ask(postage(Order.objects.get(number="1002")), now=NOW)
    half = make_paid_order(shop, "1005", lines=TWO_LINES)
    set_ticks(order=half, keys=["line:1"], now=NOW)

    planned = {each.order.number: each for each in preview(shop, orders(shop))}

    assert planned["1001"].is_ready
    assert planned["1001"].postage.wanted == "USPS Priority"
    assert planned["1002"].label == standing
    assert planned["1004"].problems[0] == "The HS code of “Lucky bead” is missing."
    assert planned["1005"].is_packing
    assert [number for number, each in planned.items() if each.is_ready] == ["1001", "1003"]


def test_a_preview_costs_as_many_queries_for_many_orders_as_for_two(shop: Shop) -> None:
    counts = []
    for numbers in (range(2), range(2, 12)):
        for number in numbers:
            make_paid_order(shop, f"2{number:03}")
        with CaptureQueriesContext(connection) as queries:
            preview(Shop.objects.get(pk=shop.pk), orders(shop))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_run_is_bought_in_the_background_and_says_how_far_it_is(
    shop: Shop, easypost: EasyPostServer
) -> None:
    for number in ("1001", "1002", "1003"):
        make_paid_order(shop, number)
    easypost.fail("/shipments/*/buy", 402, refused("PAYMENT_REQUIRED", "No funds."))

    run = start(shop, orders(shop), now=NOW)
    assert run is not None
    before = progress(run)
    current = newest_run(shop)
    work_off(lambda: NOW)
    after = progress(run)

    assert (before.all, before.waiting, before.percent, before.is_done) == (3, 3, 0, False)
    assert current == run
    assert (after.bought, after.failed, after.percent, after.is_done) == (2, 1, 100, True)
    assert after.spent == [Spent("USD", Decimal("14.840"), Decimal("1.000"), Decimal(0))]
    assert [label.order.number for label in labels_of(run)] == ["1001", "1002", "1003"]
    assert newest_run(shop) is None


def test_clicking_a_run_twice_finds_the_same_run(shop: Shop, easypost: EasyPostServer) -> None:
    make_paid_order(shop, "1001")

    first = start(shop, orders(shop), now=NOW)
    second = start(shop, orders(shop), now=NOW)
    work_off(lambda: NOW)

    assert first == second
    assert sum(easypost.bought.values()) == 1


def test_a_run_with_nothing_to_buy_is_none(shop: Shop) -> None:
    make_paid_order(shop, "1001", address=NYGADE)

    assert start(shop, orders(shop), now=NOW) is None


def test_one_reason_lets_a_run_buy_what_is_not_packed(shop: Shop) -> None:
    type(shop.policy).objects.update(pack_first=True)
    make_paid_order(shop, "1001")

    without = start(Shop.objects.get(pk=shop.pk), orders(shop), now=NOW)
    run = start(Shop.objects.get(pk=shop.pk), orders(shop), now=NOW, override="Packed tonight")

    assert without is None
    assert run is not None
    assert [label.override for label in labels_of(run)] == ["Packed tonight"]


def test_a_label_that_failed_in_a_run_is_asked_for_again_in_that_run(
    shop: Shop, easypost: EasyPostServer
) -> None:
    make_paid_order(shop, "1001")
    easypost.fail("/shipments/*/buy", 402, refused("PAYMENT_REQUIRED", "No funds."))
    run = start(shop, orders(shop), now=NOW)
    work_off(lambda: NOW)
    assert run is not None
    (failed,) = labels_of(run)

    again = buy(ask_again(failed, now=NOW + HOUR), NOW + HOUR)

    assert again.run == run
    assert again.state == LabelState.BOUGHT
    assert (progress(run).bought, progress(run).failed) == (1, 0)


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
