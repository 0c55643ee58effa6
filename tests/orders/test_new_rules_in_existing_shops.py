"""Shops from before the rules about parcels get them as a new shop has them."""

from importlib import import_module

import pytest
from django.apps import apps

from orders.models import Channel, Policy
from orders.models.channel import DEFAULT_MODES
from tests.factory import make_shop

furnish = import_module("orders.migrations.0012_new_rules_in_existing_shops").furnish

pytestmark = pytest.mark.django_db
NEW = {"address_question", "out_for_delivery", "available_for_pickup", "late_delivery", "returned"}


def test_an_existing_shop_ends_as_a_new_one_and_keeps_its_own_choices() -> None:
    shop = make_shop()
    Policy.objects.update(rules_off=["relist"], rules_since={"relist": "2026-11-02T09:30:00Z"})
    for channel in Channel.objects.all():
        channel.modes = {k: m for k, m in channel.modes.items() if k not in NEW}
        channel.modes |= {"returned": "send"} if channel.kind == "ebay" else {}
        channel.save()

    furnish(apps, None)

    policy = Policy.objects.get(shop=shop)
    assert policy.rules_off == ["out_for_delivery", "relist"]
    assert set(policy.rules_since) == {"relist", "available_for_pickup"}
    modes = {channel.kind: channel.modes for channel in Channel.objects.all()}
    assert modes.pop("ebay") == DEFAULT_MODES["ebay"] | {"returned": "send"}
    assert modes == {kind: DEFAULT_MODES[kind] for kind in modes}
