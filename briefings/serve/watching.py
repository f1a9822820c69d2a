"""Saves: what changes in the folders that the site is made of."""

from __future__ import annotations

from asyncio import Event
from collections.abc import AsyncIterator, Sequence
from os import DirEntry
from pathlib import Path

from watchfiles import awatch

from briefings.entries import walk

#: Milliseconds in which further changes are taken to belong to the same save, and at most.
_STEP, _AT_MOST = 15, 200


async def saves(folders: Sequence[Path], since: float, stop: Event) -> AsyncIterator[set[Path]]:
    """The files of each save; first of all those saved after `since` (a time of the clock).

    What is saved while a save is dealt with comes as one more when that is over.
    """
    roots = [folder.resolve() for folder in folders]
    early = {
        root / path
        for root in roots
        for path, entry, unfit in walk(root)
        if unfit is None and _changed(entry, since)
    }
    if early:
        yield early
    async for changes in awatch(*roots, step=_STEP, debounce=_AT_MOST, stop_event=stop):
        yield {Path(path) for _, path in changes}


def _changed(entry: DirEntry[str], since: float) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_mtime > since
    except OSError:
        return False
