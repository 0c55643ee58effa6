"""Carriers' news as EasyPost sends it: taken in by one INSERT, worked off a moment later.

What was taken in is never lost: a report that cannot be understood keeps its row and says why.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction
from django.utils.translation import gettext_noop

from orders import rows
from orders.models import Shop, TrackingReport
from orders.shipping import tracking
from orders.shipping.recognise import tidy
from orders.shipping.tracker_news import news as read_news
from orders.shipping.translating import Unexpected
from orders.shipping.values import TrackerNews

logger = logging.getLogger(__name__)

LONGEST_KEY = 200
BATCH = 200
# A pass takes one batch after another for so long; the next beat goes on.
SECONDS = 4.0
KEPT = timedelta(days=30)
KEPT_WITH_PROBLEM = timedelta(days=180)

NO_JSON = gettext_noop("This is not JSON.")
UNREADABLE = gettext_noop("This is no report that we understand.")
CANNOT_BE_KEPT = gettext_noop("What it says cannot be kept.")

# What becomes of a report: the number that no parcel has, and what is wrong with it.
Outcome = tuple[str, str]
DONE: Outcome = ("", "")


def take_in(shop_id: int, body: bytes, now: datetime) -> bool:
    """Store a report, once by the name that EasyPost gave it; whether it was new. One query."""
    return bool(
        rows.execute(
            """INSERT INTO orders_trackingreport
                 (shop_id, key, body, received_at, problem, tracking_code)
               VALUES (%s, %s, %s, %s, '', '') ON CONFLICT DO NOTHING""",
            [shop_id, _key(body), _text(body), now],
        )
    )


def take_in_signed(shop_key: UUID, stored_secret: str, body: bytes, now: datetime) -> bool:
    """Store a report that is signed with a shop's secret, in the form in which that is stored.

    One query. False when the shop's secret is another (by now): then nothing is stored.
    """
    [(is_current,)] = rows.select(
        """WITH shop AS (
             SELECT p.shop_id FROM orders_shop s
             JOIN orders_shippingprofile p ON p.shop_id = s.id
             WHERE s.key = %s AND p.webhook_secret = %s AND p.webhook_secret <> ''),
           stored AS (
             INSERT INTO orders_trackingreport
               (shop_id, key, body, received_at, problem, tracking_code)
             SELECT shop_id, %s, %s, %s, '', '' FROM shop ON CONFLICT DO NOTHING)
           SELECT EXISTS (SELECT FROM shop)""",
        [shop_key, stored_secret, _key(body), _text(body), now],
    )
    return bool(is_current)


def work_off(now: datetime, *, seconds: float = SECONDS) -> Counter[str]:
    """Record what the waiting reports say, batch by batch; counts of `reports`, `facts` and
    `problems`.

    Each batch is committed by itself. Several processes share the work, and a crash repeats a
    batch, which is harmless.
    """
    started = time.monotonic()
    counts: Counter[str] = Counter()
    while time.monotonic() - started < seconds:
        done = _work_off_batch(now)
        counts += done
        if done["reports"] < BATCH:
            break
    return counts


def clean_up(now: datetime) -> int:
    """Delete old reports: what they said is in the orders' timelines."""
    done = TrackingReport.objects.filter(done_at__isnull=False)
    deleted, _each = done.filter(problem="", received_at__lt=now - KEPT).delete()
    forgotten, _each = done.filter(received_at__lt=now - KEPT_WITH_PROBLEM).delete()
    return deleted + forgotten


@transaction.atomic
def _work_off_batch(now: datetime) -> Counter[str]:
    claimed = rows.select(
        """SELECT id, shop_id, body FROM orders_trackingreport WHERE done_at IS NULL
           ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
        [BATCH],
    )
    counts = Counter(reports=len(claimed))
    by_shop: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, shop_id, body in claimed:
        by_shop[shop_id][pk] = body
    outcomes: dict[int, Outcome] = {}
    # In one order everywhere, so that two of us who hold orders cannot lock each other out.
    for shop in Shop.objects.filter(pk__in=by_shop).order_by("pk"):
        outcomes.update(_work_off_shop(shop, by_shop[shop.pk], now, counts))
    rows.execute_many(
        """UPDATE orders_trackingreport SET done_at = %s, tracking_code = %s, problem = %s
           WHERE id = %s""",
        [[now, code, problem, pk] for pk, (code, problem) in outcomes.items()],
    )
    counts["problems"] = sum(1 for _code, problem in outcomes.values() if problem)
    return counts


def _work_off_shop(
    shop: Shop, bodies: dict[int, str], now: datetime, counts: Counter[str]
) -> dict[int, Outcome]:
    outcomes: dict[int, Outcome] = {}
    news: dict[int, TrackerNews] = {}
    for pk, body in bodies.items():
        understood = _understood(body)
        if understood is None:
            outcomes[pk] = DONE  # a batch, a payment, …: EasyPost reports more than we ask for
        elif isinstance(understood, str):
            outcomes[pk] = ("", understood)
        else:
            news[pk] = understood
    if news and not _heard(shop, news, now, counts, outcomes):
        # Something cannot be kept and spoils all of it: each by itself, then.
        for pk, one in news.items():
            if not _heard(shop, {pk: one}, now, counts, outcomes):
                outcomes[pk] = ("", CANNOT_BE_KEPT)
    return outcomes


def _heard(
    shop: Shop,
    news: dict[int, TrackerNews],
    now: datetime,
    counts: Counter[str],
    outcomes: dict[int, Outcome],
) -> bool:
    """Record the news; whether all of it could be kept, else nothing of it is."""
    try:
        results = tracking.hear(shop, list(news.values()), now)
    except OperationalError:
        # Not the news' fault: the database is away, or two of us met. All is tried again.
        raise
    except (DatabaseError, ValueError) as error:
        # Its text may hold a buyer's address.
        kind = type(error).__name__
        logger.warning("Reports refused", extra={"action": "reports_refused", "error": kind})
        return False
    for (pk, one), heard in zip(news.items(), results, strict=True):
        has_no_parcel = heard.problem == tracking.NO_PARCEL
        outcomes[pk] = (tidy(one.tracking_code)[:100] if has_no_parcel else "", heard.problem)
        counts["facts"] += heard.new
    return True


def _understood(body: str) -> TrackerNews | str | None:
    """The news of a report; None when it is about something else; or what is wrong with it."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return NO_JSON
    try:
        return read_news(event)
    except (Unexpected, ArithmeticError, ValueError, TypeError, RecursionError):
        return UNREADABLE


def _text(body: bytes) -> str:
    """The body as PostgreSQL can hold it; of EasyPost's own, nothing is changed."""
    return body.decode("utf-8", "backslashreplace").replace("\x00", "\\x00")


def _key(body: bytes) -> str:
    """EasyPost's name of the event; without one, the body itself names it."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    name = event.get("id") if isinstance(event, dict) else None
    if isinstance(name, str) and 0 < len(name) <= LONGEST_KEY and name.isprintable():
        return name
    return f"sha256:{sha256(body).hexdigest()}"
