"""What postage cost: labels and their insurance, less what was refunded; never mixed currencies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from orders.models import Label, LabelState, Order
from orders.reports import Span

# These were paid for; the last one came back.
PAID_FOR = (
    LabelState.BOUGHT,
    LabelState.REFUNDING,
    LabelState.REFUND_REFUSED,
    LabelState.REFUNDED,
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Money spent in one currency. `refunded` is what came back, insurance included."""

    currency: str
    postage: Decimal
    insurance: Decimal
    refunded: Decimal

    @property
    def total(self) -> Decimal:
        """What it cost in the end."""
        return self.postage + self.insurance - self.refunded


def spent_on(order: Order) -> list[Spent]:
    """What the order's labels cost, one for each currency; empty when none was bought."""
    return _sums(Label.objects.filter(order=order))


def spent_in(span: Span) -> list[Spent]:
    """What the labels of the orders placed in `span` cost, one for each currency."""
    params = span.params
    labels = Label.objects.filter(
        shop_id=span.shop_id,
        order__placed_at__gte=params["since"],
        order__placed_at__lt=params["until"],
    )
    if span.channel:
        labels = labels.filter(order__channel__kind=span.channel)
    return _sums(labels)


def spent_on_labels(labels: Iterable[Label]) -> list[Spent]:
    """The same for labels that are at hand."""
    found: dict[str, Spent] = {}
    for label in labels:
        if label.state not in PAID_FOR:
            continue
        before = found.get(label.currency) or Spent(
            label.currency, Decimal(0), Decimal(0), Decimal(0)
        )
        cost, insurance = label.cost or Decimal(0), label.insurance_cost or Decimal(0)
        back = cost + insurance if label.state == LabelState.REFUNDED else Decimal(0)
        found[label.currency] = Spent(
            label.currency,
            before.postage + cost,
            before.insurance + insurance,
            before.refunded + back,
        )
    return [found[currency] for currency in sorted(found)]


def _sums(labels: QuerySet[Label]) -> list[Spent]:
    paid = labels.filter(state__in=PAID_FOR).order_by()
    sums = paid.values("currency", "state").annotate(
        postage=Sum("cost", default=Decimal(0)),
        insurance=Sum("insurance_cost", default=Decimal(0)),
    )
    found: dict[str, list[Decimal]] = {}
    for row in sums:
        of_currency = found.setdefault(row["currency"], [Decimal(0)] * 3)
        of_currency[0] += row["postage"]
        of_currency[1] += row["insurance"]
        if row["state"] == LabelState.REFUNDED:
            of_currency[2] += row["postage"] + row["insurance"]
    return [Spent(currency, *found[currency]) for currency in sorted(found)]
