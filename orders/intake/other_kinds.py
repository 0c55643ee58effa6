"""Files that people pick by mistake: pictures, spreadsheets that are no CSV, web pages, nothing."""

from __future__ import annotations

import codecs

from django.utils.translation import gettext, gettext_noop

from orders.intake.incoming import UnreadableFile

# The first bytes of files that people pick by mistake.
# Source: https://en.wikipedia.org/wiki/List_of_file_signatures
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (
        b"\x89PNG",
        gettext_noop("This is a picture, not an orders file: choose the CSV or JSON export."),
    ),
    (
        b"\xff\xd8\xff",
        gettext_noop("This is a photo, not an orders file: choose the CSV or JSON export."),
    ),
    (
        b"GIF8",
        gettext_noop("This is a picture, not an orders file: choose the CSV or JSON export."),
    ),
    (b"%PDF", gettext_noop("This is a PDF, not an orders file: choose the CSV or JSON export.")),
    (
        b"\xd0\xcf\x11\xe0",
        gettext_noop("This is an old Excel file: save it as CSV (UTF-8) and import that."),
    ),
    (b"\x1f\x8b", gettext_noop("This file is compressed: unpack it and import the file inside.")),
    (b"Rar!", gettext_noop("This file is compressed: unpack it and import the file inside.")),
)
ZIPPED = gettext_noop(
    "This is an Excel file or a ZIP: save it as CSV (UTF-8), or unpack it, and import that."
)
EMPTY = gettext_noop("The file is empty: export your orders again.")


def refuse_other_kinds(start: bytes) -> None:
    """Raise UnreadableFile for what is known by its first bytes, and for an empty file."""
    if not start.strip():
        raise UnreadableFile(gettext(EMPTY))
    for signature, sentence in SIGNATURES:
        if start.startswith(signature):
            raise UnreadableFile(gettext(sentence))
    if start.startswith(b"PK\x03\x04"):
        raise UnreadableFile(gettext(ZIPPED))
    begin = start.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:100].lower()
    if begin.startswith((b"<!doctype html", b"<html")):
        raise UnreadableFile(
            gettext(
                "This is a web page, probably the log-in page: log in, then download the file "
                "again."
            )
        )
    if begin.startswith((b"<?xml", b"{\\rtf")):
        raise UnreadableFile(
            gettext("This is neither CSV nor JSON: choose the CSV export of your orders.")
        )
