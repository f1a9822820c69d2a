"""Requirements as lists show them: one row each, from its history, and its line of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from briefings.content.dates.values import PartialDate
from briefings.domain import words
from briefings.domain.ledger.entries import Answer, Deadline, Entry
from briefings.domain.ledger.history import History
from briefings.domain.site import Site
from briefings.domain.visibility import Clock
from briefings.outputs.pages.components import trust_link
from briefings.outputs.pages.drawing import (
    HANG,
    MIDDLE,
    Arrow,
    Axis,
    Course,
    Drawing,
    Mark,
    bottom,
    hang,
    told,
)
from briefings.urls import LinkTo


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One requirement in a list.

    `clock` is used only for deadlines. `axis`: that of the lines of the whole list, None without a
    date. `trust` is set in lists of several trusts.
    """

    history: History
    clock: Clock
    axis: Axis | None
    trust: LinkTo | None = None

    @property
    def title(self) -> str:
        return self.history.front.title

    @property
    def url(self) -> str:
        return self.history.url

    @property
    def status(self) -> str:
        """`Open`, `Open, plan supplied`, `Met` and so on."""
        return self.history.status.label

    @property
    def is_open(self) -> bool:
        """See `Status.is_open`."""
        return self.history.status.is_open

    @property
    def recorded(self) -> PartialDate:
        """The date of that last record."""
        return self.history.status_date

    @property
    def answer(self) -> Answer:
        """What the trust answered."""
        return self.history.answer

    @property
    def bounds(self) -> str:
        """`last looked on 3 November 2026; asked on 5 June 2026, no answer`; may be empty."""
        return "" if self.history.status.is_ended else self.history.evidence.bounds

    @property
    def silence(self) -> str:
        """`Nothing since May 2025; last looked on 3 November 2026`."""
        return words.capital(self.history.evidence.words)

    @property
    def times_told(self) -> str:
        """`once`, `twice` and so on, or `no order on record`."""
        count = self.history.times_told
        return words.times(count) if count else "no order on record"

    @property
    def is_told_again(self) -> bool:
        return self.history.told_again

    @property
    def since(self) -> Entry:
        """The event that its age is counted from; if there is none, the first on record."""
        return self.history.first or self.history.entries[0]

    @property
    def since_order(self) -> str:
        """Sort key of that column: the earliest possible day in ISO 8601; unknown dates last."""
        earliest = self.since.date.earliest
        return earliest.isoformat() if earliest else "9999"

    @property
    def line(self) -> Drawing | None:
        """Its line on the axis of the list, or None if there is nothing to draw."""
        return line(self.history, self.axis) if self.axis else None

    @property
    def age(self) -> str:
        """`about six years`, or empty. The requirement's own page shows the exact range."""
        age = self.history.age
        return words.about(age) if age else ""

    @property
    def passed(self) -> list[Deadline]:
        """Deadlines that have passed with no public record that they were met."""
        return list(self.history.passed(self.clock))


def ledger_rows(histories: Iterable[History], clock: Clock) -> list[LedgerRow]:
    """Return a row for each history, in the given order, without the trust."""
    histories = tuple(histories)
    axis = axis_of(histories)
    return [LedgerRow(history, clock, axis) for history in histories]


def rows_with_trusts(site: Site, histories: Iterable[History]) -> list[LedgerRow]:
    """Return a row for each history, in the given order, with the trust."""
    histories = tuple(histories)
    axis = axis_of(histories)
    return [
        LedgerRow(history, site.clock, axis, trust_link(site, history.front.trust))
        for history in histories
    ]


def axis_of(histories: Iterable[History]) -> Axis | None:
    """Return the axis of several requirements; None if none of their events has a date."""
    dates = (entry.date for history in histories for entry in history.entries)
    return Axis.of(dates, in_years=True)


def life(history: History) -> Drawing | None:
    """Return the labelled drawing of a requirement; None with fewer than two known dates."""
    dates = {entry.date.written: entry.date for entry in history.entries if entry.date.known}
    axis = Axis.of(dates.values(), in_years=False)
    return line(history, axis, is_labelled=True) if axis and len(dates) > 1 else None


def line(history: History, axis: Axis, *, is_labelled: bool = False) -> Drawing:
    """Return the line of a requirement from its first event to the last record.

    The line is broken if the outcome is not known, and from the last record to a later word of the
    trust, which is no record.
    """
    drawn: dict[tuple[str, str], tuple[Entry, Mark]] = {}
    for entry in history.entries:
        mark = axis.mark(entry.date, _kind(history, entry))
        if mark:
            drawn.setdefault((entry.date.written, entry.label), (entry, mark))
    marks = tuple(mark for _, mark in drawn.values())
    recorded = [mark.x for entry, mark in drawn.values() if not entry.is_answer]
    end = max((max(mark.x, mark.left + mark.width) for mark in marks), default=0)
    status, times = history.status, history.times_told
    is_sure = status.is_open or status.is_ended
    ends = [(recorded[0], recorded[-1], "" if is_sure else "unsure")] if recorded else []
    if recorded and recorded[-1] < marks[-1].x:
        ends.append((recorded[-1], marks[-1].x, "unsure"))
    texts = [(mark, entry.label, entry.date.show()) for entry, mark in drawn.values()]
    labels = hang(texts, MIDDLE + HANG) if is_labelled else ()
    return Drawing(
        f"{status.label}, {f'told {words.times(times)}' if times else 'no order on record'}",
        told((entry.label, entry.date) for entry in history.entries),
        bottom(labels, 2 * MIDDLE),
        tuple(Course(a, MIDDLE, b, MIDDLE, kind) for a, b, kind in ends if a < b),
        marks,
        labels,
        Arrow(end, MIDDLE) if marks and status.is_open else None,
    )


def _kind(history: History, entry: Entry) -> str:
    if entry.is_order:
        return "again" if entry.kind == "repeated" or history.told_before(entry) else "told"
    return "raised" if entry.is_finding else "end" if entry.is_end else "other"
