"""What a seller can do to an order from its page: one form for each action.

A form says when it is possible, asks for what it needs, and makes facts of the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from django import forms
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orders import lifecycle
from orders.facts import (
    Extend,
    Fact,
    Payment,
    Relisted,
    Scan,
    Shipment,
    TrackingCode,
)
from orders.limits import fault
from orders.models import Order
from orders.shipping.recognise import candidates
from orders.words import PaymentTerms, ScanStatus

FIELDS = "dashboard/_act_fields.html"


class MoneyField(forms.DecimalField):
    """An amount above zero; a comma may stand for the point. Empty: all of it."""

    def __init__(self, **kwargs: Any) -> None:
        least = Decimal("0.001")
        super().__init__(max_digits=14, decimal_places=3, min_value=least, required=False, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        return super().to_python(text.replace(",", ".") if text.count(",") == 1 else text)


class MomentField(forms.DateTimeField):
    """When it happened, in the shop's time; empty: now. Nothing happens in the future."""

    def __init__(self) -> None:
        super().__init__(required=False, label=gettext_lazy("When (empty: now)"))
        self.widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is not None and moment > timezone.now():
            raise forms.ValidationError(_("This lies in the future."))
        return moment


class OrderAction(forms.Form):
    """An action on one order. `is_grave`: it asks once more before it is done.

    Times are read in Django's current time zone, which the view sets to the shop's.
    """

    slug: ClassVar[str]
    title: ClassVar[Any]
    button: ClassVar[Any] = ""
    hint: ClassVar[Any] = ""
    is_grave: ClassVar[bool] = False
    # Refuses to act on an order that has changed since the page was shown.
    minds_changes: ClassVar[bool] = True

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        self.order = order
        super().__init__(*args, **{"auto_id": f"{self.slug}-%s", **kwargs})
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the order."""

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return True

    def fields_html(self) -> SafeString:
        """The fields as the page shows them."""
        # Empty fields that are not fitted to the order are the same for all: rendered once.
        if self.is_bound or type(self).prepare is not OrderAction.prepare:
            return render_to_string(FIELDS, {"form": self})
        return _empty_fields(type(self), get_language() or "en")

    def facts(self, now: datetime) -> Sequence[Fact]:
        """The facts that the answers tell; the form is valid."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for fact in self.facts(timezone.now()):
                found = fault(fact)
                if found is not None:
                    raise forms.ValidationError(found.problem)
        return cleaned

    def act(self, now: datetime, author: str) -> bool:
        """Do it; whether anything changed."""
        results = lifecycle.record(self.order.shop, self.facts(now), now=now, source="dashboard")
        return any(result.outcome == lifecycle.Outcome.RECORDED for result in results)

    def at(self, now: datetime) -> datetime:
        moment: datetime | None = self.cleaned_data.get("when")
        return (moment or now).astimezone(UTC)


@lru_cache(maxsize=256)
def _empty_fields(form: type[OrderAction], language: str) -> SafeString:
    # `language` is the one at work: it is here to be told apart by.
    return render_to_string(FIELDS, {"form": form(order=Order())})


def _is_unpaid(order: Order) -> bool:
    return (
        order.paid_at is None and order.cancelled_at is None and order.terms == PaymentTerms.PREPAID
    )


class Pay(OrderAction):
    slug, title, button = "pay", gettext_lazy("Mark paid"), gettext_lazy("Mark paid")
    amount = MoneyField(label=gettext_lazy("Amount (empty: all that is open)"))
    method = forms.CharField(
        label=gettext_lazy("How it was paid"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "payment-methods"}),
    )
    when = MomentField()

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.open_amount > 0

    def facts(self, now: datetime) -> Sequence[Fact]:
        data = self.cleaned_data
        return [
            Payment(
                order=self.order.number,
                at=self.at(now),
                amount=data["amount"],
                method=data["method"],
            )
        ]


class MoreTime(OrderAction):
    slug, title, button = "more_time", gettext_lazy("More time to pay"), gettext_lazy("Give time")
    until = forms.DateField(
        label=gettext_lazy("Until the end of"), widget=forms.DateInput(attrs={"type": "date"})
    )

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return _is_unpaid(order)

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not timezone.localdate() <= until < date(2200, 1, 1):
            raise forms.ValidationError(_("Choose a day to come."))
        return until

    def facts(self, now: datetime) -> Sequence[Fact]:
        until = end_of(self.cleaned_data["until"])
        return [Extend(order=self.order.number, at=now, until=until)]


class Relist(OrderAction):
    slug, title, button = "relisted", gettext_lazy("Relisted"), gettext_lazy("Yes, it is relisted")
    hint = gettext_lazy("You offer the item again; the order counts as cancelled, unpaid.")
    is_grave = True

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return _is_unpaid(order)

    def facts(self, now: datetime) -> Sequence[Fact]:
        return [Relisted(order=self.order.number, at=now)]


class Ship(OrderAction):
    slug, title, button = "ship", gettext_lazy("Ship"), gettext_lazy("Record the parcel")
    hint = gettext_lazy("Everything that is left goes into this parcel.")
    tracking_code = forms.CharField(
        label=gettext_lazy("Tracking number (empty: without)"), required=False, max_length=100
    )
    carrier = forms.CharField(
        label=gettext_lazy("Carrier (empty: by the number)"), required=False, max_length=100
    )
    service = forms.CharField(label=gettext_lazy("Service"), required=False, max_length=100)
    when = MomentField()

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return bool(order.needs_shipping and not order.shipped_at and not order.cancelled_at)

    def facts(self, now: datetime) -> Sequence[Fact]:
        data = self.cleaned_data
        carrier, code = carrier_and_code(self.order, data["carrier"], data["tracking_code"])
        return [
            Shipment(
                order=self.order.number,
                at=self.at(now),
                parcel=next_parcel(self.order),
                carrier=carrier,
                service=data["service"],
                tracking_code=code,
            )
        ]


class _AboutParcel(OrderAction):
    """About one of the order's parcels."""

    parcel = forms.ChoiceField(label=gettext_lazy("Parcel"))

    def prepare(self) -> None:
        choices = [
            (p.parcel, " ".join(filter(None, (p.parcel, p.carrier, p.tracking_code))))
            for p in self.order.shipments.all()
        ]
        self.fields["parcel"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["parcel"].widget = forms.HiddenInput()
            self.fields["parcel"].initial = choices[0][0]


class CorrectNumber(_AboutParcel):
    slug, title = "number", gettext_lazy("Correct the tracking number")
    button = gettext_lazy("Correct")
    tracking_code = forms.CharField(label=gettext_lazy("Tracking number"), max_length=100)
    carrier = forms.CharField(
        label=gettext_lazy("Carrier (empty: by the number)"), required=False, max_length=100
    )

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.cancelled_at is None and any(
            parcel.delivered_at is None for parcel in order.shipments.all()
        )

    def facts(self, now: datetime) -> Sequence[Fact]:
        data = self.cleaned_data
        carrier, code = carrier_and_code(self.order, data["carrier"], data["tracking_code"])
        number, parcel = self.order.number, data["parcel"]
        return [
            TrackingCode(order=number, at=now, parcel=parcel, carrier=carrier, tracking_code=code)
        ]


class Delivered(_AboutParcel):
    slug, title = "delivered", gettext_lazy("It arrived")
    button = gettext_lazy("It arrived")
    when = MomentField()

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return any(parcel.delivered_at is None for parcel in order.shipments.all())

    def facts(self, now: datetime) -> Sequence[Fact]:
        return [
            Scan(
                order=self.order.number,
                at=self.at(now),
                parcel=self.cleaned_data["parcel"],
                status=ScanStatus.DELIVERED,
            )
        ]


def next_parcel(order: Order) -> str:
    """The first number that none of the order's parcels has."""
    taken = {parcel.parcel for parcel in order.shipments.all()}
    return next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)


def carrier_and_code(order: Order, carrier: str, code: str) -> tuple[str, str]:
    """The carrier as given, else the one the number belongs to if there is no doubt."""
    found = candidates(code, home=order.shop.country) if code and not carrier else []
    if found and (len(found) == 1 or (found[0].is_certain and not found[1].is_certain)):
        return found[0].name, found[0].code
    return carrier, code


def end_of(day: date) -> datetime:
    """The last minute of `day` in the current time zone, in UTC."""
    local = datetime.combine(day, time(23, 59), timezone.get_current_timezone())
    return local.astimezone(UTC)
