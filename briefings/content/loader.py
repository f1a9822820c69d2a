"""Read the content folder: every record, and every fault of every file.

`reading` reads one file; this module lists the files, and caches their records.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from briefings.content.files import (
    CONFIG,
    FACTS,
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
from briefings.content.publication_register import Register, read_facts, read_register
from briefings.content.reading import (
    ContentFile,
    Record,
    Result,
    about,
    file_at,
    foreign,
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
from briefings.store.workers import in_chunks
from briefings.urls import Urls

#: Extensions of the files in `media/` that are published as text.
TEXT_MEDIA = (".csv", ".svg", ".txt")


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
    #: Every id that was ever public, and the recorded facts of briefings.
    register: Register = field(default_factory=Register)

    def records(self) -> Iterator[Record[Any]]:
        """Yield every record of every kind."""
        for records in (
            self.regulators, self.trusts, self.topics,
            self.requirements, self.pages, self.briefings,
        ):  # fmt: skip
            yield from records.values()

    def record(self, kind: str, id: str) -> Record[Any] | None:
        """Return one record; None if there is no such file or it could not be read."""
        of_kind: Mapping[str, Record[Any]] = getattr(self, f"{kind}s")
        return of_kind.get(id)


def problems_at(root: Path, faults: Iterable[tuple[str, Fault]]) -> list[Problem]:
    """Return the problem for each (path, fault), with line and column; a file is parsed once.

    Line numbers are not stored with the records: faults are rare, and the places of every value
    would fill the memory.
    """
    by_path: dict[str, list[Fault]] = {}
    for path, fault in faults:
        by_path.setdefault(path, []).append(fault)
    problems: list[Problem] = []
    for path in by_path:
        problems += [
            about(root, path, fault.message, fault.hint) for fault in by_path[path] if not fault.loc
        ]
        if inner := [fault for fault in by_path[path] if fault.loc]:
            problems += placed(source_of(root, path)[1], shown(root, path), inner)
    return problems


def text_paths(root: Path) -> Iterator[str]:
    """Yield the paths of the text files in the content folder, for rules on raw text."""
    for path in _readable(root, []):
        if path.endswith((".md", ".yaml", ".csv")) or path.lower().endswith(TEXT_MEDIA):
            yield path


def bytes_of(root: Path, path: str) -> bytes:
    """Return the bytes of a file; one longer than its limit, which is a fault, is cut there."""
    with opened(root / path) as file:
        return file.read(_limit(path))


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
    problems: list[Problem] = []
    listing = listing_of(root, _readable(root, problems))
    return listing._replace(problems=[*problems, *listing.problems])


def listing_of(root: Path, paths: Iterable[str]) -> Listing:
    """Return the files at these paths, as `list_files` does."""
    listing = Listing([], [], [])
    first: dict[tuple[str, str], str] = {}
    for path in paths:
        folder, _, inside = path.partition("/")
        if path in {CONFIG, REGISTER, FACTS} or _is_readme(path):
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
    return path.startswith(f"{MEDIA}/") or path in {REGISTER, FACTS} or _is_readme(path)


def _limit(path: str) -> int:
    """Return the size limit of a content file in bytes."""
    if path.startswith(f"{MEDIA}/"):
        return of_file(path)
    if path in {REGISTER, FACTS}:
        return MAX_REGISTER
    return MAX_README if _is_readme(path) else MAX_MARKDOWN


def _is_readme(path: str) -> bool:
    return path.rpartition("/")[2] == README


def load(
    root: Path, *, jobs: int = 1, cache: Cache = NO_CACHE, base_url: str | None = None
) -> Content:
    """Read the whole content folder into memory.

    `base_url` overrides the one in `site.yaml`. Faults of content raise nothing: all of them are in
    `Content.problems`.
    """
    listing = list_files(root)
    config, register, faults = settings(root, base_url)
    read = partial(read_chunk, root, Urls(config.base_url).prefix, cache)
    records: dict[str, dict[str, Record[Any]]] = {kind: {} for kind in SCHEMAS}
    problems = [*listing.problems, *faults]
    for record, file_problems in in_chunks(read, listing.files, jobs):
        problems += file_problems
        if record is not None:
            records[record.kind][record.id] = record
    cache.prune([file.path for file in listing.files])
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
        ids={
            kind: frozenset(file.id for file in listing.files if file.kind == kind)
            for kind in SCHEMAS
        },
        problems=tuple(problems),
        register=register,
    )


def settings(root: Path, base_url: str | None) -> tuple[SiteFront, Register, list[Problem]]:
    """Return `site.yaml`, the register with the recorded facts, and the faults of these files.

    What is missing, no regular file or too long, which `list_files` reports, is read as empty.
    """
    config, register = stand_in_config(), Register()
    problems: list[Problem] = []
    if not os.path.lexists(root / CONFIG):
        hint = "write title, base_url and publisher into it"
        problems.append(about(root, CONFIG, "this file is missing", hint))
    elif is_file(root / CONFIG):
        config, problems = read_config(root, raw_of(root, CONFIG), base_url)
    if (raw := table_bytes(root, REGISTER)) is not None:
        register, faults = read_register(raw, shown(root, REGISTER))
        problems += faults
    if (raw := table_bytes(root, FACTS)) is not None:
        facts, faults = read_facts(raw, shown(root, FACTS))
        register = replace(register, facts=facts)
        problems += faults
    return config, register, problems


def table_bytes(root: Path, path: str) -> bytes | None:
    """Return the bytes of `register.csv` or `facts.csv`.

    None if there is no such file, or if it is no regular file or too long, which is a fault.
    """
    file = root / path
    if not is_file(file) or file.lstat().st_size > MAX_REGISTER:
        return None
    return read_file(file, MAX_REGISTER)


def cache_key(file: ContentFile, prefix: str, digest: bytes) -> bytes:
    """Return the cache key of a record: path, path of `base_url` and digest of the bytes."""
    return key_of(file.path, prefix, digest)


def read_chunk(root: Path, prefix: str, cache: Cache, files: Sequence[ContentFile]) -> list[Result]:
    """Read some files, or take their records from the cache; results in their order."""
    raws = {file: raw_of(root, file.path) for file in files}
    keys = {file: cache_key(file, prefix, digest(raw)) for file, raw in raws.items()}
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
