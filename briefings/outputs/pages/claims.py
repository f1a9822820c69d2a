"""The claims of a briefing as its page shows them, by kind: ratings, figures, orders and so on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self

from briefings import anchors, urls
from briefings.content.schema.briefing import (
    REPLACES_ALL,
    Breach,
    BriefingFront,
    Enforcement,
    Event,
    Figure,
    Finding,
    Rating,
    Statement,
    TimelineEntry,
)
from briefings.content.schema.entities import RegulatorFront
from briefings.domain import sections, words
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, histories
from briefings.domain.ratings.covering import value_of
from briefings.domain.ratings.histories import given_to
from briefings.domain.ratings.scales import change_label, key_question_label, values_before
from briefings.domain.site import Briefing, Site, trust_name
from briefings.outputs.pages.actions import ActionView, actions_in, regulation_links
from briefings.outputs.pages.components import (
    Cites,
    GradeLabel,
    SourceLine,
    action_side,
    label_of,
    short_names,
    shown,
    source_line,
)
from briefings.outputs.pages.drawing import Drawing
from briefings.outputs.pages.pictures import life
from briefings.outputs.pages.sources import Claims, Kept, Row, claims
from briefings.urls import LinkTo


@dataclass(frozen=True, slots=True)
class PageData:
    """What the sections of a briefing's page are made from.

    `cite`: returns the citations of source keys. `kept`: section or item → the vacated anchors that
    now point to it. `claims`: block of the front matter → its items.
    """

    site: Site
    briefing: Briefing
    regulator: RegulatorFront
    cite: SourceLine
    kept: Kept
    claims: Mapping[str, Claims[Any]]

    @classmethod
    def of(cls, site: Site, briefing: Briefing, present: Collection[str]) -> Self:
        """Return the data of a page. `present`: its sections."""
        front = briefing.front
        regulator = site.regulators[front.regulator].front
        cite = source_line(front.sources, short_names(site, front.trust))
        kept = sections.vacated_by_target(front.vacated, present, "briefing")
        blocks = (block for block in anchors.CLAIMS if block != "changes")
        of_block = {
            block: claims(block, getattr(front, block), cite, front, kept) for block in blocks
        }
        return cls(site, briefing, regulator, cite, kept, of_block)

    @property
    def front(self) -> BriefingFront:
        return self.briefing.front

    def rows(self, block: str) -> list[Row[Any]]:
        """Return the items of a block of the front matter."""
        return self.claims[block].rows


class RatingRow(NamedTuple):
    """One rating: key question, grade, and the previous grade, if the briefing gives it.

    `change`: `Up`, `Unchanged` and so on; empty if none is stated. `direction`: the CSS class for
    its arrow: `up`, `down` or empty. `before_cites`: sources of the previous grade, if it cites any
    that the grade does not. `method_before`: the method under which that was given, or empty.
    `marks`: remarks: carried over, inherited, replacing other ratings.
    """

    row: Row[Rating]
    question: str
    grade: GradeLabel
    change: str
    direction: str
    before: GradeLabel | None
    before_cites: Cites
    method_before: str
    marks: list[str]


def rated_things(data: PageData) -> Mapping[str, list[RatingRow]]:
    """Return service, location or trust → its ratings, in order of first appearance in the file."""
    by_thing: dict[str, list[RatingRow]] = {}
    for row in data.rows("ratings"):
        name = ", ".join(filter(None, (row.item.name, row.item.site)))
        name = name or f"{trust_name(data.site, data.front.trust)} as a whole"
        by_thing.setdefault(name, []).append(_rating_row(data, row))
    return by_thing


def _rating_row(data: PageData, row: Row[Rating]) -> RatingRow:
    rating, previous, regulator = row.item, row.item.previous, data.regulator
    value = value_of(regulator, rating, data.briefing)
    before = values_before(regulator, rating, value)
    keys = previous.sources if previous else ()
    cites = data.cite(() if set(keys) <= set(rating.sources) else keys)
    method = previous.method if previous else None
    return RatingRow(
        row=row,
        question=key_question_label(regulator, rating.key_question),
        grade=shown(value),
        change=change_label(rating.change, value) if rating.change else "",
        direction=rating.change if rating.change in {"up", "down"} else "",
        before=shown(before[0]) if before else None,
        before_cites=data.claims["ratings"].shared.unsaid(cites),
        method_before=label_of(regulator.methods, method) if method is not None else "",
        marks=list(_marks(data, rating)),
    )


def _marks(data: PageData, rating: Rating) -> Iterator[str]:
    site = data.site
    if rating.carried_over:
        yield "Carried over from an earlier inspection"
    if rating.inherited_from:
        yield words.capital(given_to(site, rating))
    if rating.replaces == REPLACES_ALL:
        scope = words.say(site.config, "trust") if rating.scope == "trust" else rating.scope
        yield f"Replaces earlier {scope} ratings"
    elif rating.replaces:
        names = (key_question_label(data.regulator, id) for id in rating.replaces)
        yield f"Replaces the ratings for {words.listed(map(words.label_lower, names))}"


def findings(data: PageData) -> Iterator[list[tuple[Row[Finding], LinkTo]]]:
    """Yield the concerns and the strengths, each with its topic.

    Only the first finding on the page that names a topic links to the topic's page.
    """
    topics, linked = data.site.topics, {""}
    for block in ("concerns", "strengths"):
        rows = []
        for row in data.rows(block):
            topic = row.item.topic or ""
            name = topics[topic].front.name if topic else ""
            url = urls.url_of("topic", topic) if topic not in linked else ""
            linked.add(topic)
            rows.append((row, LinkTo(name, url)))
        yield rows


def figures(data: PageData) -> list[tuple[Row[Figure], str, str]]:
    """Return each figure with its value and its change in words.

    `£46.8 million (forecast)`, `more than 11,000 staff`; `up from 58% in 2023`, `up on the year
    before`, or empty.
    """
    return [
        (
            row,
            words.quantity(row.item.value, row.item.unit, row.item.qualifier),
            _movement(row.item),
        )
        for row in data.rows("figures")
    ]


def _movement(figure: Figure) -> str:
    if figure.previous is None:
        direction = words.DIRECTIONS[figure.direction] if figure.direction else ""
        yearly = figure.period is not None and figure.period.is_financial_year
        return direction.replace("the previous period", "the year before") if yearly else direction
    when = f" {figure.previous.period.in_sentence()}" if figure.previous.period else ""
    before = f"{words.amount(figure.previous.value, figure.unit)}{when}"
    if figure.direction == "same":
        return f"unchanged from {before}"
    return f"{figure.direction} from {before}" if figure.direction else f"previously {before}"


def breaches(data: PageData) -> list[tuple[Row[Breach], list[LinkTo]]]:
    """Return each breach with the link to the regulation in breach, if one is named."""
    regulator, id = data.regulator, data.front.regulator
    return [
        (row, regulation_links(regulator, id, filter(None, [row.item.regulation])))
        for row in data.rows("breaches")
    ]


def actions(data: PageData) -> list[tuple[Row[Enforcement], ActionView, str]]:
    """Return each enforcement action, and on which side of the inspection it was, or empty."""
    rows = zip(data.rows("enforcement"), actions_in(data.site, data.briefing), strict=True)
    return [(row, view, action_side(row.item, data.front.inspection)) for row, view in rows]


class OrderRow(NamedTuple):
    """One requirement as a briefing records it: its events there and its whole history.

    `events`: each with what it says: `Told in September 2025.` `passed`: numbers of events past a
    deadline, with no record that it was met. `is_told` and `is_told_again`: see `InBriefing`.
    `again`: `Told again. First told in March 2022.`, or empty. `course`: all events of the history
    in one sentence; empty if the briefing records all of them. `life`: the drawing of a requirement
    that was told again, or None. `moved`: number of an event → the current date of its deadline,
    where another briefing moved that.
    """

    history: History
    events: list[tuple[Row[Event], str]]
    passed: frozenset[int]
    is_told: bool
    is_told_again: bool
    again: str
    course: str
    life: Drawing | None
    moved: Mapping[int, str]


def orders(data: PageData) -> list[OrderRow]:
    """Group the events by requirement: those told again first, then in file order."""
    config, events = data.site.config, dict[str, list[tuple[Row[Event], str]]]()
    for row in data.rows("requirements"):
        event_words = f"{words.say(config, words.event_on(row.item.event, row.item.date))}."
        events.setdefault(row.item.id, []).append((row, event_words))
    rows = [_order(data, histories(data.site)[id], own) for id, own in events.items()]
    return sorted(rows, key=lambda order: not order.is_told_again)


def _order(data: PageData, history: History, events: list[tuple[Row[Event], str]]) -> OrderRow:
    is_told, is_told_again, before = history.in_briefing(data.briefing.id)
    passed = (entry for due in history.passed(data.site.clock) for entry in due.current)
    first = f" First told {words.when(before.date)}." if before and before.date.known else ""
    return OrderRow(
        history,
        events,
        frozenset(entry.number for entry in passed if entry.briefing.id == data.briefing.id),
        is_told,
        is_told_again,
        f"Told again.{first}" if is_told_again else "",
        _course(history, len(events)),
        life(history) if history.told_again else None,
        {
            entry.number: deadline.due.bare()
            for deadline in history.deadlines
            for entry in deadline.entries
            if entry.briefing.id == data.briefing.id != deadline.last_entry.briefing.id
            and entry not in deadline.current
        },
    )


def _course(history: History, own: int) -> str:
    """Return the events of a history as a sentence, if there are more than a briefing's own."""
    if len(history.entries) <= own:
        return ""
    steps = map(_step, history.entries)
    return f"{words.capital(words.listed(dict.fromkeys(steps)))}."


def _step(entry: Entry) -> str:
    """Return an event for a list of events: `told in 2022`, `said by the trust … to be done`."""
    if entry.kind != "said-done":
        return words.lower(entry.dated)
    said = f"said by the trust {words.when(entry.date)} to be done"
    return words.say(entry.briefing.site.config, said)


class Speaker(NamedTuple):
    """The statements of one person. `speaks_for`: on whose behalf, in words."""

    who: str
    role: str
    speaks_for: str
    statements: list[Row[Statement]]

    @property
    def is_summary(self) -> bool:
        """Whether all are summaries, and none is a quotation."""
        return not any(row.item.quote for row in self.statements)


def speakers(data: PageData) -> list[Speaker]:
    """Group statements by person and role, in order of first appearance in the file."""
    by_person: dict[tuple[str, str], Speaker] = {}
    for row in data.rows("statements"):
        who, role = row.item.who, row.item.role
        whom = words.say(data.site.config, words.SPEAKS_FOR[row.item.speaks_for])
        by_person.setdefault((who, role), Speaker(who, role, whom, [])).statements.append(row)
    return list(by_person.values())


def in_order(timeline: Iterable[Row[TimelineEntry]]) -> list[Row[TimelineEntry]]:
    """Sort a timeline by the earliest possible day of each date; items without a date come last.

    A year sorts before its months and a month before its days ("in 2022", "November 2022", "25
    November 2022"). A date with an open start sorts at its latest day. Ties keep file order.
    Anchors are numbered in file order, not in this one.
    """

    def key(row: Row[TimelineEntry]) -> tuple[bool, date, int]:
        when = row.item.date
        latest = when.latest or date.max
        return (not when.known, when.earliest or latest, -latest.toordinal())

    return sorted(timeline, key=key)
