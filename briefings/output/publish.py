"""Publishing: build the next site beside the old one, then switch.

At every instant `output` is wholly the old site or wholly the new one, and whenever the build is
killed the next one ends with exactly the wanted files. What makes it so:

1. Until the switch nothing in `output` is touched: staging makes new files only, and hard links.
2. The manifest is written before the switch, listing the old files *and* the new ones, and once
   more after it, listing the new ones. Whichever tree a killed build leaves in place, the manifest
   covers it, so it is known as ours; a file that neither tree had is still not.
3. The switch is one system call. The old tree lands in staging, where the next build starts from
   it (see `Staging` for why it need not be trusted).
4. Before the switch everything is brought to the disk, so a power cut keeps the promise too.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from briefings.output import manifest
from briefings.output.disk import (
    DiskFault,
    Tree,
    exchange,
    faults,
    flush_folder,
    flush_system,
    no_exchange,
    printable,
    read_file,
    same_file,
    scan,
)
from briefings.output.folder import Folder, NotOurs, survey
from briefings.output.in_place import replace_in_place
from briefings.output.names import Names
from briefings.output.staging import Staging, open_staging, remove_tree


@dataclass(frozen=True, slots=True)
class Report:
    """What a publication did, in numbers of files; `changed_paths` are those written, sorted."""

    written: int
    removed: int
    unchanged: int
    total: int
    changed_paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The wanted site against the one that is there."""

    live: Tree
    names: Names = field(default_factory=Names)
    entries: set[tuple[str, str]] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    @property
    def removed(self) -> set[str]:
        return self.live.files - self.names.files

    @property
    def nothing_to_do(self) -> bool:
        return not (self.changed or self.removed or self.live.folders != self.names.folders)


def publish(files: Iterable[tuple[str, bytes]], folder: Folder, in_place: bool = False) -> Report:
    """Make the folder hold exactly these files: relative POSIX paths, and their bytes.

    `files` may be a generator that renders as it goes; if it raises, the published site is as
    it was. A file whose bytes are there already is left alone, with its time; one altered by
    hand is put right. Folders are 0755 and files 0644 whatever the umask; empty folders go.

    `in_place` replaces file by file: for a mount point, a folder that is bound into a container,
    or a system that cannot exchange two folders. Readers may then see a mixture for a moment, and
    a killed build leaves one until the next.

    Raises ValueError for a path that a site cannot have, NotOurs for a folder with files that
    are not ours, DiskFault for anything the disk refuses.
    """
    output = str(folder.output)
    live, listed = survey(folder)
    plan = _Plan(live)
    with faults():
        exists = folder.output.exists()
        if exists and not in_place and folder.output.is_mount():
            raise no_exchange(output, "it is a mount point")
        staging = open_staging(folder)
    try:
        for path, data in files:
            plan.names.add(path)
            with faults():
                _stage(path, data, plan, staging, output, in_place)
        if not exists or not plan.nothing_to_do:
            listed = _switch(plan, listed, staging, folder, in_place)
        if listed != plan.entries:
            with faults("the new site is published"):
                manifest.write(folder.manifest, frozenset(plan.entries))
    except DiskFault:
        with suppress(OSError):  # the first fault is the one to tell
            remove_tree(folder.staging)  # a full disk should not stay so because of us
        raise
    return _report(plan)


def _stage(
    path: str, data: bytes, plan: _Plan, staging: Staging, output: str, in_place: bool
) -> None:
    plan.entries.add((path, sha256(data).hexdigest()))
    live = f"{output}/{path}"
    status = same_file(live, data) if path in plan.live.files else None
    if status is None:
        plan.changed.add(path)
        staging.write(path, data)
    elif not in_place:
        staging.keep(path, live, status, data)


def _switch(
    plan: _Plan, listed: manifest.Entries, staging: Staging, folder: Folder, in_place: bool
) -> manifest.Entries:
    """Make `output` the wanted site; what the manifest lists while that goes on."""
    before = {entry for entry in listed if entry[0] in plan.live.files}
    both = frozenset(before | plan.entries)
    with faults():
        if not in_place:
            staging.sweep(plan.names.files, plan.names.folders)
        if scan(str(folder.output)) != plan.live:  # rendering takes long; do not lose a new file
            name = printable(str(folder.output))
            raise NotOurs(f"somebody changed {name} while the site was built; build again")
        manifest.write(folder.manifest, both)
        flush_system(str(folder.state))
    if in_place:
        _switch_each(plan, staging, folder)
    else:
        _switch_whole(staging, folder)
    return both


def _switch_whole(staging: Staging, folder: Folder) -> None:
    with faults():
        if folder.output.exists():
            exchange(staging.root, str(folder.output))
        else:
            Path(staging.root).rename(folder.output)
    with faults("the new site is published"):
        flush_folder(str(folder.output.parent))


def _switch_each(plan: _Plan, staging: Staging, folder: Folder) -> None:
    output = str(folder.output)
    with faults("the published site may be half replaced; build again once this is mended"):
        replace_in_place(output, staging.root, plan.live, plan.names, plan.changed)
        flush_system(output)
    with faults("the new site is published"):
        remove_tree(folder.staging)


def _report(plan: _Plan) -> Report:
    total, written = len(plan.names.files), len(plan.changed)
    return Report(
        written=written,
        removed=len(plan.removed),
        unchanged=total - written,
        total=total,
        changed_paths=tuple(sorted(plan.changed)),
    )


def verify(output: Path) -> bool:
    """Whether `output` is exactly what its manifest says we published, path by path."""
    folder = Folder(output.absolute())
    listed = manifest.read(folder.manifest) or frozenset()
    root = str(folder.output)
    files = scan(root).files
    return listed == {(path, sha256(read_file(f"{root}/{path}")).hexdigest()) for path in files}
