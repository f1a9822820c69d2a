"""Rules that a single file can break; the docstring of each function is the rule.

A rule is called with the value that was read and the tree of the file (misspelt keys corrected),
and yields faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from briefings.content.schema.blocks import first_doubled
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.briefing_rules import (
    changes_in_order,
    counts_add_up,
    covered_is_named,
    dates_in_order,
    direction_agrees,
    least_has_count,
    not_about_itself,
    not_asked_is_explained,
    not_before,
    rated_once,
    rating_is_named,
    refusal_has_reason,
    repeated,
    source_keys,
    sources_exist,
    statement_says_something,
    trust_alone_ends_nothing,
    unknown_sources,
    withdrawal_is_explained,
)
from briefings.content.schema.entities import (
    PageFront,
    RegulatorFront,
    RequirementFront,
    TrustFront,
)
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.site import SiteFront
from briefings.content.schema.types import OVERALL
from briefings.content.schema.validation import Fault
from briefings.content.similarity import same, suggestion


def faults_in(value: Any, tree: dict[str, Any]) -> Iterator[Fault]:
    """Yield the faults found by the rules for the type of `value`."""
    for rule in _RULES.get(type(value), ()):
        yield from rule(value, tree)


def looks_and_questions(front: RequirementFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`looked` and `asked` have one item for a day, and `answered` is not before its question."""
    for block in ("looked", "asked"):
        days = ((item.date,) for item in getattr(front, block))
        for index, _first in repeated(days):
            message, hint = "this day stands twice in this list", "write what was done as one item"
            yield Fault((block, index, "date"), message, hint)
    for index, ask in enumerate(front.asked):
        loc = ("asked", index, "answered")
        yield from not_before(loc, "the answer", ask.answered, "the question", ask.date)


def trust_holds_together(front: TrustFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """A trust does not close before it opens, and the sources of its numbers exist.

    Each predecessor has either an `id` or a `name`, not both.
    """
    yield from not_before(("closed",), "the end", front.closed, "the start", front.opened)
    for index, predecessor in enumerate(front.predecessors):
        if (predecessor.id is None) == (predecessor.name is None):
            hint = "give its `id` if it has a page here, else its `name`"
            yield Fault(("predecessors", index), "name a predecessor once", hint)
    for name in ("staff", "locations", "population"):
        yield from unknown_sources(getattr(front, name), source_keys(tree), (name,))


def regulator_words_differ(front: RegulatorFront, _: dict[str, Any]) -> Iterator[Fault]:
    """Each id, service name and regulation number occurs once in its list."""
    for block in (
        "key_questions", "scales", "outside_scale", "inspection_types", "methods",
        "enforcement_kinds",
    ):  # fmt: skip
        yield from _doubled([item.id for item in getattr(front, block)], (block,))
    yield from _doubled([item.number.lower() for item in front.regulations], ("regulations",))
    yield from _doubled([same(item.label) for item in front.services], ("services",))
    for index, scale in enumerate(front.scales):
        yield from _doubled([grade.id for grade in scale.values], ("scales", index, "values"))


def _doubled(names: list[str], loc: Loc) -> Iterator[Fault]:
    name = first_doubled(names)
    if name is not None:
        index = len(names) - 1 - names[::-1].index(name)
        yield Fault((*loc, index), f"`{name}` stands twice in this list", "keep one of them")


def scales_hold_together(front: RegulatorFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """`comparable_with` names scales of this file, and no scale ends before it begins.

    No grade is also a word of `outside_scale`. Unknown scales are reported only if every scale of
    the file could be read: otherwise the scale meant may be among the unreadable ones.
    """
    ids = [scale.id for scale in front.scales]
    all_read = len(ids) == len(tree.get("scales", ids))
    for index, scale in enumerate(front.scales):
        for n, other in enumerate(scale.comparable_with):
            if other not in ids and all_read:
                loc: Loc = ("scales", index, "comparable_with", n)
                hint = suggestion(other, ids, f"the scales here are: {', '.join(ids)}")
                yield Fault(loc, f"no scale has the id `{other}`", hint)
        loc = ("scales", index, "to")
        yield from not_before(loc, "the end", scale.to, "the start", scale.from_)
    grades = {grade.id for scale in front.scales for grade in scale.values}
    for index, word in enumerate(front.outside_scale):
        if word.id in grades:
            message = f"`{word.id}` is a grade of a scale already"
            yield Fault(("outside_scale", index, "id"), message, "give one of the two another id")


def headline_is_known(front: RegulatorFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """`headline` names key questions of this file, or overall, each once.

    No key question ends before it begins.
    """
    ids = [OVERALL, *(question.id for question in front.key_questions)]
    for index, id in enumerate(front.headline):
        if id not in ids and len(front.key_questions) == len(tree.get("key_questions", ())):
            hint = suggestion(id, ids, f"the key questions here are: {', '.join(ids)}")
            yield Fault(("headline", index), f"no key question has the id `{id}`", hint)
    yield from _doubled(list(front.headline), ("headline",))
    for index, question in enumerate(front.key_questions):
        loc: Loc = ("key_questions", index, "to")
        yield from not_before(loc, "the end", question.to, "the start", question.from_)


def feed_holds_items(front: SiteFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`feed.items` is 1 or more."""
    if front.feed.items < 1:
        yield Fault(("feed", "items"), "a feed holds at least one item", "write 50")


def kinds_differ(front: SiteFront, _: dict[str, Any]) -> Iterator[Fault]:
    """Each kind of organisation occurs once."""
    yield from _doubled([kind.id for kind in front.organisations.kinds], ("organisations", "kinds"))


Rule = Callable[[Any, dict[str, Any]], Iterator[Fault]]
_RULES: dict[type, tuple[Rule, ...]] = {
    BriefingFront: (
        sources_exist,
        withdrawal_is_explained,
        counts_add_up,
        least_has_count,
        rating_is_named,
        covered_is_named,
        rated_once,
        statement_says_something,
        not_asked_is_explained,
        refusal_has_reason,
        trust_alone_ends_nothing,
        changes_in_order,
        dates_in_order,
        direction_agrees,
        not_about_itself,
    ),
    TrustFront: (trust_holds_together,),
    RegulatorFront: (regulator_words_differ, scales_hold_together, headline_is_known),
    RequirementFront: (looks_and_questions,),
    SiteFront: (feed_holds_items, kinds_differ),
    PageFront: (changes_in_order,),
}
