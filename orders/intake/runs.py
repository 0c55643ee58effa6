"""The life of an upload: begun, checked, started by the seller, imported, cleaned away.

Work is claimed row by row. A worker shows that it lives while it goes on; one that does not for
`LEASE` has lost its run to the next: checking leaves no trace, and importing a file again changes
nothing, so starting over is always right.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from orders.intake import uploads
from orders.intake.incoming import Problem
from orders.models import FileRole, ImportFile, ImportProblem, ImportRun, ImportState, Shop
from orders.models.imports import UPLOADED, WORKING

logger = logging.getLogger(__name__)

LARGEST_FILE = 100 * 1024 * 1024  # bytes
LEASE = timedelta(minutes=1)
ATTEMPTS = 3
# So many runs are worked on at once: sweeping must not wait behind a row of long files.
AT_ONCE = 2
# Uploads hold buyers' names and addresses: kept for as long as somebody may ask, no longer.
KEEP_UNSTARTED = timedelta(days=2)
KEEP_UPLOADS = timedelta(days=7)
KEEP_FAILED_ROWS = timedelta(days=90)
UNCLAIMED: dict[str, Any] = dict.fromkeys(
    ("attempts", "done", "total", "created", "updated", "unchanged", "rejected"), 0
) | {"claimed_at": None}
GAVE_UP = gettext_noop(
    "The import stopped three times in the middle of this file. What had been read by then is "
    "saved; the log says more."
)


class LostRun(Exception):
    """Somebody else has taken up the run, or it is gone: stop working on it."""


@transaction.atomic
def begin(
    shop: Shop,
    channel: str,
    files: Sequence[tuple[str, Iterable[bytes]]],
    *,
    by: Any,
    now: datetime,
) -> ImportRun:
    """Keep an upload of one or two files (name, bytes) and have it checked."""
    run = ImportRun.objects.create(shop=shop, channel=channel, created_by=by, created_at=now)
    for role, (name, chunks) in zip(UPLOADED, files, strict=False):
        uploads.keep(run, role, name, chunks)
    return run


@transaction.atomic
def check_again(run: ImportRun, channel: str) -> bool:
    """Have the file checked as one of `channel`; False when it has been started meanwhile."""
    changed = ImportRun.objects.filter(
        pk=run.pk, state__in=(ImportState.READY, ImportState.UNREADABLE, ImportState.CHECKING)
    ).update(state=ImportState.CHECKING, channel=channel, fault="", preview={}, **UNCLAIMED)
    if changed:
        run.problems.all().delete()
    return bool(changed)


def start(run: ImportRun) -> bool:
    """Have a checked file imported; False when somebody has started it already."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=ImportState.READY)
    return bool(waiting.update(state=ImportState.IMPORTING, **UNCLAIMED))


def discard(run: ImportRun) -> bool:
    """Throw a file away that was not imported; False when it has been started meanwhile."""
    unstarted = (ImportState.CHECKING, ImportState.READY, ImportState.UNREADABLE)
    deleted, _by_model = ImportRun.objects.filter(pk=run.pk, state__in=unstarted).delete()
    return bool(deleted)


@transaction.atomic
def claim(now: datetime, *, only: ImportRun | None = None) -> ImportRun | None:
    """Take up a run that waits, or whose worker has died; None when there is none.

    One that was taken up too often is given up. `only` names the one to take up.
    """
    working = ImportRun.objects.filter(state__in=WORKING)
    idle = Q(claimed_at__isnull=True) | Q(claimed_at__lte=now - LEASE)
    if only is not None:
        working = working.filter(pk=only.pk)
    elif working.exclude(idle).count() >= AT_ONCE:
        return None
    run = working.filter(idle).select_for_update(skip_locked=True, of=("self",)).order_by("id")
    found = run.select_related("shop").first()
    if found is None:
        return None
    if found.attempts >= ATTEMPTS:
        with translation.override(language_of(found.shop)):
            _end(found, ImportState.STOPPED, now, fault=gettext(GAVE_UP))
        logger.error("Import given up", extra={"action": "import_given_up", "run": found.pk})
        return None
    found.claimed_at = now
    found.attempts += 1
    found.save(update_fields=["claimed_at", "attempts"])
    return found


def stop(shop: Shop, now: datetime, why: str) -> int:
    """Stop what is being checked or imported for `shop`; how many runs that were."""
    working = ImportRun.objects.filter(shop=shop, state__in=WORKING)
    return working.update(state=ImportState.STOPPED, claimed_at=None, finished_at=now, fault=why)


def still_there(run: ImportRun, now: datetime, **fields: Any) -> None:
    """Show that its worker lives, and how far it is. Raises LostRun when the run is not ours."""
    if not _ours(run).update(claimed_at=now, **fields):
        raise LostRun
    run.claimed_at = now


@transaction.atomic
def settle(
    run: ImportRun,
    state: ImportState,
    problems: Sequence[Problem],
    now: datetime,
    **fields: Any,
) -> None:
    """Write what became of a run and all that is wrong with it. Raises LostRun."""
    _end(run, state, now, **fields)
    run.problems.all().delete()
    rows = (
        ImportProblem(
            run=run,
            row=problem.row,
            column=_storable(problem.column),
            value=_storable(problem.value),
            problem=problem.problem,
        )
        for problem in problems
    )
    while batch := list(islice(rows, 1000)):
        ImportProblem.objects.bulk_create(batch)


def clean_up(now: datetime) -> int:
    """Delete uploads that nobody needs any more; how many runs or files that were."""
    unstarted = ImportRun.objects.filter(
        state__in=(ImportState.READY, ImportState.UNREADABLE),
        created_at__lt=now - KEEP_UNSTARTED,
    )
    ended = ImportFile.objects.filter(run__state__in=(ImportState.DONE, ImportState.STOPPED))
    read = ended.filter(role__in=UPLOADED, run__finished_at__lt=now - KEEP_UPLOADS)
    failed = ended.exclude(role__in=UPLOADED).filter(run__finished_at__lt=now - KEEP_FAILED_ROWS)
    count = 0
    for old in (unstarted, read, failed):
        count += old.count()
        old.delete()
    return count


def language_of(shop: Shop) -> str:
    """The language in which a shop reads what became of its files: its own, else English.

    It is one of those that the interface speaks: `de` for a shop in `de-AT`.
    """
    try:
        return translation.get_supported_language_variant(shop.language)
    except LookupError:
        return settings.LANGUAGE_CODE


def file_of(run: ImportRun, role: FileRole) -> ImportFile | None:
    """The run's file of this role, if there is one."""
    return run.files.filter(role=role).first()


def _ours(run: ImportRun) -> Any:
    """The run, if nobody has claimed it since our last sign of life."""
    return ImportRun.objects.filter(pk=run.pk, state=run.state, claimed_at=run.claimed_at)


def _end(run: ImportRun, state: ImportState, now: datetime, **fields: Any) -> None:
    ended = now if state in (ImportState.DONE, ImportState.STOPPED) else None
    if not _ours(run).update(state=state, claimed_at=None, finished_at=ended, **fields):
        raise LostRun
    run.state = state


def _storable(text: str) -> str:
    """A damaged cell's text as PostgreSQL can hold it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
