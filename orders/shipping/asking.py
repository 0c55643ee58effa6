"""Our values in the words of EasyPost's requests: ounces, inches, its names of the fields."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

from orders.facts import Address
from orders.shipping.values import ClaimRequest, Contact, Customs, ParcelSize, ShipmentRequest

GRAMS_PER_OUNCE = Decimal("28.349523125")
MM_PER_INCH = Decimal("25.4")
TENTH = Decimal("0.1")
CENT = Decimal("0.01")


def shipment(request: ShipmentRequest) -> dict[str, Any]:
    """A shipment to be priced.

    For a return the addresses stay as they were on the way out: EasyPost itself exchanges them.
    Source: https://docs.easypost.com/docs/shipments/returns
    """
    asked: dict[str, Any] = {
        "reference": request.reference,
        "from_address": contact(request.sender),
        "to_address": contact(request.recipient),
        "parcel": parcel(request.size),
        "options": {"label_format": request.label_format},
    }
    if request.is_return:
        asked["is_return"] = True
    if request.customs:
        asked["customs_info"] = customs(request.customs)
    return asked


def contact(person: Contact) -> dict[str, str]:
    """An address with telephone, e-mail and company; what is empty is left out."""
    extra = {"phone": person.phone, "email": person.email, "company": person.company}
    return address(person.address) | {name: value for name, value in extra.items() if value}


def address(place: Address) -> dict[str, str]:
    """An address; what is empty is left out."""
    names = ("name", "street1", "street2", "city", "state", "zip", "country")
    return {name: value for name, value in zip(names, place.values(), strict=True) if value.strip()}


def parcel(size: ParcelSize) -> dict[str, float]:
    """A parcel's weight in ounces and its measures in inches, when all three are known."""
    asked = {"weight": ounces(size.weight_g)}
    if size.length_mm and size.width_mm and size.height_mm:
        asked["length"] = inches(size.length_mm)
        asked["width"] = inches(size.width_mm)
        asked["height"] = inches(size.height_mm)
    return asked


def customs(declared: Customs) -> dict[str, Any]:
    """The customs form; value and weight are of all items of a line together.

    Source: https://docs.easypost.com/docs/customs-guide
    """
    return {
        "customs_certify": True,
        "customs_signer": declared.signer,
        "contents_type": declared.contents,
        "contents_explanation": "",
        "restriction_type": "none",
        "non_delivery_option": "return",
        "eel_pfc": declared.eel_pfc,
        "customs_items": [
            {
                "description": item.description,
                "quantity": item.quantity,
                "value": float(item.value.quantize(CENT, ROUND_HALF_UP)),
                "currency": item.currency,
                "weight": ounces(item.weight_g),
                "hs_tariff_number": item.hs_code,
                "origin_country": item.origin,
            }
            for item in declared.items
        ],
    }


def claim(request: ClaimRequest) -> dict[str, Any]:
    """A claim. Source: https://docs.easypost.com/docs/insurance/claims"""
    asked: dict[str, Any] = {
        "tracking_code": request.tracking_code,
        "type": request.kind,
        "amount": amount(request.amount),
        "description": request.description,
        "contact_email": request.contact_email,
        "email_evidence_attachments": list(request.email_evidence),
        "invoice_attachments": list(request.invoices),
        "supporting_documentation_attachments": list(request.documents),
    }
    if request.recipient_name:
        asked["recipient_name"] = request.recipient_name
    return asked


def amount(money: Decimal) -> str:
    """Money as EasyPost wants it: `100.00`."""
    return f"{money.quantize(CENT, ROUND_HALF_UP):f}"


def ounces(grams: int) -> float:
    """Grams in ounces with one decimal, never less than they weigh and never 0.

    Rounded up: a carrier that weighs more than was paid for bills the difference.
    """
    return float(max((Decimal(grams) / GRAMS_PER_OUNCE).quantize(TENTH, ROUND_UP), TENTH))


def inches(millimetres: int) -> float:
    """Millimetres in inches with one decimal, never 0."""
    return float(max((Decimal(millimetres) / MM_PER_INCH).quantize(TENTH, ROUND_HALF_UP), TENTH))
