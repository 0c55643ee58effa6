"""Medians over rounds, shown as a table and as JSON lines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

# A case begins no further round after so many seconds: the whole run ends within 20 minutes.
LONGEST_CASE = 100


class Role(StrEnum):
    """What a contender stands for."""

    LIMIT = "bare limit"
    PEER = "instead"
    OURS = "shopcare"


@dataclass
class Contender:
    """One way of doing a job. `values` hold a rate for each round; `peak_mb` its memory."""

    name: str
    role: Role
    measure: Callable[[], float]
    # In so many of the rounds; slow ones are measured less often.
    rounds: int | None = None
    values: list[float] = field(default_factory=list)
    peak_mb: float | None = None

    @property
    def value(self) -> float:
        return median(self.values)


@dataclass
class Case:
    """One job under one condition, done by several contenders."""

    job: str
    name: str
    unit: str
    contenders: list[Contender]
    lower_is_better: bool = False
    remarks: list[str] = field(default_factory=list)

    def measure(self, rounds: int) -> Case:
        """Every contender once a round; each round begins with another of them."""
        started = time.monotonic()
        for number in range(rounds):
            if number and time.monotonic() - started > LONGEST_CASE:
                break
            shift = number % len(self.contenders)
            for contender in self.contenders[shift:] + self.contenders[:shift]:
                if contender.rounds is None or number < contender.rounds:
                    contender.values.append(contender.measure())
        return self

    def best(self, role: Role) -> float | None:
        """The best median among the contenders of a role."""
        values = [one.value for one in self.contenders if one.role == role and one.values]
        if not values:
            return None
        return min(values) if self.lower_is_better else max(values)


def show(case: Case) -> None:
    """Print the case's table and its JSON lines."""
    limit, peer = case.best(Role.LIMIT), case.best(Role.PEER)
    lines = [f"\n{case.job}: {case.name}  ({case.unit}, median)"]
    for one in case.contenders:
        if not one.values:
            continue
        memory = "" if one.peak_mb is None else f"  {one.peak_mb:4.0f} MB"
        lines.append(
            f"  {one.role:<11}{one.name:<52}{one.value:>11,.1f}{_times(one.value, limit, 'limit')}"
            f"{_times(one.value, peer, 'peer')}{memory}"
        )
    lines += [f"  {remark}" for remark in case.remarks]
    _print(lines)
    _print([json.dumps(_as_json(case, one, limit, peer)) for one in case.contenders if one.values])


def _times(value: float, base: float | None, name: str) -> str:
    return " " * (9 + len(name)) if not base else f"  {value / base:6.2f}×{name}"


def _as_json(
    case: Case, one: Contender, limit: float | None, peer: float | None
) -> dict[str, object]:
    return {
        "job": case.job,
        "case": case.name,
        "contender": one.name,
        "role": one.role,
        "unit": case.unit,
        "median": round(one.value, 3),
        "rounds": [round(value, 3) for value in one.values],
        "to_limit": round(one.value / limit, 3) if limit else None,
        "to_peer": round(one.value / peer, 3) if peer else None,
        "peak_mb": None if one.peak_mb is None else round(one.peak_mb),
    }


def say(text: str) -> None:
    """Progress for whoever watches; goes to stderr, so that stdout can be kept."""
    sys.stderr.write(f"{text}\n")


def _print(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
