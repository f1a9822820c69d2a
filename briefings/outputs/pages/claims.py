"""The claims of a briefing as its page shows them: each with its anchor, its words, its sources."""

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
#: Section or item → the vacated anchors that lead there (`sections.kept`).
Kept = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """One item of a list: as the editor wrote it, its number (from 1), its anchor, its sources.

    `kept`: vacated anchors that lead to it.
    """

    item: T
    number: int
    anchor: str
    cites: Cites
    kept: Sequence[str] = ()


def rows(
    block: str, items: Iterable[T], cite: SourceLine, front: BriefingFront, kept: Kept
) -> list[Row[T]]:
    """The items of a front-matter list in the order of the file."""
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
    """One rating: what was asked, the grade, what it was before."""

    row: Row[Rating]
    regulator: RegulatorFront
    briefing: Briefing
    given_to: str  # the name of the trust that an inherited rating was given to
    before_cites: Cites  # of the grade before, where it cites more than the grade itself

    @property
    def question(self) -> str:
        """`Safe`, `Overall`."""
        return key_question_label(self.regulator, self.row.item.key_question)

    @property
    def grade(self) -> GradeLabel:
        """How the value is shown."""
        return shown(self._value)

    @cached_property
    def _value(self) -> RatingValue:
        return value_of(self.regulator, self.row.item, self.briefing)

    @cached_property
    def before(self) -> GradeLabel | None:
        """The grade before, where the briefing gives it."""
        before = values_before(self.regulator, self.row.item, self._value)
        return shown(before[0]) if before else None

    @property
    def change(self) -> str:
        """`Up`, `Unchanged`, or nothing where the briefing says nothing."""
        change = self.row.item.change
        return words.CHANGES[change] if change else ""

    @property
    def direction(self) -> str:
        """The CSS class of the change: an arrow for `up` and `down` only."""
        return {"up": "up", "down": "down"}.get(self.row.item.change or "", "")

    @property
    def method_before(self) -> str:
        """The method under which the grade before was given."""
        previous = self.row.item.previous
        if previous is None or previous.method is None:
            return ""
        return label_of(self.regulator.methods, previous.method)

    @property
    def marks(self) -> list[str]:
        """What sets this rating apart: carried over, inherited, in place of others."""
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
    """What was rated (a service, a place, the whole trust), and its ratings."""

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
    """Ratings by what they are of, each thing where the file first names it.

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
    """A concern or strength, the name of its topic, and the way to it where there is to be one."""

    row: Row[Finding]
    topic: str
    url: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure in words."""

    row: Row[Figure]

    @property
    def value(self) -> str:
        """`£46.8 million (forecast)`, `more than 11,000 staff`."""
        figure = self.row.item
        return words.quantity(figure.value, figure.unit, figure.qualifier)

    @property
    def movement(self) -> str:
        """`up from 58% in 2023`, `up on the year before`, or nothing."""
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
    """One breach, with the regulation it is of."""

    row: Row[Breach]
    regulations: list[LinkTo]

    @property
    def where(self) -> str:
        """Service and site, as far as given."""
        return ", ".join(filter(None, (self.row.item.service, self.row.item.site)))


def date_label(regulator: RegulatorFront, kind: str) -> str:
    """What the date of such an enforcement action is: `Served`, `Asked for`; else nothing."""
    kinds = regulator.enforcement_kinds
    return next((one.date_label or "" for one in kinds if one.id == kind), "")


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One use of the regulator's powers."""

    row: Row[Enforcement]
    regulator: RegulatorFront
    regulations: list[LinkTo]
    deadlines: tuple[DeadlineView, ...]

    @property
    def kind(self) -> str:
        """`Section 29A warning notice`."""
        return label_of(self.regulator.enforcement_kinds, self.row.item.kind)

    @property
    def date_label(self) -> str:
        """What the date is: `Served`, `Asked for`, `Date`."""
        return date_label(self.regulator, self.row.item.kind) or "Date"

    @property
    def meaning(self) -> str:
        """What such a power is, in plain English, or nothing."""
        kinds = self.regulator.enforcement_kinds
        return next((one.meaning or "" for one in kinds if one.id == self.row.item.kind), "")

    @property
    def notices(self) -> str:
        """`2 notices`, `at least 2 notices`; nothing for a single one."""
        return words.notices(self.row.item.count, at_least=self.row.item.at_least)

    @property
    def _dated(self) -> PartialDate | None:
        """Its date, or where that is not known, that of its end."""
        item = self.row.item
        found = item.served if item.served.known else item.ended
        return found if found is not None and found.known else None

    @property
    def in_short(self) -> str:
        """`Warning notice, 3 May 2022`, `Prosecution, ended 19 April 2024`."""
        if self._dated is None:
            return self.kind
        ended = "" if self.row.item.served.known else "ended "
        return f"{self.kind}, {ended}{self._dated.bare()}"

    def side(self, inspection: Inspection) -> str:
        """`Before the inspection`, `After the report`; nothing where neither is certain."""
        when = self._dated
        if when is None:
            return ""
        if all(when.certainly_before(visit.date) for visit in inspection.inspected):
            return "Before the inspection"
        return "After the report" if when.certainly_after(inspection.report_published) else ""

    @property
    def status(self) -> str:
        """How it stands, as last recorded, or nothing."""
        status = self.row.item.status
        return words.ENFORCEMENT_STATUSES[status] if status else ""

    @property
    def where(self) -> str:
        """Service and site, as far as given."""
        return ", ".join(filter(None, (self.row.item.service, self.row.item.site)))


@dataclass(frozen=True)
class OrderRow:
    """One requirement as this briefing records it: its events here, and its history."""

    history: History
    events: list[Row[Event]]
    passed: frozenset[int]  # numbers of events whose deadline passed with no record that it was met

    @cached_property
    def _before(self) -> Entry | None:
        """The first order, where it came before this briefing's."""
        here = {id(row.item) for row in self.events}
        entries = [one for one in self.history.entries if id(one.event) in here and one.is_order]
        found = (self.history.told_before(one) for one in entries)
        return next((one for one in found if one is not None), None)

    @property
    def is_told(self) -> bool:
        """An order is on record, and this briefing records more than `raised`."""
        return self.history.was_told and any(row.item.event != "raised" for row in self.events)

    @property
    def is_told_again(self) -> bool:
        """The regulator had told the trust before, or says so."""
        return self._before is not None or any(row.item.event == "repeated" for row in self.events)

    @property
    def again(self) -> str:
        """`Told again. First told in March 2022.`, or nothing."""
        if not self.is_told_again:
            return ""
        first = self._before
        if first is None or not first.date.known:
            return "Told again."
        return f"Told again. First told {words.when(first.date)}."

    @property
    def course(self) -> str:
        """Every event of the history in one sentence, where there is more than one."""
        if len(self.history.entries) < 2:
            return ""
        told = (f"{words.lower(one.label)} {words.when(one.date)}" for one in self.history.entries)
        return f"{words.capital(words.listed(dict.fromkeys(told)))}."

    @property
    def life(self) -> TimelineSvg | None:
        """The drawing of its history, where there is something to draw."""
        return timeline_svg(self.history)


def orders(
    events: Iterable[Row[Event]], histories: Mapping[str, History], passed: frozenset[int]
) -> list[OrderRow]:
    """The events of a briefing by requirement; told again first, then in the order of the file."""
    found: dict[str, OrderRow] = {}
    for row in events:
        order = found.setdefault(row.item.id, OrderRow(histories[row.item.id], [], passed))
        order.events.append(row)
    return sorted(found.values(), key=lambda one: not one.is_told_again)


def regulation_links(regulator: RegulatorFront, id: str, numbers: Iterable[str]) -> list[LinkTo]:
    """`Regulation 17: good governance`, each leading to its page."""
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
    """One person's statements."""

    who: str
    role: str
    speaks_for: str
    statements: list[Row[Statement]]


def speakers(statements: Iterable[Row[Statement]]) -> list[Speaker]:
    """Statements by who made them, each person where the file first names them."""
    found: dict[tuple[str, str], Speaker] = {}
    for row in statements:
        one = row.item
        whom = words.SPEAKS_FOR[one.speaks_for]
        speaker = found.setdefault((one.who, one.role), Speaker(one.who, one.role, whom, []))
        speaker.statements.append(row)
    return list(found.values())


def in_order(timeline: Iterable[Row[TimelineEntry]]) -> list[Row[TimelineEntry]]:
    """By the first day that a date can be, oldest first; items without a date last.

    A year stands before its months and a month before its days ("in 2022", "November 2022",
    "25 November 2022"). A date that is open to the past stands at its last day. Ties keep the
    order of the file, and anchors go by the file as well.
    """

    def key(row: Row[TimelineEntry]) -> tuple[bool, date, int]:
        when = row.item.date
        latest = when.latest or date.max
        return (not when.known, when.earliest or latest, -latest.toordinal())

    return sorted(timeline, key=key)


class ChangeRow(NamedTuple):
    """One change to the page."""

    anchor: str
    kind: str
    date: Moment
    text: str


def change_rows(one: Briefing) -> list[ChangeRow]:
    """Changes so far, oldest first, as in the file; `minor` ones too."""
    return [
        ChangeRow(
            anchors.claim("change", n, ()), words.REVISIONS[change.kind], change.date, change.text
        )
        for n, change in enumerate(one.changes)
    ]
