"""Read the content folder: every record, and every fault of every file.

`reading` reads one file; this module lists the files, and caches their records.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from briefings.cancellation import checkpoint
from briefings.content.files import (
    CONFIG,
    FOLDER_OF,
    FOLDERS,
    MAX_MARKDOWN,
    MAX_README,
    MAX_REGISTER,
    MEDIA,
    README,
    REGISTER,
    belongs,
    is_file,
    of_file,
    opened,
    read_file,
    too_long,
    walk,
)
from briefings.content.frontmatter import SourceFile
from briefings.content.publication_register import Register, read_register
from briefings.content.reading import (
    EMPTY,
    ContentFile,
    Record,
    Result,
    about,
    file_at,
    foreign,
    name_fault,
    placed,
    raw_of,
    read_config,
    read_record,
    shown,
    source_of,
    stand_in_config,
)
from briefings.content.schema import (
    SCHEMAS,
    BriefingFront,
    Fault,
    PageFront,
    RegulatorFront,
    RequirementFront,
    SiteFront,
    TopicFront,
    TrustFront,
)
from briefings.problems import Problem
from briefings.store.cache import NO_CACHE, Cache, digest, key_of
from briefings.store.compact import forget
from briefings.store.folded import Folded, Shelf, shelve, staying_folded
from briefings.store.workers import in_chunks
from briefings.urls import Urls

#: Names of `files` and `reading` that other rooms import from here.
__all__ = [
    "CONFIG", "FOLDERS", "FOLDER_OF", "MEDIA", "README", "REGISTER", "Content", "Record",
    "name_fault", "raw_of", "shown", "source_of",
]  # fmt: skip

#: Extensions of the files in `media/` that are published as text.
TEXT_MEDIA = (".csv", ".svg", ".txt")
#: From more files than this, fields that few pages show are spilled to a temporary file.
_LARGE = 20_000
NOTHING: Mapping[str, Record[Any]] = MappingProxyType({})
NO_DIGESTS: Mapping[str, bytes] = MappingProxyType({})
Records = Mapping[str, Mapping[str, Record[Any]]]


@dataclass(frozen=True)
class Content:
    """Everything under `content/`: records by kind and id, and every fault found in reading them.

    `media`: paths below `content/media/`. `ids`: kind → the ids of all its files, including files
    that could not be read and so have no record.
    """

    root: Path
    config: SiteFront
    briefings: Mapping[str, Record[BriefingFront]]
    trusts: Mapping[str, Record[TrustFront]]
    regulators: Mapping[str, Record[RegulatorFront]]
    topics: Mapping[str, Record[TopicFront]]
    requirements: Mapping[str, Record[RequirementFront]]
    pages: Mapping[str, Record[PageFront]]
    media: frozenset[str] = frozenset()
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    #: Every id that was ever public.
    register: Register = field(default_factory=Register)
    #: Values computed once for this content, by name: indexes of checks, the last parsed file.
    memo: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def records(self) -> Iterator[Record[Any]]:
        """Yield every record of every kind."""
        for records in (
            self.regulators, self.trusts, self.topics,
            self.requirements, self.pages, self.briefings,
        ):  # fmt: skip
            for record in records.values():
                checkpoint()
                yield record

    def record(self, kind: str, id: str) -> Record[Any] | None:
        """Return one record; None if there is no such file or it could not be read."""
        of_kind: Mapping[str, Record[Any]] = getattr(self, f"{kind}s")
        return of_kind.get(id)

    def place(self, path: str, fault: Fault) -> Problem:
        """Return the problem for a fault, with its line and column."""
        return next(self._placed(path, [fault]))

    def placed(self, faults: Iterable[tuple[str, Fault]]) -> list[Problem]:
        """Return problems for (path, fault) pairs, grouped by file: each is parsed once."""
        by_path: dict[str, list[Fault]] = {}
        for path, fault in faults:
            by_path.setdefault(path, []).append(fault)
        return [problem for path in by_path for problem in self._placed(path, by_path[path])]

    def _placed(self, path: str, faults: Iterable[Fault]) -> Iterator[Problem]:
        for fault in faults:
            if fault.loc:
                yield from placed(self._source(path), shown(self.root, path), [fault])
            else:
                yield about(self.root, path, fault.message, fault.hint)

    def _source(self, path: str) -> SourceFile:
        """Parse a file again, as it is now.

        Line numbers are not stored with the records: faults are rare, and the places of every value
        would fill the memory. Only the last file is cached, for its next fault.
        """
        status = (self.root / path).lstat()
        mark = (path, status.st_mtime_ns, status.st_size, status.st_ino)
        if self.memo.get("source", (None,))[0] != mark:
            self.memo["source"] = mark, source_of(self.root, path)[1]
        source: SourceFile = self.memo["source"][1]
        return source


def text_files(root: Path, paths: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield path and text of the text files in the content folder, for rules on raw text.

    All of them, or those in `paths`. A file longer than its limit, which is a fault of its own, is
    cut there.
    """
    for path in _readable(root, []) if paths is None else paths:
        if path.endswith((".md", ".yaml", ".csv")) or path.lower().endswith(TEXT_MEDIA):
            with opened(root / path) as file:
                yield path, text_of(file.read(_limit(path)))


def text_of(data: bytes) -> str:
    """Decode a text file as a browser does: UTF-8, or UTF-16 with a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


class Listing(NamedTuple):
    """The files of the content folder, and the problems with the names and places of others.

    `files`: those that give a record. `media`: paths below `content/media/`.
    """

    files: list[ContentFile]
    media: list[str]
    problems: list[Problem]


def list_files(root: Path) -> Listing:
    """List the content folder; of two files with one id the first counts."""
    listing = Listing([], [], [])
    first: dict[tuple[str, str], str] = {}
    for path in _readable(root, listing.problems):
        folder, _, inside = path.partition("/")
        if path in {CONFIG, REGISTER} or _is_readme(path):
            continue
        if folder == MEDIA and inside:
            listing.media.append(inside)
            continue
        file = file_at(root, path)
        if isinstance(file, Problem):
            listing.problems.append(file)
        elif first.setdefault((file.kind, file.id), path) == path:
            listing.files.append(file)
        else:
            message = taken(file.id, first[file.kind, file.id])
            hint = "an id is used once and never again: rename one of the two files"
            listing.problems.append(about(root, path, message, hint))
    return listing


def taken(id: str, by: str) -> str:
    """Return the message for an id that another file already has."""
    return f"the id `{id}` is taken by {by}"


def _readable(root: Path, problems: list[Problem]) -> Iterator[str]:
    """Yield the paths of all readable files below `root`, in order; others are problems."""
    for path, entry, unfit in walk(root, belongs):
        if unfit is not None:
            problems.append(about(root, path, *unfit))
        elif not path.isprintable():
            hint = "use letters and digits with single hyphens between"
            problems.append(about(root, path, "this name can't be part of an address", hint))
        elif entry.is_dir(follow_symlinks=False):
            problems.append(foreign(root, path))
        elif _may_be_long(path) and entry.stat(follow_symlinks=False).st_size > _limit(path):
            problems.append(about(root, path, *too_long(_limit(path))))
        else:
            yield path


def _may_be_long(path: str) -> bool:
    """Return True for files whose length is checked here and not by their parser."""
    return path.startswith(f"{MEDIA}/") or path == REGISTER or _is_readme(path)


def _limit(path: str) -> int:
    """Return the size limit of a content file in bytes."""
    if path.startswith(f"{MEDIA}/"):
        return of_file(path)
    if path == REGISTER:
        return MAX_REGISTER
    return MAX_README if _is_readme(path) else MAX_MARKDOWN


def _is_readme(path: str) -> bool:
    return path.rpartition("/")[2] == README


def load(
    root: Path,
    *,
    jobs: int = 1,
    cache: Cache = NO_CACHE,
    base_url: str | None = None,
    known: Mapping[str, Record[Any]] = NOTHING,
    digests: Mapping[str, bytes] = NO_DIGESTS,
) -> Content:
    """Read the whole content folder.

    `base_url` overrides the one in `site.yaml`. `known`: path → record of an unchanged file, which
    is not read again. `digests`: path → `cache.digest` of a file; if the cache has its record, the
    file is not read either. Faults of content raise nothing: all of them are in `Content.problems`.
    """
    listing = list_files(root)
    config, register, faults = _settings(root, base_url)
    prefix = Urls(config.base_url).prefix
    # Most unchanged records are not rendered again, so their folded fields stay pickled.
    with staying_folded(True):
        known = {**known, **dict(_cached(cache, prefix, listing.files, digests))}
    unread = [file for file in listing.files if file.path not in known]
    shelf = _shelf(cache) if len(listing.files) > _LARGE else None
    with staying_folded(shelf is not None):
        fresh = in_chunks(partial(_read_chunk, root, prefix, cache), unread, jobs)
        results = (
            (known[file.path], []) if file.path in known else next(fresh) for file in listing.files
        )
        records, more = _by_kind(results, shelf)
        next(fresh, None)  # exhaust the iterator: ends the worker pool
    forget()
    if unread:
        cache.prune([file.path for file in listing.files])
    problems = [*listing.problems, *faults, *more]
    return _content(root, config, register, records, listing._replace(problems=problems))


def part(
    root: Path, paths: Sequence[str], *, cache: Cache = NO_CACHE, base_url: str | None = None
) -> Content:
    """Return the content of these files alone, with the configuration and the register.

    Its problems are only those of single files. Raises FileNotFoundError.
    """
    config, register, problems = _settings(root, base_url)
    places = [file_at(root, path) for path in paths]
    files = [file for file in places if isinstance(file, ContentFile)]
    problems += [problem for problem in places if isinstance(problem, Problem)]
    records, more = _by_kind(_read_chunk(root, Urls(config.base_url).prefix, cache, files))
    forget()
    return _content(root, config, register, records, Listing(files, [], [*problems, *more]))


def _content(
    root: Path, config: SiteFront, register: Register, records: Records, listing: Listing
) -> Content:
    ids: dict[str, set[str]] = {kind: set() for kind in SCHEMAS}
    for file in listing.files:
        ids[file.kind].add(file.id)
    return Content(
        root=root,
        config=config,
        briefings=records["briefing"],
        trusts=records["trust"],
        regulators=records["regulator"],
        topics=records["topic"],
        requirements=records["requirement"],
        pages=records["page"],
        media=frozenset(listing.media),
        ids={kind: frozenset(names) for kind, names in ids.items()},
        problems=tuple(listing.problems),
        register=register,
    )


def _settings(root: Path, base_url: str | None) -> tuple[SiteFront, Register, list[Problem]]:
    """Return `site.yaml`, the register, and the faults of both.

    What is missing, no regular file or too long, which `list_files` reports, is read as empty.
    """
    config, register = stand_in_config(), Register()
    problems: list[Problem] = []
    if not os.path.lexists(root / CONFIG):
        hint = "write title, base_url and publisher into it"
        problems.append(about(root, CONFIG, "this file is missing", hint))
    elif is_file(root / CONFIG):
        config, problems = read_config(root, raw_of(root, CONFIG), base_url)
    if is_file(root / REGISTER) and (root / REGISTER).lstat().st_size <= MAX_REGISTER:
        raw = read_file(root / REGISTER, MAX_REGISTER)
        register, faults = read_register(raw, shown(root, REGISTER))
        problems += faults
    return config, register, problems


def _by_kind(
    results: Iterable[Result], shelf: Shelf | None = None
) -> tuple[Records, list[Problem]]:
    """Return the records by kind and id, and all problems; spill records to `shelf`."""
    records: dict[str, dict[str, Record[Any]]] = {kind: {} for kind in SCHEMAS}
    problems: list[Problem] = []
    for record, faults in results:
        problems += faults
        if record is not None:
            records[record.kind][record.id] = record
            if shelf is not None and not faults:
                _shelve(record, shelf)
    return records, problems


def _shelf(cache: Cache) -> Shelf | None:
    """Return the temporary file to which a large site spills fields of its records.

    It is in the folder of the cache. None without a cache or where the folder can't be written.
    """
    if cache.path is None:
        return None
    with suppress(OSError):
        cache.path.parent.mkdir(parents=True, exist_ok=True)
        return Shelf(cache.path.parent)
    return None


def _shelve(record: Record[Any], shelf: Shelf) -> None:
    for value in (record.front, record.body):
        if isinstance(value, Folded) and value is not EMPTY:  # shared by all files without text
            shelve(value, shelf)


def _cached(
    cache: Cache, prefix: str, files: Iterable[ContentFile], digests: Mapping[str, bytes]
) -> Iterator[tuple[str, Record[Any]]]:
    """Yield path and record of each file whose digest has a cache entry."""
    keys = {
        _key(file, prefix, digests[file.path]): file.path for file in files if file.path in digests
    }
    for key, record in cache.get(keys).items():
        if isinstance(record, Record):
            yield keys[key], record


def earlier(content: Content, cache: Cache, digests: Mapping[str, bytes]) -> dict[str, Record[Any]]:
    """Return path → the cached record of an earlier version of a file.

    `digests`: path → `cache.digest` of that version. Paths without a cache entry are left out.
    """
    places = (file_at(content.root, path) for path in digests)
    files = [file for file in places if isinstance(file, ContentFile)]
    return dict(_cached(cache, Urls(content.config.base_url).prefix, files, digests))


def _key(file: ContentFile, prefix: str, held: bytes) -> bytes:
    """Return the cache key of a record: path, path of `base_url` and digest of the bytes."""
    return key_of(file.path, prefix, held)


def reread(content: Content, paths: Collection[str], *, cache: Cache = NO_CACHE) -> Content | None:
    """Return `content`, which had no fault, updated for the files at `paths`, saved since.

    Returns the same object if no record changed. Returns None, and the whole folder must be loaded,
    if `content` had faults or a path has no record or is no regular file any more.
    """
    before = {record.path: record for record in content.records() if record.path in paths}
    if content.problems or any(path not in before for path in paths):
        return None
    if not all(is_file(content.root / path) for path in paths):
        return None
    files = [ContentFile(record.kind, record.id, record.path) for record in before.values()]
    prefix = Urls(content.config.base_url).prefix
    changed: dict[str, Any] = {}
    problems: list[Problem] = []
    results = _read_chunk(content.root, prefix, cache, files)
    forget()
    for file, (record, faults) in zip(files, results, strict=True):
        problems += faults
        if record == before[file.path]:
            continue
        name = f"{file.kind}s"
        records = changed.setdefault(name, dict(getattr(content, name)))
        records.pop(file.id) if record is None else records.update({file.id: record})
    if not changed and not problems:
        return content
    return replace(content, problems=tuple(problems), **changed)


def _read_chunk(
    root: Path, prefix: str, cache: Cache, files: Sequence[ContentFile]
) -> list[Result]:
    """Read some files, or take their records from the cache; results in their order."""
    raws = {file: raw_of(root, file.path) for file in files}
    keys = {file: _key(file, prefix, digest(raw)) for file, raw in raws.items()}
    cached = cache.get(keys.values())
    results: list[Result] = []
    fresh: dict[bytes, Any] = {}
    for file in files:
        record = cached.get(keys[file])
        problems: list[Problem] = []
        if not isinstance(record, Record):
            record, problems = read_record(root, file, raws[file], prefix)
            if not problems:
                fresh[keys[file]] = record
        results.append((record, problems))
    cache.put(fresh, {key: file.path for file, key in keys.items()})
    return results
