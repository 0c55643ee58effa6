"""Many rows at once, in and out of PostgreSQL, without the cost of a model instance for each.

`copy` writes by COPY; `select` reads in PostgreSQL's binary format, which spares parsing times
and amounts from text. Both run on Django's own connection, inside its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString, cast

import psycopg
from django.db import connection
from django.db.models import Model
from psycopg import sql


def raw_connection() -> psycopg.Connection[Any]:
    """psycopg's connection behind Django's, opened when it was not."""
    connection.ensure_connection()
    return cast("psycopg.Connection[Any]", connection.connection)


def copy(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, whose values stand in the order of `columns`; JSON wrapped in `Jsonb`.

    Raises django.db.IntegrityError like any insert.
    """
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        connection.wrap_database_errors,
        raw_connection().cursor() as cursor,
        cursor.copy(command) as stream,
    ):
        for row in rows:
            stream.write_row(row)


def new_ids(model: type[Model], count: int) -> list[int]:
    """`count` fresh primary keys of `model`'s sequence."""
    table, column = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    return [
        row[0]
        for row in select(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, column, count],
        )
    ]


def select(query: LiteralString, params: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
    """The rows of a query as tuples; times come UTC-aware, amounts as Decimal."""
    with connection.wrap_database_errors, raw_connection().cursor(binary=True) as cursor:
        return cursor.execute(query, params).fetchall()


def execute(query: LiteralString, params: Sequence[Any] | dict[str, Any] = ()) -> int:
    """Run a statement; the number of rows it touched."""
    with connection.wrap_database_errors, raw_connection().cursor() as cursor:
        return cursor.execute(query, params).rowcount


def execute_many(query: LiteralString, rows: Sequence[Sequence[Any]]) -> None:
    """Run one statement for each row, in one round trip."""
    if rows:
        with connection.wrap_database_errors, raw_connection().cursor() as cursor:
            cursor.executemany(query, rows)
