"""The policy page: settings in sentences, and the preview of a change."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from notifications import preview_runs
from notifications.models import PolicyPreview
from notifications.tasks import preview_policies
from orders.models import Member, Policy, Shop
from orders.words import Role, Rule
from shopcare.dashboard import policy as policy_pages
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

POLICY = "/shops/lucky-bead/policy/"
PREVIEW = POLICY + "preview/"
DAY = timedelta(days=1)


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def settings(owner: Client, **changed: Any) -> dict[str, Any]:
    """What the form sends when only `changed` was touched; None leaves a field out."""
    page = owner.get(POLICY).context
    forms = [page["form"], *page["channels"]]
    data = {bound.html_name: bound.value() for form in forms for bound in form}
    data = {name: value for name, value in (data | changed).items() if value not in (None, False)}
    return {name: "on" if value is True else value for name, value in data.items()}


def test_the_page_says_each_setting_in_a_sentence(owner: Client) -> None:
    html = owner.get(POLICY).content.decode()

    assert "Ask once, kindly, after <input" in html
    assert 'aria-label="Remind after, days"' in html
    assert 'value="3"' in html


def test_a_number_is_saved(owner: Client, shop: Shop) -> None:
    answer = owner.post(POLICY, settings(owner, reminder_after="4"), follow=True)

    assert Policy.objects.get(shop=shop).reminder_after == 4
    assert "Saved." in answer.content.decode()


def test_saving_without_a_change_says_so_and_changes_nothing(owner: Client, shop: Shop) -> None:
    before = Policy.objects.filter(shop=shop).values().get()

    answer = owner.post(POLICY, settings(owner), follow=True)

    assert Policy.objects.filter(shop=shop).values().get() == before
    assert "Nothing was changed." in answer.content.decode()


def test_a_rule_is_switched_off_and_on_again(owner: Client, shop: Shop) -> None:
    owner.post(POLICY, settings(owner, on_payment_reminder=None))
    assert Policy.objects.get(shop=shop).rules_off == [
        Rule.PAYMENT_REMINDER,
        Rule.OUT_FOR_DELIVERY,
    ]

    owner.post(POLICY, settings(owner, on_payment_reminder="on"))
    policy = Policy.objects.get(shop=shop)
    assert policy.rules_off == [Rule.OUT_FOR_DELIVERY]
    assert Rule.PAYMENT_REMINDER in policy.rules_since


def test_a_channel_is_routed_another_way(owner: Client, shop: Shop) -> None:
    owner.post(POLICY, settings(owner, **{"own-thank_you": "copy"}))

    assert shop.channels.get(kind="own").mode("thank_you") == "copy"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reminder_after", "0", "greater than or equal to 1"),
        ("reminder_after", "soon", "Enter a whole number"),
        ("window_closes", "07:00", "must close after it opens"),
        ("weekend", list("0123456"), "At least one day must be a working day"),
        ("own-thank_you", "pigeon", "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_in_place(
    owner: Client, shop: Shop, field: str, value: Any, words: str
) -> None:
    before = Policy.objects.filter(shop=shop).values().get()

    answer = owner.post(POLICY, settings(owner, **{field: value}))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Policy.objects.filter(shop=shop).values().get() == before


@pytest.mark.parametrize("address", [POLICY, PREVIEW, PREVIEW + "1/"])
def test_a_helper_is_refused(owner: Client, shop: Shop, address: str) -> None:
    Member.objects.update(role=Role.HELPER)

    assert owner.get(address).status_code == 403
    assert owner.post(address).status_code == 403


@time_machine.travel(MONDAY + 20 * DAY, tick=False)
def test_a_preview_tells_what_would_differ_and_saves_nothing(owner: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    answer = owner.post(PREVIEW, settings(owner, reminder_after="4"), follow=True)

    html = answer.content.decode()
    assert answer.redirect_chain[0][0].startswith(POLICY + "?preview=")
    assert "1 order of 1 would have gone another way" in html
    assert "Thu, Nov 5" in html or "Thu, 5 Nov" in html
    assert answer.context["form"]["reminder_after"].value() == 4
    assert Policy.objects.get(shop=shop).reminder_after == 3


@time_machine.travel(MONDAY + 20 * DAY, tick=False)
def test_the_numbers_that_change_stand_apart_and_have_bars(owner: Client, shop: Shop) -> None:
    make_order(shop, "1001")

    answer = owner.post(PREVIEW, settings(owner, on_payment_reminder=None), follow=True)

    changed = answer.context["preview"]["tables"]["changed"]
    assert [(group.title, row.name, row.change) for group in changed for row in group.rows] == [
        ("Sent by e-mail", "Payment reminder", "−1"),
        ("Orders that did not get it", "Payment reminder", "+1"),
    ]
    assert 'aria-label="Payment reminder: 1 now, 0 then"' in answer.content.decode()


def test_a_preview_without_orders_says_so(owner: Client) -> None:
    html = owner.post(PREVIEW, settings(owner), follow=True).content.decode()

    assert "There were no orders in the last 90 days" in html


def test_a_preview_of_nonsense_is_refused(owner: Client) -> None:
    plain = owner.post(PREVIEW, settings(owner, reminder_after="0"))
    part = owner.post(PREVIEW, settings(owner, reminder_after="0"), headers={"HX-Request": "true"})

    assert plain.status_code == 422
    assert "press Save, and it is marked" in part.content.decode()
    assert not PolicyPreview.objects.exists()


@time_machine.travel(MONDAY + 20 * DAY, tick=False)
def test_many_orders_are_played_in_the_background_with_progress(
    owner: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_order(shop, "1001")
    monkeypatch.setattr(policy_pages, "AT_ONCE", 0)
    monkeypatch.setattr(preview_policies, "apply_async", lambda **options: None)

    begun = owner.post(PREVIEW, settings(owner), headers={"HX-Request": "true"}).content.decode()
    number = PolicyPreview.objects.get().pk
    PolicyPreview.objects.update(created_at=MONDAY + 20 * DAY)
    preview_policies()
    done = owner.get(f"{PREVIEW}{number}/").content.decode()

    assert '<progress value="0" max="1"' in begun
    assert f'hx-get="{PREVIEW}{number}/"' in begun
    assert "Nothing would have been different" in done
    assert "hx-get" not in done


def test_the_preview_of_another_shop_is_not_found(owner: Client, shop: Shop) -> None:
    other = make_shop("other")
    theirs = preview_runs.start(other, other.policy, other.channels.all(), now=MONDAY)

    assert owner.get(f"{PREVIEW}{theirs.pk}/").status_code == 404
    assert "preview" not in owner.get(POLICY, {"preview": theirs.pk}).context


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "²"])
def test_an_address_with_a_broken_preview_still_shows_the_policy(
    owner: Client, number: str
) -> None:
    assert owner.get(POLICY, {"preview": number}).status_code == 200


@time_machine.travel(MONDAY + 20 * DAY, tick=False)
def test_a_preview_costs_the_same_queries_for_one_order_and_for_many(
    owner: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        make_order(shop, f"n{number}")
    data = settings(owner, reminder_after="4")

    with django_assert_max_num_queries(45):
        owner.post(PREVIEW, data, headers={"HX-Request": "true"})
