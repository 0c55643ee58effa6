"""Where a label can be fetched for printing, in each of its formats."""

from __future__ import annotations

from django.utils.translation import gettext as _

from orders.models import Label, LabelFormat
from orders.shipping.gateway import account
from orders.shipping.problems import ShippingError, Trouble


def fetch_file(label: Label, format: str) -> str:
    """The address of a bought label as PDF, PNG or ZPL; EasyPost converts it when need be.

    It holds no key, and is the same each time: printing again costs nothing. Raises
    ShippingError.
    """
    if format not in LabelFormat.values:
        raise ShippingError(_("Labels come as PDF, PNG or ZPL."), Trouble.INVALID)
    known = label.files.get(format)
    if known:
        return str(known)
    gateway = account(label.shop)
    if gateway is None:
        raise ShippingError(_("Enter the shop's EasyPost key first."), Trouble.KEY)
    found = gateway.file(label.easypost_id, format).files
    if not found.get(format):
        raise ShippingError(
            _("EasyPost has no %(format)s of this label. Print another format.")
            % {"format": format},
            Trouble.MISSING,
        )
    label.files = label.files | found
    label.save(update_fields=["files"])
    return str(found[format])
