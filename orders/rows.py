"""Many rows at once, in and out of PostgreSQL, without the cost of a model instance for each.

`copy` writes by COPY and `select` reads in PostgreSQL's binary format, which spares both sides
writing and parsing times and amounts as text; a list that a query takes as `%b` is sent in it too.
All run on Django's own connection, inside its transaction.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from struct import pack
from typing import Any, LiteralString, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model
from psycopg import adapters, sql
from psycopg.abc import PQGen
from psycopg.adapt import Dumper
from psycopg.pq import Format

# Planning a query about as many orders takes longer than answering it. About more it is planned
# each time: a plan for any number looks for hundreds one by one, or reads the whole table.
FEW = 50
# As `copy` wants it.
TO_JSON = json.JSONEncoder(ensure_ascii=False)


def copy(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, whose values stand in the order of `columns`.

    JSON is given as its text, a text search vector as its lexemes: sorted, each once. Raises
    django.db.IntegrityError like any insert.
    """
    command, types = _target(model, tuple(columns))
    with _cursor(command) as cursor:
        # In this cursor alone: elsewhere JSON is given as what it tells.
        for dumper in (JsonText, Lexemes):
            cursor.adapters.register_dumper(None, dumper)
        with cursor.copy(command) as stream:
            stream.set_types(types)
            for row in rows:
                stream.write_row(row)


@cache
def _target(model: type[Model], columns: tuple[str, ...]) -> tuple[LiteralString, list[str]]:
    """The COPY command, and PostgreSQL's names for the types of columns, without their lengths."""
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    own = connections[DEFAULT_DB_ALIAS]
    fields = [cast("Field[Any, Any]", model._meta.get_field(column)) for column in columns]
    # A field that has a column has a type.
    types = [str(field.db_type(own)).partition("(")[0] for field in fields]
    return command.as_string(), types


class JsonText(Dumper):
    """The text of a JSON value into a column of jsonb."""

    oid = adapters.types["jsonb"].oid
    format = Format.BINARY

    def dump(self, obj: str) -> bytes:
        """The version of the format, then the text."""
        return b"\1" + obj.encode()


class Lexemes(Dumper):
    """Words into a column of tsvector, without positions."""

    oid = adapters.types["tsvector"].oid
    format = Format.BINARY

    def dump(self, obj: Sequence[str]) -> bytes:
        """Their number; then each with an end mark and the number of its positions."""
        return pack(">i", len(obj)) + "".join([f"{word}\0\0\0" for word in obj]).encode()


def new_ids(model: type[Model], count: int) -> list[int]:
    """`count` fresh primary keys of `model`'s sequence."""
    found = select(
        # The sequence's name is looked up once: for each row that cost more than the number.
        """SELECT nextval(name) FROM generate_series(1, %s),
             (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS sequence""",
        [count, model._meta.db_table],
        prepared=True,
    )
    return [row[0] for row in found]


def select(
    query: LiteralString, params: Sequence[Any] | dict[str, Any] = (), *, prepared: bool = False
) -> list[Any]:
    """The rows of a query as tuples; times come UTC-aware, amounts as Decimal.

    `prepared`: the database is to keep the plan, for a query that each process asks thousands of
    times. That spares it more than half the work of a small one.
    """
    with _cursor(query) as cursor:
        return cursor.execute(query, params, binary=True, prepare=prepared).fetchall()


def select_with(
    meanwhile: Callable[[], None], query: LiteralString, params: dict[str, Any]
) -> list[Any]:
    """The rows of a prepared query; `meanwhile` is called while the database is at work on it.

    It must not raise, nor ask the database: that refuses another question before its answer.
    """
    with _cursor(query) as cursor:
        # Not `execute`, whose lock would have it wait for itself rather than be refused.
        steps = cursor._execute_gen(query, params, prepare=True, binary=True)
        cursor.connection.wait(_with(meanwhile, steps))
        return cursor.fetchall()


def _with(meanwhile: Callable[[], None], steps: PQGen[None]) -> PQGen[None]:
    """The same steps; `meanwhile` is called when they have to wait for the first time."""
    try:
        wanted = next(steps)
        meanwhile()
        while True:
            wanted = steps.send((yield wanted))
    except StopIteration:
        return


def execute(
    query: LiteralString, params: Sequence[Any] | dict[str, Any] = (), *, prepared: bool = False
) -> int:
    """Run a statement; the number of rows it touched. `prepared` as for `select`."""
    with _cursor(query) as cursor:
        return cursor.execute(query, params, prepare=prepared).rowcount


def execute_many(query: LiteralString, rows: Sequence[Sequence[Any]]) -> None:
    """Run one statement for each row, in one round trip."""
    if rows:
        with _cursor(query) as cursor:
            cursor.executemany(query, rows)


@contextmanager
def _cursor(query: LiteralString) -> Iterator[psycopg.Cursor[Any]]:
    """psycopg's own cursor: Django's binds on the client and cannot read binary results.

    What runs is entered into Django's query log, so that tests can count it.
    """
    # The connection itself: its proxy looks for it anew at each word.
    own = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    raw = cast("psycopg.Connection[Any]", own.connection)
    with own.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        yield cursor
    if own.queries_logged:
        own.queries_log.append({"sql": query, "time": "0"})


@contextmanager
def no_collector() -> Iterator[None]:
    """Python's collector of cycles rests inside: thousands of plain values hold none.

    It would look through them, and through all that is loaded, again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
