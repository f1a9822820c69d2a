"""Suggest the id where an editor wrote a name, such as the name of a trust, instead of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from briefings.checks.references import options_of
from briefings.content.files import is_file
from briefings.content.frontmatter import Loc, SourceFile
from briefings.content.reading import shown, source_of
from briefings.content.schema import OVERALL, RegulatorFront, id_fault
from briefings.content.schema.entities import Labelled, Power
from briefings.content.similarity import Options
from briefings.domain.ratings.faults import rating_words
from briefings.domain.site import Site
from briefings.problems import Problem

#: Folder → key that holds an id or a list of ids → kind of file that the id belongs to.
_KEYS = {
    "briefings": {
        "trust": "trust", "also_about": "trust", "regulator": "regulator", "topics": "topic",
    },
    "requirements": {"trust": "trust", "regulator": "regulator", "topics": "topic"},
}  # fmt: skip


def with_id_suggestions(site: Site) -> list[Problem]:
    """Return the problems of single files, with better hints where a name stands for an id.

    The hint then gives the id of the trust, regulator or topic, or of the regulator's rating, key
    question, enforcement kind or inspection type. This needs all files, so it can't be done while
    one file is read.
    """
    better: dict[tuple[str, int, int], _Said] = {}
    for path in sorted({problem.path for problem in site.content.problems}):
        better |= _better(site, Path(path))
    return [_told(problem, better) for problem in site.content.problems]


#: Message (empty: keep that of the problem) and hint.
_Said = tuple[str, str]


def _told(one: Problem, better: Mapping[tuple[str, int, int], _Said]) -> Problem:
    message, hint = better.get((one.path, one.line, one.column), ("", ""))
    if not hint or not one.message.endswith((" is not an id", " has only digits")):
        return one
    return replace(one, message=message or one.message, hint=hint)


def _better(site: Site, file: Path) -> dict[tuple[str, int, int], _Said]:
    if not file.is_relative_to(site.content.root) or not is_file(file):
        return {}
    path = file.relative_to(site.content.root).as_posix()
    keys = _KEYS.get(path.partition("/")[0])
    if keys is None:
        return {}
    source, found = source_of(site.content.root, path)[1], {}
    for loc, said in (*_called(site, source, keys), *_words(site, source)):
        found[(shown(site.content.root, path), *source.tree.place(loc))] = said
    return found


def _called(site: Site, source: SourceFile, keys: Mapping[str, str]) -> Iterator[tuple[Loc, _Said]]:
    for loc, kind, words in _ids(source, keys):
        id = options_of(site, kind).meant(words) if id_fault(words) else None
        if id is not None:
            yield loc, ("", f"did you mean `{id}`?")


def _words(site: Site, source: SourceFile) -> Iterator[tuple[Loc, _Said]]:
    """Yield suggestions for values from a regulator's vocabulary that are not valid ids."""
    data = source.tree.data
    record = site.content.regulators.get(str(data.get("regulator")))
    if record is None:
        return
    front: RegulatorFront = record.front
    questions = {OVERALL: [], **_labels(front.key_questions)}
    places: tuple[tuple[str, str, Mapping[str, Iterable[str]]], ...] = (
        ("ratings", "value", rating_words(front, front.scales)),
        ("ratings", "key_question", questions),
        ("enforcement", "kind", _labels(front.enforcement_kinds)),
        ("inspection", "type", _labels(front.inspection_types)),
    )
    for block, key, words in places:
        what = _WHAT[key]
        for loc, typed in _typed(data.get(block), (block,), key):
            if id_fault(typed):
                message = f"`{typed[:40]}` is no {what} of {front.short_name}"
                yield loc, (message, Options(words).hint(typed, f"{what}s"))


_WHAT = {
    "value": "rating",
    "key_question": "key question",
    "kind": "enforcement kind",
    "type": "inspection type",
}


def _labels(
    words: Iterable[Labelled | Power],
) -> dict[str, list[str]]:
    return {one.id: [one.label] for one in words}


def _typed(block: object, loc: Loc, key: str) -> Iterator[tuple[Loc, str]]:
    """Yield (path, text) of a key in a mapping or list of mappings, and in their `previous`."""
    if isinstance(block, list):
        for index, one in enumerate(block):
            yield from _typed(one, (*loc, index), key)
    elif isinstance(block, dict):
        if isinstance(block.get(key), str):
            yield (*loc, key), block[key]
        yield from _typed(block.get("previous"), (*loc, "previous"), key)


def _ids(source: SourceFile, keys: Mapping[str, str]) -> Iterator[tuple[Loc, str, str]]:
    """Yield (path, kind, text) of every value that should be an id."""
    for key, kind in keys.items():
        value = source.tree.data.get(key)
        if isinstance(value, str):
            yield (key,), kind, value
        elif isinstance(value, list):
            for index, one in enumerate(value):
                if isinstance(one, str):
                    yield (key, index), kind, one
