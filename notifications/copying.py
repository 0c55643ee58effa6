"""Notes that the seller copies into a marketplace's conversation: a way of delivery like mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from notifications import letters
from notifications.loading import load
from notifications.materials import gather
from notifications.models import Message
from notifications.planner import plan
from notifications.wording import Letter
from orders import rows

MARK_COPIED: LiteralString = """
    WITH copied AS (
      UPDATE notifications_message SET
        state = 'copied', sent_at = %(now)s, settled_at = %(now)s, subject_line = %(subject)s,
        text = %(text)s
      WHERE id = %(id)s AND state = 'to_copy'
      RETURNING id, order_id, kind, subject),
    told AS (
      INSERT INTO orders_orderevent (order_id, kind, key, at, recorded_at, source, data)
      SELECT order_id, 'note', 'note:' || id || ':copied', %(now)s, %(now)s, 'dashboard',
        jsonb_build_object('note', kind, 'subject', subject, 'state', 'copied')
      FROM copied
      ON CONFLICT (order_id, key) DO NOTHING)
    SELECT id FROM copied"""


def letters_to_copy(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """The letters of messages that wait to be copied, by message id, in some ten queries.

    A message that is no longer due at `now` is left out; the next sweep takes it back.
    """
    if not messages:
        return {}
    order_ids = sorted({m.order_id for m in messages if m.order_id is not None})
    subjects = {subject.facts.order_id: subject for subject in load(order_ids)}
    materials = gather({message.shop_id for message in messages}, order_ids)
    written = {}
    for message in messages:
        subject = subjects.get(message.order_id or 0)
        if subject is None:
            continue
        answer = plan(subject.facts, subject.policy, now)
        if answer.find_due(message.kind, message.subject) is not None:
            written[message.pk] = letters.write_letter(
                message.kind, message.subject, subject, answer, materials
            )
    return written


def mark_copied(*, message: Message, now: datetime) -> bool:
    """The seller has sent the note by hand; False when it had been marked or taken back before."""
    letter = letters_to_copy([message], now).get(message.pk)
    values = {
        "id": message.pk,
        "now": now,
        "subject": letter.subject if letter else "",
        "text": letter.text if letter else "",
    }
    return bool(rows.select(MARK_COPIED, values))
