"""Rules that a single file can break; the docstring of each function is the rule.

A rule is called with the value that was read and the tree of the file (misspelt keys corrected),
and yields faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from briefings.content.dates.values import Moment, PartialDate
from briefings.content.schema.blocks import first_doubled
from briefings.content.schema.briefing import BriefingFront, Covered, Figure, Rating
from briefings.content.schema.entities import (
    KeyQuestion,
    PageFront,
    RegulatorFront,
    RequirementFront,
    Scale,
    TrustFront,
)
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.site import SiteFront
from briefings.content.schema.types import OVERALL
from briefings.content.schema.validation import Fault
from briefings.content.similarity import same, suggestion

Tree = dict[str, Any]

#: The blocks of a briefing whose items cite sources.
CITING = (
    "ratings", "breaches", "enforcement", "requirements", "concerns", "strengths", "figures",
    "statements", "timeline", "discrepancies",
)  # fmt: skip
#: Values of `status` that exclude a `withdrawn` block; None if the key is absent. Any other value
#: is a fault already.
_STATUSES = frozenset({None, "draft", "published"})
_TWO_DATES = "mend one of the two dates"


def faults_in(value: Any, tree: Tree) -> Iterator[Fault]:
    """Yield the faults found by the rules for the type of `value`."""
    for rule in _RULES.get(type(value), ()):
        yield from rule(value, tree)


def sources_exist(front: BriefingFront, tree: Tree) -> Iterator[Fault]:
    """Each source key that an item cites exists.

    That an item cites at least one source is part of the schema (`Cited`).
    """
    keys = source_keys(tree)
    if not keys:
        return  # missing sources are one fault, not one for each item that cites
    for block in CITING:
        for index, item in enumerate(getattr(front, block)):
            yield from unknown_sources(item, keys, (block, index))
    for name in ("inspection", "service_counts", "reply"):
        yield from unknown_sources(getattr(front, name), keys, (name,))
    for index, rating in enumerate(front.ratings):
        yield from unknown_sources(rating.previous, keys, ("ratings", index, "previous"))


def source_keys(tree: Tree) -> list[str]:
    """Return the keys of the sources; none if no source is a group of keys."""
    sources = tree.get("sources")
    groups = isinstance(sources, dict) and any(isinstance(s, dict) for s in sources.values())
    return list(sources or ()) if groups else []


def unknown_sources(item: Any, keys: list[str], loc: Loc) -> Iterator[Fault]:
    """Each of the `sources` of the item at `loc`, if it is there, is one of `keys`."""
    for index, key in enumerate(item.sources if item is not None else ()):
        if key not in keys:
            listed = f"the sources of this file are: {', '.join(keys) or 'none yet'}"
            hint = suggestion(key, keys, listed)
            yield Fault((*loc, "sources", index), f"no source has the key `{key}`", hint)


def withdrawal_is_explained(front: BriefingFront, tree: Tree) -> Iterator[Fault]:
    """`status: withdrawn` requires the block `withdrawn: {date, reason}`, and vice versa."""
    if front.status == "withdrawn" and "withdrawn" not in tree:
        hint = 'add `withdrawn: {date: 2026-01-15, reason: "why, for the public"}`, with your date'
        yield Fault(("status",), "a withdrawn briefing says when and why", hint)
    if front.status != "withdrawn" and front.withdrawn and tree.get("status") in _STATUSES:
        hint = "write `status: withdrawn`, or remove this block"
        message = "this block stands only with `status: withdrawn`"
        yield Fault(("withdrawn",), message, hint, at_key=True)


def counts_add_up(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """The service counts add up to `total`, unless a `note` says why not."""
    counts = front.service_counts
    if counts is None or counts.note is not None:
        return
    total = sum(counts.counts.values())
    if total != counts.total:
        message = f"the counts add up to {total}, and `total` says {counts.total}"
        hint = "mend the numbers, or add a `note` that says why they differ"
        yield Fault(("service_counts", "total"), message, hint)


def least_has_count(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """`at_least` requires a `count`; no count of notices is 0."""
    for index, action in enumerate(front.enforcement):
        if action.count == 0:
            message = "`count` says that there are none, and this item of `enforcement` is one"
            hint = "mend the number, or remove the item"
            yield Fault(("enforcement", index, "count"), message, hint)
        if action.at_least and action.count is None:
            message = "`at_least` says that `count` is the least it can be, and there is no count"
            hint = "add `count: 2`, with your number, or remove this"
            yield Fault(("enforcement", index, "at_least"), message, hint)


def actions_differ(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """No two enforcement actions of a briefing have one id: the register would show one of them."""
    actions = front.enforcement
    ids = ((action.id or number,) for number, action in enumerate(actions))
    for index, _first in repeated(ids):
        message = f"another action of this list has the id `{actions[index].id}`"
        hint = "give each an id of its own: one id joins what several briefings say of one action"
        yield Fault(("enforcement", index, "id"), message, hint)


def rating_is_named(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """A rating of a service or location has a `name`; one of the trust has no `name` or `site`.

    A rating with `change: first` has no `previous`.
    """
    for index, rating in enumerate(front.ratings):
        loc: Loc = ("ratings", index)
        yield from _is_named(rating, loc, "a rating of")
        if rating.previous is not None and rating.change == "first":
            hint = "remove `previous`, or write what changed"
            yield Fault((*loc, "change"), "a first rating has none before it", hint)


def covered_is_named(front: BriefingFront, tree: Tree) -> Iterator[Fault]:
    """Each item of `covers` is named by the rule for ratings, and is listed once."""
    covers = front.inspection.covers
    for index, covered in enumerate(covers):
        yield from _is_named(covered, ("inspection", "covers", index), "an inspection of")
    typed = tree["inspection"].get("covers", ()) if covers else ()
    for index, first in repeated(map(covered_thing, covers)):
        message = "this is listed twice"
        if len(covers) == len(typed):  # else an item with a fault was left out, and not counted
            message += f", first as number {first + 1} of this list"
        yield Fault(("inspection", "covers", index), message, "keep one of them")


def _is_named(thing: Rating | Covered, loc: Loc, beginning: str) -> Iterator[Fault]:
    """A service or location has a `name`; the trust has neither `name` nor `site`."""
    if thing.scope != "trust" and thing.name is None:
        hint = f"add `name:` with the {thing.scope}'s name"
        yield Fault(loc, f"{beginning} a {thing.scope} names it", hint)
    if thing.scope == "trust" and thing.name is not None:
        hint = "remove the name, or write `scope: service` or `scope: location`"
        yield Fault((*loc, "name"), f"{beginning} the trust has no name of its own", hint)
    if thing.scope == "trust" and thing.site is not None:
        hint = "write `scope: location` with the place as its `name`"
        yield Fault((*loc, "site"), f"{beginning} the trust has no site", hint)


def covered_thing(thing: Covered | Rating) -> tuple[str, str, str]:
    """Return scope, name and site, normalised by `same`."""
    return (thing.scope, same(thing.name or ""), same(thing.site or ""))


def rated_once(front: BriefingFront, tree: Tree) -> Iterator[Fault]:
    """A briefing gives each thing at most one rating for each key question and `scale`.

    Carried-over ratings count too.
    """
    for index, first in repeated((*rated_thing(rating), rating.scale) for rating in front.ratings):
        message = "this is rated twice here"
        if len(front.ratings) == len(tree["ratings"]):
            message += f", first by rating {first + 1} of this list"
        yield Fault(("ratings", index), message, "keep one of them")


def repeated(things: Iterable[tuple[object, ...]]) -> Iterator[tuple[int, int]]:
    """Yield the index of each thing that occurs earlier too, and its first index."""
    firsts: dict[tuple[object, ...], int] = {}
    for index, thing in enumerate(things):
        first = firsts.setdefault(thing, index)
        if first != index:
            yield index, first


def rated_thing(rating: Rating) -> tuple[str, str, str, str]:
    """Return the subject of a rating: `covered_thing(rating)` and the key question."""
    return (*covered_thing(rating), rating.key_question)


def statement_says_something(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """A statement has either `gist` or `quote`, not both."""
    for index, item in enumerate(front.statements):
        if (item.gist is None) == (item.quote is None):
            has = "neither `gist` nor `quote`" if item.gist is None else "both `gist` and `quote`"
            hint = "give one: our summary, or the words said"
            yield Fault(("statements", index), f"a statement has {has}", hint)


def not_asked_is_explained(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """A reply with `status: not-asked` has a `reason`."""
    if front.reply and front.reply.status == "not-asked" and front.reply.reason is None:
        message = "a reply that was not asked for needs a `reason`"
        yield Fault(("reply", "status"), message, "add `reason:` with why the trust was not asked")


#: Status of a reply → the keys that contradict it.
_NOT_WITH = {"not-asked": ("asked", "gist", "url"), "no-reply": ("gist", "url")}


def reply_agrees(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """A trust that did not reply, or was not asked, has no words of a reply; nor its question."""
    for key in _NOT_WITH.get(front.reply.status, ()) if front.reply else ():
        if front.reply and getattr(front.reply, key) is not None:
            message = f"`status` says {front.reply.status}, and here is `{key}`"
            hint = "write `replied`, `public-statement` or another `status`, or remove this line"
            yield Fault(("reply", key), message, hint, at_key=True)


def refusal_has_reason(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """A `refused` event has a `note` with the reason that the trust gave."""
    for index, event in enumerate(front.requirements):
        if event.event == "refused" and event.note is None:
            hint = "add `note:` with the reason that the trust gave"
            yield Fault(("requirements", index, "event"), "a refusal needs its reason", hint)


def active_has_no_end(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """An enforcement action with `ended` is not `active`."""
    for index, action in enumerate(front.enforcement):
        if action.status == "active" and action.ended is not None:
            message = "`status` says active, and `ended` that it has ended"
            hint = "write `status: met`, `lifted` or `expired`, or remove `ended`"
            yield Fault(("enforcement", index, "status"), message, hint)


def trust_alone_ends_nothing(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """`partly-met`, `met` and `lifted` cite a source that is not only the trust's own word."""
    for index, event in enumerate(front.requirements):
        types = {front.sources[key].type if key in front.sources else "" for key in event.sources}
        if event.event in {"partly-met", "met", "lifted"} and types == {"provider-response"}:
            message = f"only the trust says so, and its word makes nothing `{event.event}`"
            hint = "write `event: said-done`, or cite the regulator's own source as well"
            yield Fault(("requirements", index, "event"), message, hint)


def changes_in_order(front: BriefingFront | PageFront, _: Tree) -> Iterator[Fault]:
    """`changes` are in order, oldest first, as they are only ever appended."""
    for index, (above, change) in enumerate(pairwise(front.changes), start=1):
        if _is_before(change.date, above.date):
            hint = "put it at the end, or mend the date"
            yield Fault(("changes", index), "this change is older than the one above it", hint)


def _is_before(moment: Moment, other: Moment) -> bool:
    """Compare instants if both have one, else days as written: the site's zone is not known."""
    if moment.instant and other.instant:
        return moment.instant < other.instant
    return moment.written[:10] < other.written[:10]


def changes_since_publication(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """No change is from before the briefing was published."""
    for index, change in enumerate(front.changes[:1]):
        if _is_before(change.date, front.published):
            message = "this change is older than `published`, when there was no page to change"
            yield Fault(("changes", index, "date"), message, _TWO_DATES)


def dates_in_order(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """No report, deadline or end is certainly before what it must follow.

    An interval of a visit is a duration, so its end is compared with the report.
    """
    report = front.inspection.report_published
    for index, visit in enumerate(front.inspection.inspected):
        if visit.date.last.certainly_after(report):
            message = f"the inspection ({visit.date.show()}) is after the report ({report.show()})"
            yield Fault(("inspection", "inspected", index, "date"), message, _TWO_DATES)
    for index, action in enumerate(front.enforcement):
        loc: Loc = ("enforcement", index)
        notice = ("the notice", action.served)
        for n, deadline in enumerate(action.deadlines):
            deadline_loc = (*loc, "deadlines", n, "date")
            yield from not_before(deadline_loc, "the deadline", deadline.date, *notice)
        yield from not_before((*loc, "ended"), "the end", action.ended, *notice)
    for index, event in enumerate(front.requirements):
        loc = ("requirements", index, "deadline")
        yield from not_before(loc, "the deadline", event.deadline, "its order", event.date)
    for index, rating in enumerate(front.ratings):
        if rating.previous is not None and rating.previous.date.certainly_after(report):
            message = (
                f"`previous` ({rating.previous.date.show()}) is after the report ({report.show()})"
            )
            yield Fault(("ratings", index, "previous", "date"), message, _TWO_DATES)


def not_before(
    loc: Loc, noun: str, date: PartialDate | None, other: str, than: PartialDate | None
) -> Iterator[Fault]:
    """`date` is not certainly before `than`; `loc` is its path, and either may be absent."""
    if date is not None and than is not None and date.certainly_before(than):
        message = f"{noun} ({date.show()}) is before {other} ({than.show()})"
        yield Fault(loc, message, _TWO_DATES)


def direction_agrees(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """`direction` of a figure agrees with its `previous` value, unless `qualifier` is inexact."""
    for index, figure in enumerate(front.figures):
        true = _direction(figure)
        if figure.direction and true and figure.direction != true:
            message = f"`direction` says {figure.direction}, and the numbers say {true}"
            hint = f"write {true}, or mend the numbers"
            yield Fault(("figures", index, "direction"), message, hint)


def previous_is_earlier(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """The period of a figure's `previous` is not certainly after its own."""
    for index, figure in enumerate(front.figures):
        before = figure.previous.period if figure.previous else None
        period = figure.period
        if before is None or period is None:
            continue
        if before.certainly_after(period):
            message = f"the period of `previous` ({before.show()}) is after {period.show()}"
            yield Fault(("figures", index, "previous", "period"), message, "mend one of the two")


def _direction(figure: Figure) -> str | None:
    """Return how a figure moved; None if that is not certain."""
    if figure.previous is None or figure.qualifier not in {None, "exactly"}:
        return None
    difference = figure.value - figure.previous.value
    return "same" if difference == 0 else "up" if difference > 0 else "down"


def not_about_itself(front: BriefingFront, _: Tree) -> Iterator[Fault]:
    """Neither `also_about` nor `inherited_from` names the briefing's own trust."""
    for index, rating in enumerate(front.ratings):
        if rating.inherited_from == front.trust:
            loc: Loc = ("ratings", index, "inherited_from")
            hint = "name the trust that it was given to, or remove the line"
            yield Fault(loc, "this is the trust of this briefing itself", hint)
    for index, id in enumerate(front.also_about):
        if id == front.trust:
            message = f"`{id}` is the trust of this briefing already"
            yield Fault(("also_about", index), message, "name only other trusts here")


def looks_and_questions(front: RequirementFront, _: Tree) -> Iterator[Fault]:
    """`looked` and `asked` have one item for a day, and `answered` is not before its question."""
    for block in ("looked", "asked"):
        for index, _first in repeated((item.date,) for item in getattr(front, block)):
            message, hint = "this day stands twice in this list", "write what was done as one item"
            yield Fault((block, index, "date"), message, hint)
    for index, ask in enumerate(front.asked):
        loc = ("asked", index, "answered")
        yield from not_before(loc, "the answer", ask.answered, "the question", ask.date)


def trust_holds_together(front: TrustFront, tree: Tree) -> Iterator[Fault]:
    """A trust with a date of its end is closed, and not before it opens.

    The sources of its numbers exist.

    No two of its sites have one name.

    Each predecessor has either an `id` or a `name`, not both.
    """
    yield from not_before(("closed",), "the end", front.closed, "the start", front.opened)
    if front.closed is not None and front.status == "open":
        message = "`closed` has a date, and `status` does not say that it closed or is to close"
        yield Fault(("closed",), message, "write `status: closed`, or remove this line")
    for index, predecessor in enumerate(front.predecessors):
        if (predecessor.id is None) == (predecessor.name is None):
            hint = "give its `id` if it has a page here, else its `name`"
            yield Fault(("predecessors", index), "name a predecessor once", hint)
    yield from _doubled([same(site.name) for site in front.sites], ("sites",), "name")
    for name in ("staff", "locations", "population"):
        yield from unknown_sources(getattr(front, name), source_keys(tree), (name,))


def regulator_words_differ(front: RegulatorFront, _: Tree) -> Iterator[Fault]:
    """Each id, service name, regulation number, and rank and label of a scale occurs once."""
    for block in (
        "key_questions", "scales", "outside_scale", "inspection_types", "methods",
        "enforcement_kinds",
    ):  # fmt: skip
        yield from _doubled([item.id for item in getattr(front, block)], (block,))
    yield from _doubled([item.number.lower() for item in front.regulations], ("regulations",))
    services = enumerate((item.label, *item.aliases) for item in front.services)
    names = [(same(name), index) for index, group in services for name in dict.fromkeys(group)]
    for number, _first in repeated((name,) for name, _ in names):
        name, index = names[number]
        message = f"`{name}` stands twice in this list"
        yield Fault(("services", index), message, "give each service names of its own")
    for index, scale in enumerate(front.scales):
        loc: Loc = ("scales", index, "values")
        yield from _doubled([grade.id for grade in scale.values], loc)
        for key in ("label", "rank"):
            yield from _doubled([str(getattr(grade, key)) for grade in scale.values], loc, key)


def _doubled(names: list[str], loc: Loc, *key: str) -> Iterator[Fault]:
    """Yield a fault for the first name that occurs twice; `key`: that of each item, if shown."""
    if (name := first_doubled(names)) is not None:
        index = len(names) - 1 - names[::-1].index(name)
        hint = f"give each its own {key[0]}" if key else "keep one of them"
        yield Fault((*loc, index, *key), f"`{name}` stands twice in this list", hint)


def scales_hold_together(front: RegulatorFront, tree: Tree) -> Iterator[Fault]:
    """`comparable_with` names scales of this file, and no scale ends before it begins.

    No grade is also a word of `outside_scale`. Unknown scales are reported only if every scale of
    the file could be read: otherwise the scale meant may be among the unreadable ones.
    """
    ids = [scale.id for scale in front.scales]
    all_read = len(ids) == len(tree.get("scales", ids))
    for index, scale in enumerate(front.scales):
        for n, other in enumerate(scale.comparable_with if all_read else ()):
            if other not in ids:
                loc = ("scales", index, "comparable_with", n)
                hint = suggestion(other, ids, f"the scales here are: {', '.join(ids)}")
                yield Fault(loc, f"no scale has the id `{other}`", hint)
    yield from _ends_after_start(front.scales, "scales")
    grades = {grade.id for scale in front.scales for grade in scale.values}
    for index, word in enumerate(front.outside_scale):
        if word.id in grades:
            message = f"`{word.id}` is a grade of a scale already"
            yield Fault(("outside_scale", index, "id"), message, "give one of the two another id")


def headline_is_known(front: RegulatorFront, tree: Tree) -> Iterator[Fault]:
    """`headline` names key questions of this file, or overall, each once.

    No key question ends before it begins.
    """
    ids = [OVERALL, *(question.id for question in front.key_questions)]
    for index, id in enumerate(front.headline):
        if id not in ids and len(front.key_questions) == len(tree.get("key_questions", ())):
            hint = suggestion(id, ids, f"the key questions here are: {', '.join(ids)}")
            yield Fault(("headline", index), f"no key question has the id `{id}`", hint)
    for index, question in enumerate(front.key_questions):
        if question.id == OVERALL:
            message = "`overall` is there without being listed"
            yield Fault(("key_questions", index, "id"), message, "remove it from the list")
    yield from _doubled(list(front.headline), ("headline",))
    yield from _ends_after_start(front.key_questions, "key_questions")


def _ends_after_start(items: Iterable[Scale | KeyQuestion], block: str) -> Iterator[Fault]:
    for index, item in enumerate(items):
        yield from not_before((block, index, "to"), "the end", item.to, "the start", item.from_)


def feed_holds_items(front: SiteFront, _: Tree) -> Iterator[Fault]:
    """`feed.items` is 1 or more."""
    if front.feed.items < 1:
        yield Fault(("feed", "items"), "a feed holds at least one item", "write 50")


def kinds_differ(front: SiteFront, _: Tree) -> Iterator[Fault]:
    """Each kind of organisation occurs once."""
    yield from _doubled([kind.id for kind in front.organisations.kinds], ("organisations", "kinds"))


_RULES: dict[type, tuple[Callable[[Any, Tree], Iterator[Fault]], ...]] = {
    BriefingFront: (
        sources_exist, withdrawal_is_explained, counts_add_up, least_has_count, actions_differ,
        rating_is_named, covered_is_named, rated_once, statement_says_something,
        not_asked_is_explained, reply_agrees, refusal_has_reason, active_has_no_end,
        trust_alone_ends_nothing, changes_in_order, changes_since_publication, dates_in_order,
        direction_agrees, previous_is_earlier, not_about_itself,
    ),
    TrustFront: (trust_holds_together,),
    RegulatorFront: (regulator_words_differ, scales_hold_together, headline_is_known),
    RequirementFront: (looks_and_questions,),
    SiteFront: (feed_holds_items, kinds_differ),
    PageFront: (changes_in_order,),
}  # fmt: skip
