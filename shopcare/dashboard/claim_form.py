"""The form of a claim: what happened, what the buyer wrote, photographs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Claim, ClaimKind, Shipment
from orders.shipping.claim_evidence import DOCUMENTS
from orders.shipping.paper import data_url
from shopcare.dashboard.action_forms import MoneyField
from shopcare.dashboard.import_forms import FilesField, FilesInput

MOST_FILES = 6
LARGEST_FILE = 4 * 1024 * 1024
# What a file begins with tells its kind; what the browser says is only a guess by its name.
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}


class ClaimForm(forms.Form):
    """What the seller says of the claim, for an order that is known already."""

    kind = forms.ChoiceField(
        label=gettext_lazy("The parcel was"), choices=ClaimKind, widget=forms.RadioSelect
    )
    description = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    said = forms.CharField(
        label=gettext_lazy("What the buyer wrote, if it is not in the timeline"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    amount = MoneyField(label=gettext_lazy("Amount"))
    photos = FilesField(
        label=gettext_lazy("Photographs or PDFs"),
        required=False,
        widget=FilesInput(attrs={"accept": "image/png,image/jpeg,application/pdf"}),
    )

    def __init__(self, *args: Any, shipment: Shipment, claim: Claim | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(shipment, claim))
        super().__init__(*args, **{"auto_id": "claim-%s", **kwargs})
        self._claim = claim
        currency = claim.currency if claim else ""
        if currency:
            self.fields["amount"].label = _("Amount (%(currency)s)") % {"currency": currency}
        else:
            # What it was worth is found out when the claim is made.
            del self.fields["amount"]

    def clean_photos(self) -> list[str]:
        """The files as data URLs; raises ValidationError for other kinds and too much of them."""
        given: list[UploadedFile] = self.cleaned_data["photos"]
        before = len((self._claim.evidence if self._claim else {}).get(DOCUMENTS) or [])
        if max(before - 1, 0) + len(given) > MOST_FILES:
            raise forms.ValidationError(
                _("No more than %(count)d files.") % {"count": MOST_FILES}, code="many"
            )
        return [_as_url(one) for one in given]


def _as_url(given: UploadedFile) -> str:
    name = given.name or ""
    if (given.size or 0) > LARGEST_FILE:
        raise forms.ValidationError(
            _("“%(name)s” is too large: 4 MB at most.") % {"name": name}, code="large"
        )
    raw = given.read()
    for beginning, kind in BEGINNINGS.items():
        if raw.startswith(beginning):
            return data_url(kind, raw)
    raise forms.ValidationError(
        _("“%(name)s” is no PNG, JPEG or PDF.") % {"name": name}, code="kind"
    )


def _initial(shipment: Shipment, claim: Claim | None) -> dict[str, Any]:
    if claim is not None:
        amount = claim.amount.quantize(Decimal("0.01"))
        return {"kind": claim.kind, "description": claim.description, "amount": amount}
    # What arrived may be damaged or stolen; what did not arrive is lost.
    return {"kind": ClaimKind.DAMAGE if shipment.delivered_at else ClaimKind.LOSS}
