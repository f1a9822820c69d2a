"""Publish a site: build its tree beside the published one, then switch.

At every instant `output` is entirely the old site or entirely the new one, and after a killed build
the next one ends with exactly the files it was given. This follows from four rules:

1. Before the switch nothing in `output` changes: staging gets new files, and hard links.
2. The manifest is written before the switch, with the old files *and* the new ones, and again after
   it, with the new ones. Whichever tree a killed build leaves in place, the manifest lists its
   files, so it is recognised as ours; a file that neither tree had still is not.
3. The switch is one system call. The old tree becomes the staging tree, where the next build starts
   from it (see `Staging` for why its contents need not be trusted).
4. Before the switch everything is flushed to disk, so this holds after a power cut as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from briefings.publish import manifest
from briefings.publish.access import Access
from briefings.publish.disk import (
    DiskFault,
    FromBelow,
    exchange,
    faults,
    flush_folder,
    flush_system,
    no_exchange,
    printable,
    read_file,
    same_file,
    same_files,
    scan,
)
from briefings.publish.folder import Folder, NotOurs
from briefings.publish.in_place import replace_in_place
from briefings.publish.mounts import is_mounted, mounted_at
from briefings.publish.paths import Names
from briefings.publish.plan import All, Few, Listing, Plan
from briefings.publish.spooled import Spooled
from briefings.publish.staging import Staging, lay_out, open_staging, remove_tree
from briefings.publish.tree_state import Mark, Marks, TreeState, in_doubt, marked, renewed
from briefings.publish.unchanged import Unchanged

Given = tuple[str, bytes] | Spooled
"""A file of the next site: its path and bytes, or where these lie."""
File = Given | Unchanged
"""The same, or that a file stays as it is."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a publication did, as numbers of files.

    `changed_paths`: files that were written, sorted. `files`: those that were passed with their
    bytes, as the next build can pass them. `left`: the state of the folder and its staging tree,
    for the next build; None if it is not known, or files were replaced one by one. `one_by_one`:
    whether they were.
    """

    written: int
    removed: int
    unchanged: int
    total: int
    changed_paths: tuple[str, ...]
    files: tuple[Unchanged, ...] = field(default=(), compare=False, repr=False)
    left: TreeState | None = field(default=None, compare=False, repr=False)
    one_by_one: bool = field(default=False, compare=False)


class HalfReplaced(KeyboardInterrupt):
    """Stopped by hand (Ctrl-C) while files were replaced one by one."""


def publish(files: Iterable[File], folder: Folder, in_place: bool = False) -> Report:
    """Make the folder hold exactly these files: relative POSIX paths, and their bytes.

    `files` may be a generator that renders as it is read; if it raises, the published site stays as
    it was. An `Unchanged` file must be in the folder. A file with the same bytes is not touched and
    keeps its mtime; one that was edited by hand is restored. A `Spooled` file is in `folder.aside`,
    which exists while `files` is read. Modes, group and owner are those of the output folder
    (`access`), whatever the umask; empty folders are removed.

    `in_place` replaces file by file: for a mount point, a folder that is bound into a container, or
    a system that cannot exchange two folders. Readers may then see a mixture for a moment, and a
    killed build leaves one until the next.

    Raises ValueError for an invalid path, NotOurs for a folder with files that are not ours,
    DiskFault for any error of the disk.
    """
    live, listed = folder.in_it()
    # Files added since the folder was inspected are noticed before the switch.
    plan, output = Plan(live), str(folder.output)

    def stage_all(staging: Staging) -> None:
        for file in files:
            with faults():
                if isinstance(file, Unchanged):
                    _keep(file, plan, staging, output, in_place)
                else:
                    _stage(file, plan, staging, output, in_place)

    listing = All(folder.manifest, plan, listed)
    return _carried_out(plan, listing, folder, in_place, stage_all)


def republish(files: Iterable[File], folder: Folder, kept: Callable[[str], Unchanged]) -> Report:
    """Replace the bytes of a few files; all others in the folder stay unchanged.

    The folder must be as the last build left it (`Folder.left`); `kept` returns the `Unchanged`
    value of each file. Raises what `publish` raises, and ValueError for a path that is not
    published yet.
    """
    assert folder.left is not None
    live, _ = folder.in_it()
    names = Names.of(live.files, live.folders)
    plan, output = Plan(live, names), str(folder.output)

    def stage_few(staging: Staging) -> None:
        with faults():
            for path in sorted(live.files & staging.not_published(live.files)):
                _link(kept(path), staging, output)
            for file in files:
                if not isinstance(file, Unchanged):  # it stays, as all others do
                    names.require(file.path if isinstance(file, Spooled) else file[0])
                    _put(file, plan, staging, output)

    return _carried_out(plan, Few(folder.manifest, plan), folder, False, stage_few)


def lay_out_next(folder: Folder, report: Report) -> TreeState | None:
    """Create the staging tree of the next build after a first build, and return the new state.

    With it the first edit of a new site takes no longer than the second. If the disk refuses, or
    somebody changes the folder meanwhile, there is no staging tree, and the state is `report.left`.
    """
    left = report.left
    with suppress(OSError):
        folder.staging.rmdir()  # the output folder before, if it was empty
    if left is None or folder.staging.exists():
        return left
    with suppress(OSError):
        folders = [one for one in left.live if one]
        staging = lay_out(folder, folders, report.files)
        if staging is not None:
            return replace(left, staging=staging.marks, missing=frozenset())
    with suppress(OSError):
        remove_tree(folder.staging)
    return left


def _carried_out(
    plan: Plan,
    listing: Listing,
    folder: Folder,
    in_place: bool,
    stage: Callable[[Staging], None],
) -> Report:
    """Stage the files, switch the trees, write the manifest, and return the report."""
    output, one_by_one = str(folder.output), False
    with faults():
        exists = folder.output.exists()
        if exists and not in_place:
            _require_switchable(folder)
        staging = open_staging(folder, plan.live.files)
    try:
        stage(staging)
        if exists and plan.nothing_to_do:
            trees = _unswitched(plan, staging, folder)
        else:
            trees = _switch(plan, listing, staging, folder, in_place)
            one_by_one = trees is None
        with faults("the new site is published"):
            written = tuple(_written(plan, output))
            listing.new()
            left = None if trees is None else trees.left(manifest.seal(folder.manifest))
    except DiskFault:
        with suppress(OSError):  # report the first fault
            remove_tree(folder.staging)  # free the space: the disk may be full
        raise
    finally:
        with suppress(OSError):  # a file still being written there is removed by the next build
            remove_tree(folder.aside)
    return _report(plan, written, left, one_by_one)


def _require_switchable(folder: Folder) -> None:
    """Raise DiskFault if a switch would fail, or leave readers with the old folder."""
    output = str(folder.output)
    if is_mounted(folder.output):
        raise no_exchange(output, "it is a mount point")
    if (place := mounted_at(folder.output, folder.state)) is not None:
        reason = (
            f"it is mounted at {printable(place)}, where the old folder would stay; "
            "mount the folder around it instead"
        )
        raise no_exchange(output, reason)


def _keep(file: Unchanged, plan: Plan, staging: Staging, output: str, in_place: bool) -> None:
    plan.names.add(file.path)
    plan.entries.add((file.path, file.sha256))
    if in_place:
        _there(file, output, staging.access)
    elif not staging.has(file):
        _link(file, staging, output)


def _link(file: Unchanged, staging: Staging, output: str) -> None:
    staging.keep(file.path, f"{output}/{file.path}", _there(file, output, staging.access))


def _there(file: Unchanged, output: str, access: Access) -> os.stat_result:
    """Return the status of a published file; raises NotOurs if it was changed."""
    status = os.lstat(f"{output}/{file.path}")
    if not file.is_there(status, access):
        raise changed_meanwhile(Path(output))
    return status


def _stage(file: Given, plan: Plan, staging: Staging, output: str, in_place: bool = False) -> None:
    path = file.path if isinstance(file, Spooled) else file[0]
    plan.names.add(path)
    _put(file, plan, staging, output, in_place)
    plan.entries.add((path, plan.given[path]))


def _put(file: Given, plan: Plan, staging: Staging, output: str, in_place: bool = False) -> None:
    if isinstance(file, Spooled):
        path, digest = file.path, file.sha256
    else:
        path, digest = file[0], sha256(file[1]).hexdigest()
    plan.given[path] = digest
    live = f"{output}/{path}"
    status = _same(live, file, staging.access) if path in plan.live.files else None
    if status is not None:
        if not in_place:
            staging.keep(path, live, status)
        return
    plan.changed.add(path)
    if isinstance(file, Spooled):
        staging.take(path, file.place)
    else:
        staging.write(*file)


def _same(live: str, file: Given, access: Access) -> os.stat_result | None:
    if isinstance(file, Spooled):
        return same_files(live, file.place, access)
    return same_file(live, file[1], access)


@dataclass(frozen=True, slots=True)
class _Trees:
    """The state of both trees after the build, without the manifest, which is written last."""

    live: Marks
    staging: Marks
    behind: set[str]
    missing: set[str]

    def left(self, seal: bytes) -> TreeState:
        """Return the state with the hash of the manifest."""
        return TreeState(
            self.live, self.staging, frozenset(self.behind), frozenset(self.missing), seal
        )


def _unswitched(plan: Plan, staging: Staging, folder: Folder) -> _Trees | None:
    """Return the state if nothing has to be switched; None if the last one is not known."""
    if folder.left is None:
        return None
    behind = (staging.tree.files - plan.names.files) | staging.copied
    with faults():
        return _Trees(folder.left.live, staging.marks, behind, set())


def _switch(
    plan: Plan, listing: Listing, staging: Staging, folder: Folder, in_place: bool
) -> _Trees | None:
    """Make `output` the new site, and return the state of the trees.

    Files are replaced one by one with `in_place`, or if the folder is in a lower layer of an
    overlay; then None is returned.
    """
    old = plan.live.files
    behind = (plan.changed & old) | plan.removed | staging.copied
    with faults():
        if not in_place:
            staging.sweep(plan.names.files, plan.names.folders)
        # Rendering takes long: `_still` refuses if a file was added meanwhile, so none is lost.
        trees = _Trees(staging.marks, _still(plan, folder), behind, plan.changed - old)
        listing.both()
        flush_system(str(folder.state))
    if not in_place:
        with suppress(FromBelow):
            _switch_whole(staging, folder)
            return trees
    _switch_each(plan, staging, folder)
    return None


def _still(plan: Plan, folder: Folder) -> Marks:
    """Return the marks of the published tree, after checking that it has the same names.

    Nothing of ours changes it. So in a folder whose mtime changed since the folder was inspected,
    somebody may have replaced a file of ours: its mark gets mtime 0, which proves nothing. Raises
    NotOurs, OSError.
    """
    root, before = str(folder.output), folder.left.live if folder.left is not None else {}
    doubtful = in_doubt(root, before) if before else None
    marks = None if doubtful is None else renewed(root, lambda: plan.live, before, doubtful)
    if marks is None:
        found: dict[str, Mark] = {}
        if scan(root, lambda one: found.update({one: marked(root, one)})) != plan.live:
            raise changed_meanwhile(folder.output)
        marks = found
    return {one: mark if before.get(one) == mark else (0, mark[1]) for one, mark in marks.items()}


def _switch_whole(staging: Staging, folder: Folder) -> None:
    with faults():
        if folder.output.exists():
            exchange(staging.root, str(folder.output))
        else:
            Path(staging.root).rename(folder.output)
    with faults("the new site is published"):
        flush_folder(str(folder.output.parent))


def _switch_each(plan: Plan, staging: Staging, folder: Folder) -> None:
    output = str(folder.output)
    with faults("the published site may be half replaced; build again once this is mended"):
        try:
            replace_in_place(
                output, staging.root, plan.live, plan.names, plan.changed, folder.access
            )
        except KeyboardInterrupt as stop:
            raise HalfReplaced from stop
        flush_system(output)
    with faults("the new site is published"):
        remove_tree(folder.staging)


def _written(plan: Plan, output: str) -> Iterator[Unchanged]:
    for path, digest in plan.given.items():
        status = os.lstat(f"{output}/{path}")
        yield Unchanged(path, digest, status.st_size, status.st_mtime_ns, status.st_ino)


def changed_meanwhile(output: Path) -> NotOurs:
    """Return the NotOurs for a folder that somebody else changed during the build."""
    name = printable(str(output))
    return NotOurs(f"somebody changed {name} while the site was built; build again")


def _report(
    plan: Plan, files: tuple[Unchanged, ...], left: TreeState | None, one_by_one: bool
) -> Report:
    total, written = len(plan.names.files), len(plan.changed)
    return Report(
        written=written,
        removed=len(plan.removed),
        unchanged=total - written,
        total=total,
        changed_paths=tuple(sorted(plan.changed)),
        files=files,
        left=left,
        one_by_one=one_by_one,
    )


def verify(output: Path) -> bool:
    """Return whether `output` has exactly the files and hashes that its manifest lists."""
    folder = Folder(output.absolute())
    listed = manifest.read(folder.manifest) or frozenset()
    root = str(folder.output)
    files = scan(root).files
    return listed == {(path, sha256(read_file(f"{root}/{path}")).hexdigest()) for path in files}
