"""The way to EasyPost: the one module that knows its client.

It asks by the official client, reads the answers as they came in (`translating`,
`tracker_news`), and turns every refusal, silence and nonsense into a ShippingError.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from easypost.easypost_client import EasyPostClient
from easypost.errors.general.easypost_error import EasyPostError
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from orders.facts import Address
from orders.models import ShippingProfile, Shop
from orders.shipping import asking, refusals, translating
from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.secrets import UnreadableSecret, decrypt
from orders.shipping.tracker_news import news, tracker_news
from orders.shipping.translating import Json, listing, mapping
from orders.shipping.values import (
    ClaimNews,
    ClaimRequest,
    Form,
    Purchase,
    ShipmentRequest,
    TrackerNews,
    Verification,
)

__all__ = ["EasyPost", "account", "news"]

# Seconds to connect, and between two bytes of an answer; rating asks every carrier and is slow.
TIMEOUTS = (5, 45)
PAGE = 100

T = TypeVar("T")
# What the client raises: its own errors, and Python's over answers of a shape it does not know.
STUMBLES = (EasyPostError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
# An answer as it came in: status, headers, body.
Heard = tuple[int, Mapping[str, str], str]


def account(shop: Shop) -> EasyPost | None:
    """The shop's EasyPost account; None when it has none.

    Raises ShippingError when the stored key cannot be read any more.
    """
    profile = ShippingProfile.objects.filter(shop=shop).first()
    if profile is None or not profile.has_easypost:
        return None
    try:
        return EasyPost(decrypt(profile.easypost_key))
    except UnreadableSecret:
        raise refusals.lost_key() from None


class EasyPost:
    """One shop's account at EasyPost. Every method may raise ShippingError.

    Not to be shared between threads; keeps its connection open while it lives.
    """

    def __init__(self, key: str) -> None:
        if not key.isascii() or not key.isprintable() or not key.strip() or " " in key.strip():
            raise refusals.unusable_key()
        base = settings.EASYPOST_API_BASE.rstrip("/")
        # The client's own type says int; it hands the value to requests, which takes both.
        self._client = EasyPostClient(key.strip(), api_base=base, timeout=TIMEOUTS)  # type: ignore[arg-type]
        # Only what was certainly not sent is sent again, and nobody sleeps in here: the client's
        # own adapter would wait as long as a Retry-After header says.
        again = Retry(
            total=2, connect=2, read=False, status=0, other=0, respect_retry_after_header=False
        )
        self._client._requests_session.mount(base.split("/v2")[0], HTTPAdapter(max_retries=again))
        self._heard: list[Heard] = []
        self._client.subscribe_to_response_hook(self._hear)  # type: ignore[no-untyped-call]

    # --- addresses and the account ---

    def check_key(self) -> None:
        """Ask for something small, only to see whether the key is good."""
        self._ask(lambda: self._client.webhook.all(page_size=1))

    def verify(self, address: Address) -> Verification:
        """Ask whether the carrier can deliver there, and how it would write the address."""
        asked: dict[str, Any] = asking.address(address)
        try:
            return self._read(
                translating.verification, lambda: self._client.address.create(verify=True, **asked)
            )
        except translating.NotChecked:
            raise refusals.not_checked() from None

    # --- labels ---

    def price(self, request: ShipmentRequest) -> Purchase:
        """Make a shipment, which costs nothing, and hear what each service would cost."""
        asked = asking.shipment(request)
        return self._read(translating.purchase, lambda: self._client.shipment.create(**asked))

    def look(self, shipment_id: str) -> Purchase:
        """The shipment as it is now."""
        return self._read(
            translating.purchase, lambda: self._client.shipment.retrieve(_name(shipment_id))
        )

    def find(self, reference: str) -> Purchase | None:
        """The shipment with our reference; None when there is none.

        References may stand in place of ids in EasyPost's addresses; where they do not, the
        newest shipments are looked through, bought ones first.
        Source: https://www.easypost.com/docs/api
        """
        try:
            found = self.look(reference)
        except ShippingError as error:
            if error.trouble not in (Trouble.MISSING, Trouble.INVALID):
                raise
        else:
            if found.reference == reference:
                return found
        return self._find_in_list(reference, "true") or self._find_in_list(reference, "false")

    def buy(self, shipment_id: str, rate_id: str, insure: Decimal) -> Purchase:
        """Buy the label at this rate, insured for so much in dollars (0: not insured).

        A shipment that is bought already answers as it is. Raises ShippingError; `IN_DOUBT` when
        the answer was lost: then only `look` tells whether it was bought.
        """
        asked: dict[str, Any] = {"rate": {"id": rate_id}}
        if insure > 0:
            asked["insurance"] = asking.amount(insure)
        try:
            bought = self._read(
                translating.purchase,
                lambda: self._client.shipment.buy(_name(shipment_id), **asked),
                once=True,
            )
        except ShippingError as error:
            if error.trouble != Trouble.INVALID:
                raise
            return self._bought_already(shipment_id, error)
        if bought.bought is None:
            # It says that it is done and shows no label: only looking again can tell.
            raise refusals.in_doubt()
        return bought

    def insure(self, shipment_id: str, amount: Decimal) -> Purchase:
        """Insure a bought shipment for so much in dollars."""
        return self._read(
            translating.purchase,
            lambda: self._client.shipment.insure(_name(shipment_id), amount=asking.amount(amount)),
            once=True,
        )

    def file(self, shipment_id: str, format: str) -> Purchase:
        """The label in PDF, PNG or ZPL; EasyPost converts it when it was bought as another."""
        return self._read(
            translating.purchase,
            lambda: self._client.shipment.label(_name(shipment_id), file_format=format),
        )

    def refund(self, shipment_id: str) -> Purchase:
        """Ask for the price of an unused label back; `refund` tells how it stands."""
        return self._read(
            translating.purchase, lambda: self._client.shipment.refund(_name(shipment_id))
        )

    def scan_form(self, shipment_ids: Sequence[str]) -> Form:
        """One sheet for all these parcels of one carrier, one address and one day."""
        shipments = [{"id": shipment_id} for shipment_id in shipment_ids]
        return self._read(
            translating.form, lambda: self._client.scan_form.create(shipments=shipments)
        )

    def look_at_form(self, form_id: str) -> Form:
        """The scan form as it is now."""
        return self._read(translating.form, lambda: self._client.scan_form.retrieve(_name(form_id)))

    # --- tracking ---

    def track(self, tracking_code: str, carrier: str) -> TrackerNews:
        """Follow a number. Asked again within three months EasyPost answers with the same
        tracker. `carrier` as EasyPost names it, or empty: it then guesses by the number.
        """
        asked = {"tracking_code": tracking_code} | ({"carrier": carrier} if carrier else {})
        return self._read(tracker_news, lambda: self._client.tracker.create(**asked))

    def tracker(self, tracker_id: str) -> TrackerNews:
        """The tracker as it is now."""
        return self._read(tracker_news, lambda: self._client.tracker.retrieve(_name(tracker_id)))

    # --- claims ---

    def claim(self, request: ClaimRequest) -> ClaimNews:
        """File a claim with EasyPost's insurance. `IN_DOUBT` when the answer was lost."""
        asked = asking.claim(request)
        return self._read(translating.claim, lambda: self._client.claim.create(**asked), once=True)

    def find_claim(self, tracking_code: str) -> ClaimNews | None:
        """The newest claim for this number that is not withdrawn, among the last hundred."""
        body = self._ask(lambda: self._client.claim.all(page_size=PAGE))
        for claim in map(mapping, listing(body.get("claims"))):
            if claim.get("tracking_code") == tracking_code and claim.get("status") != "cancelled":
                return _understood(translating.claim, claim)
        return None

    def look_at_claim(self, claim_id: str) -> ClaimNews:
        """The claim as it is now."""
        return self._read(translating.claim, lambda: self._client.claim.retrieve(_name(claim_id)))

    def withdraw_claim(self, claim_id: str) -> ClaimNews:
        """Take the claim back."""
        return self._read(translating.claim, lambda: self._client.claim.cancel(_name(claim_id)))

    # --- webhooks ---

    def watch(self, url: str, secret: str) -> str:
        """Have EasyPost report to `url`, signed with `secret`; the webhook's id."""
        return self._read(
            lambda body: translating.needed(body, "id"),
            lambda: self._client.webhook.create(url=url, webhook_secret=secret),
        )

    def unwatch(self, webhook_id: str) -> None:
        """Have EasyPost report there no longer. One that is gone already is no error."""
        try:
            self._ask(lambda: self._client.webhook.delete(_name(webhook_id)))
        except ShippingError as error:
            if error.trouble != Trouble.MISSING:
                raise

    # --- how it is asked ---

    def _read(
        self, understand: Callable[[Json], T], send: Callable[[], object], *, once: bool = False
    ) -> T:
        """Ask, and understand the answer. `once`: it must not be done twice (see `refusals`)."""
        return _understood(understand, self._ask(send, once=once), once=once)

    def _ask(self, send: Callable[[], object], *, once: bool = False) -> Json:
        """The JSON object that EasyPost answered. Raises ShippingError.

        What the client makes of an answer is left aside: it stumbles over some (an `error` that
        is a text, an `id` that is a number), so the answer is read as it came in. Its errors hold
        what was asked, so none is kept as the cause of ours.
        """
        self._heard.clear()
        try:
            send()
        except STUMBLES as error:
            if not self._heard:
                raise refusals.silence(error, once=once) from None
        status, headers, body = self._heard[-1]
        if status >= 300:
            raise refusals.refusal(status, body, headers, once=once)
        try:
            answer = json.loads(body or "{}")
        except (ValueError, RecursionError):
            raise refusals.unreadable(once=once) from None
        if not isinstance(answer, Mapping):
            raise refusals.unreadable(once=once)
        return answer

    def _hear(
        self, *, http_status: int, headers: Mapping[str, str], response_body: str, **_more: object
    ) -> None:
        self._heard.append((http_status, headers, response_body))

    def _find_in_list(self, reference: str, purchased: str) -> Purchase | None:
        # As text: Python's True and False would arrive capitalised, which EasyPost reads as true.
        body = self._ask(lambda: self._client.shipment.all(page_size=PAGE, purchased=purchased))
        for shipment in map(mapping, listing(body.get("shipments"))):
            if shipment.get("reference") == reference:
                return _understood(translating.purchase, shipment)
        return None

    def _bought_already(self, shipment_id: str, refused: ShippingError) -> Purchase:
        """The shipment, if it was refused because it is bought; else raises the refusal."""
        try:
            now = self.look(shipment_id)
        except ShippingError as error:
            if error.trouble == Trouble.MISSING:
                raise refused from None
            raise refusals.in_doubt() from None
        if now.bought is None:
            raise refused
        return now


def _understood(understand: Callable[[Json], T], body: Json, *, once: bool = False) -> T:
    try:
        return understand(body)
    except (translating.Unexpected, ArithmeticError, RecursionError):
        raise refusals.unreadable(once=once) from None


def _name(found: str) -> str:
    """An id as a part of an address. An empty one would address the whole list."""
    if not found:
        raise refusals.refusal(404, "", {})
    return quote(found, safe="")
