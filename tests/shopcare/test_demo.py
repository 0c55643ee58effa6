"""The demo shop, as a new user finds it."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from notifications.models import Message
from notifications.sweep import sweep
from orders.models import Flag, Shop
from orders.words import OrderStatus
from shopcare.accounts.models import User
from shopcare.demo import DEMO_EMAIL, DEMO_PASSWORD, load_demo

# In the middle of the night, when no default shop would send reminders.
NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_the_demo_shop_has_a_past_and_notes_that_go_out_now() -> None:
    load_demo(now=NOW)
    sent = set(Message.objects.filter(state="sent").values_list("kind", flat=True))
    mails = len(mail.outbox)

    sweep(NOW)

    shop = Shop.objects.get(slug="demo")
    user = User.of_email(DEMO_EMAIL)
    queued = set(Message.objects.filter(state="queued").values_list("kind", flat=True))
    flags = set(Flag.objects.filter(cleared_at=None).values_list("kind", flat=True))
    assert user is not None
    assert user.check_password(DEMO_PASSWORD)
    assert shop.members.get().user == user
    assert set(shop.orders.values_list("status", flat=True)) == set(OrderStatus.values)
    assert shop.orders.count() >= 60
    assert mails == 0
    assert sent >= {"thank_you", "payment_reminder", "relist", "tracking_notice", "digest"}
    assert queued >= {
        *("thank_you", "payment_reminder", "relist", "tracking_notice", "arrival_check")
    }
    assert flags >= {"relist", "late_to_ship", "stalled", "exception", "returned", "unanswered"}
    assert shop.messages.filter(state="to_copy").exists()  # type: ignore[attr-defined]
