"""Asking the database something, and using the time until it answers."""

from __future__ import annotations

import pytest
from django.db import OperationalError, ProgrammingError

from orders import rows
from tests.factory import make_shop, placed, record

pytestmark = pytest.mark.django_db


def test_something_is_done_while_the_database_is_at_work() -> None:
    done: list[str] = []

    found = rows.select_with(lambda: done.append("it"), "SELECT %(number)s::int", {"number": 7})

    assert (found, done) == ([(7,)], ["it"])


def test_a_question_asked_before_the_answer_is_refused_and_does_no_harm() -> None:
    refused: list[type[Exception]] = []

    def ask_as_well() -> None:
        try:
            rows.select("SELECT 1")
        except OperationalError as error:
            refused.append(type(error))

    found = rows.select_with(ask_as_well, "SELECT %(number)s::int", {"number": 7})

    assert (found, refused) == ([(7,)], [OperationalError])
    assert rows.select("SELECT 1") == [(1,)]


def test_what_the_database_refuses_is_told_as_an_error_of_django() -> None:
    done: list[str] = []

    with pytest.raises(ProgrammingError):
        rows.select_with(lambda: done.append("it"), "SELECT %(name)s FROM nowhere", {"name": "x"})

    assert done == ["it"]


def test_what_is_asked_about_one_order_is_planned_once() -> None:
    shop = make_shop()
    record(shop, placed("1001"))

    before = times_of_kept_plans()
    record(shop, placed("1001"))

    assert times_of_kept_plans() == before + 1


def test_what_is_asked_about_hundreds_is_planned_for_so_many() -> None:
    shop = make_shop()
    record(shop, placed("1001"))

    before = times_of_kept_plans()
    record(shop, *(placed(str(number)) for number in range(rows.FEW + 1)))

    assert times_of_kept_plans() == before


def times_of_kept_plans() -> int:
    """How often orders were opened with a plan that this session keeps."""
    times = "SELECT sum(generic_plans + custom_plans)::int FROM pg_prepared_statements"
    return int(rows.select(f"{times} WHERE statement LIKE '%%FOR NO KEY UPDATE OF o%%'", [])[0][0])
