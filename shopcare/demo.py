"""The demo shop: sixty orders in every state, with the three weeks behind them played through.

What fell due in the last hours is left unsent, so that a new user sees notes go out at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from notifications.digest import write_digests
from notifications.in_doubt import InDoubt
from notifications.models import Message
from notifications.outbox import work_off
from notifications.sweep import sweep
from notifications.words import MessageState
from orders.facts import Fact
from orders.lifecycle import record
from orders.models import Policy, Shop
from orders.shops import create_shop
from shopcare.accounts.models import User
from shopcare.demo_orders import demo_facts

DEMO_EMAIL = "demo@example.com"
DEMO_PASSWORD = "lucky-bead"
DEMO_SHOP = "demo"

HISTORY = timedelta(days=24)
# The shop was looked after until so long ago; what is newer waits for the first sweep.
UNTIL = timedelta(hours=3)
STEP = timedelta(hours=6)
# The seller copies notes into the marketplaces' conversations twice a day.
COPIED_AFTER = timedelta(hours=12)


@transaction.atomic
def load_demo(*, now: datetime) -> None:
    """Make the demo shop and its owner as of `now` (UTC). Sends no mail; all or nothing."""
    shop = _open_shop()
    facts = sorted(demo_facts(now), key=lambda fact: (fact.at, fact.rank))
    with _mail_to_nobody():
        _play(shop, facts, now)


def _open_shop() -> Shop:
    owner = User.of_email(DEMO_EMAIL) or User.objects.create_user(
        DEMO_EMAIL, DEMO_PASSWORD, name="Demo", is_staff=True
    )
    shop = create_shop(
        DEMO_SHOP,
        name="Lucky Bead",
        timezone="Europe/Berlin",
        country="DE",
        sender_email="hello@luckybead.example",
        owner=owner,
    )
    shop.signature = "Mara\nLucky Bead, made by hand in Leipzig"
    shop.how_to_pay = (
        "Please transfer the amount to Lucky Bead, IBAN DE02 1203 0000 0000 2020 51, with the "
        "order number, or use the link in your order confirmation."
    )
    shop.url = "https://luckybead.example/"
    shop.save(update_fields=["signature", "how_to_pay", "url"])
    # Whoever tries shopcare at night wants to see letters go out, too.
    Policy.objects.filter(shop=shop).update(window_opens=time(0), window_closes=time(0))
    return shop


def _play(shop: Shop, facts: Sequence[Fact], now: datetime) -> None:
    """Let the weeks go by.

    1. Step by step, record what happened since the last step.
    2. Sweep, write the digest and send, as of the step's time; the seller copies what waits.
    3. After the last step only record.
    """
    told = 0
    moment = now - HISTORY
    while moment < now:
        moment = moment + STEP if moment + STEP <= now - UNTIL else now
        until = bisect_right(facts, moment, key=lambda fact: fact.at)
        if until > told:
            record(shop, facts[told:until], now=moment, source="demo")
            told = until
        if moment < now:
            write_digests(moment)
            sweep(moment)
            _send(moment)
            _copy(shop, moment)


def _copy(shop: Shop, moment: datetime) -> None:
    """The seller copies what waits, within half a day."""
    Message.objects.filter(
        shop=shop, state=MessageState.TO_COPY, due_at__lt=moment - COPIED_AFTER
    ).update(state=MessageState.COPIED, sent_at=moment, settled_at=moment)


def _send(moment: datetime) -> None:
    in_doubt = InDoubt()
    while work_off(lambda: moment, in_doubt):
        pass


@contextmanager
def _mail_to_nobody() -> Iterator[None]:
    """History's letters have arrived long ago."""
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = backend
