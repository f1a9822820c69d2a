"""Watch the input folders for saves, also while folders are removed or replaced."""

from __future__ import annotations

import asyncio
from asyncio import Event
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, awatch

from briefings.content.files import is_leftover, walk

#: Milliseconds without a further change that end a save, and its longest duration (watchfiles'
#: `step` and `debounce`).
_STEP, _AT_MOST = 15, 200
#: Milliseconds between two checks whether the folders are still the watched ones, and between two
#: scans for changes where the system can't watch.
_LOOK, _POLL = 200, 500
_CANNOT_WATCH = (
    "the system can't watch the folders ({}): they are looked through twice a second instead, which"
    " is slower on a large site. On Linux, other programs may hold all watches: see"
    " fs.inotify.max_user_watches and max_user_instances"
)


async def saves(
    folders: Callable[[], Sequence[Path]], since: float, stop: Event, warn: Callable[[str], None]
) -> AsyncIterator[set[Path]]:
    """Yield the paths of each save, beginning with files modified after `since` (Unix time).

    `folders` returns the folders to watch, which may become others: it is called again and again.
    Changes made while the caller processes a save are yielded together as the next one. The path of
    a watched folder itself means everything in it: the folder was removed, restored or replaced by
    another. If the system can't watch the folders, `warn` is called with the reason and they are
    polled. Ends when `stop` is set.
    """
    watch, polls = _Watch(folders, since), False
    while not stop.is_set():
        try:
            async for paths in watch.until_replaced(stop, polls=polls):
                yield paths
        except (OSError, RuntimeError) as fault:  # watchfiles raises RuntimeError
            if not polls:
                warn(_CANNOT_WATCH.format(str(fault).partition(" about [")[0]))
            polls = True
            await _pause(stop)
        async for paths in watch.until_there(stop):
            yield paths


class _Watch:
    """The watched folders, and the changed paths that are not yielded yet."""

    def __init__(self, folders: Callable[[], Sequence[Path]], since: float) -> None:
        self._folders = folders
        #: Unix time: files modified after it are still to be collected; None once they are.
        self._since: float | None = since
        self._owed: set[Path] = set()

    def _identities(self) -> list[tuple[int, int] | None]:
        return [_identity(folder) for folder in self._folders()]

    async def until_replaced(self, stop: Event, *, polls: bool) -> AsyncIterator[set[Path]]:
        """Yield the paths of each save, until a folder is replaced or removed."""
        watched, roots = self._identities(), _roots(self._folders())
        # Files saved before watching began are collected after it began: none is missed.
        try:
            async for paths in (_polled if polls else _changes)(roots, stop):
                if self._since is not None:
                    new = (
                        path for path, mark in _marks(roots).items() if mark[1] > self._since * 1e9
                    )
                    self._owed.update(new)
                    self._since = None
                if changed := paths | self._owed:
                    self._owed = set()
                    yield changed
                if paths & roots or self._identities() != watched:
                    break
        finally:
            if self._since is None:  # else the files modified since then are still to be collected
                self._owed = _roots(self._folders())

    async def until_there(self, stop: Event) -> AsyncIterator[set[Path]]:
        """While a folder can't be watched, yield the folders: once, and after each change."""
        before = None
        while not stop.is_set() and not _can_be_watched(self._folders()):
            roots = _roots(self._folders())
            marks = await asyncio.to_thread(_marks, roots)
            if marks != before:
                yield roots
            before, self._owed = marks, roots
            await _pause(stop)


async def _changes(roots: set[Path], stop: Event) -> AsyncIterator[set[Path]]:
    """Yield changed paths from watchfiles; an empty set every `_LOOK` milliseconds."""
    changes = awatch(
        *sorted(roots), step=_STEP, debounce=_AT_MOST, stop_event=stop, watch_filter=_is_content,
        rust_timeout=_LOOK, yield_on_timeout=True,
    )  # fmt: skip
    async for batch in changes:
        yield {Path(path) for _, path in batch}


async def _polled(roots: set[Path], stop: Event) -> AsyncIterator[set[Path]]:
    """Yield changed paths by polling, with an empty set before each pause.

    Not by watchfiles' own polling: it compares whole seconds, and misses the second of two saves
    within one.
    """
    before = await asyncio.to_thread(_marks, roots)
    while not stop.is_set():
        yield set()
        await _pause(stop)
        now = await asyncio.to_thread(_marks, roots)
        if changed := {path for path, _ in before.items() ^ now.items()}:
            yield changed
        before = now


def _marks(roots: set[Path]) -> dict[Path, tuple[int, int, int]]:
    """Every file with its size, modification time (ns) and inode."""
    marks = {}
    for root in roots:
        for path, entry, _ in walk(root):
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                marks[root / path] = status.st_size, status.st_mtime_ns, status.st_ino
    return marks


def _is_content(_: Change, path: str) -> bool:
    """False for files that no command reads: dot-files and temporary files of editors."""
    name = path.rpartition("/")[2]
    return not name.startswith(".") and not is_leftover(name)


def _can_be_watched(folders: Sequence[Path]) -> bool:
    """True if all folders exist and contain no refused entry: a link would be followed."""
    with suppress(OSError):
        unfit_entries = (unfit for folder in folders for _, _, unfit in walk(folder))
        return all(folder.is_dir() for folder in folders) and not any(unfit_entries)
    return False


def _identity(folder: Path) -> tuple[int, int] | None:
    """Device and inode of a folder, None if it is missing; another one in its place has others."""
    with suppress(OSError):
        status = folder.stat()
        return status.st_dev, status.st_ino
    return None


def _roots(folders: Sequence[Path]) -> set[Path]:
    return {folder.resolve() for folder in folders}


async def _pause(stop: Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), _POLL / 1000)
