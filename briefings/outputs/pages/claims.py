"""The claims of a briefing as its page shows them, by kind: ratings, figures, orders and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from briefings import anchors
from briefings.content.dates.values import Moment
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
from briefings.domain import words
from briefings.domain.ledger.history import History
from briefings.domain.ratings.covering import value_of
from briefings.domain.ratings.scales import key_question_label, values_before
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages.actions import (
    DeadlineView,
    action_side,
    date_label,
    regulation_links,
)
from briefings.outputs.pages.components import Cites, GradeLabel, label_of, shown
from briefings.outputs.pages.drawing import Drawing
from briefings.outputs.pages.ledger_rows import life
from briefings.outputs.pages.sources import Row
from briefings.urls import LinkTo

#: Returns the citation of source keys.
Cite = Callable[[Sequence[str]], Cites]


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


def _rating_row(
    site: Site,
    row: Row[Rating],
    regulator: RegulatorFront,
    briefing: Briefing,
    given_to: str,
    cite: Cite,
) -> RatingRow:
    """Return a rating. `given_to`: the trust that an inherited one was given to, or empty."""
    rating, previous = row.item, row.item.previous
    value = value_of(regulator, rating, briefing)
    before = values_before(regulator, rating, value)
    keys = previous.sources if previous else ()
    method = previous.method if previous else None
    return RatingRow(
        row=row,
        question=key_question_label(regulator, rating.key_question),
        grade=shown(value),
        change=words.CHANGES[rating.change] if rating.change else "",
        direction=rating.change if rating.change in {"up", "down"} else "",
        before=shown(before[0]) if before else None,
        before_cites=cite([] if set(keys) <= set(rating.sources) else keys),
        method_before=label_of(regulator.methods, method) if method is not None else "",
        marks=list(_marks(site, rating, regulator, given_to)),
    )


def _marks(site: Site, rating: Rating, regulator: RegulatorFront, given_to: str) -> Iterator[str]:
    if rating.carried_over:
        yield "Carried over from an earlier inspection"
    if given_to:
        yield f"Given to {given_to}"
    if rating.replaces == REPLACES_ALL:
        scope = words.say(site.config, "trust") if rating.scope == "trust" else rating.scope
        yield f"Replaces earlier {scope} ratings"
    elif rating.replaces:
        names = (key_question_label(regulator, id) for id in rating.replaces)
        yield f"Replaces the ratings for {words.listed(names).lower()}"


class RatedThing(NamedTuple):
    """A rated service, location or trust, and its ratings."""

    name: str
    ratings: list[RatingRow]


def rated_things(
    site: Site,
    ratings: Iterable[Row[Rating]],
    regulator: RegulatorFront,
    briefing: Briefing,
    trust: str,
    inherited: Mapping[str, str],
    cite: Cite,
) -> list[RatedThing]:
    """Group ratings by what they rate, in order of first appearance in the file.

    `inherited`: id → name of the trusts that inherited ratings were given to.
    """
    things: dict[str, RatedThing] = {}
    for row in ratings:
        rating = row.item
        name = ", ".join(filter(None, (rating.name, rating.site))) or f"{trust} as a whole"
        from_trust = rating.inherited_from or ""
        given_to = inherited.get(from_trust, from_trust)
        thing = things.setdefault(name, RatedThing(name, []))
        thing.ratings.append(_rating_row(site, row, regulator, briefing, given_to, cite))
    return list(things.values())


class FindingRow(NamedTuple):
    """A concern or strength.

    `topic`: the name of its topic. `url`: the topic's page, or empty if the name is not to be
    linked.
    """

    row: Row[Finding]
    topic: str
    url: str


class FigureRow(NamedTuple):
    """One figure in words.

    `value`: `£46.8 million (forecast)`, `more than 11,000 staff`. `movement`: the change: `up from
    58% in 2023`, `up on the year before`; empty if not given.
    """

    row: Row[Figure]
    value: str
    movement: str


def figure_row(row: Row[Figure]) -> FigureRow:
    """Return a figure in words."""
    figure = row.item
    value = words.quantity(figure.value, figure.unit, figure.qualifier)
    return FigureRow(row, value, _movement(figure))


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


class BreachRow(NamedTuple):
    """One breach. `regulations`: the link to the regulation in breach, if one is named.

    `where`: service and site, as far as given.
    """

    row: Row[Breach]
    regulations: list[LinkTo]
    where: str


def breach_row(row: Row[Breach], regulator: RegulatorFront, id: str) -> BreachRow:
    """Return a breach of a regulation of the regulator with this id."""
    breach = row.item
    numbers = [breach.regulation] if breach.regulation else []
    where = ", ".join(filter(None, (breach.service, breach.site)))
    return BreachRow(row, regulation_links(regulator, id, numbers), where)


class ActionRow(NamedTuple):
    """One enforcement action, with its regulations and deadlines.

    `kind`: `Section 29A warning notice`; `meaning`: an explanation of it in plain English, or
    empty. `date_label`: what the date means: `Served`, `Asked for`, `Date`. `notices`: `2 notices`,
    `at least 2 notices`; empty for a single one. `status`: as last recorded in this briefing, or
    empty. `where`: service and site, as far as given. `side`: `Before the inspection` or `After the
    report`; empty if neither is certain.
    """

    row: Row[Enforcement]
    kind: str
    meaning: str
    date_label: str
    notices: str
    regulations: list[LinkTo]
    deadlines: Sequence[DeadlineView]
    status: str
    where: str
    side: str


def action_row(
    row: Row[Enforcement],
    front: BriefingFront,
    regulator: RegulatorFront,
    deadlines: Sequence[DeadlineView],
) -> ActionRow:
    """Return an enforcement action that a briefing records."""
    action = row.item
    kind = label_of(regulator.enforcement_kinds, action.kind)
    known = next((entry for entry in regulator.enforcement_kinds if entry.id == action.kind), None)
    return ActionRow(
        row=row,
        kind=kind,
        meaning=(known.meaning if known else None) or "",
        date_label=date_label(regulator, action.kind) or "Date",
        notices=words.notices(action.count, at_least=action.at_least),
        regulations=regulation_links(regulator, front.regulator, action.regulations),
        deadlines=deadlines,
        status=words.ENFORCEMENT_STATUSES[action.status] if action.status else "",
        where=", ".join(filter(None, (action.service, action.site))),
        side=action_side(action, front.inspection),
    )


class OrderEvent(NamedTuple):
    """One event of a requirement that the briefing records. `said`: `Told in September 2025.`"""

    row: Row[Event]
    said: str


class OrderRow(NamedTuple):
    """One requirement as a briefing records it: its events there and its whole history.

    `passed`: numbers of events past a deadline, with no record that it was met. `is_told` and
    `is_told_again`: see `InBriefing`. `again`: `Told again. First told in March 2022.`, or empty.
    `course`: all events of the history in one sentence; empty if the briefing records all of them.
    `life`: the drawing of a requirement that was told again, or None.
    """

    history: History
    events: list[OrderEvent]
    passed: frozenset[int]
    is_told: bool
    is_told_again: bool
    again: str
    course: str
    life: Drawing | None


def orders(
    site: Site,
    briefing: str,
    events: Iterable[Row[Event]],
    histories: Mapping[str, History],
    passed: frozenset[int],
) -> list[OrderRow]:
    """Group the events of a briefing by requirement: those told again first, then in file order."""
    grouped: dict[str, list[OrderEvent]] = {}
    for row in events:
        said = f"{words.say(site.config, words.event_on(row.item.event, row.item.date))}."
        grouped.setdefault(row.item.id, []).append(OrderEvent(row, said))
    order_rows = [_order(briefing, histories[id], rows, passed) for id, rows in grouped.items()]
    return sorted(order_rows, key=lambda order: not order.is_told_again)


def _order(
    briefing: str, history: History, events: list[OrderEvent], passed: frozenset[int]
) -> OrderRow:
    is_told, is_told_again, before = history.in_briefing(briefing)
    again = ""
    if is_told_again:
        first = f" First told {words.when(before.date)}." if before and before.date.known else ""
        again = f"Told again.{first}"
    course = _course(history, len(events))
    drawing = life(history) if history.told_again else None
    return OrderRow(history, events, passed, is_told, is_told_again, again, course, drawing)


def _course(history: History, own: int) -> str:
    """Return the events of a history as a sentence, if there are more than a briefing's own."""
    if len(history.entries) <= own:
        return ""
    steps = (words.lower(entry.dated) for entry in history.entries)
    return f"{words.capital(words.listed(dict.fromkeys(steps)))}."


class Speaker(NamedTuple):
    """The statements of one person.

    `speaks_for`: on whose behalf, in words. `is_summary`: all are summaries, none is a quotation.
    """

    who: str
    role: str
    speaks_for: str
    statements: list[Row[Statement]]

    @property
    def is_summary(self) -> bool:
        return not any(row.item.quote for row in self.statements)


def speakers(site: Site, statements: Iterable[Row[Statement]]) -> list[Speaker]:
    """Group statements by person and role, in order of first appearance in the file."""
    by_person: dict[tuple[str, str], Speaker] = {}
    for row in statements:
        statement = row.item
        whom = words.say(site.config, words.SPEAKS_FOR[statement.speaks_for])
        speaker = by_person.setdefault(
            (statement.who, statement.role), Speaker(statement.who, statement.role, whom, [])
        )
        speaker.statements.append(row)
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


class ChangeRow(NamedTuple):
    """One entry of the page's change log."""

    anchor: str
    kind: str
    date: Moment
    text: str


def change_rows(briefing: Briefing) -> list[ChangeRow]:
    """Return the changes made so far, `minor` ones included, oldest first, as in the file."""
    return [
        ChangeRow(
            anchors.claim("change", n, ()), words.REVISIONS[change.kind], change.date, change.text
        )
        for n, change in enumerate(briefing.changes)
    ]
