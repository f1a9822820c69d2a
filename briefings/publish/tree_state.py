"""The state of both trees after a build, with which the next build need not list them.

The mtime of a folder changes when a name is added to it or removed. So a folder with the same inode
and the same mtime has the same names, and reading its status is much faster than listing it. A
change just after the status was read may give the same mtime, as clocks are coarse. So the folders
of a new tree get an mtime of some seconds ago, and that of any other young folder proves nothing.
"""
# ruff: noqa: PTH208 - plain strings, as in `files`

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping, Set
from contextlib import suppress
from typing import NamedTuple

from briefings.publish.access import Access

#: mtime of a folder in nanoseconds, 0 if it proves nothing; and its inode.
Mark = tuple[int, int]
#: Folder ("" for the root of the tree) → its mark.
Marks = Mapping[str, Mark]

#: Two seconds in nanoseconds: the time resolution of the coarsest file system.
YOUNG = 2_000_000_000


class Tree(NamedTuple):
    """What a folder contains: files, as relative POSIX paths, and folders with their marks.

    What is not a folder counts as a file. A missing folder has no marks, an empty one has its own.
    """

    files: Set[str]
    folders: Marks


class TreeState(NamedTuple):
    """The published tree (`live`) and the staging tree after a publication.

    Every published file is in the staging tree too, as a hard link, except those that are `stale`:
    missing there, or other files. `staging` is empty if nothing is known of that tree.
    """

    live: Marks
    staging: Marks
    stale: frozenset[str]


def mark(path: str) -> Mark:
    """Return the mark of a folder. Raises OSError."""
    status = os.lstat(path)
    is_young = status.st_mtime_ns > time.time_ns() - YOUNG
    return 0 if is_young else status.st_mtime_ns, status.st_ino


def aged(path: str) -> Mark:
    """Set the mtime of a folder that nobody else uses to some seconds ago, and return its mark."""
    then = time.time_ns() - 2 * YOUNG
    with suppress(PermissionError):  # it is another user's
        os.utime(path, ns=(then, then))
    return mark(path)


def scan(root: str) -> Tree:
    """List everything under `root`, without following symlinks. Raises OSError."""
    files: set[str] = set()
    folders: dict[str, Mark] = {}
    waiting = [""] if os.path.lexists(root) else []
    while waiting:
        folder = waiting.pop()
        folders[folder] = mark(f"{root}/{folder}")  # first: a change while it is listed shows
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    files.add(path)
    return Tree(files, folders)


def changed_folders(root: str, marks: Marks, access: Access | None = None) -> set[str] | None:
    """Return the folders whose names may have changed, or which do not have this `access`.

    None if one is missing, or is another one (by inode).
    """
    changed = set()
    for folder, (mtime_ns, inode) in marks.items():
        try:
            status = os.lstat(f"{root}/{folder}")
        except OSError:
            return None
        if status.st_ino != inode:
            return None
        if status.st_mtime_ns != mtime_ns or (access and not access.fits(status)):
            changed.add(folder)
    return changed


def has_names(root: str, tree: Tree, folders: Collection[str]) -> bool:
    """Return whether these folders have the names that they have in `tree`, and no others."""
    expected: dict[str, set[str]] = {folder: set() for folder in folders}
    for path in (*tree.files, *tree.folders) if folders else ():
        folder, _, name = path.rpartition("/")
        if path and folder in expected:
            expected[folder].add(name)
    try:
        return all(set(os.listdir(f"{root}/{one}")) == names for one, names in expected.items())
    except OSError:
        return False
