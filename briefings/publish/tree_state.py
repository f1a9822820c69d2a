"""How a build leaves its two trees, so that the next one need not list them.

The time of a folder changes with each name that comes into it or goes. A folder that is the very
one (by its inode), and has the time that it was left with, holds the names that it held: its
status tells so, at a fraction of the work of listing it. What a time can't prove is listed: a
folder that changed so shortly before it was looked at that a later change may have the same time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from briefings.publish.access import Access
from briefings.publish.disk import FolderListing

#: Time of change of a folder, 0 where that proves nothing, and its inode.
Mark = tuple[int, int]
#: Folder → its mark, "" for the root of the tree.
Marks = Mapping[str, Mark]

#: Two seconds: the tick of the coarsest file system's clock. What changed so shortly before it was
#: looked at may change again within the same tick, so its time proves nothing.
YOUNG = 2_000_000_000


@dataclass(frozen=True, slots=True)
class TreeState:
    """The published tree and the staging tree after a build, and a hash of the manifest.

    Staging holds the published files, but for those `behind` (older ones, and such as are
    published no more) and those that it is `missing`.
    """

    live: Marks
    staging: Marks
    behind: frozenset[str]
    missing: frozenset[str]
    manifest: bytes


def marked(root: str, folder: str) -> Mark:
    """The mark of one folder. Raises OSError."""
    status = os.lstat(f"{root}/{folder}")
    young = status.st_mtime_ns > time.time_ns() - YOUNG
    return 0 if young else status.st_mtime_ns, status.st_ino


def tree_of(files: Iterable[str], marks: Marks) -> FolderListing:
    """The tree of these files in the folders that have these marks."""
    return FolderListing(set(files), {folder for folder in marks if folder})


def in_doubt(root: str, marks: Marks, access: Access | None = None) -> Marks | None:
    """The folders that may hold other names than when they were marked, as they are now; None where
    one of them is not there any more, is another one, or has not the `access` given."""
    found: dict[str, Mark] = {}
    young = time.time_ns() - YOUNG
    for folder, (mtime_ns, inode) in marks.items():
        try:
            status = os.lstat(f"{root}/{folder}")
        except OSError:
            return None
        if status.st_ino != inode or (access is not None and not access.fits_folder(status)):
            return None
        if status.st_mtime_ns != mtime_ns:
            found[folder] = (0 if status.st_mtime_ns > young else status.st_mtime_ns, inode)
    return found


def renewed(
    root: str, tree: Callable[[], FolderListing], marks: Marks, doubtful: Marks
) -> Marks | None:
    """The marks with those of the doubtful folders, if these hold the names of the tree; else None.

    They are as they were before anything was listed: what changes from then on shows. `tree` is
    asked where a folder has to be listed.
    """
    if not doubtful:
        return marks
    expected = names_in(tree(), doubtful)
    try:
        for folder in doubtful:
            if set(os.listdir(f"{root}/{folder}")) != expected[folder]:  # noqa: PTH208
                return None
    except OSError:
        return None
    return {**marks, **doubtful}


def names_in(tree: FolderListing, folders: Collection[str]) -> Mapping[str, set[str]]:
    """Folder → the names of files and folders in it, for these folders."""
    found: dict[str, set[str]] = {folder: set() for folder in folders}
    for path in (*tree.files, *tree.folders):
        folder, _, name = path.rpartition("/")
        if folder in found:
            found[folder].add(name)
    return found
