"""All tables at once, for a new database; one that is older goes on step by step."""

import datetime
import uuid
from decimal import Decimal

import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import orders.models.channel
import orders.models.order
import orders.models.policy
import orders.models.shop


class Migration(migrations.Migration):
    replaces = [
        ("orders", "0001_initial"),
        ("orders", "0002_search"),
        ("orders", "0003_import_runs"),
        ("orders", "0004_packing"),
        ("orders", "0005_flag_shop"),
        ("orders", "0006_order_list"),
        ("orders", "0007_shipping_and_tracking"),
        ("orders", "0008_pack_check_and_label_claims"),
        ("orders", "0009_address_check_by_carrier"),
        ("orders", "0010_tracking_indexes"),
        ("orders", "0011_returned_late_and_address_flags"),
        ("orders", "0012_new_rules_in_existing_shops"),
        ("orders", "0013_account_connected_at"),
        ("orders", "0014_no_index_twice"),
        ("orders", "0015_label_after_refund"),
    ]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Buyer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(editable=False)),
                ("email", models.EmailField(blank=True, max_length=320, verbose_name="e-mail")),
                (
                    "username",
                    models.CharField(blank=True, max_length=200, verbose_name="user name"),
                ),
                ("name", models.CharField(blank=True, max_length=300, verbose_name="name")),
                ("language", models.CharField(blank=True, max_length=12, verbose_name="language")),
                (
                    "paused_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="paused since"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Channel",
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
                            ("etsy", "Etsy"),
                            ("ebay", "eBay"),
                            ("shopify", "Shopify"),
                            ("woocommerce", "WooCommerce"),
                            ("own", "own site"),
                            ("in_person", "in person"),
                        ],
                        max_length=20,
                        verbose_name="channel",
                    ),
                ),
                (
                    "modes",
                    models.JSONField(
                        blank=True, default=dict, validators=[orders.models.channel.validate_modes]
                    ),
                ),
            ],
            options={
                "ordering": ["kind"],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=100, verbose_name="number")),
                ("placed_at", models.DateTimeField(verbose_name="placed")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "terms",
                    models.CharField(
                        choices=[
                            ("prepaid", "paid in advance"),
                            ("on_delivery", "paid on delivery"),
                        ],
                        default="prepaid",
                        max_length=12,
                        verbose_name="terms",
                    ),
                ),
                ("ship_by_on", models.DateField(blank=True, null=True, verbose_name="ship by")),
                ("language", models.CharField(blank=True, max_length=12, verbose_name="language")),
                (
                    "subtotal",
                    orders.models.order.Money(
                        decimal_places=3,
                        default=Decimal("0"),
                        max_digits=14,
                        verbose_name="subtotal",
                    ),
                ),
                (
                    "shipping",
                    orders.models.order.Money(
                        decimal_places=3,
                        default=Decimal("0"),
                        max_digits=14,
                        verbose_name="shipping",
                    ),
                ),
                (
                    "tax",
                    orders.models.order.Money(
                        decimal_places=3, default=Decimal("0"), max_digits=14, verbose_name="tax"
                    ),
                ),
                (
                    "discount",
                    orders.models.order.Money(
                        decimal_places=3,
                        default=Decimal("0"),
                        max_digits=14,
                        verbose_name="discount",
                    ),
                ),
                (
                    "total",
                    orders.models.order.Money(
                        decimal_places=3, max_digits=14, verbose_name="total"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="buyer's note")),
                (
                    "requested_service",
                    models.CharField(
                        blank=True,
                        db_default="",
                        max_length=100,
                        verbose_name="wanted way of shipping",
                    ),
                ),
                ("ship_name", models.CharField(blank=True, max_length=300, verbose_name="name")),
                (
                    "ship_street1",
                    models.CharField(blank=True, max_length=300, verbose_name="street"),
                ),
                (
                    "ship_street2",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="street, second line"
                    ),
                ),
                ("ship_city", models.CharField(blank=True, max_length=200, verbose_name="city")),
                (
                    "ship_region",
                    models.CharField(blank=True, max_length=200, verbose_name="region"),
                ),
                (
                    "ship_postcode",
                    models.CharField(blank=True, max_length=40, verbose_name="postcode"),
                ),
                (
                    "ship_country",
                    models.CharField(blank=True, max_length=2, verbose_name="country"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("awaiting_payment", "awaiting payment"),
                            ("paid", "paid"),
                            ("shipped", "shipped"),
                            ("delivered", "delivered"),
                            ("cancelled", "cancelled"),
                        ],
                        default="awaiting_payment",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "needs_shipping",
                    models.BooleanField(default=True, verbose_name="needs shipping"),
                ),
                (
                    "paid_amount",
                    orders.models.order.Money(
                        decimal_places=3, default=Decimal("0"), max_digits=14, verbose_name="paid"
                    ),
                ),
                (
                    "refunded_amount",
                    orders.models.order.Money(
                        decimal_places=3,
                        default=Decimal("0"),
                        max_digits=14,
                        verbose_name="refunded",
                    ),
                ),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
                ("last_payment_at", models.DateTimeField(blank=True, null=True)),
                ("shipped_at", models.DateTimeField(blank=True, null=True, verbose_name="shipped")),
                (
                    "delivered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="delivered"),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="cancelled"),
                ),
                ("cancel_reason", models.TextField(blank=True, verbose_name="why cancelled")),
                (
                    "relisted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="relisted"),
                ),
                (
                    "extended_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="more time until"),
                ),
                (
                    "last_word_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="buyer's last word"),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered"),
                ),
                (
                    "paused_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="paused since"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "search",
                    django.contrib.postgres.search.SearchVectorField(db_default="", editable=False),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="orders.buyer",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="orders.channel",
                    ),
                ),
            ],
            options={
                "ordering": ["-placed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("channel", models.CharField(max_length=20, verbose_name="channel")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "being checked"),
                            ("unreadable", "cannot be read"),
                            ("ready", "waits for your go-ahead"),
                            ("importing", "being imported"),
                            ("done", "imported"),
                            ("stopped", "stopped"),
                        ],
                        default="checking",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0, verbose_name="created")),
                ("updated", models.PositiveIntegerField(default=0, verbose_name="updated")),
                ("unchanged", models.PositiveIntegerField(default=0, verbose_name="unchanged")),
                ("rejected", models.PositiveIntegerField(default=0, verbose_name="rejected")),
                ("preview", models.JSONField(blank=True, default=dict)),
                ("fault", models.TextField(blank=True, verbose_name="why it cannot be read")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField(verbose_name="row")),
                ("column", models.TextField(blank=True, verbose_name="column")),
                ("value", models.TextField(blank=True, verbose_name="value")),
                ("problem", models.TextField(verbose_name="problem")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="orders.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("orders", "orders"),
                            ("items", "items"),
                            ("failed_orders", "orders to mend"),
                            ("failed_items", "items to mend"),
                        ],
                        max_length=14,
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("size", models.PositiveBigIntegerField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="orders.importrun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "role"), name="import_file_once_per_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["orders", "items", "failed_orders", "failed_items"])
                        ),
                        name="import_file_role_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="watch",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("look_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "watches",
                "indexes": [models.Index(fields=["look_at"], name="watch_look_at")],
            },
        ),
        migrations.CreateModel(
            name="ExpectedDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parcel", models.CharField(max_length=100, verbose_name="parcel")),
                ("expected_at", models.DateTimeField(verbose_name="expected")),
                ("said_at", models.DateTimeField(verbose_name="said")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expected_deliveries",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "expected deliveries",
                "ordering": ["said_at", "expected_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "parcel", "expected_at", "said_at"),
                        name="expectation_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.JSONField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("good", "can be delivered to"),
                            ("corrected", "the carrier would write it otherwise"),
                            ("bad", "cannot be delivered to"),
                        ],
                        max_length=10,
                    ),
                ),
                ("suggestion", models.JSONField(blank=True, null=True)),
                ("findings", models.JSONField(default=list)),
                ("by_carrier", models.BooleanField(default=False)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField()),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="address_check",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["good", "corrected", "bad"])),
                        name="address_verdict",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=30, verbose_name="kind")),
                ("key", models.TextField(editable=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("source", models.CharField(blank=True, max_length=100, verbose_name="source")),
                ("data", models.JSONField(default=dict)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "key"), name="event_once_per_order")
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.TextField(verbose_name="title")),
                ("variation", models.TextField(blank=True, verbose_name="variation")),
                ("sku", models.CharField(blank=True, max_length=200, verbose_name="SKU")),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="quantity")),
                (
                    "unit_price",
                    orders.models.order.Money(
                        decimal_places=3, default=Decimal("0"), max_digits=14, verbose_name="price"
                    ),
                ),
                (
                    "needs_shipping",
                    models.BooleanField(default=True, verbose_name="needs shipping"),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "position"), name="line_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="line_has_a_quantity"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackedItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=120)),
                (
                    "packed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packed_items",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "item"), name="item_packed_once_per_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PackScan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parcel", models.CharField(max_length=100)),
                ("item", models.CharField(blank=True, max_length=120)),
                ("code", models.CharField(max_length=300)),
                (
                    "scanned_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pack_scans",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(editable=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "amount",
                    orders.models.order.Money(
                        blank=True,
                        decimal_places=3,
                        max_digits=14,
                        null=True,
                        verbose_name="amount",
                    ),
                ),
                ("reference", models.TextField(blank=True, verbose_name="reference")),
                ("method", models.CharField(blank=True, max_length=100, verbose_name="method")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payments",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "key"), name="payment_once_per_order"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__isnull", True), ("amount__gt", 0), _connector="OR"
                        ),
                        name="payment_is_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(editable=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "amount",
                    orders.models.order.Money(
                        blank=True,
                        decimal_places=3,
                        max_digits=14,
                        null=True,
                        verbose_name="amount",
                    ),
                ),
                ("reference", models.TextField(blank=True, verbose_name="reference")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refunds",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "key"), name="refund_once_per_order"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__isnull", True), ("amount__gt", 0), _connector="OR"
                        ),
                        name="refund_is_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parcel", models.CharField(max_length=100, verbose_name="parcel")),
                ("carrier", models.CharField(blank=True, max_length=100, verbose_name="carrier")),
                ("service", models.CharField(blank=True, max_length=100, verbose_name="service")),
                (
                    "tracking_code",
                    models.CharField(blank=True, max_length=100, verbose_name="tracking number"),
                ),
                ("code_at", models.DateTimeField(blank=True, null=True)),
                ("code_repeat", models.PositiveSmallIntegerField(default=0)),
                ("lines", models.JSONField(blank=True, null=True)),
                ("shipped_at", models.DateTimeField(verbose_name="shipped")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "unknown"),
                            ("pre_transit", "label made"),
                            ("in_transit", "on its way"),
                            ("out_for_delivery", "out for delivery"),
                            ("delivered", "delivered"),
                            ("available_for_pickup", "waiting to be picked up"),
                            ("return_to_sender", "on its way back"),
                            ("failure", "delivery failed"),
                            ("cancelled", "cancelled by the carrier"),
                            ("error", "tracking error"),
                        ],
                        max_length=24,
                        verbose_name="status",
                    ),
                ),
                ("status_at", models.DateTimeField(blank=True, null=True)),
                ("first_scan_at", models.DateTimeField(blank=True, null=True)),
                ("last_scan_at", models.DateTimeField(blank=True, null=True)),
                (
                    "delivered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="delivered"),
                ),
                ("returned", models.BooleanField(default=False, verbose_name="returned")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shipments",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["shipped_at", "parcel"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("tracking_code", ""), _negated=True),
                        fields=["tracking_code"],
                        name="shipment_tracking_code",
                    ),
                    models.Index(
                        condition=models.Q(
                            models.Q(("tracking_code", ""), _negated=True),
                            ("delivered_at__isnull", True),
                        ),
                        fields=["shipped_at"],
                        name="shipment_on_its_way",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "parcel"), name="parcel_once_per_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", ""),
                            (
                                "status__in",
                                [
                                    "unknown",
                                    "pre_transit",
                                    "in_transit",
                                    "out_for_delivery",
                                    "delivered",
                                    "available_for_pickup",
                                    "return_to_sender",
                                    "failure",
                                    "cancelled",
                                    "error",
                                ],
                            ),
                            _connector="OR",
                        ),
                        name="parcel_status_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="Part of the shop's addresses: /shops/…/",
                        unique=True,
                        verbose_name="short name",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "sender_name",
                    models.CharField(
                        blank=True,
                        help_text="The name buyers see in their inbox. Left empty: the shop's name.",
                        max_length=120,
                        verbose_name="sender name",
                    ),
                ),
                (
                    "sender_email",
                    models.EmailField(
                        blank=True,
                        help_text="Letters come from here, answers and your own notices go here.",
                        max_length=254,
                        verbose_name="sender address",
                    ),
                ),
                (
                    "signature",
                    models.TextField(
                        blank=True,
                        help_text="How you sign a letter. Left empty: sender name.",
                        verbose_name="signature",
                    ),
                ),
                (
                    "how_to_pay",
                    models.TextField(
                        blank=True,
                        help_text="Bank details or a payment link; stands in letters about unpaid orders.",
                        verbose_name="how to pay",
                    ),
                ),
                ("url", models.URLField(blank=True, verbose_name="web address")),
                (
                    "timezone",
                    models.CharField(
                        default="UTC",
                        max_length=64,
                        validators=[orders.models.shop.validate_timezone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        default="US",
                        help_text="Where you ship from. Its public holidays are not working days.",
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}$", "Use the two capital letters of ISO 3166, like DE."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        help_text="State or province for its holidays, like BY or CA. May stay empty.",
                        max_length=8,
                        verbose_name="region",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="USD",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Use the three capital letters of ISO 4217, like EUR."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en",
                        help_text="For buyers whose own is unknown.",
                        max_length=12,
                        verbose_name="language",
                    ),
                ),
                ("digest_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "key",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        unique=True,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "indexes": [models.Index(fields=["digest_at"], name="shop_digest_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                        name="shop_currency_is_iso_4217",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShippingProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="sender on the label"
                    ),
                ),
                ("street1", models.CharField(blank=True, max_length=300, verbose_name="street")),
                (
                    "street2",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="street, second line"
                    ),
                ),
                ("city", models.CharField(blank=True, max_length=200, verbose_name="city")),
                ("region", models.CharField(blank=True, max_length=200, verbose_name="region")),
                ("postcode", models.CharField(blank=True, max_length=40, verbose_name="postcode")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                (
                    "units",
                    models.CharField(
                        choices=[
                            ("metric", "grams and centimetres"),
                            ("imperial", "ounces and inches"),
                        ],
                        default="metric",
                        max_length=10,
                        verbose_name="units",
                    ),
                ),
                (
                    "label_format",
                    models.CharField(
                        choices=[
                            ("PDF", "PDF, for any printer"),
                            ("PNG", "PNG, a picture"),
                            ("ZPL", "ZPL, for a 4×6 label printer"),
                        ],
                        default="PDF",
                        max_length=3,
                        verbose_name="labels as",
                    ),
                ),
                ("easypost_key", models.TextField(blank=True, editable=False)),
                ("webhook_secret", models.TextField(blank=True, editable=False)),
                ("webhook_id", models.CharField(blank=True, editable=False, max_length=100)),
                ("connected_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "shop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shipping_profile",
                        to="orders.shop",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScanForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("easypost_id", models.CharField(blank=True, max_length=100)),
                ("status", models.CharField(blank=True, max_length=30)),
                ("form_url", models.URLField(blank=True, max_length=1000)),
                ("problem", models.TextField(blank=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scan_forms",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "fast_payment_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="Who pays within so many hours of ordering gets a special thank-you.",
                        verbose_name="quick payment, hours",
                    ),
                ),
                (
                    "reminder_after",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="Days of silence before the one payment reminder. Days are 24 hours.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="remind after, days",
                    ),
                ),
                (
                    "payment_window",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="Unpaid after so many days: the order is flagged for relisting.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="time to pay, days",
                    ),
                ),
                (
                    "handling_days",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="You promise to ship within so many working days of payment.",
                        validators=[django.core.validators.MaxValueValidator(120)],
                        verbose_name="handling time, working days",
                    ),
                ),
                (
                    "stalled_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Days without a scan before a parcel counts as stalled.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="parcel stalled after, days",
                    ),
                ),
                (
                    "answer_within_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="A buyer who waits longer for your answer is flagged.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(240),
                        ],
                        verbose_name="answer within, hours",
                    ),
                ),
                (
                    "arrival_check_after",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Days after delivery; asked within a week of delivery or not at all.",
                        validators=[django.core.validators.MaxValueValidator(6)],
                        verbose_name="ask about the arrival after, days",
                    ),
                ),
                (
                    "tracking_notice_when",
                    models.CharField(
                        choices=[
                            ("at_once", "as soon as the parcel is recorded"),
                            ("first_scan", "on the carrier's first scan"),
                        ],
                        default="at_once",
                        max_length=12,
                        verbose_name="send the tracking notice",
                    ),
                ),
                (
                    "delay_notice_automatic",
                    models.BooleanField(
                        default=False,
                        help_text="Otherwise each waits for your click.",
                        verbose_name="send delay notices by themselves",
                    ),
                ),
                (
                    "window_opens",
                    models.TimeField(
                        default=datetime.time(8, 0),
                        help_text="Your local time.",
                        verbose_name="notes go out from",
                    ),
                ),
                (
                    "window_closes",
                    models.TimeField(
                        default=datetime.time(20, 0),
                        help_text="Your local time; 00:00 means midnight.",
                        verbose_name="until",
                    ),
                ),
                (
                    "digest_at",
                    models.TimeField(
                        default=datetime.time(7, 0),
                        help_text="Your local time.",
                        verbose_name="morning digest at",
                    ),
                ),
                (
                    "home_service",
                    models.CharField(
                        blank=True,
                        default="USPS Priority",
                        help_text="Carrier and service as EasyPost names them, like USPS Priority.",
                        max_length=100,
                        verbose_name="ship at home by",
                    ),
                ),
                (
                    "abroad_service",
                    models.CharField(
                        blank=True,
                        help_text="Carrier and service, like USPS PriorityMailInternational.",
                        max_length=100,
                        verbose_name="ship abroad by",
                    ),
                ),
                (
                    "insure",
                    models.BooleanField(
                        default=True,
                        help_text="For what the order is worth.",
                        verbose_name="insure parcels",
                    ),
                ),
                (
                    "insure_up_to",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="In your currency. Left empty: the whole value.",
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="insure up to",
                    ),
                ),
                (
                    "pack_first",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Otherwise a packing list that nobody has begun does not stop a label.",
                        verbose_name="no label before all is packed",
                    ),
                ),
                (
                    "weekend",
                    models.JSONField(
                        blank=True,
                        default=orders.models.policy.default_weekend,
                        help_text="0 is Monday, 6 Sunday.",
                        verbose_name="days off",
                    ),
                ),
                (
                    "observe_holidays",
                    models.BooleanField(default=True, verbose_name="public holidays are days off"),
                ),
                (
                    "rules_off",
                    models.JSONField(
                        blank=True,
                        default=orders.models.policy.default_rules_off,
                        verbose_name="rules switched off",
                    ),
                ),
                (
                    "rules_since",
                    models.JSONField(default=orders.models.policy.default_changes, editable=False),
                ),
                (
                    "shop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="policy",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy",
                "verbose_name_plural": "policies",
            },
        ),
        migrations.CreateModel(
            name="PackingExtra",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packing_extras",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shop", "name"), name="packing_extra_once_per_shop"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="packing_extra_has_a_name",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="order",
            name="shop",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="orders",
                to="orders.shop",
            ),
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "owner"), ("helper", "helper")],
                        default="owner",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "user"), name="member_once_per_shop"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "helper"])), name="member_role"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        related_name="label_runs",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parcel", models.CharField(max_length=100, verbose_name="parcel")),
                ("is_return", models.BooleanField(default=False, verbose_name="return label")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waiting to be bought"),
                            ("buying", "being bought"),
                            ("bought", "bought"),
                            ("failed", "not bought"),
                            ("refunding", "refund asked for"),
                            ("refunded", "refunded"),
                            ("refund_refused", "refund refused"),
                        ],
                        default="queued",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("address", models.JSONField(default=dict)),
                ("lines", models.JSONField(blank=True, null=True)),
                ("customs", models.JSONField(blank=True, null=True)),
                ("length_mm", models.PositiveIntegerField(blank=True, null=True)),
                ("width_mm", models.PositiveIntegerField(blank=True, null=True)),
                ("height_mm", models.PositiveIntegerField(blank=True, null=True)),
                ("weight_g", models.PositiveIntegerField(verbose_name="weight")),
                ("carrier", models.CharField(blank=True, max_length=100, verbose_name="carrier")),
                ("service", models.CharField(blank=True, max_length=100, verbose_name="service")),
                (
                    "insured",
                    orders.models.order.Money(
                        decimal_places=3,
                        default=Decimal("0"),
                        max_digits=14,
                        verbose_name="insured for",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("PDF", "PDF, for any printer"),
                            ("PNG", "PNG, a picture"),
                            ("ZPL", "ZPL, for a 4×6 label printer"),
                        ],
                        default="PDF",
                        max_length=3,
                    ),
                ),
                ("override", models.TextField(blank=True)),
                ("easypost_id", models.CharField(blank=True, max_length=100)),
                ("rate_id", models.CharField(blank=True, max_length=100)),
                ("insurance_id", models.CharField(blank=True, max_length=100)),
                (
                    "tracking_code",
                    models.CharField(blank=True, max_length=100, verbose_name="tracking number"),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "cost",
                    orders.models.order.Money(
                        blank=True,
                        decimal_places=3,
                        max_digits=14,
                        null=True,
                        verbose_name="postage",
                    ),
                ),
                (
                    "insurance_cost",
                    orders.models.order.Money(
                        blank=True,
                        decimal_places=3,
                        max_digits=14,
                        null=True,
                        verbose_name="insurance",
                    ),
                ),
                ("files", models.JSONField(default=dict)),
                ("problem", models.TextField(blank=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("claimed_by", models.IntegerField(blank=True, editable=False, null=True)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("bought_at", models.DateTimeField(blank=True, null=True)),
                ("refund_asked_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="labels",
                        to="orders.labelrun",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labels",
                        to="orders.order",
                    ),
                ),
                (
                    "scan_form",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="labels",
                        to="orders.scanform",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labels",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "buying", "refunding"])),
                        fields=["next_attempt_at", "id"],
                        name="label_in_work",
                    ),
                    models.Index(fields=["shop", "-bought_at"], name="label_by_shop"),
                    models.Index(
                        condition=models.Q(("easypost_id", ""), _negated=True),
                        fields=["easypost_id"],
                        name="label_easypost_id",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["queued", "buying", "bought"])),
                        fields=("order", "parcel", "is_return"),
                        name="label_live_once_per_parcel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "queued",
                                    "buying",
                                    "bought",
                                    "failed",
                                    "refunding",
                                    "refunded",
                                    "refund_refused",
                                ],
                            )
                        ),
                        name="label_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "bought"), _negated=True),
                            models.Q(("bought_at__isnull", False), ("cost__isnull", False)),
                            _connector="OR",
                        ),
                        name="label_bought_has_a_time_and_cost",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=300, verbose_name="SKU or title")),
                (
                    "weight_g",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="weight"),
                ),
                (
                    "description",
                    models.CharField(blank=True, max_length=120, verbose_name="for customs"),
                ),
                (
                    "hs_code",
                    models.CharField(
                        blank=True,
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{6,12}$",
                                "An HS code has 6 to 12 digits, without dots, like 711719.",
                            )
                        ],
                        verbose_name="HS code",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        blank=True,
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}$", "Use the two capital letters of ISO 3166, like DE."
                            )
                        ],
                        verbose_name="made in",
                    ),
                ),
                (
                    "value",
                    orders.models.order.Money(
                        blank=True,
                        decimal_places=3,
                        max_digits=14,
                        null=True,
                        verbose_name="value for customs",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="item_details",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "item details",
                "ordering": ["item"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shop", "item"), name="item_details_once_per_shop"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="importrun",
            name="shop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="import_runs",
                to="orders.shop",
            ),
        ),
        migrations.CreateModel(
            name="Flag",
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
                            ("relist", "relist"),
                            ("late_to_ship", "late to ship"),
                            ("address_changed", "address changed after the label"),
                            ("stalled", "parcel stalled"),
                            ("exception", "parcel in trouble"),
                            ("late_delivery", "parcel late"),
                            ("returned", "parcel returned"),
                            ("unanswered", "buyer waits for an answer"),
                            ("undeliverable", "mail undeliverable"),
                            ("paid_after_cancel", "paid after cancelling"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.TextField(blank=True)),
                ("reason", models.TextField(verbose_name="reason")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("raised_at", models.DateTimeField(verbose_name="raised")),
                ("cleared_at", models.DateTimeField(blank=True, null=True, verbose_name="cleared")),
                ("clear_reason", models.TextField(blank=True, verbose_name="why cleared")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="orders.order",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "ordering": ["since", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=["shop", "kind", "since"],
                        name="flag_open_in_shop",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=("order", "kind", "subject"),
                        name="flag_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "relist",
                                    "late_to_ship",
                                    "address_changed",
                                    "stalled",
                                    "exception",
                                    "late_delivery",
                                    "returned",
                                    "unanswered",
                                    "undeliverable",
                                    "paid_after_cancel",
                                ],
                            )
                        ),
                        name="flag_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlyFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=30)),
                ("key", models.TextField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(blank=True, max_length=100)),
                ("data", models.JSONField(default=dict)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="early_facts",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shop", "number", "key"), name="early_fact_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parcel", models.CharField(max_length=100, verbose_name="parcel")),
                (
                    "insurer",
                    models.CharField(
                        choices=[("easypost", "EasyPost"), ("carrier", "the carrier")],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("loss", "lost"), ("damage", "damaged"), ("theft", "stolen")],
                        max_length=10,
                        verbose_name="what happened",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "being prepared"),
                            ("filing", "being filed"),
                            ("submitted", "filed"),
                            ("needs_info", "waits for more from you"),
                            ("approved", "approved"),
                            ("paid", "paid"),
                            ("rejected", "refused"),
                            ("cancelled", "withdrawn"),
                        ],
                        default="prepared",
                        max_length=12,
                    ),
                ),
                (
                    "amount",
                    orders.models.order.Money(
                        decimal_places=3, max_digits=14, verbose_name="amount"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                (
                    "paid",
                    orders.models.order.Money(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="paid"
                    ),
                ),
                (
                    "description",
                    models.TextField(blank=True, verbose_name="what happened, in words"),
                ),
                ("evidence", models.JSONField(default=dict)),
                (
                    "deadline_on",
                    models.DateField(blank=True, null=True, verbose_name="to be filed by"),
                ),
                ("easypost_id", models.CharField(blank=True, max_length=100)),
                ("detail", models.TextField(blank=True)),
                ("history", models.JSONField(default=list)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("next_poll_at", models.DateTimeField(blank=True, null=True)),
                (
                    "label",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="claims",
                        to="orders.label",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="orders.order",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        fields=("order", "parcel"),
                        name="claim_once_per_parcel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "prepared",
                                    "filing",
                                    "submitted",
                                    "needs_info",
                                    "approved",
                                    "paid",
                                    "rejected",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="claim_state_is_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="channel",
            name="shop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="channels",
                to="orders.shop",
            ),
        ),
        migrations.AddField(
            model_name="buyer",
            name="shop",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="buyers",
                to="orders.shop",
            ),
        ),
        migrations.CreateModel(
            name="Box",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "length_mm",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="length",
                    ),
                ),
                (
                    "width_mm",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="width",
                    ),
                ),
                (
                    "height_mm",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="height",
                    ),
                ),
                (
                    "weight_g",
                    models.PositiveIntegerField(default=0, verbose_name="weight when empty"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="boxes",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "boxes",
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "name"), name="box_once_per_shop"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("height_mm__gt", 0), ("length_mm__gt", 0), ("width_mm__gt", 0)
                        ),
                        name="box_has_a_size",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tracker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parcel", models.CharField(max_length=100, verbose_name="parcel")),
                ("carrier", models.CharField(blank=True, max_length=100, verbose_name="carrier")),
                ("tracking_code", models.CharField(max_length=100, verbose_name="tracking number")),
                ("easypost_id", models.CharField(blank=True, max_length=100)),
                ("status", models.CharField(blank=True, max_length=24)),
                ("since", models.DateTimeField()),
                ("heard_at", models.DateTimeField(blank=True, null=True)),
                ("next_poll_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trackers",
                        to="orders.order",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trackers",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_poll_at__isnull", False)),
                        fields=["next_poll_at"],
                        name="tracker_to_poll",
                    ),
                    models.Index(fields=["shop", "tracking_code"], name="tracker_by_code"),
                    models.Index(
                        condition=models.Q(("easypost_id", ""), _negated=True),
                        fields=["easypost_id"],
                        name="tracker_easypost_id",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "parcel", "carrier", "tracking_code"),
                        name="tracker_once_per_number",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unknown", "unknown"),
                            ("pre_transit", "label made"),
                            ("in_transit", "on its way"),
                            ("out_for_delivery", "out for delivery"),
                            ("delivered", "delivered"),
                            ("available_for_pickup", "waiting to be picked up"),
                            ("return_to_sender", "on its way back"),
                            ("failure", "delivery failed"),
                            ("cancelled", "cancelled by the carrier"),
                            ("error", "tracking error"),
                        ],
                        max_length=24,
                        verbose_name="status",
                    ),
                ),
                ("message", models.TextField(blank=True, verbose_name="message")),
                ("location", models.TextField(blank=True, verbose_name="location")),
                (
                    "shipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tracking_events",
                        to="orders.shipment",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shipment", "at", "status", "message"), name="scan_once_per_parcel"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.TextField(blank=True)),
                ("tracking_code", models.CharField(blank=True, max_length=100)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tracking_reports",
                        to="orders.shop",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["id"],
                        name="report_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("tracking_code", ""), _negated=True),
                        fields=["shop", "tracking_code"],
                        name="report_of_no_parcel",
                    ),
                    models.Index(fields=["received_at"], name="report_received_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "key"), name="report_once_per_shop")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="orders.importfile",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("file", "position"), name="import_piece_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["shop", "-placed_at", "-id"], name="order_newest_first"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["shop", "status", "-placed_at", "-id"], name="order_by_status"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["channel", "-placed_at", "-id"], name="order_by_channel"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("paused_at__isnull", False)),
                fields=["shop", "-placed_at", "-id"],
                name="order_paused",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    ("cancelled_at__isnull", True),
                    ("needs_shipping", True),
                    ("shipped_at__isnull", True),
                    models.Q(("paid_at__isnull", False), ("terms", "on_delivery"), _connector="OR"),
                ),
                fields=["shop", "-placed_at", "-id"],
                name="order_to_ship_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="order_search"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("shop"),
                django.db.models.functions.comparison.Coalesce("paid_at", "placed_at"),
                models.F("id"),
                condition=models.Q(
                    ("cancelled_at__isnull", True),
                    ("needs_shipping", True),
                    ("shipped_at__isnull", True),
                    models.Q(("paid_at__isnull", False), ("terms", "on_delivery"), _connector="OR"),
                ),
                name="order_to_ship",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=("shop", "number"), name="order_number_once_per_shop"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True), name="order_has_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["awaiting_payment", "paid", "shipped", "delivered", "cancelled"],
                    )
                ),
                name="order_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("terms__in", ["prepaid", "on_delivery"])),
                name="order_terms_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                name="order_currency_is_iso_4217",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid_amount__gte", 0), ("refunded_amount__gte", 0), ("total__gte", 0)
                ),
                name="order_money_is_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at__isnull", False), ("status", "cancelled")),
                    models.Q(
                        models.Q(("status", "cancelled"), _negated=True),
                        ("cancelled_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="order_cancelled_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "paid"), _negated=True),
                    ("paid_at__isnull", False),
                    _connector="OR",
                ),
                name="order_paid_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["shipped", "delivered"]), _negated=True),
                    ("shipped_at__isnull", False),
                    _connector="OR",
                ),
                name="order_shipped_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "delivered"), _negated=True),
                    ("delivered_at__isnull", False),
                    _connector="OR",
                ),
                name="order_delivered_has_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(fields=["shop", "-id"], name="import_newest_first"),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(
                condition=models.Q(("state__in", ("checking", "importing"))),
                fields=["claimed_at"],
                name="import_working",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["checking", "unreadable", "ready", "importing", "done", "stopped"],
                    )
                ),
                name="import_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.UniqueConstraint(
                fields=("shop", "kind"), name="channel_once_per_shop"
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["etsy", "ebay", "shopify", "woocommerce", "own", "in_person"])
                ),
                name="channel_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="buyer",
            constraint=models.UniqueConstraint(fields=("shop", "key"), name="buyer_once_per_shop"),
        ),
    ]
