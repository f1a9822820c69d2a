"""Check that every referenced id, and every term of a regulator's vocabulary, exists.

Where a name is written instead of an id, such as that of a trust, the hint has the id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from briefings.checks.published import texts_in
from briefings.content.files import FOLDER_OF, FOLDERS, is_file
from briefings.content.listing import shown
from briefings.content.loader import source_of
from briefings.content.records import Record
from briefings.content.schema.blocks import word_fault
from briefings.content.schema.entities import RegulatorFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.types import OVERALL
from briefings.content.schema.validation import Fault
from briefings.content.similarity import Options
from briefings.domain.ratings.faults import rating_words
from briefings.domain.site import Site, about_url
from briefings.domain.summaries import has_file, is_gap
from briefings.engine import query
from briefings.problems import Problem
from briefings.urls import LISTS, url_of

#: A kind of file, and a path in it; `*` is each item of a list, or each key of a group.
Field = tuple[str, Loc]
EACH = "*"
#: Kind of file → each field that has the id of such a file.
REFERENCES: Mapping[str, tuple[Field, ...]] = {
    "trust": (
        ("briefing", ("trust",)),
        ("briefing", ("also_about", EACH)),
        ("briefing", ("ratings", EACH, "inherited_from")),
        ("requirement", ("trust",)),
        ("trust", ("predecessors", EACH, "id")),
    ),
    "regulator": (
        ("briefing", ("regulator",)),
        ("requirement", ("regulator",)),
        ("trust", ("regulator_pages", EACH)),
        ("site", ("menu", EACH, "to")),
    ),
    "topic": (
        ("briefing", ("topics", EACH)),
        ("briefing", ("concerns", EACH, "topic")),
        ("briefing", ("strengths", EACH, "topic")),
        ("requirement", ("topics", EACH)),
        ("site", ("menu", EACH, "to")),
    ),
    "requirement": (("briefing", ("requirements", EACH, "id")),),
    "page": (("site", ("navigation", EACH)), ("site", ("menu", EACH, "to"))),
    "briefing": (),
}
#: List of terms in the file of a regulator → each field that has such a term.
_VOCABULARIES: Mapping[str, tuple[Field, ...]] = {
    "inspection_types": (("briefing", ("inspection", "type")),),
    "methods": (
        ("briefing", ("inspection", "method")),
        ("briefing", ("ratings", EACH, "previous", "method")),
    ),
    "enforcement_kinds": (("briefing", ("enforcement", EACH, "kind")),),
    "regulations": (
        ("briefing", ("enforcement", EACH, "regulations", EACH)),
        ("briefing", ("breaches", EACH, "regulation")),
        ("requirement", ("regulations", EACH)),
    ),
}
#: A regulator that lists none of these takes any.
_OPTIONAL = ("methods", "regulations")


def fits(loc: Loc, pattern: Loc) -> bool:
    """Return whether a path is one of a pattern, in which `*` is any step."""
    return len(loc) == len(pattern) and all(
        part in (EACH, step) for step, part in zip(loc, pattern, strict=True)
    )


def target_of(kind: str, loc: Loc) -> str | None:
    """Return the kind of file whose id is at a path of a file of some kind; None if no id is."""
    for target, fields in REFERENCES.items():
        if any(kind == kind_of_file and fits(loc, pattern) for kind_of_file, pattern in fields):
            return target
    return None


def _values(kind: str, front: Any, fields: Iterable[Field]) -> Iterator[tuple[Loc, str]]:
    """Yield path and value of those of these fields that the front matter of a file has."""
    for kind_of_file, pattern in fields:
        if kind_of_file == kind:
            yield from _values_at(front, pattern, ())


def _values_at(value: Any, pattern: Loc, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if value is None:
        return
    if not pattern:
        yield loc, value
        return
    step, rest = pattern[0], pattern[1:]
    if step != EACH:
        inner = [(step, getattr(value, str(step)))]
    elif isinstance(value, Mapping):
        inner = [(key, key) for key in value]
    else:
        inner = list(enumerate(value))
    for key, item in inner:
        yield from _values_at(item, rest, (*loc, key))


@query
def _names(site: Site, kind: str) -> tuple[tuple[str, ...], ...]:
    """Return each id of a kind, with its names or title, other and former names and codes."""
    names = []
    for id in sorted(site.content.ids[kind]):
        record = site.content.of_kind(kind).get(id)
        front = record.front if record is not None else None
        both = (getattr(front, key, None) for key in ("name", "short_name", "title"))
        former = (name.name for name in getattr(front, "former_names", ()))
        others = (*getattr(front, "also_known_as", ()), *former)
        codes = getattr(front, "codes", {}).values()
        names.append((id, *filter(None, both), *others, *codes))
    return tuple(names)


@lru_cache(maxsize=8)
def _options(names_by_id: tuple[tuple[str, ...], ...], own: str) -> Options:
    return Options({id: names for id, *names in names_by_id if id != own})


def options_of(site: Site, kind: str, own: str = "") -> Options:
    """Return the ids of a kind with their names. `own`: an id to leave out."""
    return _options(_names(site, kind), own)


def _unknown_id(site: Site, kind: str, id: str, loc: Loc, own: str = "") -> Iterator[Fault]:
    """Yield a fault if `id` is not the id of a file of this kind.

    `own`: an id that can't be referenced here, so it is never suggested: the file itself, or the
    trust that its briefing is about.
    """
    if not has_file(site, kind, id):
        where = shown(site.content.root, f"{FOLDER_OF[kind]}/")
        hint = options_of(site, kind, own).hint(id, f"{kind}s", where)
        yield Fault(loc, f"no {kind} has the id `{id}`", hint)


def _term(regulator: Record[Any] | None, block: str, term: str, loc: Loc) -> Iterator[Fault]:
    """Yield a fault if a list in the file of the regulator does not have a term.

    Not if the regulator is unknown, or that list has a fault.
    """
    if regulator is None or is_gap(regulator, block):
        return
    key = "number" if block == "regulations" else "id"
    listed = [getattr(entry, key) for entry in getattr(regulator.front, block)]
    if term not in listed and (listed or block not in _OPTIONAL):
        name, noun = regulator.front.short_name, block.replace("_", " ").removesuffix("s")
        plural = block.rpartition("_")[2]
        hint = Options.of(listed).hint(term, plural, f"the file of {name} in regulators/")
        yield Fault(loc, f"{name} has no {noun} `{term}`", hint)


def reference_faults(site: Site, record: Record[Any]) -> Iterator[Fault]:
    """Yield a fault for each unknown id or term of a briefing, a requirement or a trust."""
    kind, front = record.kind, record.front
    for target, fields in REFERENCES.items():
        for loc, id in _values(kind, front, fields):
            if loc[-1] == "inherited_from":
                continue  # it may be the name of an organisation without a file
            if (target, id) == (kind, record.id):
                yield Fault(loc, "a trust is not its own predecessor", "name another one")
                continue
            own = {"predecessors": record.id, "also_about": getattr(front, "trust", "")}
            at_key = loc[0] == "regulator_pages"
            for fault in _unknown_id(site, target, id, loc, own.get(str(loc[0]), "")):
                yield fault._replace(at_key=at_key)
    if kind == "trust":
        kinds = [entry.id for entry in site.config.organisations.kinds]
        if wrong := word_fault(front.kind, kinds):
            yield Fault(("kind",), *wrong)
        return
    regulator = site.regulators.get(front.regulator)
    for block, fields in _VOCABULARIES.items():
        for loc, term in _values(kind, front, fields):
            yield from _term(regulator, block, term, loc)


def menu_references(site: Site) -> Iterator[Fault]:
    """Yield a fault for each unknown page in the navigation and the menu of `site.yaml`.

    A menu can't lead to the pages of trusts, briefings and requirements, which come and go with
    embargoes and withdrawals.
    """
    for loc, id in _values("site", site.config, [("site", ("navigation", EACH))]):
        yield from _unknown_id(site, "page", id, loc)
    kinds = ("page", "topic", "regulator")
    pages = {
        *LISTS,
        about_url(site),
        *(url_of(kind, id) for kind in kinds for id in site.content.ids[kind]),
    }
    for index, entry in enumerate(site.config.menu):
        if entry.to.startswith("/") and entry.to not in pages:
            hint = Options.of(sorted(pages)).hint(entry.to, "pages for a menu", "the site")
            yield Fault(("menu", index, "to"), f"`{entry.to}` is no page for a menu", hint)


#: Block and key of a word from a regulator's vocabulary → what it is.
_WORDS = {
    ("ratings", "value"): "rating",
    ("ratings", "key_question"): "key question",
    ("enforcement", "kind"): "enforcement kind",
    ("inspection", "type"): "inspection type",
}


class _Texts(NamedTuple):
    """The texts of a file: line and column → path and text. `data`: all values of the file."""

    kind: str
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
    if target := target_of(file.kind, loc):
        id = options_of(site, target).meant(text)
        return problem if id is None else replace(problem, hint=f"did you mean `{id}`?")
    noun = _WORDS.get((str(loc[0]), str(loc[-1])))
    record = site.content.regulators.get(str(file.data.get("regulator")))
    if noun is None or record is None:
        return problem
    message = f"`{text[:40]}` is no {noun} of {record.front.short_name}"
    hint = Options(_terms(record.front, noun)).hint(text, f"{noun}s")
    return replace(problem, message=message, hint=hint)


def _texts(root: Path, file: Path) -> _Texts:
    if not file.is_relative_to(root) or not is_file(file):
        return _Texts("", {}, {})
    path = file.relative_to(root).as_posix()
    tree = source_of(root, path)[1].tree
    texts = {tree.place(loc): (loc, text) for loc, text in texts_in(tree.data)}
    kind, _ = FOLDERS.get(path.partition("/")[0], ("", ""))
    return _Texts(kind, tree.data, texts)


def _terms(regulator: RegulatorFront, noun: str) -> Mapping[str, Iterable[str]]:
    """Return the ids of a regulator's vocabulary, with their labels."""
    if noun == "rating":
        return rating_words(regulator, regulator.scales)
    terms = getattr(regulator, f"{noun.replace(' ', '_')}s")
    overall: dict[str, list[str]] = {OVERALL: []} if noun == "key question" else {}
    return overall | {term.id: [term.label] for term in terms}
