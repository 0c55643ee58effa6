"""The forms of the postage settings; weights and measures in the shop's own units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from orders.models import Box, ItemDetails, Policy, ShippingProfile, Shop
from orders.shipping.units import (
    from_grams,
    from_mm,
    length_unit,
    to_grams,
    to_mm,
    weight_unit,
)
from shopcare.dashboard.setup_forms import country_names

if TYPE_CHECKING:
    FormOfProfile = forms.ModelForm[ShippingProfile]
    FormOfPolicy = forms.ModelForm[Policy]
    FormOfBox = forms.ModelForm[Box]
    FormOfItem = forms.ModelForm[ItemDetails]
else:  # Django's own are not generic
    FormOfProfile = FormOfPolicy = FormOfBox = FormOfItem = forms.ModelForm

MEASURES = ("length", "width", "height")
HEAVIEST, LONGEST = Decimal(100_000), Decimal(1_000)
LARGEST_FILE = 2_000_000
# As EasyPost names them. Source: https://docs.easypost.com/docs/shipments/rates
SERVICES = (
    *("USPS Priority", "USPS GroundAdvantage", "USPS Express", "USPS First"),
    *("USPS PriorityMailInternational", "USPS FirstClassPackageInternationalService"),
    *("UPSDAP Ground", "UPSDAP 2ndDayAir", "FedExDefault FEDEX_GROUND"),
    *("DHLExpress ExpressWorldwideNonDoc", "DeutschePost PacketPlus", "DPDUK ParcelHomeDelivery"),
    *("CanadaPost ExpeditedParcel", "AustraliaPost ParcelPost", "RoyalMail Tracked48"),
)


class SenderAddressForm(FormOfProfile):
    """Where parcels come from, how the shop weighs, and what its printer takes."""

    class Meta:
        model = ShippingProfile
        fields = (
            *("name", "street1", "street2", "postcode", "city", "region", "phone"),
            *("units", "label_format"),
        )
        help_texts = {
            "region": _("The state in the United States, Canada and Australia, like CO."),
            "phone": _("Carriers ask for it, above all abroad."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "street1", "street2", "city", "region"):
            self.fields[name].widget.attrs["dir"] = "auto"
        for name, hint in (
            *(("name", "name"), ("street1", "address-line1"), ("street2", "address-line2")),
            *(("postcode", "postal-code"), ("city", "address-level2")),
            *(("region", "address-level1"), ("phone", "tel")),
        ):
            self.fields[name].widget.attrs["autocomplete"] = hint
        for field in self.fields.values():
            field.label = capfirst(str(field.label))


class ServicesForm(FormOfPolicy):
    """The policy's settings about labels."""

    class Meta:
        model = Policy
        fields = ("home_service", "abroad_service", "insure", "insure_up_to", "pack_first")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("home_service", "abroad_service"):
            self.fields[name].widget.attrs |= {"list": "services", "spellcheck": "false"}
        for field in self.fields.values():
            field.label = capfirst(str(field.label))
        if self.instance.insure_up_to is not None:
            self.initial["insure_up_to"] = f"{self.instance.insure_up_to.normalize():f}"


def weight_field(units: str, **more: Any) -> forms.DecimalField:
    """A weight in the shop's units."""
    more.setdefault("label", _("Weight"))
    return forms.DecimalField(
        max_value=HEAVIEST,
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "data-unit": weight_unit(units)}),
        **more,
    )


def length_field(units: str, label: Any, **more: Any) -> forms.DecimalField:
    """A measure in the shop's units."""
    return forms.DecimalField(
        label=label,
        max_value=LONGEST,
        max_digits=7,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "data-unit": length_unit(units)}),
        **more,
    )


class BoxForm(FormOfBox):
    """One kind of box."""

    class Meta:
        model = Box
        fields = ("name",)

    def __init__(self, *args: Any, units: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units, box = units, self.instance
        self.fields["name"].label = _("Name")
        self.fields["name"].widget.attrs["dir"] = "auto"
        for name, label in zip(MEASURES, (_("Length"), _("Width"), _("Height")), strict=True):
            self.fields[name] = length_field(units, label, min_value=Decimal("0.1"))
            if box.pk:
                self.initial[name] = from_mm(getattr(box, f"{name}_mm"), units)
        self.fields["weight"] = weight_field(
            units, label=_("Weight when empty"), min_value=Decimal(0), required=False
        )
        if box.pk and box.weight_g:
            self.initial["weight"] = from_grams(box.weight_g, units)

    def clean_name(self) -> str:
        """Raises ValidationError for a name that another box of the shop has."""
        name = str(self.cleaned_data["name"]).strip()
        others = Box.objects.filter(shop=self.instance.shop, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("There is a box of this name already."))
        return name

    def save(self, commit: bool = True) -> Box:
        """Measures in millimetres, its weight in grams."""
        for name in MEASURES:
            setattr(self.instance, f"{name}_mm", to_mm(self.cleaned_data[name], self.units))
        weight = self.cleaned_data["weight"] or Decimal(0)
        self.instance.weight_g = to_grams(weight, self.units)
        return super().save(commit)


class ItemForm(FormOfItem):
    """What one item weighs and is."""

    class Meta:
        model = ItemDetails
        fields = ("item", "description", "hs_code", "origin", "value")

    def __init__(self, *args: Any, shop: Shop, units: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.shop, self.units = shop, units
        weight = weight_field(units, required=False, min_value=Decimal("0.01"))
        rest = {name: self.fields[name] for name in self.fields if name != "item"}
        self.fields = {"item": self.fields["item"], "weight": weight, **rest}
        countries = [("", "–"), *country_names().items()]
        self.fields["origin"] = forms.ChoiceField(
            label=_("Made in"), choices=countries, required=False
        )
        labels = {
            "item": _("SKU, or title without one"),
            "description": _("For customs: what it is"),
            "hs_code": _("HS code"),
            "value": _("Value for customs, if not its price"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["hs_code"].widget.attrs["inputmode"] = "numeric"
        for name in ("item", "description"):
            self.fields[name].widget.attrs["dir"] = "auto"
        if self.instance.weight_g:
            self.initial["weight"] = from_grams(self.instance.weight_g, units)
        if self.instance.value is not None:
            self.initial["value"] = f"{self.instance.value.normalize():f}"

    def clean_item(self) -> str:
        """Raises ValidationError for an item that is there already."""
        name = str(self.cleaned_data["item"]).strip()
        others = ItemDetails.objects.filter(shop=self.instance.shop, item=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This item is in the list already."))
        return name

    def save(self, commit: bool = True) -> ItemDetails:
        """The weight in grams."""
        weight = self.cleaned_data["weight"]
        self.instance.weight_g = None if weight is None else to_grams(weight, self.units)
        return super().save(commit)


class ItemFileForm(forms.Form):
    """A CSV file of items."""

    file = forms.FileField(
        label=_("CSV file"), validators=[FileExtensionValidator(["csv", "txt", "tsv"])]
    )

    def clean_file(self) -> Any:
        """Raises ValidationError for a file that is far too large for a list."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(_("This file is too large for a list of items."))
        return file
