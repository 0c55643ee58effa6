"""What our commands share: the shop, the clock, JSON on stdout, one sentence on stderr."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from orders.models import Shop


class ShopCommand(BaseCommand):
    """A command that says what it did in plain words, or in one JSON document with --json."""

    requires_system_checks = ()

    def add_json(self, parser: ArgumentParser) -> None:
        """--json."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def add_shop(self, parser: ArgumentParser) -> None:
        """--shop."""
        parser.add_argument("--shop", required=True, metavar="SLUG", help="the shop's short name")

    def add_now(self, parser: ArgumentParser) -> None:
        """--now."""
        parser.add_argument(
            "--now",
            metavar="ISO",
            help="the command's clock, like 2026-11-02T09:30 (UTC unless it names a zone)",
        )

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run; at the terminal a refusal is one sentence, without a traceback or class name."""
        try:
            return super().execute(*args, **options)
        except CommandError as refusal:
            if not getattr(self, "_called_from_command_line", False):
                raise
            self.stderr.write(str(refusal))
            sys.exit(refusal.returncode)

    def print_json(self, document: object) -> None:
        """The one document that --json promises."""
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))


def shop_of(slug: str) -> Shop:
    """The shop of this short name. Raises CommandError, naming the shops there are."""
    try:
        shop = Shop.objects.select_related("policy").filter(slug=slug).first()
    except DatabaseError as fault:
        raise CommandError(f"The database cannot be asked: {_first_line(fault)}") from fault
    if isinstance(shop, Shop):
        if shop.closed_at is not None:
            raise CommandError(f"The shop “{slug}” is closed; an owner can open it again.")
        return shop
    slugs = list(Shop.objects.order_by("slug").values_list("slug", flat=True)[:21])
    if not slugs:
        raise CommandError(f"There is no shop “{slug}”, nor any other: make one with create_shop.")
    known = ", ".join(slugs[:20]) + (", …" if len(slugs) > 20 else "")
    raise CommandError(f"There is no shop “{slug}”; there are: {known}.")


def clock(options: dict[str, Any]) -> datetime:
    """The moment of --now, else of the clock; UTC. Raises CommandError."""
    text = options.get("now")
    if not text:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise CommandError(
            f"--now: “{text}” is no time; write it like 2026-11-02T09:30:00Z."
        ) from wrong


def sentence_of(fault: ValidationError) -> str:
    """What a model's validation found, as sentences that name the fields."""
    if not hasattr(fault, "error_dict"):
        return " ".join(fault.messages)
    return " ".join(
        message if field == "__all__" else f"{field}: {message}"
        for field, messages in fault.message_dict.items()
        for message in messages
    )


def counted(number: int, one: str, many: str) -> str:
    """“1 order”, “12 orders”."""
    return f"{number} {one if number == 1 else many}"


def _first_line(fault: Exception) -> str:
    return (str(fault).strip().splitlines() or ["it gave no reason."])[0]
