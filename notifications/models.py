"""The outbox, and the wording that a shop has made its own."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notifications.words import MessageState
from orders.models import Order, Shop
from orders.words import FlagKind, NoteKind


class Message(models.Model):
    """A note as a row in the outbox, and what became of it.

    At most one for each order, kind and subject (which parcel, which day's digest): that is what
    "at most once" rests on. `next_attempt_at` is when it may be sent at the earliest; times UTC.
    """

    # Found by message_newest_first, which begins with it.
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="messages", db_index=False)
    # Empty for the digest, which is about the whole shop. Found by message_once_per_order.
    order = models.ForeignKey(
        Order, models.CASCADE, related_name="messages", null=True, blank=True, db_index=False
    )
    kind = models.CharField(_("note"), max_length=20, choices=NoteKind)
    subject = models.TextField(_("about"), blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=MessageState, default=MessageState.QUEUED
    )
    # Names the mail for good: a message that is sent again keeps its Message-ID.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("stale after"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Which database session has it in hand while it is `sending`, and since when by the
    # database's own clock: a session that is gone will not settle it any more.
    claimed_by = models.IntegerField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Why it was cancelled or could not be sent; the mail server's own words for the latter.
    detail = models.TextField(_("detail"), blank=True)
    recipient = models.CharField(_("to"), max_length=320, blank=True)
    subject_line = models.TextField(_("subject"), blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        ordering = ["-due_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="message_queued",
                condition=Q(state=MessageState.QUEUED),
            ),
            models.Index(
                fields=["claimed_at"],
                name="message_sending",
                condition=Q(state=MessageState.SENDING),
            ),
            models.Index(
                fields=["shop", "due_at"],
                name="message_to_copy",
                condition=Q(state=MessageState.TO_COPY),
            ),
            models.Index(
                fields=["shop", "due_at"],
                name="message_lost",
                condition=Q(state__in=["failed", "bounced", "complained"]),
            ),
            models.Index(fields=["shop", "kind", "-due_at", "-id"], name="message_newest_first"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "subject"], name="message_once_per_order"
            ),
            models.UniqueConstraint(
                fields=["shop", "kind", "subject"],
                condition=Q(order__isnull=True),
                name="message_once_per_shop",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="message_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=NoteKind.values), name="message_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MessageState.SENT, MessageState.COPIED])
                | Q(sent_at__isnull=False),
                name="message_sent_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"


class Decision(models.Model):
    """What the seller decided about one note of one order, before it went out.

    One that is not about a note is about a label, bought before the address was changed: keep it.
    `subject_line` and `body`, when given, are the very words to send instead of the wording's.
    """

    # Found by decision_once_per_note.
    order = models.ForeignKey(Order, models.CASCADE, related_name="decisions", db_index=False)
    kind = models.CharField(
        _("note"),
        max_length=20,
        choices=[
            *NoteKind.choices,
            (FlagKind.ADDRESS_CHANGED.value, FlagKind.ADDRESS_CHANGED.label),
        ],
    )
    subject = models.TextField(_("about"), blank=True)
    skipped_at = models.DateTimeField(_("skipped"), null=True, blank=True)
    send_now_at = models.DateTimeField(_("send now"), null=True, blank=True)
    subject_line = models.TextField(_("subject"), blank=True)
    body = models.TextField(_("text"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "subject"], name="decision_once_per_note"
            ),
            models.CheckConstraint(
                condition=Q(skipped_at__isnull=True) | Q(send_now_at__isnull=True),
                name="decision_is_one_or_the_other",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.get_kind_display()}"


class ShopWording(models.Model):
    """A shop's own text for one note in one language, instead of the shipped one."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="wordings")
    kind = models.CharField(_("note"), max_length=20, choices=NoteKind)
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "kind", "language"], name="wording_once_per_shop"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"

    def clean(self) -> None:
        """Raises ValidationError with line and reason when the text could fail at sending."""
        from notifications.wording import Wording, WordingError, validate

        try:
            validate(self.kind, Wording(self.subject, self.body))
        except WordingError as error:
            raise ValidationError({"body": str(error)}) from error


class PolicyPreview(models.Model):
    """What changed settings would have done, worked out piece by piece (see `preview_runs`).

    Holds settings, numbers and ids only. `taken` says how many of the orders somebody has in hand
    or has done, `done` how many are counted in `tally`. Times UTC.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="previews")
    settings = models.JSONField(default=dict)
    since = models.DateTimeField()
    until = models.DateTimeField()
    order_ids = ArrayField(models.BigIntegerField(), default=list)
    taken = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    # The orders that come out otherwise; not all of them, if they are very many.
    differing = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="preview_created_at")]

    def __str__(self) -> str:
        return f"{self.shop}: {self.done}/{len(self.order_ids)}"

    @property
    def is_finished(self) -> bool:
        return self.done >= len(self.order_ids)
