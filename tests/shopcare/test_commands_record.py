"""`record`: facts by hand, one or a file of them."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import EarlyFact, Order
from tests.factory import make_order, make_shop

pytestmark = pytest.mark.django_db

PLACED = """{"fact":"placed","order":"1001","at":"2026-11-02T09:30:00Z","channel":"own",
"currency":"EUR","buyer":{"name":"Zoë Ørsted","email":"zoe@example.com","language":"en"},
"lines":[{"title":"Lucky bead","sku":"LB-1","quantity":2,"unit_price":"4.50"}],
"shipping":"3.00"}""".replace("\n", "")


def record(*arguments: str, exits: int = 0) -> dict[str, Any]:
    """The JSON document of `record`, after checking that it is the only one."""
    out = io.StringIO()
    if exits:
        with pytest.raises(SystemExit) as end:
            call_command("record", *arguments, "--shop=lucky-bead", "--json", stdout=out)
        assert end.value.code == exits
    else:
        call_command("record", *arguments, "--shop=lucky-bead", "--json", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str | bytes) -> Path:
        path = tmp_path / "facts.jsonl"
        parts = [line.encode() if isinstance(line, str) else line for line in lines]
        path.write_bytes(b"\n".join(parts) + b"\n")
        return path

    return write


def test_a_payment_by_hand_pays_all_that_is_open() -> None:
    order = make_order(make_shop(), "1001")

    document = record("payment", "1001", "--at=2026-11-03T10:00", "--reference=pi_1")

    order.refresh_from_db()
    assert (document["recorded"], document["unchanged"], document["rejected"]) == (1, 0, 0)
    assert order.status == "paid"
    # Ten o'clock in Berlin.
    assert order.paid_at is not None
    assert order.paid_at.isoformat() == "2026-11-03T09:00:00+00:00"


def test_the_same_fact_again_is_unchanged() -> None:
    make_order(make_shop(), "1001")
    fact = ("payment", "1001", "--at=2026-11-03", "--amount=12.00", "--reference=pi_1")

    record(*fact)
    document = record(*fact)

    assert (document["recorded"], document["unchanged"]) == (0, 1)


def test_a_shipment_by_hand_names_its_lines_as_json() -> None:
    order = make_order(make_shop(), "1001")

    record("shipment", "1001", "--tracking-code=123", '--lines=[{"sku":"LB-1","quantity":1}]')

    assert order.shipments.get().lines == [{"item": "LB-1", "quantity": 1}]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["paid", "1001"], "fact: there is no “paid”"),
        (["payment", "1001", "--amount=12,00"], "amount: “12,00” is no amount"),
        (["payment", "1001", "--status=delivered"], "no key “status”"),
        (["payment", "1001", "--at=noon"], "at: “noon” is no time"),
        (["payment", "1001", "--now=noon"], "--now: “noon” is no time"),
        (["payment"], "Name a fact and an order's number"),
        ([], "Name a fact and an order's number"),
        (["shipment", "1001", "--lines=[1"], "not JSON"),
        (["scan", "1001", "--status=gone"], "there is no “gone”"),
    ],
)
def test_what_is_no_fact_is_refused_in_a_sentence(arguments: list[str], words: str) -> None:
    make_order(make_shop(), "1001")

    with pytest.raises(CommandError, match=words):
        call_command("record", *arguments, "--shop=lucky-bead")


def test_bad_lines_are_reported_by_number_and_the_others_recorded(
    file: Callable[..., Path],
) -> None:
    make_shop()
    path = file(
        "\ufeff" + PLACED,
        '{"fact":"payment","order":"1001","amout":"12.00"}',
        "",
        "not json",
        b'{"fact":"word","order":"1001","text":"\xff"}',
        '{"fact":"payment","order":"1001","amount":"12.00","reference":"pi_1"}',
        PLACED.replace('"own"', '"etsy"'),
    )

    document = record(f"--file={path}", exits=1)

    assert (document["recorded"], document["unchanged"], document["rejected"]) == (2, 0, 4)
    assert [problem["line"] for problem in document["problems"]] == [2, 4, 5, 7]
    assert "did you mean “amount”" in document["problems"][0]["problem"]
    assert "known from own" in document["problems"][3]["problem"]
    assert Order.objects.get(number="1001").status == "paid"


def test_facts_that_come_before_their_order_count_and_are_named(
    file: Callable[..., Path],
) -> None:
    make_shop()
    payment = '{"fact":"payment","order":"1001","reference":"pi_1"}'

    document = record(f"--file={file(payment)}")
    record(f"--file={file(PLACED)}")

    assert document["recorded"] == 1
    assert document["waiting"] == [{"line": 1, "order": "1001", "fact": "payment"}]
    assert Order.objects.get(number="1001").status == "paid"
    assert not EarlyFact.objects.exists()


def test_a_missing_file_is_exit_2() -> None:
    make_shop()

    with pytest.raises(CommandError, match="cannot be read") as refusal:
        call_command("record", "--file=nowhere.jsonl", "--shop=lucky-bead")

    assert refusal.value.returncode == 2


def test_many_facts_cost_as_many_queries_as_few(file: Callable[..., Path]) -> None:
    shop = make_shop()
    for number in range(60):
        make_order(shop, f"A{number}")
    words = [f'{{"fact":"word","order":"A{n}","text":"Hi"}}' for n in range(60)]
    with CaptureQueriesContext(connection) as few:
        record(f"--file={file(*words[:2])}")

    with CaptureQueriesContext(connection) as many:
        record(f"--file={file(*words[2:])}")

    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_facts_are_read_from_stdin(
    run_command: Callable[..., "CompletedProcess[str]"],
) -> None:
    make_shop()

    done = run_command("record", "--file=-", "--shop=lucky-bead", "--json", stdin=PLACED + "\n")

    assert done.stderr == ""
    assert json.loads(done.stdout)["recorded"] == 1
    assert Order.objects.filter(number="1001").exists()
