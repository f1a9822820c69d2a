"""Read one file of `content/` into a record, with every fault of the file.

A path decides the kind and the id of its file (`file_at`), and its bytes the record
(`read_record`). Nothing here lists folders, caches, or compares one file with another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from briefings.anchors import reserved
from briefings.content import files
from briefings.content.files import (
    CONFIG,
    FACTS,
    FOLDER_OF,
    FOLDERS,
    MAX_MARKDOWN,
    MEDIA,
    REGISTER,
    opened,
)
from briefings.content.frontmatter import SourceFile, read_markdown, read_yaml
from briefings.content.markdown import Body, render
from briefings.content.schema import (
    SCHEMAS,
    Fault,
    Gaps,
    SiteFront,
    faults_in,
    id_fault,
    id_hint,
    keys_at,
    looks_like,
    read,
    required_keys,
)
from briefings.content.similarity import suggestion
from briefings.problems import Problem, printable
from briefings.store.compact import compact
from briefings.urls import RESERVED_PAGE_IDS

T = TypeVar("T")

EMPTY = Body.of("", "")


@compact
@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """One file, read.

    `path` is relative to the content folder. `front` is the typed front matter, `body` the rendered
    text. `broken`: the file has faults; `gaps` then has their paths if they are in the front
    matter.
    """

    kind: str
    id: str
    path: str
    front: T
    body: Body = EMPTY
    broken: bool = False
    gaps: Gaps | None = None


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file that gives a record: its kind and id, and its path relative to the content folder."""

    kind: str
    id: str
    path: str


#: The record of a file, None if it could not be read, and the faults of the file.
Result = tuple[Record[Any] | None, list[Problem]]


def shown(root: Path, path: str) -> str:
    """Return a content path as problems print it: as the editor would type it, on one line."""
    return printable(str(root / path))


def about(root: Path, path: str, message: str, hint: str) -> Problem:
    """Return a problem with a file as a whole: at line 1, column 1."""
    return Problem(shown(root, path), 1, 1, message, hint)


def file_at(root: Path, path: str) -> ContentFile | Problem:
    """Return the kind and id of a file by its path, or the problem if no record may be there.

    `root` only serves to show the path.
    """
    parts = path.split("/")
    kind, ending = FOLDERS.get(parts[0], ("", ""))
    depth = 3 if kind == "briefing" else 2
    if not kind or len(parts) != depth or not path.endswith(ending):
        return foreign(root, path)
    id = parts[-1].removesuffix(ending)
    fault = name_fault(kind, id)
    return about(root, path, *fault) if fault else ContentFile(kind, id, path)


def foreign(root: Path, path: str) -> Problem:
    """Return the problem of a file or folder in a place where it does not belong."""
    folder, _, inside = path.partition("/")
    if not inside or folder not in FOLDERS:
        single = (CONFIG, REGISTER, FACTS)
        listed = ", ".join([*single, *(f"{name}/" for name in FOLDERS), f"{MEDIA}/"])
        names = [*FOLDERS, MEDIA, *single]
        hint = suggestion(path, names, f"what may stand here: {listed}")
        return about(root, path, "this does not belong in the content folder", hint)
    kind, ending = FOLDERS[folder]
    where = f"{folder}/2026/" if kind == "briefing" else f"{folder}/"
    hint = f"a {kind} is a file {where}<id>{ending}"
    return about(root, path, "this does not belong in this folder", hint)


def name_fault(kind: str, id: str) -> tuple[str, str] | None:
    """Return message and hint if a file of this kind must not have this id, else None."""
    fault = id_fault(id)
    if fault is not None:
        return f"file name: {fault}", id_hint(id)
    if kind == "page" and id in RESERVED_PAGE_IDS:
        return f"file name: `{id}` is a part of the site already", "name the file otherwise"
    if refused := files.name_fault(id):
        return f"file name: {refused}", f"name the file {files.better_name(id)}"
    return None


def raw_of(root: Path, path: str) -> bytes:
    """Return the bytes of a content file, at most one more than the limit of a Markdown file.

    The extra byte is enough for the parser to report that the file is too long.
    """
    with opened(root / path) as file:
        return file.read(MAX_MARKDOWN + 1)


def source_of(root: Path, path: str) -> tuple[bytes, SourceFile]:
    """Return the bytes of a content file, and the file parsed."""
    raw = raw_of(root, path)
    return raw, parsed(root, path, raw)[0]


def parsed(root: Path, path: str, raw: bytes) -> tuple[SourceFile, list[Problem]]:
    """Parse the bytes of a content file, and return the faults of its syntax too."""
    reader = read_markdown if path.endswith(".md") else read_yaml
    return reader(raw, shown(root, path))


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
