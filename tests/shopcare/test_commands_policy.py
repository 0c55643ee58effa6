"""`create_shop` and `policy`."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from orders.models import Channel, Policy, Shop
from shopcare.accounts.models import User
from tests.factory import make_shop, make_user

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> dict[str, Any]:
    """The one JSON document of a command."""
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def test_a_shop_opens_with_policy_channels_and_owner() -> None:
    document = told(
        *("create_shop", "lucky-bead", "--timezone=Europe/Berlin", "--country=DE"),
        "--owner=mara@example.com",
    )

    shop = Shop.objects.get(slug="lucky-bead")
    user = User.objects.get(email="mara@example.com")
    assert shop.policy.reminder_after == 3
    assert shop.channels.count() == 6
    assert shop.members.get().user == user
    assert user.check_password(document["password"])
    assert (shop.name, shop.currency, shop.sender_email) == (
        *("Lucky Bead", "EUR", "mara@example.com"),
    )


def test_an_owner_who_exists_keeps_their_password() -> None:
    make_user("mara@example.com", "old")

    document = told("create_shop", "lucky-bead", "--owner=Mara@example.com")

    assert "password" not in document
    assert User.objects.get().check_password("old")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--timezone=Mars/Olympus", "timezone: .*not a time zone"),
        ("--currency=EURO", "currency: "),
        ("--country=Germany", "country: "),
        ("--owner=mara", "owner: "),
        ("--sender-email=mara", "sender_email: "),
    ],
)
def test_what_a_shop_cannot_be_is_refused_and_nothing_made(option: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_shop", "lucky-bead", "--owner=new@example.com", option)

    assert not Shop.objects.exists()
    assert not User.objects.exists()


def test_a_taken_short_name_is_refused() -> None:
    make_shop("lucky-bead")

    with pytest.raises(CommandError, match=r"slug: .*already exists"):
        call_command("create_shop", "lucky-bead")


def test_the_policy_is_shown_as_it_could_be_set() -> None:
    make_shop()
    shown = told("policy", "lucky-bead")
    del shown["shop"]

    again = told("policy", "lucky-bead", *(f"{key}={value}" for key, value in shown.items()))

    assert shown["sending_window"] == "08:00-20:00"
    assert shown["relist"] == "on"
    assert shown["etsy.tracking_notice"] == "marketplace_does"
    assert {"shop": "lucky-bead", **shown} == again


def test_several_keys_are_set_at_once() -> None:
    make_shop()

    call_command(
        *("policy", "lucky-bead", "reminder_after=2", "sending_window=09:00-24:00"),
        *("relist=off", "etsy.thank_you=marketplace_does", "weekend=sun", "digest_at=06:30"),
        stdout=io.StringIO(),
    )

    policy = Policy.objects.get()
    assert policy.reminder_after == 2
    assert (policy.window_opens.hour, policy.window_closes.hour) == (9, 0)
    assert policy.rules_off == ["relist", "out_for_delivery"]
    assert policy.weekend == [6]
    assert Channel.objects.get(kind="etsy").mode("thank_you") == "marketplace_does"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("reminder_afer=2", "no setting “reminder_afer”; did you mean “reminder_after”"),
        ("reminder_after", "write KEY=VALUE"),
        ("reminder_after=two", "reminder_after: “two” is no whole number"),
        ("reminder_after=0", "reminder_after: "),
        ("reminder_after=99", "reminder_after: "),
        ("sending_window=20:00-08:00", "must close after it opens"),
        ("sending_window=8", "write it like 08:00-20:00"),
        ("sending_window=25:00-26:00", "is no time of day"),
        ("relist=maybe", "neither on nor off"),
        ("weekend=caturday", "no weekday"),
        ("weekend=mon,tue,wed,thu,fri,sat,sun", "At least one day"),
        ("amazon.thank_you=send", "channels are: "),
        ("etsy.relist=send", "no note to buyers “relist”"),
        ("etsy.thank_you=shout", "there are: send, copy, marketplace_does"),
        ("rules_off=nagging", "no rule “nagging”"),
        ("rules_since={}", "no setting “rules_since”"),
    ],
)
def test_one_bad_setting_refuses_all(setting: str, words: str) -> None:
    make_shop()

    with pytest.raises(CommandError, match=words):
        call_command("policy", "lucky-bead", "stalled_days=9", "ebay.thank_you=send", setting)

    assert Policy.objects.get().stalled_days == 5
    assert Channel.objects.get(kind="ebay").mode("thank_you") == "copy"


def test_services_and_insurance_are_set_by_key() -> None:
    make_shop()

    call_command(
        *("policy", "lucky-bead", "home_service=DHL  Paket", "insure=off", "insure_up_to=99.90"),
        *("pack_first=on",),
        stdout=io.StringIO(),
    )

    policy = Policy.objects.get()
    assert (policy.home_service, policy.insure, policy.pack_first) == ("DHL Paket", False, True)
    assert str(policy.insure_up_to) == "99.900"


@pytest.mark.parametrize("limit", ["much", "-1", "1,5", "9" * 14])
def test_an_odd_limit_of_insurance_is_refused(limit: str) -> None:
    make_shop()

    with pytest.raises((CommandError, SystemExit)):
        call_command("policy", "lucky-bead", f"insure_up_to={limit}", stdout=io.StringIO())
