"""Make `output/` hold exactly the files of the site, at once or not at all.

    with lock(output, project) as folder:
        report = publish(files, folder)

A build that knows how the last one left the folder need not list it:

    with lock(output, project, look=False) as folder:
        folder = begin_look(folder, marks, trees)()  # `marks`: path → FileMark
        report = publish(files, folder)              # some of `files` may be `Unchanged`
        # store report.files and report.trees

The state is in one hidden folder beside `output`, `.output-state` (readable by its owner only):

    lock        locked (flock) by the build that is running
    manifest    paths and SHA-256 hashes of the published files, in the format of `sha256sum`
    staging     the tree being made; between builds, the tree published before this one
    retired     the old staging folder, while its files are moved to a new one
    spool       temporary files of a running build: new files of the next site

`staging` has the files that were withdrawn last and may have embargoed ones: do not serve it.
Deleting `.output-state` together with `output` costs only time. After deleting it alone, the next
build refuses the folder, because nothing shows any more that it is ours. A file in `output` that
the manifest does not list is somebody else's: the build refuses rather than delete it.

At every instant `output` is entirely the old site or entirely the new one, and after a killed build
the next one ends with exactly the files it was given. This follows from four rules:

1. Before the switch nothing in `output` changes: staging gets new files, and hard links.
2. The manifest is written before the switch, with the old files *and* the new ones, and again after
   it, with the new ones. Whichever tree a killed build leaves in place, the manifest lists its
   files, so it is recognised as ours; a file that neither tree had still is not.
3. The switch is one system call. The old tree becomes the staging tree, from which the next build
   starts.
4. Before the switch everything is flushed to disk, so this holds after a power cut as well.
"""
# ruff: noqa: PTH105, PTH106, PTH108 - plain strings, as in `files`

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from briefings.publish.files import (
    INCOMING,
    DiskFault,
    File,
    FileMark,
    NotOurs,
    Spooled,
    Unchanged,
    faults,
    flush,
    folders_of,
    hash_of,
    in_blocks,
    stream_to_temp,
)  # fmt: skip
from briefings.publish.folder import (
    YOUNG,
    Entries,
    Folder,
    Locked,
    TreeState,
    begin_look,
    changed_folders,
    has_names,
    lock,
    read_manifest,
    write_manifest,
)  # fmt: skip
from briefings.publish.staging import (
    Staging,
    changed_meanwhile,
    exchange,
    remove_tree,
    require_exchangeable,
)  # fmt: skip

__all__ = [
    "YOUNG", "DiskFault", "File", "FileMark", "Folder", "HalfReplaced", "Locked", "NotOurs",
    "Report", "Spooled", "TreeState", "Unchanged", "begin_look", "in_blocks", "lock", "publish",
    "stream_to_temp",
]  # fmt: skip

_PUBLISHED = "the new site is published"


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a publication, as numbers of files.

    `changed_paths`: files that were written, sorted. `files`: those that were passed with their
    bytes, and those that the system could only copy, as the next build can pass them. `trees`: the
    state of the folder and its staging tree, for the next build; None if files were replaced
    `one_by_one`.
    """

    written: int
    removed: int
    unchanged: int
    total: int
    changed_paths: tuple[str, ...]
    files: tuple[Unchanged, ...] = field(default=(), compare=False, repr=False)
    trees: TreeState | None = field(default=None, compare=False, repr=False)
    one_by_one: bool = field(default=False, compare=False)


class HalfReplaced(KeyboardInterrupt):
    """Stopped by hand (Ctrl-C) while files were replaced one by one."""


@dataclass(slots=True)
class _Plan:
    """The next site: files to write, by path, and files that stay as they are.

    `given`: those of `unchanged` that were passed with their bytes. `removed`: published files that
    the next site does not have.
    """

    new: dict[str, Spooled] = field(default_factory=dict)
    unchanged: dict[str, Unchanged] = field(default_factory=dict)
    given: list[Unchanged] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    entries: Entries = field(default_factory=set)


def publish(files: Iterable[File], folder: Folder, in_place: bool = False) -> Report:
    """Make the folder hold exactly these files: relative POSIX paths, and their bytes.

    `files` may be a generator that renders as it is read; if it raises, the published site stays as
    it was. An `Unchanged` file must be in the folder. A file with the same bytes is not touched and
    keeps its mtime; one that was edited by hand is restored. A `Spooled` file is in `folder.spool`,
    which exists while `files` is read. Modes, group and owner are those of the output folder
    (`access`), whatever the umask; empty folders are removed.

    `in_place` replaces file by file: for a mount point, a folder that is bound into a container, or
    a system that cannot exchange two folders. Readers may then see a mixture for a moment, and a
    killed build leaves one until the next.

    Raises ValueError for an invalid path, NotOurs for a folder with files that are not ours,
    DiskFault for any error of the disk.
    """
    spool, staging = str(folder.spool), str(folder.staging)
    with faults():
        if folder.output.exists() and not in_place:
            require_exchangeable(folder.output, folder.state)
        remove_tree(spool)
        folder.access.make_folder(spool)  # its files inherit access control lists
    try:
        return _carry_out(_planned(files, folder), folder, in_place)
    except DiskFault:
        with suppress(OSError):  # report the first fault
            remove_tree(staging)  # free the space: the disk may be full
        raise
    finally:
        with suppress(OSError):  # the next build removes it
            remove_tree(spool)


def _planned(files: Iterable[File], folder: Folder) -> _Plan:
    """Compare the files with the published ones, and spool those that differ."""
    plan, published, spool = _Plan(), folder.tree.files, folder.spool
    for file in files:
        path = file[0]
        if path in plan.unchanged or path in plan.new:
            raise ValueError(f"two outputs have the path {path!r}")
        if isinstance(file, Unchanged):
            plan.unchanged[path] = file
        elif path in published and (unchanged := _as_published(file, folder)):
            plan.unchanged[path] = unchanged
            plan.given.append(unchanged)
        elif isinstance(file, Spooled):
            plan.new[path] = file
        else:
            plan.new[path] = stream_to_temp(spool, path, (file[1],))
    paths = plan.unchanged.keys() | plan.new.keys()
    plan.removed = set(published - paths)
    if folder.trees is not None and paths == published:  # checked when they were first published
        plan.folders = set(folder.tree.folders)
    else:
        plan.folders = folders_of([*plan.unchanged, *plan.new])
    plan.entries = {(path, plan.unchanged[path].sha256) for path in plan.unchanged}
    plan.entries.update((path, plan.new[path].sha256) for path in plan.new)
    return plan


@faults()
def _as_published(file: tuple[str, bytes] | Spooled, folder: Folder) -> Unchanged | None:
    """Return the published file of that path if it has the right access and bytes; else None.

    Its bytes are read, because size and mtime do not show everything: somebody may have edited the
    published file by hand. Reading 10,000 files takes a tenth of a second.
    """
    if isinstance(file, Spooled):
        path, digest, size = file.path, file.sha256, file.size
    else:
        path, digest, size = file[0], sha256(file[1]).hexdigest(), len(file[1])
    live = f"{folder.output}/{path}"
    status = os.lstat(live)
    if status.st_size != size or not folder.access.fits(status) or hash_of(live) != digest:
        return None
    return Unchanged.of(path, digest, status)


def _carry_out(plan: _Plan, folder: Folder, in_place: bool) -> Report:
    """Switch to the planned site, write its manifest, and return the report."""
    written, trees = _switch(plan, folder, in_place)
    files = {file.path: file for file in plan.given}
    for path, status in written.items():
        digest = (plan.new.get(path) or plan.unchanged[path]).sha256
        files[path] = Unchanged.of(path, digest, status)
    with faults(_PUBLISHED):
        write_manifest(folder, plan.entries)
    if trees is not None and not folder.tree.files:
        trees = _with_staging(trees, files, folder)
    return Report(
        written=len(plan.new),
        removed=len(plan.removed),
        unchanged=len(plan.unchanged),
        total=len(plan.entries),
        changed_paths=tuple(sorted(plan.new)),
        files=tuple(files.values()),
        trees=trees,
        one_by_one=trees is None,
    )


def _switch(
    plan: _Plan, folder: Folder, in_place: bool
) -> tuple[dict[str, os.stat_result], TreeState | None]:
    """Make `output` the new site, in one step, or file by file with `in_place`.

    File by file also if the folder is in a lower layer of an overlay. Return the status of written
    files, and the state of the trees: None if files were replaced one by one.
    """
    if not (plan.new or plan.removed) and plan.folders == folder.tree.folders.keys():
        return {}, folder.known_trees
    if in_place:
        _prepare(plan, folder)
        return _replace(plan, folder, {path: file.place for path, file in plan.new.items()}), None
    with faults():
        staging = Staging(folder)
        staging.make(plan.new, plan.unchanged, plan.folders)
        live = staging.marks()
    _prepare(plan, folder)
    if not _exchange(folder):
        sources = {path: f"{staging.root}/{path}" for path in plan.new}
        return _replace(plan, folder, sources), None
    stale = frozenset((*staging.written, *plan.removed))
    return staging.written, TreeState(live, folder.tree.folders, stale)


@faults()
def _prepare(plan: _Plan, folder: Folder) -> None:
    """List the old files and the new ones in the manifest, and flush all to disk.

    Rendering takes long. Raises NotOurs if a file was added meanwhile, so that none is lost.
    """
    root, tree, listed = str(folder.output), folder.tree, read_manifest(folder)
    changed = changed_folders(root, tree.folders)
    is_new = not tree.folders and folder.output.exists()
    if is_new or changed is None or not has_names(root, tree, changed):
        raise changed_meanwhile(root)
    if listed is None and tree.files:
        raise NotOurs(f"the manifest of {root} was lost: nothing shows that we made it")
    before = {entry for entry in listed or () if entry[0] in tree.files}
    write_manifest(folder, before | plan.entries)
    flush(str(folder.state), whole_system=True)


def _exchange(folder: Folder) -> bool:
    """Put the staging tree in the place of the published one; return whether that was possible."""
    with faults():
        if not folder.output.exists():
            folder.staging.rename(folder.output)
        elif not exchange(str(folder.staging), str(folder.output)):
            return False
    with faults(_PUBLISHED):
        flush(str(folder.output.parent))
    return True


def _replace(plan: _Plan, folder: Folder, sources: Mapping[str, str]) -> dict[str, os.stat_result]:
    """Replace file by file; `sources`: path → where its bytes are. Return the status of each.

    Each file is replaced in one step, but the site is not. The order keeps links valid as far as
    possible: first new files, then replaced ones, pages after the files that they use; files are
    deleted last. Can be run again.
    """
    published = folder.tree.files
    with faults("the published site may be half replaced; build again once this is mended"):
        try:
            _make_folders(plan, folder)
            order = sorted(sources, key=lambda path: (path in published, path.endswith(".html")))
            written = {path: _replace_file(path, sources[path], folder) for path in order}
            _remove_rest(plan, folder)
        except KeyboardInterrupt as stop:
            raise HalfReplaced from stop
        flush(str(folder.output), whole_system=True)
    with faults(_PUBLISHED):
        remove_tree(str(folder.staging))
    return written


def _make_folders(plan: _Plan, folder: Folder) -> None:
    for path in sorted(plan.folders):
        place = f"{folder.output}/{path}"
        if path in folder.tree.files:
            os.unlink(place)
        if path in folder.tree.folders:
            folder.access.give(place)
        else:
            folder.access.make_folder(place)


def _replace_file(path: str, source: str, folder: Folder) -> os.stat_result:
    """Copy to a file inside `output`, as no file can be renamed into a mount from outside."""
    incoming, target = f"{folder.output}/{INCOMING}", f"{folder.output}/{path}"
    if path in folder.tree.folders:
        shutil.rmtree(target)
    shutil.copyfile(source, incoming)
    folder.access.give(incoming)
    status = os.lstat(incoming)
    os.replace(incoming, target)
    return status


def _remove_rest(plan: _Plan, folder: Folder) -> None:
    for path in plan.removed:
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            os.unlink(f"{folder.output}/{path}")  # unless it went with its folder, or is one by now
    for path in sorted(folder.tree.folders.keys() - plan.folders, reverse=True):
        with suppress(FileNotFoundError, NotADirectoryError):
            os.rmdir(f"{folder.output}/{path}")


def _with_staging(trees: TreeState, files: Mapping[str, Unchanged], folder: Folder) -> TreeState:
    """Create the staging tree of the next build after a first one, and return the new state.

    With it the first edit of a new site takes no longer than the second.
    """
    try:
        staging = Staging(folder)
        staging.make({}, files, trees.live.keys())
        return TreeState(trees.live, staging.marks(), frozenset(staging.written))
    except (OSError, NotOurs):  # the disk is full, or somebody changed a file just now
        with suppress(OSError):
            remove_tree(str(folder.staging))
        return trees
