"""The site that is wanted, against the one that is there; and how the manifest comes to list it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from briefings.publish import manifest
from briefings.publish.disk import FolderListing
from briefings.publish.paths import Names


@dataclass(frozen=True, slots=True)
class Plan:
    """The wanted site against the one that is there."""

    live: FolderListing
    names: Names = field(default_factory=Names)
    entries: set[tuple[str, str]] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    given: dict[str, str] = field(default_factory=dict)

    @property
    def removed(self) -> set[str]:
        return self.live.files - self.names.files

    @property
    def nothing_to_do(self) -> bool:
        return not (self.changed or self.removed or self.live.folders != self.names.folders)


class Listing(Protocol):
    """How the manifest is written: with the old files and the new ones, then with the new ones."""

    def both(self) -> None:
        """Before the switch."""

    def new(self) -> None:
        """After it."""


@dataclass(slots=True)
class All:
    """Whole, where any file may be another."""

    path: Path
    plan: Plan
    listed: manifest.Entries

    def both(self) -> None:
        before = {entry for entry in self.listed if entry[0] in self.plan.live.files}
        self.listed = frozenset(before | self.plan.entries)
        manifest.write(self.path, self.listed)

    def new(self) -> None:
        if self.listed != self.plan.entries:
            manifest.write(self.path, frozenset(self.plan.entries))


@dataclass(frozen=True, slots=True)
class Few:
    """By the lines of the files that changed."""

    path: Path
    plan: Plan

    def both(self) -> None:
        manifest.amend(self.path, self._changed, old=True)

    def new(self) -> None:
        if self.plan.changed:
            manifest.amend(self.path, self._changed, old=False)

    @property
    def _changed(self) -> Mapping[str, str]:
        return {path: self.plan.given[path] for path in self.plan.changed}
