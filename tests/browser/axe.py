"""What axe has against the page that a browser shows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

# axe-core 4.14.1, MPL-2.0, https://github.com/dequelabs/axe-core; used by the tests alone.
AXE = (Path(__file__).parent / "axe.min.js").read_text()
OPTIONS = "{resultTypes: ['violations']}"
GRAVE = {"serious", "critical"}


def findings(page: Page) -> list[str]:
    """What is serious about the page as it stands, a line each: which rule, and where first."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{AXE}; 0")
    return list(_grave(page.evaluate(f"axe.run(document, {OPTIONS})")))


def _grave(result: dict[str, Any]) -> Iterator[str]:
    for violation in result["violations"]:
        if violation["impact"] in GRAVE:
            where = violation["nodes"][0]
            yield f"{violation['id']} × {len(violation['nodes'])}: {where['html'][:160]}"
