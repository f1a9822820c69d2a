"""Rules that one file can break by itself: each function's docstring is the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from briefings.content.dates import PartialDate
from briefings.content.same_text import same
from briefings.content.schema.briefing import BriefingFront, Covered, Figure, Rating, Revision
from briefings.content.schema.entities import PageFront, TrustFront
from briefings.content.schema.regulator import RegulatorFront
from briefings.content.schema.schema import Loc
from briefings.content.schema.site_config import SiteFront
from briefings.content.schema.types import first_doubled
from briefings.content.schema.validation import Fault
from briefings.content.similarity import did_you_mean

#: The blocks of a briefing whose items cite sources.
CITING = (
    "ratings", "breaches", "enforcement", "requirements", "concerns", "strengths", "figures",
    "statements", "timeline", "discrepancies",
)  # fmt: skip


def faults_in(value: Any, tree: dict[str, Any]) -> Iterator[Fault]:
    """Every fault that the rules for this kind of file find."""
    for rule in _RULES.get(type(value), ()):
        yield from rule(value, tree)


def unknown_source(cited: Iterable[str], known: Iterable[str], loc: Loc) -> Iterator[Fault]:
    """Every key under `sources` of an item is one of the file's own sources."""
    options = list(known)
    for index, key in enumerate(cited):
        if key not in options:
            near = did_you_mean(key, options)
            listed = ", ".join(options) or "none yet"
            hint = f"did you mean `{near}`?" if near else f"the sources of this file are: {listed}"
            yield Fault((*loc, "sources", index), f"no source has the key `{key}`", hint)


def _source_keys(tree: dict[str, Any]) -> list[str]:
    sources = tree.get("sources")
    if not isinstance(sources, dict) or not any(isinstance(one, dict) for one in sources.values()):
        return []
    return list(sources)


def sources_exist(front: BriefingFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """Every item names at least one source, and only sources that exist."""
    keys = _source_keys(tree)
    if not keys:
        return  # that there are none is one fault, and not one for each that cites
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
    """`status: withdrawn` goes with `withdrawn: {date, reason}`, and neither stands alone."""
    if front.status == "withdrawn" and "withdrawn" not in tree:
        hint = 'add `withdrawn: {date: 2026-01-15, reason: "why, for the public"}`, with your date'
        yield Fault(("status",), "a withdrawn briefing says when and why", hint)
    if front.status != "withdrawn" and front.withdrawn and tree.get("status") in _STATUSES:
        hint = "write `status: withdrawn`, or remove this block"
        message = "this block stands only with `status: withdrawn`"
        yield Fault(("withdrawn",), message, hint, at_key=True)


#: What `status` may be where a block `withdrawn` makes no sense; None where it is not given.
_STATUSES = frozenset({None, "draft", "published"})


def counts_add_up(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """The service counts add up to their total, or a note says why not."""
    counts = front.service_counts
    if counts is None or counts.note is not None:
        return
    total = sum(counts.counts.values())
    if total != counts.total:
        message = f"the counts add up to {total}, and `total` says {counts.total}"
        hint = "mend the numbers, or add a `note` that says why they differ"
        yield Fault(("service_counts", "total"), message, hint)


def least_has_count(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`at_least` says something of a count."""
    for index, action in enumerate(front.enforcement):
        if action.at_least and action.count is None:
            message = "`at_least` says that `count` is the least it can be, and there is no count"
            hint = "add `count: 2`, with your number, or remove this"
            yield Fault(("enforcement", index, "at_least"), message, hint)


def rating_is_named(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A rating of a service or location names it; a rating of the trust has no name or site."""
    for index, rating in enumerate(front.ratings):
        loc: Loc = ("ratings", index)
        yield from _is_named(rating, loc, "a rating of")
        if rating.previous is not None and rating.change == "first":
            hint = "remove `previous`, or write what changed"
            yield Fault((*loc, "change"), "a first rating has none before it", hint)


def covered_is_named(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """What an inspection covered is named as a rating's thing is, and listed once."""
    seen: dict[tuple[str, str, str], int] = {}
    for index, one in enumerate(front.inspection.covers):
        loc: Loc = ("inspection", "covers", index)
        yield from _is_named(one, loc, "an inspection of")
        first = seen.setdefault(covered_thing(one), index)
        if first != index:
            message = f"this is listed twice, first as number {first + 1} of this list"
            yield Fault(loc, message, "keep one of them")


def _is_named(one: Rating | Covered, loc: Loc, what: str) -> Iterator[Fault]:
    """A service or location has a name; the trust has neither name nor site. `what` begins the
    message: `a rating of`."""
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
    """Scope, name and site, as far as a reader can tell them apart."""
    return (one.scope, same(one.name or ""), same(one.site or ""))


def rated_once(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """One briefing gives one thing one rating for a key question (carried-over ones aside)."""
    seen: dict[tuple[object, ...], int] = {}
    for index, rating in enumerate(front.ratings):
        key = (*rated_thing(rating), rating.scale)
        first = seen.setdefault(key, index)
        if first != index:
            message = f"this is rated twice here, first by rating {first + 1} of this list"
            yield Fault(("ratings", index), message, "keep one of them")


def rated_thing(rating: Rating) -> tuple[str, str, str, str]:
    """What a rating is of: scope, name, site and key question, case and spaces aside."""
    return (*covered_thing(rating), rating.key_question)


def statement_says_something(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A statement holds its gist or its words, one of the two."""
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
    """`status: not-asked` of a reply needs a `reason`."""
    if front.reply and front.reply.status == "not-asked" and front.reply.reason is None:
        message = "a reply that was not asked for needs a `reason`"
        yield Fault(("reply", "status"), message, "add `reason:` with why the trust was not asked")


def changes_in_order(front: BriefingFront | PageFront, _: dict[str, Any]) -> Iterator[Fault]:
    """Changes stand oldest first, as they are only ever appended."""
    changes: tuple[Revision, ...] = front.changes
    for index in range(1, len(changes)):
        if _is_before(changes[index], changes[index - 1]):
            hint = "put it at the end, or mend the date"
            yield Fault(("changes", index), "this change is older than the one above it", hint)


def _is_before(change: Revision, other: Revision) -> bool:
    """By the instant where both have one, else by the day as written, whatever the site's zone."""
    if change.date.instant and other.date.instant:
        return change.date.instant < other.date.instant
    return change.date.written[:10] < other.date.written[:10]


def dates_in_order(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """Nothing is certainly before what it follows: report, deadlines, endings.

    An interval of visits is a duration, and so its last day counts.
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
    """A figure's direction agrees with the figure before, where both are exact."""
    for index, figure in enumerate(front.figures):
        true = _direction(figure)
        if figure.direction and true and figure.direction != true:
            message = f"`direction` says {figure.direction}, and the numbers say {true}"
            yield Fault(
                ("figures", index, "direction"), message, f"write {true}, or mend the numbers"
            )


def _direction(figure: Figure) -> str | None:
    if figure.previous is None or figure.qualifier not in {None, "exactly"}:
        return None
    difference = figure.value - figure.previous.value
    return "same" if difference == 0 else "up" if difference > 0 else "down"


def not_about_itself(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`also_about` names other trusts."""
    for index, id in enumerate(front.also_about):
        if id == front.trust:
            message = f"`{id}` is the trust of this briefing already"
            yield Fault(("also_about", index), message, "name only other trusts here")


def trust_holds_together(front: TrustFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """A trust's dates are in order, its predecessors are named, its numbers have sources."""
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
    """Within a regulator's file each id, service name and regulation number stands once."""
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
    """Scales compare only with scales that exist; a grade is not also a word outside the scale."""
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
    """A feed holds at least one item."""
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
