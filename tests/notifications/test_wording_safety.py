"""Wordings of sellers and names of buyers that would do harm if they could."""

import logging
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from notifications.wording import (
    KINDS,
    Letter,
    LetterContext,
    Line,
    Wording,
    WordingError,
    render,
    sample_context,
    shipped_wording,
    validate,
)


def with_name(name: str) -> LetterContext:
    context = sample_context("relist", "en")
    order = replace(context.order, address=(name, "Nygade 7"), note=name)
    buyer = replace(context.buyer, name=name, first_name=name)
    return replace(context, buyer=buyer, order=order)


def of(body: str, context: LetterContext | None = None, subject: str = "Hello") -> Letter:
    return render("thank_you", Wording(subject, body), context or with_name("Zoë"))


def refusal(body: str, subject: str = "Hello") -> WordingError:
    with pytest.raises(WordingError) as caught:
        validate("thank_you", Wording(subject, body))
    return caught.value


def test_markup_in_a_name_stays_text() -> None:
    written = of(
        "Hello {{ buyer.name }}\n\n{{ order.address }}", with_name("<script>alert('x')</script>")
    )

    assert "<script" not in written.html
    assert written.html.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;") == 2
    assert "Hello <script>alert('x')</script>\n" in written.text


@pytest.mark.parametrize("name", ["{{ 7|times: 6 }}", "{% for i in (1..9) %}", "%}", "%(lines)s"])
def test_liquid_in_a_name_stays_as_typed(name: str) -> None:
    written = of(
        "Hello {{ buyer.name }}\n\n{{ order.address }}", with_name(name), "For {{ buyer.name }}"
    )

    assert f"Hello {name}\n" in written.text
    assert written.html.count(name) == 3
    assert written.subject == f"For {name}"


@pytest.mark.parametrize(
    "name", ["Zoë\r\nBcc: all@example.com", "Zoë\nX: y", "Zoë\u2028X: y", "Zoë\x00\x1b[1m"]
)
def test_a_name_cannot_break_the_subject_line(name: str) -> None:
    subject = of("Hello", with_name(name), "For {{ buyer.name }}").subject

    assert len(subject.splitlines()) == 1
    assert subject.isprintable()


def test_a_subject_keeps_a_sane_length() -> None:
    subject = of("Hello", with_name("Zoë " * 200), "For {{ buyer.name }}").subject

    assert len(subject) == 150
    assert subject.endswith("…")


def test_a_right_to_left_name_does_not_turn_the_line_around() -> None:
    written = of("Hello {{ buyer.name }}, welcome.", with_name("دانا"), "For {{ buyer.name }}")

    assert 'Hello <span dir="auto">دانا</span>, welcome.' in written.html
    assert "Hello \u2068دانا\u2069, welcome." in written.text
    assert written.subject == "For دانا"


def test_characters_that_turn_text_around_are_taken_out_of_names() -> None:
    assert "Hello abc\n" in of("Hello {{ buyer.name }}", with_name("a\u202eb\u2066c")).text


def test_a_lone_surrogate_in_a_name_can_still_be_sent() -> None:
    written = of("Hello {{ buyer.name }}", with_name("Zo\ud83d"), "For {{ buyer.name }}")

    assert b"Zo" in (written.subject + written.text + written.html).encode()


def test_markup_in_a_sellers_wording_stays_text() -> None:
    assert "&lt;b&gt;dear&lt;/b&gt;" in of("Hello <b>dear</b> {{ buyer.name | escape }}").html


def test_a_filter_out_of_habit_does_not_escape_twice() -> None:
    written = of("{{ buyer.name | escape | newline_to_br }}", with_name("Tom & Ann"))

    assert written.text.startswith("Tom & Ann\n")
    assert "Tom &amp; Ann<" in written.html


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("Hello\n\n{{ order.totl }}", 3, "unknown placeholder “order.totl”. Did you mean “order.t"),
        ("{{ buyer.firstname }}", 1, "Did you mean “buyer.first_name”?"),
        ("{{ first_name }}", 1, "Did you mean “buyer.first_name”?"),
        ("a\n{% if order.is_paid %}{{ oder.number }}{% endif %}", 2, "“order.number”?"),
        ("{{ parcel.link }}", 1, "“parcel.link” means nothing in this kind of letter."),
        ("{{ order }}", 1, "“order” is a group"),
        ("{{ order.total | monney }}", 1, "unknown filter “monney”. Did you mean “money”?"),
        ("{% for line in order.lines %}\n{{ line.titel }}{% endfor %}", 2, "titel"),
        ("Hello\n{% endif %}", 2, "endif"),
        ("Hello\n{{ order.total", 2, "}}"),
        ("{{ order.total | divided_by: 0 }}", 1, "divide by 0"),
        ("{{ order.placed_on | date: '%H:%M' }}", 1, "%H has no meaning"),
        ("{% include 'settings' %}", 1, "include"),
        ("{% render 'settings' %}", 1, "render"),
        ("{{ buyer.name | safe }}", 1, "unknown filter “safe”"),
        ("{{ ['-scene'] }}", 1, "unknown placeholder"),
    ],
)
def test_a_broken_wording_is_refused_with_line_and_reason(
    body: str, line: int, reason: str
) -> None:
    error = refusal(body)

    assert error.line == line
    assert reason in error.reason
    assert f"Text, line {line}: " in str(error)


def test_a_block_left_open_is_refused() -> None:
    assert "endif" in refusal("{% if order.is_paid %}Hello").reason


@pytest.mark.parametrize(
    "body",
    [
        "{% for i in (1..99999999) %}a{% endfor %}",
        "{% for i in (1..900) %}{% for j in (1..900) %}a{% endfor %}{% endfor %}",
        "{{ (1..99999999999) | join }}",
        "{% assign x = 'aaaaaaaa' %}{% for i in (1..900) %}"
        "{% assign x = x | append: x %}{% endfor %}",
        "{% assign n = 99 %}{% for i in (1..900) %}"
        "{% assign n = n | times: n %}{% endfor %}{{ n }}",
        "{% for i in (1..900) %}{{ order.summary }}{{ payment.how_to_pay }}{% endfor %}",
        "{% if true %}" * 40 + "{% endif %}" * 40,
    ],
)
def test_a_wording_that_never_ends_is_refused(body: str) -> None:
    assert refusal(body).reason


@pytest.mark.parametrize("subject", ["", "  ", "Hello\nBcc: all@example.com"])
def test_a_subject_is_one_line_with_something_on_it(subject: str) -> None:
    assert refusal("Hello", subject).field == "subject"


def test_a_broken_subject_is_named_as_such() -> None:
    assert str(refusal("Hello", "Order {{ order.numbr }}")).startswith("Subject: unknown")


def test_an_empty_text_is_refused() -> None:
    assert refusal(" \n ").field == "body"


def test_a_wording_that_computes_and_loops_is_accepted() -> None:
    body = (
        "{% for line in order.lines %}{{ forloop.index }}. {{ line.title | upcase }}\r\n"
        "{% endfor %}Half: {{ order.total | divided_by: 2 | money }}, "
        "{{ order.placed_on | date: '%d.%m.' }}{% if order.total > 30 %} big{% endif %}"
    )

    validate("thank_you", Wording("Hello", body))

    assert of(body).text.startswith(
        "1. LUCKY BEAD\n2. FELT PURSE WITH A WOODEN BUTTON\nHalf: €18.45, 02.11. big\n"
    )


def test_what_is_unknown_at_sending_prints_as_nothing() -> None:
    assert of("Hello {{ buyer.nickname }}{{ weather.today }}.").text.startswith("Hello .\n")


def test_a_wording_that_breaks_at_sending_gives_way_to_the_shipped_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        written = of("{{ order.item_count | minus: 3 | divided_by: 0 }}")

    assert "Thank you for your order" in written.text
    assert [record.__dict__["action"] for record in caplog.records] == ["wording_failed"]
    assert "Zoë" not in caplog.text


def test_no_order_however_odd_can_stop_a_letter() -> None:
    context = sample_context("thank_you", "xx-YY")
    long = "Zoë <&> " * 5_000
    line = Line(title=long, quantity=10**9, variation=long, line_total=Decimal("-1e12"))
    order = replace(
        context.order, currency="", lines=(line,) * 300, note=long, address=(long,) * 50
    )
    shop = replace(context.shop, name=long, signature=long)
    odd = replace(
        context, shop=shop, order=order, payment=replace(context.payment, how_to_pay=long)
    )

    for kind in KINDS:
        written = render(kind, shipped_wording(kind, "en"), odd)

        assert len(written.html.encode()) < 200_000


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{{ order.totl }}", "unbekannter Platzhalter „order.totl“. Meintest du „order.total“?"),
        ("{% if order.is_paid %}Hallo", "so versteht Liquid es nicht ("),
        ("{{ order.total | divided_by: 0 }}", "das lässt sich nicht ausrechnen ("),
        ("{{ order.placed_on | date: '%H' }}", "%H bedeutet nichts bei einem Datum"),
        ("{% for i in (1..99999999) %}a{% endfor %}", "das wird zu lang oder hört nie auf."),
    ],
)
def test_a_german_reads_in_german_what_is_wrong_with_a_wording(body: str, reason: str) -> None:
    with translation.override("de"):
        error = refusal(body)

    assert str(error).startswith("Text")
    assert reason in error.reason


def test_a_field_is_named_in_the_language_of_the_reader() -> None:
    with translation.override("de"):
        error = refusal("Hallo", "Bestellung {{ order.numbr }}")

    assert str(error).startswith("Betreff: unbekannter Platzhalter")
