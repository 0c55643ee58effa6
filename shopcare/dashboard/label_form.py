"""The form of a label: what the parcel is packed in, what it weighs, and what it is insured for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orders.facts import ParcelLine
from orders.models import Box, LabelFormat, Order, OrderLine
from orders.packing import parcel_lines
from orders.shipping.postage import Choice, Postage, Presets
from orders.shipping.units import from_grams, to_grams, to_mm
from shopcare.dashboard.shipping_forms import MEASURES, length_field, weight_field

# Stands for "none of my boxes" in the choice of boxes.
OWN_SIZE = "own"
MOST_INSURED = Decimal(1_000_000)


class LabelForm(forms.Form):
    """What the seller says of one parcel. Weights and measures in the shop's units."""

    parcel = forms.CharField(max_length=100, widget=forms.HiddenInput)
    box = forms.ChoiceField(label=_("Box"), required=False)
    insured = forms.DecimalField(
        label=_("Insured for"),
        min_value=Decimal(0),
        max_value=MOST_INSURED,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    label_format = forms.ChoiceField(
        label=_("Label as"), choices=LabelFormat.choices, required=False
    )
    # Carrier and service as a rate names them; empty for the usual service.
    rate = forms.CharField(max_length=210, required=False)
    override = forms.CharField(
        label=_("Why it goes all the same"), max_length=300, required=False, strip=True
    )

    def __init__(
        self, *args: Any, presets: Presets, left: list[tuple[OrderLine, int]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.presets, self.left, self.units = presets, left, presets.profile.units
        self.fields["weight"] = weight_field(
            self.units,
            label=_("Weight with the box"),
            min_value=Decimal("0.01"),
            required=False,
        )
        boxes = [(str(box.pk), box.name) for box in presets.boxes]
        self.fields["box"].choices = [*boxes, (OWN_SIZE, _("another size"))]  # type: ignore[attr-defined]
        for name, label in zip(MEASURES, (_("Length"), _("Width"), _("Height")), strict=True):
            self.fields[name] = length_field(
                self.units, label, min_value=Decimal("0.1"), required=False
            )

    @classmethod
    def showing(cls, postage: Postage, presets: Presets, left: list[tuple[OrderLine, int]]) -> Any:
        """The form with what is known already."""
        initial = {
            "parcel": postage.parcel,
            "box": str(postage.box.pk) if postage.box and postage.box.pk else OWN_SIZE,
            "insured": f"{postage.insured:.2f}",
            "label_format": postage.label_format,
        }
        form = cls(initial=initial, presets=presets, left=left)
        form.say_weight(postage.weight_g)
        return form

    def say_weight(self, grams: int | None) -> None:
        """Show the known weight behind the empty field: it follows the box that is chosen."""
        if grams:
            known = f"{from_grams(grams, self.units):f}"
            self.fields["weight"].widget.attrs["placeholder"] = known

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError when a size is told by half."""
        cleaned = super().clean() or {}
        told = [cleaned.get(name) for name in MEASURES]
        needed = any(told) or self.presets.boxes
        if cleaned.get("box") == OWN_SIZE and needed and not all(told):
            raise ValidationError(_("Say the length, the width and the height."))
        return cleaned

    def choice(self) -> Choice:
        """What was chosen, for `postage.prepare`; the form is valid."""
        given = self.cleaned_data
        weight = given.get("weight")
        return Choice(
            weight_g=None if weight is None else to_grams(weight, self.units),
            box=self._box(),
            insured=given.get("insured"),
            lines=self.lines(),
            label_format=given.get("label_format") or "",
        )

    def lines(self) -> tuple[ParcelLine, ...] | None:
        """What goes into the parcel; None for all that is left."""
        return parcel_lines(self.left, chosen_quantities(self.data, self.left))

    @property
    def service(self) -> tuple[str, str]:
        """Carrier and service that were chosen; both empty for the usual ones."""
        carrier, _bar, service = str(self.cleaned_data.get("rate") or "").partition("|")
        return carrier, service

    def _box(self) -> Box | None:
        """The box that was chosen; one of its own size, or of none."""
        given, units = self.cleaned_data, self.units
        for box in self.presets.boxes:
            if str(box.pk) == given.get("box"):
                return box
        if given.get("box") != OWN_SIZE or not given.get("length"):
            return None
        sizes = {f"{name}_mm": to_mm(given[name], units) for name in MEASURES}
        return Box(shop=self.presets.shop, **sizes)


def chosen_quantities(data: Any, left: list[tuple[OrderLine, int]]) -> dict[int, int]:
    """How many of each line go in this parcel, by its position; only what the form names."""
    found = {}
    for line, most in left:
        typed = str(data.get(f"quantity-{line.position}", ""))
        if typed.isascii() and typed.isdigit() and len(typed) < 10:
            found[line.position] = min(int(typed), most)
    return found


def all_lines(order: Order) -> list[tuple[OrderLine, int]]:
    """Everything that was sent, for what comes back."""
    return [(line, line.quantity) for line in order.lines.all() if line.needs_shipping]
