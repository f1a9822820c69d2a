"""The claims of a briefing as its page shows them, each with its anchor and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from briefings import anchors, urls
from briefings.content.dates import Moment, PartialDate
from briefings.content.schema import (
    REPLACES_ALL,
    Breach,
    BriefingFront,
    Enforcement,
    Event,
    Figure,
    Finding,
    Inspection,
    Rating,
    RegulatorFront,
    Statement,
    TimelineEntry,
)
from briefings.domain import words
from briefings.domain.ledger import Entry, History
from briefings.domain.ratings import RatingValue, key_question_label, value_of
from briefings.domain.ratings.scales import values_before
from briefings.domain.site import Briefing
from briefings.outputs.pages.components import Cites, GradeLabel, SourceLine, label_of, shown
from briefings.outputs.pages.deadlines import DeadlineView
from briefings.outputs.pages.page import LinkTo
from briefings.outputs.pages.timeline_svg import TimelineSvg, timeline_svg

T = TypeVar("T")
#: Section or item → the vacated anchors that now point to it (see `sections.kept`).
Kept = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """One item of a front-matter list.

    `item`: as the editor wrote it. `number`: its number, from 1; vacated numbers are not reused.
    `kept`: vacated anchors that now point to this item.
    """

    item: T
    number: int
    anchor: str
    cites: Cites
    kept: Sequence[str] = ()


def rows(
    block: str, items: Iterable[T], cite: SourceLine, front: BriefingFront, kept: Kept
) -> list[Row[T]]:
    """Return the items of a front-matter list as rows, in file order."""
    word = anchors.CLAIMS[block]
    found = []
    for index, item in enumerate(items):
        number = anchors.number(word, index, front.vacated)
        anchor = f"{word}-{number}"
        cites = cite(getattr(item, "sources", ()))
        found.append(Row(item, number, anchor, cites, kept.get(anchor, ())))
    return found


@dataclass(frozen=True)
class RatingRow:
    """One rating: key question, grade, and the previous grade."""

    row: Row[Rating]
    regulator: RegulatorFront
    briefing: Briefing
    given_to: str  # name of the trust that an inherited rating was given to, or empty
    before_cites: Cites  # sources of the previous grade, if it cites any that the grade does not

    @property
    def question(self) -> str:
        """The label of the key question: `Safe`, `Overall`."""
        return key_question_label(self.regulator, self.row.item.key_question)

    @property
    def grade(self) -> GradeLabel:
        """The label of the grade."""
        return shown(self._value)

    @cached_property
    def _value(self) -> RatingValue:
        return value_of(self.regulator, self.row.item, self.briefing)

    @cached_property
    def before(self) -> GradeLabel | None:
        """The label of the previous grade, or None if the briefing does not give one."""
        before = values_before(self.regulator, self.row.item, self._value)
        return shown(before[0]) if before else None

    @property
    def change(self) -> str:
        """`Up`, `Unchanged` and so on; empty if the briefing states no change."""
        change = self.row.item.change
        return words.CHANGES[change] if change else ""

    @property
    def direction(self) -> str:
        """The CSS class for the arrow of a change: `up`, `down` or empty."""
        return {"up": "up", "down": "down"}.get(self.row.item.change or "", "")

    @property
    def method_before(self) -> str:
        """The method under which the previous grade was given, or empty if not stated."""
        previous = self.row.item.previous
        if previous is None or previous.method is None:
            return ""
        return label_of(self.regulator.methods, previous.method)

    @property
    def marks(self) -> list[str]:
        """Remarks on the rating: carried over, inherited, replacing other ratings."""
        rating = self.row.item
        found = ["Carried over from an earlier inspection"] if rating.carried_over else []
        if self.given_to:
            found.append(f"Given to {self.given_to}")
        if rating.replaces == REPLACES_ALL:
            found.append(f"Replaces earlier {rating.scope} ratings")
        elif rating.replaces:
            names = (key_question_label(self.regulator, id) for id in rating.replaces)
            found.append(f"Replaces the ratings for {words.listed(names).lower()}")
        return found


class RatedThing(NamedTuple):
    """A rated service, location or trust, and its ratings."""

    name: str
    ratings: list[RatingRow]


def rated_things(
    ratings: Iterable[Row[Rating]],
    regulator: RegulatorFront,
    one: Briefing,
    trust: str,
    inherited: Mapping[str, str],
    cite: SourceLine,
) -> list[RatedThing]:
    """Group ratings by what they rate, in order of first appearance in the file.

    `inherited`: id → name of the trusts that inherited ratings were given to.
    """
    things: dict[str, RatedThing] = {}
    for row in ratings:
        rating = row.item
        place = f"{rating.name}, {rating.site}" if rating.site else rating.name
        name = place or f"{trust} as a whole"
        thing = things.setdefault(name, RatedThing(name, []))
        keys = rating.previous.sources if rating.previous else ()
        before = cite([] if set(keys) <= set(rating.sources) else keys)
        given_to = inherited.get(rating.inherited_from or "", rating.inherited_from or "")
        thing.ratings.append(RatingRow(row, regulator, one, given_to, before))
    return list(things.values())


class FindingRow(NamedTuple):
    """A concern or strength.

    `topic`: the name of its topic. `url`: the topic's page, or empty if the name is not to be
    linked.
    """

    row: Row[Finding]
    topic: str
    url: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure in words."""

    row: Row[Figure]

    @property
    def value(self) -> str:
        """The value in words: `£46.8 million (forecast)`, `more than 11,000 staff`."""
        figure = self.row.item
        return words.quantity(figure.value, figure.unit, figure.qualifier)

    @property
    def movement(self) -> str:
        """The change: `up from 58% in 2023`, `up on the year before`; empty if not given."""
        figure = self.row.item
        if figure.previous is None:
            said = words.DIRECTIONS[figure.direction] if figure.direction else ""
            yearly = figure.period is not None and figure.period.is_financial_year
            return said.replace("the previous period", "the year before") if yearly else said
        when = f" {figure.previous.period.in_sentence()}" if figure.previous.period else ""
        before = f"{words.amount(figure.previous.value, figure.unit)}{when}"
        if figure.direction == "same":
            return f"unchanged from {before}"
        return f"{figure.direction} from {before}" if figure.direction else f"previously {before}"


@dataclass(frozen=True, slots=True)
class BreachRow:
    """One breach. `regulations`: the link to the regulation in breach, if one is named."""

    row: Row[Breach]
    regulations: list[LinkTo]

    @property
    def where(self) -> str:
        """Service and site, as far as given."""
        return ", ".join(filter(None, (self.row.item.service, self.row.item.site)))


def date_label(regulator: RegulatorFront, kind: str) -> str:
    """Return what the date of such an action means: `Served`, `Asked for`; empty if not defined."""
    kinds = regulator.enforcement_kinds
    return next((one.date_label or "" for one in kinds if one.id == kind), "")


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One enforcement action, with its regulations and deadlines."""

    row: Row[Enforcement]
    regulator: RegulatorFront
    regulations: list[LinkTo]
    deadlines: tuple[DeadlineView, ...]

    @property
    def kind(self) -> str:
        """The kind of enforcement: `Section 29A warning notice`."""
        return label_of(self.regulator.enforcement_kinds, self.row.item.kind)

    @property
    def date_label(self) -> str:
        """What the date means: `Served`, `Asked for`, `Date`."""
        return date_label(self.regulator, self.row.item.kind) or "Date"

    @property
    def meaning(self) -> str:
        """An explanation of this kind of enforcement in plain English, or empty."""
        kinds = self.regulator.enforcement_kinds
        return next((one.meaning or "" for one in kinds if one.id == self.row.item.kind), "")

    @property
    def notices(self) -> str:
        """`2 notices`, `at least 2 notices`; empty for a single notice."""
        return words.notices(self.row.item.count, at_least=self.row.item.at_least)

    @property
    def _dated(self) -> PartialDate | None:
        """The known date of service, else the known date of its end, else None."""
        item = self.row.item
        found = item.served if item.served.known else item.ended
        return found if found is not None and found.known else None

    @property
    def in_short(self) -> str:
        """Kind and date: `Warning notice, 3 May 2022`, `Prosecution, ended 19 April 2024`."""
        if self._dated is None:
            return self.kind
        ended = "" if self.row.item.served.known else "ended "
        return f"{self.kind}, {ended}{self._dated.bare()}"

    def side(self, inspection: Inspection) -> str:
        """Return `Before the inspection` or `After the report`; empty if neither is certain."""
        when = self._dated
        if when is None:
            return ""
        if all(when.certainly_before(visit.date) for visit in inspection.inspected):
            return "Before the inspection"
        return "After the report" if when.certainly_after(inspection.report_published) else ""

    @property
    def status(self) -> str:
        """The status as last recorded in this briefing, or empty."""
        status = self.row.item.status
        return words.ENFORCEMENT_STATUSES[status] if status else ""

    @property
    def where(self) -> str:
        """Service and site, as far as given."""
        return ", ".join(filter(None, (self.row.item.service, self.row.item.site)))


@dataclass(frozen=True)
class OrderRow:
    """One requirement as this briefing records it: its events here and its whole history.

    `briefing`: the id of this briefing.
    """

    briefing: str
    history: History
    events: list[Row[Event]]
    passed: frozenset[int]  # numbers of events past a deadline, with no record it was met

    @cached_property
    def _before(self) -> Entry | None:
        """The first order on record, if it precedes an order of this briefing; else None."""
        entries = [
            entry
            for entry in self.history.entries
            if entry.briefing.id == self.briefing and entry.is_order
        ]
        found = (self.history.told_before(one) for one in entries)
        return next((one for one in found if one is not None), None)

    @property
    def is_told(self) -> bool:
        """True if an order is on record and this briefing records an event other than `raised`."""
        return self.history.was_told and any(row.item.event != "raised" for row in self.events)

    @property
    def is_told_again(self) -> bool:
        """True if an order precedes those of this briefing, or one of its events is `repeated`."""
        return self._before is not None or any(row.item.event == "repeated" for row in self.events)

    @property
    def again(self) -> str:
        """`Told again. First told in March 2022.`, or empty."""
        if not self.is_told_again:
            return ""
        first = self._before
        if first is None or not first.date.known:
            return "Told again."
        return f"Told again. First told {words.when(first.date)}."

    @property
    def course(self) -> str:
        """All events of the history in one sentence; empty if there is only one."""
        if len(self.history.entries) < 2:
            return ""
        told = (f"{words.lower(one.label)} {words.when(one.date)}" for one in self.history.entries)
        return f"{words.capital(words.listed(dict.fromkeys(told)))}."

    @property
    def life(self) -> TimelineSvg | None:
        """The timeline of the history, or None if there is nothing to draw."""
        return timeline_svg(self.history)


def orders(
    briefing: str,
    events: Iterable[Row[Event]],
    histories: Mapping[str, History],
    passed: frozenset[int],
) -> list[OrderRow]:
    """Group the events of a briefing by requirement: those told again first, then in file order."""
    found: dict[str, OrderRow] = {}
    for row in events:
        order = found.setdefault(
            row.item.id, OrderRow(briefing, histories[row.item.id], [], passed)
        )
        order.events.append(row)
    return sorted(found.values(), key=lambda one: not one.is_told_again)


def regulation_links(regulator: RegulatorFront, id: str, numbers: Iterable[str]) -> list[LinkTo]:
    """Return links to the pages of regulations: `Regulation 17 (good governance)`."""
    titles = {one.number.lower(): one.title for one in regulator.regulations}
    return [
        LinkTo(
            f"Regulation {number}{_titled(titles.get(number.lower()))}",
            urls.regulation_url(id, number),
        )
        for number in numbers
    ]


def _titled(title: str | None) -> str:
    return f" ({title[:1].lower()}{title[1:]})" if title else ""


class Speaker(NamedTuple):
    """The statements of one person. `speaks_for`: on whose behalf, in words."""

    who: str
    role: str
    speaks_for: str
    statements: list[Row[Statement]]


def speakers(statements: Iterable[Row[Statement]]) -> list[Speaker]:
    """Group statements by person and role, in order of first appearance in the file."""
    found: dict[tuple[str, str], Speaker] = {}
    for row in statements:
        one = row.item
        whom = words.SPEAKS_FOR[one.speaks_for]
        speaker = found.setdefault((one.who, one.role), Speaker(one.who, one.role, whom, []))
        speaker.statements.append(row)
    return list(found.values())


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


def change_rows(one: Briefing) -> list[ChangeRow]:
    """Return the changes made so far, `minor` ones included, oldest first, as in the file."""
    return [
        ChangeRow(
            anchors.claim("change", n, ()), words.REVISIONS[change.kind], change.date, change.text
        )
        for n, change in enumerate(one.changes)
    ]
