"""Orders files that were uploaded: what each is, how far it has come, what was wrong with it.

The files themselves lie in the database, in pieces: a worker on another machine finds them there,
and a shop's files are deleted with the shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.shop import Shop

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class ImportState(models.TextChoices):
    CHECKING = "checking", _("being checked")
    UNREADABLE = "unreadable", _("cannot be read")
    READY = "ready", _("waits for your go-ahead")
    IMPORTING = "importing", _("being imported")
    DONE = "done", _("imported")
    STOPPED = "stopped", _("stopped")


# A worker has it in hand, or is to take it up.
WORKING = (ImportState.CHECKING, ImportState.IMPORTING)


class FileRole(models.TextChoices):
    """What a file of a run is: uploaded, or written by us for the seller to mend."""

    ORDERS = "orders", _("orders")
    ITEMS = "items", _("items")
    FAILED_ORDERS = "failed_orders", _("orders to mend")
    FAILED_ITEMS = "failed_items", _("items to mend")


UPLOADED = (FileRole.ORDERS, FileRole.ITEMS)


class ImportRun(models.Model):
    """One upload: checked first, imported when the seller says so.

    The counts are those of the check, and of the import itself once it has begun. `claimed_at`
    is the last sign of life of the worker that has the run in hand; a worker that finds another
    there than its own has lost the run.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="import_runs")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    channel = models.CharField(_("channel"), max_length=20)
    state = models.CharField(
        _("state"), max_length=12, choices=ImportState, default=ImportState.CHECKING
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    # What the check foresees: the first orders of each kind, and the notes that will go out.
    preview = models.JSONField(default=dict, blank=True)
    fault = models.TextField(_("why it cannot be read"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    if TYPE_CHECKING:
        files: RelatedManager[ImportFile]
        problems: RelatedManager[ImportProblem]
        shop_id: int

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["shop", "-id"], name="import_newest_first"),
            models.Index(
                fields=["claimed_at"],
                condition=Q(state__in=WORKING),
                name="import_working",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def orders_read(self) -> int:
        """How many orders the file told, the rejected ones too."""
        return self.created + self.updated + self.unchanged + self.rejected


class ImportFile(models.Model):
    """A file of a run; its bytes lie in the pieces."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    role = models.CharField(max_length=14, choices=FileRole)
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField()

    if TYPE_CHECKING:
        pieces: RelatedManager[ImportPiece]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "role"], name="import_file_once_per_role"),
            models.CheckConstraint(
                condition=Q(role__in=FileRole.values), name="import_file_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportPiece(models.Model):
    """Some hundred kilobytes of a file."""

    file = models.ForeignKey(ImportFile, models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="import_piece_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.position}"


class ImportProblem(models.Model):
    """One thing that is wrong with one row of the file."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField(_("row"))
    column = models.TextField(_("column"), blank=True)
    value = models.TextField(_("value"), blank=True)
    problem = models.TextField(_("problem"))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.row}: {self.problem}"
