"""What plans ask for, written down: messages, flags, timeline, and when to look again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from django.utils import translation
from django.utils.translation import gettext

from notifications.loading import Subject
from notifications.planner import Plan
from notifications.words import MessageState
from orders import rows

Planned = Sequence[tuple[Subject, Plan]]

# A UUID of version 7 (RFC 9562 5.7), which PostgreSQL can make by itself from 18 on. It begins
# with the time, so new ones lie side by side in their index, however many are stored; the
# 74 random bits that follow cannot be guessed.
NEW_TOKEN: LiteralString = """
    (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
      || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"""


def write(planned: Planned, now: datetime) -> Counter[str]:
    """Write the plans of locked watches; counts `messages` and `flags` that are new.

    Writing the same plans again changes nothing.
    """
    counts: Counter[str] = Counter()
    counts["messages"] = _write_messages(planned, now)
    _take_back(planned, now)
    counts["flags"] = _write_flags(planned, now)
    _move_watches(planned)
    return counts


def _write_messages(planned: Planned, now: datetime) -> int:
    values = [
        (
            subject.shop_id,
            subject.facts.order_id,
            due.kind,
            due.subject,
            MessageState.TO_COPY if due.to_copy else MessageState.QUEUED,
            due.due_at,
            due.expires_at,
        )
        for subject, plan in planned
        for due in plan.due
        if not _is_written(subject, due.kind, due.subject)
    ]
    if not values:
        return 0
    # A message that was taken back, because it was not true any more, may become due again.
    return rows.execute(
        f"""INSERT INTO notifications_message AS m (shop_id, order_id, kind, subject, state, due_at,
             expires_at, token, next_attempt_at, attempts, detail, recipient, subject_line, text)
           SELECT *, {NEW_TOKEN}, %s, 0, '', '', '', '' FROM unnest(%b::bigint[],
             %b::bigint[], %b::text[], %b::text[], %b::text[], %b::timestamptz[],
             %b::timestamptz[])
           ON CONFLICT (order_id, kind, subject) DO UPDATE SET
             state = excluded.state, due_at = excluded.due_at, expires_at = excluded.expires_at,
             next_attempt_at = excluded.next_attempt_at, attempts = 0, detail = '',
             settled_at = NULL
           WHERE m.state = 'cancelled'""",
        [now, *(list(column) for column in zip(*values, strict=True))],
    )


def _is_written(subject: Subject, kind: str, about: str) -> bool:
    note = subject.facts.notes.get((kind, about))
    return note is not None and note.is_open


def _take_back(planned: Planned, now: datetime) -> None:
    """Cancel what was written and is not due any more; what is being sent right now is left."""
    values = []
    for subject, plan in planned:
        due = {(item.kind, item.subject) for item in plan.due}
        stale = [
            note
            for key, note in subject.facts.notes.items()
            if note.state in (MessageState.QUEUED, MessageState.TO_COPY) and key not in due
        ]
        # Another language costs more than most plans.
        if stale:
            with translation.override(subject.language):
                values += [
                    (
                        subject.facts.order_id,
                        note.kind,
                        note.subject,
                        plan.reason_against(note.kind, note.subject),
                    )
                    for note in stale
                ]
    if values:
        rows.execute(
            """UPDATE notifications_message m
               SET state = 'cancelled', settled_at = %s, detail = v.reason
               FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[])
                 AS v (order_id, kind, subject, reason)
               WHERE m.order_id = v.order_id AND m.kind = v.kind AND m.subject = v.subject
                 AND m.state IN ('queued', 'to_copy')""",
            [now, *(list(column) for column in zip(*values, strict=True))],
        )


def _write_flags(planned: Planned, now: datetime) -> int:
    """Raise the flags that are up and clear those that are not; the number raised."""
    plans = {subject.facts.order_id: (subject, plan) for subject, plan in planned}
    open_flags = rows.select(
        """SELECT order_id, kind, subject, reason FROM orders_flag
           WHERE order_id = ANY(%b) AND cleared_at IS NULL""",
        [list(plans)],
    )
    known = {(order_id, kind, about): reason for order_id, kind, about, reason in open_flags}
    up = _worded(planned)
    _clear([(*key, _why_cleared(*plans[key[0]], *key[1:])) for key in known if key not in up], now)
    _reword([(*key, reason) for key, (reason, _since) in up.items() if key in known], known)
    return _raise([(*key, *told) for key, told in up.items() if key not in known], now)


def _worded(planned: Planned) -> dict[tuple[int, str, str], tuple[str, datetime]]:
    """The flags that are up, with the reason in the seller's language and since when."""
    up = {}
    flagged = [(subject, plan) for subject, plan in planned if plan.flags]
    for language in {subject.language for subject, _plan in flagged}:
        with translation.override(language):
            for subject, plan in flagged:
                if subject.language == language:
                    for flag in plan.flags:
                        key = (subject.facts.order_id, flag.kind, flag.subject)
                        up[key] = (str(flag.reason), flag.since)
    return up


def _why_cleared(subject: Subject, plan: Plan, kind: str, about: str) -> str:
    with translation.override(subject.language):
        for down in plan.flags_down:
            if down.kind == kind and down.subject in (about, ""):
                return str(down.reason)
        for upcoming in plan.upcoming:
            if upcoming.kind == kind and upcoming.subject == about:
                return gettext("There is more time again.")
        return gettext("It is not so any more.")


def _raise(flags: list[tuple[int, str, str, str, datetime]], now: datetime) -> int:
    if not flags:
        return 0
    columns = [list(column) for column in zip(*flags, strict=True)]
    return rows.execute(
        """WITH raised AS (
             INSERT INTO orders_flag (order_id, shop_id, kind, subject, reason, since,
               raised_at, clear_reason)
             SELECT o.id, o.shop_id, v.kind, v.subject, v.reason, v.since,
               %(now)s::timestamptz, ''
             FROM unnest(%(orders)b::bigint[], %(kinds)b::text[], %(subjects)b::text[],
               %(reasons)b::text[], %(since)b::timestamptz[])
               AS v (order_id, kind, subject, reason, since)
             JOIN orders_order o ON o.id = v.order_id
             ON CONFLICT (order_id, kind, subject) WHERE cleared_at IS NULL DO NOTHING
             RETURNING id, order_id, kind, subject, reason, since)
           INSERT INTO orders_orderevent (order_id, kind, key, at, recorded_at, source, data)
           SELECT order_id, 'flag_raised', 'flag_raised:' || id, since, %(now)s, '',
             jsonb_build_object('flag', kind, 'subject', subject, 'reason', reason)
           FROM raised""",
        {
            "now": now,
            **dict(zip(("orders", "kinds", "subjects", "reasons", "since"), columns, strict=True)),
        },
    )


def _reword(flags: list[tuple[int, str, str, str]], known: dict[tuple[int, str, str], str]) -> None:
    """A flag that stays up may have a new reason, as when the buyer wrote meanwhile."""
    changed = [flag for flag in flags if known[flag[:3]] != flag[3]]
    if changed:
        rows.execute(
            """UPDATE orders_flag f SET reason = v.reason
               FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[])
                 AS v (order_id, kind, subject, reason)
               WHERE f.order_id = v.order_id AND f.kind = v.kind AND f.subject = v.subject
                 AND f.cleared_at IS NULL""",
            [list(column) for column in zip(*changed, strict=True)],
        )


def _clear(flags: list[tuple[int, str, str, str]], now: datetime) -> None:
    if not flags:
        return
    columns = [list(column) for column in zip(*flags, strict=True)]
    rows.execute(
        """WITH cleared AS (
             UPDATE orders_flag f SET cleared_at = %(now)s, clear_reason = v.reason
             FROM unnest(%(orders)b::bigint[], %(kinds)b::text[], %(subjects)b::text[],
               %(reasons)b::text[]) AS v (order_id, kind, subject, reason)
             WHERE f.order_id = v.order_id AND f.kind = v.kind AND f.subject = v.subject
               AND f.cleared_at IS NULL
             RETURNING f.id, f.order_id, f.kind, f.subject, f.clear_reason)
           INSERT INTO orders_orderevent (order_id, kind, key, at, recorded_at, source, data)
           SELECT order_id, 'flag_cleared', 'flag_cleared:' || id, %(now)s, %(now)s, '',
             jsonb_build_object('flag', kind, 'subject', subject, 'reason', clear_reason)
           FROM cleared""",
        {
            "now": now,
            **dict(zip(("orders", "kinds", "subjects", "reasons"), columns, strict=True)),
        },
    )


def _move_watches(planned: Planned) -> None:
    moved = [
        (subject.facts.order_id, plan.look_again_at)
        for subject, plan in planned
        if plan.look_again_at is not None
    ]
    if moved:
        rows.execute(
            """UPDATE orders_watch w SET look_at = v.look_at
               FROM unnest(%b::bigint[], %b::timestamptz[]) AS v (order_id, look_at)
               WHERE w.order_id = v.order_id""",
            [list(column) for column in zip(*moved, strict=True)],
        )
    finished = [subject.facts.order_id for subject, plan in planned if plan.look_again_at is None]
    if finished:
        rows.execute("DELETE FROM orders_watch WHERE order_id = ANY(%b)", [finished])
