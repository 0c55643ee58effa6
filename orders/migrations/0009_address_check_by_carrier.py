from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_pack_check_and_label_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="addresscheck",
            name="by_carrier",
            field=models.BooleanField(default=False),
        ),
    ]
