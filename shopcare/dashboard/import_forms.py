"""The form that takes an orders file, and what it says about files that are none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.intake.incoming import UnreadableFile
from orders.intake.readers import recognise_channel
from orders.intake.runs import LARGEST_FILE

CHANNEL_NAMES = {
    "etsy": "Etsy",
    "ebay": "eBay",
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "generic": gettext_lazy("the template"),
}
CHOICES = tuple(CHANNEL_NAMES.items())
ACCEPTED = ".csv,.tsv,.txt,.json,text/csv,application/json"


class FilesInput(forms.FileInput):
    """One or several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploaded files."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Raises ValidationError for an empty list and for what is no file."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        cleaned = super().clean
        return [cleaned(each, initial) for each in given]


class UploadForm(forms.Form):
    """One orders file, or both of Etsy's; the channel is told by the header."""

    upload = FilesField(
        label=gettext_lazy("Orders file"),
        widget=FilesInput(attrs={"accept": ACCEPTED}),
        allow_empty_file=True,
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "missing": gettext_lazy("Choose a file first."),
        },
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Where does it come from?"),
        choices=(("", gettext_lazy("recognise it by its header")), *CHOICES),
        required=False,
    )

    def clean_upload(self) -> list[UploadedFile]:
        """Not more than two, and none too large."""
        given: list[UploadedFile] = self.cleaned_data["upload"]
        if len(given) > 2:
            raise forms.ValidationError(
                _("Load one file at a time; only Etsy has a second one that belongs to it.")
            )
        for each in given:
            if (each.size or 0) > LARGEST_FILE:
                raise forms.ValidationError(
                    _("“%(name)s” is larger than %(limit)s: export a shorter period.")
                    % {"name": each.name, "limit": filesizeformat(LARGEST_FILE)}
                )
        return given

    def clean(self) -> dict[str, Any]:
        """Recognise the channel where none was chosen."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("upload") and "channel" in cleaned and not cleaned["channel"]:
            try:
                cleaned["channel"] = _recognised(cleaned["upload"])
            except UnreadableFile as fault:
                self.add_error("upload", str(fault))
        return cleaned


class ChannelForm(forms.Form):
    """Another channel for a file that was taken for the wrong one."""

    channel = forms.ChoiceField(label=gettext_lazy("It comes from"), choices=CHOICES)


def _recognised(files: Sequence[UploadedFile]) -> str:
    """Whose the files are. Raises UnreadableFile."""
    with _on_disk(files[0]) as path:
        channel = recognise_channel(path)
    if channel is None:
        raise UnreadableFile(
            _(
                "No orders export was recognised in this file. Choose where it comes from, or "
                "start from the template."
            )
        )
    return channel


@contextmanager
def _on_disk(upload: UploadedFile) -> Iterator[Path]:
    """Where the upload lies; small ones are in memory and are written for the moment."""
    if hasattr(upload, "temporary_file_path"):
        yield Path(upload.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="shopcare-import-") as file:
        file.writelines(upload.chunks())
        file.flush()
        yield Path(file.name)
