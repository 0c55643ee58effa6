"""The words of the notes: list, editor, preview, test mail and the way back."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from notifications.models import ShopWording
from notifications.wording import shipped_wording
from orders.facts import BuyerDetails
from orders.models import Member, Shop
from orders.words import Role
from tests.factory import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

LIST = "/shops/lucky-bead/wording/"
THANKS = LIST + "thank_you/en/"
OWN = {"subject": "Hurrah, {{ order.number }}", "body": "Dear {{ buyer.first_name }},\n\nthanks!"}


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    cache.clear()
    client.login(email="maker@example.com", password="beads")
    return client


def test_every_note_is_listed_in_every_language(owner: Client, shop: Shop) -> None:
    ShopWording.objects.create(shop=shop, kind="thank_you", language="de", subject="x", body="y")

    html = owner.get(LIST).content.decode()

    assert "Deutsch: your own" in html
    assert "English: shipped" in html
    assert html.count(f'href="{LIST}') >= 16


def test_the_shipped_text_is_where_one_begins(owner: Client) -> None:
    answer = owner.get(THANKS)

    assert answer.context["form"]["body"].value() == shipped_wording("thank_you", "en").body
    assert "the shipped text" in answer.content.decode()
    assert answer.context["letter"].subject == "Thank you for your order 1001"


def test_ones_own_words_are_saved(owner: Client, shop: Shop) -> None:
    answer = owner.post(THANKS, OWN, follow=True)

    own = ShopWording.objects.get(shop=shop)
    assert (own.kind, own.language, own.subject) == ("thank_you", "en", OWN["subject"])
    assert "Saved." in answer.content.decode()


def test_line_ends_of_a_browser_are_made_plain(owner: Client, shop: Shop) -> None:
    owner.post(THANKS, OWN | {"body": "Dear you,\r\n\r\nthanks!\r\n"})

    assert ShopWording.objects.get(shop=shop).body == "Dear you,\n\nthanks!"


def test_saving_the_shipped_text_keeps_no_copy_of_it(owner: Client, shop: Shop) -> None:
    shipped = shipped_wording("thank_you", "en")

    owner.post(THANKS, {"subject": shipped.subject, "body": shipped.body})

    assert not ShopWording.objects.exists()


def test_a_broken_text_is_refused_with_line_and_reason(owner: Client) -> None:
    answer = owner.post(THANKS, OWN | {"body": "Dear you,\n\n{{ order.totl }}"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 3: unknown placeholder “order.totl”. Did you mean “order.total”?" in html
    assert "{{ order.totl }}" in html
    assert not ShopWording.objects.exists()


def test_the_preview_shows_the_letter_on_an_order_of_the_shop(owner: Client, shop: Shop) -> None:
    make_order(shop, "7007", buyer=BuyerDetails(name="Ada Fischer", email="ada@example.com"))

    html = owner.post(THANKS + "preview/", OWN | {"order": "7007"}).content.decode()

    assert "Hurrah, 7007" in html
    assert "Dear Ada," in html
    assert not ShopWording.objects.exists()


def test_the_preview_is_in_the_language_of_the_text(owner: Client, shop: Shop) -> None:
    make_order(shop, "7007")
    german = shipped_wording("thank_you", "de")

    html = owner.post(
        LIST + "thank_you/de/preview/",
        {"subject": german.subject, "body": german.body, "order": "7007"},
    ).content.decode()

    assert "12,00" in html


def test_an_order_of_another_shop_is_not_tried(owner: Client) -> None:
    make_order(make_shop("other"), "theirs", buyer=BuyerDetails(name="Secret Person"))

    html = owner.post(THANKS + "preview/", OWN | {"order": "theirs"}).content.decode()

    assert "Secret" not in html
    assert "Dear Zoë" in html


def test_the_preview_of_a_broken_text_says_what_is_wrong(owner: Client) -> None:
    html = owner.post(THANKS + "preview/", OWN | {"body": "{% if %}"}).content.decode()

    assert "Text" in html
    assert "cannot be saved" in html


def test_the_mail_stands_in_a_frame_that_may_do_nothing(owner: Client) -> None:
    answer = owner.post(THANKS + "mail/", OWN)

    policy = answer["Content-Security-Policy"]
    assert "Dear Zoë" in answer.content.decode()
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_what_is_broken_is_not_shown_as_a_page(owner: Client) -> None:
    answer = owner.post(THANKS + "mail/", OWN | {"body": "<script>{{ nothing }}"})

    assert answer["Content-Type"].startswith("text/plain")


def test_a_test_mail_goes_to_oneself_and_is_marked(owner: Client, shop: Shop) -> None:
    make_order(shop, "7007")

    answer = owner.post(THANKS + "test/", OWN | {"order": "7007"})

    (sent,) = mail.outbox
    assert sent.to == ["maker@example.com"]
    assert sent.subject == "[Test] Hurrah, 7007"
    assert sent.extra_headers["X-Shopcare-Test"] == "yes"
    assert "on its way to maker@example.com" in answer.content.decode()
    assert OWN["subject"] in answer.content.decode()
    assert not ShopWording.objects.exists()


def test_a_broken_text_is_not_mailed_even_as_a_test(owner: Client) -> None:
    owner.post(THANKS + "test/", OWN | {"body": "{{ nothing }}"})

    assert mail.outbox == []


def test_test_mails_are_limited(owner: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"wording_test": "1/h/key"}

    owner.post(THANKS + "test/", OWN)
    answer = owner.post(THANKS + "test/", OWN)

    assert len(mail.outbox) == 1
    assert "many test mails" in answer.content.decode()


def test_back_to_the_shipped_text(owner: Client, shop: Shop) -> None:
    owner.post(THANKS, OWN)

    answer = owner.post(THANKS + "reset/", follow=True)

    assert not ShopWording.objects.exists()
    assert "the shipped text again" in answer.content.decode()


@pytest.mark.parametrize("kind", ["digest", "relist", "tracking_notice"])
def test_every_kind_of_note_can_be_written(owner: Client, shop: Shop, kind: str) -> None:
    make_order(shop, "7007")
    shipped = shipped_wording(kind, "en")

    page = owner.get(f"{LIST}{kind}/en/")
    part = owner.post(
        f"{LIST}{kind}/en/preview/",
        {"subject": shipped.subject, "body": shipped.body, "order": "7007"},
    )

    assert page.status_code == 200
    assert "data-is-whole" in part.content.decode()


@pytest.mark.parametrize("tail", ["nonsense/en/", "thank_you/xx/"])
def test_an_unknown_note_or_language_is_not_found(owner: Client, tail: str) -> None:
    assert owner.get(LIST + tail).status_code == 404


@pytest.mark.parametrize("tail", ["", "thank_you/en/"])
def test_a_helper_is_refused(owner: Client, tail: str) -> None:
    Member.objects.update(role=Role.HELPER)

    assert owner.get(LIST + tail).status_code == 403


@pytest.mark.parametrize("tail", ["", "preview/", "mail/", "test/", "reset/"])
def test_a_helper_can_write_nothing(owner: Client, tail: str) -> None:
    Member.objects.update(role=Role.HELPER)

    assert owner.post(THANKS + tail, OWN).status_code == 403
    assert not ShopWording.objects.exists()


def test_the_editor_costs_the_same_queries_for_one_order_and_for_many(
    owner: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_order(shop, f"n{number}")
    owner.get(THANKS)

    with django_assert_max_num_queries(14):
        owner.get(THANKS)
