"""An address to fill in: the fields of its country, by that country's names, checked by its rules.

Asks no script: another country gives other fields when the form comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.address_rules import look_offline, region_key, rules_of
from orders.facts import AddressGiven
from orders.limits import LONGEST_ADDRESS, fault
from orders.models import Order
from orders.values import Address
from shopcare.countries import countries

PARTS = ("country", "name", "street1", "street2", "postcode", "city", "region")
LONGEST = dict(LONGEST_ADDRESS)
# What the parts are called where it is not town, postcode and region.
POSTCODES = {
    "zip": gettext_lazy("ZIP code"),
    "pin": gettext_lazy("PIN code"),
    "eircode": gettext_lazy("Eircode"),
}
TOWNS = {
    "post_town": gettext_lazy("Post town"),
    "suburb": gettext_lazy("Suburb"),
    "district": gettext_lazy("District"),
}
REGIONS = {
    "area": gettext_lazy("Area"),
    "county": gettext_lazy("County"),
    "department": gettext_lazy("Department"),
    "district": gettext_lazy("District"),
    "do_si": gettext_lazy("Province or city"),
    "emirate": gettext_lazy("Emirate"),
    "island": gettext_lazy("Island"),
    "oblast": gettext_lazy("Oblast"),
    "parish": gettext_lazy("Parish"),
    "prefecture": gettext_lazy("Prefecture"),
    "province": gettext_lazy("Province"),
    "state": gettext_lazy("State"),
}
# Whose regions are chosen from a list: carriers there know them by their short names.
CHOSEN = frozenset({"AU", "CA", "US"})
# For browsers that fill in what they know. https://html.spec.whatwg.org/#autofill
AUTOFILL = {
    "country": "country",
    "name": "name",
    "street1": "address-line1",
    "street2": "address-line2",
    "postcode": "postal-code",
    "city": "address-level2",
    "region": "address-level1",
}


class RegionField(forms.ChoiceField):
    """A state of a country, by its short name; “Oregon” that stood there before is “OR”."""

    def __init__(self, country: str, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        self.country = country
        # Canada's provinces stand there twice, in English first.
        names = dict(reversed(choices))
        offered = [("", "—"), *sorted(names.items(), key=lambda pair: pair[1])]
        super().__init__(choices=offered, required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return region_key(self.country, str(value or ""))

    def prepare_value(self, value: Any) -> str:
        return region_key(self.country, str(value or ""))


class AddressForm(forms.Form):
    """Where an order goes. `address` is what stands there before anybody types.

    `fills_itself`: whoever types it lives there, and the browser may help.
    """

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST["name"])
    street1 = forms.CharField(
        label=gettext_lazy("Street and number"), max_length=LONGEST["street1"], required=False
    )
    street2 = forms.CharField(
        label=gettext_lazy("Second line, if any"), max_length=LONGEST["street2"], required=False
    )
    postcode = forms.CharField(
        label=gettext_lazy("Postcode"), max_length=LONGEST["postcode"], required=False
    )
    city = forms.CharField(label=gettext_lazy("Town"), max_length=LONGEST["city"], required=False)
    region = forms.CharField(
        label=gettext_lazy("Region, if any"), max_length=LONGEST["region"], required=False
    )

    def __init__(self, *args: Any, order: Order, fills_itself: bool = False, **kwargs: Any) -> None:
        self.order = order
        self.was = order.address
        initial = {part: getattr(self.was, part) for part in PARTS}
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **{"auto_id": "address-%s", **kwargs})
        self.use_required_attribute = False
        home = self.was.country or order.shop.country
        country = str(self.data.get("country") or self.initial.get("country") or home)
        self._offer_countries(home, country)
        self._fit_to(country)
        if fills_itself:
            for part, hint in AUTOFILL.items():
                if part in self.fields:
                    self.fields[part].widget.attrs["autocomplete"] = hint

    @classmethod
    def refitted(cls, typed: Mapping[str, str], *, order: Order, **kwargs: Any) -> AddressForm:
        """The form for the country that was chosen, with what was typed; nothing is judged yet.

        Another country has other regions.
        """
        moved = typed.get("country") != order.address.country
        parts = {part: typed.get(part, "") for part in PARTS if not (moved and part == "region")}
        return cls(order=order, initial=parts, **kwargs)

    @property
    def address(self) -> Address:
        """What was typed; the form is valid."""
        return self._typed(self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            typed = self._typed(cleaned)
            # Whether anything can be told of a country is not for whoever fills this in.
            for finding in look_offline(typed, self.order.buyer.username):
                if finding.part in self.fields:
                    self.add_error(finding.part, finding.sentence)
            found = fault(AddressGiven(order="1", at=self.order.placed_at, address=typed))
            if found is not None and not self.errors:
                self.add_error(found.field if found.field in self.fields else None, found.problem)
        return cleaned

    def _typed(self, cleaned: dict[str, Any]) -> Address:
        # A line break or a tab, pasted with the address, has no place in a line of it.
        return Address(**{part: " ".join(str(cleaned.get(part, "")).split()) for part in PARTS})

    def _offer_countries(self, home: str, country: str) -> None:
        choices = countries(home)
        if country not in dict(choices):
            choices.insert(0, ("", _("Choose a country")))
        self.fields["country"].choices = choices  # type: ignore[attr-defined]
        if not self.initial.get("country"):
            self.initial["country"] = country

    def _fit_to(self, country: str) -> None:
        """The parts that addresses of a country have, and what else stands there already."""
        rules = rules_of(country)
        if rules is None:
            return
        fields = self.fields
        fields["postcode"].label = POSTCODES.get(rules.postal_code_type, _("Postcode"))
        fields["city"].label = TOWNS.get(rules.city_type, _("Town"))
        fields["region"].label = REGIONS.get(rules.country_area_type, _("Region"))
        if country in CHOSEN:
            fields["region"] = RegionField(
                country, rules.country_area_choices, label=fields["region"].label
            )
        else:
            fields["region"].label = _("%s, if any") % fields["region"].label
        for part, asked in (
            ("postcode", "postal_code"),
            ("city", "city"),
            ("region", "country_area"),
        ):
            if asked not in rules.allowed_fields and not self._stands_there(part):
                del fields[part]

    def _stands_there(self, part: str) -> bool:
        return bool(self.data.get(part) or self.initial.get(part))
