"""Rules that the file of a briefing can break; the docstring of each function is the rule.

A rule is called with the value that was read and the tree of the file (misspelt keys corrected),
and yields faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import BriefingFront, Covered, Figure, Rating
from briefings.content.schema.entities import PageFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.types import Revision
from briefings.content.schema.validation import Fault
from briefings.content.similarity import same, suggestion

#: The blocks of a briefing whose items cite sources.
CITING = (
    "ratings", "breaches", "enforcement", "requirements", "concerns", "strengths", "figures",
    "statements", "timeline", "discrepancies",
)  # fmt: skip
#: Values of `status` that exclude a `withdrawn` block; None if the key is absent. Any other value
#: is a fault already.
_STATUSES = frozenset({None, "draft", "published"})
_TWO_DATES = "mend one of the two dates"


def sources_exist(front: BriefingFront, tree: dict[str, Any]) -> Iterator[Fault]:
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


def source_keys(tree: dict[str, Any]) -> list[str]:
    """Return the keys of the sources; none if no source is a group of keys."""
    sources = tree.get("sources")
    readable = isinstance(sources, dict) and any(
        isinstance(entry, dict) for entry in sources.values()
    )
    return list(sources or ()) if readable else []


def unknown_sources(item: Any, keys: list[str], loc: Loc) -> Iterator[Fault]:
    """Each of the `sources` of the item at `loc`, if it is there, is one of `keys`."""
    for index, key in enumerate(item.sources if item is not None else ()):
        if key not in keys:
            listed = f"the sources of this file are: {', '.join(keys) or 'none yet'}"
            hint = suggestion(key, keys, listed)
            yield Fault((*loc, "sources", index), f"no source has the key `{key}`", hint)


def withdrawal_is_explained(front: BriefingFront, tree: dict[str, Any]) -> Iterator[Fault]:
    """`status: withdrawn` requires the block `withdrawn: {date, reason}`, and vice versa."""
    if front.status == "withdrawn" and "withdrawn" not in tree:
        hint = 'add `withdrawn: {date: 2026-01-15, reason: "why, for the public"}`, with your date'
        yield Fault(("status",), "a withdrawn briefing says when and why", hint)
    if front.status != "withdrawn" and front.withdrawn and tree.get("status") in _STATUSES:
        hint = "write `status: withdrawn`, or remove this block"
        message = "this block stands only with `status: withdrawn`"
        yield Fault(("withdrawn",), message, hint, at_key=True)


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
    covers = front.inspection.covers
    for index, covered in enumerate(covers):
        yield from _is_named(covered, ("inspection", "covers", index), "an inspection of")
    for index, first in repeated(map(covered_thing, covers)):
        message = f"this is listed twice, first as number {first + 1} of this list"
        yield Fault(("inspection", "covers", index), message, "keep one of them")


def _is_named(thing: Rating | Covered, loc: Loc, beginning: str) -> Iterator[Fault]:
    """A service or location has a `name`; the trust has neither `name` nor `site`.

    `beginning` is the beginning of the message, such as `a rating of`.
    """
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
    """Return scope, name and site, normalised by `same`: equal if a reader sees no difference."""
    return (thing.scope, same(thing.name or ""), same(thing.site or ""))


def rated_once(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A briefing gives each thing at most one rating for each key question and `scale`.

    Carried-over ratings count too.
    """
    for index, first in repeated((*rated_thing(rating), rating.scale) for rating in front.ratings):
        message = f"this is rated twice here, first by rating {first + 1} of this list"
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


def statement_says_something(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A statement has either `gist` or `quote`, not both."""
    for index, item in enumerate(front.statements):
        if (item.gist is None) == (item.quote is None):
            has = "neither `gist` nor `quote`" if item.gist is None else "both `gist` and `quote`"
            hint = "give one: our summary, or the words said"
            yield Fault(("statements", index), f"a statement has {has}", hint)


def not_asked_is_explained(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A reply with `status: not-asked` has a `reason`."""
    if front.reply and front.reply.status == "not-asked" and front.reply.reason is None:
        message = "a reply that was not asked for needs a `reason`"
        yield Fault(("reply", "status"), message, "add `reason:` with why the trust was not asked")


def refusal_has_reason(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """A `refused` event has a `note` with the reason that the trust gave."""
    for index, event in enumerate(front.requirements):
        if event.event == "refused" and event.note is None:
            hint = "add `note:` with the reason that the trust gave"
            yield Fault(("requirements", index, "event"), "a refusal needs its reason", hint)


def trust_alone_ends_nothing(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`partly-met`, `met` and `lifted` cite a source that is not only the trust's own word."""
    for index, event in enumerate(front.requirements):
        types = {front.sources[key].type for key in event.sources if key in front.sources}
        if (
            all(key in front.sources for key in event.sources)
            and event.event in {"partly-met", "met", "lifted"}
            and types == {"provider-response"}
        ):
            message = f"only the trust says so, and its word makes nothing `{event.event}`"
            hint = "write `event: said-done`, or cite the regulator's own source as well"
            yield Fault(("requirements", index, "event"), message, hint)


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


def not_before(
    loc: Loc, noun: str, date: PartialDate | None, other: str, than: PartialDate | None
) -> Iterator[Fault]:
    """`date` is not certainly before `than`; `loc` is its path, and either may be absent."""
    if date is not None and than is not None and date.certainly_before(than):
        message = f"{noun} ({date.show()}) is before {other} ({than.show()})"
        yield Fault(loc, message, _TWO_DATES)


def direction_agrees(front: BriefingFront, _: dict[str, Any]) -> Iterator[Fault]:
    """`direction` of a figure agrees with its `previous` value, unless `qualifier` is inexact."""
    for index, figure in enumerate(front.figures):
        true = _direction(figure)
        if figure.direction and true and figure.direction != true:
            message = f"`direction` says {figure.direction}, and the numbers say {true}"
            hint = f"write {true}, or mend the numbers"
            yield Fault(("figures", index, "direction"), message, hint)


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
