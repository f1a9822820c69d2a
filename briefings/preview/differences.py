"""The differences between two public sites, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from briefings.preview.public_state import Lift


@dataclass(frozen=True, slots=True)
class News:
    """A feed item that readers will see as new, and the paths of the feeds in which it is new."""

    guid: str
    title: str
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A rating or a requirement whose state differs.

    `what` names it; `before` and `after` are its state in words, or None if it doesn't exist.
    """

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class TableChange:
    """Numbers of rows of a download table: added, removed, and changed under the same key."""

    name: str
    gained: int
    lost: int
    changed: int


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Paths of files (or addresses of pages, or lines of text) added, changed and removed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The differences between the public site at `now` and that of the commit `base`.

    Pages are given by their addresses; `title` maps these to titles. `moved`: pairs of the address
    of a former page and the address it redirects to now. `redirects`: changes to old addresses that
    were not pages before. `files`: changes to files that are not pages. `pages`, `moved`,
    `redirects` and `files` together are every file in which the two outputs differ.

    `events`: ledger events, in words. `names`: people named for the first time, with their roles.
    `early`: name and address of trusts that become public before their first briefing. `planned`:
    later publications that are new or have another moment; `dropped`: those no longer planned.
    `unannounced`: title and address of briefings with other facts, which `changes` does not tell.
    """

    base: str
    now: datetime
    title: Mapping[str, str]
    pages: FileChanges
    moved: tuple[tuple[str, str], ...]
    redirects: FileChanges
    files: FileChanges
    news: tuple[News, ...]
    ratings: tuple[Shift, ...]
    requirements: tuple[Shift, ...]
    events: FileChanges
    names: tuple[tuple[str, str], ...]
    tables: tuple[TableChange, ...]
    early: tuple[tuple[str, str], ...]
    unannounced: tuple[tuple[str, str], ...]
    planned: tuple[Lift, ...]
    dropped: tuple[Lift, ...]

    @property
    def is_silent(self) -> bool:
        """True if no byte of the public site changes."""
        lists = (self.pages, self.redirects, self.files)
        return not self.moved and not any(
            changes.added or changes.changed or changes.removed for changes in lists
        )
