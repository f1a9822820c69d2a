"""History of a requirement, from the events in all visible briefings; lists of them, and counts.

The lists are those of pages and feeds; each has a total order (no ties left).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

from briefings.content.dates.values import Gap, PartialDate, gap
from briefings.content.records import Record
from briefings.content.schema.entities import Look, RequirementFront
from briefings.domain.ledger.entries import (
    GIVEN_BY,
    Answer,
    Deadline,
    Entry,
    Key,
    Status,
    deadlines_of,
    status_of,
)
from briefings.domain.site import Site, of_group
from briefings.domain.visibility import Clock, PerKey, Question, visible_looks, visible_questions
from briefings.domain.words import about, lower, say, when
from briefings.engine import query
from briefings.urls import url_of


class InBriefing(NamedTuple):
    """What one briefing records of a requirement.

    `is_told`: an order is on record, and the briefing records an event other than `raised`.
    `is_told_again`: an order precedes those of the briefing, or one of its events is `repeated`.
    `first_told`: the first order, if it precedes those of the briefing and is on record.
    """

    is_told: bool
    is_told_again: bool
    first_told: Entry | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Later observations: the newest event, the looks and the questions.

    `newest`: the newest event that is not the trust's own word; None if there is none. `end`: the
    event that recorded it as met or lifted, if that is where it stands. `looks` and `questions`:
    those up to now, oldest first. They bound the silence and never end it.
    """

    newest: Entry | None
    end: Entry | None
    looks: tuple[Look, ...]
    questions: tuple[Question, ...]

    @property
    def looked(self) -> Look | None:
        """The last time somebody looked; None if that was certainly before the newest event."""
        last = self.looks[-1] if self.looks else None
        return last if last is not None and self._counts(last.date) else None

    @property
    def asked(self) -> Question | None:
        """The last time the trust was asked; None if that was certainly before the newest event."""
        last = self.questions[-1] if self.questions else None
        return last if last is not None and self._counts(last.date) else None

    def _counts(self, day: PartialDate) -> bool:
        return self.newest is None or not day.certainly_before(self.newest.date)

    @property
    def bounds(self) -> str:
        """`last looked on 3 November 2026; asked on 5 June 2026, no answer`; may be empty."""
        looked = [f"last looked {self.looked.date.in_sentence()}"] if self.looked else []
        asked = [self.asked.words] if self.asked else []
        return "; ".join([*looked, *asked])

    @property
    def words(self) -> str:
        """`nothing since May 2025; last looked on 3 November 2026; asked on …, no answer`.

        What is met or lifted is not waited for: `met in May 2025`.
        """
        if self.end is not None:
            return f"{lower(self.end.label)} {when(self.end.date)}"
        return "; ".join(filter(None, [f"nothing {_since_words(self.newest)}", self.bounds]))


def _since_words(newest: Entry | None) -> str:
    """`since May 2025`; for an interval, since its end."""
    if newest is None:
        return "on record"
    date = newest.date.last
    record = "" if date.latest else "a record of "
    return (
        f"since {record}{date.bare()}" if date.known else "since a record whose date is not known"
    )


@dataclass(frozen=True)
class History:
    """A requirement and its entries, oldest first; there is at least one.

    `looks` and `questions`: what was looked for and asked up to now.

    Values used as sort keys are cached properties, because a requirement is in many lists. They
    depend on the entries alone: a cached value must not read the site, since only its first reader
    would record that.
    """

    requirement: Record[RequirementFront]
    entries: tuple[Entry, ...]
    looks: tuple[Look, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def id(self) -> str:
        """The requirement's id."""
        return self.requirement.id

    @property
    def front(self) -> RequirementFront:
        """The requirement's front matter."""
        return self.requirement.front

    @property
    def url(self) -> str:
        """URL of the requirement's page."""
        return url_of("requirement", self.id)

    @cached_property
    def status(self) -> Status:
        """The status by the events of the regulator, as last recorded; see `status_of`."""
        return status_of(self.entries)

    @property
    def awaits_outcome(self) -> bool:
        """Whether it was ordered and is neither met nor lifted: open, or outcome not known."""
        return self.status.is_open or self.status is Status.UNKNOWN

    @cached_property
    def answer(self) -> Answer:
        """What the trust answered."""
        return Answer.of(self.entries, self.status)

    @property
    def evidence(self) -> Evidence:
        """What anyone has seen since."""
        end = self.status_entry if self.status.is_ended else None
        return Evidence(self.newest, end, self.looks, self.questions)

    @property
    def status_entry(self) -> Entry | None:
        """Newest entry that gives the status; `newest` if none names it."""
        entries = (entry for entry in reversed(self.entries) if entry.kind in GIVEN_BY[self.status])
        return next(entries, self.newest)

    @cached_property
    def newest(self) -> Entry | None:
        """Newest entry but the trust's own word, which neither ends silence nor adds age."""
        return next((entry for entry in reversed(self.entries) if not entry.is_answer), None)

    @property
    def last(self) -> Entry:
        """The entry of the last recorded status: `newest`, or the last if all are the trust's."""
        return self.newest or self.entries[-1]

    @property
    def status_date(self) -> PartialDate:
        """Date of the last recorded status, as written."""
        return self.last.date

    @property
    def recorded(self) -> str:
        """`status_date` in a sentence: `in May 2025`, `on a date not known`."""
        return when(self.status_date) if self.status_date.known else self.status_date.in_sentence()

    @cached_property
    def first(self) -> Entry | None:
        """First `raised`, `told` or `repeated` entry, from which the age is counted."""
        return next((entry for entry in self.entries if entry.is_finding), None)

    @property
    def first_raised(self) -> Entry | None:
        """First `raised` entry, which is not an order."""
        return next((entry for entry in self.entries if entry.kind == "raised"), None)

    @property
    def first_told(self) -> Entry | None:
        """First order (`told` or `repeated`) on record."""
        return next((entry for entry in self.entries if entry.is_order), None)

    @property
    def times_told(self) -> int:
        """Number of `told` and `repeated` entries, those of all briefings counted."""
        return sum(entry.is_order for entry in self.entries)

    @property
    def was_told(self) -> bool:
        """Whether an order is on record. If not, pages never list or count it as told."""
        return self.times_told > 0

    @property
    def told_again(self) -> bool:
        """Whether it was told more than once."""
        return self.times_told > 1

    def in_briefing(self, briefing: str) -> InBriefing:
        """Return what one briefing records of it, told from the whole history."""
        own = [entry for entry in self.entries if entry.briefing.id == briefing]
        orders = (entry for entry in own if entry.is_order)
        before = next(filter(None, map(self.told_before, orders)), None)
        kinds = {entry.kind for entry in own}
        return InBriefing(
            is_told=self.was_told and kinds != {"raised"},
            is_told_again=before is not None or "repeated" in kinds,
            first_told=before,
        )

    def told_before(self, entry: Entry) -> Entry | None:
        """Return the first order if it comes before `entry`, else None.

        For "told again, first told …".
        """
        first = self.first_told
        if first is None or first.key >= entry.key:
            return None
        parts = (first.briefing.id, first.date), (entry.briefing.id, entry.date)
        is_one_occasion = entry.kind == "told" and parts[0] == parts[1]
        return None if is_one_occasion else first

    @cached_property
    def age(self) -> Gap | None:
        """Time from the first `raised` or `told` to the last recorded status; never to today.

        None if both dates are written alike or are the same day, or if no range can be given, as
        for an unknown date (see `gap`).
        """
        if self.first is None or self.first.date.written == self.status_date.written:
            return None
        age = gap(self.first.date, self.status_date)
        return None if age is None or age.most_days == 0 else age

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """All deadlines with their moves, in the order of the entries that set them."""
        return deadlines_of(self.entries)

    def passed(self, clock: Clock) -> tuple[Deadline, ...]:
        """Return the deadlines that have passed with no public record that they were met."""
        return tuple(
            deadline for deadline in self.deadlines if deadline.passed_without_record(clock)
        )

    @property
    def publishers(self) -> tuple[str, ...]:
        """Publishers of the sources of all entries, without duplicates."""
        return tuple(dict.fromkeys(name for entry in self.entries for name in entry.publishers))

    @property
    def sentence(self) -> str:
        """Status, date and exact age as a sentence.

        `Open, as last recorded in May 2025, between 5 years and 6 years 1 month after …`.
        """
        return self._sentence(self.age.show() if self.age else "")

    @property
    def brief(self) -> str:
        """`sentence` with a rounded age, for lists.

        `Open, as last recorded in May 2025, about six years after …`.
        """
        return self._sentence(about(self.age) if self.age else "")

    def _sentence(self, age: str) -> str:
        recorded = [entry for entry in self.entries if not entry.is_answer]
        if len(recorded) == 1 and recorded[0].is_finding:
            return f"First recorded {self.recorded}. {self.status.clause}."
        if not self.status_date.known:
            return f"{self.status.clause}. The last record has no date."
        return f"{self.status.clause}, as last recorded {self.recorded}{self._after(age)}."

    def _after(self, age: str) -> str:
        if not age or self.first is None:
            return ""
        raised = self.first.kind == "raised"
        since = (
            "it was first raised"
            if raised
            else say(self.last.briefing.site.config, "the trust was first told")
        )
        return f", {age} after {since}"


class Totals(NamedTuple):
    """Counts of requirements by status, as last recorded; each requirement is in exactly one.

    `ended`: met or lifted. `open` and `unknown` are always shown together, because "0 open" alone
    would mislead if the outcome of the trust's orders is not known.
    """

    open: int
    unknown: int
    raised: int
    ended: int

    @classmethod
    def of(cls, histories: Iterable[History]) -> Self:
        """Count these requirements."""
        statuses = [history.status for history in histories]
        return cls(
            open=sum(status.is_open for status in statuses),
            unknown=statuses.count(Status.UNKNOWN),
            raised=statuses.count(Status.RAISED),
            ended=sum(status.is_ended for status in statuses),
        )

    @property
    def words(self) -> str:
        """Phrase: `9 open, 2 not known, 1 raised with no order, 3 met or lifted`.

        The last two are left out if they are 0.
        """
        further = ((self.raised, "raised with no order"), (self.ended, "met or lifted"))
        shown = [f"{count:,} {word}" for count, word in further if count]
        return ", ".join([f"{self.open:,} open", f"{self.unknown:,} not known", *shown])


def histories(site: Site) -> Mapping[str, History]:
    """Return requirement id → its history, sorted by id, each looked up by a query.

    Requirements without a visible event are left out.
    """
    return PerKey(lambda: told_ids(site), lambda id: history(site, id))


@query
def history(site: Site, id: str) -> History | None:
    """Return the history of a requirement; None if there is none, or it has no visible event."""
    record = site.requirements.get(id)
    if record is None:
        return None
    entries = entries_of_trust(site, record.front.trust).get(id)
    if not entries:
        return None
    looks = visible_looks(record.front, site.clock)
    return History(record, entries, looks, visible_questions(record.front, site.clock))


@query
def told_ids(site: Site) -> tuple[str, ...]:
    """Return the ids of the requirements with a visible event, sorted."""
    return tuple(sorted(id for id in site.requirements if _is_told(site, id)))


@query
def _is_told(site: Site, id: str) -> bool:
    return id in entries_of_trust(site, site.requirements[id].front.trust)


@query
def entries_of_trust(site: Site, trust: str) -> Mapping[str, tuple[Entry, ...]]:
    """Return requirement id → its entries in order, from the visible briefings on a trust.

    The requirement of an event has the trust of its briefing (see `faults`).
    """
    by_requirement: dict[str, list[Entry]] = {}
    for briefing in of_group(site, "trust", trust):
        for n, event in enumerate(briefing.front.requirements):
            by_requirement.setdefault(event.id, []).append(Entry.of(event, briefing, n))
    return {id: _in_order(entries) for id, entries in by_requirement.items()}


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Sort the entries of a requirement.

    What the first `repeated` repeats stands before it: the first `told`, or without any the first
    `raised`, unless it is certainly later.
    """
    ordered = sorted(entries, key=_key)
    again = next((entry for entry in ordered if entry.kind == "repeated"), None)
    firsts = (entry for kind in ("told", "raised") for entry in ordered if entry.kind == kind)
    first = next(firsts, None)
    if (
        again is not None
        and first is not None
        and again.date.known
        and again.key < first.key
        and not first.date.certainly_after(again.date)
    ):
        ordered.remove(first)
        ordered.append(replace(first, key=(*again.key[:2], *first.key[2:])))
    return tuple(sorted(ordered, key=_key))


def _key(entry: Entry) -> Key:
    return entry.key


Histories = Mapping[str, History]


def by_age(histories: Iterable[History]) -> tuple[History, ...]:
    """Sort by age: longest first, by its least and then its most days.

    Those of unknown age are last, oldest first.
    """
    return tuple(sorted(histories, key=_age_key))


def _age_key(history: History) -> tuple[float, float, Key, str]:
    age, start = history.age, history.first or history.entries[0]
    least, most = (0, 0) if age is None else (age.least_days, age.most_days or math.inf)
    return (-least, -most, start.key, history.id)


def open_by_age(histories: Histories) -> tuple[History, ...]:
    """Open requirements (plan supplied, partly met and reopened included), longest open first."""
    return by_age(history for history in histories.values() if history.status.is_open)


def unknown(histories: Histories) -> tuple[History, ...]:
    """Requirements whose outcome is not known, as a source says; by age."""
    return by_age(history for history in histories.values() if history.status is Status.UNKNOWN)


def raised(histories: Histories) -> tuple[History, ...]:
    """Requirements with no order on record, by age."""
    return by_age(history for history in histories.values() if history.status is Status.RAISED)


def longest_without_record(histories: Histories) -> tuple[History, ...]:
    """Requirements open or of unknown outcome, by their newest event but the trust's: oldest first.

    A look or a question moves nothing. Ties by id.
    """
    silent = [histories[id] for id in sorted(histories) if histories[id].awaits_outcome]
    return tuple(sorted(silent, key=lambda history: history.last.key[:2]))


def told_more_than_once(histories: Histories) -> tuple[History, ...]:
    """Requirements told more than once, those told most often first, then by age."""
    told_again = by_age(history for history in histories.values() if history.told_again)
    return tuple(sorted(told_again, key=lambda history: -history.times_told))


def deadline_passed(histories: Histories, clock: Clock) -> tuple[History, ...]:
    """Requirements with a passed deadline and no public record that it was met, by that deadline.

    Earliest first, ties by id.
    """
    earliest = {
        id: min(deadline.due.sort_key() for deadline in passed)
        for id, history in histories.items()
        if (passed := history.passed(clock))
    }
    return tuple(histories[id] for id in sorted(earliest, key=lambda id: (earliest[id], id)))


def met(histories: Histories) -> tuple[History, ...]:
    """Requirements met or lifted, last recorded first, ties by id."""
    ended = [histories[id] for id in sorted(histories) if histories[id].status.is_ended]
    return tuple(sorted(ended, key=lambda history: history.last.key[:2], reverse=True))


@query
def requirements_of_trust(site: Site, trust: str) -> tuple[History, ...]:
    """A trust's ledger: open, outcome not known, raised, met or lifted; each group by age."""
    recorded = (history(site, id) for id in entries_of_trust(site, trust))
    own = (entry for entry in recorded if entry is not None and entry.front.trust == trust)
    return tuple(sorted(by_age(own), key=_group))


@query
def totals_of_trust(site: Site, trust: str) -> Totals:
    """Return the counts of a trust's requirements by status."""
    return Totals.of(requirements_of_trust(site, trust))


@query
def totals(site: Site) -> Totals:
    """Return the counts of all requirements by status."""
    counts = [totals_of_trust(site, trust) for trust in site.trusts]
    return Totals(*map(sum, zip(*counts, strict=True))) if counts else Totals(0, 0, 0, 0)


def _group(history: History) -> int:
    status = history.status
    if status.is_open or status.is_ended:
        return 0 if status.is_open else 3
    return 1 if status is Status.UNKNOWN else 2
