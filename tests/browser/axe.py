"""What axe has against the page that a browser shows."""

from collections.abc import Iterator, Sequence
from typing import Any

from playwright.sync_api import Page

# axe-core 4.14.1, MPL-2.0, https://github.com/dequelabs/axe-core; used by the tests alone, whose
# settings add its folder to the static files: the browser keeps what it has compiled of a file.
AXE = "/static/axe.min.js"
# Without `preload`, which reads every style sheet anew for a rule that is off.
OPTIONS = {"resultTypes": ["violations"], "preload": False}
# What depends on how a page looks, and not on how it is made.
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
GRAVE = {"serious", "critical"}


def findings(page: Page, only: Sequence[str] | None = None) -> list[str]:
    """What is serious about the page as it stands, a line each: which rule, and where first.

    Of all rules, or of these `only`.
    """
    options = OPTIONS | ({"runOnly": only} if only else {})
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(url=AXE)
    return list(_grave(page.evaluate("options => axe.run(document, options)", options)))


def _grave(result: dict[str, Any]) -> Iterator[str]:
    for violation in result["violations"]:
        if violation["impact"] in GRAVE:
            where = violation["nodes"][0]
            yield f"{violation['id']} × {len(violation['nodes'])}: {where['html'][:160]}"
