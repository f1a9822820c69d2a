"""Every id and every word of a regulator's vocabulary that a file uses exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from briefings.load import CONFIG, Content, Record
from briefings.model import (
    BriefingFront,
    Fault,
    Loc,
    RegulatorFront,
    RequirementFront,
    TrustFront,
)
from briefings.problems import did_you_mean

Found = Iterator[tuple[str, Fault]]
#: As many options as a hint can list and still be read.
_LISTED = 12


def reference_faults(content: Content) -> Found:
    """An unknown id anywhere is an error, with "did you mean"."""
    for briefing in content.briefings.values():
        for fault in _briefing(content, briefing.front):
            yield briefing.path, fault
    for requirement in content.requirements.values():
        for fault in _requirement(content, requirement.front):
            yield requirement.path, fault
    for trust in content.trusts.values():
        for fault in _trust(content, trust):
            yield trust.path, fault
    for index, id in enumerate(content.config.navigation):
        for fault in _known(content, "page", id, ("navigation", index)):
            yield CONFIG, fault


def _known(content: Content, kind: str, id: str, loc: Loc) -> Iterator[Fault]:
    yield from _among(id, content.ids[kind], loc, f"no {kind} has the id `{id}`", f"{kind}s")


def _among(
    word: str, options: Collection[str], loc: Loc, message: str, what: str
) -> Iterator[Fault]:
    if word in options:
        return
    near = did_you_mean(word, options)
    names = sorted(options)
    listed = ", ".join(names[:_LISTED]) + (" …" if len(names) > _LISTED else "")
    hint = f"did you mean `{near}`?" if near else f"the {what} are: {listed or 'none yet'}"
    yield Fault(loc, message, hint)


def _regulator(content: Content, id: str) -> RegulatorFront | None:
    """The regulator, unless it is unknown or itself at fault: then its words can't be judged."""
    record = content.regulators.get(id)
    return None if record is None or record.broken else record.front


def _briefing(content: Content, front: BriefingFront) -> Iterator[Fault]:
    yield from _known(content, "trust", front.trust, ("trust",))
    yield from _known(content, "regulator", front.regulator, ("regulator",))
    for index, id in enumerate(front.also_about):
        yield from _known(content, "trust", id, ("also_about", index))
    for index, id in enumerate(front.topics):
        yield from _known(content, "topic", id, ("topics", index))
    for block in ("concerns", "strengths"):
        for index, finding in enumerate(getattr(front, block)):
            if finding.topic is not None:
                yield from _known(content, "topic", finding.topic, (block, index, "topic"))
    for index, event in enumerate(front.requirements):
        yield from _known(content, "requirement", event.id, ("requirements", index, "id"))
    regulator = _regulator(content, front.regulator)
    if regulator is not None:
        yield from _inspection_words(regulator, front)
        yield from _enforcement_words(regulator, front)


def _inspection_words(regulator: RegulatorFront, front: BriefingFront) -> Iterator[Fault]:
    types = [one.id for one in regulator.inspection_types]
    word = front.inspection.type
    message = f"{regulator.short_name} has no inspection type `{word}`"
    yield from _among(word, types, ("inspection", "type"), message, "types")
    yield from _method(regulator, front.inspection.method, ("inspection", "method"))
    for index, rating in enumerate(front.ratings):
        if rating.previous is not None:
            loc: Loc = ("ratings", index, "previous", "method")
            yield from _method(regulator, rating.previous.method, loc)


def _method(regulator: RegulatorFront, word: str | None, loc: Loc) -> Iterator[Fault]:
    """A method is one of the regulator's, where its file lists any."""
    if word is not None and regulator.methods:
        methods = [one.id for one in regulator.methods]
        message = f"{regulator.short_name} has no method `{word}`"
        yield from _among(word, methods, loc, message, "methods")


def _enforcement_words(regulator: RegulatorFront, front: BriefingFront) -> Iterator[Fault]:
    kinds = [one.id for one in regulator.enforcement_kinds]
    for index, action in enumerate(front.enforcement):
        message = f"{regulator.short_name} has no enforcement kind `{action.kind}`"
        yield from _among(action.kind, kinds, ("enforcement", index, "kind"), message, "kinds")
        loc: Loc = ("enforcement", index, "regulations")
        yield from _regulations(regulator, action.regulations, loc)
    for index, breach in enumerate(front.breaches):
        if breach.regulation is not None:
            loc = ("breaches", index, "regulation")
            yield from _regulation(regulator, breach.regulation, loc)


def _regulations(regulator: RegulatorFront, numbers: tuple[str, ...], loc: Loc) -> Iterator[Fault]:
    for index, number in enumerate(numbers):
        yield from _regulation(regulator, number, (*loc, index))


def _regulation(regulator: RegulatorFront, number: str, loc: Loc) -> Iterator[Fault]:
    numbers = [one.number for one in regulator.regulations]
    message = f"{regulator.short_name} has no regulation `{number}`"
    yield from _among(number, numbers, loc, message, "regulations")


def _requirement(content: Content, front: RequirementFront) -> Iterator[Fault]:
    yield from _known(content, "trust", front.trust, ("trust",))
    yield from _known(content, "regulator", front.regulator, ("regulator",))
    for index, id in enumerate(front.topics):
        yield from _known(content, "topic", id, ("topics", index))
    regulator = _regulator(content, front.regulator)
    if regulator is not None:
        yield from _regulations(regulator, front.regulations, ("regulations",))


def _trust(content: Content, trust: Record[TrustFront]) -> Iterator[Fault]:
    for index, one in enumerate(trust.front.predecessors):
        loc: Loc = ("predecessors", index, "id")
        if one.id == trust.id:
            yield Fault(loc, "a trust is not its own predecessor", "name another one")
        elif one.id is not None:
            yield from _known(content, "trust", one.id, loc)
    for id in trust.front.regulator_pages:
        for fault in _known(content, "regulator", id, ("regulator_pages", id)):
            yield fault._replace(at_key=True)
