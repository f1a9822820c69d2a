"""The difference between the new site and the published one; how the manifest is written."""

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
    """The new site compared with the published one.

    `live`: what is published. `names`: paths of the new site. `entries`: its manifest; `republish`
    does not fill it. `changed`: paths of files that are new or have other bytes. `given`: path →
    SHA-256 of the files that were passed with their bytes.
    """

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
    """How the manifest is written: with the old and the new files, then with the new ones only."""

    def both(self) -> None:
        """List the old and the new files, before the switch."""

    def new(self) -> None:
        """List the new files only, after the switch."""


@dataclass(slots=True)
class All:
    """Writes the whole manifest, if any file may have changed."""

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
    """Edits the lines of the files that changed."""

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
