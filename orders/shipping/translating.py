"""EasyPost's answers in our own values.

Everything here takes JSON as it came in and is pure. What may be missing may be missing, null or
of another type; what we cannot do without raises `Unexpected`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from orders.facts import Address
from orders.shipping.values import ClaimNews, Form, Purchase, Rate, Verification

Json = Mapping[str, Any]


class Unexpected(ValueError):
    """The answer lacks what it has to have, or is something else altogether."""


class NotChecked(Exception):
    """EasyPost took the address and did not verify it."""


# Codes of `verifications` that say nothing about the address itself.
NOT_CHECKED = frozenset({"E.COUNTRY.UNSUPPORTED"})


def purchase(body: Json) -> Purchase:
    """A shipment, priced or bought. Letter post may be bought without a tracking code."""
    label = mapping(body.get("postage_label"))
    chosen = _rate(mapping(body.get("selected_rate")))
    bought = chosen or _rate_from_fees(body) if label else None
    return Purchase(
        id=needed(body, "id"),
        reference=text(body.get("reference")),
        rates=_rates(body.get("rates")),
        notes=tuple(note for one in listing(body.get("messages")) if (note := _note(one))),
        bought=bought,
        tracking_code=text(body.get("tracking_code")),
        files=_files(label),
        insured=money(body.get("insurance")) or Decimal(0),
        insurance_cost=_fees(body, "InsuranceFee"),
        refund=text(body.get("refund_status")),
        tracker_id=text(mapping(body.get("tracker")).get("id")),
    )


def verification(body: Json) -> Verification:
    """A verified address: `verify=true` was asked for, and `verifications` answers.

    Raises NotChecked when there is no answer, as for a country that EasyPost cannot check.
    """
    needed(body, "id")
    outcomes = mapping(body.get("verifications"))
    # `delivery` is the question of interest; `zip4` only completes American postcodes.
    outcome = mapping(outcomes.get("delivery") or outcomes.get("zip4"))
    errors = listing(outcome.get("errors"))
    if not outcome or {text(mapping(one).get("code")) for one in errors} & NOT_CHECKED:
        raise NotChecked
    return Verification(
        is_deliverable=outcome.get("success") is True,
        address=_address(body),
        findings=tuple(finding for one in errors if (finding := _finding(one))),
    )


def form(body: Json) -> Form:
    """A scan form."""
    return Form(
        id=needed(body, "id"),
        status=text(body.get("status")),
        url=link(body.get("form_url")),
        message=text(body.get("message")),
    )


def claim(body: Json) -> ClaimNews:
    """An insurance claim, its history oldest first."""
    history = [
        (at, text(step.get("status")), text(step.get("status_detail")))
        for step in map(mapping, listing(body.get("history")))
        if (at := moment(step.get("timestamp")))
    ]
    return ClaimNews(
        id=needed(body, "id"),
        status=needed(body, "status"),
        detail=text(body.get("status_detail")),
        approved=money(body.get("approved_amount")),
        history=tuple(sorted(history, key=lambda step: step[0])),
    )


# --- parts of an answer ----------------------------------------------------------------------


def _rates(found: object) -> tuple[Rate, ...]:
    """Cheapest first; a line that names no price or no service is none."""
    rates = (_rate(mapping(one)) for one in listing(found))
    return tuple(sorted((rate for rate in rates if rate), key=lambda rate: rate.price))


def _rate(body: Json) -> Rate | None:
    price = money(body.get("rate"))
    name = text(body.get("id"))
    if price is None or not name:
        return None
    days = body.get("delivery_days")
    if not isinstance(days, int):
        days = body.get("est_delivery_days")
    return Rate(
        id=name,
        carrier=text(body.get("carrier")),
        service=text(body.get("service")),
        price=price,
        currency=text(body.get("currency")) or "USD",
        days=days if isinstance(days, int) else None,
    )


def _rate_from_fees(body: Json) -> Rate:
    """A label without its rate was bought all the same: what it cost stands among the fees."""
    carrier = text(mapping(body.get("tracker")).get("carrier"))
    return Rate("", carrier, "", _fees(body, "PostageFee"), "USD")


def _fees(body: Json, kind: str) -> Decimal:
    fees = (mapping(one) for one in listing(body.get("fees")))
    amounts = (money(fee.get("amount")) for fee in fees if fee.get("type") == kind)
    return sum((amount for amount in amounts if amount), Decimal(0))


# How EasyPost names the kinds of files, and our names of the formats.
FILE_TYPES = {"application/pdf": "PDF", "image/png": "PNG", "application/zpl": "ZPL"}


def _files(label: Json) -> dict[str, str]:
    """Where the label can be fetched, by format: as it was bought, and as it was converted."""
    bought_as = FILE_TYPES.get(text(label.get("label_file_type")), "PNG")
    addresses = [
        (bought_as, label.get("label_url")),
        ("PDF", label.get("label_pdf_url")),
        ("ZPL", label.get("label_zpl_url")),
    ]
    return {name: url for name, value in addresses if (url := link(value))}


def _note(said: object) -> str:
    """A carrier's word in place of a price: `USPS: …`; its text may be nested."""
    if not isinstance(said, Mapping):
        return ", ".join(leaves(said))
    words = ", ".join(leaves(said.get("message")))
    carrier = text(said.get("carrier"))
    return f"{carrier}: {words}" if carrier and words else words


def _finding(error: object) -> str:
    """What is wrong with an address, and what EasyPost would suggest."""
    if not isinstance(error, Mapping):
        return ", ".join(leaves(error))
    words = ", ".join(leaves(error.get("message")))
    suggestion = ", ".join(leaves(error.get("suggestion")))
    return f"{words} ({suggestion})" if words and suggestion else words


def _address(body: Json) -> Address:
    return Address(
        name=text(body.get("name")) or text(body.get("company")),
        street1=text(body.get("street1")),
        street2=text(body.get("street2")),
        city=text(body.get("city")),
        region=text(body.get("state")),
        postcode=text(body.get("zip")),
        country=text(body.get("country")).upper()[:2],
    )


# --- values of JSON --------------------------------------------------------------------------


def mapping(value: object) -> Json:
    """The object, or an empty one when it is null or something else."""
    return value if isinstance(value, Mapping) else {}


def listing(value: object) -> list[Any]:
    """The list, or an empty one when it is null or something else."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """The text without spaces around it; empty for null and for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return ""
    # PostgreSQL stores no NUL.
    return str(value).replace("\x00", "").strip()


def needed(body: Json, name: str) -> str:
    """A text that must be there. Raises Unexpected."""
    if found := text(body.get(name)):
        return found
    raise Unexpected(name)


def link(value: object) -> str:
    """A web address, or nothing: what is put into a page must not be a script."""
    found = text(value)
    return found if found.startswith(("https://", "http://")) and len(found) <= 1000 else ""


def money(value: object) -> Decimal | None:
    """An amount, as text or number; None for what is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def moment(value: object) -> datetime | None:
    """A time in UTC; None for what is none.

    EasyPost writes `2014-08-21T14:24:00Z`. Some carriers' times come without a zone: EasyPost
    says that it falls back to UTC where it does not know the place, so they are read as UTC.
    Source: https://docs.easypost.com/docs/trackers
    """
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def leaves(value: object) -> Iterable[str]:
    """Every text in nested lists and objects; EasyPost nests its messages now and then."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [found] if (found := text(value)) else []
