"""Documentation that cannot rot: what it must name is taken from the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orders.words import NoteKind, Rule

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = (ROOT / "shopcare" / "settings.py").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
RULES = (ROOT / "docs" / "rules.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = ROOT / "shopcare" / "management" / "commands"


@pytest.mark.parametrize("name", sorted(set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in OPERATIONS


@pytest.mark.parametrize("name", sorted(set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.M))))
def test_every_documented_setting_exists(name: str) -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "shopcare").glob("*.py"))

    assert name in sources


@pytest.mark.parametrize("rule", sorted({*Rule.values, *NoteKind.values}))
def test_every_rule_is_documented(rule: str) -> None:
    assert f"`{rule}`" in RULES


@pytest.mark.parametrize("command", sorted(path.stem for path in COMMANDS.glob("[a-z]*.py")))
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"manage.py {command}" in README


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)", README))
def test_every_link_of_the_readme_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
