from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0009_address_check_by_carrier"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="expecteddelivery",
            options={
                "ordering": ["said_at", "expected_at"],
                "verbose_name_plural": "expected deliveries",
            },
        ),
        migrations.AddField(
            model_name="trackingreport",
            name="tracking_code",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(
                    models.Q(("tracking_code", ""), _negated=True),
                    ("delivered_at__isnull", True),
                ),
                fields=["shipped_at"],
                name="shipment_on_its_way",
            ),
        ),
        migrations.AddIndex(
            model_name="trackingreport",
            index=models.Index(
                condition=models.Q(("tracking_code", ""), _negated=True),
                fields=["shop", "tracking_code"],
                name="report_of_no_parcel",
            ),
        ),
        migrations.AddIndex(
            model_name="trackingreport",
            index=models.Index(fields=["received_at"], name="report_received_at"),
        ),
        migrations.AddIndex(
            model_name="tracker",
            index=models.Index(
                condition=models.Q(("easypost_id", ""), _negated=True),
                fields=["easypost_id"],
                name="tracker_easypost_id",
            ),
        ),
    ]
