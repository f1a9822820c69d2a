"""Ids by what people call a trust, a regulator or a topic: names are typed where ids belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from briefings.checks.folding import folded
from briefings.entries import is_file
from briefings.frontmatter import Loc, Source
from briefings.load import Content, Record, shown, source_of
from briefings.model import id_fault
from briefings.problems import Problem

#: Kind of file → its keys that hold an id, or a list of them, and the kind that the id is of.
_KEYS = {
    "briefings": {
        "trust": "trust", "also_about": "trust", "regulator": "regulator", "topics": "topic",
    },
    "requirements": {"trust": "trust", "regulator": "regulator", "topics": "topic"},
}  # fmt: skip


def id_called(content: Content, kind: str, words: str) -> str | None:
    """The one id of a kind whose name, short name, other name, former name or code this is, or
    that it is but for its letters' case."""
    index: dict[str, Mapping[str, set[str]]] = content.memo.setdefault("called", {})
    if kind not in index:
        index[kind] = _index(getattr(content, f"{kind}s"))
    found = index[kind].get(_plain(words), set())
    return next(iter(found)) if len(found) == 1 else None


def _index(records: Mapping[str, Record[Any]]) -> Mapping[str, set[str]]:
    """Every name → the ids of what is called so."""
    index: dict[str, set[str]] = {}
    for id, one in records.items():
        for name in (id, *_names(one.front)):
            index.setdefault(_plain(name), set()).add(id)
    return index


def explained(content: Content) -> tuple[Problem, ...]:
    """The faults of the files by themselves; one that is a name in the place of an id says which
    id is meant, which only the whole can tell."""
    better: dict[tuple[str, int, int], str] = {}
    for path in sorted({one.path for one in content.problems}):
        better |= _better(content, Path(path))
    return tuple(
        replace(one, hint=better.get((one.path, one.line, one.column), one.hint))
        for one in content.problems
    )


def _better(content: Content, file: Path) -> dict[tuple[str, int, int], str]:
    if not file.is_relative_to(content.root) or not is_file(file):
        return {}
    path = file.relative_to(content.root).as_posix()
    keys = _KEYS.get(path.partition("/")[0])
    if keys is None:
        return {}
    source, found = source_of(content.root, path)[1], {}
    for loc, kind, words in _ids(source, keys):
        id = id_called(content, kind, words) if id_fault(words) else None
        if id is not None:
            place = (shown(content.root, path), *source.tree.place(loc))
            found[place] = f"did you mean `{id}`?"
    return found


def _ids(source: Source, keys: Mapping[str, str]) -> Iterator[tuple[Loc, str, str]]:
    """Place, kind and text of everything that should be an id."""
    for key, kind in keys.items():
        value = source.tree.data.get(key)
        if isinstance(value, str):
            yield (key,), kind, value
        elif isinstance(value, list):
            for index, one in enumerate(value):
                if isinstance(one, str):
                    yield (key, index), kind, one


def _names(front: Any) -> Iterator[str]:
    for key in ("name", "short_name"):
        if name := getattr(front, key, None):
            yield name
    yield from getattr(front, "also_known_as", ())
    yield from (one.name for one in getattr(front, "former_names", ()))
    yield from getattr(front, "codes", {}).values()


def _plain(words: str) -> str:
    return " ".join(folded(words).split())
