"""Suggest the id where an editor wrote a name, such as the name of a trust, instead of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from briefings.checks.published import texts_in
from briefings.checks.references import options_of
from briefings.content.files import is_file
from briefings.content.loader import source_of
from briefings.content.schema.entities import RegulatorFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.types import OVERALL
from briefings.content.similarity import Options
from briefings.domain.ratings.faults import rating_words
from briefings.domain.site import Site
from briefings.problems import Problem

#: Folder → key that holds an id or a list of ids → kind of file that the id belongs to.
_IDS = {
    "briefings": {
        "trust": "trust", "also_about": "trust", "regulator": "regulator", "topics": "topic",
    },
    "requirements": {"trust": "trust", "regulator": "regulator", "topics": "topic"},
}  # fmt: skip
#: Block and key of a word from a regulator's vocabulary → what it is.
_WORDS = {
    ("ratings", "value"): "rating",
    ("ratings", "key_question"): "key question",
    ("enforcement", "kind"): "enforcement kind",
    ("inspection", "type"): "inspection type",
}


class _Texts(NamedTuple):
    """The texts of a file: line and column → path and text. `data`: all values of the file."""

    folder: str
    data: Mapping[str, Any]
    at: Mapping[tuple[int, int], tuple[Loc, str]]


def with_id_suggestions(site: Site) -> list[Problem]:
    """Return the problems of single files, with better hints where a name stands for an id.

    The hint then gives the id of the trust, regulator or topic, or of the regulator's rating, key
    question, enforcement kind or inspection type. This needs all files, so it can't be done while
    one file is read.
    """
    files: dict[str, _Texts] = {}
    return [_suggested(site, problem, files) for problem in site.content.problems]


def _suggested(site: Site, problem: Problem, files: dict[str, _Texts]) -> Problem:
    if not problem.message.endswith((" is not an id", " has only digits")):
        return problem
    if problem.path not in files:
        files[problem.path] = _texts(site.content.root, Path(problem.path))
    file = files[problem.path]
    loc, text = file.at.get((problem.line, problem.column), ((), ""))
    if not loc:
        return problem
    kind = _IDS.get(file.folder, {}).get(str(loc[0]))
    if kind is not None and len(loc) <= 2:
        id = options_of(site, kind).meant(text)
        return problem if id is None else replace(problem, hint=f"did you mean `{id}`?")
    noun = _WORDS.get((str(loc[0]), str(loc[-1])))
    record = site.content.regulators.get(str(file.data.get("regulator")))
    if noun is None or record is None:
        return problem
    message = f"`{text[:40]}` is no {noun} of {record.front.short_name}"
    hint = Options(_options(record.front, noun)).hint(text, f"{noun}s")
    return replace(problem, message=message, hint=hint)


def _texts(root: Path, file: Path) -> _Texts:
    if not file.is_relative_to(root) or not is_file(file):
        return _Texts("", {}, {})
    path = file.relative_to(root).as_posix()
    tree = source_of(root, path)[1].tree
    texts = {tree.place(loc): (loc, text) for loc, text in texts_in(tree.data)}
    return _Texts(path.partition("/")[0], tree.data, texts)


def _options(regulator: RegulatorFront, noun: str) -> Mapping[str, Iterable[str]]:
    """Return the ids of a regulator's vocabulary, with their labels."""
    if noun == "rating":
        return rating_words(regulator, regulator.scales)
    terms = {
        "key question": regulator.key_questions,
        "enforcement kind": regulator.enforcement_kinds,
        "inspection type": regulator.inspection_types,
    }[noun]
    overall: dict[str, list[str]] = {OVERALL: []} if noun == "key question" else {}
    return overall | {term.id: [term.label] for term in terms}
