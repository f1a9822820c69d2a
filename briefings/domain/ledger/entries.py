"""Ledger entries: events of requirements in visible briefings, and what they say together.

Of a requirement's three answers these are the first two: the status and the trust's answer; the
third, later observations by anyone, is `history.Evidence`. Each has its own speaker: only the
regulator's word makes a requirement met, and the trust's word neither ends the silence nor moves
its bounds. Also the deadlines that entries set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Self

from briefings.anchors import CLAIMS, number
from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import Event
from briefings.content.schema.types import Source
from briefings.domain.site import Briefing
from briefings.domain.visibility import Clock
from briefings.domain.words import EVENTS, event_on, say, when

#: Kinds of event in the order in which they usually happen; events of one date are sorted by it.
KINDS = (
    "raised", "told", "repeated", "deadline-set", "accepted", "partly-accepted", "refused",
    "plan-supplied", "said-done", "partly-met", "met", "lifted", "reopened", "not-known",
)  # fmt: skip
#: Kinds of event that are the trust's own word; all others are the regulator's, or a record's.
ANSWERS = frozenset({"accepted", "partly-accepted", "refused", "plan-supplied", "said-done"})

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
        return cls(event, briefing, n, stands, (*day, KINDS.index(event.event), briefing.id, n))

    @property
    def kind(self) -> str:
        """Kind of event, one of `KINDS`."""
        return self.event.event

    @property
    def label(self) -> str:
        """Kind of event as shown on pages."""
        return say(self.briefing.site.config, EVENTS[self.kind])

    @property
    def dated(self) -> str:
        """`label` with its date: `Told in 2022`."""
        return say(self.briefing.site.config, event_on(self.kind, self.date))

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
    def is_answer(self) -> bool:
        """Whether it is the trust's own word, which changes no status."""
        return self.kind in ANSWERS

    @property
    def number(self) -> int:
        """Number of the claim on the briefing's page, from 1; vacated numbers are skipped."""
        return number(CLAIMS["requirements"], self.n, self.briefing.front.vacated)

    @property
    def url(self) -> str:
        """URL of the claim on the briefing's page."""
        return self.briefing.claim_url("requirements", self.n)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Cited sources, in the order of citation; keys without a source are left out."""
        sources = self.briefing.front.sources
        return tuple(sources[key] for key in self.event.sources if key in sources)

    @property
    def publishers(self) -> tuple[str, ...]:
        """Publishers of the sources, without duplicates."""
        return tuple(dict.fromkeys(source.publisher for source in self.sources))


class Status(StrEnum):
    """Where a requirement stands by the regulator's word; the values are those in downloads."""

    RAISED = "raised"
    OPEN = "open"
    PARTLY_MET = "partly-met"
    MET = "met"
    LIFTED = "lifted"
    REOPENED = "reopened"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Label shown on pages: `Partly met`."""
        return _LABELS[self]

    @property
    def clause(self) -> str:
        """Start of a sentence on it: `Raised, with no order reported`; else as `label`."""
        return "Raised, with no order reported" if self is Status.RAISED else self.label

    @property
    def is_open(self) -> bool:
        """Whether it is open, reopened or partly met, as last recorded."""
        return self in {Status.OPEN, Status.PARTLY_MET, Status.REOPENED}

    @property
    def is_ended(self) -> bool:
        """Whether it is met or lifted."""
        return self in {Status.MET, Status.LIFTED}


_LABELS = {
    Status.RAISED: "Raised",
    Status.OPEN: "Open",
    Status.PARTLY_MET: "Partly met",
    Status.MET: "Met",
    Status.LIFTED: "Lifted",
    Status.REOPENED: "Reopened",
    Status.UNKNOWN: "Outcome not known",
}
#: Status → the kinds of event that give it.
GIVEN_BY = {
    Status.RAISED: frozenset({"raised"}),
    Status.OPEN: frozenset({"told", "repeated"}),
    Status.PARTLY_MET: frozenset({"partly-met"}),
    Status.MET: frozenset({"met"}),
    Status.LIFTED: frozenset({"lifted"}),
    Status.REOPENED: frozenset({"reopened", "told", "repeated"}),
    Status.UNKNOWN: frozenset({"not-known"}),
}
#: Kinds of event that name the status.
_NAMED = {
    "met": Status.MET,
    "lifted": Status.LIFTED,
    "reopened": Status.REOPENED,
    "not-known": Status.UNKNOWN,
}


def status_of(entries: Iterable[Entry]) -> Status:
    """Return the status after all entries, which are in order.

    - `met`, `lifted`, `reopened` and `not-known` set the status that they name. So does
      `partly-met`, unless there is a `met` or `lifted` before it (and no reopening since), and it
      is not certainly after that.
    - `told` and `repeated` set it to open; certainly after `met` or `lifted`, to reopened, and once
      reopened, each further order does so again. If it is not certain which came first, the order
      is taken as the one that was met, and the status does not change.
    - An order with nothing after it is open. A missing outcome does not make the outcome unknown;
      only a `not-known` event does, which cites a source that says so.
    - `raised`, `deadline-set` and the trust's answers change nothing. With these alone, no order is
      on record, and the status is `raised`.
    """
    machine = _StatusMachine()
    for entry in entries:
        machine.apply(entry)
    return machine.status


@dataclass(slots=True)
class _StatusMachine:
    """The state machine of `status_of`.

    `ordered`: an order is on record. `end`: the `met` or `lifted` entry since which nothing was
    reopened. `end_answers`: an order is on record before `end`.
    """

    status: Status = Status.RAISED
    ordered: bool = False
    reopened: bool = False
    end: Entry | None = None
    end_answers: bool = False

    def apply(self, entry: Entry) -> None:
        """Change the status as one entry says."""
        if entry.is_order:
            self._apply_order(entry)
        elif entry.kind == "partly-met":
            if self._is_after_end(entry):
                self.status = Status.PARTLY_MET
        elif entry.kind in _NAMED:
            self.status = _NAMED[entry.kind]
            if entry.is_end:
                self.end, self.end_answers = entry, self.ordered
            elif entry.kind == "reopened":
                self.end, self.reopened, self.ordered = None, True, True

    def _apply_order(self, entry: Entry) -> None:
        """Apply `told` or `repeated`. If it may be the order that was met, the status stays."""
        self.ordered = True
        if self._is_after_end(entry):
            self.reopened = self.reopened or self.end is not None
            self.end = None
            self.status = Status.REOPENED if self.reopened else Status.OPEN

    def _is_after_end(self, entry: Entry) -> bool:
        """Whether there is no `end`, or `entry` is certainly after it.

        If an order is on record before `end`, an unknown date of `entry` is replaced by that of its
        inspection or report. If not, `end` answers some order, which may be this one of unknown
        date, so its date stays unknown and it is not certainly after.
        """
        if self.end is None:
            return True
        date = entry.stands if self.end_answers else entry.date
        return date.certainly_after(self.end.stands)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of a requirement, and its moves.

    `entries`: the entry that sets it, then each that moves it or gives the same date again.
    `answered`: a `met` or `lifted` entry is on record that is not certainly before the last of
    them.
    """

    entries: tuple[Entry, ...]
    answered: bool

    @property
    def entry(self) -> Entry:
        """The entry that sets it."""
        return self.entries[0]

    @property
    def current(self) -> tuple[Entry, ...]:
        """The entries that give the current date, wherever it is told again."""
        return tuple(entry for entry in self.entries if entry.event.deadline == self.due)

    @property
    def last_entry(self) -> Entry:
        """The entry that sets the current date."""
        return self.current[0]

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """Its first date, and each to which it was moved."""
        dates = (entry.event.deadline for entry in self.entries)
        return tuple(date for date, _ in groupby(dates) if date is not None)

    @property
    def due(self) -> PartialDate:
        """The current date: the last to which it was moved."""
        return self.dates[-1]

    @property
    def words(self) -> str:
        """All its dates: `30 June 2025, moved to 30 September 2025`."""
        return self.words_of(len(self.dates))

    def words_of(self, count: int) -> str:
        """Return its first dates, of this number: `in 2025, moved to 2026`."""
        first, *moved = self.dates[:count]
        return ", moved to ".join([first.show(), *(day.bare() for day in moved)])

    def passed_without_record(self, clock: Clock) -> bool:
        """Whether the deadline has passed with no public record that it was met.

        Pages say so in these words, and never "failed".
        """
        return clock.passed_without_record(self.due, ended=self.answered)


def deadlines_of(entries: Iterable[Entry]) -> tuple[Deadline, ...]:
    """Return the deadlines that entries set, in the order of the entries that set them.

    A date that the order has already is told again. Another one in a `deadline-set` moves a
    deadline of the same order if that is the only one, and was certainly set before. Otherwise both
    are deadlines: parts of an order may have dates of their own. After an order, an end or a
    reopening, no earlier deadline is moved, unless the order gives its date again.
    """
    chains: list[list[Entry]] = []
    current: list[list[Entry]] = []  # those of the newest order
    ends: list[PartialDate] = []
    for entry in entries:
        if entry.is_end:
            ends.append(entry.stands)
        due = entry.event.deadline
        joined = [chain for chain in current if chain[-1].event.deadline == due]
        if entry.is_order or entry.is_end or entry.kind == "reopened":
            current = list(joined) if entry.is_order else []
        if due is None:
            continue
        if not joined and len(current) == 1 and _moves(entry, current[0][-1]):
            joined = current
        elif not joined:
            joined = [[]]
            current += joined
            chains += joined
        joined[0].append(entry)
    return tuple(Deadline(tuple(chain), _is_answered(chain[-1], ends)) for chain in chains)


def _moves(entry: Entry, last: Entry) -> bool:
    """Return whether an entry moves the deadline that `last` sets."""
    return entry.kind == "deadline-set" and entry.date.certainly_after(last.date)


def _is_answered(entry: Entry, ends: Iterable[PartialDate]) -> bool:
    return any(not end.certainly_before(entry.stands) for end in ends)


class AnswerKind(StrEnum):
    """Kinds of answers of a trust; the values are those in downloads."""

    NONE = "none"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly-accepted"
    REFUSED = "refused"
    PLAN_SUPPLIED = "plan-supplied"
    SAID_DONE = "said-done"

    @property
    def label(self) -> str:
        """Label shown on pages: `Says it is done`."""
        return _ANSWER_LABELS[self]


_ANSWER_LABELS = {
    AnswerKind.NONE: "No answer on record",
    AnswerKind.ACCEPTED: "Accepted",
    AnswerKind.PARTLY_ACCEPTED: "Partly accepted",
    AnswerKind.REFUSED: "Refused",
    AnswerKind.PLAN_SUPPLIED: "Plan supplied",
    AnswerKind.SAID_DONE: "Says it is done",
}
_SENTENCES = {
    AnswerKind.ACCEPTED: "The trust accepted this {when}",
    AnswerKind.PARTLY_ACCEPTED: "The trust accepted a part of this {when}",
    AnswerKind.REFUSED: "The trust refused this {when}",
    AnswerKind.PLAN_SUPPLIED: "The trust supplied a plan {when}",
    AnswerKind.SAID_DONE: "The trust said {when} that it is done",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The trust's newest answer to a requirement.

    `entry`: None if there is none on record. `order`: the order that it answers, if there is one.
    `told_since`: an order is on record that certainly came after it; `reopened_since`: a reopening.
    `is_met`: the regulator recorded the requirement as met, since then or as it stands.
    """

    entry: Entry | None
    order: Entry | None
    told_since: bool = False
    reopened_since: bool = False
    is_met: bool = False

    @classmethod
    def of(cls, entries: Sequence[Entry], status: Status) -> Self:
        """Return the answer in a history, whose entries are in order."""
        entry = next((item for item in reversed(entries) if item.is_answer), None)
        if entry is None:
            return cls(None, None, is_met=status is Status.MET)
        orders = [item for item in entries if item.is_order]
        before = [order for order in orders if not _is_after(order, entry, orders)]
        later = [item.kind for item in entries if item.stands.certainly_after(entry.stands)]
        met = [item.stands for item in entries if item.kind == "met"]
        return cls(
            entry,
            before[-1] if before else None,
            told_since=len(before) < len(orders),
            reopened_since="reopened" in later,
            is_met=status is Status.MET
            or any(not day.certainly_before(entry.stands) for day in met),
        )

    @property
    def kind(self) -> AnswerKind:
        """What was answered."""
        return AnswerKind(self.entry.kind) if self.entry else AnswerKind.NONE

    @property
    def label(self) -> str:
        """`Accepted`, `No answer on record`, `Accepted, before it was told again`."""
        return f"{self.kind.label}{self.clause}"

    @property
    def clause(self) -> str:
        """`, before it was told again` for an answer to an earlier order; else empty."""
        if not self.told_since:
            return ", before it was reopened" if self.reopened_since else ""
        return ", before it was told again" if self.order else ", before it was told"

    @property
    def date(self) -> PartialDate | None:
        """Date of the answer, as written."""
        return self.entry.date if self.entry else None

    @property
    def reason(self) -> str | None:
        """The note of the answer; that of a refusal is its reason."""
        return self.entry.event.note if self.entry else None

    @property
    def sources(self) -> tuple[Source, ...]:
        """Its sources."""
        return self.entry.sources if self.entry else ()

    @property
    def is_unseen(self) -> bool:
        """Whether the trust says that it is done, and the regulator has not recorded it as met."""
        return self.kind is AnswerKind.SAID_DONE and not self.clause and not self.is_met

    @property
    def sentence(self) -> str:
        """The answer as a sentence that names its speaker."""
        if self.entry is None:
            return "No answer of the trust is on record."
        if self.is_unseen:
            return "The trust says that it is done; no inspector has said so."
        return f"{_SENTENCES[self.kind].format(when=when(self.entry.date))}{self.clause}."


def _is_after(order: Entry, answer: Entry, orders: Sequence[Entry]) -> bool:
    """Return whether an order is certainly after an answer; on one day it is not.

    An order of unknown date may be the one that was answered. If another one may be, it is taken as
    of its inspection or report.
    """
    others = (other for other in orders if other is not order and other.date.known)
    other_may_be = any(not other.date.certainly_after(answer.stands) for other in others)
    date = order.stands if other_may_be else order.date
    return date.certainly_after(answer.stands)
