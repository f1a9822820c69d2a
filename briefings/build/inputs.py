"""Every file that a site is made from, and which of them changed since the last build.

A file with the same size, times and inode is taken as unchanged. Any other is read and its hash
compared, so a checkout that gives every file a new mtime costs one read of all files. Nothing
heavy is imported here: a build with nothing to do ends after this.
"""

from __future__ import annotations

import os
import stat
import sys
import time
import zoneinfo
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import sqlite_version

from briefings.content.files import MAX_ANY, belongs, opened, walk
from briefings.publish import YOUNG
from briefings.store.cache import digest

#: Size, mtime, ctime, inode.
Mark = tuple[int, int, int, int]
#: Mark, hash, and whether an equal mark proves that the file did not change (it is old enough).
Input = tuple[Mark, bytes, bool]
#: Name of the tree and path in it, such as `content/site.yaml` → the state of the file.
Inputs = Mapping[str, Input]

#: The names of the trees of content, of this package, and of the saved texts of sources.
CONTENT, CODE, SOURCES = "content", "code", "sources"
#: In place of the hash in `Inputs`: a refused file (such as a link), or a folder.
UNFIT = b"unfit"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class InputFolder:
    """A folder of inputs, and the name of its tree in `Inputs`."""

    name: str
    root: Path


def code() -> InputFolder:
    """Return the folder of this package: a new version of it may change every output."""
    return InputFolder(CODE, _PACKAGE)


def scan_inputs(trees: tuple[InputFolder, ...], known: Inputs) -> dict[str, Input]:
    """Return every file of these trees. Files whose mark is in `known` are not read again.

    Raises OSError if a file can't be read.
    """
    since = time.time_ns() - YOUNG
    inputs: dict[str, Input] = {}
    for name, path, status, is_fit in _all_files(trees):
        mark = _mark(status)
        before = known.get(name)
        if before is not None and before[0] == mark and before[2]:
            inputs[name] = before
        elif not is_fit:
            inputs[name] = (mark, UNFIT, True)
        else:
            inputs[name] = _read(name, path, status, since)
    return inputs


def scan_saved(
    trees: tuple[InputFolder, ...], known: Inputs, paths: Iterable[Path]
) -> dict[str, Input]:
    """Return every file of these trees, if only these absolute paths can have changed.

    All files are scanned if one of the paths is new, gone, a folder, or refused.
    """
    since = time.time_ns() - YOUNG
    inputs = dict(known)
    roots = [(tree.name, tree.root.resolve()) for tree in trees]
    for path in paths:
        in_trees = [(name, root) for name, root in roots if path.is_relative_to(root)]
        for name in [f"{name}/{path.relative_to(root).as_posix()}" for name, root in in_trees]:
            status = path.lstat() if os.path.lexists(path) else None
            if name in known and known[name][1] != UNFIT and status is not None and _fits(status):
                inputs[name] = _read(name, str(path), status, since)
            elif status is not None or any(other.startswith(name) for other in known):
                return scan_inputs(trees, known)
    return inputs


def _fits(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_ANY


def _read(name: str, path: str, status: os.stat_result, since: int) -> Input:
    is_old = max(status.st_mtime_ns, status.st_ctime_ns) < since
    return _mark(status), _hash(name, path), is_old


def inputs_after_build(
    trees: tuple[InputFolder, ...], inputs: Inputs, read: Collection[str] | None = None
) -> dict[str, Input]:
    """Return the inputs as they are to be stored after a build.

    A file whose mark changed during the build gets a mark that never matches, because it is not
    known which version was read. `read`: the content files that were read, if not all; the others
    were not read, so the mark found before the build is right for them.
    """
    read_trees = () if read is None else tuple(tree for tree in trees if tree.name == CONTENT)
    scanned_trees = tuple(tree for tree in trees if tree not in read_trees)
    marks = {name: _mark(status) for name, _, status, _ in _all_files(scanned_trees)}
    read_names = [f"{tree.name}/{path}" for tree in read_trees for path in read or ()]
    marks |= dict(_marks_of(read_trees, read or ()))
    touched = (0, 0, 0, 0), b"", False
    after, unread_prefixes = dict(inputs), tuple(f"{tree.name}/" for tree in read_trees)
    scanned = (name for name in inputs if not name.startswith(unread_prefixes))
    for name in {*scanned, *(inputs.keys() & read_names), *marks}:
        if name not in inputs or marks.get(name) != inputs[name][0]:
            after[name] = touched
    return after


def _marks_of(trees: tuple[InputFolder, ...], paths: Iterable[str]) -> Iterator[tuple[str, Mark]]:
    """Yield name and mark of each of these files that exists."""
    for tree in trees:
        for path in paths:
            with suppress(OSError):
                yield f"{tree.name}/{path}", _mark(os.stat(f"{tree.root}/{path}"))  # noqa: PTH116


def changed(before: Inputs, after: Inputs) -> set[str]:
    """Return the names of files that are new, gone, or have another hash."""
    removed = before.keys() - after.keys()
    return {
        *removed,
        *(
            name
            for name, entry in after.items()
            if name not in before or before[name][1] != entry[1]
        ),
    }


def contents(inputs: Inputs) -> dict[str, bytes]:
    """Return path in the content folder → hash, for each of its files."""
    paths = ((name.partition("/"), entry[1]) for name, entry in inputs.items())
    return {path: digest for (tree, _, path), digest in paths if tree == CONTENT and digest}


def _mark(status: os.stat_result) -> Mark:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _all_files(trees: tuple[InputFolder, ...]) -> Iterator[tuple[str, str, os.stat_result, bool]]:
    """Yield name, path and status of every input, and whether it may be opened."""
    for tree in trees:
        for path, status, is_fit in _files(tree):
            yield f"{tree.name}/{path}", f"{tree.root}/{path}", status, is_fit


def _files(tree: InputFolder) -> Iterator[tuple[str, os.stat_result, bool]]:
    """Yield path, status and whether it may be opened of each file of a tree, less `__pycache__`.

    Links are followed only in this package, because an editor does not choose how it is installed.
    """
    if tree.name == SOURCES and tree.root.is_symlink():
        yield "", tree.root.lstat(), False
        return
    enter = belongs if tree.name == CONTENT else _is_no_cache
    for path, entry, unfit in walk(tree.root, enter):
        if tree.name == CODE and unfit is not None:
            yield path, entry.stat(), True
        elif entry.is_dir(follow_symlinks=False):
            if tree.name == CONTENT or unfit is not None:
                yield path, entry.stat(follow_symlinks=False), False
        else:
            status = entry.stat(follow_symlinks=False)
            yield path, status, unfit is None and status.st_size <= MAX_ANY


def _is_no_cache(path: str) -> bool:
    return path.rpartition("/")[2] != "__pycache__"


def _hash(name: str, path: str) -> bytes:
    with open(path, "rb") if name.startswith(f"{CODE}/") else opened(path) as file:  # noqa: PTH123
        return digest(file.read())


def environment(zone: str) -> bytes:
    """Return a hash of everything outside the input folders that can change outputs.

    That is Python, SQLite, the versions of all installed packages, and the rules of the site's time
    zone.
    """
    names = {name for folder in sys.path for name in _installed(folder)}
    versions = "\n".join([sys.version, sys.platform, sqlite_version, *sorted(names)])
    return digest(versions.encode() + _zone_rules(zone))


def _zone_rules(zone: str) -> bytes:
    """Return the bytes of the file that `zoneinfo` reads for a zone (search order of PEP 615)."""
    for folder in zoneinfo.TZPATH:
        with suppress(OSError):
            return (Path(folder) / zone).read_bytes()
    from importlib import resources  # here: it is seldom needed, and slow to import

    with suppress(OSError, ImportError, ValueError):
        return resources.files("tzdata.zoneinfo").joinpath(*zone.split("/")).read_bytes()
    return b""


def _installed(folder: str) -> Iterator[str]:
    try:
        names = os.listdir(folder or ".")  # noqa: PTH208 - plain strings, as everywhere here
    except (FileNotFoundError, NotADirectoryError):
        return
    yield from (name for name in names if name.endswith((".dist-info", ".egg-info")))
