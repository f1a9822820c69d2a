"""One event in the life of a requirement, as a visible briefing records it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from briefings.anchors import CLAIMS, number
from briefings.content.dates import PartialDate
from briefings.content.schema import Event, Source
from briefings.domain.overdue import is_overdue
from briefings.domain.site import Briefing
from briefings.domain.words import EVENTS

#: Kinds of event in the order in which such things happen, which is that of one date's events.
KINDS = (
    "raised", "told", "repeated", "deadline-set", "plan-supplied", "partly-met", "met", "lifted",
    "reopened", "not-known",
)  # fmt: skip
_PLACE = {kind: place for place, kind in enumerate(KINDS)}

#: (latest possible day, earliest possible day, kind, briefing, place in the briefing's list).
Key = tuple[date, date, int, str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, the briefing that records it, and its index there (from 0)."""

    event: Event
    briefing: Briefing
    n: int

    @property
    def kind(self) -> str:
        """`raised`, `told` and so on, as the editor wrote it."""
        return self.event.event

    @property
    def label(self) -> str:
        """What happened, in plain English."""
        return EVENTS[self.kind]

    @property
    def date(self) -> PartialDate:
        """As written; it may be `unknown`."""
        return self.event.date

    @property
    def stands(self) -> PartialDate:
        """Where it is listed: its date, or for `unknown` its briefing's inspection or report."""
        report = self.briefing.front.inspection.report_published
        places = (self.date, self.briefing.last_visit, report)
        return next((place for place in places if place.known), self.date)

    @property
    def key(self) -> Key:
        """Its place in a history; never shown."""
        day = self.date.sort_key() if self.date.known else self.briefing.inspected_key
        return (*day, _PLACE[self.kind], self.briefing.id, self.n)

    @property
    def is_order(self) -> bool:
        """The regulator told the trust, for the first time or again."""
        return self.kind in {"told", "repeated"}

    @property
    def is_finding(self) -> bool:
        """The matter was named: raised, told or told again."""
        return self.kind == "raised" or self.is_order

    @property
    def is_end(self) -> bool:
        """The regulator recorded that it was met, or lifted it."""
        return self.kind in {"met", "lifted"}

    @property
    def number(self) -> int:
        """Its number on its briefing's page, from 1."""
        return number(CLAIMS["requirements"], self.n, self.briefing.front.vacated)

    @property
    def url(self) -> str:
        """The claim on its briefing's page."""
        return f"{self.briefing.url}#{CLAIMS['requirements']}-{self.number}"

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that say so, in the order in which they are cited."""
        known = self.briefing.front.sources
        return tuple(known[key] for key in self.event.sources if key in known)

    @property
    def publishers(self) -> tuple[str, ...]:
        """Who says so, each once."""
        return tuple(dict.fromkeys(source.publisher for source in self.sources))


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a requirement was due to be met, and the entry that says so.

    `answered`: a `met` or `lifted` is on record that is not certainly before that entry.
    """

    entry: Entry
    due: PartialDate
    answered: bool

    @property
    def passes_on(self) -> date | None:
        """The first day on which it is certainly past; None where no such day is known."""
        if self.due.latest is None or self.due.latest == date.max:
            return None
        return date.fromordinal(self.due.latest.toordinal() + 1)

    def passed_without_record(self, now: datetime) -> bool:
        """True from the day after it: "no public record that it was met", never "failed".

        `now` is in the site's zone.
        """
        return is_overdue(self.due, now, ended=self.answered)


def deadlines(entries: tuple[Entry, ...]) -> Iterator[Deadline]:
    """The deadlines that these entries set, in their order."""
    ends = [entry.stands for entry in entries if entry.is_end]
    for entry in entries:
        if entry.event.deadline is not None:
            answered = any(not end.certainly_before(entry.stands) for end in ends)
            yield Deadline(entry, entry.event.deadline, answered)
