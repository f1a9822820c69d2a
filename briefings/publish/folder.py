"""The output folder: which ones are refused, whether the files in it are ours, and its lock."""
# ruff: noqa: PTH208 - plain strings, as in `files`

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from briefings.publish.files import (
    INCOMING,
    Access,
    FileMark,
    NotOurs,
    Unchanged,
    faults,
    flush,
    hash_of,
    printable,
    stream_to_temp,
)
from briefings.store.workers import run_in_background

# The state of both trees after a build, with which the next build need not list them.
#
# The mtime of a folder changes when a name is added to it or removed. So a folder with the same
# inode and the same mtime has the same names, and reading its status is much faster than listing
# it. A change just after the status was read may give the same mtime, as clocks are coarse. So the
# folders of a new tree get an mtime of some seconds ago, and that of any other young folder proves
# nothing.

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
    with suppress(PermissionError):  # the folder belongs to another user
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

    None if one is missing or was replaced: it has another inode.
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
        return all(
            set(os.listdir(f"{root}/{folder}")) == names for folder, names in expected.items()
        )
    except OSError:
        return False


#: From this many files on it is worth a process of its own to compare them.
_MANY = 4_000


class Locked(Exception):
    """Another build is writing to this output folder. Exit status 75."""


@dataclass(frozen=True, slots=True)
class Folder:
    """An output folder that a build may write to, and its state folder; returned by `lock`.

    `access`: of its files and folders. `begin_look` sets the others. `tree`: its contents; `trees`:
    the stored state of it and its staging tree, if no name was added or removed since; `lost`:
    files that are missing or were changed since the last build; `marks`: new marks of files with
    the same bytes and another time or inode, as in a restored copy.
    """

    output: Path
    access: Access = field(default=Access(), repr=False)
    tree: Tree = field(default=Tree(frozenset(), {}), repr=False)
    trees: TreeState | None = field(default=None, repr=False)
    lost: frozenset[str] = field(default=frozenset(), repr=False)
    marks: Mapping[str, FileMark] = field(default_factory=dict, repr=False)

    @property
    def state(self) -> Path:
        return self.output.with_name(f".{self.output.name}-state")

    @property
    def known_trees(self) -> TreeState:
        """`trees`; if that is None, a state in which nothing is known of the staging tree."""
        return self.trees or TreeState(self.tree.folders, {}, frozenset())

    @property
    def manifest(self) -> Path:
        return self.state / "manifest"

    @property
    def staging(self) -> Path:
        return self.state / "staging"

    @property
    def spool(self) -> Path:
        return self.state / "spool"


@contextmanager
def lock(output: Path, project: Path | None = None, *, look: bool = True) -> Iterator[Folder]:
    """Lock `output` against other builds, from before content is read until it is published.

    The kernel holds the lock (flock) and releases it when the process ends, in whatever way.
    Without `look`, the caller has to call `begin_look`, with what the last build stored.

    Raises Locked at once if another build has the lock, DiskFault, and NotOurs unless a build may
    replace everything in `output`. Refused are `/`, the home folder, the project, the working
    folder, any parent of one of these, a git root, a symlink, a file; and a folder with a file that
    our manifest does not list, or in which no file is as we published it. An empty or missing
    folder is accepted.
    """
    folder = _accepted(output, project)
    if not folder.state.exists():  # create no state folder beside a folder that is refused
        _surveyed(folder)
    with faults():
        folder.output.parent.mkdir(parents=True, exist_ok=True)
        folder.state.mkdir(0o700, exist_ok=True)
        descriptor = os.open(folder.state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    _held.add(descriptor)
    try:
        _take(descriptor, folder)
        # Only with the lock: another build may have been changing the tree and the manifest.
        yield _surveyed(folder) if look else folder
    finally:
        if descriptor in _held:
            _held.remove(descriptor)
            os.close(descriptor)


_held: set[int] = set()
"""Descriptors of the locks this process holds. A forked worker would inherit them, and keep the
lock when its parent is killed; so it closes them first of all."""


def _let_go() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_let_go)


@faults()
def _take(descriptor: int, folder: Folder) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        name = printable(folder.output)
        raise Locked(f"another build is writing to {name}; try again when it is done") from error


@faults()
def _accepted(output: Path, project: Path | None) -> Folder:
    """Return the folder under its real path; raises NotOurs if no build may use that path."""
    last = output.name
    path = output.resolve() if last in ("", "..") else output.parent.resolve() / last
    name = printable(path)
    around = {
        # Path.home() raises for a user without one, as containers have
        "your home folder": Path(os.path.expanduser("~")),  # noqa: PTH111
        "the working folder": Path.cwd(),
        "the project": project or Path.cwd(),
    }
    for description, where in around.items():
        if path in (where.resolve(), *where.resolve().parents):
            raise NotOurs(f"{name} is {description}, or a folder around it")
    if path.is_symlink():
        raise NotOurs(f"{name} is a symlink; name the folder itself")
    if path.exists() and not path.is_dir():
        raise NotOurs(f"{name} is a file")
    if os.path.lexists(path / ".git"):
        raise NotOurs(f"{name} is a git working folder")
    return Folder(path, Access.of(path))


def begin_look(
    folder: Folder, files: Mapping[str, FileMark], trees: TreeState | None
) -> Callable[[], Folder]:
    """Begin to compare the folder with what the last build stored; call the result once.

    `files`: those that it published, by path; `trees`: its `Report.trees`. The status of every file
    and folder is read, in another process if there are many. A folder whose mtime is another one is
    listed; if it has other names, or is another folder, everything is listed, and `trees` of the
    returned folder is None. The call raises NotOurs (see `lock`), DiskFault.
    """
    root = str(folder.output)

    def compared() -> tuple[frozenset[str], dict[str, FileMark], set[str] | None]:
        # Folders first: a file that is replaced after this shows in their mtimes.
        changed = None if trees is None else changed_folders(root, trees.live)
        marks = dict(_changed_marks(folder, files))
        lost = frozenset(path for path, mark in marks.items() if mark is None)
        return lost, {path: mark for path, mark in marks.items() if mark is not None}, changed

    result = run_in_background(compared, worth=len(files) > _MANY)

    def looked() -> Folder:
        lost, marks, changed = result()
        if trees is not None and changed is not None and len(lost) < len(files):
            tree = Tree(files.keys(), trees.live)
            if has_names(root, tree, changed):
                return replace(folder, tree=tree, trees=trees, lost=lost, marks=marks)
        return replace(_surveyed(folder), lost=lost, marks=marks)

    return looked


def _changed_marks(
    folder: Folder, files: Mapping[str, FileMark]
) -> Iterator[tuple[str, FileMark | None]]:
    """Yield the files with another mark; None for one that is missing or has other bytes."""
    for path, mark in files.items():
        place = f"{folder.output}/{path}"
        try:
            status = os.lstat(place)
            is_ours = status.st_size == mark[1] and folder.access.fits(status)
            new = Unchanged.of(path, mark[0], status)[1:]
            if not is_ours:
                yield path, None
            elif new != mark:
                yield path, new if hash_of(place) == mark[0] else None
        except OSError:
            yield path, None


@faults()
def _surveyed(folder: Folder) -> Folder:
    """List the folder, and return it with its `tree`. Raises NotOurs (see `lock`), DiskFault."""
    name, entries, tree = printable(folder.output), read_manifest(folder), scan(str(folder.output))
    if entries is None and (tree.files or len(tree.folders) > 1):
        raise NotOurs(f"{name} is not empty, and nothing shows that we made it")
    files = sorted(tree.files - {INCOMING})  # left by a build killed during --in-place
    listed = {path for path, _ in entries or ()}
    if unknown := [printable(path) for path in files if path not in listed]:
        shown = ", ".join(unknown[:3]) + (" …" if unknown[3:] else "")
        raise NotOurs(f"{name} has files that we did not make: {shown}")

    def is_listed(path: str) -> bool:
        file = folder.output / path
        is_regular = file.is_file() and not file.is_symlink()
        return is_regular and (path, hash_of(str(file))) in (entries or ())

    if files and not any(map(is_listed, files)):
        raise NotOurs(f"{name} has files of our names, but none is as we made it")
    return replace(folder, tree=tree)


# The manifest: the hash of each published file by path. One line for each file, `<sha256>  <path>`,
# sorted by path: `sha256sum -c ../.output-state/manifest` checks a site without us. It has no time,
# size or machine name.

#: Pairs of path and hash. A path has two while a switch is under way: before and after.
Entries = set[tuple[str, str]]

_HEAD = "# briefings manifest 1"
_FORMAT = re.compile(rf"{_HEAD}\n(?:[0-9a-f]{{64}}  .+\n)*")


def read_manifest(folder: Folder) -> Entries | None:
    """Return the entries of the manifest; None if it is missing or is not in our format."""
    try:
        text = folder.manifest.read_bytes().decode()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    if _FORMAT.fullmatch(text) is None:
        return None
    return {(line[66:], line[:64]) for line in text.split("\n")[1:-1]}


def write_manifest(folder: Folder, entries: Entries) -> None:
    """Replace the manifest in one step, after flushing it to disk. Raises OSError."""
    lines = [_HEAD, *(f"{digest}  {path}" for path, digest in sorted(entries)), ""]
    data = "\n".join(lines).encode()
    if folder.manifest.exists() and folder.manifest.read_bytes() == data:
        return
    new = stream_to_temp(folder.spool, str(folder.manifest), (data,)).place
    flush(new)
    os.replace(new, folder.manifest)  # noqa: PTH105
    flush(str(folder.state))
