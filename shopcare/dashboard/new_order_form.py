"""The form for an order by hand, and the facts it stands for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol
from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import limits
from orders.facts import Address, BuyerDetails, Fact, Line, Payment, Placed
from orders.intake.money import BadValue, read_money
from orders.models import Shop
from orders.showing import locale_of
from orders.words import ChannelKind
from shopcare.countries import countries

MOST_LINES = 50


class Paid(TextChoices):
    NOT_YET = "not_yet", gettext_lazy("not yet")
    CASH = "cash", gettext_lazy("cash")
    CARD = "card", gettext_lazy("card")
    TRANSFER = "transfer", gettext_lazy("bank transfer")


class Handing(TextChoices):
    OVER = "over", gettext_lazy("handed over")
    SHIPS = "ships", gettext_lazy("I ship it")


class AmountField(forms.CharField):
    """An amount as people of the shop's country write it: 4.50 or 4,50."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    decimal_comma = False

    def clean(self, value: Any) -> Decimal | None:
        """The amount, None for an empty field; raises ValidationError."""
        text = super().clean(value)
        try:
            amount = read_money(text, self.decimal_comma)
        except BadValue as fault:
            raise forms.ValidationError(_("Write an amount like 12.50.")) from fault
        if amount is not None and (amount < 0 or amount.as_tuple().exponent < -3):  # type: ignore[operator]
            raise forms.ValidationError(_("Write an amount like 12.50."))
        return amount


class LineForm(forms.Form):
    """One item."""

    title = forms.CharField(label=gettext_lazy("Item"), max_length=300)
    price = AmountField(label=gettext_lazy("Price of one"), max_length=30)
    quantity = forms.IntegerField(
        label=gettext_lazy("How many"), min_value=1, max_value=9_999, initial=1
    )

    def __init__(self, *args: Any, decimal_comma: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].decimal_comma = decimal_comma  # type: ignore[attr-defined]


LineFormSet = forms.formset_factory(
    LineForm, extra=0, min_num=1, validate_min=True, max_num=MOST_LINES, absolute_max=MOST_LINES
)


class OrderForm(forms.Form):
    """Who bought, how it is paid and handed over."""

    buyer_name = forms.CharField(label=gettext_lazy("Buyer's name"), max_length=300)
    buyer_email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=320,
        required=False,
        help_text=gettext_lazy("May stay empty; then notes wait for you to copy them."),
    )
    paid = forms.ChoiceField(
        label=gettext_lazy("Paid?"), choices=Paid, initial=Paid.CASH, widget=forms.RadioSelect
    )
    handing = forms.ChoiceField(
        label=gettext_lazy("How does it get there?"),
        choices=Handing,
        initial=Handing.OVER,
        widget=forms.RadioSelect,
    )
    street1 = forms.CharField(label=gettext_lazy("Street"), max_length=300, required=False)
    street2 = forms.CharField(
        label=gettext_lazy("Second line, if any"), max_length=300, required=False
    )
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=40, required=False)
    city = forms.CharField(label=gettext_lazy("Town"), max_length=200, required=False)
    region = forms.CharField(
        label=gettext_lazy("State or province, if any"), max_length=200, required=False
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    shipping = AmountField(label=gettext_lazy("Shipping"), max_length=30, required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Sold"),
        choices=(
            (ChannelKind.IN_PERSON, gettext_lazy("in person")),
            (ChannelKind.OWN, gettext_lazy("by message or on your own site")),
        ),
        initial=ChannelKind.IN_PERSON,
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=gettext_lazy("Order number"), max_length=64)

    def __init__(self, *args: Any, shop: Shop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries(shop.country)  # type: ignore[attr-defined]
        self.fields["shipping"].decimal_comma = writes_commas(shop)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An order that ships needs a place to go to."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("handing") == Handing.SHIPS:
            for name in ("street1", "city", "country"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Where should it go?"))
        return cleaned


def facts_of(
    form: OrderForm, lines: Any, shop: Shop, now: datetime
) -> tuple[Placed, list[Fact]] | None:
    """The order and its payment, from valid forms; None, with an error, if it cannot be stored."""
    told = form.cleaned_data
    ships = told["handing"] == Handing.SHIPS
    items = tuple(
        Line(
            title=line["title"],
            quantity=line["quantity"],
            unit_price=line["price"] or Decimal(0),
            needs_shipping=ships,
        )
        for line in lines.cleaned_data
        if line
    )
    placed = Placed(
        order=told["number"],
        at=now,
        channel=ChannelKind(told["channel"]),
        currency=shop.currency,
        buyer=BuyerDetails(name=told["buyer_name"], email=told["buyer_email"]),
        address=_address(told) if ships else Address(),
        lines=items,
        shipping=(told["shipping"] or Decimal(0)) if ships else Decimal(0),
    )
    facts: list[Fact] = []
    if told["paid"] != Paid.NOT_YET and placed.grand_total:
        reference = f"hand:{placed.order}"
        facts = [Payment(order=placed.order, at=now, reference=reference, method=told["paid"])]
    if fault := limits.fault(placed):
        form.add_error(None, f"{fault.field}: {fault.problem}")
        return None
    return placed, facts


def writes_commas(shop: Shop) -> bool:
    """Whether amounts are written with a decimal comma in the shop's country."""
    return get_decimal_symbol(locale_of(shop.language, shop.country)) == ","


def _address(told: dict[str, Any]) -> Address:
    return Address(
        name=told["buyer_name"],
        street1=told["street1"],
        street2=told["street2"],
        city=told["city"],
        region=told["region"],
        postcode=told["postcode"],
        country=told["country"],
    )
