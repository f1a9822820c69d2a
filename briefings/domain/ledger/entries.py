"""Ledger entries: the events of requirements that visible briefings record, and their deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from briefings.anchors import CLAIMS, number
from briefings.content.dates import PartialDate
from briefings.content.schema import Event, Source
from briefings.domain.overdue import is_overdue
from briefings.domain.site import Briefing, Clock
from briefings.domain.words import EVENTS

#: Kinds of event in the order in which they usually happen; events of one date are sorted by it.
KINDS = (
    "raised", "told", "repeated", "deadline-set", "plan-supplied", "partly-met", "met", "lifted",
    "reopened", "not-known",
)  # fmt: skip
_PLACE = {kind: place for place, kind in enumerate(KINDS)}

#: Sort key: latest and earliest possible day, index in `KINDS`, briefing id, index in its list.
Key = tuple[date, date, int, str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and the briefing that records it; `n` is its index in that list, from 0.

    `stands`: the first known date of: its own, the last visit and the report of its briefing;
    `unknown` if all are. Lists and comparisons that need a date use this one. `key`: sort key in a
    history; the inspection is used if its date is unknown. Never shown.
    """

    event: Event
    briefing: Briefing
    n: int
    stands: PartialDate
    key: Key

    @classmethod
    def of(cls, event: Event, briefing: Briefing, n: int) -> Self:
        """Return the entry for an event at index `n` of a briefing's list."""
        report = briefing.front.inspection.report_published
        dates = (event.date, briefing.last_visit, report)
        stands = next((date for date in dates if date.known), event.date)
        day = event.date.sort_key() if event.date.known else briefing.inspected_key
        return cls(event, briefing, n, stands, (*day, _PLACE[event.event], briefing.id, n))

    @property
    def kind(self) -> str:
        """Kind of event, one of `KINDS`."""
        return self.event.event

    @property
    def label(self) -> str:
        """Kind of event as shown on pages."""
        return EVENTS[self.kind]

    @property
    def date(self) -> PartialDate:
        """Date as written; it may be `unknown`."""
        return self.event.date

    @property
    def is_order(self) -> bool:
        """Whether the regulator told the trust, for the first time or again."""
        return self.kind in {"told", "repeated"}

    @property
    def is_finding(self) -> bool:
        """Whether the regulator named the matter: raised, told or told again."""
        return self.kind == "raised" or self.is_order

    @property
    def is_end(self) -> bool:
        """Whether the regulator recorded that it was met, or lifted it."""
        return self.kind in {"met", "lifted"}

    @property
    def number(self) -> int:
        """Number of the claim on the briefing's page, from 1; vacated numbers are skipped."""
        return number(CLAIMS["requirements"], self.n, self.briefing.front.vacated)

    @property
    def url(self) -> str:
        """URL of the claim on the briefing's page."""
        return f"{self.briefing.url}#{CLAIMS['requirements']}-{self.number}"

    @property
    def sources(self) -> tuple[Source, ...]:
        """Cited sources, in the order of citation; keys without a source are left out."""
        known = self.briefing.front.sources
        return tuple(known[key] for key in self.event.sources if key in known)

    @property
    def publishers(self) -> tuple[str, ...]:
        """Publishers of the sources, without duplicates."""
        return tuple(dict.fromkeys(source.publisher for source in self.sources))


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of a requirement.

    `entry`: the entry that sets it. `due`: its date. `answered`: a `met` or `lifted` entry is on
    record that is not certainly before `entry`.
    """

    entry: Entry
    due: PartialDate
    answered: bool

    @property
    def passes_on(self) -> date | None:
        """First day on which it has certainly passed; None if no such day is known."""
        if self.due.latest is None or self.due.latest == date.max:
            return None
        return date.fromordinal(self.due.latest.toordinal() + 1)

    def passed_without_record(self, clock: Clock) -> bool:
        """Whether the deadline has passed with no public record that it was met.

        Pages say so in these words, and never "failed".
        """
        return is_overdue(self.due, clock, ended=self.answered)


def deadlines(entries: tuple[Entry, ...]) -> Iterator[Deadline]:
    """Yield the deadlines that the entries set, in their order."""
    ends = [entry.stands for entry in entries if entry.is_end]
    for entry in entries:
        if entry.event.deadline is not None:
            answered = any(not end.certainly_before(entry.stands) for end in ends)
            yield Deadline(entry, entry.event.deadline, answered)
