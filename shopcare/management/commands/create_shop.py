"""`manage.py create_shop`: a shop with the default policy and channels, and its owner."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email
from django.db import transaction

from orders.shops import create_shop
from shopcare.accounts.models import User
from shopcare.accounts.opening import begin
from shopcare.commanding import ShopCommand, sentence_of


class Command(ShopCommand):
    help = "Makes a shop with the default policy and a channel of each kind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """SLUG and what the shop is like."""
        parser.add_argument("slug", metavar="SLUG", help="short name, as in /shops/SLUG/")
        parser.add_argument("--name", default="", help="default: made from the short name")
        parser.add_argument("--timezone", default="UTC", help="like Europe/Berlin; default: UTC")
        parser.add_argument("--country", default="US", help="where you ship from; default: US")
        parser.add_argument("--currency", default="", help="default: the country's")
        parser.add_argument("--language", default="en", help="default: en")
        parser.add_argument("--owner", default="", metavar="EMAIL", help="who may log in to it")
        parser.add_argument(
            "--sender-email", default="", metavar="EMAIL", help="default: the owner's"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make both or neither."""
        try:
            with transaction.atomic():
                user, password = owner_of(options["owner"])
                shop = create_shop(
                    options["slug"],
                    name=options["name"],
                    timezone=options["timezone"],
                    country=options["country"].upper(),
                    currency=options["currency"].upper(),
                    language=options["language"],
                    sender_email=options["sender_email"] or options["owner"],
                    owner=user,
                )
                if user is not None:
                    begin(shop)
        except ValidationError as fault:
            raise CommandError(sentence_of(fault)) from fault
        document = {
            "shop": shop.slug,
            "name": shop.name,
            "timezone": shop.timezone,
            "country": shop.country,
            "currency": shop.currency,
            "language": shop.language,
            "sender_email": shop.sender_email,
            "owner": "" if user is None else user.email,
        } | ({"password": password} if password else {})
        if options["json"]:
            self.print_json(document)
            return
        self.stdout.write(
            f"The shop “{shop.name}” is open: /shops/{shop.slug}/ ({shop.timezone}, "
            f"{shop.currency})."
        )
        if password:
            self.stdout.write(
                f"{options['owner']} logs in with the password {password}; it is shown only now."
            )
        elif user is not None:
            self.stdout.write(f"{user.email} logs in with the password they have.")
        if not shop.sender_email:
            self.stdout.write("Letters need a sender address before they can go out.")


def owner_of(email: str) -> tuple[User | None, str]:
    """The user of this address and, when they are new, the password made for them.

    Raises ValidationError.
    """
    if not email:
        return None, ""
    try:
        validate_email(email)
    except ValidationError as fault:
        raise ValidationError({"owner": fault.messages}) from fault
    user = User.of_email(email)
    if user is not None:
        return user, ""
    password = secrets.token_urlsafe(9)
    return User.objects.create_user(email, password), password
