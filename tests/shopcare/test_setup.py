"""The guided set-up of a new shop: who may, what it asks, leaving and coming back."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orders.models import Member, Shop
from orders.words import Role
from shopcare.accounts.models import Setup, User
from shopcare.accounts.opening import Guess, free_slug, guess
from tests.factory import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

SHOP = {
    "name": "Felt & Co",
    "country": "AT",
    "timezone": "Europe/Vienna",
    "currency": "EUR",
    "language": "de",
}
SENDER = {"sender_name": "Mira", "sender_email": "mira@example.com", "signature": "Mira"}


@pytest.fixture
def root(client: Client) -> Client:
    """A superuser without a shop, who may open one."""
    make_user("root@example.com", is_superuser=True)
    client.login(email="root@example.com", password="beads")
    return client


@pytest.fixture
def begun(root: Client) -> Client:
    """After the first step."""
    root.post("/setup/", SHOP)
    return root


def test_who_may_open_a_shop_and_has_none_is_led_to_it(root: Client) -> None:
    answer = root.get("/", follow=True)

    assert answer.redirect_chain[-1][0] == "/setup/"
    assert b"Welcome!" in answer.content


def test_whoever_was_not_invited_cannot_open_a_shop(client: Client) -> None:
    make_user("new@example.com")
    client.login(email="new@example.com", password="beads")

    assert client.get("/setup/").status_code == 403
    assert client.post("/setup/", SHOP).status_code == 403
    assert not Shop.objects.exists()


def test_anybody_may_where_signing_up_is_open(client: Client, settings: object) -> None:
    settings.ACCOUNT_ALLOW_SIGNUPS = True  # type: ignore[attr-defined]
    make_user("new@example.com")
    client.login(email="new@example.com", password="beads")

    client.post("/setup/", SHOP)

    assert Shop.objects.get().members.get().role == Role.OWNER


def test_a_stranger_opens_ten_shops_and_no_more(client: Client, settings: object) -> None:
    settings.ACCOUNT_ALLOW_SIGNUPS = True  # type: ignore[attr-defined]
    user = make_user("new@example.com")
    client.login(email="new@example.com", password="beads")
    for number in range(10):
        make_shop(f"shop-{number}", owner=user)

    assert client.post("/setup/", SHOP).status_code == 403


def test_the_browser_is_asked_where_it_is(root: Client) -> None:
    answer = root.get("/setup/", headers={"accept-language": "de-AT,de;q=0.8"})

    assert answer.context["form"].initial == {
        "country": "AT",
        "timezone": "Europe/Vienna",
        "currency": "EUR",
        "language": "de",
    }


@pytest.mark.parametrize(
    ("accepted", "place"),
    [
        ("en-GB", Guess("GB", "Europe/London", "GBP", "en")),
        ("de", Guess("DE", "Europe/Berlin", "EUR", "de")),
        ("fr-CA,fr;q=0.9,en;q=0.5", Guess("CA", "America/Toronto", "CAD", "en")),
        ("zh-Hant-TW", Guess("TW", "Asia/Taipei", "TWD", "en")),
        ("", Guess("US", "America/New_York", "USD", "en")),
        ("*", Guess("US", "America/New_York", "USD", "en")),
        ("nonsense;;;q=z", Guess("US", "America/New_York", "USD", "en")),
    ],
)
def test_a_language_stands_for_a_place(accepted: str, place: Guess) -> None:
    assert guess(accepted) == place


def test_the_first_step_opens_the_shop(begun: Client) -> None:
    shop = Shop.objects.get()

    assert (shop.slug, shop.name, shop.country, shop.timezone) == (
        "felt-co",
        "Felt & Co",
        "AT",
        "Europe/Vienna",
    )
    assert shop.channels.count() == 6
    assert shop.policy is not None


def test_a_second_click_opens_no_second_shop(begun: Client) -> None:
    begun.post("/setup/", SHOP)

    assert Shop.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("country", "XX"), ("timezone", "Mars"), ("currency", "ABC"), ("language", "x")],
)
def test_a_wrong_answer_is_told_in_place(root: Client, field: str, value: str) -> None:
    answer = root.post("/setup/", SHOP | {field: value})

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Shop.objects.exists()


def test_shops_of_one_name_get_addresses_of_their_own() -> None:
    make_shop("felt-co")
    make_shop("felt-co-2")

    assert free_slug("Felt & Co") == "felt-co-3"
    assert free_slug("ガラス") == "shop"
    assert len(free_slug("x" * 300)) <= 50


def test_from_the_first_step_to_today(begun: Client) -> None:
    walked = []
    answer = begun.get("/shops/felt-co/setup/", follow=True)
    walked.append(answer.context["step"])
    for given in (SENDER, {"channels": ["etsy", "own"]}, {}):
        answer = begun.post(answer.request["PATH_INFO"], given, follow=True)
        walked.append(answer.context["step"])
    answer = begun.post(answer.request["PATH_INFO"], follow=True)

    assert walked == ["sender", "channels", "letter", "orders"]
    assert answer.redirect_chain[-1][0] == "/shops/felt-co/"
    shop = Shop.objects.get()
    assert (shop.sender_name, shop.sender_email) == ("Mira", "mira@example.com")
    assert shop.setup.channels == ["etsy", "own"]
    assert shop.setup.finished_at is not None


def test_it_goes_on_where_it_was_left(begun: Client) -> None:
    begun.post("/shops/felt-co/setup/sender/", SENDER)

    assert begun.get("/shops/felt-co/setup/")["Location"] == "/shops/felt-co/setup/channels/"
    begun.post("/shops/felt-co/setup/sender/", SENDER)
    assert begun.get("/shops/felt-co/setup/")["Location"] == "/shops/felt-co/setup/channels/"


def test_put_off_it_is_offered_and_no_longer_opened_by_itself(begun: Client) -> None:
    before = begun.get("/")["Location"]

    begun.post("/shops/felt-co/setup/later/")

    assert before == "/shops/felt-co/setup/"
    assert begun.get("/")["Location"] == "/shops/felt-co/"
    assert b"Go on with the set-up" in begun.get("/shops/felt-co/orders/").content


def test_once_done_it_is_not_offered_any_more(begun: Client) -> None:
    begun.post("/shops/felt-co/setup/orders/")

    assert begun.get("/")["Location"] == "/shops/felt-co/"
    assert b"Go on with the set-up" not in begun.get("/shops/felt-co/orders/").content


def test_a_shop_that_sells_already_is_not_set_up_first(begun: Client) -> None:
    make_order(Shop.objects.get(), "1")

    assert begun.get("/")["Location"] == "/shops/felt-co/"


def test_the_thank_you_is_shown_in_the_shops_words_and_language(begun: Client) -> None:
    begun.post("/shops/felt-co/setup/sender/", SENDER | {"signature": "Deine Mira"})

    html = begun.get("/shops/felt-co/setup/letter/").content.decode()

    assert "Deine Mira" in html
    assert "Vielen Dank" in html or "Danke" in html


def test_a_new_sender_needs_an_address(begun: Client) -> None:
    answer = begun.post("/shops/felt-co/setup/sender/", SENDER | {"sender_email": ""})

    assert "sender_email" in answer.context["form"].errors


def test_a_shop_opened_otherwise_is_changed_on_the_same_pages(client: Client) -> None:
    shop = make_shop(owner=make_user())
    client.login(email="maker@example.com", password="beads")

    answer = client.post("/shops/lucky-bead/setup/shop/", SHOP | {"only": "1"}, follow=True)

    shop.refresh_from_db()
    assert shop.name == "Felt & Co"
    assert shop.slug == "lucky-bead"
    assert b"Saved." in answer.content
    assert not Setup.objects.exists()


def test_a_helper_changes_nothing_about_the_shop(client: Client) -> None:
    shop = make_shop(owner=make_user())
    Member.objects.create(shop=shop, user=make_user("helper@example.com"), role=Role.HELPER)
    client.login(email="helper@example.com", password="beads")

    assert client.post("/shops/lucky-bead/setup/shop/", SHOP).status_code == 403


def test_knowing_about_the_set_up_costs_a_page_no_query(
    begun: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    begun.get("/shops/felt-co/members/")

    with django_assert_max_num_queries(7):
        begun.get("/shops/felt-co/members/")


def test_the_owner_of_a_shop_made_by_command_is_guided_once(client: Client) -> None:
    from django.core.management import call_command

    call_command("create_shop", "beads", owner="maker@example.com", json=True)
    client.force_login(User.objects.get())

    assert client.get("/")["Location"] == "/shops/beads/setup/"
