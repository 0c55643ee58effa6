"""The German interface: complete, compiled, and chosen by the browser."""

import gettext
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from tests.factory import make_order, make_shop, make_user

ROOT = Path(__file__).parent.parent.parent
CATALOGUE = ROOT / "locale/de/LC_MESSAGES/django.po"
KEYWORDS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy")
SLOTS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


def marked(source: str) -> Iterator[tuple[str, ...]]:
    """Every text marked for translation: itself, or its singular and plural."""
    for _line, _function, found, _comments in extract_python(
        BytesIO(source.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        texts = (found,) if isinstance(found, str) else found
        words = tuple(text for text in texts or () if text)
        if words:
            yield words[:2]


def sources() -> Iterator[tuple[Path, str]]:
    for package in ("orders", "notifications", "shopcare"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, path.read_text()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        # One statement a line: the template's indentation means nothing.
        code = templatize(path.read_text(), origin=str(path))
        yield path, "\n".join(line.strip() for line in code.splitlines())


def test_no_text_of_ours_lacks_a_german_one() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as compiled:
        german = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]

    missing = {
        f"{path.relative_to(ROOT)}: {words[0]}"
        for path, source in sources()
        for words in marked(source)
        if words[0] not in german and (words[0], 0) not in german
    }

    assert missing == set()


def test_every_german_text_has_the_slots_of_the_english_one() -> None:
    catalogue = read_po(BytesIO(CATALOGUE.read_bytes()), locale="de")
    wrong = []
    for message in catalogue:
        english = [message.id] if isinstance(message.id, str) else list(message.id)
        german = [message.string] if isinstance(message.string, str) else list(message.string)
        for source, text in zip(english, german, strict=True):
            if source and sorted(SLOTS.findall(source)) != sorted(SLOTS.findall(text)):
                wrong.append(source)

    assert wrong == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    written = read_po(BytesIO(CATALOGUE.read_bytes()), locale="de")
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for message in written:
        if message.id and isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string


@pytest.mark.django_db
def test_a_german_browser_reads_german(client: Client) -> None:
    shop = make_shop(owner=make_user())
    make_order(shop, "1001")
    client.login(email="maker@example.com", password="beads")

    html = client.get("/shops/lucky-bead/orders/", headers={"accept-language": "de-AT"})

    assert '<html lang="de"' in html.content.decode()
    assert "wartet auf Zahlung" in html.content.decode()


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 Bestellungen"), (1, "1 Bestellung "), (2, "2 Bestellungen")]
)
def test_german_plurals_are_right(count: int, words: str) -> None:
    with translation.override("de"):
        told = translation.ngettext(
            "Done for %(count)d order: %(action)s.", "Done for %(count)d orders: %(action)s.", count
        )

    assert words in told.replace(":", " ") % {"count": count, "action": "x"}
