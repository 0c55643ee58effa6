"""The reports page: periods, charts, tables and files."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from orders.facts import Cancel, Shipment
from orders.models import Label, Member, Shop
from orders.words import Role
from shopcare.dashboard.charts import Series, lines, stacked
from shopcare.dashboard.figures import Figures, Share, csv_cell
from shopcare.dashboard.report_desk import TITLES
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

REPORTS = "/shops/lucky-bead/reports/"
NOW = MONDAY + timedelta(days=8)


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    with time_machine.travel(NOW, tick=False):
        client.login(email="maker@example.com", password="beads")
    return client


def page(member: Client, report: str = "payment", **question: str) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = member.get(f"{REPORTS}{report}/", question)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_shop_without_orders_reads_kind_sentences(member: Client) -> None:
    html = page(member, "buyers")

    assert "Nobody ordered in this time." in html
    assert "<svg" not in html


def test_each_report_has_a_chart_with_words_and_a_table(member: Client, shop: Shop) -> None:
    make_order(shop, "1", paid_at=MONDAY + timedelta(hours=2), shipped_at=MONDAY)

    html = page(member)

    assert "1 of 1 orders are paid, 100" in html
    assert 'aria-labelledby="payment-title payment-text"' in html
    assert "<caption>By week</caption>" in html
    assert " style=" not in html
    assert "<caption>By carrier</caption>" in page(member, "delivery")


def test_the_reports_are_asked_for_one_by_one(
    member: Client, shop: Shop, django_assert_num_queries: object
) -> None:
    make_order(shop, "1", paid_at=MONDAY)
    member.get(REPORTS)

    # Who asks, and what waits: nothing about the orders.
    with django_assert_num_queries(5):  # type: ignore[operator]
        html = member.get(REPORTS, {"since": "2026-11-02", "until": "2026-11-08"}).content.decode()

    for report in TITLES:
        assert f'href="{REPORTS}{report}/?since=2026-11-02&amp;until=2026-11-08"' in html


def test_htmx_gets_a_report_without_the_page_around_it(member: Client, shop: Shop) -> None:
    make_order(shop, "1", paid_at=MONDAY)

    html = member.get(f"{REPORTS}held-back/", headers={"HX-Request": "true"}).content.decode()

    assert html.lstrip().startswith("<section")
    assert "Not sent, and not to be sent now" in html


def test_what_is_paid_and_what_is_not_add_up(member: Client, shop: Shop) -> None:
    make_order(shop, "paid", paid_at=MONDAY)
    make_order(shop, "waits")
    make_order(shop, "cancelled", facts=[Cancel(order="cancelled", at=MONDAY)])

    assert "1 of 2 orders are paid, 50\xa0% within a day. Those that were" in page(member)
    assert "Of 3 orders: 1 still unpaid, 1 cancelled unpaid, 0 relisted." in page(member, "unpaid")


def test_the_period_is_chosen_by_weeks_or_by_days(member: Client, shop: Shop) -> None:
    make_order(shop, "1", paid_at=MONDAY)

    assert "19 Oct to 10 Nov" in page(member, weeks="4")
    assert "1 of 1 orders" in page(member, since="2026-11-02", until="2026-11-02")
    assert "Nothing was to be paid" in page(member, since="2026-11-03", until="2026-11-09")


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"since": "2026-11-09", "until": "2026-11-02"}, "The first day lies after the last."),
        ({"since": "2020-01-01", "until": "2026-11-02"}, "two years at most"),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"weeks": "1000000"}, "13 weeks"),
        ({"until": "0001-01-01"}, "greater than or equal to 2000-01-01"),
        ({"since": "9999-12-31", "until": "9999-12-31"}, "less than or equal to 2099-12-31"),
    ],
)
def test_a_question_without_sense_is_answered_kindly(
    member: Client, question: dict[str, str], says: str
) -> None:
    assert says in page(member, **question)


@pytest.mark.parametrize("report", TITLES)
def test_a_report_costs_the_same_queries_for_many_orders(
    member: Client, shop: Shop, django_assert_max_num_queries: object, report: str
) -> None:
    page(member, report)
    for number in range(30):
        make_order(shop, str(number), paid_at=MONDAY)

    with django_assert_max_num_queries(13):  # type: ignore[operator]
        page(member, report)


def test_a_report_is_a_file_for_spreadsheets(member: Client, shop: Shop) -> None:
    make_order(
        shop,
        "1",
        paid_at=MONDAY,
        facts=[Shipment(order="1", at=MONDAY, parcel="1", carrier="=HYPERLINK(1)")],
    )

    with time_machine.travel(NOW, tick=False):
        answer = member.get(f"{REPORTS}delivery.csv", {"since": "2026-11-02"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["By carrier"]
    assert rows[2][0] == "'=HYPERLINK(1)"
    assert ["2026-11-02", "1", "0", "0", "", ""] in rows


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(start: str) -> None:
    assert csv_cell(f"{start}1+1") == f"'{start}1+1"


def test_a_report_that_there_is_not_is_not_found(member: Client) -> None:
    assert member.get(f"{REPORTS}secrets.csv").status_code == 404
    assert member.get(f"{REPORTS}secrets/").status_code == 404


def test_a_helper_reads_the_reports_but_takes_no_file(client: Client, shop: Shop) -> None:
    Member.objects.create(shop=shop, user=make_user("helper@example.com"), role=Role.HELPER)
    client.login(email="helper@example.com", password="beads")

    assert client.get(REPORTS).status_code == 200
    assert client.get(f"{REPORTS}payment/").status_code == 200
    assert client.get(f"{REPORTS}payment.csv").status_code == 403


def test_numbers_are_written_as_the_shop_writes_them(shop: Shop) -> None:
    shop.language = "de"
    figures = Figures(shop)

    assert figures.write(1234) == "1.234"
    assert figures.write(2.5) == "2,5"
    assert figures.write(Share(0.256)) == "26\u00a0%"
    assert figures.write(None) == "–"
    assert figures.write(date(1999, 11, 2)) == "2 Nov 1999"


def test_bars_stand_on_each_other_and_reach_a_round_number() -> None:
    chart = stacked("t", "d", ["a"], [Series("x", "ok", [3]), Series("y", "go", [4])])

    low, high = chart.bars
    assert low.y == high.y + high.height
    assert chart.up[-1].text == "8"


def test_a_line_is_interrupted_where_nothing_is_known() -> None:
    chart = lines("t", "d", ["a", "b", "c"], [Series("x", "ok", [1, None, 2])])

    assert chart.paths[0][1].count("M") == 2
    assert len(chart.points) == 2


@pytest.mark.parametrize("count", [0, 1, 105])
def test_a_chart_of_any_length_can_be_drawn(count: int) -> None:
    chart = stacked("t", "d", ["w"] * count, [Series("x", "ok", [0] * count)])

    assert len(chart.across) <= 12


def test_carriers_are_compared_with_what_labels_cost(member: Client, shop: Shop) -> None:
    order = make_order(shop, "1", paid_at=MONDAY, shipped_at=MONDAY)
    Label.objects.create(
        shop=shop,
        order=order,
        parcel="1",
        state="bought",
        weight_g=100,
        currency="USD",
        cost=Decimal("7.40"),
        insurance_cost=Decimal("0.60"),
        bought_at=MONDAY,
    )

    html = page(member, "carrier")

    assert "0 of 1 parcels were late, 0 lost." in html
    assert "Spent on labels" in html
    assert html.count("8,00\xa0US$") == 3
