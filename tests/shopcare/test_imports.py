"""The imports screen: upload, look, import, mend, load again."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from notifications.sweep import sweep
from orders.intake import runs
from orders.models import FileRole, ImportPiece, ImportRun, ImportState, Order, Shop
from shopcare import importing, tasks
from tests.factory import make_shop, make_user

pytestmark = pytest.mark.django_db

URL = "/shops/lucky-bead/imports/"
HEADER = "order,placed_at,buyer_name,buyer_email,item,quantity,unit_price,paid_at,currency"


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def orders_file(*rows: str, name: str = "orders.csv", header: str = HEADER) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([header, *rows]).encode())


def row(order: str, *, placed: str = "", price: str = "4.50", paid: str = "") -> str:
    placed = placed or timezone.now().isoformat()
    return f"{order},{placed},Zoë Ørsted,zoe@example.com,Lucky bead,2,{price},{paid},EUR"


def upload(member: Client, *files: SimpleUploadedFile, channel: str = "") -> Any:
    return member.post(URL, {"upload": list(files), "channel": channel})


def uploaded(member: Client, *files: SimpleUploadedFile, channel: str = "") -> ImportRun:
    answer = upload(member, *files, channel=channel)
    assert answer.status_code == 302, answer.context["form"].errors
    return ImportRun.objects.latest("id")


def imported(member: Client, run: ImportRun) -> ImportRun:
    member.post(f"{URL}{run.pk}/start/")
    tasks.imports()
    run.refresh_from_db()
    return run


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def downloaded(answer: Any) -> list[dict[str, str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_an_upload_is_looked_through_and_changes_nothing(member: Client) -> None:
    run = uploaded(member, orders_file(row("1"), row("2"), row("3", price="cheap")))

    assert run.state == ImportState.READY
    assert (run.channel, run.created, run.rejected) == ("generic", 2, 1)
    assert not Order.objects.exists()
    page = text(member.get(f"{URL}{run.pk}/"))
    assert "This is what would happen" in page
    assert "Import 2 orders" in page
    assert "“cheap”" not in page
    assert "cheap" in page


def test_the_look_ahead_tells_the_notes_that_the_import_then_brings(member: Client) -> None:
    old = (timezone.now() - timedelta(days=200)).isoformat()
    run = uploaded(member, orders_file(row("1"), row("2"), row("3", placed=old, paid=old)))

    follows = run.preview["follows"]
    imported(member, run)
    sweep(timezone.now())

    assert follows["send"] == {"thank_you": 2}
    assert follows["later"] == {"payment_reminder": 2}
    assert follows["silent"] == 1
    assert Message.objects.filter(kind="thank_you").count() == 2


def test_the_import_runs_in_the_background_and_once(member: Client) -> None:
    run = uploaded(member, orders_file(row("1")))

    member.post(f"{URL}{run.pk}/start/")
    again = member.post(f"{URL}{run.pk}/start/", follow=True)

    assert "started already" in text(again)
    assert not Order.objects.exists()
    assert "being imported" in text(member.get(f"{URL}{run.pk}/"))
    tasks.imports()
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    assert run.created == Order.objects.count() == 1


def test_only_a_run_under_way_is_asked_for_again(member: Client) -> None:
    run = uploaded(member, orders_file(row("1")))
    ready = member.get(f"{URL}{run.pk}/", headers={"HX-Request": "true"})
    member.post(f"{URL}{run.pk}/start/")

    working = member.get(f"{URL}{run.pk}/", headers={"HX-Request": "true"})

    assert b"hx-trigger" not in ready.content
    assert b"hx-trigger" in working.content
    assert b"<html" not in working.content
    assert b'http-equiv="refresh"' in member.get(f"{URL}{run.pk}/").content


def test_the_same_file_again_brings_nothing_new(member: Client) -> None:
    rows = [row("1"), row("2")]
    imported(member, uploaded(member, orders_file(*rows)))

    run = uploaded(member, orders_file(*rows))

    assert (run.created, run.unchanged) == (0, 2)
    assert "There is nothing new in this file." in text(member.get(f"{URL}{run.pk}/"))


def test_a_later_file_shows_what_has_changed(member: Client) -> None:
    placed = timezone.now().isoformat()
    imported(member, uploaded(member, orders_file(row("1", placed=placed))))

    run = uploaded(member, orders_file(row("1", placed=placed, paid=placed)))

    assert run.updated == 1
    assert run.preview["changed"][0]["changes"] == ["payment"]
    assert "Changed orders" in text(member.get(f"{URL}{run.pk}/"))


def test_rejected_rows_come_back_to_be_mended_and_loaded_again(member: Client) -> None:
    two = row("2", price="cheap")
    run = imported(member, uploaded(member, orders_file(row("1"), two, "2,,,,Mug,1,3.00,,")))

    answer = member.get(f"{URL}{run.pk}/failed/")
    failed = downloaded(answer)
    for each in failed:
        each["unit_price"] = each["unit_price"].replace("cheap", "4.50")
    mended = io.StringIO()
    writer = csv.DictWriter(mended, failed[0])
    writer.writeheader()
    writer.writerows(failed)
    again = uploaded(member, SimpleUploadedFile("mended.csv", mended.getvalue().encode()))

    assert answer["Content-Disposition"] == 'attachment; filename="orders-to-mend.csv"'
    assert [each["order"] for each in failed] == ["2", "2"]
    assert "cheap" in failed[0]["problem"]
    assert failed[1]["problem"] == ""
    assert imported(member, again).created == 1
    assert Order.objects.get(number="2").lines.count() == 2


def test_where_nothing_was_rejected_the_download_leads_to_the_import(member: Client) -> None:
    run = imported(member, uploaded(member, orders_file(row("1"))))

    assert member.get(f"{URL}{run.pk}/failed/")["Location"] == f"{URL}{run.pk}/"


def test_a_file_to_mend_holds_no_formula(member: Client) -> None:
    evil = f"1,{timezone.now().isoformat()},=HYPERLINK(1),a@example.com,-12,1,cheap,,EUR"
    run = imported(member, uploaded(member, orders_file(evil)))

    failed = downloaded(member.get(f"{URL}{run.pk}/failed/"))

    assert failed[0]["buyer_name"] == "'=HYPERLINK(1)"
    assert failed[0]["item"] == "-12"


def test_rejected_json_comes_back_as_json(member: Client) -> None:
    good = {"id": 1, "number": "1", "status": "processing", "currency": "EUR", "total": "5.00"}
    good |= {"date_created_gmt": "2026-11-01T10:00:00", "billing": {}, "line_items": []}
    orders = [good, good | {"id": 2, "number": "2", "total": "cheap"}]
    file = SimpleUploadedFile("orders.json", json.dumps(orders).encode())

    run = imported(member, uploaded(member, file))
    failed = json.loads(b"".join(member.get(f"{URL}{run.pk}/failed/").streaming_content))

    assert run.channel == "woocommerce"
    assert [order["number"] for order in failed] == ["2"]
    assert "cheap" in failed[0]["problem"]


def test_both_files_of_etsy_are_joined_and_both_come_back(member: Client) -> None:
    orders = orders_file(
        "10/01/26,501,Ada,12.00,USD,12.00",
        header="Sale Date,Order ID,Full Name,Order Value,Currency,Order Total",
    )
    items = orders_file(
        "10/01/26,Mug,501,77,many,12.00",
        name="items.csv",
        header="Sale Date,Item Name,Order ID,Transaction ID,Quantity,Price",
    )

    run = imported(member, uploaded(member, orders, items))

    assert run.channel == "etsy"
    assert run.rejected == 1
    failed = downloaded(member.get(f"{URL}{run.pk}/failed/"))
    failed_items = downloaded(member.get(f"{URL}{run.pk}/failed-items/"))
    assert [each["Order ID"] for each in failed] == ["501"]
    assert "many" in failed_items[0]["problem"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "This is a picture"),
        ("empty.csv", b"", "The file is empty"),
        ("list.csv", b"apples,pears\n1,2\n", "No orders export was recognised"),
        ("header.csv", HEADER.encode(), "The file has a header but no orders"),
    ],
)
def test_a_wrong_file_is_told_in_place(
    member: Client, name: str, content: bytes, sentence: str
) -> None:
    answer = upload(member, SimpleUploadedFile(name, content))

    assert answer.status_code == 200
    assert sentence in text(answer)
    assert not ImportRun.objects.exists()


def test_a_file_of_another_channel_names_the_right_one(member: Client) -> None:
    answer = upload(member, orders_file(row("1")), channel="etsy")

    assert "choose channel generic" in text(answer)


def test_nothing_chosen_is_told_in_place(member: Client) -> None:
    assert "Choose a file first." in text(member.post(URL, {"channel": ""}))


def test_a_file_beyond_the_limit_is_refused(
    member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopcare.dashboard.import_forms.LARGEST_FILE", 100)

    answer = upload(member, orders_file(row("1"), row("2"), row("3")))

    assert "export a shorter period" in text(answer)
    assert not ImportRun.objects.exists()


def test_a_large_file_is_looked_through_in_the_background(
    member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopcare.dashboard.imports.SMALL", 10)
    run = uploaded(member, orders_file(row("1")))
    assert run.state == ImportState.CHECKING

    tasks.imports()

    run.refresh_from_db()
    assert run.state == ImportState.READY


def test_another_channel_can_be_tried(member: Client) -> None:
    run = uploaded(member, orders_file(row("1")))

    member.post(f"{URL}{run.pk}/channel/", {"channel": "ebay"})

    run.refresh_from_db()
    assert run.state == ImportState.UNREADABLE
    assert "choose channel generic" in text(member.get(f"{URL}{run.pk}/"))
    member.post(f"{URL}{run.pk}/channel/", {"channel": "generic"})
    run.refresh_from_db()
    assert run.state == ImportState.READY


def test_a_file_is_thrown_away_before_but_not_after_it_was_started(member: Client) -> None:
    kept, gone = uploaded(member, orders_file(row("1"))), uploaded(member, orders_file(row("2")))
    imported(member, kept)

    member.post(f"{URL}{gone.pk}/discard/")
    member.post(f"{URL}{kept.pk}/discard/")

    assert list(ImportRun.objects.all()) == [kept]


def test_the_run_of_another_shop_is_not_found(member: Client, shop: Shop) -> None:
    run = imported(member, uploaded(member, orders_file(row("1", price="cheap"))))
    make_shop("other", owner=make_user("other@example.com"))
    member.login(email="other@example.com", password="beads")

    for end in ("", "failed/"):
        assert member.get(f"/shops/other/imports/{run.pk}/{end}").status_code == 404
    for end in ("start/", "discard/", "channel/"):
        assert member.post(f"/shops/other/imports/{run.pk}/{end}").status_code == 404


def test_the_template_can_be_loaded_as_it_is(member: Client) -> None:
    template = b"".join(member.get(f"{URL}template.csv").streaming_content)

    run = uploaded(member, SimpleUploadedFile("orders.csv", template))

    assert (run.created, run.rejected) == (2, 0)


def test_the_history_costs_the_same_for_one_and_for_many(member: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            member.get(URL)
        return len(captured)

    imported(member, uploaded(member, orders_file(row("1"))))
    few = queries()
    for number in range(25):
        uploaded(member, orders_file(row(str(number))))

    assert queries() == few
    assert "Older" in text(member.get(URL))


def test_a_run_whose_worker_died_is_taken_up_again(member: Client) -> None:
    run = uploaded(member, orders_file(row("1"), row("2")))
    now = timezone.now()
    runs.start(run)
    dead = runs.claim(now)
    assert dead is not None

    assert importing.work_off(lambda: now + timedelta(seconds=30)) == 0
    assert importing.work_off(lambda: now + timedelta(seconds=61)) == 1

    run.refresh_from_db()
    assert (run.state, run.created) == (ImportState.DONE, 2)
    with pytest.raises(runs.LostRun):
        runs.still_there(dead, now + timedelta(seconds=62))


def test_orders_of_a_dead_workers_half_still_count_as_new(member: Client, shop: Shop) -> None:
    rows = [row("1"), row("2")]
    run = uploaded(member, orders_file(*rows))
    now = timezone.now()
    runs.start(run)
    dead = runs.claim(now)
    assert dead is not None
    imported(member, uploaded(member, orders_file(rows[0])))
    runs.still_there(dead, now, created=1)

    importing.work_off(lambda: now + timedelta(seconds=61))

    run.refresh_from_db()
    assert (run.created, run.unchanged) == (2, 0)


def test_a_file_that_kills_its_worker_is_given_up(member: Client) -> None:
    run = uploaded(member, orders_file(row("1")))
    runs.start(run)
    now = timezone.now()
    for attempt in range(runs.ATTEMPTS):
        assert runs.claim(now + timedelta(minutes=2 * attempt)) is not None

    assert runs.claim(now + timedelta(hours=1)) is None

    run.refresh_from_db()
    assert run.state == ImportState.STOPPED
    assert "stopped three times" in text(member.get(f"{URL}{run.pk}/"))


def test_few_files_are_worked_on_at_once(member: Client) -> None:
    for number in range(runs.AT_ONCE + 1):
        runs.start(uploaded(member, orders_file(row(str(number)))))
    now = timezone.now()

    claimed = [runs.claim(now) for _number in range(runs.AT_ONCE + 1)]

    assert claimed[-1] is None
    assert None not in claimed[:-1]


def test_uploads_are_deleted_when_their_time_is_over_and_the_history_stays(
    member: Client,
) -> None:
    run = imported(member, uploaded(member, orders_file(row("1"), row("2", price="cheap"))))
    forgotten = uploaded(member, orders_file(row("3")))
    now = timezone.now()

    runs.clean_up(now + timedelta(days=8))

    assert not ImportRun.objects.filter(pk=forgotten.pk).exists()
    assert [file.role for file in run.files.all()] == [FileRole.FAILED_ORDERS]
    runs.clean_up(now + timedelta(days=91))
    assert not ImportPiece.objects.exists()
    assert "file deleted" in text(member.get(URL))


def test_a_long_name_and_what_a_cell_holds_are_shown_as_text(member: Client) -> None:
    name = "<b>" + "x" * 240 + ".csv"
    run = uploaded(member, orders_file(row("1", price="<script>"), name=name))

    page = member.get(f"{URL}{run.pk}/").content.decode()

    assert "<script>" not in page.replace("<script src", "")
    assert "&lt;script&gt;" in page
