"""First names, prices and dates as a letter writes them."""

from datetime import date
from decimal import Decimal

import pytest

from notifications.amounts import day_text
from notifications.wording import first_name
from orders.showing import money


@pytest.mark.parametrize(
    ("typed", "greeted"),
    [
        ("Zoë Ørsted", "Zoë"),
        ("Zoe\u0308 Ørsted", "Zoë"),
        ("DR. MARIA  VON TRAPP", "Maria"),
        ("zuzu  ", "Zuzu"),
        ("Smith, John", "John"),
        ("John Smith, Jr.", "John"),
        ("ANNE-MARIE O'NEIL", "Anne-Marie"),
        ("McKenna Jones", "McKenna"),
        ("JJ Abrams", "JJ"),
        ("Al\nBob", "Al"),
        ("دانا الحسن", "دانا"),
        ("प्रिया शर्मा", "प्रिया"),
    ],
)
def test_the_first_name_is_told_from_a_full_name(typed: str, greeted: str) -> None:
    assert first_name(typed) == greeted


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "X",
        "J. Robert Oppenheimer",
        "bd36uvh6isj5rzp2",
        "ACME GmbH",
        "Mr Smith",
        "von Trapp",
        "<script>alert(1)</script>",
        "{{ 7|times: 6 }}",
        "mira@beads.example",
        "http://win.example now",
        "🌸",
        "Averyveryverylongusername",
    ],
)
def test_no_first_name_is_better_than_a_wrong_one(typed: str) -> None:
    assert first_name(typed) == ""


@pytest.mark.parametrize(
    ("value", "currency", "language", "price"),
    [
        ("1234.5", "EUR", "de", "1.234,50\u00a0€"),
        ("1234.5", "EUR", "en", "€1,234.50"),
        ("1200", "JPY", "en", "¥1,200"),
        ("1.5", "KWD", "en", "KWD\u00a01.500"),
        ("12", "EUR", "xx", "€12.00"),
    ],
)
def test_a_price_has_the_decimals_of_its_currency(
    value: str, currency: str, language: str, price: str
) -> None:
    assert money(Decimal(value), currency, language) == price


@pytest.mark.parametrize(
    ("form", "language", "text"),
    [
        ("long", "de", "2. November 2026"),
        ("long", "en", "November 2, 2026"),
        ("long", "en-GB", "2 November 2026"),
        ("full", "de", "Montag, 2. November 2026"),
        ("%d.%m.%Y", "de", "02.11.2026"),
        ("%A, %-d %B", "de", "Montag, 2 November"),
        ("on %b %e at 100%%", "en", "on Nov 2 at 100%"),
    ],
)
def test_a_date_is_written_in_the_language_of_the_letter(
    form: str, language: str, text: str
) -> None:
    assert day_text(date(2026, 11, 2), form, language) == text


@pytest.mark.parametrize("form", ["%H:%M", "tomorrow"])
def test_a_date_has_no_time_of_day(form: str) -> None:
    with pytest.raises(ValueError, match="date"):
        day_text(date(2026, 11, 2), form, "en")
