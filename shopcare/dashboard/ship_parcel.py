"""The form of a parcel: which carrier a number belongs to, and what ought to be asked once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Label, LabelState, Order, Shipment, Shop
from orders.pack_check import pack_check
from orders.packing import parcel_lines
from orders.shipping.journeys import same_carrier
from orders.shipping.recognise import Carrier, candidates, mistyped, tidy
from shopcare.dashboard.label_form import chosen_quantities
from shopcare.dashboard.label_panel import USABLE
from shopcare.dashboard.ship_board import Current

# Stands for "no number" where a number is confirmed.
NO_NUMBER = "-"


class ParcelForm(forms.Form):
    """A parcel about to be sent."""

    number = forms.CharField(max_length=100)
    parcel = forms.CharField(max_length=100)
    code = forms.CharField(max_length=100, required=False, label=gettext_lazy("Tracking number"))
    # Chosen among the candidates for the number `carrier_for`; another number asks anew.
    carrier = forms.CharField(max_length=100, required=False)
    carrier_for = forms.CharField(max_length=100, required=False)
    other_carrier = forms.CharField(
        max_length=100, required=False, label=gettext_lazy("Another carrier")
    )
    service = forms.CharField(max_length=100, required=False, label=gettext_lazy("Service"))
    without = forms.CharField(required=False)
    # The number that the seller has confirmed in spite of doubts.
    sure = forms.CharField(max_length=100, required=False)

    def value(self, name: str) -> str:
        """What was sent for a field; empty when there is nothing valid."""
        return str(self.cleaned_data.get(name) or "")


@dataclass(slots=True)
class Verdict:
    """What to make of a number: the carrier if that is clear, choices if not, and doubts."""

    code: str
    carrier: str = ""
    choices: list[Carrier] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    # The number is that of the label which was bought for the parcel.
    is_of_label: bool = False
    service: str = ""

    @property
    def confirms(self) -> str:
        """What the form sends back to say: yes, really."""
        return self.code or NO_NUMBER


def judge(
    form: ParcelForm,
    current: Current,
    shop: Shop,
    usual: Sequence[str],
    label: Label | None = None,
) -> Verdict:
    """Which parcel the form means. The doubts are those that the seller has not waved away yet.

    `label` is the one that stands for the parcel, if any.
    """
    typed = "" if form.value("without") else form.value("code")
    if label is not None and label.state in USABLE:
        verdict = Verdict(tidy(typed), is_of_label=tidy(typed) == tidy(label.tracking_code))
        if verdict.is_of_label:
            verdict.carrier = form.value("other_carrier") or carrier_of(label, shop)
            verdict.service = label.service
            if form.value("sure") != verdict.confirms:
                verdict.doubts += _doubts(verdict, current, shop)
            return verdict
    found = candidates(typed, home=shop.country, usual=usual)
    verdict = Verdict(tidy(typed), choices=found)
    if not typed and not form.value("without"):
        verdict.doubts = [_("Scan or type the number, or choose “Without a number”.")]
        return verdict
    chosen = form.value("carrier") if form.value("carrier_for") == verdict.code else ""
    verdict.carrier = form.value("other_carrier") or chosen or _clear(found, usual)
    verdict.code = next((c.code for c in found if c.name == verdict.carrier), verdict.code)
    if found and not verdict.carrier:
        verdict.doubts.append(_("Which carrier has it? Several use such numbers."))
    if form.value("sure") not in (verdict.confirms, tidy(typed) or NO_NUMBER):
        verdict.doubts += _doubts_about_label(label) + _doubts(verdict, current, shop)
    return verdict


def carrier_of(label: Label, shop: Shop) -> str:
    """The carrier of a bought label as buyers know it; as EasyPost names it if we know no other."""
    for found in candidates(label.tracking_code, home=shop.country):
        if same_carrier(found.name, label.carrier):
            return found.name
    return label.carrier


def _clear(found: Sequence[Carrier], usual: Sequence[str]) -> str:
    """The carrier, when there is no real choice."""
    if not found:
        return ""
    first, *others = found
    if first.name in usual or not any(c.is_certain == first.is_certain for c in others):
        return first.name
    return ""


def _doubts_about_label(label: Label | None) -> list[str]:
    """A label that stands for the parcel is not the one it goes with."""
    if label is None:
        return []
    if label.state in USABLE:
        number = label.tracking_code or _("one without a number")
        return [_("For this parcel another label was bought: %(number)s.") % {"number": number}]
    if label.state in (LabelState.QUEUED, LabelState.BUYING):
        return [_("A label for this parcel is just being bought.")]
    return []


def _doubts(verdict: Verdict, current: Current, shop: Shop) -> list[str]:
    doubts = [point.evidence for point in current.row.trouble]
    if verdict.code and not verdict.choices and not verdict.is_of_label:
        alike = mistyped(verdict.code)
        if alike:
            doubts.append(
                _("The check digit does not fit a number of %(carriers)s. Is it typed right?")
                % {"carriers": ", ".join(alike)}
            )
        elif not verdict.carrier:
            doubts.append(_("No carrier is known by this number; the notice will have no link."))
    if verdict.code:
        elsewhere = _elsewhere(verdict.code, current.order, shop)
        if elsewhere:
            doubts.append(_("Order %(number)s has this number already.") % {"number": elsewhere})
    missing = [item.name for item in current.items if item.left and not item.is_packed]
    if current.progress.ticked and missing:
        doubts.append(_("Not ticked yet: %(things)s.") % {"things": ", ".join(missing)[:300]})
    check = pack_check(current.order, current.parcel)
    doubts += [_("“%(code)s” does not belong in it.") % {"code": each.code} for each in check.wrong]
    return doubts


def _elsewhere(code: str, order: Order, shop: Shop) -> str:
    """Another order of the shop that has a parcel with this number; empty for none."""
    other = Shipment.objects.filter(tracking_code=code, order__shop=shop).exclude(order=order)
    return other.values_list("order__number", flat=True).first() or ""


def quantities(form: ParcelForm, current: Current) -> dict[int, int]:
    """How many of each line go in this parcel, by its position; only what the form names."""
    return chosen_quantities(form.data, current.left)


def is_empty(form: ParcelForm, current: Current) -> bool:
    """Whether the parcel would hold nothing at all."""
    inside = parcel_lines(current.left, quantities(form, current))
    return inside is not None and not inside
