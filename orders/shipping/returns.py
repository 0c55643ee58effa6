"""Labels with which buyers send things back."""

from __future__ import annotations

from dataclasses import replace

from orders.facts import ParcelLine
from orders.models import Order
from orders.shipping.postage import Choice, Postage, Presets, prepare


def prepare_return(
    order: Order, parcel: str, *, choice: Choice | None = None, presets: Presets | None = None
) -> Postage:
    """What a return label for a parcel that was shipped would be asked for.

    EasyPost swaps sender and recipient itself, so they stand as they did on the way there. It is
    not insured unless `choice` says so. `order` with its lines, shipments and buyer.
    """
    choice = choice or Choice()
    if choice.lines is None:
        choice = _with_lines_of(order, parcel, choice)
    return prepare(order, parcel, choice=choice, presets=presets, is_return=True)


def _with_lines_of(order: Order, parcel: str, choice: Choice) -> Choice:
    """The same choice, for what was in the parcel."""
    shipped = next((each for each in order.shipments.all() if each.parcel == parcel), None)
    if shipped is None or shipped.lines is None:
        return choice
    return replace(choice, lines=tuple(ParcelLine(**line) for line in shipped.lines))
