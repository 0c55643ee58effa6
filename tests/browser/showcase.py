"""A shop with something on each of its pages, and all their addresses, for axe and screens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from notifications import closing
from notifications.links import token
from notifications.sweep import sweep
from orders.facts import Address, BuyerDetails, Fact, Line, Payment, Placed, Word
from orders.lifecycle import record
from orders.models import (
    AddressCheck,
    Box,
    Claim,
    ClaimKind,
    ItemDetails,
    Label,
    LabelRun,
    Order,
    Shipment,
    ShippingProfile,
    Shop,
)
from orders.shipping import claims
from orders.shipping.secrets import encrypt
from orders.shops import create_shop
from orders.to_ship import to_ship
from shopcare import demo, tasks
from shopcare.accounts.invitations import token_of
from shopcare.accounts.models import Invitation, SetupStep, User
from shopcare.dashboard.urls import urlpatterns
from tests.browser.seeing import BACKEND

EMPTY_SHOP, CLOSED_SHOP = "empty", "closed"
NUMBER, ODD_NUMBER = "1005", "2001"
ENDLESS = "Maximiliane Wilhelmine zu Hohenlohe-Waldenburg-Schillingsfürst " + "x" * 200
NAMES = (ENDLESS, "أحمد عبد الرحمن بن محمد", "שירה בן־דוד", "山田 花子", "Ó")
FILE = """order,placed_at,buyer_name,buyer_email,item,quantity,unit_price
S-1,2026-11-02T09:30:00Z,Zoë Ørsted,zoe@example.com,Lucky bead,2,4.50
S-2,2026-11-02T10:30:00Z,Ada,ada@example.com,Lucky bead,2,cheap
S-3,2026-11-03T10:30:00Z,أحمد عبد الرحمن,ahmad@example.com,Felt slippers,1,38.00
"""


def make_showcase() -> Client:
    """The demo shop with odd names on top, an import, and an empty shop; somebody logged in."""
    now = timezone.now()
    demo.load_demo(now=now)
    shop = Shop.objects.get(slug=demo.DEMO_SHOP)
    record(shop, list(_odd_facts(now)), now=now, source="demo")
    sweep(now)
    owner = User.of_email(demo.DEMO_EMAIL)
    assert owner is not None
    create_shop(EMPTY_SHOP, name="Felt & Co", owner=owner, sender_email="felt@example.com")
    closed = create_shop(CLOSED_SHOP, name="Beads of yore", owner=owner)
    record(closed, [Placed(order="1", at=now, currency="EUR")], now=now)
    closing.close(closed, now=now)
    Invitation.objects.create(shop=shop, email="anna@example.com", sent_at=now)
    client = Client()
    client.force_login(owner, backend=BACKEND)
    upload = SimpleUploadedFile("stall.csv", FILE.encode())
    answer = client.post(
        reverse("imports", args=[demo.DEMO_SHOP]), {"upload": upload, "channel": "generic"}
    )
    assert answer.status_code == 302
    tasks.imports()
    _furnish_post(shop)
    _make_claim(shop)
    _check_address(shop)
    return client


def _furnish_post(shop: Shop) -> None:
    """Where parcels come from, a box, a weight, and labels in their states."""
    ShippingProfile.objects.create(shop=shop, name="Lucky Bead", easypost_key=encrypt("EZTK-none"))
    Box.objects.create(shop=shop, name="Small", length_mm=150, width_mm=100, height_mm=50)
    ItemDetails.objects.create(shop=shop, item="LB-1", weight_g=12, hs_code="701810", origin="DE")
    run = LabelRun.objects.create(shop=shop)
    states = ("bought", "failed", "buying")
    for state, order in zip(states, to_ship(shop).order_by("pk"), strict=False):
        is_bought = state == "bought"
        Label.objects.create(
            shop=shop,
            order=order,
            run=run,
            parcel="1",
            state=state,
            weight_g=120,
            carrier="USPS",
            service="Priority",
            currency="USD",
            cost=Decimal("7.42") if is_bought else None,
            bought_at=timezone.now() if is_bought else None,
            tracking_code="9400100208303109500008" if is_bought else "",
            problem="" if is_bought else "EasyPost is busy.",
        )


def _make_claim(shop: Shop) -> None:
    """One parcel is claimed as lost."""
    parcel = Shipment.objects.filter(order__shop=shop).order_by("shipped_at")[0]
    claims.prepare(
        parcel.order,
        parcel.parcel,
        ClaimKind.LOSS,
        timezone.now(),
        description="It was never seen again.",
    )


def _check_address(shop: Shop) -> None:
    """One address that the carrier would write otherwise."""
    order = shop.orders.get(number=ODD_NUMBER)
    AddressCheck.objects.create(
        order=order,
        address=asdict(order.address),
        verdict="corrected",
        suggestion=asdict(replace(order.address, street1="NYGADE 7, 2. TV", postcode="8001")),
        by_carrier=True,
        checked_at=timezone.now(),
    )


def _odd_facts(now: datetime) -> Iterator[Fact]:
    for serial, name in enumerate(NAMES):
        number, at = str(int(ODD_NUMBER) + serial), now - timedelta(days=2, hours=serial)
        yield Placed(
            order=number,
            at=at,
            channel="own" if serial % 2 == 0 else "etsy",
            currency="EUR",
            buyer=BuyerDetails(name=name, email=f"odd{serial}@example.com"),
            address=Address(name=name, street1="Nygade 7", city="Aarhus", postcode="8000")
            if serial == 3
            else Address(name, "Nygade 7", "", "Aarhus", "", "8000", "DK"),
            lines=(Line("Very long bead " * 12, sku="LB-1", unit_price=Decimal("1234.50")),),
            note="هل يمكن تغليفها كهدية؟" if serial == 1 else "",
        )
        yield Payment(order=number, at=at + timedelta(hours=1))
        if serial < 2:
            text = "x" * 300 if serial == 0 else "متى تصل الطلبية؟"
            yield Word(order=number, at=at + timedelta(hours=3), text=text)


def pages(client: Client) -> dict[str, str]:
    """Every page of the dashboard that GET shows whole: its name, and its address here.

    Found in the URLconf, so that a new page is among them by itself; parts, files and addresses
    that only take POST are not.
    """
    found = {}
    for pattern in urlpatterns:
        address = _address(pattern)
        answer = client.get(address)
        if answer.status_code == 200 and b"<html" in answer.getvalue()[:2_000]:
            found[str(pattern.name)] = address
    found["order_odd"] = reverse("order", args=[demo.DEMO_SHOP, ODD_NUMBER])
    order = Order.objects.get(shop__slug=demo.DEMO_SHOP, number=ODD_NUMBER)
    found["order_address"] = reverse("order_address", args=[demo.DEMO_SHOP, ODD_NUMBER])
    found["buyer"] = reverse("buyer_order", args=[token(order)])
    found["buyer_saved"] = reverse("buyer_saved", args=[token(order)])
    found["buyer_gone"] = reverse("buyer_order", args=["1.gone"])
    claim = Claim.objects.get()
    found["claim"] = reverse("claim", args=[demo.DEMO_SHOP, claim.order.number, claim.parcel])
    found["orders_empty"] = reverse("orders", args=[EMPTY_SHOP])
    found["today_empty"] = reverse("shop", args=[EMPTY_SHOP])
    return found


def rare_pages() -> dict[str, str]:
    """Pages that are seen seldom, or only on the way to another."""
    order = Order.objects.get(shop__slug=demo.DEMO_SHOP, number=ODD_NUMBER)
    found = {}
    for action in ("pay", "pause"):
        found[f"bulk_{action}"] = reverse("bulk", args=[demo.DEMO_SHOP, action])
        found[f"bulk_{action}"] += f"?order={order.pk}"
    for step in SetupStep:
        found[f"setup_{step}"] = reverse("setup_step", args=[demo.DEMO_SHOP, step])
    closed = Order.objects.get(shop__slug=CLOSED_SHOP)
    found["closed"] = reverse("shop", args=[CLOSED_SHOP])
    found["buyer_closed"] = reverse("buyer_order", args=[token(closed)])
    found["invitation"] = reverse("invitation", args=[token_of(Invitation.objects.get())])
    found["invitation_gone"] = reverse("invitation", args=["gone"])
    return found


def _address(pattern: URLPattern) -> str:
    shop = Shop.objects.get(slug=demo.DEMO_SHOP)
    known: dict[str, object] = {
        "slug": shop.slug,
        "number": NUMBER,
        "run": shop.import_runs.latest("pk").pk,
        "kind": "payment_reminder" if "orders/" in str(pattern.pattern) else "thank_you",
        "language": "en",
        "step": "shop",
        "action": "word",
        "decision": "skip",
        "report": "payment",
        "message": 1,
        "member": shop.members.get().pk,
        "invitation": 1,
        "preview": 1,
        "box": shop.boxes.get().pk,
        "item": shop.item_details.get().pk,
        "label": shop.labels.latest("id").pk,
        "label_run": shop.label_runs.get().pk,
        "file_format": "PDF",
        "parcel": "1",
        "sort": "invoice",
        "at": 0,
    }
    names = pattern.pattern.converters
    return reverse(str(pattern.name), kwargs={name: known[name] for name in names})
