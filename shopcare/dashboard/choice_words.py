"""Choices in the page's language: translated once, and not for each page."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import get_language


def choices_of(known: type[TextChoices]) -> list[tuple[str, str]]:
    """Each value and its label."""
    return _in_language(known, get_language() or "en")


@lru_cache(maxsize=256)
def _in_language(known: type[TextChoices], language: str) -> list[tuple[str, str]]:
    # `language` is the one at work: it is here to be told apart by.
    return [(str(value), str(label)) for value, label in known.choices]
