"""The German interface: complete, compiled, informal, and chosen by the browser."""

import gettext
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from tests.factory import make_order, make_shop, make_user

ROOT = Path(__file__).parent.parent.parent
CATALOGUE = ROOT / "locale/de/LC_MESSAGES/django.po"
INFORMAL = ROOT / "locale_du/de/LC_MESSAGES/django.po"
ALLAUTH = Path(allauth.__file__).parent / "locale/de/LC_MESSAGES/django.po"
DJANGO = Path(django.__file__).parent
# What nobody of ours sees: other ways to log in, and hints to developers.
UNSEEN = re.compile(r"socialaccount|webauthn|usersessions|idp/|headless")
FORMAL = re.compile(r"\b(Sie|Ihr|Ihre[mnrs]?|Ihnen|Dir|Dich)\b")
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


@pytest.mark.parametrize("path", [CATALOGUE, INFORMAL], ids=["ours", "informal"])
def test_every_german_text_has_the_slots_of_the_english_one(path: Path) -> None:
    catalogue = read_po(BytesIO(path.read_bytes()), locale="de")
    wrong = []
    for message in catalogue:
        english = [message.id] if isinstance(message.id, str) else list(message.id)
        german = [message.string] if isinstance(message.string, str) else list(message.string)
        for source, text in zip(english, german, strict=True):
            if source and sorted(SLOTS.findall(source)) != sorted(SLOTS.findall(text)):
                wrong.append(source)

    assert wrong == []


@pytest.mark.parametrize("path", [CATALOGUE, INFORMAL], ids=["ours", "informal"])
def test_the_compiled_catalogue_is_the_written_one(path: Path) -> None:
    written = read_po(BytesIO(path.read_bytes()), locale="de")
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for message in written:
        if message.id and isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string


def test_accounts_and_the_admin_site_say_du_as_we_do() -> None:
    admin = DJANGO / "contrib/admin/locale/de/LC_MESSAGES/django.po"
    formal = set()

    with translation.override("de"):
        for message in (*messages(ALLAUTH), *messages(admin)):
            one, *more = (message.id,) if isinstance(message.id, str) else message.id
            told = translation.ngettext(one, more[0], 2) if more else translation.gettext(one)
            if FORMAL.search(told):
                formal.add(told)

    assert formal == set()


def test_what_we_say_informally_is_still_said_by_somebody() -> None:
    theirs = {
        message.id
        for path in (ALLAUTH, *DJANGO.rglob("locale/de/LC_MESSAGES/django.po"))
        for message in messages(path)
    }

    assert {message.id for message in messages(INFORMAL)} <= theirs


def messages(path: Path) -> Iterator[Message]:
    """The texts of a catalogue that one of our pages, or the admin site, may show."""
    for message in read_po(BytesIO(path.read_bytes()), locale="de"):
        places = [place for place, _line in message.locations]
        if message.id and not (places and all(map(UNSEEN.search, places))):
            yield message


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
