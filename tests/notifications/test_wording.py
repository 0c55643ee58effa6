"""The letters that buyers and sellers receive."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from notifications.samples import trial_contexts
from notifications.wording import (
    KINDS,
    Letter,
    LetterContext,
    Line,
    letter_language,
    render,
    sample_context,
    shipped_languages,
    shipped_wording,
    validate,
)

LANGUAGES = ("de", "en")


def letter(kind: str, context: LetterContext) -> Letter:
    return render(kind, shipped_wording(kind, context.language), context)


def thanks(language: str = "en", **changes: object) -> LetterContext:
    """Return the sample thank-you with some values of its order changed."""
    context = sample_context("thank_you", language)
    return replace(context, order=replace(context.order, **changes))  # type: ignore[arg-type]


def named(name: str, first: str = "") -> LetterContext:
    context = sample_context("thank_you", "en")
    order = replace(context.order, address=(name, "Nygade 7"), note=name)
    return replace(context, buyer=replace(context.buyer, name=name, first_name=first), order=order)


def test_wordings_are_shipped_in_german_and_english() -> None:
    assert shipped_languages() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_wording_passes_the_check_of_a_sellers_wording(
    kind: str, language: str
) -> None:
    validate(kind, shipped_wording(kind, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_is_whole_in_both_parts(kind: str, language: str) -> None:
    for context in trial_contexts(kind, language):
        written = letter(kind, context)

        assert written.subject == written.subject.strip() != ""
        assert "{{" not in written.text and "{%" not in written.text
        assert "\n\n\n" not in written.text
        assert " ," not in written.text and " ." not in written.text
        assert not re.search("[\ue000-\uf8ff]", written.text + written.html)
        assert not re.search(r"&(amp|lt|gt|quot|#)", written.text)
        assert f'lang="{language}" dir="ltr"' in written.html
        assert len(written.html.encode()) < 100_000


@pytest.mark.parametrize("kind", KINDS)
def test_the_html_part_loads_nothing_from_elsewhere(kind: str) -> None:
    written = letter(kind, sample_context(kind, "en"))

    assert not re.search(r"<(img|link|script|iframe)|url\(|@import|src=", written.html)
    assert "prefers-color-scheme: dark" in written.html
    assert "[[" not in written.html and "<!--" not in written.html


def test_a_language_falls_back_to_its_base_and_then_to_english() -> None:
    assert shipped_wording("thank_you", "de-AT") == shipped_wording("thank_you", "de")
    assert shipped_wording("thank_you", "fr") == shipped_wording("thank_you", "en")
    assert (letter_language("de-AT"), letter_language("fr")) == ("de-AT", "en")


def test_an_unpaid_order_is_told_how_to_pay_and_until_when() -> None:
    text = letter("thank_you", sample_context("thank_you", "en")).text

    assert "To pay the €36.90 by November 9, 2026:" in text
    assert "DE02 1203 0000 0000 2020 51" in text


def test_a_german_letter_has_german_money_and_dates() -> None:
    text = letter("thank_you", sample_context("thank_you", "de")).text

    assert "So bezahlst du die 36,90\u00a0€ bis zum 9. November 2026:" in text


def test_a_paid_order_is_not_asked_for_money() -> None:
    context = thanks(is_paid=True, paid=Decimal("36.90"), open=Decimal(0))

    text = letter("thank_you", context).text

    assert "Everything is paid" in text
    assert "DE02" not in text


def test_quick_payment_has_a_word_of_its_own() -> None:
    context = thanks(is_paid=True, paid_quickly=True, open=Decimal(0))

    assert "for paying so quickly" in letter("thank_you", context).text


def test_an_order_paid_on_delivery_is_not_asked_for_money_now() -> None:
    text = letter("thank_you", thanks(terms="on_delivery")).text

    assert "You pay €36.90 when it arrives" in text
    assert "DE02" not in text


def test_a_part_payment_shows_what_is_still_to_pay() -> None:
    text = letter("thank_you", thanks(paid=Decimal(10), open=Decimal("26.90"))).text

    assert re.search(r"Still to pay +€26\.90\n", text)


def test_without_a_first_name_the_greeting_has_no_dangling_space() -> None:
    context = sample_context("thank_you", "en")

    written = letter("thank_you", replace(context, buyer=replace(context.buyer, first_name="")))

    assert written.text.startswith("Hello,\n")
    assert ">Hello,</p>" in written.html


def test_without_an_address_nothing_is_said_about_one() -> None:
    assert "address" not in letter("thank_you", thanks(address=())).text


def test_an_order_known_by_its_total_only_shows_the_total() -> None:
    text = letter("thank_you", thanks(lines=(), shipping=Decimal(0))).text

    assert "what you chose" not in text
    assert "---" not in text
    assert re.search(r"\nTotal +€36\.90\n", text)


def test_a_letter_is_in_the_buyers_language_and_not_in_the_shops() -> None:
    context = sample_context("thank_you", "de")
    context = replace(context, shop=replace(context.shop, language="en"), language="")

    written = render("thank_you", shipped_wording("thank_you", "de"), context)

    assert re.search(r"\nSumme +36,90\u00a0€\n", written.text)
    assert 'lang="de"' in written.html


def test_amounts_stand_under_each_other() -> None:
    text = letter("thank_you", sample_context("thank_you", "en")).text

    rows = [row for row in text.splitlines() if re.search(r"  €\d", row)]
    assert len(rows) == 5
    assert len({len(row) for row in rows}) == 1


def test_a_very_long_order_is_cut_short_and_says_so() -> None:
    line = Line("Bead " * 100, 1, Decimal(1), Decimal(1))

    written = letter("thank_you", thanks(lines=(line,) * 500))

    assert "and 440 more" in written.text
    assert len(written.html.encode()) < 100_000
