"""The staging tree: the whole next site, built beside the published one."""
# ruff: noqa: PTH104, PTH106, PTH108 - plain strings, for the reason given in `disk`

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from briefings.publish.access import EVERYONE, Access
from briefings.publish.disk import FolderListing, read_file, scan, write_file
from briefings.publish.folder import Folder
from briefings.publish.tree_state import YOUNG, Mark, in_doubt, marked, names_in, tree_of
from briefings.publish.unchanged import Unchanged


@dataclass(frozen=True, slots=True)
class Staging:
    """A folder that is made into the next site's tree, and what it contains so far.

    Its earlier contents need not be known, or right: a file counts only if it is the same file
    (device and inode) as the published one, which was found to have the right bytes. Everything
    else is written again or removed. So an unfinished tree, or the one published before, can be
    used like an empty one, and saves linking files that did not change.

    `behind`: files that may not be the published ones; None if any file may not be. `known`: marks
    of folders, as far as they are known (see `tree_state`). `touched`: folders in which names were
    added or removed. `copied`: files that had to be copied, so they are not the published ones, but
    have the same bytes.
    """

    root: str
    tree: FolderListing
    access: Access = EVERYONE
    behind: set[str] | None = None
    known: dict[str, Mark] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)

    @property
    def marks(self) -> dict[str, Mark]:
        """The marks of all folders as they are now. Raises OSError."""
        known = {one: mark for one, mark in self.known.items() if one not in self.touched}
        folders = ("", *sorted(self.tree.folders))
        return {one: known.get(one) or marked(self.root, one) for one in folders}

    def has(self, file: Unchanged) -> bool:
        """Return whether the published file is in the tree already; after a small change, most are.

        It is the same file if it has the same inode; both trees are on one file system.
        """
        if file.path not in self.tree.files:
            return False
        if self.behind is not None and file.path not in self.behind:
            return True
        return file.is_there(os.lstat(f"{self.root}/{file.path}"), self.access)

    def not_published(self, files: set[str]) -> set[str]:
        """Return those of the published files that may be missing here, or other ones."""
        return files - self.tree.files | (files if self.behind is None else self.behind)

    def keep(self, path: str, live: str, status: os.stat_result) -> None:
        """Add the published file to the tree: a hard link, or a copy if it cannot be linked.

        A link keeps the mtime of the file, and with it a web server's Last-Modified.
        """
        target = f"{self.root}/{path}"
        if path in self.tree.files and os.path.samestat(os.lstat(target), status):
            return
        self._make_way(path)
        try:
            os.link(live, target, follow_symlinks=False)
        except OSError:
            write_file(target, read_file(live), status.st_mtime_ns, self.access)
            self.copied.add(path)
        self.tree.files.add(path)

    def write(self, path: str, data: bytes) -> None:
        """Add a new file to the tree."""
        self._make_way(path)
        write_file(f"{self.root}/{path}", data, access=self.access)
        self.tree.files.add(path)

    def take(self, path: str, place: str) -> None:
        """Move a new file into the tree, from elsewhere on the same file system."""
        self._make_way(path)
        self.access.give(place)
        os.rename(place, f"{self.root}/{path}")
        self.tree.files.add(path)

    def sweep(self, files: set[str], folders: set[str]) -> None:
        """Remove everything except these files and folders."""
        for path in self.tree.files - files:
            self._unlink(path)
        for path in sorted(self.tree.folders - folders, reverse=True):
            os.rmdir(f"{self.root}/{path}")
            self.tree.folders.discard(path)
            self._touch(path)

    def _make_way(self, path: str) -> None:
        """Free the path, and create its folder."""
        if path in self.tree.files:
            self._unlink(path)
        elif path in self.tree.folders:
            self._remove_folder(path)
        self._make_folder(path.rpartition("/")[0])
        self._touch(path)

    def _make_folder(self, path: str) -> None:
        if not path or path in self.tree.folders:
            return
        self._make_folder(path.rpartition("/")[0])
        if path in self.tree.files:
            self._unlink(path)
        self.access.make_folder(f"{self.root}/{path}")
        self.tree.folders.add(path)
        self._touch(path)
        self.touched.add(path)

    def _unlink(self, path: str) -> None:
        os.unlink(f"{self.root}/{path}")
        self.tree.files.discard(path)
        self._touch(path)

    def _remove_folder(self, path: str) -> None:
        shutil.rmtree(f"{self.root}/{path}")
        inside = f"{path}/"
        for known in (self.tree.files, self.tree.folders):
            known -= {name for name in known if name.startswith(inside)}
        self.tree.folders.discard(path)
        self._touch(path)

    def _touch(self, path: str) -> None:
        """Record that a name was added to the folder of `path`, or removed from it."""
        self.touched.add(path.rpartition("/")[0])


def open_staging(folder: Folder, published: set[str]) -> Staging:
    """Return the staging tree to continue with, in a new folder; `published` are paths of files.

    The old folder may have been published before, and a slow reader may still have it open. So its
    files are moved to a new folder: such a reader finds them missing, and tries again, but never
    finds files of two sites together.
    """
    staging, retired = folder.staging, folder.retired
    for left in (retired, folder.aside):
        remove_tree(left)
    folder.aside.mkdir(0o700)
    if staging.exists():
        _retire(folder)
    folder.access.make_folder(str(staging))
    if retired.exists():
        for entry in list(retired.iterdir()):
            entry.rename(staging / entry.name)
        retired.rmdir()
    return _as_left(folder, published) or _scanned(str(staging), folder.access)


def _scanned(root: str, access: Access) -> Staging:
    """List the staging tree, and give its folders the access that the output folder has now."""
    staging = Staging(root, scan(root), access)
    for path in staging.tree.folders:
        if not access.fits_folder(os.lstat(f"{root}/{path}")):
            access.give_folder(f"{root}/{path}")
    return staging


def _retire(folder: Folder) -> None:
    """Rename the last staging tree, or delete it if a lower layer of an overlay has it (EXDEV).

    What the next site needs of it is then linked or copied from `output`.
    """
    try:
        folder.staging.rename(folder.retired)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        remove_tree(folder.staging)


def _as_left(folder: Folder, published: set[str]) -> Staging | None:
    """Return the staging tree without listing it, if it is as the last build left it; else None.

    If names of files changed in a folder, as after a killed build, that folder is listed, and all
    its files count as `behind`. If folders were added or removed, None is returned.
    """
    left, root = folder.left, str(folder.staging)
    if left is None:
        return None
    known = {one: mark for one, mark in left.staging.items() if one}  # the root is a new folder
    doubtful = in_doubt(root, known, folder.access)
    if doubtful is None:
        return None
    files = (published - left.missing) | left.behind
    staging = Staging(root, tree_of(files, known), folder.access, set(left.behind), known)
    return staging if _listed(staging, ["", *doubtful]) else None


def _listed(staging: Staging, folders: list[str]) -> bool:
    """Update the tree by listing these folders; False if folders were added or removed there."""
    expected = names_in(staging.tree, folders)
    tree, behind = staging.tree, staging.behind
    assert behind is not None
    for folder in folders:
        staging.known[folder] = marked(staging.root, folder)
        prefix = f"{folder}/" if folder else ""
        with os.scandir(f"{staging.root}/{folder}") as entries:
            found = {one.name: one.is_dir(follow_symlinks=False) for one in entries}
        for name in expected[folder] - found.keys():
            if prefix + name in tree.folders:
                return False
            tree.files.discard(prefix + name)
        for name, is_folder in found.items():
            if is_folder != (prefix + name in tree.folders):
                return False
            if not is_folder:
                tree.files.add(prefix + name)
                behind.add(prefix + name)
    return True


def lay_out(folder: Folder, folders: Collection[str], files: Iterable[Unchanged]) -> Staging | None:
    """Create a staging tree with links to the published files in these folders.

    Returns None if somebody changes these files meanwhile. Raises OSError, also if files cannot be
    linked: copies would cost more than they save.
    """
    root, output, access = str(folder.staging), str(folder.output), folder.access
    staging = Staging(root, FolderListing(set(), set(folders)), access)
    access.make_folder(root)
    for path in sorted(folders):
        access.make_folder(f"{root}/{path}")
    for file in files:
        target = f"{root}/{file.path}"
        os.link(f"{output}/{file.path}", target, follow_symlinks=False)
        if not file.is_there(os.lstat(target), access):
            return None
        staging.tree.files.add(file.path)
    _make_old(root, folders)
    return staging


def _make_old(root: str, folders: Collection[str]) -> None:
    """Set an old mtime on new folders, so that it proves their names (see `tree_state.YOUNG`)."""
    then = time.time_ns() - 2 * YOUNG
    for folder in folders:
        os.utime(f"{root}/{folder}", ns=(then, then))


def remove_tree(path: Path) -> None:
    """Remove a folder with its contents, a file or a symlink, if it exists."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
