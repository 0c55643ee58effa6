"""`import_orders` and `make_orders`, as somebody at a terminal or a script meets them."""

import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from django.core.management import call_command, execute_from_command_line

from orders.models import Order
from shopcare.make_orders import lifelike
from tests.factory import MONDAY, make_shop

Run = Callable[..., "CompletedProcess[str]"]

ORDERS = """order,placed_at,buyer_name,buyer_email,item,quantity,unit_price,total
1,2026-11-02,Zoë Ørsted,zoe@example.com,Lucky bead,2,4.50,9.00
2,2026-11-02,Ann,ann@example.com,Lucky bead,{quantity},4.50,9.00
"""


def run_here(*arguments: str) -> "CompletedProcess[str]":
    """The same as `run_command`, in a twentieth of the time: in this process."""
    out, err, code = StringIO(), StringIO(), 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            execute_from_command_line(["manage.py", *arguments])
        except SystemExit as end:
            code = int(end.code or 0)
    return CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS.format(quantity=2), encoding="utf-8")
    return path


@pytest.mark.django_db(transaction=True)
def test_json_is_one_document_and_all_well_is_exit_0(run_command: Run, file: Path) -> None:
    make_shop()

    done = run_command(
        *("import_orders", str(file), "--shop=lucky-bead", "--channel=generic", "--json")
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "problems": [],
    }


@pytest.mark.django_db(transaction=True)
def test_some_rejected_is_exit_1_and_says_where(file: Path) -> None:
    make_shop()
    file.write_text(ORDERS.format(quantity="many"), encoding="utf-8")

    done = run_here(
        *("import_orders", str(file), "--shop=lucky-bead", "--channel=generic", "--json")
    )

    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert (report["created"], report["rejected"]) == (1, 1)
    [problem] = report["problems"]
    assert set(problem) == {"row", "column", "value", "problem"}
    assert (problem["row"], problem["column"], problem["value"]) == (3, "quantity", "many")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 a photo", b"order,placed_at\n"])
def test_an_unreadable_file_is_exit_2_and_one_sentence(file: Path, content: bytes) -> None:
    make_shop()
    file.write_bytes(content)

    done = run_here(
        *("import_orders", str(file), "--shop=lucky-bead", "--channel=generic", "--json")
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_missing_file_is_exit_2() -> None:
    make_shop()

    done = run_here("import_orders", "nowhere.csv", "--shop=lucky-bead", "--channel=generic")

    assert done.returncode == 2
    assert done.stderr.strip() == "There is no file nowhere.csv."


@pytest.mark.django_db(transaction=True)
def test_an_unknown_shop_is_named_with_those_that_exist(file: Path) -> None:
    make_shop("one")
    make_shop("two")

    done = run_here("import_orders", str(file), "--shop=three", "--channel=generic")

    assert done.returncode == 1
    assert done.stderr.strip() == "There is no shop “three”; there are: one, two."


@pytest.mark.django_db
def test_in_plain_words_it_counts_and_names_problems(file: Path) -> None:
    make_shop()
    file.write_text(ORDERS.format(quantity="many"), encoding="utf-8")
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command(
            "import_orders", str(file), "--shop=lucky-bead", "--channel=generic", stdout=out
        )

    assert out.getvalue().startswith("1 order created, 0 updated, 0 unchanged, 1 rejected.\n")
    assert "Row 3, quantity: “many”" in out.getvalue()


@pytest.mark.django_db
def test_a_dry_run_says_so_and_writes_nothing(file: Path) -> None:
    make_shop()
    out = StringIO()

    call_command(
        *("import_orders", str(file), "--shop=lucky-bead", "--channel=generic", "--dry-run"),
        stdout=out,
    )

    assert "nothing has been changed" in out.getvalue()
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_made_orders_lie_in_every_state_and_come_on_top_of_each_other() -> None:
    shop = make_shop()

    call_command("make_orders", "300", "--shop=lucky-bead", stdout=StringIO())
    call_command("make_orders", "5", "--shop=lucky-bead", stdout=StringIO())

    assert shop.orders.count() == 305
    assert set(shop.orders.values_list("status", flat=True)) == {
        *("awaiting_payment", "paid", "shipped", "delivered", "cancelled")
    }
    assert shop.orders.values("buyer__email").distinct().count() > 100


def test_the_same_seed_makes_the_same_orders() -> None:
    one, two = (lifelike("EUR", now=MONDAY, seed=7) for _ in range(2))
    other = lifelike("EUR", now=MONDAY, seed=8)

    assert next(one) == next(two)
    assert next(one) != next(other)


def test_made_orders_can_be_mailed_to_nobody() -> None:
    orders = lifelike("EUR", now=MONDAY, seed=1)

    emails = {next(orders)[0].buyer.email for _ in range(300)}  # type: ignore[attr-defined]

    assert {email.partition("@")[2] for email in emails} <= {
        *("", "example.com", "example.org", "example.net")
    }
