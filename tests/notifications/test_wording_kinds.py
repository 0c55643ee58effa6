"""What the letters of each kind say."""

import html
from dataclasses import replace
from datetime import date

from django.utils import translation

from notifications.samples import bare_context
from notifications.wording import (
    Letter,
    LetterContext,
    placeholders,
    render,
    sample_context,
    shipped_wording,
)


def letter(kind: str, context: LetterContext) -> Letter:
    return render(kind, shipped_wording(kind, context.language), context)


def test_a_link_in_the_shops_own_words_can_be_clicked() -> None:
    written = letter("thank_you", sample_context("thank_you", "en"))

    assert 'href="https://beads.example/pay/1001"' in written.html


def test_a_tracking_link_can_be_clicked_in_both_parts() -> None:
    context = sample_context("tracking_notice", "en")
    url = "https://carrier.example/follow?code=1&lang=en"

    written = letter(
        "tracking_notice", replace(context, parcel=replace(context.parcel, tracking_url=url))
    )

    assert f"\n{url}\n" in written.text
    assert f'href="{html.escape(url)}"' in written.html


def test_only_web_addresses_become_links() -> None:
    context = sample_context("tracking_notice", "en")
    parcel = replace(context.parcel, tracking_url="javascript:alert(1)")

    written = letter("tracking_notice", replace(context, parcel=parcel))

    assert "javascript" not in written.text + written.html


def test_a_corrected_number_apologises_for_the_first() -> None:
    context = sample_context("tracking_notice", "en")

    written = letter(
        "tracking_notice", replace(context, parcel=replace(context.parcel, is_corrected=True))
    )

    assert written.subject == "The right tracking number for order 1001"
    assert "forget the one I sent you before" in written.text


def test_one_of_several_parcels_says_what_is_in_it() -> None:
    context = sample_context("tracking_notice", "de")
    parcel = replace(context.parcel, of_several=True, lines=context.order.lines[:1])

    written = letter("tracking_notice", replace(context, parcel=parcel))

    assert written.subject == "Ein Paket deiner Bestellung 1001 ist unterwegs"
    assert "  - 2 × Glücksperle\n" in written.text


def test_a_parcel_without_a_number_is_announced_without_a_link() -> None:
    context = sample_context("tracking_notice", "en")
    parcel = replace(context.parcel, tracking_code="", tracking_url="")

    text = letter("tracking_notice", replace(context, parcel=parcel)).text

    assert "without a tracking number" in text
    assert "http" not in text


def test_a_question_about_the_address_holds_the_way_to_correct_it() -> None:
    context = sample_context("address_question", "en")

    written = letter("address_question", context)

    assert f"\n{context.order.page_url}\n" in written.text
    assert f'href="{context.order.page_url}"' in written.html
    assert "Open your order" in written.html


def test_a_buyer_of_whom_no_address_is_known_is_asked_for_one() -> None:
    context = sample_context("address_question", "de")

    text = letter(
        "address_question", replace(context, order=replace(context.order, address=()))
    ).text

    assert "brauche ich noch deine Adresse" in text
    assert "berichtigen" not in text


def test_a_return_reads_otherwise_once_the_parcel_is_back() -> None:
    context = sample_context("returned", "en")

    under_way = letter("returned", context)
    back = letter("returned", replace(context, parcel=replace(context.parcel, is_back=True)))

    assert under_way.subject == "Your parcel for order 1001 is on its way back to me"
    assert "as soon as it is here" in under_way.text
    assert back.subject == "Your parcel for order 1001 has come back to me"
    assert "as soon as it is here" not in back.text


def test_a_late_parcel_is_owned_up_to_with_its_day_where_there_is_one() -> None:
    context = sample_context("late_delivery", "en")
    dayless = replace(context, parcel=replace(context.parcel, expected_on=None))

    assert "by November 12, 2026" in letter("late_delivery", context).text
    assert "by now" in letter("late_delivery", dayless).text


def test_the_seller_reads_whether_the_buyer_wrote() -> None:
    context = sample_context("relist", "en")
    flag = replace(context.flag, buyer_wrote_on=date(2026, 11, 5))

    assert "The buyer has not written." in letter("relist", context).text
    assert "wrote to you on November 5, 2026" in letter("relist", replace(context, flag=flag)).text


def test_the_digest_counts_correctly() -> None:
    context = sample_context("digest", "en")
    one = replace(context, digest=context.digest[1:])

    assert letter("digest", context).subject == "Lucky Beads: 3 things to do today"
    assert letter("digest", one).subject == "Lucky Beads: 1 thing to do today"


def test_an_unsubscribe_link_stands_in_the_small_print_when_there_is_one() -> None:
    context = replace(bare_context("en"), unsubscribe_url="https://shop.example/u/1")

    written = letter("thank_you", context)

    assert "https://shop.example/u/1" in written.text
    assert 'href="https://shop.example/u/1"' in written.html
    assert "No more letters" not in letter("thank_you", bare_context("en")).html


def test_placeholders_come_with_meaning_and_example() -> None:
    found = {each.name: each for each in placeholders("tracking_notice")}

    assert found["parcel.carrier"].example == "USPS"
    assert found["order.total"].example == "€36.90"
    assert "Nygade 7" in found["order.address"].example
    assert all(each.meaning for each in found.values())
    assert "payment.deadline" not in found


def test_meanings_are_told_in_the_language_of_the_page() -> None:
    english = {each.name: each.meaning for each in placeholders("tracking_notice")}

    with translation.override("de"):
        german = {each.name: each.meaning for each in placeholders("tracking_notice")}
        expected = {name: translation.gettext(meaning) for name, meaning in english.items()}

    assert english["parcel.carrier"] == "who carries it"
    assert german == expected
