"""New orders: who bought, and the rows an order starts with."""

from __future__ import annotations

from collections.abc import Sequence

from orders import rows
from orders.dossier import Dossier, to_ship
from orders.facts import Placed
from orders.models import Channel, Order, Shop
from orders.models.channel import DEFAULT_MODES


def place(shop: Shop, placements: Sequence[Placed]) -> dict[str, Dossier]:
    """Dossiers for orders that are not stored yet, by number; the first of a number counts.

    Their buyers and channels are found or made, and their ids drawn; `projection.write` stores
    the orders themselves.
    """
    first: dict[str, Placed] = {}
    for placed in placements:
        first.setdefault(placed.order, placed)
    if not first:
        return {}
    channels = _channels(shop, {placed.channel for placed in first.values()})
    buyers = _buyers(shop, list(first.values()))
    return {
        number: Dossier(
            order_id=order_id,
            number=number,
            channel=placed.channel,
            placed_at=placed.at,
            total=placed.grand_total,
            has_lines=bool(placed.lines),
            has_address=placed.address.is_known,
            placing=placed,
            buyer_id=buyers[buyer_key(placed)],
            channel_id=channels[placed.channel],
            to_ship=to_ship(placed.lines),
        )
        for (number, placed), order_id in zip(
            first.items(), rows.new_ids(Order, len(first)), strict=True
        )
    }


def buyer_key(placed: Placed) -> str:
    """What makes two orders those of one buyer: the e-mail, else the marketplace user name.

    Without either nobody can be recognised, and the order stands for its own buyer.
    """
    if placed.buyer.email:
        return placed.buyer.email.strip().lower()
    if placed.buyer.username:
        return f"{placed.channel}:{placed.buyer.username}"
    return f"order:{placed.order}"


def _channels(shop: Shop, kinds: set[str]) -> dict[str, int]:
    """The ids of the shop's channels of these kinds; those it lacks are made."""
    found = _known_channels(shop, kinds)
    if missing := kinds - found.keys():
        # Somebody else may make the same in this moment.
        Channel.objects.bulk_create(
            [Channel(shop=shop, kind=kind, modes=DEFAULT_MODES[kind]) for kind in sorted(missing)],
            ignore_conflicts=True,
        )
        found = _known_channels(shop, kinds)
    return found


def _known_channels(shop: Shop, kinds: set[str]) -> dict[str, int]:
    return dict(
        rows.select(
            "SELECT kind, id FROM orders_channel WHERE shop_id = %s AND kind = ANY(%b)",
            [shop.pk, list(kinds)],
            prepared=True,
        )
    )


def _buyers(shop: Shop, placements: Sequence[Placed]) -> dict[str, int]:
    """The ids of the buyers by key; new ones are made, and a known one's blanks filled in."""
    people: dict[str, Placed] = {}
    for placed in placements:
        people.setdefault(buyer_key(placed), placed)
    prepared = len(people) <= rows.FEW
    # In the order of their keys, so that two imports at once cannot lock each other out.
    values = [
        (key, p.buyer.email, p.buyer.username, p.buyer.name or p.address.name, p.buyer.language)
        for key, p in sorted(people.items())
    ]
    rows.execute(
        """INSERT INTO orders_buyer AS b (shop_id, key, email, username, name, language)
           SELECT %s, * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
           ON CONFLICT (shop_id, key) DO UPDATE SET
             name = coalesce(nullif(b.name, ''), excluded.name),
             language = coalesce(nullif(b.language, ''), excluded.language),
             username = coalesce(nullif(b.username, ''), excluded.username)
           WHERE b.name = '' AND excluded.name <> ''
              OR b.language = '' AND excluded.language <> ''
              OR b.username = '' AND excluded.username <> ''""",
        [shop.pk, *([list(column) for column in zip(*values, strict=True)])],
        prepared=prepared,
    )
    return dict(
        rows.select(
            "SELECT key, id FROM orders_buyer WHERE shop_id = %s AND key = ANY(%b)",
            [shop.pk, list(people)],
            prepared=prepared,
        )
    )
