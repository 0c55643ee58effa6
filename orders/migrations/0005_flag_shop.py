import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_packing")]

    operations = [
        migrations.AddField(
            "flag",
            "shop",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="flags",
                to="orders.shop",
            ),
        ),
        migrations.RunSQL(
            "UPDATE orders_flag f SET shop_id = o.shop_id FROM orders_order o"
            " WHERE o.id = f.order_id; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "flag",
            "shop",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="flags",
                to="orders.shop",
            ),
        ),
        migrations.AddIndex(
            "flag",
            models.Index(
                condition=models.Q(("cleared_at__isnull", True)),
                fields=["shop", "kind", "since"],
                name="flag_open_in_shop",
            ),
        ),
    ]
