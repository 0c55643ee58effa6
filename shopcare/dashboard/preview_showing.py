"""What a policy preview found, as the page shows it: numbers, bars, and the orders that differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.models import PolicyPreview
from notifications.preview import Happened, Outcome
from notifications.preview_runs import PRESENT, PROPOSED, Differing, differences
from orders.showing import Showing, locale_of
from orders.words import FlagKind, NoteKind
from shopcare.dashboard.forecast import name_of

MOST_SHOWN = 30
# In the chart's own measure, as `dashboard/_policy_compare.html` draws it.
BAR_WIDTH = 200


@dataclass(slots=True)
class Row:
    """One kind of note or flag: how many now, how many then; bars as long as the numbers."""

    name: str
    before: int
    after: int
    now: str
    then: str
    change: str
    now_bar: int = 0
    then_bar: int = 0

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(slots=True)
class Group:
    """What is sent, copied, flagged or withheld."""

    what: str
    title: str
    rows: list[Row]


def shown_preview(preview: PolicyPreview, showing: Showing) -> dict[str, Any]:
    """What `dashboard/_policy_preview.html` asks for."""
    total = len(preview.order_ids)
    found: dict[str, Any] = {
        "row": preview,
        "is_finished": preview.is_finished,
        "total": total,
        "done": preview.done,
        "orders": _number(total, showing),
        "since": showing.day(preview.since),
    }
    if not preview.is_finished:
        return found
    found["tables"] = _tables(_groups(preview, showing))
    found["differing"] = preview.tally.get("differing", 0)
    found["differing_shown"] = _number(found["differing"], showing)
    shown = differences(preview, preview.differing[:MOST_SHOWN])
    found["orders_that_differ"] = [_order(item, showing) for item in shown]
    found["more"] = _number(max(found["differing"] - len(shown), 0), showing)
    found["has_more"] = found["differing"] > len(shown)
    return found


def _groups(preview: PolicyPreview, showing: Showing) -> list[Group]:
    """The table; kinds that never occur are left out."""
    groups = [
        ("sent", _("Sent by e-mail"), NoteKind.values),
        ("copied", _("To copy into the conversation"), NoteKind.values),
        ("flagged", _("Flags for you"), FlagKind.values),
        ("withheld", _("Orders that did not get it"), NoteKind.values),
    ]
    found = []
    for what, title, kinds in groups:
        rows = [
            _row(_name(what, kind), *_both(preview, what, kind), showing)
            for kind in kinds
            if any(_both(preview, what, kind))
        ]
        if rows:
            found.append(Group(what, title, rows))
    return found


def _tables(groups: list[Group]) -> dict[str, list[Group]]:
    """What changes in number, and what stays as it is."""
    found: dict[str, list[Group]] = {"changed": [], "same": []}
    for group in groups:
        for name, rows in (
            ("changed", [row for row in group.rows if row.is_changed]),
            ("same", [row for row in group.rows if not row.is_changed]),
        ):
            if rows:
                found[name].append(Group(group.what, group.title, rows))
    for table in found.values():
        # Few orders get most notes: beside those that do not, no bar could be seen.
        _draw([row for group in table if group.what != "withheld" for row in group.rows])
        _draw([row for group in table if group.what == "withheld" for row in group.rows])
    return found


def _draw(rows: list[Row]) -> None:
    """Make the longest of these bars as long as there is room."""
    longest = max((max(row.before, row.after) for row in rows), default=0)
    for row in rows:
        row.now_bar, row.then_bar = _bar(row.before, longest), _bar(row.after, longest)


def _both(preview: PolicyPreview, what: str, kind: str) -> tuple[int, int]:
    now = preview.tally.get(f"{PRESENT}/{what}/{kind}", 0)
    return now, preview.tally.get(f"{PROPOSED}/{what}/{kind}", 0)


def _name(what: str, kind: str) -> str:
    return capfirst(str(FlagKind(kind).label if what == "flagged" else NoteKind(kind).label))


def _row(name: str, now: int, then: int, showing: Showing) -> Row:
    change = then - now
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return Row(
        name=name,
        before=now,
        after=then,
        now=_number(now, showing),
        then=_number(then, showing),
        change=f"{sign}{_number(abs(change), showing)}",
    )


def _bar(number: int, longest: int) -> int:
    """A bar's length; what is not nothing can be seen."""
    return max(2, round(BAR_WIDTH * number / longest)) if number else 0


def _order(item: Differing, showing: Showing) -> dict[str, Any]:
    """An order and what comes out otherwise, in sentences."""
    flags = {kind: name_of(kind) for kind in FlagKind.values}
    return {
        "number": item.history.number,
        "buyer": item.history.buyer_name,
        "placed": showing.day(item.history.sale.placed_at),
        "changes": [
            *_changes(item.present.notes, item.proposed.notes, item, showing),
            *_changes(item.present.flags, item.proposed.flags, item, showing, flags),
        ],
    }


def _changes(
    now: Iterable[Happened],
    then: Iterable[Happened],
    item: Differing,
    showing: Showing,
    names: dict[str, str] | None = None,
) -> list[dict[str, str]]:
    """Each note or flag that is there on one side only, or at another moment."""
    before, after = _by_key(now), _by_key(then)
    found = []
    for key in sorted({*before, *after}, key=lambda key: (before.get(key) or after[key])[0].at):
        old, new = before.get(key, []), after.get(key, [])
        if old != new:
            name = (names or {}).get(key[0]) or name_of(key[0])
            found.append(
                {
                    "name": capfirst(name),
                    "now": _when(old, item.present, key, showing, is_flag=bool(names)),
                    "then": _when(new, item.proposed, key, showing, is_flag=bool(names)),
                }
            )
    return found


def _by_key(happened: Iterable[Happened]) -> dict[tuple[str, str], list[Happened]]:
    found: dict[tuple[str, str], list[Happened]] = {}
    for each in happened:
        found.setdefault((each.kind, each.subject), []).append(each)
    return found


def _when(
    happened: list[Happened],
    outcome: Outcome,
    key: tuple[str, str],
    showing: Showing,
    *,
    is_flag: bool,
) -> str:
    """When it happens, or why not."""
    if happened:
        times = ", ".join(showing.day_and_time(each.at) for each in happened)
        return _("%(at)s, to copy") % {"at": times} if happened[0].to_copy else times
    if key in outcome.coming:
        return _("still to come, %(at)s") % {"at": showing.day_and_time(outcome.coming[key])}
    reason = outcome.withheld.get(key) if not is_flag else None
    if reason is not None:
        return _("not sent: %(reason)s") % {"reason": reason}
    return _("not at all")


def _number(number: int, showing: Showing) -> str:
    """A number in the way of the shop's country and the page's language."""
    locale = locale_of(get_language() or "en", showing.shop.country)
    return str(format_decimal(number, locale=locale))
