"""A policy that knows which of its settings were looked at.

Rules are pure: what never looked at a setting cannot come out otherwise when it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields
from typing import Any

from notifications.rules.findings import PolicyFacts


class Watched:
    """A policy that knows whether a setting was read in which another policy differs."""

    def __init__(self, policy: PolicyFacts, other: PolicyFacts) -> None:
        self.was_asked = False
        self.policy = self._noting(policy, other)

    def _noting(self, policy: PolicyFacts, other: PolicyFacts) -> PolicyFacts:
        values = {item.name: getattr(policy, item.name) for item in fields(PolicyFacts)}
        differing = [name for name, value in values.items() if value != getattr(other, name)]
        own: dict[str, Any] = {}
        for name in differing:
            if name == "rules_off":
                values[name] = _NotingSet(policy.rules_off, other.rules_off, self._note)
            elif name == "modes":
                values[name] = _NotingModes(policy.modes, other.modes, self._note)
            else:
                own[name] = property(self._reader(values.pop(name)))
        noting: PolicyFacts = object.__new__(type("WatchedPolicy", (PolicyFacts,), own))
        for name, value in values.items():
            object.__setattr__(noting, name, value)
        return noting

    def _note(self) -> None:
        self.was_asked = True

    def _reader(self, value: object) -> Callable[[object], object]:
        def read(_policy: object) -> object:
            self.was_asked = True
            return value

        return read


class _NotingSet(AbstractSet[str]):
    """Rules that are off; asking for one that is on in the other policy is noted."""

    def __init__(
        self, own: AbstractSet[str], other: AbstractSet[str], note: Callable[[], None]
    ) -> None:
        self._own, self._differing, self._note = own, own ^ other, note

    def __contains__(self, rule: object) -> bool:
        if rule in self._differing:
            self._note()
        return rule in self._own

    def __iter__(self) -> Iterator[str]:
        self._note()
        return iter(self._own)

    def __len__(self) -> int:
        self._note()
        return len(self._own)


class _NotingModes(Mapping[str, str]):
    """How notes leave the house; asking for one that differs in the other policy is noted."""

    def __init__(
        self, own: Mapping[str, str], other: Mapping[str, str], note: Callable[[], None]
    ) -> None:
        self._own, self._note = own, note
        kinds = {*own, *other}
        self._differing = {kind for kind in kinds if own.get(kind) != other.get(kind)}

    def __getitem__(self, kind: str) -> str:
        if kind in self._differing:
            self._note()
        return self._own[kind]

    def __iter__(self) -> Iterator[str]:
        self._note()
        return iter(self._own)

    def __len__(self) -> int:
        self._note()
        return len(self._own)
