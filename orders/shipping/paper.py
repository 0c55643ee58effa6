"""Plain documents as data URLs, for those who want evidence as files."""

from __future__ import annotations

import base64
import textwrap
import zlib

LINES_A_PAGE = 60
SIGNS_A_LINE = 92
# What a page of A4 begins with: Courier 10 on 12, from the upper left.
BEGIN = "BT /F1 10 Tf 12 TL 40 790 Td"


def document(text: str) -> str:
    """The text as a PDF; as plain text where the PDF's own fonts lack its letters.

    The fonts that every PDF reader brings know the letters of Western Europe alone.
    """
    try:
        raw = pdf(text)
    except UnicodeEncodeError:
        return data_url("text/plain;charset=utf-8", text.encode())
    return data_url("application/pdf", raw)


def data_url(kind: str, raw: bytes) -> str:
    """`raw` as text that names its kind (RFC 2397)."""
    return f"data:{kind};base64,{base64.b64encode(raw).decode()}"


def opened(url: str) -> tuple[str, bytes]:
    """Kind and content of a data URL. Raises ValueError."""
    head, comma, tail = url.partition(",")
    if not head.startswith("data:") or not head.endswith(";base64") or not comma:
        raise ValueError(url[:40])
    return head.removeprefix("data:").removesuffix(";base64"), base64.b64decode(tail, validate=True)


def pdf(text: str) -> bytes:
    """A PDF of pages of plain text. Raises UnicodeEncodeError for letters beyond cp1252."""
    lines = [part for line in text.splitlines() for part in _wrapped(line)] or [""]
    pages = [lines[at : at + LINES_A_PAGE] for at in range(0, len(lines), LINES_A_PAGE)]
    names = [f"{4 + 2 * number} 0 R" for number in range(len(pages))]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(names)}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        drawn = zlib.compress(_drawn(page))
        head = f"<< /Length {len(drawn)} /Filter /FlateDecode >>\nstream\n".encode()
        objects.append(head + drawn + b"\nendstream")
    return _file(objects)


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line.expandtabs(4), SIGNS_A_LINE, drop_whitespace=False) or [""]


def _drawn(lines: list[str]) -> bytes:
    shown = [b"(" + _escaped(line) + b") Tj T*" for line in lines]
    return b"\n".join([BEGIN.encode(), *shown, b"ET"])


def _escaped(line: str) -> bytes:
    printable = "".join(sign if sign.isprintable() else " " for sign in line)
    for sign in "\\()":
        printable = printable.replace(sign, "\\" + sign)
    return printable.encode("cp1252")


def _file(objects: list[bytes]) -> bytes:
    """The objects with their table of places, as the format asks (ISO 32000-1, 7.5)."""
    written = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    table += "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF"
    return written + (table + tail).encode()
