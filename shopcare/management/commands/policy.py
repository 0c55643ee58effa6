"""`manage.py policy`: a shop's policy, shown or changed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from notifications.policy_changes import save_channel, save_policy
from orders.models import Channel, Policy
from orders.models.channel import DEFAULT_MODES
from orders.words import ChannelKind
from shopcare.commanding import ShopCommand, clock, sentence_of, shop_of
from shopcare.policy_keys import BadSetting, change, shown


class Command(ShopCommand):
    help = (
        "Shows a shop's policy, or sets one or several of its keys; all of them or none. "
        "Examples: reminder_after=2  sending_window=09:00-18:00  relist=off  "
        "etsy.thank_you=marketplace_does"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """SLUG and what to set."""
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("settings_to_make", metavar="KEY=VALUE", nargs="*")
        self.add_now(parser)
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Change what is asked for, and show how it stands."""
        shop = shop_of(options["slug"])
        now = clock(options)
        with transaction.atomic():
            policy = Policy.objects.select_for_update().get(shop=shop)
            channels = {
                kind: Channel(shop=shop, kind=kind, modes=DEFAULT_MODES[kind])
                for kind in ChannelKind.values
            } | {channel.kind: channel for channel in shop.channels.all()}
            try:
                touched = change(policy, channels, options["settings_to_make"])
                if options["settings_to_make"]:
                    policy.full_clean()
                    save_policy(policy, now=now)
                for kind in sorted(touched):
                    channels[kind].full_clean()
                    save_channel(channels[kind], now=now)
            except BadSetting as fault:
                raise CommandError(str(fault)) from fault
            except ValidationError as fault:
                raise CommandError(sentence_of(fault)) from fault
        document = shown(policy, channels.values())
        if options["json"]:
            self.print_json({"shop": shop.slug, **document})
        else:
            for key, value in document.items():
                self.stdout.write(f"{key}={_written(value)}")


def _written(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
