"""The paths that a site may have: each is one file on every system that may serve it."""

from __future__ import annotations

import re
from collections.abc import Collection
from unicodedata import normalize

LONGEST_NAME = 255  # bytes of one part of a path, on every file system we know
INCOMING = ".briefings-incoming"  # the temporary file of `--in-place`


#: Fast path: matches most valid paths, and only valid ones and `INCOMING`.
_PLAIN = re.compile(r"(?:(?!\.{1,2}/)[!-.0-\[\]-~]{1,255}/)*(?!\.{1,2}$)[!-.0-\[\]-~]{1,255}")


class Names:
    """The paths of one site so far; `add` raises ValueError for an invalid or conflicting one."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.folders: set[str] = set()
        self._spelling: dict[str, str] = {}

    @classmethod
    def of(cls, files: Collection[str], folders: Collection[str]) -> Names:
        """Return the paths of a published site; they are not checked again."""
        names = cls()
        names.files.update(files)
        names.folders.update(folders)
        return names

    def add(self, path: str) -> None:
        """Add one relative POSIX path.

        Raises ValueError for a path that leaves the site or is not printable, a second file with
        that path, a file where a folder is needed, and two paths that differ only in case or
        Unicode form (one file on macOS and Windows, two on Linux).
        """
        check_path(path)
        if path in self.files:
            raise ValueError(f"two outputs have the path {path!r}")
        if path in self.folders:
            raise ValueError(f"{path!r} is an output, and also the folder of another")
        folder, _, _ = path.rpartition("/")
        self._add_folder(folder)
        self._spell(path)
        self.files.add(path)

    def require(self, path: str) -> None:
        """Raise ValueError unless this is one of the paths."""
        if path not in self.files:
            raise ValueError(f"no output has the path {path!r}")

    def _add_folder(self, folder: str) -> None:
        if not folder or folder in self.folders:
            return
        self._add_folder(folder.rpartition("/")[0])
        if folder in self.files:
            raise ValueError(f"{folder!r} is an output, and also the folder of another")
        self._spell(folder)
        self.folders.add(folder)

    def _spell(self, path: str) -> None:
        first = self._spelling.setdefault(_folded(path), path)
        if first != path:
            raise ValueError(f"{first!r} and {path!r} differ only in case or Unicode form")


def check_path(path: str) -> None:
    """Raise ValueError unless `path` is relative, normalised, printable and not too long."""
    if _PLAIN.fullmatch(path) and path != INCOMING:
        return
    parts = path.split("/")
    if "" in parts:
        raise ValueError(f"an output's path is relative, without an empty part: {path!r}")
    if "." in parts or ".." in parts:
        raise ValueError(f"an output's path has no '.' or '..' in it: {path!r}")
    if "\\" in path or not path.isprintable():
        raise ValueError(f"an output's path has no backslash or control character: {path!r}")
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        raise ValueError(f"a name in an output's path is over {LONGEST_NAME} bytes: {path!r}")
    if path == INCOMING:
        raise ValueError(f"the path {path!r} is kept for --in-place")


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return normalize("NFC", normalize("NFC", path).casefold())
