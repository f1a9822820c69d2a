"""The state of both trees after a build, with which the next build need not list them.

Both trees: the published one and the staging tree. The mtime of a folder changes when a name is
added to it or removed. So a folder with the same inode and the same mtime has the same names, and
reading its status is much faster than listing it. A folder that changed shortly before its status
was read is listed: a later change may give the same mtime.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from briefings.publish.access import Access
from briefings.publish.disk import FolderListing

#: mtime of a folder in nanoseconds, 0 if it proves nothing; and its inode.
Mark = tuple[int, int]
#: Folder ("" for the root of the tree) → its mark.
Marks = Mapping[str, Mark]

#: Two seconds in nanoseconds: the time resolution of the coarsest file system. A folder that
#: changed so shortly before its status was read may change again without a new mtime.
YOUNG = 2_000_000_000


@dataclass(frozen=True, slots=True)
class TreeState:
    """The published tree (`live`) and the staging tree after a build.

    Staging has the published files, except those `behind` (older ones, and ones no longer
    published) and those `missing`. `manifest`: a hash of the manifest.
    """

    live: Marks
    staging: Marks
    behind: frozenset[str]
    missing: frozenset[str]
    manifest: bytes


def marked(root: str, folder: str) -> Mark:
    """Return the mark of one folder. Raises OSError."""
    status = os.lstat(f"{root}/{folder}")
    young = status.st_mtime_ns > time.time_ns() - YOUNG
    return 0 if young else status.st_mtime_ns, status.st_ino


def tree_of(files: Iterable[str], marks: Marks) -> FolderListing:
    """Return the listing of a tree with these files, and the folders that have these marks."""
    return FolderListing(set(files), {folder for folder in marks if folder})


def in_doubt(root: str, marks: Marks, access: Access | None = None) -> Marks | None:
    """Return the folders whose names may have changed since they were marked, with new marks.

    None if one is missing, is another one (by inode), or does not have the given `access`.
    """
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
    """Return `marks` updated by the doubtful ones, if those folders have the names of the tree.

    None if they have other names, or cannot be listed. The doubtful marks were made before the
    folders are listed, so a later change is noticed. `tree` is called only if a folder has to be
    listed.
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
    """Return the names of files and folders in each of these folders."""
    found: dict[str, set[str]] = {folder: set() for folder in folders}
    for path in (*tree.files, *tree.folders):
        folder, _, name = path.rpartition("/")
        if folder in found:
            found[folder].add(name)
    return found
