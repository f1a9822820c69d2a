"""Read the content folder: every record, and every fault of every file.

The path of a file decides its kind and id (`listing`), and its bytes the record (`read_record`).
The records of files that are unchanged come from a cache.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from briefings.anchors import reserved
from briefings.content.files import (
    CONFIG,
    FACTS,
    FOLDER_OF,
    FOLDERS,
    MAX_REGISTER,
    MEDIA,
    REGISTER,
    is_file,
)
from briefings.content.frontmatter.reading import SourceFile, parsed
from briefings.content.listing import ContentFile, about, list_files, raw_of, shown
from briefings.content.markdown.context import EMPTY, Body
from briefings.content.markdown.render import render
from briefings.content.publication_register import Register, read_facts, read_register
from briefings.content.records import SCHEMAS, Content, Record, Result
from briefings.content.schema.json_schema import keys_at, looks_like, required_keys
from briefings.content.schema.rules import faults_in
from briefings.content.schema.site import SiteFront
from briefings.content.schema.validation import Fault, Gaps, read
from briefings.problems import Problem
from briefings.store.cache import NO_CACHE, Cache, digest, key_of
from briefings.store.workers import in_chunks
from briefings.urls import Urls


def problems_at(root: Path, faults: Iterable[tuple[str, Fault]]) -> list[Problem]:
    """Return the problem for each (path, fault), with line and column.

    Each file is parsed again: to store the places of every value would fill the memory.
    """
    problems: list[Problem] = []
    inner: defaultdict[str, list[Fault]] = defaultdict(list)
    for path, fault in faults:
        if fault.loc:
            inner[path].append(fault)
        else:
            problems.append(about(root, path, fault.message, fault.hint))
    for path in inner:
        problems += placed(source_of(root, path)[1], shown(root, path), inner[path])
    return problems


def load(
    root: Path, *, jobs: int = 1, cache: Cache = NO_CACHE, base_url: str | None = None
) -> Content:
    """Read the content folder; all its faults are in `Content.problems`.

    `base_url` overrides the one in `site.yaml`.
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
    media = (f"{MEDIA}/{name}" for name in listing.media)
    cache.prune([*(file.path for file in listing.files), *media])
    by_folder: dict[str, Any] = {folder: records[kind] for folder, (kind, _) in FOLDERS.items()}
    return Content(
        root=root,
        config=config,
        **by_folder,
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

    A file that is missing, no regular file or too long is read as empty; `list_files` reports it.
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
    raw = raw_of(root, path) if is_file(root / path) else None
    return raw if raw is None or len(raw) <= MAX_REGISTER else None


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


def source_of(root: Path, path: str) -> tuple[bytes, SourceFile]:
    """Return the bytes of a content file, and the file parsed."""
    raw = raw_of(root, path)
    return raw, parsed(root, path, raw)[0]


def placed(source: SourceFile, path: str, faults: Iterable[Fault]) -> Iterator[Problem]:
    """Yield the problem for each fault, with its line and column; `path` is as shown."""
    for fault in faults:
        line, column = source.tree.place(fault.loc, at_key=fault.at_key)
        yield Problem(path, line, column, fault.message, fault.hint, loc=fault.loc)


def read_config(
    root: Path, raw: bytes, base_url: str | None = None
) -> tuple[SiteFront, list[Problem]]:
    """Read `site.yaml`, and return every fault in it.

    `base_url` overrides the one in the file. If nothing can be read, `stand_in_config()` is
    returned, so that the rest of the content can still be checked.
    """
    source, problems = parsed(root, CONFIG, raw)
    if base_url is not None:
        source.tree.data["base_url"] = base_url
    value: SiteFront | None = None
    if source.readable:
        value, faults, _ = _front("site", source)
        problems += placed(source, shown(root, CONFIG), faults)
    return value or stand_in_config(), problems


def stand_in_config() -> SiteFront:
    """Return a configuration for a site whose `site.yaml` is missing or can't be read."""
    stand_in = {"title": "-", "base_url": "https://example.org/", "publisher": {"name": "-"}}
    value, _, _ = read(SiteFront, stand_in, set(), faults_in)
    assert value is not None
    return value


def read_record(root: Path, file: ContentFile, raw: bytes, base_path: str) -> Result:
    """Return the record of a file with these bytes, and every fault in it.

    `root` only serves to show the path. `base_path` is the path of the site's base URL, with which
    the links in the body begin.
    """
    path = shown(root, file.path)
    source, problems = parsed(root, file.path, raw)
    other = looks_like(file.kind, source.tree.data, SCHEMAS) if source.tree.data else None
    if other is not None:
        return None, [*problems, _misplaced(file, path, other, source)]
    front, gaps = None, None
    if source.readable:
        front, faults, gaps = _front(file.kind, source)
    else:
        faults = list(_faults_of_the_rest(file.kind, source))
    problems += placed(source, path, faults)
    body, body_problems = read_body(root, file, source, base_path)
    problems += body_problems
    if file.kind == "briefing" and not source.body.strip() and source.body_line > 1:
        hint = "write it below this line"
        problems.append(Problem(path, source.body_line - 1, 1, "the briefing has no text", hint))
    if front is None:
        return None, problems
    return Record(file.kind, file.id, file.path, front, body, bool(problems), gaps), problems


def read_body(
    root: Path, file: ContentFile, source: SourceFile, base_path: str
) -> tuple[Body, list[Problem]]:
    """Return the rendered body of a file, and every fault in it; see `read_record`."""
    if not file.path.endswith(".md"):
        return EMPTY, []
    return render(
        source.body,
        path=shown(root, file.path),
        content_path=file.path,
        first_line=source.body_line,
        sources=_publishers(file.kind, source),
        base_path=base_path,
        reserved_ids=reserved(file.kind),
    )


def _front(kind: str, source: SourceFile) -> tuple[Any, list[Fault], Gaps | None]:
    return read(SCHEMAS[kind], source.tree.data, source.tree.spoiled, faults_in)


def _misplaced(file: ContentFile, path: str, kind: str, source: SourceFile) -> Problem:
    """Return the problem of a file whose keys are those of another kind than its folder's."""
    folder, ending = FOLDER_OF[kind], FOLDERS[FOLDER_OF[kind]][1]
    published = str(source.tree.data.get("published", ""))[:4]
    year = f"{published if published.isdigit() else 'YEAR'}/" if kind == "briefing" else ""
    own = path.removesuffix(file.path)
    message = f"this looks like a {kind}, and lies among the {file.kind}s"
    needed = ", ".join(required_keys(SCHEMAS[file.kind]))
    hint = (
        f"move it to {own}{folder}/{year}{file.id}{ending}; or, if it is a {file.kind}, give it the"
        f" keys that it needs: {needed}"
    )
    return Problem(path, *source.tree.place(()), message, hint)


def _faults_of_the_rest(kind: str, source: SourceFile) -> Iterator[Fault]:
    """Yield faults of the readable keys of a file that has faults of syntax.

    Missing keys are not reported, nor unknown ones, which may belong in a block that can't be read.
    """
    tree = source.tree
    if tree.data:
        missing = {(name,) for name in keys_at(SCHEMAS[kind], ()) if name not in tree.data}
        _, faults, _ = read(SCHEMAS[kind], tree.data, tree.spoiled | missing, lambda *_: ())
        yield from (fault for fault in faults if len(fault.loc) > 1 or not fault.at_key)


def _publishers(kind: str, source: SourceFile) -> dict[str, str] | None:
    """Return source key → publisher, which the body may cite; None for kinds without sources.

    Where the sources can't be read, every cited key counts as given, so that one fault is reported
    and not one for each citation. (A trust may have no sources.)
    """
    if kind not in {"briefing", "trust"}:
        return None
    listed = source.tree.data.get("sources")
    if source.readable and listed is None and kind == "trust":
        return {}
    entries = listed if isinstance(listed, dict) else {}
    if not any(isinstance(entry, dict) for entry in entries.values()):
        return dict.fromkeys(re.findall(r"@([A-Za-z][A-Za-z0-9]*)", source.body), "source")
    groups = {key: entry if isinstance(entry, dict) else {} for key, entry in entries.items()}
    return {key: str(entry.get("publisher", "source")) for key, entry in groups.items()}
