"""Snapshots of the inputs, and the facts of the engine that differ between two of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from briefings.build.inputs import CONTENT, SOURCES, InputFolder, Inputs
from briefings.content.files import CONFIG, FACTS, MEDIA, REGISTER, is_file
from briefings.content.listing import ContentFile, Listing, file_at, list_files, raw_of
from briefings.content.loader import cache_key, read_chunk, read_record, settings
from briefings.content.publication_register import Register
from briefings.content.records import KINDS, Record, TrackedContent, changed_facts
from briefings.content.schema.site import SiteFront
from briefings.engine import Engine
from briefings.problems import Problem
from briefings.store.cache import Cache
from briefings.store.workers import in_chunks
from briefings.urls import Urls

#: Path → its problems, and whether it gives a record all the same.
FileProblems = Mapping[str, tuple[list[Problem], bool]]


@dataclass(frozen=True)
class Snapshot:
    """The content folder at one moment. Records are read from the cache when they are needed.

    `digests`: path → hash of the bytes of a file. `problems`: of the files that have any. `held`:
    path → record of a file that has changed since; the cache keeps only a few versions of a file.
    """

    root: Path
    cache: Cache
    listing: Listing
    digests: Mapping[str, bytes]
    config: SiteFront
    register: Register
    settings_problems: Sequence[Problem] = ()
    problems: FileProblems = field(default_factory=dict)
    held: dict[str, Record[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_kind: dict[str, dict[str, ContentFile]] = {kind: {} for kind in KINDS}
        for file in self.listing.files:
            if self.problems.get(file.path, ((), True))[1]:
                by_kind[file.kind][file.id] = file
        object.__setattr__(self, "by_kind", by_kind)

    by_kind: Mapping[str, Mapping[str, ContentFile]] = field(init=False)

    @property
    def prefix(self) -> str:
        """The path of the site's base URL, with which links in bodies begin."""
        return Urls(self.config.base_url).prefix

    @property
    def untracked(self) -> tuple[object, ...]:
        """What every value depends on although no read of it is recorded."""
        return self.config.time_zone, self.prefix

    @property
    def settings(self) -> tuple[object, ...]:
        """What every output depends on although no read of it is recorded.

        That is `untracked`, the theme, and the settings of `never_publish.filter_names`.
        """
        config = self.config
        return *self.untracked, config.base_url, config.theme, config.policy, config.publisher

    def ids(self, kind: str) -> Collection[str]:
        """Return the ids of all files of a kind that could be read, in their order."""
        return self.by_kind[kind].keys()

    def ids_of(self, kind: str) -> list[str]:
        """Return the ids of all files of a kind, with those that could not be read."""
        return [file.id for file in self.listing.files if file.kind == kind]

    def record(self, kind: str, id: str) -> Record[Any] | None:
        """Return a record; None if there is no such file or it could not be read."""
        file = self.by_kind[kind].get(id)
        if file is None:
            return None
        record = self.cached(file)
        if record is None:
            raw = raw_of(self.root, file.path)
            record = read_record(self.root, file, raw, self.prefix)[0]
        return record

    def cached(self, file: ContentFile) -> Record[Any] | None:
        """Return the record of a file from the cache."""
        if file.path in self.held:
            return self.held[file.path]
        digest = self.digests.get(file.path)
        if not digest:
            return None
        record = self.cache.get_one(cache_key(file, self.prefix, digest))
        return record if isinstance(record, Record) else None

    def hold(self, file: ContentFile) -> Record[Any] | None:
        """Return the record of a file from the cache, and hold it in memory from now on."""
        record = self.cached(file)
        if record is not None:
            self.held[file.path] = record
        return record

    def all_problems(self) -> list[Problem]:
        """Return every problem of single files, and of the folder."""
        of_files = [problem for problems, _ in self.problems.values() for problem in problems]
        return [*self.listing.problems, *self.settings_problems, *of_files]

    def content(self, engine: Engine) -> TrackedContent:
        """Return the content, tracked by an engine."""
        ids = {kind: self.ids_of(kind) for kind in KINDS}
        return TrackedContent(
            engine, self.root, self, Record("site", "site", "site.yaml", self.config),
            self.listing.media, ids, self.register, tuple(self.all_problems()),
        )  # fmt: skip


def read(
    root: Path,
    cache: Cache,
    digests: Mapping[str, bytes],
    base_url: str | None,
    jobs: int,
    before: Snapshot | None,
    changed: Collection[str] = (),
) -> Snapshot:
    """Read the content folder into the cache: the files that `changed` since `before`, or all."""
    if before is not None and {CONFIG, REGISTER, FACTS}.isdisjoint(changed):
        config, register, problems = before.config, before.register, before.settings_problems
    else:
        config, register, problems = settings(root, base_url)
    prefix = Urls(config.base_url).prefix
    if before is not None and before.prefix != prefix:  # the cache has no records with this one
        before = None
    is_listed = before is not None and _is_listed(before, changed)
    listing = before.listing if before is not None and is_listed else list_files(root)
    unread = [file for file in listing.files if before is None or file.path in changed]
    results = in_chunks(partial(_problems_in, root, prefix, cache), unread, jobs)
    results_by_path = {} if before is None else dict(before.problems)
    results_by_path |= {file.path: result for file, result in zip(unread, results, strict=True)}
    paths = [file.path for file in listing.files]
    faulty = {
        path: results_by_path[path]
        for path in paths
        if path in results_by_path and results_by_path[path][0]
    }
    if unread and not is_listed:
        cache.prune([*paths, *(f"{MEDIA}/{name}" for name in listing.media)])
    return Snapshot(root, cache, listing, digests, config, register, problems, faulty)


def _is_listed(before: Snapshot, changed: Collection[str]) -> bool:
    """Return whether the listing of `before` is still right: all changed files are in it."""
    listed = {file.path for file in before.listing.files}
    return not before.listing.problems and all(
        path in listed and is_file(before.root / path) for path in changed
    )


def _problems_in(
    root: Path, prefix: str, cache: Cache, files: Sequence[ContentFile]
) -> list[tuple[list[Problem], bool]]:
    """Read some files into the cache; return the problems of each, and whether it has a record."""
    results = read_chunk(root, prefix, cache, files)
    return [(problems, record is not None) for record, problems in results]


@dataclass(frozen=True)
class InputState:
    """All inputs at one moment: those of `trees`. `now`: the moment by which the site is judged."""

    trees: tuple[InputFolder, ...]
    inputs: Inputs
    snapshot: Snapshot
    now: datetime


def differing(
    before: InputState, after: InputState, names: Collection[str], engine: Engine
) -> set[int]:
    """Return the facts that differ. `names`: of the changed inputs, with their trees in front."""
    paths = paths_in(CONTENT, names)
    facts = _of_content(before.snapshot, after.snapshot, paths, engine)
    facts |= {engine.fact(*fact) for name in names for fact in _of_file(name)}
    added_or_removed = before.inputs.keys() ^ after.inputs.keys()
    if paths_in(CONTENT, added_or_removed):
        facts.add(engine.fact("names", "texts"))
    if any(name.startswith("templates") for name in added_or_removed):
        facts.add(engine.fact("names", "templates"))
    if paths_in(SOURCES, names):
        facts.add(engine.fact("names", SOURCES))
    return facts | moments_between(engine, before.now, after.now)


def paths_in(tree: str, names: Collection[str]) -> set[str]:
    """Return the paths in a tree of those inputs that are in it."""
    start = f"{tree}/"
    return {name.removeprefix(start) for name in names if name.startswith(start)}


def _of_file(name: str) -> Iterator[tuple[str, str]]:
    """Yield the facts that depend on the bytes of a file, by its tree and its path in it."""
    tree, _, path = name.partition("/")
    if tree == CONTENT:
        yield "text", path
        yield "media file", path.removeprefix("media/")
    elif tree == SOURCES:
        yield "source", path
    else:  # of templates or static files; a number behind it is that of a theme's
        yield ("template" if tree.startswith("templates") else "static"), path


def _of_content(
    before: Snapshot, after: Snapshot, paths: Collection[str], engine: Engine
) -> set[int]:
    """Return the facts of the content that differ. `paths`: those of changed files."""
    files = [file_at(after.root, path) for path in paths]
    saved = [file for file in files if isinstance(file, ContentFile)]
    facts: set[int] = set()
    for kind in KINDS:
        ids = {file.id for file in saved if file.kind == kind}
        facts |= _of_kind(kind, before, after, ids, engine)
    if before.listing.media != after.listing.media:
        facts.add(engine.fact("names", "media"))
    facts |= {engine.fact("register", name) for name in _lines(before.register, after.register)}
    config = (Record("site", "site", "", snapshot.config) for snapshot in (before, after))
    facts |= {engine.fact("site", "site") + number for number in changed_facts("site", *config)}
    return facts


def _of_kind(
    kind: str, before: Snapshot, after: Snapshot, saved: Collection[str], engine: Engine
) -> set[int]:
    """Return the facts of one kind of file that differ. `saved`: the ids of changed files."""
    old, new = before.by_kind[kind], after.by_kind[kind]
    facts: set[int] = set()
    if list(old) != list(new):
        facts.add(engine.fact("files", kind))
    if before.listing is not after.listing and before.ids_of(kind) != after.ids_of(kind):
        facts.add(engine.fact("names", f"{kind} ids"))
    for id in (old.keys() ^ new.keys()).union(id for id in saved if id in old):
        earlier = before.hold(old[id]) if id in old else None
        numbers = changed_facts(kind, earlier, after.record(kind, id))
        facts |= {engine.fact(kind, id) + number for number in numbers}
    return facts


def _lines(before: Register, after: Register) -> Iterator[str]:
    """Yield what differs in the register, as named in `TrackedRegister`."""
    for line in set(before.facts) ^ set(after.facts):
        yield f"facts/{line.id}"
    if repr(before.lines) == repr(after.lines):  # with the numbers of the lines
        return
    yield "lines"
    if before.authority != after.authority:
        yield "authority"
    for kind, id in before.entered.keys() | after.entered.keys():
        if before.guid(kind, id) != after.guid(kind, id):
            yield f"{kind}/{id}"


def moments_between(engine: Engine, before: datetime, now: datetime) -> set[int]:
    """Return the facts on moments that passed since `before` (or did not pass yet, if later)."""
    first, last = min(before, now), max(before, now)
    return {
        number
        for (kind, id), number in engine.facts.items()
        if kind == "moment" and first < datetime.fromisoformat(id) <= last
    }


def window(engine: Engine, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the last moment up to now, and the next one, at which the site changes by itself."""
    moments = [datetime.fromisoformat(id) for kind, id in engine.facts if kind == "moment"]
    past = [moment for moment in moments if moment <= now]
    ahead = [moment for moment in moments if moment > now]
    return max(past, default=None), min(ahead, default=None)
