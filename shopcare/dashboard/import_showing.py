"""An import in words and numbers, as its page and the history show it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from notifications.consequences import Consequences
from orders.models import FileRole, ImportRun, ImportState, Shop
from orders.showing import Showing, locale_of
from orders.words import BUYER_NOTES, FlagKind, OrderStatus
from shopcare.dashboard.forecast import name_of
from shopcare.dashboard.import_forms import CHANNEL_NAMES, ChannelForm

MOST_PROBLEMS = 100

TONES = {
    ImportState.CHECKING: "go",
    ImportState.UNREADABLE: "alert",
    ImportState.READY: "wait",
    ImportState.IMPORTING: "go",
    ImportState.DONE: "ok",
    ImportState.STOPPED: "alert",
}
# What a fact about a known order means, to somebody who reads a list of changes.
CHANGES = {
    "placed": gettext_lazy("items or address filled in"),
    "payment": gettext_lazy("paid"),
    "refund": gettext_lazy("refunded"),
    "shipment": gettext_lazy("shipped"),
    "tracking_code": gettext_lazy("tracking number"),
    "scan": gettext_lazy("carrier's scan"),
    "cancel": gettext_lazy("cancelled"),
}


def history_row(run: ImportRun, showing: Showing) -> dict[str, Any]:
    """One line of the history; `run` with its files."""
    files = list(run.files.all())
    return {
        "run": run,
        "name": _name(run),
        "channel": CHANNEL_NAMES.get(run.channel, run.channel),
        "at": showing.day_and_time(run.created_at),
        "tone": TONES[ImportState(run.state)],
        "counts": [count for count in counts(run, showing.shop) if count["value"]],
        "has_failed": any(file.role == FileRole.FAILED_ORDERS for file in files),
    }


def run_page(run: ImportRun, showing: Showing) -> dict[str, Any]:
    """What `dashboard/_import_run.html` asks for; `run` with its files."""
    found = list(run.problems.all()[: MOST_PROBLEMS + 1])
    roles = {file.role for file in run.files.all()}
    shown: dict[str, Any] = {
        "run": run,
        "name": _name(run),
        "channel": CHANNEL_NAMES.get(run.channel, run.channel),
        "at": showing.day_and_time(run.created_at),
        "tone": TONES[ImportState(run.state)],
        "counts": counts(run, showing.shop),
        "share": _share(run, showing.shop),
        "problems": found[:MOST_PROBLEMS],
        "problems_are_cut": len(found) > MOST_PROBLEMS,
        "has_failed": FileRole.FAILED_ORDERS in roles,
        "has_failed_items": FileRole.FAILED_ITEMS in roles,
        "channel_form": ChannelForm(initial={"channel": run.channel}),
        "to_import": run.created + run.updated,
        "to_import_shown": number(run.created + run.updated, showing.shop),
    }
    if run.state == ImportState.READY:
        shown |= _foreseen(run, showing)
    return shown


def counts(run: ImportRun, shop: Shop) -> list[dict[str, Any]]:
    """New, changed, unchanged and rejected orders, each with its word and number."""
    words = (
        (_("new"), run.created, "ok"),
        (_("changed"), run.updated, "go"),
        (_("unchanged"), run.unchanged, "soft"),
        (_("rejected"), run.rejected, "alert"),
    )
    return [
        {"word": word, "value": value, "shown": number(value, shop), "tone": tone}
        for word, value, tone in words
    ]


def number(value: int, shop: Shop) -> str:
    """A whole number in the way of the page's language and the shop's country."""
    return str(format_decimal(value, locale=locale_of(get_language() or "en", shop.country)))


def _share(run: ImportRun, shop: Shop) -> str:
    if not run.total:
        return ""
    share = min(run.done / run.total, 1)
    return str(format_percent(share, locale=locale_of(get_language() or "en", shop.country)))


def _name(run: ImportRun) -> str:
    names = {file.role: file.name for file in run.files.all()}
    told = [names[role] for role in (FileRole.ORDERS, FileRole.ITEMS) if role in names]
    # The files are deleted after a while; that they were there stays in the history.
    return " + ".join(told) or _("file deleted")


def _foreseen(run: ImportRun, showing: Showing) -> dict[str, Any]:
    follows = Consequences.from_json(run.preview.get("follows", {}))
    shop = showing.shop
    notes = [
        {
            "name": name_of(kind),
            "send": number(follows.send[kind], shop),
            "copy": number(follows.copy[kind], shop),
            "later": number(follows.later[kind], shop),
        }
        for kind in BUYER_NOTES
        if follows.send[kind] or follows.copy[kind] or follows.later[kind]
    ]
    flags = [(FlagKind(kind).label, number(n, shop)) for kind, n in follows.flags.items()]
    silent = ngettext(
        "Nothing will be said about %(count)s order.",
        "Nothing will be said about %(count)s orders.",
        follows.silent,
    ) % {"count": number(follows.silent, shop)}
    return {
        "notes": notes,
        "new_flags": flags,
        "silent": silent if follows.silent else "",
        "new_rows": [_row(row, showing) for row in run.preview.get("new", ())],
        "changed_rows": [_row(row, showing) for row in run.preview.get("changed", ())],
    }


def _row(row: dict[str, Any], showing: Showing) -> dict[str, Any]:
    status = row["status"]
    return {
        **row,
        "placed": showing.day(datetime.fromisoformat(row["placed_at"])),
        "total": showing.money(Decimal(row["total"]), row["currency"]),
        "status": OrderStatus(status).label if status in OrderStatus.values else "",
        "changes": ", ".join(
            str(CHANGES.get(kind, kind)) for kind in dict.fromkeys(row["changes"])
        ),
    }
