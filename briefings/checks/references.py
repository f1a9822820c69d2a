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
from briefings.content.files import FOLDER_OF, is_file
from briefings.content.listing import shown
from briefings.content.loader import source_of
from briefings.content.records import Record
from briefings.content.schema.blocks import word_fault
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import RegulatorFront, RequirementFront, TrustFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.types import OVERALL
from briefings.content.schema.validation import Fault
from briefings.content.similarity import Options
from briefings.domain.ratings.faults import rating_words
from briefings.domain.site import Site, about_url
from briefings.domain.summaries import is_gap
from briefings.engine import query
from briefings.problems import Problem
from briefings.urls import LISTS, url_of

#: Name of a kind of term → its block in the file of the regulator, and the plural of the name.
_VOCABULARIES = {
    "inspection type": ("inspection_types", "types"),
    "method": ("methods", "methods"),
    "enforcement kind": ("enforcement_kinds", "kinds"),
    "regulation": ("regulations", "regulations"),
}
#: A regulator that lists none of these takes any.
_OPTIONAL = ("method", "regulation")


def has_file(site: Site, kind: str, id: str) -> bool:
    """Return whether there is a file with this id, even if it can't be read."""
    return id in site.content.of_kind(kind) or id in site.content.ids[kind]


@query
def _names(site: Site, kind: str) -> tuple[tuple[str, ...], ...]:
    """Return each id of a kind, with its names, short names, other and former names and codes."""
    records = site.content.of_kind(kind)
    return tuple(
        (id, *(_names_in(records[id].front) if id in records else ()))
        for id in sorted(site.content.ids[kind])
    )


def _names_in(front: Any) -> Iterator[str]:
    for key in ("name", "short_name"):
        if name := getattr(front, key, None):
            yield name
    yield from getattr(front, "also_known_as", ())
    yield from (former.name for former in getattr(front, "former_names", ()))
    yield from getattr(front, "codes", {}).values()


# Suggest the id where an editor wrote a name, such as the name of a trust, instead of it.


@lru_cache(maxsize=8)
def _options(names_by_id: tuple[tuple[str, ...], ...], own: str) -> Options:
    return Options({id: names for id, *names in names_by_id if id != own})


def options_of(site: Site, kind: str, own: str = "") -> Options:
    """Return the ids of a kind with their names. `own`: an id to leave out."""
    return _options(_names(site, kind), own)


def _known(site: Site, kind: str, id: str, loc: Loc, own: str = "") -> Iterator[Fault]:
    """Yield a fault if `id` is not the id of a file of this kind.

    `own`: an id that can't be referenced here, so it is never suggested: the file itself, or the
    trust that its briefing is about.
    """
    if not has_file(site, kind, id):
        where = shown(site.content.root, f"{FOLDER_OF[kind]}/")
        hint = options_of(site, kind, own).hint(id, f"{kind}s", where)
        yield Fault(loc, f"no {kind} has the id `{id}`", hint)


def _term(regulator: Record[Any] | None, noun: str, term: str | None, loc: Loc) -> Iterator[Fault]:
    """Yield a fault if the file of the regulator does not list a term.

    Not if the regulator is unknown, or its list of such terms has a fault.
    """
    block, plural = _VOCABULARIES[noun]
    if regulator is None or term is None or is_gap(regulator, block):
        return
    key = "number" if noun == "regulation" else "id"
    listed = [getattr(entry, key) for entry in getattr(regulator.front, block)]
    if term not in listed and (listed or noun not in _OPTIONAL):
        name = regulator.front.short_name
        hint = Options.of(listed).hint(term, plural, f"the file of {name} in regulators/")
        yield Fault(loc, f"{name} has no {noun} `{term}`", hint)


def briefing_references(site: Site, front: BriefingFront) -> Iterator[Fault]:
    """Yield a fault for each unknown id or term of a briefing."""
    yield from _known(site, "trust", front.trust, ("trust",))
    yield from _known(site, "regulator", front.regulator, ("regulator",))
    for index, id in enumerate(front.also_about):
        yield from _known(site, "trust", id, ("also_about", index), front.trust)
    yield from _topics(site, front)
    for block in ("concerns", "strengths"):
        for index, finding in enumerate(getattr(front, block)):
            if finding.topic is not None:
                yield from _known(site, "topic", finding.topic, (block, index, "topic"))
    for index, event in enumerate(front.requirements):
        yield from _known(site, "requirement", event.id, ("requirements", index, "id"))
    regulator = site.regulators.get(front.regulator)
    inspection = front.inspection
    yield from _term(regulator, "inspection type", inspection.type, ("inspection", "type"))
    yield from _term(regulator, "method", inspection.method, ("inspection", "method"))
    for index, rating in enumerate(front.ratings):
        if rating.previous is not None:
            loc: Loc = ("ratings", index, "previous", "method")
            yield from _term(regulator, "method", rating.previous.method, loc)
    for index, action in enumerate(front.enforcement):
        yield from _term(regulator, "enforcement kind", action.kind, ("enforcement", index, "kind"))
        yield from _regulations(regulator, action.regulations, "enforcement", index, "regulations")
    for index, breach in enumerate(front.breaches):
        yield from _term(
            regulator, "regulation", breach.regulation, ("breaches", index, "regulation")
        )


def requirement_references(site: Site, front: RequirementFront) -> Iterator[Fault]:
    """Yield a fault for each unknown id or term of a requirement."""
    yield from _known(site, "trust", front.trust, ("trust",))
    yield from _known(site, "regulator", front.regulator, ("regulator",))
    yield from _topics(site, front)
    regulator = site.regulators.get(front.regulator)
    yield from _regulations(regulator, front.regulations, "regulations")


def _topics(site: Site, front: BriefingFront | RequirementFront) -> Iterator[Fault]:
    for index, id in enumerate(front.topics):
        yield from _known(site, "topic", id, ("topics", index))


def _regulations(
    regulator: Record[Any] | None, numbers: tuple[str, ...], *loc: str | int
) -> Iterator[Fault]:
    for index, number in enumerate(numbers):
        yield from _term(regulator, "regulation", number, (*loc, index))


def trust_references(site: Site, id: str, front: TrustFront) -> Iterator[Fault]:
    """Yield a fault for each unknown id of a trust, and if it is named as its own predecessor.

    Its kind is one of those that `site.yaml` lists.
    """
    wrong = word_fault(front.kind, [kind.id for kind in site.config.organisations.kinds])
    if wrong is not None:
        yield Fault(("kind",), *wrong)
    for index, before in enumerate(front.predecessors):
        loc: Loc = ("predecessors", index, "id")
        if before.id == id:
            yield Fault(loc, "a trust is not its own predecessor", "name another one")
        elif before.id is not None:
            yield from _known(site, "trust", before.id, loc, id)
    for regulator in front.regulator_pages:
        for fault in _known(site, "regulator", regulator, ("regulator_pages", regulator)):
            yield fault._replace(at_key=True)


def menu_references(site: Site) -> Iterator[Fault]:
    """Yield a fault for each unknown page in the navigation and the menu of `site.yaml`.

    A menu can't lead to the pages of trusts, briefings and requirements, which come and go with
    embargoes and withdrawals.
    """
    for index, id in enumerate(site.config.navigation):
        yield from _known(site, "page", id, ("navigation", index))
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
    hint = Options(_terms(record.front, noun)).hint(text, f"{noun}s")
    return replace(problem, message=message, hint=hint)


def _texts(root: Path, file: Path) -> _Texts:
    if not file.is_relative_to(root) or not is_file(file):
        return _Texts("", {}, {})
    path = file.relative_to(root).as_posix()
    tree = source_of(root, path)[1].tree
    texts = {tree.place(loc): (loc, text) for loc, text in texts_in(tree.data)}
    return _Texts(path.partition("/")[0], tree.data, texts)


def _terms(regulator: RegulatorFront, noun: str) -> Mapping[str, Iterable[str]]:
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
