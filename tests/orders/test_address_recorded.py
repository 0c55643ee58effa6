"""The address check on every recorded verification: what the seller is told of each."""

from pathlib import Path
from typing import Any

import pytest

from orders.models import ShippingProfile
from orders.shipping import addresses
from orders.shipping.problems import ShippingError
from orders.shipping.secrets import encrypt
from orders.values import Address
from tests.easypost import KEY
from tests.factory import MONDAY, make_order, make_shop
from tests.orders.easypost_recordings import Recorded, cassette, files, replay

pytestmark = pytest.mark.django_db


def verifications(path: Path) -> list[Recorded]:
    """The recorded requests that asked for a verification of a new address."""
    made = [one for one in cassette(path) if one.method == "POST" and one.path == "/v2/addresses"]
    return [one for one in made if one.status >= 400 or (one.body or {}).get("verifications")]


def asked(one: Recorded) -> Address:
    """The address that was asked about; what was never said is said here."""
    given = one.asked["address"] if isinstance(one.asked, dict) else {}
    parts = {"street1": "street1", "street2": "street2", "city": "city", "country": "country"}
    found = {ours: given.get(theirs) or "" for ours, theirs in parts.items()}
    found |= {"name": "Jack Sparrow", "region": given.get("state") or ""}
    found |= {"postcode": given.get("zip") or "", "country": given.get("country") or "US"}
    return Address(**(found | {"street1": found["street1"] or "388 Townsend St"}))


@pytest.mark.parametrize("path", files("cassettes*/test_address*.yaml"))
def test_each_recorded_verification_says_good_doubtful_or_bad(path: Path, settings: Any) -> None:
    shop = make_shop()
    ShippingProfile.objects.create(shop=shop, easypost_key=encrypt(KEY))
    for number, one in enumerate(verifications(path)):
        order = make_order(shop, str(number), address=asked(one))
        with replay([one]) as server:
            settings.EASYPOST_API_BASE = server.url
            if one.status >= 400:
                with pytest.raises(ShippingError):
                    addresses.check(order, MONDAY)
                continue
            found = addresses.check(order, MONDAY)

        outcome = one.body["verifications"].get("delivery") or one.body["verifications"]["zip4"]
        assert found.by_carrier
        assert (found.verdict == "bad") is not outcome["success"]
        assert found.is_good is (outcome["success"] and not outcome["errors"])
        assert len(found.findings) == len(outcome["errors"])
