"""What an evening's shipping remembers, in the member's session: parcels, carriers, the service."""

from __future__ import annotations

from typing import Any

from orders.facts import Shipment
from shopcare.dashboard.shop import ShopRequest

KEY = "shipping"
MOST_PARCELS = 10
MOST_CARRIERS = 3


def parcels(request: ShopRequest) -> list[tuple[str, str]]:
    """Order number and name of the parcels shipped last, the latest first."""
    return [(number, parcel) for number, parcel in _evening(request).get("parcels", [])]


def carriers(request: ShopRequest) -> list[str]:
    """The carriers used last."""
    return list(_evening(request).get("carriers", []))


def service(request: ShopRequest) -> str:
    """The service used last."""
    return str(_evening(request).get("service", ""))


def remember(request: ShopRequest, fact: Shipment) -> None:
    """Keep what is of use for the next parcel."""
    done = [[fact.order, fact.parcel], *_evening(request).get("parcels", [])]
    names = dict.fromkeys([fact.carrier, *carriers(request)])
    _keep(
        request,
        parcels=done[:MOST_PARCELS],
        carriers=[name for name in names if name][:MOST_CARRIERS],
        service=fact.service,
    )


def forget(request: ShopRequest, number: str, parcel: str) -> None:
    """The parcel was taken back."""
    done = _evening(request).get("parcels", [])
    _keep(request, parcels=[each for each in done if each != [number, parcel]])


def _evening(request: ShopRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(KEY, {}).get(str(request.shop.pk), {})
    return found


def _keep(request: ShopRequest, **values: Any) -> None:
    evenings = request.session.get(KEY, {})
    request.session[KEY] = evenings | {str(request.shop.pk): _evening(request) | values}
