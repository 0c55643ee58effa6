"""Pasted tracking numbers: whatever stands between an order's number and the parcel's."""

import pytest

from orders.tracking_list import Reading, read_lines

KNOWN = {"1001", "Zoë 7", "A,1", "#5", "77"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1001 00340434161094", Reading("1001", "00340434161094")),
        ("1001\t00340434161094", Reading("1001", "00340434161094")),
        ("1001;00340434161094;DHL", Reading("1001", "00340434161094", "DHL")),
        ('"1001","9400 1000 2000","USPS"', Reading("1001", "940010002000", "USPS")),
        ("1001 9400 1000 2000", Reading("1001", "940010002000")),
        ("Zoë 7 RR123456785DE", Reading("Zoë 7", "RR123456785DE")),
        ('"A,1",0034', Reading("A,1", "0034")),
        ("#1001: 0034", Reading("1001", "0034")),
        ("'1001,'0034", Reading("1001", "0034")),
        ("#5 0034", Reading("#5", "0034")),
        ("1001", Reading("1001", "")),
        ("1001 ", Reading("1001", "")),
        ("Order,Tracking", None),
        ("9999 0034", None),
    ],
)
def test_a_line_is_read_by_the_orders_there_are(line: str, expected: Reading | None) -> None:
    [read] = read_lines(line)

    assert read.reading(KNOWN) == expected


def test_empty_lines_count_for_the_row_and_say_nothing() -> None:
    lines = read_lines("\ufeff\r\n1001 a\r\n\r\n77 b\n")

    assert [(line.row, line.text) for line in lines] == [(2, "1001 a"), (4, "77 b")]
