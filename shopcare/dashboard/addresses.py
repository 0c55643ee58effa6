"""Order numbers in addresses. A number may hold any character, a slash too."""

import re
from collections.abc import Callable
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

from orders.models import Shop

# What a browser, a proxy or Django would take apart or tidy away; "~" itself marks the escape.
# So do the names of pages that stand beside the orders'.
_AWKWARD = re.compile(r"[/\\~\x00-\x1f\x7f]|^\.+$|^(?:new|bulk|undo|export\.csv)$")
# As Django itself quotes what stands in an address.
URL_SAFE = f"{RFC3986_SUBDELIMS}/~:@"
_ESCAPED = re.compile(r"(?:~[0-9A-F]{2})+")


class OrderNumberConverter:
    """`/orders/<order_number:number>/`: awkward characters are written `~2F`, all others stay."""

    # A slash that somebody typed themselves is understood as well.
    regex = ".+"

    def to_python(self, value: str) -> str:
        """The number that `value` stands for; raises ValueError, which means 404."""
        return _ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("~", "")).decode(), value)

    def to_url(self, value: str) -> str:
        """The number as part of an address; Django quotes the rest."""
        return _AWKWARD.sub(
            lambda found: "".join(f"~{byte:02X}" for byte in found[0].encode()), str(value)
        )


def order_urls(shop: Shop) -> Callable[[str], str]:
    """What gives the address of an order's page by its number, for many orders of one shop."""
    there, to_url = reverse("orders", args=[shop.slug]), OrderNumberConverter().to_url
    return lambda number: f"{there}{quote(to_url(number), safe=URL_SAFE)}/"
