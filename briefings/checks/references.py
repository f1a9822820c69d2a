"""Check that every referenced id, and every term of a regulator's vocabulary, exists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from briefings.checks.id_suggestions import options_of
from briefings.content.loader import CONFIG, FOLDER_OF, Content, Record, shown
from briefings.content.schema import BriefingFront, Fault, Loc, RequirementFront, TrustFront
from briefings.content.similarity import Options
from briefings.urls import LISTS, url_of

T = TypeVar("T")
Found = Iterator[tuple[str, Fault]]


def reference_faults(content: Content, among: Collection[str] | None = None) -> Found:
    """Yield a fault with a "did you mean" hint for each unknown id and term.

    `among`: check only the records with these paths, and the menus in `site.yaml`.
    """
    for briefing in _only(content.briefings, among):
        for fault in _briefing(content, briefing.front):
            yield briefing.path, fault
    for requirement in _only(content.requirements, among):
        for fault in _requirement(content, requirement.front):
            yield requirement.path, fault
    for trust in _only(content.trusts, among):
        for fault in _trust(content, trust):
            yield trust.path, fault
    for index, id in enumerate(content.config.navigation):
        for fault in _known(content, "page", id, ("navigation", index)):
            yield CONFIG, fault
    for fault in _menu(content):
        yield CONFIG, fault


def _menu(content: Content) -> Iterator[Fault]:
    """Yield a fault for each entry of the menu that leads to no page, or to one that may go.

    The pages of trusts, briefings and requirements come and go with embargoes and withdrawals.
    """
    kinds = ("page", "topic", "regulator")
    pages = {*LISTS, *(url_of(kind, id) for kind in kinds for id in content.ids[kind])}
    for index, entry in enumerate(content.config.menu):
        if entry.to.startswith("/") and entry.to not in pages:
            hint = _options(tuple(sorted(pages))).hint(entry.to, "pages for a menu", "the site")
            yield Fault(("menu", index, "to"), f"`{entry.to}` is no page for a menu", hint)


def _only(records: Mapping[str, Record[T]], among: Collection[str] | None) -> Iterator[Record[T]]:
    return (one for one in records.values() if among is None or one.path in among)


def _known(content: Content, kind: str, id: str, loc: Loc, own: str = "") -> Iterator[Fault]:
    """Yield a fault if `id` is not the id of a file of this kind.

    `own`: an id that can't be referenced here, so it is never suggested: the file itself, or the
    trust that its briefing is about.
    """
    if id not in content.ids[kind]:
        where = shown(content.root, f"{FOLDER_OF[kind]}/")
        hint = options_of(content, kind, own).hint(id, f"{kind}s", where)
        yield Fault(loc, f"no {kind} has the id `{id}`", hint)


def _among(
    word: str, options: Collection[str], loc: Loc, message: str, what: str
) -> Iterator[Fault]:
    if word not in options:
        where = f"the file of {message.partition(' has no ')[0]} in regulators/"
        yield Fault(loc, message, _options(tuple(options)).hint(word, what, where))


@lru_cache(maxsize=32)
def _options(words: tuple[str, ...]) -> Options:
    return Options.of(words)


@dataclass(frozen=True, slots=True)
class _Words:
    """The vocabularies of one regulator; None for one that can't be checked.

    A vocabulary is None if its block in the regulator's file has a fault; `methods` and
    `regulations` also if the file lists none.
    `name`: the short name of the regulator.
    `types`, `kinds`: inspection types, enforcement kinds.
    """

    name: str
    types: tuple[str, ...] | None
    methods: tuple[str, ...] | None
    kinds: tuple[str, ...] | None
    regulations: tuple[str, ...] | None

    @classmethod
    def of(cls, content: Content, id: str) -> _Words | None:
        """Return the vocabularies of a regulator; None if it is unknown or can't be read."""
        record = content.regulators.get(id)
        if record is None:
            return None
        front, gaps = record.front, record.gaps

        def sure(block: str, words: Iterable[str]) -> tuple[str, ...] | None:
            return None if gaps is not None and gaps.within(block) else tuple(words)

        return cls(
            front.short_name,
            sure("inspection_types", (one.id for one in front.inspection_types)),
            sure("methods", (one.id for one in front.methods)) or None,
            sure("enforcement_kinds", (one.id for one in front.enforcement_kinds)),
            sure("regulations", (one.number for one in front.regulations)) or None,
        )


def _briefing(content: Content, front: BriefingFront) -> Iterator[Fault]:
    yield from _known(content, "trust", front.trust, ("trust",))
    yield from _known(content, "regulator", front.regulator, ("regulator",))
    for index, id in enumerate(front.also_about):
        yield from _known(content, "trust", id, ("also_about", index), front.trust)
    for index, id in enumerate(front.topics):
        yield from _known(content, "topic", id, ("topics", index))
    for block in ("concerns", "strengths"):
        for index, finding in enumerate(getattr(front, block)):
            if finding.topic is not None:
                yield from _known(content, "topic", finding.topic, (block, index, "topic"))
    for index, event in enumerate(front.requirements):
        yield from _known(content, "requirement", event.id, ("requirements", index, "id"))
    words = _Words.of(content, front.regulator)
    if words is not None:
        yield from _inspection_words(words, front)
        yield from _enforcement_words(words, front)


def _inspection_words(words: _Words, front: BriefingFront) -> Iterator[Fault]:
    kind = front.inspection.type
    if words.types is not None:
        message = f"{words.name} has no inspection type `{kind}`"
        yield from _among(kind, words.types, ("inspection", "type"), message, "types")
    yield from _method(words, front.inspection.method, ("inspection", "method"))
    for index, rating in enumerate(front.ratings):
        if rating.previous is not None:
            loc: Loc = ("ratings", index, "previous", "method")
            yield from _method(words, rating.previous.method, loc)


def _method(words: _Words, method: str | None, loc: Loc) -> Iterator[Fault]:
    """Yield a fault if the regulator's file lists methods and this is none of them."""
    if method is not None and words.methods is not None:
        message = f"{words.name} has no method `{method}`"
        yield from _among(method, words.methods, loc, message, "methods")


def _enforcement_words(words: _Words, front: BriefingFront) -> Iterator[Fault]:
    for index, action in enumerate(front.enforcement):
        if words.kinds is not None:
            message = f"{words.name} has no enforcement kind `{action.kind}`"
            loc: Loc = ("enforcement", index, "kind")
            yield from _among(action.kind, words.kinds, loc, message, "kinds")
        yield from _regulations(words, action.regulations, ("enforcement", index, "regulations"))
    for index, breach in enumerate(front.breaches):
        if breach.regulation is not None:
            loc = ("breaches", index, "regulation")
            yield from _regulation(words, breach.regulation, loc)


def _regulations(words: _Words, numbers: tuple[str, ...], loc: Loc) -> Iterator[Fault]:
    for index, number in enumerate(numbers):
        yield from _regulation(words, number, (*loc, index))


def _regulation(words: _Words, number: str, loc: Loc) -> Iterator[Fault]:
    """Yield a fault if the regulator's file lists regulations and this is none of them."""
    if words.regulations is not None:
        message = f"{words.name} has no regulation `{number}`"
        yield from _among(number, words.regulations, loc, message, "regulations")


def _requirement(content: Content, front: RequirementFront) -> Iterator[Fault]:
    yield from _known(content, "trust", front.trust, ("trust",))
    yield from _known(content, "regulator", front.regulator, ("regulator",))
    for index, id in enumerate(front.topics):
        yield from _known(content, "topic", id, ("topics", index))
    words = _Words.of(content, front.regulator)
    if words is not None:
        yield from _regulations(words, front.regulations, ("regulations",))


def _trust(content: Content, trust: Record[TrustFront]) -> Iterator[Fault]:
    for index, one in enumerate(trust.front.predecessors):
        loc: Loc = ("predecessors", index, "id")
        if one.id == trust.id:
            yield Fault(loc, "a trust is not its own predecessor", "name another one")
        elif one.id is not None:
            yield from _known(content, "trust", one.id, loc, trust.id)
    for id in trust.front.regulator_pages:
        for fault in _known(content, "regulator", id, ("regulator_pages", id)):
            yield fault._replace(at_key=True)
