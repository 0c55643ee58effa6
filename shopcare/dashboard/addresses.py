"""Order numbers in addresses. A number may hold any character, a slash too."""

import re

# What a browser, a proxy or Django would take apart or tidy away; "~" itself marks the escape.
# So do the names of pages that stand beside the orders'.
_AWKWARD = re.compile(r"[/\\~\x00-\x1f\x7f]|^\.+$|^(?:new|bulk|undo|export\.csv)$")
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
