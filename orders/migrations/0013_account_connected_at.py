from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0012_new_rules_in_existing_shops"),
    ]

    operations = [
        migrations.AddField(
            model_name="shippingprofile",
            name="connected_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
