"""Spreadsheet files in any encoding and dialect."""

import csv
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.intake.generic_columns import COLUMNS, Cells
from orders.intake.incoming import UnreadableFile
from orders.intake.layouts import KNOWN_NAMES
from orders.intake.tables import Sheet, fold, grouped, open_table, survey
from tests.orders.intake_files import write

HEADER = ["order", "placed_at", "item", "note"]
# What a line of an orders file can hold; control characters are another test's.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\"',;\t"),
    max_size=20,
)


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.from_regex(r"\A[a-z0-9]{1,9}\Z"), TEXT, TEXT, TEXT), min_size=1, max_size=8
    ),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    line_end=st.sampled_from(["\r\n", "\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_any_table_comes_back_as_it_was_written(
    rows: list[tuple[str, ...]],
    separator: str,
    encoding: str,
    line_end: str,
    quoting: Literal[0, 1],
) -> None:
    buffer = StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(
        [HEADER, *rows]
    )

    with TemporaryDirectory() as folder:
        path = write(Path(folder), buffer.getvalue().encode(encoding))
        table = open_table(path, KNOWN_NAMES)
        read = [tuple(row) for _, row in table.rows()]

    assert table.header == tuple(HEADER)
    assert read == list(rows)


def test_windows_1252_is_told_from_utf_8(tmp_path: Path) -> None:
    path = write(tmp_path, "order;placed_at;note\n1;2026-01-01;Grüße aus Köln €".encode("cp1252"))

    assert [row[2] for _, row in open_table(path, KNOWN_NAMES).rows()] == ["Grüße aus Köln €"]


def test_the_header_is_found_below_a_preamble(tmp_path: Path) -> None:
    path = write(tmp_path, ",,,\nMy orders\n\nNote,Order,Placed at\nhello,7,2026-01-01\n\n")

    table = open_table(path, KNOWN_NAMES)

    assert (table.header_row, list(table.rows())) == (4, [(5, ["hello", "7", "2026-01-01"])])


def test_nul_bytes_and_huge_cells_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, "order,placed_at,note\n1,\x002026-01-01," + "x" * 1_000_000 + "\n")

    [(_, row)] = open_table(path, KNOWN_NAMES).rows()

    assert (row[1], len(row[2])) == ("2026-01-01", 1_000_000)


def test_a_quote_without_its_partner_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, 'order,placed_at,note\n1,2026-01-01,"' + "x\n" * 2_500_000)

    with pytest.raises(UnreadableFile, match="never ends"):
        list(open_table(path, KNOWN_NAMES).rows())


def test_short_and_long_rows_and_missing_columns_give_empty_cells(tmp_path: Path) -> None:
    path = write(tmp_path, "order,placed_at,item\n1\n2,2026-01-01,Mug,extra,extra\n")

    rows = [cells for _, cells in Sheet(open_table(path, KNOWN_NAMES), Cells, COLUMNS).rows()]

    assert [(x.order, x.placed_at, x.item, x.sku) for x in rows] == [
        ("1", "", "", ""),
        ("2", "2026-01-01", "Mug", ""),
    ]


@given(st.lists(st.sampled_from("abcde "), min_size=1, max_size=30))
def test_rows_of_an_order_come_together_wherever_they_stand(keys: list[str]) -> None:
    text = "order,placed_at\n" + "\n".join(f"{key},{at}" for at, key in enumerate(keys))
    with TemporaryDirectory() as folder:
        path = write(Path(folder), text)
        sheet = Sheet(open_table(path, KNOWN_NAMES), Cells, COLUMNS)
        found = survey(sheet, lambda cells: cells.order.strip(), [], [])
        groups = list(grouped(sheet, lambda cells: cells.order.strip(), found.scattered))

    assert sorted(number for group in groups for number, _ in group) == list(
        range(2, len(keys) + 2)
    )
    named = [group[0][1].order for group in groups if group[0][1].order.strip()]
    assert sorted(named) == sorted({key for key in keys if key.strip()})
    assert all(len({cells.order for _, cells in group}) == 1 for group in groups)
    assert found.rows == len(keys)


def test_headers_are_compared_without_case_spaces_and_umlauts() -> None:
    assert fold("E-Mail des Käufers") == fold("e_mail DES kaeufers")
    assert fold("Post To Postcode") == "posttopostcode"


def test_old_macintosh_line_ends_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, "order,placed_at\r1,2026-01-01\r2,2026-01-02\r")

    assert len(list(open_table(path, KNOWN_NAMES).rows())) == 2
