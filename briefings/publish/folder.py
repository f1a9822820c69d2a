"""The output folder: which ones are refused, whether the files in it are ours, and its lock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from briefings.publish import manifest
from briefings.publish.access import EVERYONE, Access
from briefings.publish.disk import FolderListing, faults, printable, read_file, scan
from briefings.publish.paths import INCOMING
from briefings.publish.tree_state import Marks, TreeState, renewed, tree_of


class NotOurs(Exception):
    """The output folder has files that we did not make, or must not be used. Exit status 2."""


class Locked(Exception):
    """Another build is writing to this output folder. Exit status 75."""


#: What is in an output folder, and what its manifest lists.
Surveyed = tuple[FolderListing, manifest.Entries]


@dataclass(frozen=True, slots=True)
class Folder:
    """An output folder that a build may write to, and its state folder; returned by `lock`.

    `access`: that of its files and folders. `found`: returns what was in it when it was inspected;
    None before that. `left`: the state in which the last build left it and its staging tree, if it
    is unchanged since.
    """

    output: Path
    access: Access = field(default=EVERYONE, compare=False)
    found: Callable[[], Surveyed] | None = field(default=None, compare=False, repr=False)
    left: TreeState | None = field(default=None, compare=False, repr=False)

    def in_it(self) -> Surveyed:
        """Return what was in the folder when it was inspected, and what the manifest listed."""
        return survey(self) if self.found is None else self.found()

    @property
    def state(self) -> Path:
        return self.output.with_name(f".{self.output.name}-state")

    @property
    def manifest(self) -> Path:
        return self.state / "manifest"

    @property
    def staging(self) -> Path:
        return self.state / "staging"

    @property
    def aside(self) -> Path:
        return self.state / "aside"

    @property
    def retired(self) -> Path:
        return self.state / "retired"


def guard(output: Path, project: Path | None = None) -> None:
    """Raise NotOurs unless a build may replace everything in `output` with its site.

    Refused: `/`, the home folder, the project, the working folder, any parent of one of these, a
    git root, a symlink, a file. Also a folder with a file that our manifest does not list, or in
    which no file is as we published it. An empty or missing folder is accepted.
    """
    survey(_place(output, project))


@contextmanager
def lock(output: Path, project: Path | None = None, *, look: bool = True) -> Iterator[Folder]:
    """Lock `output` against other builds, from before content is read until it is published.

    The kernel holds the lock (flock) and releases it when the process ends, in whatever way.
    Without `look`, the caller has to call `looked_at`, and may pass the state of the last build.
    Raises NotOurs (see `guard`), Locked at once if another build has the lock, DiskFault.
    """
    folder = _place(output, project)
    if not folder.state.exists():  # create no state folder beside a folder that is refused
        survey(folder)
    with faults():
        folder.output.parent.mkdir(parents=True, exist_ok=True)
        folder.state.mkdir(0o700, exist_ok=True)
        descriptor = os.open(folder.state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    _held.add(descriptor)
    try:
        _take(descriptor, folder)
        # Only with the lock: another build may have been changing the tree and the manifest.
        yield looked_at(folder) if look else folder
    finally:
        if descriptor in _held:
            _held.remove(descriptor)
            os.close(descriptor)


def looked_at(
    folder: Folder,
    left: TreeState | None = None,
    hashes: Callable[[], Mapping[str, str]] = dict,
    doubtful: Marks | None = None,
) -> Folder:
    """Return the folder with what is in it. Raises NotOurs, DiskFault.

    `left`: its state after the last build; `hashes`: returns the SHA-256 of that build's files by
    path. `doubtful`: folders whose names may have changed since, as `in_doubt` returns them (None:
    the folder is another one). If nothing changed, only these are listed, and the rest is taken
    from `left` and `hashes`; otherwise `survey` lists everything.
    """
    if left is not None and doubtful is not None:
        root = str(folder.output)
        marks = renewed(root, lambda: tree_of(hashes(), left.live), left.live, doubtful)
        if marks is not None and _has_seal(folder, left.manifest):

            def recalled() -> Surveyed:
                files = hashes()
                return tree_of(files, left.live), frozenset(files.items())

            return replace(folder, left=replace(left, live=marks), found=recalled)
    surveyed = survey(folder)
    return replace(folder, left=None, found=lambda: surveyed)


def _has_seal(folder: Folder, seal: bytes) -> bool:
    try:
        return manifest.seal(folder.manifest) == seal
    except OSError:
        return False


def survey(folder: Folder) -> Surveyed:
    """Return what is in the output folder, and what our manifest lists.

    Raises NotOurs if it is not empty and has no manifest, or has files that are not ours, or none
    that is as we published it; DiskFault.
    """
    name = printable(str(folder.output))
    with faults():
        entries = manifest.read(folder.manifest)
        if entries is None:
            if folder.output.exists() and any(folder.output.iterdir()):
                raise NotOurs(f"{name} is not empty, and nothing shows that we made it")
            return FolderListing(set(), set()), frozenset()
        live = scan(str(folder.output))
        found = sorted(live.files - {INCOMING})  # left by a build killed during --in-place
        known = {path for path, _ in entries}
        if unknown := [printable(path) for path in found if path not in known]:
            few = ", ".join(unknown[:3]) + (" …" if unknown[3:] else "")
            raise NotOurs(f"{name} has files that we did not make: {few}")
        if found and not any(_as_we_left_it(folder, path, entries) for path in found):
            raise NotOurs(f"{name} has files of our names, but none is as we made it")
    return live, entries


def _as_we_left_it(folder: Folder, path: str, entries: manifest.Entries) -> bool:
    file = folder.output / path
    if file.is_symlink() or not file.is_file():
        return False
    return (path, sha256(read_file(str(file))).hexdigest()) in entries


@faults()
def _place(output: Path, project: Path | None) -> Folder:
    """Return the folder under its real path; raises NotOurs if no build may use that path."""
    last = output.name
    path = output.resolve() if last in ("", "..") else output.parent.resolve() / last
    around = {
        # Path.home() raises for a user without one, as containers have
        "your home folder": Path(os.path.expanduser("~")).resolve(),  # noqa: PTH111
        "the working folder": Path.cwd(),
    }
    if project is not None:
        around["the project"] = project.resolve()
    for what, where in around.items():
        if path == where or path in where.parents:
            raise NotOurs(f"{printable(str(path))} is {what}, or a folder around it")
    if path.is_symlink():
        raise NotOurs(f"{printable(str(path))} is a symlink; name the folder itself")
    if path.exists() and not path.is_dir():
        raise NotOurs(f"{printable(str(path))} is a file")
    if os.path.lexists(path / ".git"):
        raise NotOurs(f"{printable(str(path))} is a git working folder")
    return Folder(path, Access.of(path))


_held: set[int] = set()
"""Descriptors of the locks this process holds. A forked worker would inherit them, and keep the
lock when its parent is killed; so it closes them first of all."""


def _let_go() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_let_go)


def _take(descriptor: int, folder: Folder) -> None:
    with faults():
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            name = printable(str(folder.output))
            message = f"another build is writing to {name}; try again when it is done"
            raise Locked(message) from error
