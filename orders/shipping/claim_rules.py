"""Until when a claim has to be filed, from when it can be, and where: one table.

Days are counted from the shop's local day of shipping, or of delivery where a carrier counts
from it; a day that is not known yet gives no deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from orders.models import ClaimKind, Insurer
from orders.shipping.carriers import known_as


@dataclass(frozen=True, slots=True)
class Window:
    """When a claim can be filed: from `opens_on` to `deadline_on`, both included, as far as known.

    `url` is the page to file it on; empty where it is filed through EasyPost.
    """

    opens_on: date | None
    deadline_on: date | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """From which day on and until which; counted from shipping, or from delivery."""

    opens: int | None
    closes: int | None
    from_delivery: bool = False


EVERY_KIND = (ClaimKind.LOSS, ClaimKind.DAMAGE, ClaimKind.THEFT)

# Lost: between 30 and 60 days after the ship date. Stolen, damaged: within 30 days of it.
# https://support.easypost.com/hc/en-us/articles/28342512901133-EasyPost-Insurance-Claims
EASYPOST = {
    ClaimKind.LOSS: Days(30, 60),
    ClaimKind.DAMAGE: Days(None, 30),
    ClaimKind.THEFT: Days(None, 30),
}

CARRIERS: dict[str, dict[ClaimKind, Days]] = {
    # Insured mail, Ground Advantage and Priority Mail: 15 to 60 days after mailing when lost
    # (Priority Mail Express from the 7th day); damaged or missing contents: at once, and no
    # later than 60 days. https://www.usps.com/help/claims.htm
    "usps": {
        ClaimKind.LOSS: Days(15, 60),
        ClaimKind.DAMAGE: Days(None, 60),
        ClaimKind.THEFT: Days(None, 60),
    },
    # Within 60 days of the (scheduled) delivery; we count from shipping, to be safe.
    # https://www.ups.com/us/en/support/file-a-claim.page
    "ups": dict.fromkeys(EVERY_KIND, Days(None, 60)),
    # Damaged or missing contents: within 60 days of delivery (abroad 21, see ABROAD). Never
    # delivered: within nine months of handing over. https://www.fedex.com/en-us/service-guide.html
    "fedex": {
        ClaimKind.LOSS: Days(None, 270),
        ClaimKind.DAMAGE: Days(None, 60, from_delivery=True),
        ClaimKind.THEFT: Days(None, 60, from_delivery=True),
    },
    # DHL Express: within 30 days of the day on which it accepted the parcel.
    # https://mydhl.express.dhl/us/en/help-and-support/contact-us/claims/claims-faqs.html
    "dhl": dict.fromkeys(EVERY_KIND, Days(None, 30)),
    # DHL Paket, by German law: damage within 7 days of delivery (HGB § 438); a parcel counts as
    # lost after 20 days (HGB § 424), and claims end after a year (HGB § 439).
    "dhlde": {
        ClaimKind.LOSS: Days(20, 365),
        ClaimKind.DAMAGE: Days(None, 7, from_delivery=True),
        ClaimKind.THEFT: Days(None, 7, from_delivery=True),
    },
}

# Where parcels to another country have rules of their own.
ABROAD: dict[str, dict[ClaimKind, Days]] = {
    # Priority Mail International: a search can be asked for after 7 days, within six months.
    "usps": CARRIERS["usps"] | {ClaimKind.LOSS: Days(7, 180)},
    "fedex": CARRIERS["fedex"]
    | dict.fromkeys((ClaimKind.DAMAGE, ClaimKind.THEFT), Days(None, 21, from_delivery=True)),
    "dhlde": CARRIERS["dhlde"] | {ClaimKind.LOSS: Days(30, 365)},
}

PAGES = {
    "usps": "https://www.usps.com/help/claims.htm",
    "ups": "https://www.ups.com/us/en/support/file-a-claim.page",
    "fedex": "https://www.fedex.com/en-us/customer-support/claims.html",
    "dhl": "https://mydhl.express.dhl/us/en/help-and-support/contact-us/claims/claims-faqs.html",
    "dhlde": "https://www.dhl.de/de/privatkunden/hilfe-kundenservice.html",
}


def window(
    insurer: Insurer,
    carrier: str,
    kind: ClaimKind,
    *,
    shipped_on: date,
    delivered_on: date | None,
    abroad: bool,
) -> Window:
    """When and where a claim of this kind is filed; nothing known for carriers not in the table."""
    if insurer == Insurer.EASYPOST:
        return _window(EASYPOST[kind], shipped_on, delivered_on)
    name = known_as(carrier)
    rules = ABROAD.get(name) if abroad else None
    rules = rules or CARRIERS.get(name)
    if rules is None:
        return Window(None, None)
    return _window(rules[kind], shipped_on, delivered_on, PAGES[name])


def _window(days: Days, shipped_on: date, delivered_on: date | None, url: str = "") -> Window:
    start = delivered_on if days.from_delivery else shipped_on
    return Window(_after(start, days.opens), _after(start, days.closes), url)


def _after(start: date | None, days: int | None) -> date | None:
    return start + timedelta(days=days) if start is not None and days is not None else None
