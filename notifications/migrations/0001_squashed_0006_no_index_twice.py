"""All tables at once, for a new database; one that is older goes on step by step."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_decision"),
        ("notifications", "0003_policy_preview"),
        ("notifications", "0004_message_lists"),
        ("notifications", "0005_notes_about_parcels_and_address"),
        ("notifications", "0006_no_index_twice"),
    ]

    initial = True

    dependencies = [
        ("orders", "0015_label_after_refund"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("thank_you", "thank-you"),
                            ("payment_received", "payment received"),
                            ("payment_reminder", "payment reminder"),
                            ("relist", "relist notice"),
                            ("address_question", "question about the address"),
                            ("tracking_notice", "tracking notice"),
                            ("delay_notice", "delay notice"),
                            ("out_for_delivery", "out for delivery"),
                            ("available_for_pickup", "ready to be picked up"),
                            ("late_delivery", "word about a late parcel"),
                            ("returned", "word about a returned parcel"),
                            ("arrival_check", "arrival check"),
                            ("digest", "morning digest"),
                            ("address_changed", "address changed after the label"),
                        ],
                        max_length=20,
                        verbose_name="note",
                    ),
                ),
                ("subject", models.TextField(blank=True, verbose_name="about")),
                ("skipped_at", models.DateTimeField(blank=True, null=True, verbose_name="skipped")),
                (
                    "send_now_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="send now"),
                ),
                ("subject_line", models.TextField(blank=True, verbose_name="subject")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "kind", "subject"), name="decision_once_per_note"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("skipped_at__isnull", True),
                            ("send_now_at__isnull", True),
                            _connector="OR",
                        ),
                        name="decision_is_one_or_the_other",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("thank_you", "thank-you"),
                            ("payment_received", "payment received"),
                            ("payment_reminder", "payment reminder"),
                            ("relist", "relist notice"),
                            ("address_question", "question about the address"),
                            ("tracking_notice", "tracking notice"),
                            ("delay_notice", "delay notice"),
                            ("out_for_delivery", "out for delivery"),
                            ("available_for_pickup", "ready to be picked up"),
                            ("late_delivery", "word about a late parcel"),
                            ("returned", "word about a returned parcel"),
                            ("arrival_check", "arrival check"),
                            ("digest", "morning digest"),
                        ],
                        max_length=20,
                        verbose_name="note",
                    ),
                ),
                ("subject", models.TextField(blank=True, verbose_name="about")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("delivered", "delivered"),
                            ("bounced", "came back"),
                            ("complained", "marked as spam"),
                            ("failed", "could not be sent"),
                            ("cancelled", "no longer true"),
                            ("to_copy", "to be copied"),
                            ("copied", "copied"),
                        ],
                        default="queued",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("due_at", models.DateTimeField(verbose_name="due")),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="stale after"),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("next_attempt_at", models.DateTimeField(verbose_name="next attempt")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("claimed_by", models.IntegerField(blank=True, editable=False, null=True)),
                ("claimed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("detail", models.TextField(blank=True, verbose_name="detail")),
                ("recipient", models.CharField(blank=True, max_length=320, verbose_name="to")),
                ("subject_line", models.TextField(blank=True, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="orders.order",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "ordering": ["-due_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["next_attempt_at", "id"],
                        name="message_queued",
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["claimed_at"],
                        name="message_sending",
                    ),
                    models.Index(
                        condition=models.Q(("state", "to_copy")),
                        fields=["shop", "due_at"],
                        name="message_to_copy",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["failed", "bounced", "complained"])),
                        fields=["shop", "due_at"],
                        name="message_lost",
                    ),
                    models.Index(
                        fields=["shop", "kind", "-due_at", "-id"], name="message_newest_first"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "kind", "subject"), name="message_once_per_order"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("order__isnull", True)),
                        fields=("shop", "kind", "subject"),
                        name="message_once_per_shop",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "queued",
                                    "sending",
                                    "sent",
                                    "delivered",
                                    "bounced",
                                    "complained",
                                    "failed",
                                    "cancelled",
                                    "to_copy",
                                    "copied",
                                ],
                            )
                        ),
                        name="message_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "thank_you",
                                    "payment_received",
                                    "payment_reminder",
                                    "relist",
                                    "address_question",
                                    "tracking_notice",
                                    "delay_notice",
                                    "out_for_delivery",
                                    "available_for_pickup",
                                    "late_delivery",
                                    "returned",
                                    "arrival_check",
                                    "digest",
                                ],
                            )
                        ),
                        name="message_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["sent", "copied"]), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="message_sent_has_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyPreview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("settings", models.JSONField(default=dict)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "order_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("taken", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("tally", models.JSONField(default=dict)),
                (
                    "differing",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="previews",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="preview_created_at")],
            },
        ),
        migrations.CreateModel(
            name="ShopWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("thank_you", "thank-you"),
                            ("payment_received", "payment received"),
                            ("payment_reminder", "payment reminder"),
                            ("relist", "relist notice"),
                            ("address_question", "question about the address"),
                            ("tracking_notice", "tracking notice"),
                            ("delay_notice", "delay notice"),
                            ("out_for_delivery", "out for delivery"),
                            ("available_for_pickup", "ready to be picked up"),
                            ("late_delivery", "word about a late parcel"),
                            ("returned", "word about a returned parcel"),
                            ("arrival_check", "arrival check"),
                            ("digest", "morning digest"),
                        ],
                        max_length=20,
                        verbose_name="note",
                    ),
                ),
                ("language", models.CharField(max_length=12, verbose_name="language")),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wordings",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "verbose_name": "wording",
                "verbose_name_plural": "wordings",
                "ordering": ["kind", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shop", "kind", "language"), name="wording_once_per_shop"
                    )
                ],
            },
        ),
    ]
