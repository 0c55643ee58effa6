"""A shop's stored orders, made in the database itself: most finished long ago, some due.

The newest 50,000 orders are still open, and every fifth of them is due: as in real life what
needs something lies among the latest. Older orders are delivered and done.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction

from bench.ground import run_sql
from orders.models import Shop
from orders.shops import create_shop

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
OPEN = 50_000
DUE_EVERY = 5
DUE = OPEN // DUE_EVERY

# `age` counts from the newest order. Of the due ones each fifth is: new; silent for three days;
# shipped an hour ago; delivered yesterday; unpaid for a week.
ORDERS = """
    CREATE TABLE bench_order AS
    SELECT id, %(count)s - id AS age, kind,
      CASE kind
        WHEN 0 THEN %(now)s - interval '1 hour'
        WHEN 1 THEN %(now)s - interval '3 days 1 hour'
        WHEN 2 THEN %(now)s - interval '4 days'
        WHEN 3 THEN %(now)s - interval '5 days'
        WHEN 4 THEN %(now)s - interval '7 days 1 hour'
        WHEN 5 THEN %(now)s - interval '1 day'
        ELSE %(now)s - interval '40 days' - (%(count)s - id) * interval '1 minute'
      END AS placed_at
    FROM (SELECT id, CASE
            WHEN %(count)s - id >= %(open)s THEN 6
            WHEN (%(count)s - id) %% %(every)s <> 0 THEN 5
            ELSE (%(count)s - id) / %(every)s %% 5 END AS kind
          FROM generate_series(1, %(count)s) AS id) numbered"""
FILL = (
    """INSERT INTO orders_buyer (id, shop_id, key, email, username, name, language)
       SELECT id, {shop}, 'b' || id || '@example.com', 'b' || id || '@example.com', '',
         'Ada Buyer ' || id, 'en' FROM generate_series(1, {count} / 2 + 1) AS id""",
    """INSERT INTO orders_order (id, shop_id, channel_id, buyer_id, number, placed_at, recorded_at,
         currency, terms, language, subtotal, shipping, tax, discount, total, note, ship_name,
         ship_street1, ship_street2, ship_city, ship_region, ship_postcode, ship_country, status,
         needs_shipping, paid_amount, refunded_amount, paid_at, last_payment_at, shipped_at,
         delivered_at, cancel_reason, version, search)
       SELECT id, {shop}, {channel}, id / 2 + 1, '' || id, placed_at, placed_at, 'EUR', 'prepaid',
         'en', 9, 3, 0, 0, 12, '', 'Ada Buyer', 'Bead Lane ' || id, '', 'Berlin', '', '10115', 'DE',
         CASE WHEN kind IN (0, 1, 4) THEN 'awaiting_payment' WHEN kind = 2 THEN 'shipped'
           WHEN kind = 5 THEN 'paid' ELSE 'delivered' END, true,
         CASE WHEN kind IN (0, 1, 4) THEN 0 ELSE 12 END, 0,
         CASE WHEN kind NOT IN (0, 1, 4) THEN placed_at + interval '1 hour' END,
         CASE WHEN kind NOT IN (0, 1, 4) THEN placed_at + interval '1 hour' END,
         CASE WHEN kind = 2 THEN {now} - interval '1 hour'
           WHEN kind IN (3, 6) THEN placed_at + interval '1 day' END,
         CASE WHEN kind IN (3, 6) THEN placed_at + interval '3 days 23 hours' END, '', 1,
         array_to_tsvector(ARRAY['ada', 'buyer', 'b' || (id / 2 + 1), 'example', 'com', '' || id,
           'b' || (id / 2 + 1) || '@example.com', 'berlin', '10115', 'lucky', 'bead', 'lb-1',
           'lb1', 'lb', '1', CASE WHEN id % 1000 = 0 THEN 'opal' ELSE 'glass' END])
       FROM bench_order""",
    """INSERT INTO orders_orderline (order_id, position, title, variation, sku, quantity,
         unit_price, needs_shipping)
       SELECT id, 1, 'Lucky bead', 'blue', 'LB-1', 2, 4.50, true FROM bench_order""",
    """INSERT INTO orders_orderevent (order_id, kind, key, at, recorded_at, source, data)
       SELECT id, 'placed', 'placed', placed_at, placed_at, 'bench', '{{}}' FROM bench_order""",
    """INSERT INTO orders_shipment (order_id, parcel, carrier, service, tracking_code, code_at,
         code_repeat, shipped_at, recorded_at, status, delivered_at, returned)
       SELECT id, '1', 'DHL', '', '0034' || id, shipped_at, 0, shipped_at, shipped_at,
         CASE WHEN delivered_at IS NULL THEN '' ELSE 'delivered' END, delivered_at, false
       FROM orders_order WHERE shipped_at IS NOT NULL""",
    """INSERT INTO notifications_message (shop_id, order_id, kind, subject, state, due_at,
         expires_at, token, next_attempt_at, attempts, detail, recipient, subject_line, text,
         sent_at, settled_at)
       SELECT {shop}, id, 'thank_you', '', 'sent', placed_at, placed_at + interval '2 days',
         gen_random_uuid(), placed_at, 1, '', 'ada@example.com', 'Thank you for your order',
         repeat('Thank you for your order. ', 20), placed_at, placed_at
       FROM bench_order WHERE kind <> 0""",
    """CREATE TABLE bench_watch AS
       SELECT id AS order_id, CASE WHEN kind < 5 THEN {now} - interval '1 minute'
         ELSE {now} + age * interval '1 second' + interval '1 hour' END AS look_at
       FROM bench_order WHERE kind < 6""",
    "CREATE TABLE bench_schedule (order_id bigint PRIMARY KEY, look_at timestamptz)",
    "CREATE INDEX ON bench_schedule (look_at)",
    "DROP TABLE bench_order",
)
# What rounds write comes after these rows.
MARK = """CREATE TABLE bench_mark AS
          SELECT (SELECT max(id) FROM notifications_message) AS message,
                 (SELECT max(id) FROM orders_orderevent) AS event"""
BACK_TO_START = (
    "DELETE FROM notifications_message WHERE id > (SELECT message FROM bench_mark)",
    "DELETE FROM orders_orderevent WHERE id > (SELECT event FROM bench_mark)",
    "TRUNCATE orders_flag, orders_watch, bench_schedule",
    "INSERT INTO orders_watch (order_id, look_at) SELECT order_id, look_at FROM bench_watch",
    "INSERT INTO bench_schedule SELECT order_id, look_at FROM bench_watch",
    "VACUUM (ANALYZE) notifications_message, orders_orderevent, orders_flag, orders_watch, "
    "bench_schedule",
    "CHECKPOINT",
)


def fill(count: int) -> Shop:
    """Store `count` orders of one shop in the present, empty database."""
    shop = create_shop(
        "bench", timezone="Europe/Berlin", country="DE", sender_email="maker@example.com"
    )
    names = {
        "shop": shop.pk,
        "channel": shop.channels.get(kind="own").pk,
        "count": count,
        "now": f"timestamptz '{NOW.isoformat()}'",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # The rows fit each other; checking every reference would take minutes.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(ORDERS, {"count": count, "now": NOW, "open": OPEN, "every": DUE_EVERY})
        for statement in FILL:
            cursor.execute(statement.format(**names))
        cursor.execute(MARK)
    run_sql("VACUUM (ANALYZE)")
    return shop


def back_to_start() -> None:
    """Undo what a round has written, and leave the tables as if nothing had been."""
    run_sql(*BACK_TO_START)
