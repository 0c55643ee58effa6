"""Wordings and the letters made of them: the one module that others import from.

The parts: letter (values), placeholders (what a wording sees), sandbox (Liquid), blocks and
layout (text and HTML), writing (render), proofreading (validate), samples (previews).
"""

from notifications.letter import (
    Buyer,
    Delay,
    DigestSection,
    Flag,
    Letter,
    LetterContext,
    Line,
    Order,
    Parcel,
    Payment,
    Shop,
)
from notifications.names import first_name
from notifications.placeholders import Placeholder
from notifications.proofreading import WordingError, placeholders, validate
from notifications.samples import sample_context
from notifications.writing import (
    KINDS,
    Wording,
    letter_language,
    render,
    render_words,
    shipped_languages,
    shipped_wording,
)

__all__ = [
    "KINDS",
    "Buyer",
    "Delay",
    "DigestSection",
    "Flag",
    "Letter",
    "LetterContext",
    "Line",
    "Order",
    "Parcel",
    "Payment",
    "Placeholder",
    "Shop",
    "Wording",
    "WordingError",
    "first_name",
    "letter_language",
    "placeholders",
    "render",
    "render_words",
    "sample_context",
    "shipped_languages",
    "shipped_wording",
    "validate",
]
