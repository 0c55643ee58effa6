"""The preview of a policy: lifelike orders played through by two policies each."""

from __future__ import annotations

from collections.abc import Callable

from bench.ground import make_database, race
from bench.report import Case, Contender, Role, say, show
from bench.stock import NOW
from notifications import preview_runs
from notifications.models import PolicyPreview
from orders.models import Policy, Shop
from orders.shops import create_shop
from shopcare.make_orders import make_orders

ORDERS = 10_000
# So far back they lie.
YEAR = 366


def run(*, quick: bool, rounds: int) -> None:
    """Measure and show; `rounds` 0 takes the usual number."""
    count = ORDERS // 10 if quick else ORDERS
    say(f"  recording {count:,} orders and all that happened to them …")
    make_database("preview")
    shop = create_shop("preview", timezone="Europe/Berlin", country="DE")
    make_orders(shop, count, now=NOW)
    name = f"another reminder, tried on {count:,} orders"
    ours = [
        Contender(f"{workers} worker{'s' * (workers > 1)}", Role.OURS, _played(shop, workers))
        for workers in (1, 2)
    ]
    show(Case("preview", name, "s", ours, lower_is_better=True).measure(rounds or 3))


def _played(shop: Shop, workers: int) -> Callable[[], float]:
    def measure() -> float:
        policy = Policy.objects.get(shop=shop)
        policy.reminder_after += 2
        row = preview_runs.start(shop, policy, list(shop.channels.all()), now=NOW, days=YEAR)
        seconds = race([("preview", "play", row.pk)] * workers).seconds
        row.refresh_from_db()
        if not row.done == len(row.order_ids) > 0:
            raise RuntimeError(f"{row.done} of {len(row.order_ids)} orders were played.")
        return seconds

    return measure


def play(preview: str) -> int:
    """What one worker does."""
    return preview_runs.work(PolicyPreview.objects.get(pk=int(preview)))
