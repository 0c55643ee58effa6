"""The orders that a list shows as a CSV file, written out as it is read."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils import timezone

from orders.listing import every_id
from orders.models import Order
from shopcare.dashboard.order_filters import Filters, filters_of
from shopcare.dashboard.shop import ShopRequest, even_when_closed, of_shop, owners_only

COLUMNS = (
    "order channel placed_at status currency total paid refunded buyer email username items"
    " ship_name street1 street2 postcode city region country tracking_codes paid_at shipped_at"
    " delivered_at cancelled_at note"
).split()
# What a spreadsheet takes for the beginning of a formula.
# Source: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """Where the csv module writes to: hands each row back instead of keeping it."""

    def write(self, row: str) -> str:
        return row


@of_shop
@even_when_closed
@owners_only
def export_orders(request: ShopRequest) -> StreamingHttpResponse:
    """All orders that the filters in the address name, newest first; times in the shop's zone."""
    filters = filters_of(request.shop, request.GET.dict())
    answer = StreamingHttpResponse(_lines(filters), content_type="text/csv; charset=utf-8")
    day = timezone.localdate(timezone=request.shop.zone)
    answer["Content-Disposition"] = f'attachment; filename="orders-{day}.csv"'
    return answer


def _lines(filters: Filters) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Without the mark, spreadsheets take accents for something else.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for ids in every_id(filters.shop, filters.wish()):
        found = (
            Order.objects.select_related("buyer", "channel")
            .prefetch_related("lines", "shipments")
            .defer("search")
            .in_bulk(ids)
        )
        for pk in ids:
            if pk in found:
                yield writer.writerow(harmless(_values(found[pk], filters)))


def harmless(values: Sequence[object]) -> list[str]:
    """Cells that no spreadsheet takes for a formula."""
    texts = ["" if value is None else str(value) for value in values]
    return [f"'{text}" if text.startswith(FORMULA) else text for text in texts]


def _values(order: Order, filters: Filters) -> list[object]:
    moments = (order.paid_at, order.shipped_at, order.delivered_at, order.cancelled_at)
    zone = filters.shop.zone
    return [
        order.number,
        order.channel.kind,
        order.placed_at.astimezone(zone).isoformat(timespec="seconds"),
        order.status,
        order.currency,
        order.total,
        order.paid_amount,
        order.refunded_amount,
        order.buyer.name,
        order.buyer.email,
        order.buyer.username,
        "; ".join(str(line) for line in order.lines.all()),
        order.ship_name,
        order.ship_street1,
        order.ship_street2,
        order.ship_postcode,
        order.ship_city,
        order.ship_region,
        order.ship_country,
        " ".join(parcel.tracking_code for parcel in order.shipments.all()),
        *(at.astimezone(zone).isoformat(timespec="seconds") if at else "" for at in moments),
        order.note,
    ]
