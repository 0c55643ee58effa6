"""Each wrong file gets one clear sentence."""

from pathlib import Path

import pytest

from orders.intake.incoming import UnreadableFile
from orders.intake.readers import CHANNELS, recognise_channel
from tests.orders.intake_files import OWN, read, write

OWN_FILES = {
    "shopify.csv": "shopify",
    "etsy_orders.csv": "etsy",
    "etsy_items.csv": "etsy",
    "ebay_de.csv": "ebay",
    "ebay_uk.csv": "ebay",
    "woocommerce.json": "woocommerce",
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "photo"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        (b"PK\x03\x04\x14\x00", "Excel file or a ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel file"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><html>", "web page"),
        (bytes(range(256)) * 20 + b"\0" * 3000, "not a text file"),
    ],
)
def test_what_is_no_export_is_named(
    tmp_path: Path, channel: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read(channel, write(tmp_path, content))


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("name", "own"), OWN_FILES.items())
def test_another_channels_export_is_recognised(channel: str, name: str, own: str) -> None:
    assert recognise_channel(OWN / name) == own
    if channel == own:
        assert read(channel, OWN / name)[0]
        return

    with pytest.raises(UnreadableFile, match=f"choose channel {own}"):
        read(channel, OWN / name)


@pytest.mark.parametrize("name", [name for name in OWN_FILES if name.endswith("csv")])
def test_a_header_only_says_so(tmp_path: Path, name: str) -> None:
    lines = (OWN / name).read_bytes().splitlines(keepends=True)
    header = next(line for line in lines if line.count(b"a") > 3)

    with pytest.raises(UnreadableFile, match="no orders below"):
        read(OWN_FILES[name], write(tmp_path, header))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    text = (OWN / "shopify.csv").read_bytes().replace(b",Total,", b",Sum,")

    with pytest.raises(UnreadableFile, match="“Total” is missing"):
        read("shopify", write(tmp_path, text))


@pytest.mark.parametrize(
    ("header", "channel", "sentence"),
    [
        ("Payment ID,Buyer Username,Order ID,Gross Amount,Fees", "etsy", "Etsy's payments"),
        ("Datum der Transaktionserstellung;Typ;Bestellnummer", "ebay", "transactions report"),
        ("Handle,Title,Body (HTML),Vendor", "shopify", "Shopify's products"),
        ("Customer ID,First Name,Last Name,Total Spent", "shopify", "Shopify's customers"),
        ("apples,pears", "generic", "No header"),
        ("apples,pears", "woocommerce", "not JSON"),
    ],
)
def test_other_exports_are_told_from_orders(
    tmp_path: Path, header: str, channel: str, sentence: str
) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read(channel, write(tmp_path, header + "\n1,2,3\n"))


def test_a_second_file_is_for_etsy_only_and_must_be_the_other_one() -> None:
    with pytest.raises(UnreadableFile, match="Only Etsy"):
        read("shopify", OWN / "shopify.csv", OWN / "etsy_items.csv")
    with pytest.raises(UnreadableFile, match="Both files are"):
        read("etsy", OWN / "etsy_items.csv", OWN / "etsy_items.csv")
    with pytest.raises(UnreadableFile, match="choose channel shopify"):
        read("etsy", OWN / "etsy_orders.csv", OWN / "shopify.csv")


def test_an_unknown_channel_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="choose one of"):
        read("amazon", OWN / "shopify.csv")


def test_nobodys_file_is_nobodys(tmp_path: Path) -> None:
    assert recognise_channel(write(tmp_path, "apples,pears\n1,2\n")) is None
    assert recognise_channel(write(tmp_path, '{"apples": 3}')) is None
