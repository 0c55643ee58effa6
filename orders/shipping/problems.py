"""What can go wrong with EasyPost, each as a sentence that says what to do."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """Kinds of trouble; `in_doubt` alone leaves open whether EasyPost did what was asked."""

    KEY = "key"
    FUNDS = "funds"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    INVALID = "invalid"
    BUSY = "busy"
    DOWN = "down"
    IN_DOUBT = "in_doubt"


class ShippingError(Exception):
    """EasyPost did not do what was asked; `str()` is the sentence for the seller.

    `fields` maps the names of what was wrong to EasyPost's words about it; `retry_after` is in
    seconds when EasyPost asked for patience.
    """

    def __init__(
        self,
        sentence: str,
        trouble: Trouble,
        *,
        fields: dict[str, str] | None = None,
        retry_after: float | None = None,
        code: str = "",
    ) -> None:
        super().__init__(sentence)
        self.trouble = trouble
        self.fields = fields or {}
        self.retry_after = retry_after
        self.code = code

    @property
    def may_pass(self) -> bool:
        """Whether trying again later can help."""
        return self.trouble in (Trouble.BUSY, Trouble.DOWN, Trouble.IN_DOUBT)
