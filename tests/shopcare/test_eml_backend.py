"""Mail as files."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

from shopcare.eml_backend import EmailBackend, write_eml

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def make_message(**fields: object) -> EmailMessage:
    values: dict[str, object] = {
        "subject": "Danke, Zoë",
        "body": "Alles Gute!\n",
        "from_email": "shop@example.com",
        "to": ["Zoë <zoe@example.com>"],
        "headers": {"X-Shopcare-Note": "thank_you; order=1001"},
    }
    return EmailMessage(**{**values, **fields})  # type: ignore[arg-type]


def test_a_message_becomes_one_eml_file_that_reads_back_whole(tmp_path: Path) -> None:
    path = write_eml(make_message(), folder=tmp_path, now=NOW)

    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert path.name == "20261102T093000.000000Z-thank_you-zoe@example.com.eml"
    assert message["Subject"] == "Danke, Zoë"
    assert message.get_content() == "Alles Gute!\n"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_two_messages_of_the_same_moment_get_two_files(tmp_path: Path) -> None:
    first = write_eml(make_message(), folder=tmp_path, now=NOW)

    second = write_eml(make_message(), folder=tmp_path, now=NOW)

    assert first != second
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_an_address_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    message = make_message(to=['"../../etc/passwd"@example.com'], headers={})

    path = write_eml(message, folder=tmp_path / "mail", now=NOW)

    assert path.parent == tmp_path / "mail"
    assert "/" not in path.name


def test_the_backend_counts_what_it_wrote(tmp_path: Path, settings: object) -> None:
    settings.EML_DIR = tmp_path  # type: ignore[attr-defined]

    written = EmailBackend().send_messages([make_message(), make_message(to=[])])

    assert written == 1


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, settings: object) -> None:
    (tmp_path / "file").write_text("")
    settings.EML_DIR = tmp_path / "file" / "mail"  # type: ignore[attr-defined]

    with pytest.raises(OSError, match="Not a directory"):
        EmailBackend().send_messages([make_message()])
