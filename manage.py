#!/usr/bin/env python
"""shopcare's commands. Starts the embedded PostgreSQL first where no other is named."""

from __future__ import annotations  # so that an old Python gets as far as our sentence

import os
import sys

# These do without a database, or (up) see to it themselves.
WITHOUT_DATABASE = {
    *("check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help"),
    *("makemessages", "startapp", "up", "version"),
}


def main() -> int:
    """Run the command; one clear sentence instead of a traceback when it cannot start."""
    if sys.version_info < (3, 11):  # noqa: UP036
        return refuse("shopcare needs Python 3.11 or newer: run it with a newer `python3`.")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from environs import EnvError

        from shopcare import standalone
    except ModuleNotFoundError as missing:
        return refuse(
            f"{missing.name} is not installed: run `make run` once, then .venv/bin/python."
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcare.settings")
    if sys.argv[1:2] == ["up"]:
        os.environ["SHOPCARE_LOCAL_RUN"] = "1"  # whichever servers it uses
    try:
        if needs_database(sys.argv[1:]) and standalone.ensure_database():
            fill_brand_new_database(sys.argv[1])
        execute_from_command_line(sys.argv)
    except (standalone.CannotStart, ImproperlyConfigured, EnvError) as reason:
        return refuse(str(reason))
    finally:
        standalone.release_database()
    return 0


def needs_database(arguments: list[str]) -> bool:
    """False for the few commands that never ask it, and for a question about a command."""
    if not arguments or arguments[0].startswith("-") or arguments[0] in WITHOUT_DATABASE:
        return False
    return not {"-h", "--help"} & set(arguments)


def fill_brand_new_database(command: str) -> None:
    """Create the tables, so that any command can be a new user's first."""
    import django
    from django.core.management import call_command

    if command not in ("migrate", "makemigrations"):
        django.setup()
        call_command("migrate", verbosity=0)


def refuse(sentence: str) -> int:
    """Say why not, and the exit code for it."""
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
