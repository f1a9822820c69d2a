"""SVG timeline of a requirement: its events on a line of time.

A date with a long range (a year, say; see `_POINT`) is a hollow span over it, any other date a
filled point. A ring means that the regulator told the trust again. The line ends in an arrow if the
requirement is open, in a bar if it was met or lifted, and is broken without an end if that is not
known. Events without a date are not drawn. A list beside the drawing has the same events, for small
screens and screen readers. Lengths are in SVG user units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History

WIDTH = 640
LEFT, RIGHT = 12.0, 600.0
#: Height of one label (two lines), and the space above and below the line of time.
_LABEL, _AROUND = 34, 18
#: Approximate width of a letter in a label, rounded up.
_LETTER = 7.0
_GAP = 10.0
#: Dates with a range of more days than this are drawn as spans, others as points.
_POINT = 124


class Label(NamedTuple):
    """The text for one event. (`x`, `y`): left end of the first of two baselines.

    `stem`: a line (x, from y, to y) to the event, for a label further away than the first row.
    """

    x: float
    y: float
    word: str
    date: str
    stem: tuple[float, float, float] | None


class Mark(NamedTuple):
    """One event on the line: a point at `x`, or a span of `width` that begins there.

    `again`: the regulator told the trust again.
    """

    x: float
    width: float
    is_span: bool
    again: bool


class Event(NamedTuple):
    """One entry of the list beside the drawing."""

    word: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class TimelineSvg:
    """The finished timeline.

    `line`: y of the line of time. `start`: x of its left end.
    """

    events: list[Event]
    marks: list[Mark]
    labels: list[Label]
    height: float
    line: float
    start: float
    is_open: bool
    is_ended: bool

    @property
    def is_unsure(self) -> bool:
        """True if it is not known whether the requirement is open: a broken line without an end."""
        return not self.is_open and not self.is_ended

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def end(self) -> float:
        return RIGHT


def timeline_svg(history: History) -> TimelineSvg | None:
    """Return the timeline of a history; None with fewer than two different known dates."""
    dated = [one for one in history.entries if one.date.earliest and one.date.latest]
    once = list({(one.date.written, one.label): one for one in dated}.values())
    if len({one.date.written for one in once}) < 2:
        return None
    first = min(one.date.earliest for one in once if one.date.earliest)
    last = max(one.date.latest for one in once if one.date.latest)
    places = [_place(one, first, last) for one in once]
    slots = _slots(once, places)
    above = 1 + max((slot.row for slot in slots if slot.above), default=0)
    below = 1 + max((slot.row for slot in slots if not slot.above), default=-1)
    line = above * _LABEL + _AROUND
    marks = [
        Mark(round(x, 1), round(width, 1), width > 0, entry.kind == "repeated")
        for entry, (x, width) in zip(once, places, strict=True)
    ]
    labels = [_label(slot, line, entry) for slot, entry in zip(slots, once, strict=True)]
    return TimelineSvg(
        events=[Event(one.label, one) for one in history.entries],
        marks=marks,
        labels=labels,
        height=line + _AROUND + below * _LABEL,
        line=line,
        start=marks[0].x,
        is_open=history.status.is_open,
        is_ended=history.status.is_ended,
    )


def _place(entry: Entry, first: date, last: date) -> tuple[float, float]:
    """Return the left end and the width of an event; the width of a point is 0."""
    earliest, latest = entry.date.earliest, entry.date.latest
    assert earliest is not None
    assert latest is not None
    scale = (RIGHT - LEFT - 40) / max(1, (last - first).days)
    x = LEFT + (earliest - first).days * scale
    width = (latest - earliest).days * scale
    if (latest - earliest).days <= _POINT:
        return x + width / 2, 0.0
    return x, max(width, 12.0)


class _Slot(NamedTuple):
    """The position of a label: side of the line, row counted from it (from 0), left edge.

    `centre`: x of the middle of its event.
    """

    above: bool
    row: int
    x: float
    centre: float


def _slots(entries: list[Entry], places: list[tuple[float, float]]) -> list[_Slot]:
    """Return a position for every label, as near to the line as possible without overlap."""
    used_up_to: dict[tuple[bool, int], float] = {}
    slots = []
    for entry, (x, width) in zip(entries, places, strict=True):
        centre = x + width / 2
        length = max(len(entry.label), len(entry.date.show())) * _LETTER
        start = min(max(centre - length / 2, 0.0), WIDTH - length)
        row = 0
        while True:
            free = (
                side for side in (True, False) if used_up_to.get((side, row), -_GAP) + _GAP <= start
            )
            side = next(free, None)
            if side is not None:
                break
            row += 1
        used_up_to[side, row] = start + length
        slots.append(_Slot(side, row, round(start, 1), round(centre, 1)))
    return slots


def _label(slot: _Slot, line: float, entry: Entry) -> Label:
    """Return the label at a slot. Its two baselines are 15 apart, and it is clear of the marks."""
    if slot.above:
        y = line - _AROUND - slot.row * _LABEL - 15
        stem = (slot.centre, line - 12, y + 19) if slot.row else None
    else:
        y = line + _AROUND + slot.row * _LABEL + 13
        stem = (slot.centre, line + 12, y - 13) if slot.row else None
    return Label(slot.x, y, entry.label, entry.date.show(), stem)
