"""Money, dates and texts as files write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from orders.intake.money import (
    BadValue,
    currency_told,
    decisive_mark,
    read_currency,
    read_money,
    read_quantity,
)
from orders.intake.texts import country_code, email, html_line, line, mended, note, postcode
from orders.intake.times import decisive_order, read_moment, read_utc
from tests.orders.intake_files import BERLIN, utc


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$978.45", "978.45"),
        ("1.024,00 €", "1024.00"),
        ("EUR 12,00", "12.00"),
        ("US $12.00", "12.00"),
        ("£3.20", "3.20"),
        ("CHF 1'024.00", "1024.00"),
        ("CHF 1’024.50", "1024.50"),
        ("1\u00a0024,50", "1024.50"),
        ("1\u202f024,50 €", "1024.50"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567", "1234567"),
        ("-13.24", "-13.24"),
        ("−13.24", "-13.24"),
        ("$-13.24", "-13.24"),
        ("13,24-", "-13.24"),
        ("(13.24)", "-13.24"),
        ("264.8", "264.8"),
        ("0.0", "0.0"),
        ("17", "17"),
        ("12.", "12"),
        ("0.62125", "0.62125"),
        ("0.500", "0.500"),
        (",50", "0.50"),
        ("Fr. 12.50", "12.50"),
        ("149 kr", "149"),
    ],
)
def test_an_amount_is_read_by_its_own_marks(text: str, amount: str) -> None:
    assert read_money(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "comma", "amount"),
    [
        ("1.024", False, "1.024"),
        ("1.024", True, "1024"),
        ("1,024", False, "1024"),
        ("1,024", True, "1.024"),
    ],
)
def test_an_open_amount_is_read_by_the_mark_of_its_file(
    text: str, comma: bool, amount: str
) -> None:
    assert read_money(text, comma) == Decimal(amount)


@pytest.mark.parametrize("text", ["", " ", "--", "—", "n/a"])
def test_an_empty_amount_is_none(text: str) -> None:
    assert read_money(text) is None


@pytest.mark.parametrize(
    "text", ["ten", "1.2.3,4,5", "12-30", "12/30/25", "1e5", "NaN", "∞", "4711@x", "€"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        read_money(text)


def test_an_order_number_in_a_money_column_is_refused() -> None:
    with pytest.raises(BadValue, match="too large"):
        read_money("3209837254")


@given(
    amount=st.decimals(min_value=-999999, max_value=999999, places=2),
    locale=st.sampled_from(["en_US", "de_DE", "de_CH", "fr_FR", "en_GB", "sv_SE", "nl_NL"]),
    currency=st.sampled_from(["USD", "EUR", "GBP", "CHF", "SEK"]),
)
def test_amounts_come_back_from_the_writing_of_any_locale(
    amount: Decimal, locale: str, currency: str
) -> None:
    written = format_currency(amount, currency, locale=locale)

    assert read_money(written) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_clear_refusal(text: str) -> None:
    try:
        amount = read_money(text)
    except BadValue:
        return

    assert amount is None or amount.is_finite()


@pytest.mark.parametrize(
    ("text", "mark"),
    [("1.024", ""), ("1,024", ""), ("12,5", ","), ("1.024,00", ","), ("1,024.00", "."), ("17", "")],
)
def test_the_decimal_mark_is_told_only_without_doubt(text: str, mark: str) -> None:
    assert decisive_mark(text) == mark


def test_quantities_are_whole_numbers() -> None:
    assert [read_quantity(text) for text in ("2", "2.0", "2,00", "", "0")] == [2, 2, 2, 1, 0]
    for text in ("1.5", "-1", "two", "99999999"):
        with pytest.raises(BadValue):
            read_quantity(text)


def test_a_bare_dollar_is_the_shops_own_dollar() -> None:
    told = [currency_told(text, "EUR") for text in ("$3", "£3", "EUR 3", "AU $3", "3")]

    assert told == ["USD", "GBP", "EUR", "AUD", ""]
    assert currency_told("$3", "CAD") == "CAD"
    assert read_currency("eur") == "EUR"
    with pytest.raises(BadValue):
        read_currency("Euros")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-07 13:23:17 +0100", "2024-03-07 12:23:17"),
        ("2024-03-07T13:23:17+01:00", "2024-03-07 12:23:17"),
        ("2024-03-07T13:23:17Z", "2024-03-07 13:23:17"),
        ("2024-03-07 13:23", "2024-03-07 12:23"),
        ("2024-07-07", "2024-07-07 10:00"),
        ("12/30/25", "2025-12-30 11:00"),
        ("11/30/2023", "2023-11-30 11:00"),
        ("30/12/25", "2025-12-30 11:00"),
        ("30.12.2025", "2025-12-30 11:00"),
        ("01.02.2026 14:05 Uhr", "2026-02-01 13:05"),
        ("Jul-25-26", "2026-07-25 10:00"),
        ("Sep-26-25", "2025-09-26 10:00"),
        ("25-Jul-26", "2026-07-25 10:00"),
        ("01-Mrz-26", "2026-03-01 11:00"),
        ("10-Dez-25", "2025-12-10 11:00"),
        ("25 Jul 2026", "2026-07-25 10:00"),
        ("Dez 29, 2025", "2025-12-29 11:00"),
        ("1. März 2026", "2026-03-01 11:00"),
        ("March 1, 2026 3:05 PM", "2026-03-01 14:05"),
        ("03/01/26 12:30 am", "2026-02-28 23:30"),
        ("Feb 02, 2009 23:04:06 PST", "2009-02-03 07:04:06"),
    ],
)
def test_a_date_is_read_in_every_marketplaces_writing(text: str, moment: str) -> None:
    assert read_moment(text, BERLIN) == utc(moment)


def test_a_day_may_come_first_where_the_file_says_so() -> None:
    assert read_moment("01/02/26", BERLIN) == utc("2026-01-02 11:00")
    assert read_moment("01/02/26", BERLIN, True) == utc("2026-02-01 11:00")
    assert [decisive_order(text) for text in ("30/12/25", "12/30/25", "01/02/26")] == [
        True,
        False,
        None,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-13-01",
        "31/31/26",
        "12/30",
        "0226-01-01",
        "99-Foo-26",
        "25:61",
        "3/1/26 10:inf:00",
        "1e9",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        read_moment(text, BERLIN)


def test_no_date_is_none_and_utc_needs_no_zone() -> None:
    assert read_moment("", BERLIN) is read_moment("0000-00-00 00:00:00", BERLIN) is None
    assert read_utc("2026-03-29T00:30:00") == utc("2026-03-29 00:30")


@given(
    st.dates(date(2000, 1, 1), date(2068, 1, 1)),
    st.sampled_from(["%b-%d-%y", "%d-%b-%y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y"]),
)
def test_a_day_comes_back_from_any_writing(day: date, written: str) -> None:
    read = read_moment(day.strftime(written), ZoneInfo("UTC"))

    assert read == datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@given(st.text(max_size=25))
def test_any_text_is_a_moment_or_a_clear_refusal(text: str) -> None:
    try:
        moment = read_moment(text, BERLIN)
    except BadValue:
        return

    assert moment is None or moment.tzinfo == UTC


def test_mojibake_is_repaired_only_without_doubt() -> None:
    once = "Québec".encode().decode("cp1252")
    twice = once.encode().decode("cp1252")

    assert [mended(text) for text in (once, twice, "Québec", "Müller Ã", "Ørsted", "Łódź")] == [
        "Québec",
        "Québec",
        "Québec",
        "Müller Ã",
        "Ørsted",
        "Łódź",
    ]
    assert line("ThÃ¢n HÃ\u00a0 Marrowby") == "Thân Hà Marrowby"


def test_texts_lose_what_spreadsheets_and_html_put_in() -> None:
    assert line("  two   words\t ") == "two words"
    assert line('="06066"') == "06066"
    assert line("'03431") == "03431"
    assert line("a\x00b\ud800") == "ab"
    assert html_line("O&#8217;Conner &amp; Söhne") == "O’Conner & Söhne"
    assert note("one\r\n two \r\n") == "one\ntwo"
    assert len(line("x" * 1_000_000)) == 255


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United States", "US"),
        ("USA", "US"),
        ("us", "US"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("Deutschland", "DE"),
        ("Germany", "DE"),
        ("Österreich", "AT"),
        ("Schweiz", "CH"),
        ("Türkiye", "TR"),
        ("South Korea", "KR"),
        ("Russia", "RU"),
        ("The Netherlands", "NL"),
        ("Côte d'Ivoire", "CI"),
        ("Czech Republic", "CZ"),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_countries_are_known_by_code_and_name(name: str, code: str) -> None:
    assert country_code(name) == code


def test_lost_zeros_of_postcodes_come_back() -> None:
    assert [postcode(text, "US") for text in ("6066", "6066-1234", "99801-2244", "6066.0")] == [
        "06066",
        "06066-1234",
        "99801-2244",
        "06066",
    ]
    assert postcode("1067", "DE") == "01067"
    assert postcode("8000", "DK") == "8000"


def test_only_what_can_be_an_address_is_taken_for_one() -> None:
    assert email(" zoe@example.com ") == "zoe@example.com"
    assert email("a1b2@members.ebay.com") == "a1b2@members.ebay.com"
    assert [email(text) for text in ("", "zoe", "zoe@host", "a@b.c, d@e.f", "a b@c.de")] == [""] * 5
