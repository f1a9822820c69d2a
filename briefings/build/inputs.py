"""Every file that a site is made from, and which of them changed since they were last looked at.

A file whose size, times and inode are as they were is taken to hold what it held; any other is
read, and has changed where its hash has. A checkout that gives every file a new time costs a read.
Nothing heavy is imported here: a build with nothing to do ends after this.
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
from hashlib import blake2b
from pathlib import Path

from briefings.content.files import MAX_ANY, belongs, opened, walk
from briefings.publish import YOUNG

#: Size, time of change of the content, time of change of the file, inode.
Mark = tuple[int, int, int, int]
#: Mark, hash, and whether the mark proves that the file still holds what it held.
Input = tuple[Mark, bytes, bool]
#: Path, with the name of its tree in front → what it was found to be.
Inputs = Mapping[str, Input]

#: The names of the trees of content, of this package, and of the saved texts of sources.
CONTENT, CODE, SOURCES = "content", "code", "sources"
#: Stands in `Inputs` for the hash of what is refused, or of a folder that has no place.
UNFIT = b"unfit"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class InputFolder:
    """A folder of inputs and the name it goes by."""

    name: str
    root: Path


def code() -> InputFolder:
    """This package: another version of it may make other pages of the same content."""
    return InputFolder(CODE, _PACKAGE)


def scan_inputs(trees: tuple[InputFolder, ...], known: Inputs) -> dict[str, Input]:
    """Every file of these trees with its mark and hash; read only where its mark is not known.

    Raises OSError where a file can't be read.
    """
    since = time.time_ns() - YOUNG
    found: dict[str, Input] = {}
    for name, path, status, is_fit in _all(trees):
        mark = _mark(status)
        before = known.get(name)
        if before is not None and before[0] == mark and before[2]:
            found[name] = before
        elif not is_fit:
            found[name] = (mark, UNFIT, True)
        else:
            found[name] = _read(name, path, status, since)
    return found


def scan_saved(
    trees: tuple[InputFolder, ...], known: Inputs, paths: Iterable[Path]
) -> dict[str, Input]:
    """The same if only these absolute paths can have changed.

    Every file is looked at if one of them is new or gone, a folder, or refused.
    """
    since = time.time_ns() - YOUNG
    found = dict(known)
    roots = [(tree.name, tree.root.resolve()) for tree in trees]
    for path in paths:
        named = [(name, root) for name, root in roots if path.is_relative_to(root)]
        for name in [f"{name}/{path.relative_to(root).as_posix()}" for name, root in named]:
            status = path.lstat() if os.path.lexists(path) else None
            if name in known and known[name][1] != UNFIT and status is not None and _fits(status):
                found[name] = _read(name, str(path), status, since)
            elif status is not None or any(one.startswith(name) for one in known):
                return scan_inputs(trees, known)
    return found


def _fits(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_ANY


def _read(name: str, path: str, status: os.stat_result, since: int) -> Input:
    old = max(status.st_mtime_ns, status.st_ctime_ns) < since
    return _mark(status), _hash(name, path), old


def inputs_after_build(
    trees: tuple[InputFolder, ...], inputs: Inputs, read: Collection[str] | None = None
) -> dict[str, Input]:
    """The same after the work: what was touched meanwhile holds nobody knows what.

    `read`: the files of the content that were read, where that is not all of it. What was not read
    holds what it held when it was looked at, or the next look shows another mark.
    """
    some = () if read is None else tuple(tree for tree in trees if tree.name == CONTENT)
    rest = tuple(tree for tree in trees if tree not in some)
    now = {name: _mark(status) for name, _, status, _ in _all(rest)}
    asked = [f"{tree.name}/{path}" for tree in some for path in read or ()]
    now |= dict(_marks_of(some, read or ()))
    touched = (0, 0, 0, 0), b"", False
    found, unread = dict(inputs), tuple(f"{tree.name}/" for tree in some)
    of_rest = (name for name in inputs if not name.startswith(unread))
    for name in {*of_rest, *(inputs.keys() & asked), *now}:
        if name not in inputs or now.get(name) != inputs[name][0]:
            found[name] = touched
    return found


def _marks_of(trees: tuple[InputFolder, ...], paths: Iterable[str]) -> Iterator[tuple[str, Mark]]:
    """Those of these files that are there."""
    for tree in trees:
        for path in paths:
            with suppress(OSError):
                yield f"{tree.name}/{path}", _mark(os.stat(f"{tree.root}/{path}"))  # noqa: PTH116


def changed(before: Inputs, after: Inputs) -> set[str]:
    """Files that are new, gone, or hold something else."""
    gone = before.keys() - after.keys()
    return {
        *gone,
        *(name for name, one in after.items() if name not in before or before[name][1] != one[1]),
    }


def contents(inputs: Inputs) -> dict[str, bytes]:
    """Path in the content folder → hash, for every file of it."""
    every = ((name.partition("/"), one[1]) for name, one in inputs.items())
    return {path: held for (tree, _, path), held in every if tree == CONTENT and held}


def digest_of(inputs: Inputs, tree: str) -> bytes:
    """Stands for every file of one tree."""
    hasher = blake2b(digest_size=16)
    for name in sorted(name for name in inputs if name.startswith(f"{tree}/")):
        hasher.update(name.encode(errors="surrogateescape") + b"\0" + inputs[name][1])
    return hasher.digest()


def _mark(status: os.stat_result) -> Mark:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _all(trees: tuple[InputFolder, ...]) -> Iterator[tuple[str, str, os.stat_result, bool]]:
    """Name, path and status of every input, and whether it may be opened."""
    for tree in trees:
        for path, status, is_fit in _files(tree):
            yield f"{tree.name}/{path}", f"{tree.root}/{path}", status, is_fit


def _files(tree: InputFolder) -> Iterator[tuple[str, os.stat_result, bool]]:
    """The files of one tree; compiled Python code is none of them.

    Links are followed in this package alone: how it is installed is not an editor's to say.
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
        return blake2b(file.read(), digest_size=16).digest()


def environment(zone: str) -> bytes:
    """A hash of what a build takes from the machine.

    That is Python, the versions of all installed packages, and the rules of the site's time zone.
    """
    names = {name for folder in sys.path for name in _installed(folder)}
    versions = "\n".join([sys.version, sys.platform, *sorted(names)])
    return blake2b(versions.encode() + _zone_rules(zone), digest_size=16).digest()


def _zone_rules(zone: str) -> bytes:
    """The bytes of the file that `zoneinfo` reads for a zone, sought as PEP 615 says."""
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
