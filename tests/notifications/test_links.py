"""The buyer's link: nobody can make one up."""

from typing import Any

import pytest
from django.core.signing import Signer

from notifications.links import buyer_url, read_token, token
from orders.models import Order

ORDER = Order(pk=77)


def test_a_link_names_its_order(settings: Any) -> None:
    settings.SITE_URL = "https://care.example.com"

    url = buyer_url(ORDER)

    assert url.startswith("https://care.example.com/o/")
    assert read_token(url.split("/")[-2]) == 77


def test_without_an_address_of_the_site_there_is_no_link(settings: Any) -> None:
    settings.SITE_URL = ""

    assert buyer_url(ORDER) == ""


@pytest.mark.parametrize(
    "forged",
    ["", "77", "77.", "78" + token(ORDER)[2:], token(ORDER)[:-1], token(ORDER) + "x", "ä.ö", "."],
)
def test_a_token_that_was_not_made_here_names_nothing(forged: str) -> None:
    assert read_token(forged) is None


def test_a_token_of_another_purpose_names_nothing() -> None:
    assert read_token(Signer(salt="invitation", sep=".").sign("77")) is None
