"""Mail as files: one `.eml` for each message, for any mail program to open.

The way out when no mail provider is named. A file appears whole or not at all.
"""

import os
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each message to `<UTC time>-<note kind>-<recipient>.eml` under `EML_DIR`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them and say how many; raises OSError unless `fail_silently`."""
        written = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                write_eml(message, folder=Path(settings.EML_DIR), now=datetime.now(UTC))
            except OSError:
                if not self.fail_silently:
                    raise
            else:
                written += 1
        return written


def write_eml(message: EmailMessage, *, folder: Path, now: datetime) -> Path:
    """Write one message under a name that sorts by time, and give that name."""
    folder.mkdir(parents=True, exist_ok=True)
    content = message.message().as_bytes()
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        return _give_name(Path(draft), folder, file_stem(message, now))
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def file_stem(message: EmailMessage, now: datetime) -> str:
    """The name without its ending: time in UTC, the note's kind if any, the first recipient."""
    kind = str(message.extra_headers.get("X-Shopcare-Note", "")).split(";")[0]
    recipient = parseaddr(message.recipients()[0])[1]
    parts = [now.strftime("%Y%m%dT%H%M%S.%fZ"), tame(kind), tame(recipient)]
    return "-".join(part for part in parts if part)


def tame(text: str) -> str:
    """Only what every file system takes: no separators, no leading dot, 80 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9@._+]+", "_", plain).strip("._")[:80]


def _give_name(draft: Path, folder: Path, stem: str) -> Path:
    # A link never replaces a file, so two messages of one microsecond get two names.
    for number in range(1, 10_000):
        target = folder / (f"{stem}.eml" if number == 1 else f"{stem}-{number}.eml")
        try:
            os.link(draft, target)
        except FileExistsError:
            continue
        draft.unlink()
        return target
    raise FileExistsError(f"too many files named {stem} in {folder}")
