"""Until when, from when and where claims are filed; and the documents that prove them."""

from datetime import date, timedelta
from typing import Any

import pytest

from orders.models import ClaimKind, Insurer
from orders.shipping import paper
from orders.shipping.carriers import TRACKING_PAGES
from orders.shipping.claim_rules import ABROAD, CARRIERS, PAGES, window

SHIPPED = date(2026, 11, 3)
CAME = date(2026, 11, 10)


def after(start: date, days: int) -> date:
    return start + timedelta(days=days)


@pytest.mark.parametrize(
    ("insurer", "carrier", "kind", "abroad", "opens_on", "deadline_on"),
    [
        ("easypost", "USPS", "loss", False, after(SHIPPED, 30), after(SHIPPED, 60)),
        ("easypost", "DHL", "damage", True, None, after(SHIPPED, 30)),
        ("easypost", "", "theft", False, None, after(SHIPPED, 30)),
        ("carrier", "USPS", "loss", False, after(SHIPPED, 15), after(SHIPPED, 60)),
        ("carrier", "usps", "loss", True, after(SHIPPED, 7), after(SHIPPED, 180)),
        ("carrier", "USPS", "damage", False, None, after(SHIPPED, 60)),
        ("carrier", "UPSDAP", "loss", False, None, after(SHIPPED, 60)),
        ("carrier", "UPS", "theft", True, None, after(SHIPPED, 60)),
        ("carrier", "FedEx", "loss", False, None, after(SHIPPED, 270)),
        ("carrier", "FedExDefault", "damage", False, None, after(CAME, 60)),
        ("carrier", "FedEx", "damage", True, None, after(CAME, 21)),
        ("carrier", "DHL Express", "loss", True, None, after(SHIPPED, 30)),
        ("carrier", "DHL Paket", "loss", False, after(SHIPPED, 20), after(SHIPPED, 365)),
        ("carrier", "DHL Paket", "loss", True, after(SHIPPED, 30), after(SHIPPED, 365)),
        ("carrier", "DHL Paket", "damage", False, None, after(CAME, 7)),
        ("carrier", "Pigeon Post", "loss", False, None, None),
    ],
)
def test_each_insurer_has_its_days(
    insurer: Any, carrier: str, kind: Any, abroad: bool, opens_on: Any, deadline_on: Any
) -> None:
    found = window(
        Insurer(insurer),
        carrier,
        ClaimKind(kind),
        shipped_on=SHIPPED,
        delivered_on=CAME,
        abroad=abroad,
    )

    assert (found.opens_on, found.deadline_on) == (opens_on, deadline_on)


def test_days_that_count_from_delivery_wait_for_it() -> None:
    found = window(
        Insurer.CARRIER,
        "FedEx",
        ClaimKind.DAMAGE,
        shipped_on=SHIPPED,
        delivered_on=None,
        abroad=False,
    )

    assert found.deadline_on is None
    assert found.url == PAGES["fedex"]


def test_the_tables_speak_of_carriers_that_we_know_and_of_every_kind() -> None:
    assert set(CARRIERS) == set(PAGES) >= set(ABROAD)
    assert set(CARRIERS) <= set(TRACKING_PAGES)
    assert all(set(rules) == set(ClaimKind) for rules in [*CARRIERS.values(), *ABROAD.values()])
    assert all(url.startswith("https://") for url in PAGES.values())


def test_a_document_is_a_pdf_with_every_line() -> None:
    raw = paper.pdf("Zoë (Ørsted) \\ paid €12\n" + "x" * 200 + "\n" + "line\n" * 130)

    assert raw.startswith(b"%PDF-1.4")
    assert raw.rstrip().endswith(b"%%EOF")
    assert raw.count(b"/Type /Page ") == 3
    start = int(raw.rsplit(b"startxref\n", 1)[1].split()[0])
    assert raw[start:].startswith(b"xref")


def test_an_empty_document_has_one_page() -> None:
    assert paper.pdf("").count(b"/Type /Page ") == 1


@pytest.mark.parametrize("url", ["", "data:", "http://x", "data:image/png;base64,?", "data:a,b"])
def test_what_is_no_data_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        paper.opened(url)
