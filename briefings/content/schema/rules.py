"""Rules that a single file can break; the docstring of each function is the rule.

A rule is called with the value that was read and the tree of the file (misspelt keys corrected),
and yields faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from briefings.content.dates import PartialDate
from briefings.content.same_text import same
from briefings.content.schema.briefing import BriefingFront, Covered, Figure, Rating, Revision
from briefings.content.schema.entities import PageFront, RegulatorFront, SiteFront, TrustFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.types import first_doubled
from briefings.content.schema.validation import Fault
from briefings.content.similarity import did_you_mean

#: The blocks of a briefing whose items cite sources.
CITING = (
    "ratings", "breaches", "enforcement", "requirements", "concerns", "strengths", "figures",
    "statements", "timeline", "discrepancies",
)  # fmt: skip


def faults_in(value: Any, tree: dict[str, Any]) -> Iterator[Fault]:
    """Yield the faults found by the rules for the type of `value`."""
    for rule in _RULES.get(type(value), ()):
        yield from rule(value, tree)


def unknown_source(cited: Iterable[str], known: Iterable[str], loc: Loc) -> Iterator[Fault]:
    """Each key in `cited`, the `sources` of the item at `loc`, is a source of the file."""
    options = list(known)
    for index, key in enumerate(cited):
        if key not in options:
            near = did_you_mean(key, options)
            listed = ", ".join(options) or "none yet"
            hint = f"did you mean `{near}`?" if near else f"the sources of this file are: {listed}"
            yield Fault((*loc, "sources", index), f"no source has the key `{key}`", hint)


def _source_keys(tree: dict[str, Any]) -> list[str]:
    # Empty if the block is missing or none of its values is a group of keys.
    sources = tree.get("sources")
    if not isinstance(sources, dict) or not any(isinstance(one, dict) for one in sources.values()):
        return []
    return list(sources)


def sources_exist(front: BriefingFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """Each source key that an item cites exists.

    That an item cites at least one source is part of the schema (`Cited`).
    """
    keys = _source_keys(tree)
    if not keys:
        return  # missing sources are one fault, not one for each item that cites
    for block in CITING:
        for index, item in enumerate(getattr(front, block)):
            yield from unknown_source(item.sources, keys, (block, index))
    for name in ("inspection", "service_counts", "reply"):
        item = getattr(front, name)
        if item is not None:
            yield from unknown_source(item.sources, keys, (name,))
    for index, rating in enumerate(front.ratings):
        if rating.previous is not None:
            yield from unknown_source(rating.previous.sources, keys, ("ratings", index, "previous"))


def withdrawal_is_explained(front: BriefingFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """`status: withdrawn` requires the block `withdrawn: {date, reason}`, and vice versa."""
    if front.status == "withdrawn" and "withdrawn" not in tree:
        hint = 'add `withdrawn: {date: 2026-01-15, reason: "why, for the public"}`, with your date'
        yield Fault(("status",), "a withdrawn briefing says when and why", hint)
    if front.status != "withdrawn" and front.withdrawn and tree.get("status") in _STATUSES:
        hint = "write `status: withdrawn`, or remove this block"
        message = "this block stands only with `status: withdrawn`"
        yield Fault(("withdrawn",), message, hint, at_key=True)


#: Values of `status` that exclude a `withdrawn` block; None if the key is absent. Any other value
#: is a fault already.
_STATUSES = frozenset({None, "draft", "published"})


def counts_add_up(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """The service counts add up to `total`, unless a `note` says why not."""
    counts = front.service_counts
    if counts is None or counts.note is not None:
        return
    total = sum(counts.counts.values())
    if total != counts.total:
        message = f"the counts add up to {total}, and `total` says {counts.total}"
        hint = "mend the numbers, or add a `note` that says why they differ"
        yield Fault(("service_counts", "total"), message, hint)


def least_has_count(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`at_least` requires a `count`."""
    for index, action in enumerate(front.enforcement):
        if action.at_least and action.count is None:
            message = "`at_least` says that `count` is the least it can be, and there is no count"
            hint = "add `count: 2`, with your number, or remove this"
            yield Fault(("enforcement", index, "at_least"), message, hint)


def rating_is_named(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A rating of a service or location has a `name`; one of the trust has no `name` or `site`.

    A rating with `change: first` has no `previous`.
    """
    for index, rating in enumerate(front.ratings):
        loc: Loc = ("ratings", index)
        yield from _is_named(rating, loc, "a rating of")
        if rating.previous is not None and rating.change == "first":
            hint = "remove `previous`, or write what changed"
            yield Fault((*loc, "change"), "a first rating has none before it", hint)


def covered_is_named(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """Each item of `covers` is named by the rule for ratings, and is listed once."""
    seen: dict[tuple[str, str, str], int] = {}
    for index, one in enumerate(front.inspection.covers):
        loc: Loc = ("inspection", "covers", index)
        yield from _is_named(one, loc, "an inspection of")
        first = seen.setdefault(covered_thing(one), index)
        if first != index:
            message = f"this is listed twice, first as number {first + 1} of this list"
            yield Fault(loc, message, "keep one of them")


def _is_named(one: Rating | Covered, loc: Loc, what: str) -> Iterator[Fault]:
    """A service or location has a `name`; the trust has neither `name` nor `site`.

    `what` is the beginning of the message, such as `a rating of`.
    """
    if one.scope != "trust" and one.name is None:
        hint = f"add `name:` with the {one.scope}'s name"
        yield Fault(loc, f"{what} a {one.scope} names it", hint)
    if one.scope == "trust" and one.name is not None:
        hint = "remove the name, or write `scope: service` or `scope: location`"
        yield Fault((*loc, "name"), f"{what} the trust has no name of its own", hint)
    if one.scope == "trust" and one.site is not None:
        hint = "write `scope: location` with the place as its `name`"
        yield Fault((*loc, "site"), f"{what} the trust has no site", hint)


def covered_thing(one: Covered | Rating) -> tuple[str, str, str]:
    """Return scope, name and site, normalised by `same`: equal if a reader sees no difference."""
    return (one.scope, same(one.name or ""), same(one.site or ""))


def rated_once(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A briefing gives each thing at most one rating for each key question and `scale`.

    Carried-over ratings count too.
    """
    seen: dict[tuple[object, ...], int] = {}
    for index, rating in enumerate(front.ratings):
        key = (*rated_thing(rating), rating.scale)
        first = seen.setdefault(key, index)
        if first != index:
            message = f"this is rated twice here, first by rating {first + 1} of this list"
            yield Fault(("ratings", index), message, "keep one of them")


def rated_thing(rating: Rating) -> tuple[str, str, str, str]:
    """Return `covered_thing(rating)` and the key question: what the rating is of."""
    return (*covered_thing(rating), rating.key_question)


def statement_says_something(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A statement has either `gist` or `quote`, not both."""
    for index, item in enumerate(front.statements):
        if (item.gist is None) == (item.quote is None):
            both = item.gist is not None
            message = (
                "a statement has both `gist` and `quote`"
                if both
                else ("a statement has neither `gist` nor `quote`")
            )
            yield Fault(("statements", index), message, "give one: our summary, or the words said")


def not_asked_is_explained(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A reply with `status: not-asked` has a `reason`."""
    if front.reply and front.reply.status == "not-asked" and front.reply.reason is None:
        message = "a reply that was not asked for needs a `reason`"
        yield Fault(("reply", "status"), message, "add `reason:` with why the trust was not asked")


def changes_in_order(front: BriefingFront | PageFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`changes` are in order, oldest first, as they are only ever appended."""
    changes: tuple[Revision, ...] = front.changes
    for index in range(1, len(changes)):
        if _is_before(changes[index], changes[index - 1]):
            hint = "put it at the end, or mend the date"
            yield Fault(("changes", index), "this change is older than the one above it", hint)


def _is_before(change: Revision, other: Revision) -> bool:
    """Return whether `change` is older than `other`.

    Compares instants if both have one, else the days as written, as the site's time zone is not
    known here.
    """
    if change.date.instant and other.date.instant:
        return change.date.instant < other.date.instant
    return change.date.written[:10] < other.date.written[:10]


def dates_in_order(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """No report, deadline or end is certainly before what it must follow.

    An interval of a visit is a duration, so its end is compared with the report.
    """
    report = front.inspection.report_published
    for index, visit in enumerate(front.inspection.inspected):
        if visit.date.last.certainly_after(report):
            loc: Loc = ("inspection", "inspected", index, "date")
            yield _out_of_order(loc, "the inspection", visit.date, "the report", report)
    for index, action in enumerate(front.enforcement):
        for n, deadline in enumerate(action.deadlines):
            if deadline.date.certainly_before(action.served):
                loc = ("enforcement", index, "deadlines", n, "date")
                yield _before(loc, "the deadline", deadline.date, "the notice", action.served)
        if action.ended is not None and action.ended.certainly_before(action.served):
            loc = ("enforcement", index, "ended")
            yield _before(loc, "the end", action.ended, "the notice", action.served)
    for index, event in enumerate(front.requirements):
        if event.deadline is not None and event.deadline.certainly_before(event.date):
            loc = ("requirements", index, "deadline")
            yield _before(loc, "the deadline", event.deadline, "its order", event.date)


def _before(loc: Loc, what: str, date: PartialDate, other: str, than: PartialDate) -> Fault:
    message = f"{what} ({date.show()}) is before {other} ({than.show()})"
    return Fault(loc, message, "mend one of the two dates")


def _out_of_order(loc: Loc, what: str, date: PartialDate, other: str, than: PartialDate) -> Fault:
    message = f"{what} ({date.show()}) is after {other} ({than.show()})"
    return Fault(loc, message, "mend one of the two dates")


def direction_agrees(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`direction` of a figure agrees with its `previous` value, unless `qualifier` is inexact."""
    for index, figure in enumerate(front.figures):
        true = _direction(figure)
        if figure.direction and true and figure.direction != true:
            message = f"`direction` says {figure.direction}, and the numbers say {true}"
            yield Fault(
                ("figures", index, "direction"), message, f"write {true}, or mend the numbers"
            )


def _direction(figure: Figure) -> str | None:
    # None if it is not certain.
    if figure.previous is None or figure.qualifier not in {None, "exactly"}:
        return None
    difference = figure.value - figure.previous.value
    return "same" if difference == 0 else "up" if difference > 0 else "down"


def not_about_itself(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`also_about` does not name the briefing's own trust."""
    for index, id in enumerate(front.also_about):
        if id == front.trust:
            message = f"`{id}` is the trust of this briefing already"
            yield Fault(("also_about", index), message, "name only other trusts here")


def trust_holds_together(front: TrustFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """A trust does not close before it opens, and the sources of its numbers exist.

    Each predecessor has either an `id` or a `name`, not both.
    """
    if front.closed and front.opened and front.closed.certainly_before(front.opened):
        yield _before(("closed",), "the end", front.closed, "the start", front.opened)
    for index, one in enumerate(front.predecessors):
        if (one.id is None) == (one.name is None):
            hint = "give its `id` if it has a page here, else its `name`"
            yield Fault(("predecessors", index), "name a predecessor once", hint)
    keys = _source_keys(tree)
    for name in ("staff", "locations", "population"):
        size = getattr(front, name)
        if size is not None:
            yield from unknown_source(size.sources, keys, (name,))


def regulator_words_differ(front: RegulatorFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """Each id, service name and regulation number occurs once in its list.

    The rules of `_scales_hold_together` are checked as well.
    """
    lists: dict[str, list[str]] = {
        "key_questions": [item.id for item in front.key_questions],
        "scales": [item.id for item in front.scales],
        "outside_scale": [item.id for item in front.outside_scale],
        "inspection_types": [item.id for item in front.inspection_types],
        "methods": [item.id for item in front.methods],
        "enforcement_kinds": [item.id for item in front.enforcement_kinds],
        "regulations": [item.number.lower() for item in front.regulations],
        "services": [same(item.label) for item in front.services],
    }
    for block, names in lists.items():
        yield from _doubled(names, (block,))
    for index, scale in enumerate(front.scales):
        loc: Loc = ("scales", index, "values")
        yield from _doubled([grade.id for grade in scale.values], loc)
    yield from _scales_hold_together(front, tree)


def _doubled(names: list[str], loc: Loc) -> Iterator[Fault]:
    name = first_doubled(names)
    if name is not None:
        index = len(names) - 1 - names[::-1].index(name)
        yield Fault((*loc, index), f"`{name}` stands twice in this list", "keep one of them")


def _scales_hold_together(front: RegulatorFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """`comparable_with` names scales of this file, and no scale ends before it begins.

    No grade is also a word of `outside_scale`. Unknown scales are reported only if every scale of
    the file could be read: otherwise the scale meant may be among the unreadable ones.
    """
    ids = [scale.id for scale in front.scales]
    all_read = len(ids) == len(tree.get("scales", ids))
    grades = {grade.id for scale in front.scales for grade in scale.values}
    for index, scale in enumerate(front.scales):
        for n, other in enumerate(scale.comparable_with):
            if other not in ids and all_read:
                near = did_you_mean(other, ids)
                hint = (
                    f"did you mean `{near}`?" if near else f"the scales here are: {', '.join(ids)}"
                )
                loc: Loc = ("scales", index, "comparable_with", n)
                yield Fault(loc, f"no scale has the id `{other}`", hint)
        if scale.from_ and scale.to and scale.to.certainly_before(scale.from_):
            loc = ("scales", index, "to")
            yield _before(loc, "the end", scale.to, "the start", scale.from_)
    for index, word in enumerate(front.outside_scale):
        if word.id in grades:
            message = f"`{word.id}` is a grade of a scale already"
            yield Fault(("outside_scale", index, "id"), message, "give one of the two another id")


def feed_holds_items(front: SiteFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`feed.items` is 1 or more."""
    if front.feed.items < 1:
        yield Fault(("feed", "items"), "a feed holds at least one item", "write 50")


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
        changes_in_order,
        dates_in_order,
        direction_agrees,
        not_about_itself,
    ),
    TrustFront: (trust_holds_together,),
    RegulatorFront: (regulator_words_differ,),
    SiteFront: (feed_holds_items,),
    PageFront: (changes_in_order,),
}
