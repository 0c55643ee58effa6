"""The dashboard's pages at 1,000,000 orders in one shop and 1,000 shops beside it.

Each page is asked for through Django's own test client, middleware and log-in included, beside
the bare SQL of the rows it shows and a Django view of one query and a plain template.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median, quantiles
from urllib.parse import urlencode

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory

from bench import stock
from bench.ground import make_database, run_sql
from bench.report import Case, Contender, Role, say, show
from notifications.sweep import sweep
from orders.listing import Wish, page_of
from orders.models import Order, Shop
from shopcare.accounts.models import User

SIZE = 1_000_000
SHOPS_BESIDE = 1_000
ASKED = 60
PLAIN = """<table>{% for order in orders %}<tr><td>{{ order.number }}</td><td>{{ order.placed_at }}
</td><td>{{ order.ship_name }}</td><td>{{ order.status }}</td><td>{{ order.total }}</td></tr>
{% endfor %}</table>"""
# What the list shows of its orders, by their ids.
ROWS = """SELECT o.number, o.placed_at, o.status, o.total, o.currency, b.name, l.title
          FROM orders_order o JOIN orders_buyer b ON b.id = o.buyer_id
          LEFT JOIN orders_orderline l ON l.order_id = o.id AND l.position = 1
          WHERE {where} ORDER BY o.placed_at DESC, o.id DESC LIMIT 50"""
OTHER_SHOPS = """
    INSERT INTO orders_shop (slug, name, sender_name, sender_email, signature, how_to_pay, url,
      timezone, country, region, currency, language)
    SELECT 'beside-' || id, 'Shop ' || id, '', '', '', '', '', 'UTC', 'US', '', 'USD', 'en'
    FROM generate_series(1, {count}) AS id"""


def run(*, quick: bool, rounds: int) -> None:
    """Measure and show; `rounds` 0 takes the usual number."""
    size = SIZE // 10 if quick else SIZE
    say(f"  storing {size:,} orders …")
    make_database(f"pages_{size}")
    shop = stock.fill(size)
    run_sql(OTHER_SHOPS.format(count=SHOPS_BESIDE), "ANALYZE orders_shop")
    sweep(stock.NOW)
    run_sql("VACUUM (ANALYZE)")
    client = _logged_in(shop)
    # As the web server does when it has loaded everything (`shopcare/wsgi.py`).
    gc.collect()
    gc.freeze()
    plain = Contender("a view, one query, a plain template", Role.PEER, _plain_view(shop))
    for name, address, where in _cases(shop, size):
        path = f"/shops/{shop.slug}{address}"
        p95: list[float] = []
        bare = Contender("the SQL of its rows", Role.LIMIT, _sql(shop, where))
        ours = Contender(name, Role.OURS, _page(client, path, p95))
        peer = Contender(plain.name, plain.role, plain.measure)
        case = Case("pages", name, "ms", [bare, peer, ours], lower_is_better=True)
        case.measure(rounds or (1 if quick else 3))
        case.remarks.append(f"95 of 100 within {median(p95):.1f} ms")
        show(case)


def _cases(shop: Shop, size: int) -> list[tuple[str, str, str]]:
    """Each page: its name, its address within the shop, and what its rows are chosen by."""
    # A page deep in the list, as somebody who pages gets there.
    cursor = ""
    for _number in range(99):
        cursor = page_of(shop, Wish(), after=cursor).older
    number = str(size - stock.DUE_EVERY)
    searches = [str(size - 7), f"b{size // 2}@example.com", "ada", "opal bead", "nowhere"]
    filters = [
        {"status": "awaiting_payment"},
        {"status": "cancelled"},
        {"channel": "own"},
        {"channel": "etsy"},
        {"flag": "relist"},
        {"flag": "exception"},
        {"from": "2026-09-01", "to": "2026-09-30"},
        {"to_ship": "1"},
        {"paused": "1"},
    ]
    everything = "o.shop_id = {shop}"
    one = f"o.shop_id = {{shop}} AND o.number = '{number}'"
    return [
        ("Today", "/", f"{everything} AND o.status = 'paid'"),
        ("orders, first page", "/orders/", everything),
        ("orders, page 100", f"/orders/?{urlencode({'after': cursor})}", everything),
        *((f"orders, {urlencode(f)}", f"/orders/?{urlencode(f)}", everything) for f in filters),
        *((f"search “{q}”", f"/orders/?{urlencode({'q': q})}", everything) for q in searches),
        ("an order", f"/orders/{number}/", one),
    ]


def _logged_in(shop: Shop) -> Client:
    user = User.objects.create_user("bench@example.com", "bench")
    shop.members.create(user=user)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _timed(work: Callable[[], object]) -> list[float]:
    """Milliseconds of each of some calls, after a few that do not count."""
    taken = []
    for number in range(ASKED + 5):
        started = time.perf_counter()
        work()
        if number >= 5:
            taken.append((time.perf_counter() - started) * 1000)
    return taken


def _page(client: Client, path: str, p95: list[float]) -> Callable[[], float]:
    def get() -> None:
        status = client.get(path).status_code
        if status != 200:
            raise RuntimeError(f"{path} answered {status}.")

    def measure() -> float:
        taken = _timed(get)
        p95.append(quantiles(taken, n=20)[-1])
        return median(taken)

    return measure


def _sql(shop: Shop, where: str) -> Callable[[], float]:
    query = ROWS.format(where=where.format(shop=shop.pk))

    def select() -> None:
        with connection.cursor() as cursor:
            cursor.execute(query)
            cursor.fetchall()

    return lambda: median(_timed(select))


def _plain_view(shop: Shop) -> Callable[[], float]:
    template = engines["django"].from_string(PLAIN)
    request = RequestFactory().get("/")

    def view(request: HttpRequest) -> HttpResponse:
        newest = Order.objects.filter(shop=shop).order_by("-placed_at", "-id")[:50]
        return HttpResponse(template.render({"orders": newest}, request))

    return lambda: median(_timed(lambda: view(request)))
