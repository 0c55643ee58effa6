"""Members of a shop: invited by mail, changed and removed by owners."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from orders.models import Member, Shop
from orders.words import Role
from shopcare.accounts.models import Invitation, User
from tests.factory import MONDAY, make_shop, make_user

pytestmark = pytest.mark.django_db

MEMBERS = "/shops/lucky-bead/members/"
NEW = {"name": "Anna", "password": "red wool 77"}


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def invited(owner: Client, email: str = "anna@example.com", role: str = "helper") -> str:
    """The address of the link in the mail that an invitation sends."""
    owner.post(MEMBERS, {"email": email, "role": role})
    found = re.search(r"http://localhost:8000(/invitations/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def helper(shop: Shop, email: str = "helper@example.com") -> Member:
    return Member.objects.create(shop=shop, user=make_user(email), role=Role.HELPER)


def test_the_invitation_names_the_shop_and_who_asks(owner: Client) -> None:
    invited(owner)

    letter = mail.outbox[0]
    assert letter.to == ["anna@example.com"]
    assert letter.subject == "maker@example.com invites you to Lucky Bead"
    assert "helper" in letter.body


def test_a_newcomer_makes_an_account_and_is_in(owner: Client, shop: Shop) -> None:
    newcomer = Client()

    answer = newcomer.post(invited(owner), NEW)

    assert answer["Location"] == "/shops/lucky-bead/"
    member = shop.members.get(user__email="anna@example.com")
    assert member.role == Role.HELPER
    assert newcomer.get("/shops/lucky-bead/orders/").status_code == 200
    assert EmailAddress.objects.get(user=member.user).verified


def test_opening_the_link_changes_nothing(owner: Client, shop: Shop) -> None:
    answer = Client().get(invited(owner))

    assert answer.status_code == 200
    assert shop.members.count() == 1
    assert not User.objects.filter(email="anna@example.com").exists()


def test_the_link_works_once(owner: Client) -> None:
    link = invited(owner)
    Client().post(link, NEW)

    assert Client().get(link).status_code == 404
    assert Client().post(link, NEW).status_code == 404


def test_the_link_runs_out_after_a_week(owner: Client) -> None:
    with time_machine.travel(MONDAY, tick=False):
        owner.login(email="maker@example.com", password="beads")
        link = invited(owner)

    with time_machine.travel(MONDAY + timedelta(days=6, hours=23), tick=False):
        assert Client().get(link).status_code == 200
    with time_machine.travel(MONDAY + timedelta(days=7), tick=False):
        assert Client().get(link).status_code == 404


def test_a_second_mail_makes_the_first_link_void(owner: Client) -> None:
    first = invited(owner)
    second = invited(owner)

    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert Invitation.objects.count() == 1


def test_an_invitation_that_was_taken_back_opens_nothing(owner: Client) -> None:
    link = invited(owner)

    owner.post(f"{MEMBERS}invitations/{Invitation.objects.get().pk}/withdraw/")

    assert Client().post(link, NEW).status_code == 404


@pytest.mark.parametrize("token", ["x", "a:b:c", "WzEsIjIwMjYiXQ:x:y"])
def test_a_forged_link_opens_nothing(owner: Client, token: str) -> None:
    assert Client().get(f"/invitations/{token}/").status_code == 404


def test_who_has_an_account_logs_in_and_joins_with_it(owner: Client, shop: Shop) -> None:
    anna = make_user("anna@example.com", "green wool 77")
    link = invited(owner, role="owner")
    visitor = Client()

    asked = visitor.get(link)
    visitor.login(email="anna@example.com", password="green wool 77")
    visitor.post(link)

    assert f"/accounts/login/?next={link.replace(':', '%3A').replace('/', '%2F')}" in (
        asked.content.decode()
    )
    assert shop.members.get(user=anna).role == Role.OWNER


def test_the_link_sets_no_password_on_an_account_that_exists(owner: Client, shop: Shop) -> None:
    anna = make_user("anna@example.com", "green wool 77")

    Client().post(invited(owner), NEW)

    anna.refresh_from_db()
    assert anna.check_password("green wool 77")
    assert shop.members.count() == 1


def test_somebody_else_cannot_use_the_link(owner: Client, shop: Shop) -> None:
    make_user("bob@example.com", "blue wool 77")
    link = invited(owner)
    visitor = Client()
    visitor.login(email="bob@example.com", password="blue wool 77")

    answer = visitor.post(link)

    assert b"This invitation is for anna@example.com" in answer.content
    assert shop.members.count() == 1


def test_a_weak_password_is_refused_in_place(owner: Client) -> None:
    answer = Client().post(invited(owner), {"name": "Anna", "password": "12345678"})

    assert b"too common" in answer.content
    assert not User.objects.filter(email="anna@example.com").exists()


def test_a_member_is_not_invited_again(owner: Client, shop: Shop) -> None:
    helper(shop, "anna@example.com")

    answer = owner.post(MEMBERS, {"email": "Anna@Example.com", "role": "owner"})

    assert b"is a member already" in answer.content
    assert mail.outbox == []


def test_there_are_never_more_than_twenty_open_invitations(owner: Client) -> None:
    for number in range(21):
        answer = owner.post(MEMBERS, {"email": f"p{number}@example.com", "role": "helper"})

    assert b"There are 20 open invitations" in answer.content
    assert len(mail.outbox) == 20


def test_a_dead_mail_server_is_told_and_the_invitation_can_be_sent_again(
    owner: Client, settings: LazySettings
) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = owner.post(MEMBERS, {"email": "anna@example.com", "role": "helper"})
    settings.EMAIL_BACKEND = backend

    owner.post(f"{MEMBERS}invitations/{Invitation.objects.get().pk}/again/")

    assert b"mail server does not take mail now" in answer.content
    assert len(mail.outbox) == 1


def test_an_owner_makes_a_helper_an_owner(owner: Client, shop: Shop) -> None:
    member = helper(shop)

    owner.post(f"{MEMBERS}{member.pk}/role/", {"role": "owner"})

    member.refresh_from_db()
    assert member.role == Role.OWNER


def test_who_is_removed_is_out_at_once(owner: Client, shop: Shop) -> None:
    member = helper(shop)
    theirs = Client()
    theirs.login(email="helper@example.com", password="beads")

    owner.post(f"{MEMBERS}{member.pk}/remove/")

    assert theirs.get("/shops/lucky-bead/orders/").status_code == 404
    assert User.objects.filter(email="helper@example.com").exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda client, pk: client.post(f"{MEMBERS}{pk}/remove/", follow=True),
        lambda client, pk: client.post(f"{MEMBERS}{pk}/role/", {"role": "helper"}, follow=True),
    ],
)
def test_the_last_owner_stays(
    owner: Client, shop: Shop, act: Callable[[Client, int], object]
) -> None:
    member = shop.members.get()

    answer = act(owner, member.pk)

    assert b"A shop needs an owner" in answer.content  # type: ignore[attr-defined]
    member.refresh_from_db()
    assert member.role == Role.OWNER


def test_an_owner_may_leave_when_there_is_another(owner: Client, shop: Shop) -> None:
    Member.objects.filter(pk=helper(shop).pk).update(role=Role.OWNER)
    mine = shop.members.get(user__email="maker@example.com")

    answer = owner.post(f"{MEMBERS}{mine.pk}/remove/")

    assert answer["Location"] == "/"
    assert shop.members.count() == 1


def test_a_member_of_another_shop_is_out_of_reach(owner: Client) -> None:
    other = make_shop("other", owner=make_user("other@example.com"))
    member = helper(other)

    owner.post(f"{MEMBERS}{member.pk}/remove/")
    owner.post(f"{MEMBERS}{member.pk}/role/", {"role": "owner"})

    member.refresh_from_db()
    assert member.role == Role.HELPER


def test_a_helper_sees_no_members(client: Client, shop: Shop) -> None:
    helper(shop)
    client.login(email="helper@example.com", password="beads")

    assert client.get(MEMBERS).status_code == 403
    assert client.post(MEMBERS, {"email": "a@example.com", "role": "owner"}).status_code == 403
    assert not Invitation.objects.exists()
