"""What is wrong with a file is told in the shop's language, whoever's turn it is to work."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from orders.intake import runs
from orders.intake.money import NO_AMOUNT
from orders.intake.readers import NO_ORDERS
from orders.models import ImportRun, ImportState
from shopcare import importing
from tests.factory import make_shop

pytestmark = pytest.mark.django_db

HEADER = "order,placed_at,buyer_name,item,quantity,unit_price\n"
CHEAP = HEADER + "1,2026-11-02,Zoë Ørsted,Lucky bead,2,cheap\n"


def checked(text: str, language: str) -> ImportRun:
    """A file of a shop with this language, as a worker leaves it that speaks English."""
    shop = make_shop(language=language)
    files = [("orders.csv", [text.encode()])]
    run = runs.begin(shop, "generic", files, by=None, now=timezone.now())
    importing.work_off(timezone.now)
    run.refresh_from_db()
    return run


def told(sentence: str, language: str) -> str:
    with translation.override(language):
        return translation.gettext(sentence)


@pytest.mark.parametrize(
    ("language", "read"), [("en", "en"), ("de", "de"), ("de-AT", "de"), ("fr", "en")]
)
def test_a_shop_reads_in_its_own_language(language: str, read: str) -> None:
    assert runs.language_of(make_shop(language=language)) == read


@pytest.mark.parametrize(("language", "read"), [("de", "de"), ("de-AT", "de"), ("fr", "en")])
def test_problems_are_told_in_the_shops_language(language: str, read: str) -> None:
    run = checked(CHEAP, language)

    assert [problem.problem for problem in run.problems.all()] == [told(NO_AMOUNT, read)]


def test_the_import_tells_them_as_the_look_ahead_did() -> None:
    run = checked(CHEAP, "de")
    runs.start(run)

    importing.work_off(timezone.now)

    run.refresh_from_db()
    assert run.state == ImportState.DONE
    assert [problem.problem for problem in run.problems.all()] == [told(NO_AMOUNT, "de")]
    assert translation.get_language() == "en"


def test_a_whole_file_is_refused_in_the_shops_language() -> None:
    run = checked(HEADER, "de")

    assert run.state == ImportState.UNREADABLE
    assert run.fault == told(NO_ORDERS, "de")


def test_a_file_is_given_up_in_the_shops_language() -> None:
    run = checked(CHEAP, "de")
    runs.start(run)
    ImportRun.objects.filter(pk=run.pk).update(attempts=runs.ATTEMPTS)

    assert runs.claim(timezone.now()) is None

    run.refresh_from_db()
    assert run.fault == told(runs.GAVE_UP, "de")


def test_the_command_stays_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_shop(language="de")
    path = tmp_path / "orders.csv"
    path.write_text(CHEAP, encoding="utf-8")

    with pytest.raises(SystemExit):
        call_command("import_orders", path, shop="lucky-bead", channel="generic")

    assert NO_AMOUNT in capsys.readouterr().out
