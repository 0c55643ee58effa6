"""Uploaded files in the database, in pieces; and back on disk for as long as they are read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from django.db import transaction

from orders.models.imports import FileRole, ImportFile, ImportPiece, ImportRun

PIECE = 512 * 1024
LONGEST_NAME = 255


@transaction.atomic
def keep(run: ImportRun, role: FileRole, name: str, chunks: Iterable[bytes]) -> ImportFile:
    """Store a file of `run`, in place of one of the same role; never all of it in memory."""
    run.files.filter(role=role).delete()
    file = ImportFile.objects.create(run=run, role=role, name=safe_name(name), size=0)
    positions = count()
    for data in _pieces(chunks):
        ImportPiece.objects.create(file=file, position=next(positions), data=data)
        file.size += len(data)
    file.save(update_fields=["size"])
    return file


def read(file: ImportFile) -> Iterator[bytes]:
    """The file's bytes, piece by piece; each in a query of its own, so that few are in memory."""
    for position in count():
        data = file.pieces.filter(position=position).values_list("data", flat=True).first()
        if data is None:
            return
        yield bytes(data)


@contextmanager
def on_disk(run: ImportRun) -> Iterator[dict[FileRole, Path]]:
    """The run's uploaded files as temporary files, by role; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="shopcare-import-") as folder:
        paths = {}
        for file in run.files.filter(role__in=(FileRole.ORDERS, FileRole.ITEMS)):
            role = FileRole(file.role)
            # Named by its role and never by what somebody called it.
            paths[role] = Path(folder) / role.value
            with paths[role].open("wb") as target:
                target.writelines(read(file))
        yield paths


def safe_name(name: str) -> str:
    """A file's name without folders and without signs that no page or header should meet."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in bare if char.isprintable()).strip()
    return shown[:LONGEST_NAME] or "orders"


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)
