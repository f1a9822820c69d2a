"""Read the files of `content/` into records, with every fault of every file.

No other module makes records of content files.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from briefings.anchors import reserved
from briefings.cancellation import checkpoint
from briefings.content import filenames
from briefings.content.files import belongs, is_file, opened, read_file, walk
from briefings.content.frontmatter import SourceFile, read_markdown, read_yaml
from briefings.content.limits import MAX_MARKDOWN, MAX_README, MAX_REGISTER, of_file, too_long
from briefings.content.markdown import Body, render
from briefings.content.publication_register import Register, read_register
from briefings.content.schema import (
    SCHEMAS,
    BriefingFront,
    Fault,
    Gaps,
    PageFront,
    RegulatorFront,
    RequirementFront,
    SiteFront,
    TopicFront,
    TrustFront,
    faults_in,
    id_fault,
    id_hint,
    keys_at,
    looks_like,
    read,
    required_keys,
)
from briefings.content.similarity import did_you_mean
from briefings.problems import Problem
from briefings.store.cache import NO_CACHE, Cache, digest, key_of
from briefings.store.compact import compact, forget
from briefings.store.folded import Folded, Shelf, shelve, staying_folded
from briefings.store.workers import in_chunks
from briefings.urls import RESERVED_PAGE_IDS, Urls

T = TypeVar("T")

CONFIG = "site.yaml"
REGISTER = "register.csv"
README = "README.md"
MEDIA = "media"
#: Folder → (kind of file, extension).
FOLDERS = {
    "regulators": ("regulator", ".yaml"),
    "trusts": ("trust", ".md"),
    "topics": ("topic", ".md"),
    "requirements": ("requirement", ".yaml"),
    "briefings": ("briefing", ".md"),
    "pages": ("page", ".md"),
}
#: Kind of file → its folder.
FOLDER_OF = {kind: folder for folder, (kind, _) in FOLDERS.items()}
EMPTY = Body.of("", "")
#: Extensions of the files in `media/` that are published as text.
TEXT_MEDIA = (".csv", ".svg", ".txt")
#: From more files than this, fields that few pages show are spilled to a temporary file.
_LARGE = 20_000
NOTHING: Mapping[str, Record[Any]] = MappingProxyType({})
NO_DIGESTS: Mapping[str, bytes] = MappingProxyType({})


@compact
@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """One file, read.

    `path` is relative to the content folder. `front` is the typed front matter, `body` the rendered
    text. `broken`: the file has faults; `gaps` then has their paths if they are in the front
    matter. `key` is a hash of the path and the front matter as written.
    """

    kind: str
    id: str
    path: str
    front: T
    body: Body = EMPTY
    broken: bool = False
    gaps: Gaps | None = None
    key: bytes = b""


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
        for one in (
            self.regulators, self.trusts, self.topics,
            self.requirements, self.pages, self.briefings,
        ):  # fmt: skip
            for record in one.values():
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
        return [one for path, some in by_path.items() for one in self._placed(path, some)]

    def _placed(self, path: str, faults: Iterable[Fault]) -> Iterator[Problem]:
        for fault in faults:
            if fault.loc:
                yield from _placed(self._source(path), shown(self.root, path), [fault])
            else:
                yield _about(self.root, path, fault.message, fault.hint)

    def _source(self, path: str) -> SourceFile:
        """Parse a file again, as it is now.

        Line numbers are not stored with the records: faults are rare, and the places of every value
        would fill the memory. Only the last file is cached, for its next fault.
        """
        status = (self.root / path).lstat()
        mark = (path, status.st_mtime_ns, status.st_size, status.st_ino)
        if self.memo.get("source", (None,))[0] != mark:
            self.memo["source"] = mark, _source(self.root, path)[0]
        source: SourceFile = self.memo["source"][1]
        return source


@dataclass(frozen=True, slots=True)
class _File:
    kind: str
    id: str
    path: str


def shown(root: Path, path: str) -> str:
    """Return a content path as problems print it: as the editor would type it, on one line.

    Unprintable characters become U+FFFD.
    """
    whole = str(root / path)
    if whole.isprintable():
        return whole
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in whole)


def text_files(root: Path, paths: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield path and text of the text files in the content folder, for rules on raw text.

    All of them, or those in `paths`. A file longer than its limit, which is a fault of its own, is
    cut there.
    """
    for path in _walk(root, []) if paths is None else paths:
        if path.endswith((".md", ".yaml", ".csv")) or path.lower().endswith(TEXT_MEDIA):
            with opened(root / path) as file:
                yield path, text_of(file.read(_limit(path)))


def text_of(data: bytes) -> str:
    """Decode a text file as a browser does: UTF-8, or UTF-16 with a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


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
    problems: list[Problem] = []
    files, media = _listed(root, problems)
    config = _config(root, problems, base_url)
    register = _register(root, problems)
    prefix = Urls(config.base_url).prefix
    # Most unchanged records are not rendered again, so their folded fields stay pickled.
    with staying_folded(True):
        known = {**known, **dict(_cached(cache, prefix, files, digests))}
    unread = [file for file in files if file.path not in known]
    shelf = _shelf(cache) if len(files) > _LARGE else None
    records: dict[str, dict[str, Record[Any]]] = {kind: {} for kind in SCHEMAS}
    with staying_folded(shelf is not None):
        results = in_chunks(partial(_read_chunk, root, prefix, cache), unread, jobs)
        for file in files:
            kept = known.get(file.path)
            record, found = next(results) if kept is None else (kept, ())
            problems += found
            if record is not None:
                records[record.kind][record.id] = record
                if not found:
                    _shelve(record, shelf)
        next(results, None)  # exhaust the iterator: ends the worker pool
    forget()
    if unread:
        cache.prune([file.path for file in files])
    return _content(root, config, register, records, files, media, problems)


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


def _shelve(record: Record[Any], shelf: Shelf | None) -> None:
    if shelf is not None:
        for one in (record.front, record.body):
            if isinstance(one, Folded) and one is not EMPTY:  # shared by all files without text
                shelve(one, shelf)


def _cached(
    cache: Cache, prefix: str, files: Iterable[_File], digests: Mapping[str, bytes]
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
    found = (_file(content.root, path, []) for path in digests)
    files = [file for file in found if file is not None]
    return dict(_cached(cache, Urls(content.config.base_url).prefix, files, digests))


def _key(file: _File, prefix: str, held: bytes) -> bytes:
    """Return the cache key of a record: path, path of `base_url` and digest of the bytes."""
    return key_of(file.path, prefix, held)


def _content(
    root: Path,
    config: SiteFront,
    register: Register,
    records: Mapping[str, Mapping[str, Record[Any]]],
    files: Sequence[_File],
    media: Iterable[str],
    problems: Sequence[Problem],
) -> Content:
    ids: dict[str, set[str]] = {kind: set() for kind in SCHEMAS}
    for file in files:
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
        media=frozenset(media),
        ids={kind: frozenset(names) for kind, names in ids.items()},
        problems=tuple(problems),
        register=register,
    )


def part(
    root: Path, paths: Sequence[str], *, cache: Cache = NO_CACHE, base_url: str | None = None
) -> Content:
    """Return the content of these files alone, with the configuration and the register.

    Its problems are only those of single files. Raises FileNotFoundError.
    """
    problems: list[Problem] = []
    config = _config(root, problems, base_url)
    register = _register(root, problems)
    files = [file for path in paths if (file := _file(root, path, problems)) is not None]
    records: dict[str, dict[str, Record[Any]]] = {kind: {} for kind in SCHEMAS}
    for record, found in _read_chunk(root, Urls(config.base_url).prefix, cache, files):
        problems += found
        if record is not None:
            records[record.kind][record.id] = record
    forget()
    return _content(root, config, register, records, files, (), problems)


def reread(content: Content, paths: Collection[str], *, cache: Cache = NO_CACHE) -> Content | None:
    """Return `content`, which had no fault, updated for the files at `paths`, saved since.

    Returns the same object if no record changed. Returns None, and the whole folder must be loaded,
    if `content` had faults or a path has no record or is no regular file any more.
    """
    found = {one.path: one for one in content.records() if one.path in paths}
    if content.problems or any(path not in found for path in paths):
        return None
    if not all(is_file(content.root / path) for path in paths):
        return None
    files = [_File(one.kind, one.id, one.path) for one in found.values()]
    prefix = Urls(content.config.base_url).prefix
    changed: dict[str, Any] = {}
    problems: list[Problem] = []
    results = _read_chunk(content.root, prefix, cache, files)
    forget()
    for file, (record, wrong) in zip(files, results, strict=True):
        problems += wrong
        if record == found[file.path]:
            continue
        name = f"{file.kind}s"
        of_kind = changed.setdefault(name, dict(getattr(content, name)))
        of_kind.pop(file.id) if record is None else of_kind.update({file.id: record})
    if not changed and not problems:
        return content
    return replace(content, problems=tuple(problems), **changed)


def _listed(root: Path, problems: list[Problem]) -> tuple[list[_File], list[str]]:
    """Return every content file with kind and id, and the media files; others are problems."""
    files: list[_File] = []
    media: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    for path in _walk(root, problems):
        folder, _, rest = path.partition("/")
        if path in {CONFIG, REGISTER} or _is_readme(path):
            continue
        if folder == MEDIA and rest:
            media.append(rest)
            continue
        file = _file(root, path, problems)
        if file is None:
            continue
        first = seen.setdefault((file.kind, file.id), path)
        if first != path:
            hint = "an id is used once and never again: rename one of the two files"
            problems.append(_about(root, path, taken(file.id, first), hint))
            continue
        files.append(file)
    return files, media


def _walk(root: Path, problems: list[Problem]) -> Iterator[str]:
    """Yield the paths of all readable files below `root`, in order; others are problems."""
    for path, entry, unfit in walk(root, belongs):
        if unfit is not None:
            problems.append(_about(root, path, *unfit))
        elif not path.isprintable():
            hint = "use letters and digits with single hyphens between"
            problems.append(_about(root, path, "this name can't be part of an address", hint))
        elif entry.is_dir(follow_symlinks=False):
            problems.append(_foreign(root, path))
        elif _may_be_long(path) and entry.stat(follow_symlinks=False).st_size > _limit(path):
            problems.append(_about(root, path, *too_long(_limit(path))))
        else:
            yield path


def _may_be_long(path: str) -> bool:
    """Return True for files whose length is checked here and not by their parser."""
    return path.startswith(f"{MEDIA}/") or path == REGISTER or _is_readme(path)


def _about(root: Path, path: str, message: str, hint: str) -> Problem:
    """Return a problem with a file as a whole: at line 1, column 1."""
    return Problem(shown(root, path), 1, 1, message, hint)


def _foreign(root: Path, path: str) -> Problem:
    """Return the problem of a file or folder in a place where it does not belong."""
    folder, _, inside = path.partition("/")
    if not inside or folder not in FOLDERS:
        near = did_you_mean(path, [*FOLDERS, MEDIA, CONFIG, REGISTER])
        listed = ", ".join([CONFIG, REGISTER, *(f"{name}/" for name in FOLDERS), f"{MEDIA}/"])
        hint = f"did you mean `{near}`?" if near else f"what may stand here: {listed}"
        return _about(root, path, "this does not belong in the content folder", hint)
    kind, ending = FOLDERS[folder]
    where = f"{folder}/2026/" if kind == "briefing" else f"{folder}/"
    hint = f"a {kind} is a file {where}<id>{ending}"
    return _about(root, path, "this does not belong in this folder", hint)


def _file(root: Path, path: str, problems: list[Problem]) -> _File | None:
    parts = path.split("/")
    kind, ending = FOLDERS.get(parts[0], ("", ""))
    depth = 3 if kind == "briefing" else 2
    if not kind or len(parts) != depth or not path.endswith(ending):
        problems.append(_foreign(root, path))
        return None
    id = parts[-1].removesuffix(ending)
    fault = name_fault(kind, id)
    if fault:
        problems.append(_about(root, path, *fault))
        return None
    return _File(kind, id, path)


def name_fault(kind: str, id: str) -> tuple[str, str] | None:
    """Return message and hint if a file of this kind must not have this id, else None."""
    fault = id_fault(id)
    if fault is not None:
        return f"file name: {fault}", id_hint(id)
    if kind == "page" and id in RESERVED_PAGE_IDS:
        return f"file name: `{id}` is a part of the site already", "name the file otherwise"
    if refused := filenames.name_fault(id):
        return f"file name: {refused}", f"name the file {filenames.better_name(id)}"
    return None


def taken(id: str, by: str) -> str:
    """Return the message for an id that another file already has."""
    return f"the id `{id}` is taken by {by}"


def raw_of(root: Path, path: str) -> bytes:
    """Return the bytes of a content file, for commands that edit it."""
    return _bytes(root / path)


def source_of(root: Path, path: str) -> tuple[bytes, SourceFile]:
    """Return the bytes of a content file, and the file parsed."""
    return _bytes(root / path), _source(root, path)[0]


def _source(root: Path, path: str) -> tuple[SourceFile, list[Problem]]:
    raw = _bytes(root / path)
    reader = read_markdown if path.endswith(".md") else read_yaml
    return reader(raw, shown(root, path))


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file, at most one more than the limit of a Markdown file.

    The extra byte is enough for the parser to report that the file is too long.
    """
    with opened(path) as file:
        return file.read(MAX_MARKDOWN + 1)


def _config(root: Path, problems: list[Problem], base_url: str | None) -> SiteFront:
    """Return `site.yaml`; a stand-in if it has faults, so that the rest can still be checked."""
    stand_in = {"title": "-", "base_url": "https://example.org/", "publisher": {"name": "-"}}
    value: SiteFront | None = None
    if not os.path.lexists(root / CONFIG):
        hint = "write title, base_url and publisher into it"
        problems.append(_about(root, CONFIG, "this file is missing", hint))
    elif is_file(root / CONFIG):  # anything else is reported by `_walk`
        source, found = _source(root, CONFIG)
        problems += found
        if base_url is not None:
            source.tree.data["base_url"] = base_url
        if source.readable:
            value, faults, _ = _front("site", source)
            problems += _placed(source, shown(root, CONFIG), faults)
    if value is None:
        value, _, _ = read(SiteFront, stand_in, set(), faults_in)
    assert value is not None
    return value


def _register(root: Path, problems: list[Problem]) -> Register:
    """Return the register; empty if the file is absent, not a regular file or too long."""
    if not is_file(root / REGISTER) or (root / REGISTER).lstat().st_size > MAX_REGISTER:
        return Register()
    raw = read_file(root / REGISTER, MAX_REGISTER)
    register, found = read_register(raw, shown(root, REGISTER))
    problems += found
    return register


def _front(kind: str, source: SourceFile) -> tuple[Any, list[Fault], Gaps | None]:
    return read(SCHEMAS[kind], source.tree.data, source.tree.spoiled, faults_in)


def _placed(source: SourceFile, path: str, faults: list[Fault]) -> list[Problem]:
    problems = []
    for fault in faults:
        line, column = source.tree.place(fault.loc, at_key=fault.at_key)
        problems.append(Problem(path, line, column, fault.message, fault.hint))
    return problems


Result = tuple[Record[Any] | None, list[Problem]]


def _read_chunk(root: Path, prefix: str, cache: Cache, files: Sequence[_File]) -> list[Result]:
    """Read some files, or take their records from the cache; results in their order."""
    raws = {file: _bytes(root / file.path) for file in files}
    keys = {file: _key(file, prefix, digest(raw)) for file, raw in raws.items()}
    kept = cache.get(keys.values())
    results: list[Result] = []
    fresh: dict[bytes, Any] = {}
    for file in files:
        record = kept.get(keys[file])
        found: list[Problem] = []
        if not isinstance(record, Record):
            record, found = _read(root, prefix, file, raws[file])
            if not found:
                fresh[keys[file]] = record
        results.append((record, found))
    cache.put(fresh, {key: file.path for file, key in keys.items()})
    return results


def _read(root: Path, prefix: str, file: _File, raw: bytes) -> Result:
    """Return the record of one file and every fault in it."""
    path = shown(root, file.path)
    markdown = file.path.endswith(".md")
    source, problems = (read_markdown if markdown else read_yaml)(raw, path)
    front, gaps = None, None
    other = looks_like(file.kind, source.tree.data, SCHEMAS) if source.tree.data else None
    if other is not None:
        return None, [*problems, _misplaced(file, path, other, source)]
    if source.readable:
        front, faults, gaps = _front(file.kind, source)
        problems += _placed(source, path, faults)
    else:
        problems += _placed(source, path, list(_faults_of_the_rest(file.kind, source)))
    body = EMPTY
    if markdown:
        body, found = _body(prefix, file, path, source)
        problems += found
    if file.kind == "briefing" and not source.body.strip() and source.body_line > 1:
        line = max(source.body_line - 1, 1)
        problems.append(
            Problem(path, line, 1, "the briefing has no text", "write it below this line")
        )
    if front is None:
        return None, problems
    broken = bool(problems)
    key = _front_key(file, raw, source)
    return Record(file.kind, file.id, file.path, front, body, broken, gaps, key), problems


def _misplaced(file: _File, path: str, kind: str, source: SourceFile) -> Problem:
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
        yield from (one for one in faults if len(one.loc) > 1 or not one.at_key)


def _front_key(file: _File, raw: bytes, source: SourceFile) -> bytes:
    """Return a hash of path and front matter as written.

    Equal for two versions of a file that differ in the body only. For a YAML file, the whole file
    is hashed.
    """
    lines = raw.split(b"\n")[: source.body_line - 1] if file.path.endswith(".md") else [raw]
    return digest(file.path.encode() + b"\0" + b"\n".join(lines))


def _body(prefix: str, file: _File, path: str, source: SourceFile) -> tuple[Body, list[Problem]]:
    return render(
        source.body,
        path=path,
        content_path=file.path,
        first_line=source.body_line,
        sources=_publishers(file.kind, source),
        base_path=prefix,
        reserved_ids=reserved(file.kind),
    )


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
    given = {key: entry if isinstance(entry, dict) else {} for key, entry in entries.items()}
    return {key: str(entry.get("publisher", "source")) for key, entry in given.items()}
