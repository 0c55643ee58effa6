"""What the replaying EasyPost answers: a small world of shipments, trackers, forms and claims.

The JSON is our own, in EasyPost's shapes. Ids are `shp_1`, `rate_2`, … in the order they come.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

Json = dict[str, Any]

# carrier, service, dollars, days
AT_HOME = [
    ("USPS", "GroundAdvantage", "6.07", 3),
    ("USPS", "Priority", "7.42", 2),
    ("USPS", "Express", "34.15", 1),
    ("UPSDAP", "Ground", "9.80", 4),
]
ABROAD = [
    ("USPS", "FirstClassPackageInternationalService", "15.50", None),
    ("USPS", "PriorityMailInternational", "41.20", 8),
]


class Refused(Exception):
    """EasyPost says no."""

    def __init__(self, status: int, code: str, message: str, errors: list[Any] | None = None):
        super().__init__(message)
        self.status, self.code, self.message, self.errors = status, code, message, errors or []


class Answers:
    """The state, and one method for each address."""

    def __init__(self) -> None:
        self.shipments: dict[str, Json] = {}
        self.trackers: dict[str, Json] = {}
        self.forms: dict[str, Json] = {}
        self.claims: dict[str, Json] = {}
        self.webhooks: dict[str, Json] = {}
        self.bought: Counter[str] = Counter()
        # Set these to see what happens.
        self.rates_at_home = AT_HOME
        self.rates_abroad = ABROAD
        self.new_form_status = "created"
        # Letter post: a label, and no number to follow it.
        self.sells_letters = False
        # What a verified address is changed to, by its first line.
        self.corrections: dict[str, Json] = {}
        self._number = count(1)

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Status and JSON. Raises Refused."""
        for wanted, pattern, do in ADDRESSES:
            found = re.fullmatch(pattern, path)
            if method == wanted and found:
                status = 201 if method == "POST" and not found.groups() else 200
                return status, do(self, *found.groups(), body if method != "GET" else query)
        raise Refused(404, "NOT_FOUND", "The requested resource could not be found.")

    # --- addresses ---

    def address(self, body: Json) -> Json:
        made = self._address(body["address"])
        if body.get("verify"):
            made["verifications"] = {"delivery": self._verify(made)}
        return made

    def _verify(self, made: Json) -> Json:
        street = (made["street1"] or "").lower()
        if "unknown" in street or "undeliverable" in street:
            error = {"code": "E.ADDRESS.NOT_FOUND", "field": "address"}
            error |= {"message": "Address not found", "suggestion": None}
            return {"success": False, "errors": [error], "details": {}}
        made.update(self.corrections.get(made["street1"] or "", {}))
        for name in ("name", "street1", "street2", "city", "state"):
            made[name] = made[name] and made[name].upper()
        if made["country"] == "US" and re.fullmatch(r"\d{5}", made["zip"] or ""):
            made["zip"] += "-1234"
        return {"success": True, "errors": [], "details": {"time_zone": "America/New_York"}}

    def _address(self, asked: Json) -> Json:
        names = "name company street1 street2 city state zip country phone email".split()
        made = {name: asked.get(name) for name in names}
        return {"id": self._id("adr"), "object": "Address"} | made | {"verifications": {}}

    # --- shipments ---

    def shipment(self, body: Json) -> Json:
        asked = body["shipment"]
        sender, recipient = asked["from_address"], asked["to_address"]
        if asked.get("is_return"):
            sender, recipient = recipient, sender
        made = {
            "id": self._id("shp"),
            "object": "Shipment",
            "created_at": stamp(),
            "reference": asked.get("reference"),
            "is_return": bool(asked.get("is_return")),
            "mode": "test",
            "options": asked.get("options") or {},
            "from_address": self._address(sender),
            "to_address": self._address(recipient),
            "parcel": asked["parcel"],
            "customs_info": asked.get("customs_info"),
            "messages": [],
            "rates": [],
            "selected_rate": None,
            "postage_label": None,
            "tracking_code": None,
            "tracker": None,
            "insurance": None,
            "refund_status": None,
            "status": "unknown",
            "fees": [],
        }
        abroad = sender.get("country") != recipient.get("country")
        if abroad and not asked.get("customs_info"):
            words = "customs_info is required for international shipments"
            made["messages"] = [{"carrier": "USPS", "type": "rate_error", "message": words}]
        else:
            offers = self.rates_abroad if abroad else self.rates_at_home
            made["rates"] = [self._rate(made["id"], *offer) for offer in offers]
        self.shipments[made["id"]] = made
        return made

    def _rate(self, shipment: str, carrier: str, service: str, rate: str, days: Any) -> Json:
        made = {"id": self._id("rate"), "object": "Rate", "shipment_id": shipment}
        made |= {"carrier": carrier, "service": service, "rate": rate, "currency": "USD"}
        return made | {"delivery_days": days, "est_delivery_days": days}

    def list_shipments(self, query: Json) -> Json:
        wanted = query.get("purchased", "true") == "true"
        found = [one for one in self.shipments.values() if bool(one["postage_label"]) == wanted]
        size = int(query.get("page_size", 20))
        return {"shipments": found[::-1][:size], "has_more": len(found) > size}

    def look(self, name: str, _query: Json) -> Json:
        if name in self.shipments:
            return self.shipments[name]
        for shipment in self.shipments.values():
            if shipment["reference"] == name:
                return shipment
        raise Refused(404, "NOT_FOUND", "The requested resource could not be found.")

    def buy(self, name: str, body: Json) -> Json:
        shipment = self.look(name, {})
        if shipment["postage_label"]:
            raise Refused(
                422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment."
            )
        rates = {rate["id"]: rate for rate in shipment["rates"]}
        if body["rate"]["id"] not in rates:
            wrong = {"field": "rate", "message": "is not a rate of this shipment"}
            raise Refused(422, "SHIPMENT.INVALID_RATE", "Invalid rate.", [wrong])
        rate = rates[body["rate"]["id"]]
        self.bought[shipment["reference"] or shipment["id"]] += 1
        code = f"94001002083031095{next(self._number):05d}"
        shipment["selected_rate"] = rate
        shipment["postage_label"] = self._label(shipment)
        if not self.sells_letters:
            shipment["tracking_code"] = code
            shipment["tracker"] = self._tracker(code, rate["carrier"], shipment["id"])
        shipment["status"] = "unknown"
        shipment["fees"] = [fee("LabelFee", "0.00000"), fee("PostageFee", f"{rate['rate']}000")]
        if Decimal(body.get("insurance") or 0):
            self._insure(shipment, body["insurance"])
        return shipment

    def _label(self, shipment: Json) -> Json:
        kind = shipment["options"].get("label_format") or "PNG"
        types = {"PDF": "application/pdf", "PNG": "image/png", "ZPL": "application/zpl"}
        return {
            "id": self._id("pl"),
            "object": "PostageLabel",
            "label_file_type": types[kind],
            "label_url": label_url(shipment["id"], kind),
            "label_pdf_url": None,
            "label_zpl_url": None,
        }

    def label(self, name: str, query: Json) -> Json:
        shipment = self.look(name, {})
        if not shipment["postage_label"]:
            raise Refused(422, "SHIPMENT.LABEL.UNAVAILABLE", "There is no label yet.")
        kind = query["file_format"]
        if kind != "PNG":
            key = f"label_{kind.lower()}_url"
            shipment["postage_label"][key] = label_url(shipment["id"], kind)
        return shipment

    def insure(self, name: str, body: Json) -> Json:
        shipment = self.look(name, {})
        self._insure(shipment, body["amount"])
        return shipment

    def _insure(self, shipment: Json, amount: str) -> None:
        shipment["insurance"] = amount
        cost = max(Decimal(amount) / 200, Decimal("0.50"))
        shipment["fees"].append(fee("InsuranceFee", f"{cost:.5f}"))

    def refund(self, name: str, _body: Any) -> Json:
        shipment = self.look(name, {})
        if not shipment["postage_label"]:
            raise Refused(
                422,
                "SHIPMENT.REFUND.UNAVAILABLE",
                "Unable to request refund for shipment without a postage label.",
            )
        shipment["refund_status"] = shipment["refund_status"] or "submitted"
        return shipment

    # --- scan forms ---

    def scan_form(self, body: Json) -> Json:
        asked = body["scan_form"].get("shipments") or body["scan_form"]["shipment"]
        shipments = [self.look(one["id"], {}) for one in asked]
        if not shipments or not all(one["postage_label"] for one in shipments):
            raise Refused(422, "SCAN_FORM.INVALID", "Every shipment has to be bought first.")
        made: Json = {
            "id": self._id("sf"),
            "object": "ScanForm",
            "status": self.new_form_status,
            "message": None,
            "tracking_codes": [one["tracking_code"] for one in shipments],
            "form_url": "https://files.example.com/scan_form.pdf",
        }
        if self.new_form_status != "created":
            made["form_url"] = None
        self.forms[made["id"]] = made
        return made

    def look_at_form(self, name: str, _query: Json) -> Json:
        return found(self.forms, name)

    # --- trackers ---

    def tracker(self, body: Json) -> Json:
        asked = body["tracker"]
        carrier = asked.get("carrier") or "USPS"
        for known in self.trackers.values():
            if (known["tracking_code"], known["carrier"]) == (asked["tracking_code"], carrier):
                return known
        return self._tracker(asked["tracking_code"], carrier, None)

    def _tracker(self, code: str, carrier: str, shipment: str | None) -> Json:
        made = {
            "id": self._id("trk"),
            "object": "Tracker",
            "mode": "test",
            "tracking_code": code,
            "carrier": carrier,
            "status": "unknown",
            "status_detail": "unknown",
            "created_at": stamp(),
            "updated_at": stamp(),
            "est_delivery_date": None,
            "shipment_id": shipment,
            "tracking_details": [],
            "is_return": False,
            "public_url": "https://track.example.com/" + code,
        }
        self.trackers[made["id"]] = made
        return made

    def look_at_tracker(self, name: str, _query: Json) -> Json:
        for tracker in self.trackers.values():
            if name in (tracker["id"], tracker["tracking_code"]):
                return tracker
        raise Refused(404, "NOT_FOUND", "The requested resource could not be found.")

    def scan(self, code: str, status: str, at: datetime, **more: Any) -> Json:
        """Add a scan to the tracker; the event that tells of it."""
        tracker = self.look_at_tracker(code, {})
        before = tracker["status"]
        place = {name: more.get(name) for name in ("city", "state", "country", "zip")}
        tracker["tracking_details"].append(
            {
                "object": "TrackingDetail",
                "message": more.get("message", status.replace("_", " ").capitalize()),
                "status": status,
                "status_detail": more.get("status_detail", "status_update"),
                "datetime": stamp(at),
                "source": tracker["carrier"],
                "tracking_location": place | {"object": "TrackingLocation"},
            }
        )
        tracker["status"] = status
        tracker["status_detail"] = more.get("status_detail", "status_update")
        tracker["updated_at"] = stamp(at)
        if "expected" in more:
            tracker["est_delivery_date"] = stamp(more["expected"])
        return {
            "id": self._id("evt"),
            "object": "Event",
            "description": "tracker.updated",
            "mode": "test",
            "previous_attributes": {"status": before},
            "created_at": stamp(at),
            "status": "pending",
            "result": tracker | {"tracking_details": list(tracker["tracking_details"])},
        }

    # --- claims ---

    def claim(self, body: Json) -> Json:
        bought = {one["tracking_code"]: one for one in self.shipments.values()}
        shipment = bought.get(body["tracking_code"])
        if not shipment or not shipment["insurance"]:
            raise Refused(
                404,
                "NOT_FOUND",
                "The requested resource could not be found.",
                ["No eligible insurance found with provided tracking code."],
            )
        made = {
            "id": self._id("clm"),
            "object": "Claim",
            "tracking_code": body["tracking_code"],
            "type": body["type"],
            "requested_amount": body["amount"],
            "approved_amount": None,
            "status": "submitted",
            "status_detail": "Claim was created.",
            "history": [],
        }
        self.claims[made["id"]] = made
        return self.decide(made["id"], "submitted", "Claim was created.")

    def decide(self, name: str, status: str, detail: str = "", approved: str | None = None) -> Json:
        """EasyPost's people come to a decision."""
        made = found(self.claims, name)
        step = {"status": status, "status_detail": detail, "timestamp": stamp()}
        made["history"].append(step)
        made.update(status=status, status_detail=detail, approved_amount=approved)
        return made

    def list_claims(self, _query: Json) -> Json:
        return {"claims": list(self.claims.values())[::-1], "has_more": False}

    def look_at_claim(self, name: str, _query: Json) -> Json:
        return found(self.claims, name)

    def cancel_claim(self, name: str, _body: Any) -> Json:
        if found(self.claims, name)["status"] != "submitted":
            raise Refused(422, "CLAIM.CANCEL.UNAVAILABLE", "The claim is being worked on.")
        return self.decide(name, "cancelled", "Claim cancellation was requested.")

    # --- webhooks ---

    def webhook(self, body: Json) -> Json:
        made = {"id": self._id("hook"), "object": "Webhook", "url": body["webhook"]["url"]}
        self.webhooks[made["id"]] = made | {"secret": body["webhook"].get("webhook_secret")}
        return made

    def list_webhooks(self, _query: Json) -> Json:
        return {"webhooks": [{"id": name} for name in self.webhooks]}

    def delete_webhook(self, name: str, _body: Any) -> Json:
        found(self.webhooks, name)
        del self.webhooks[name]
        return {}

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._number)}"


ADDRESSES: list[tuple[str, str, Callable[..., Json]]] = [
    ("POST", "/addresses", Answers.address),
    ("POST", "/shipments", Answers.shipment),
    ("GET", "/shipments", Answers.list_shipments),
    ("GET", "/shipments/([^/]+)", Answers.look),
    ("POST", "/shipments/([^/]+)/buy", Answers.buy),
    ("POST", "/shipments/([^/]+)/insure", Answers.insure),
    ("GET", "/shipments/([^/]+)/label", Answers.label),
    ("POST", "/shipments/([^/]+)/refund", Answers.refund),
    ("POST", "/scan_forms", Answers.scan_form),
    ("GET", "/scan_forms/([^/]+)", Answers.look_at_form),
    ("POST", "/trackers", Answers.tracker),
    ("GET", "/trackers/([^/]+)", Answers.look_at_tracker),
    ("POST", "/claims", Answers.claim),
    ("GET", "/claims", Answers.list_claims),
    ("GET", "/claims/([^/]+)", Answers.look_at_claim),
    ("POST", "/claims/([^/]+)/cancel", Answers.cancel_claim),
    ("POST", "/webhooks", Answers.webhook),
    ("GET", "/webhooks", Answers.list_webhooks),
    ("DELETE", "/webhooks/([^/]+)", Answers.delete_webhook),
]


def found(things: dict[str, Json], name: str) -> Json:
    """The thing, or EasyPost's 404."""
    if name not in things:
        raise Refused(404, "NOT_FOUND", "The requested resource could not be found.")
    return things[name]


def fee(kind: str, amount: str) -> Json:
    return {"object": "Fee", "type": kind, "amount": amount, "charged": True, "refunded": False}


def label_url(shipment: str, kind: str) -> str:
    return f"https://files.example.com/{shipment}.{kind.lower()}"


def stamp(at: datetime | None = None) -> str:
    return f"{(at or datetime.now(UTC)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
