"""The work on uploads: check each that waits, and import each that the seller has started.

A worker looks into the database for it, so losing the broker, or a worker in the middle of a
file, loses nothing: the next one takes the run up.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import translation

from notifications.consequences import Consequences
from orders.intake import runs, uploads
from orders.intake.incoming import Problem, UnreadableFile
from orders.intake.load import ImportReport, load_orders
from orders.intake.mending import write_failed
from orders.intake.preview import Preview, preview_orders
from orders.models import FileRole, ImportRun, ImportState
from orders.models.imports import UPLOADED

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# A file that is wrong in every row would fill the database with the same sentence.
MOST_PROBLEMS = 20_000
MADE_ROLES = (FileRole.FAILED_ORDERS, FileRole.FAILED_ITEMS)


def work_off(clock: Clock) -> int:
    """Work on every upload that waits, one after another; how many there were."""
    count = 0
    while (run := runs.claim(clock())) is not None:
        work_on(run, clock)
        count += 1
    return count


def work_now(run: ImportRun, clock: Clock) -> None:
    """Work on this one upload, unless somebody does already."""
    claimed = runs.claim(clock(), only=run)
    if claimed is not None:
        work_on(claimed, clock)


def work_on(run: ImportRun, clock: Clock) -> None:
    """Check or import a claimed run, to its end; what goes wrong is left for another attempt.

    What is wrong with the file is told in the shop's language, whoever's turn it is to work.
    """
    try:
        with translation.override(runs.language_of(run.shop)):
            _to_its_end(run, clock)
    except runs.LostRun:
        logger.info("Import lost", extra={"action": "import_lost", "run": run.pk})
    except Exception:
        # Whatever it is, the run is taken up again when its time is over, and at last given up.
        logger.exception("An import failed", extra={"action": "import_failed", "run": run.pk})


def _to_its_end(run: ImportRun, clock: Clock) -> None:
    is_check = run.state == ImportState.CHECKING
    try:
        (_check if is_check else _import)(run, clock)
    except UnreadableFile as fault:
        state = ImportState.UNREADABLE if is_check else ImportState.STOPPED
        runs.settle(run, state, [], clock(), fault=str(fault))


def _check(run: ImportRun, clock: Clock) -> None:
    now = clock()
    consequences = Consequences()
    with uploads.on_disk(run) as paths:
        preview = preview_orders(
            run.shop,
            run.channel,
            paths[FileRole.ORDERS],
            items=paths.get(FileRole.ITEMS),
            now=now,
            look=lambda order_ids: consequences.look(order_ids, now),
            progress=lambda done, total: runs.still_there(run, clock(), done=done, total=total),
        )
    stored = {**_rows(preview), "follows": consequences.as_json()}
    report = preview.report
    problems = report.problems[:MOST_PROBLEMS]
    runs.settle(run, ImportState.READY, problems, clock(), preview=stored, **_counts(report))


def _import(run: ImportRun, clock: Clock) -> None:
    """Import, and keep the rejected rows as a file. Counts go on from a worker that died."""
    before = (run.created, run.updated)
    report = ImportReport()

    def show(done: int, total: int) -> None:
        made = {"created": report.created + before[0], "updated": report.updated + before[1]}
        runs.still_there(run, clock(), done=done, total=total, **made)

    with uploads.on_disk(run) as paths:
        load_orders(
            run.shop,
            run.channel,
            paths[FileRole.ORDERS],
            items=paths.get(FileRole.ITEMS),
            now=clock(),
            progress=show,
            report=report,
        )
        report.unchanged = max(report.unchanged - sum(before), 0)
        report.created, report.updated = report.created + before[0], report.updated + before[1]
        with transaction.atomic():
            problems = report.problems[:MOST_PROBLEMS]
            _keep_failed(run, [paths[role] for role in UPLOADED if role in paths], report.problems)
            runs.settle(run, ImportState.DONE, problems, clock(), **_counts(report))
    logger.info(
        "Orders imported",
        extra={"action": "orders_imported", "shop": run.shop.slug, "run": run.pk},
    )


def _keep_failed(run: ImportRun, paths: Sequence[Path], problems: Sequence[Problem]) -> None:
    with tempfile.TemporaryDirectory(prefix="shopcare-import-") as folder:
        written = write_failed(paths, problems, Path(folder))
        for role, path in zip(MADE_ROLES, written, strict=False):
            with path.open("rb") as file:
                uploads.keep(run, role, path.name, iter(lambda: file.read(uploads.PIECE), b""))


def _counts(report: ImportReport) -> dict[str, int]:
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
    }


def _rows(preview: Preview) -> dict[str, Any]:
    """The first orders as JSON can hold them."""
    plain = DjangoJSONEncoder().default

    def as_json(row: Any) -> dict[str, Any]:
        values = asdict(row)
        values["placed_at"], values["total"] = plain(row.placed_at), plain(row.total)
        return values

    return {"new": list(map(as_json, preview.new)), "changed": list(map(as_json, preview.changed))}
