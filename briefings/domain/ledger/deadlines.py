"""Deadlines of a requirement: the first date, every move of it, and whether it has passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from briefings.content.dates.values import PartialDate
from briefings.domain.ledger.entries import Entry
from briefings.domain.site import Clock


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of a requirement, and its moves.

    `entries`: the entry that sets it, then each that moves it. `answered`: a `met` or `lifted`
    entry is on record that is not certainly before the last of them.
    """

    entries: tuple[Entry, ...]
    answered: bool

    @property
    def entry(self) -> Entry:
        """The entry that sets it."""
        return self.entries[0]

    @property
    def last_entry(self) -> Entry:
        """The entry that sets the current date."""
        return self.entries[-1]

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """Its first date, and each to which it was moved."""
        dates = (entry.event.deadline for entry in self.entries)
        return tuple(date for date in dates if date is not None)

    @property
    def due(self) -> PartialDate:
        """The current date: the last to which it was moved."""
        return self.dates[-1]

    @property
    def words(self) -> str:
        """All its dates: `30 June 2025, moved to 30 September 2025`."""
        return ", moved to ".join(date.show() for date in self.dates)

    def passed_without_record(self, clock: Clock) -> bool:
        """Whether the deadline has passed with no public record that it was met.

        Pages say so in these words, and never "failed".
        """
        return clock.passed_without_record(self.due, ended=self.answered)


def deadlines_of(entries: Iterable[Entry]) -> tuple[Deadline, ...]:
    """Return the deadlines that entries set, in the order of the entries that set them.

    A `deadline-set` moves a deadline of the same order if that is the only one, it has another
    date, and it was certainly set before. Otherwise both are deadlines: parts of an order may have
    dates of their own. After an order, an end or a reopening, no earlier deadline is moved.
    """
    chains: list[list[Entry]] = []
    current: list[list[Entry]] = []  # those of the newest order
    ends: list[PartialDate] = []
    for entry in entries:
        if entry.is_end:
            ends.append(entry.stands)
        if entry.is_order or entry.is_end or entry.kind == "reopened":
            current = []
        if entry.event.deadline is None:
            continue
        if len(current) == 1 and _moves(entry, current[0][-1]):
            current[0].append(entry)
        else:
            current.append([entry])
            chains.append(current[-1])
    return tuple(Deadline(tuple(chain), _is_answered(chain[-1], ends)) for chain in chains)


def _moves(entry: Entry, last: Entry) -> bool:
    """Return whether an entry moves the deadline that `last` sets."""
    differs = entry.event.deadline != last.event.deadline
    return entry.kind == "deadline-set" and differs and entry.date.certainly_after(last.date)


def _is_answered(entry: Entry, ends: Iterable[PartialDate]) -> bool:
    return any(not end.certainly_before(entry.stands) for end in ends)
