"""The staging tree: the next site, whole, built beside the published one."""
# ruff: noqa: PTH106, PTH108 - plain strings, for the reason given in `disk`

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from briefings.output.disk import Tree, make_folder, read_file, scan, write_file
from briefings.output.folder import Folder
from briefings.output.kept import Kept


@dataclass(frozen=True, slots=True)
class Staging:
    """A folder that becomes the wanted tree one file at a time, and what it holds by now.

    What it held before does not have to be known, or right: a file counts only if it is the
    very file (device and inode) that is published, and was found to have the wanted bytes.
    Everything else is written anew or swept away. So an unfinished tree, or the one that was
    published before, is as good a start as an empty one, and saves linking what did not change.
    """

    root: str
    tree: Tree

    def has(self, file: Kept) -> bool:
        """Whether the published file is here already, as it nearly always is after a small change.

        It is the very file if it is the same inode; the two trees are on one file system.
        """
        if file.path not in self.tree.files:
            return False
        return file.is_there(os.lstat(f"{self.root}/{file.path}"))

    def keep(self, path: str, live: str, status: os.stat_result) -> None:
        """Have the published file here too: a hard link, or a copy where there can be none.

        A link keeps the time of the file, and with it a web server's Last-Modified.
        """
        target = f"{self.root}/{path}"
        if path in self.tree.files and os.path.samestat(os.lstat(target), status):
            return
        self._make_way(path)
        try:
            os.link(live, target, follow_symlinks=False)
        except OSError:
            write_file(target, read_file(live), status.st_mtime_ns)
        self.tree.files.add(path)

    def write(self, path: str, data: bytes) -> None:
        """Have a new file here."""
        self._make_way(path)
        write_file(f"{self.root}/{path}", data)
        self.tree.files.add(path)

    def sweep(self, files: set[str], folders: set[str]) -> None:
        """Remove all but these."""
        for path in self.tree.files - files:
            os.unlink(f"{self.root}/{path}")
        for path in sorted(self.tree.folders - folders, reverse=True):
            os.rmdir(f"{self.root}/{path}")

    def _make_way(self, path: str) -> None:
        """Free the name, and see that its folder is there."""
        if path in self.tree.files:
            self._unlink(path)
        elif path in self.tree.folders:
            self._remove_folder(path)
        self._make_folder(path.rpartition("/")[0])

    def _make_folder(self, path: str) -> None:
        if not path or path in self.tree.folders:
            return
        self._make_folder(path.rpartition("/")[0])
        if path in self.tree.files:
            self._unlink(path)
        make_folder(f"{self.root}/{path}")
        self.tree.folders.add(path)

    def _unlink(self, path: str) -> None:
        os.unlink(f"{self.root}/{path}")
        self.tree.files.discard(path)

    def _remove_folder(self, path: str) -> None:
        shutil.rmtree(f"{self.root}/{path}")
        inside = f"{path}/"
        for known in (self.tree.files, self.tree.folders):
            known -= {name for name in known if name.startswith(inside)}
        self.tree.folders.discard(path)


def open_staging(folder: Folder) -> Staging:
    """The staging tree to go on with, in a folder that nobody has open.

    What lies there may be the site published before, and a slow reader may still hold that
    folder. Its files move to a new one: such a reader finds them gone, and asks again; it
    never finds files of two sites side by side.
    """
    staging, retired = folder.staging, folder.retired
    remove_tree(retired)
    if staging.exists():
        staging.rename(retired)
    make_folder(str(staging))
    if retired.exists():
        for entry in list(retired.iterdir()):
            entry.rename(staging / entry.name)
        retired.rmdir()
    return Staging(str(staging), scan(str(staging)))


def remove_tree(path: Path) -> None:
    """Remove a folder and all in it, if it is there."""
    if path.exists():
        shutil.rmtree(path)
