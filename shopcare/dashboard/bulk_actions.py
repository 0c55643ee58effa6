"""What can be done to several orders at once: who can have it, and the facts it records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.loading import load
from notifications.rules.relist import payment_deadline
from orders.facts import Extend, Fact, Pause, Payment, Relisted, Resume, Shipment
from orders.models import Order, Shop
from orders.tracking_list import MOST_LINES, read_lines
from shopcare.dashboard.action_forms import (
    MoreTime,
    Pay,
    Relist,
    Ship,
    carrier_and_code,
    end_of,
    next_parcel,
)

LARGEST_FILE = 200_000


@dataclass(slots=True)
class Chosen:
    """The facts to record; what is left out and why; what each order needs to be taken back."""

    facts: list[Fact] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


class BulkAction(forms.Form):
    """One action on many orders. `asks_first`: it cannot be foreseen before it has its answers."""

    slug: ClassVar[str]
    title: ClassVar[Any]
    asks_first: ClassVar[bool] = False

    def __init__(self, *args: Any, orders: Sequence[Order], shop: Shop, **kwargs: Any) -> None:
        self.orders, self.shop = orders, shop
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the orders."""

    def why_not(self, order: Order) -> str:
        """Why the order cannot have it; empty when it can."""
        raise NotImplementedError

    def fact(self, order: Order, now: datetime) -> Fact:
        raise NotImplementedError

    def chosen(self, now: datetime) -> Chosen:
        """What would be recorded at `now` (UTC); the form is valid."""
        found = Chosen()
        for order in self.orders:
            reason = self.why_not(order)
            if reason:
                found.left_out.append((order.number, reason))
            else:
                found.facts.append(self.fact(order, now))
                found.kept[order.number] = ""
        return found


class PayAll(BulkAction):
    slug, title = "pay", gettext_lazy("Mark paid")
    method = forms.CharField(
        label=gettext_lazy("How they paid (may stay empty)"), required=False, max_length=100
    )

    def why_not(self, order: Order) -> str:
        return "" if Pay.is_possible(order) else _("It is paid already.")

    def fact(self, order: Order, now: datetime) -> Fact:
        return Payment(order=order.number, at=now, method=self.cleaned_data["method"])

    def chosen(self, now: datetime) -> Chosen:
        found = super().chosen(now)
        found.kept = {fact.order: fact.key for fact in found.facts}
        return found


class PauseAll(BulkAction):
    slug, title = "pause", gettext_lazy("Pause")

    def why_not(self, order: Order) -> str:
        return _("It is paused already.") if order.paused_at else ""

    def fact(self, order: Order, now: datetime) -> Fact:
        return Pause(order=order.number, at=now)


class ResumeAll(BulkAction):
    slug, title = "resume", gettext_lazy("End the pause")

    def why_not(self, order: Order) -> str:
        return "" if order.paused_at else _("It is not paused.")

    def fact(self, order: Order, now: datetime) -> Fact:
        return Resume(order=order.number, at=now)


class RelistAll(BulkAction):
    slug, title = "relisted", gettext_lazy("Relisted")

    def why_not(self, order: Order) -> str:
        return "" if Relist.is_possible(order) else _("It does not wait for a payment.")

    def fact(self, order: Order, now: datetime) -> Fact:
        return Relisted(order=order.number, at=now)


class MoreTimeForAll(BulkAction):
    slug, title = "more_time", gettext_lazy("More time to pay")
    asks_first = True
    until = forms.DateField(
        label=gettext_lazy("Until the end of"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not timezone.localdate() <= until < date(2200, 1, 1):
            raise forms.ValidationError(_("Choose a day to come."))
        return until

    def why_not(self, order: Order) -> str:
        return "" if MoreTime.is_possible(order) else _("It does not wait for a payment.")

    def fact(self, order: Order, now: datetime) -> Fact:
        return Extend(order=order.number, at=now, until=end_of(self.cleaned_data["until"]))

    def chosen(self, now: datetime) -> Chosen:
        """Keeps each order's present deadline."""
        found = super().chosen(now)
        for subject in load([order.pk for order in self.orders]):
            if subject.facts.number in found.kept:
                deadline = payment_deadline(subject.facts, subject.policy)
                found.kept[subject.facts.number] = deadline.isoformat()
        return found


class ShipAll(BulkAction):
    slug, title = "ship", gettext_lazy("Ship with tracking numbers")
    asks_first = True
    numbers = forms.CharField(
        label=gettext_lazy("One order a line: its number, and the tracking number"),
        help_text=gettext_lazy("Like “1001 00340434161094042557”; a carrier may follow, as CSV."),
        required=False,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(label=gettext_lazy("or a CSV file"), required=False)

    def prepare(self) -> None:
        ready = [order.number for order in self.orders if Ship.is_possible(order)]
        self.fields["numbers"].initial = "".join(f"{number} \n" for number in ready)

    def clean(self) -> dict[str, Any]:
        """One text of both; raises ValidationError when there is too much, or nothing."""
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        text = cleaned.get("numbers", "")
        if file is not None:
            if file.size > LARGEST_FILE:
                raise forms.ValidationError(_("This file is too large for a list of numbers."))
            text += "\n" + file.read().decode("utf-8", "replace")
        self.lines = read_lines(text.replace("\0", ""))
        if not self.lines:
            raise forms.ValidationError(_("Paste at least one line."))
        if len(self.lines) > MOST_LINES:
            raise forms.ValidationError(
                _("No more than %(most)d lines at once, please.") % {"most": MOST_LINES}
            )
        # The page shows all the lines again, those of the file too.
        self.data = {**self.data.dict(), "numbers": text.strip()}  # type: ignore[attr-defined]
        return cleaned

    def chosen(self, now: datetime) -> Chosen:
        """A parcel for each line that names an order to be shipped."""
        named = {r.number[:100] for line in self.lines for r in line.readings}
        found = Order.objects.filter(shop=self.shop, number__in=named).select_related("shop")
        orders = {order.number: order for order in found.prefetch_related("shipments")}
        chosen = Chosen()
        for line in self.lines:
            reading = line.reading(orders)
            where = _("line %(row)d") % {"row": line.row}
            if reading is None:
                chosen.left_out.append((where, _("There is no such order: %s") % line.text[:80]))
            elif reading.number in chosen.kept:
                chosen.left_out.append((where, _("The order is in the list twice.")))
            elif not Ship.is_possible(orders[reading.number]):
                chosen.left_out.append((reading.number, _("There is nothing left to ship.")))
            elif not reading.tracking_code:
                chosen.left_out.append((reading.number, _("The tracking number is missing.")))
            else:
                order = orders[reading.number]
                carrier, code = carrier_and_code(order, reading.carrier, reading.tracking_code)
                parcel = next_parcel(order)
                chosen.kept[order.number] = parcel
                chosen.facts.append(
                    Shipment(
                        order=order.number,
                        at=now,
                        parcel=parcel,
                        carrier=carrier[:100],
                        tracking_code=code[:100],
                    )
                )
        return chosen


BULK: dict[str, type[BulkAction]] = {
    action.slug: action
    for action in (PayAll, ShipAll, MoreTimeForAll, PauseAll, ResumeAll, RelistAll)
}
