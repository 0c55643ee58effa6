from datetime import UTC, datetime

from django.db import migrations

# What the marketplaces say themselves, or want said in their own conversation.
MARKETPLACE = {
    "address_question": "copy",
    "out_for_delivery": "marketplace_does",
    "available_for_pickup": "copy",
    "late_delivery": "copy",
    "returned": "copy",
}
NEW_MODES = {
    "etsy": MARKETPLACE,
    "ebay": MARKETPLACE,
    "shopify": {"out_for_delivery": "marketplace_does"},
}


def furnish(apps, schema_editor):
    """Give shops that are there already the new rules as a new shop has them, as of now."""
    Policy = apps.get_model("orders", "Policy")
    Channel = apps.get_model("orders", "Channel")
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    for policy in Policy.objects.iterator():
        policy.rules_off = sorted({*policy.rules_off, "out_for_delivery"})
        policy.rules_since = {"available_for_pickup": now, **policy.rules_since}
        policy.save(update_fields=["rules_off", "rules_since"])
    for channel in Channel.objects.filter(kind__in=NEW_MODES).iterator():
        channel.modes = NEW_MODES[channel.kind] | channel.modes
        channel.save(update_fields=["modes"])


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0011_returned_late_and_address_flags"),
    ]

    operations = [
        migrations.RunPython(furnish, migrations.RunPython.noop, elidable=True),
    ]
