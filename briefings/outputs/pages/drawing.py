"""Geometry of drawings: marks on a line of time, with the labels that hang from it.

An x is in percent of the width of the drawing, so that a drawing fits every screen and its text
keeps its size; a y is in px. A date is drawn as its range where that can be seen (`_POINT`), dashed
to the edge where one side of it is open, and not at all if it is unknown. `templates/macros/
pictures.html` draws these values; `static/style.css` has colours and shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap
from typing import NamedTuple, Self

from briefings.content.dates.values import PartialDate

#: Width in px of the narrowest drawing, on a screen of 320 px; labels that are apart there are so
#: on every wider screen. Space between two labels. A line of `_LINE` letters has room on one side
#: of every mark.
NARROW, _GAP, _LINE = 230, 4, 21
#: Width of a letter of a word and of a date, in a wide typeface.
_BOLD, _PLAIN = 7.6, 6.8
#: A date is a point if its range is at most this wide, in percent: as wide as a mark at `NARROW`.
_POINT = 5.0
#: How much of the open side of a date is drawn, in percent.
_OPEN = 6
#: The y of a line of time, and the distance from a line to the first label below it.
MIDDLE, HANG = 13, 26
#: Height of a line of text; how many labels a drawing has at most, besides the first.
_TEXT, _LABELS = 14, 23


class Mark(NamedTuple):
    """One event, rating or figure, at (`x`, `y`); `kind` is its CSS class.

    `left` and `width`: the range of its date, if that is drawn (`width` is not 0). `is_open`: the
    date is open on one side; then `x` is the side that is known, and the range a part of the other.
    """

    x: float
    y: float
    kind: str
    left: float = 0
    width: float = 0
    is_open: bool = False


class Course(NamedTuple):
    """A piece of the line, from (`x1`, `y1`) to (`x2`, `y2`); `kind` is its CSS class, or empty."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str = ""


class Label(NamedTuple):
    """Lines of text, the first at (`x`, `y`): `words`, and below them `date`, in a softer colour.

    `anchor`: where `x` is in them, as in SVG. `stem`: the y from which a line leads to it, or None.
    """

    x: float
    y: float
    anchor: str
    words: tuple[str, ...]
    date: tuple[str, ...]
    stem: float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """One finished drawing. `title` and `description` say in words what it shows.

    `arrow`: the x at which the line of an open requirement goes on, or None. `zero`: the y of a
    line for zero. `is_scale`: others are read by its labels, and repeat a line below each of them.
    """

    title: str
    description: str
    height: float
    courses: tuple[Course, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...] = ()
    arrow: float | None = None
    zero: float | None = None
    is_scale: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that a drawing shows, or several below each other, from `first` to `last`."""

    first: date
    last: date

    @classmethod
    def of(cls, dates: Iterable[PartialDate], *, in_years: bool) -> Self | None:
        """Return the axis from the first to the last of these dates; None if none is known.

        A date that is open on one side (`/2021`) adds a sixth of the time, at least 30 days, on
        that side. `in_years`: begin and end with a year.
        """
        known = [when for when in dates if when.known]
        days = [day for when in known for day in (when.earliest, when.latest) if day]
        if not days:
            return None
        first, last = min(days), max(days)
        room = timedelta(max(30, (last - first).days // 6))
        if any(when.earliest is None for when in known):
            first -= room
        if any(when.latest is None for when in known):
            last += room
        if in_years:
            first, last = date(first.year, 1, 1), date(last.year + 1, 1, 1)
        return cls(first, last)

    def x(self, day: date) -> float:
        """Return the place of a day."""
        return tenths(100 * (day - self.first).days / max(1, (self.last - self.first).days))

    @property
    def scale(self) -> Drawing:
        """Labels of the axis: every year, or every n-th if more would not fit at `NARROW`."""
        count = self.last.year - self.first.year
        years = range(self.first.year, self.last.year + 1, 1 + count // 6)
        ticks = ((self.x(date(year, 1, 1)), str(year)) for year in years)
        labels = tuple(Label(x, 12, "middle", (year,), (), None) for x, year in ticks)
        description = f"From {self.first.year} to {self.last.year}"
        return Drawing("Years", description, 18, (), (), labels, is_scale=True)

    def mark(self, when: PartialDate, kind: str, y: float = MIDDLE) -> Mark | None:
        """Return the mark of a date, None if it is not known."""
        if not when.known:
            return None
        left, right = self.x(when.earliest or self.first), self.x(when.latest or self.last)
        if when.earliest is None:
            return Mark(right, y, kind, tenths(right - _OPEN), _OPEN, is_open=True)
        if when.latest is None:
            return Mark(left, y, kind, left, _OPEN, is_open=True)
        width = tenths(right - left) if right - left > _POINT else 0
        return Mark(tenths((left + right) / 2), y, kind, left, width, is_open=False)


def tenths(number: float) -> float:
    """Round to tenths: an integer if it is one, which is shorter in HTML."""
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


class _Place(NamedTuple):
    """A place for a text, in px at `NARROW`. `side`: index in `_ANCHORS`; `x`: of its mark."""

    top: float
    side: int
    left: float
    right: float
    bottom: float
    x: float

    def faults(self, other: _Place) -> int:
        """Return how much this place and another one, which is taken, are in each other's way."""
        upper, lower = sorted((self, other))
        if lower.top < upper.bottom:
            return 100 if self.left < other.right + _GAP and other.left < self.right + _GAP else 0
        return int(upper.left <= lower.x <= upper.right)  # its stem crosses the text


_ANCHORS = ("start", "middle", "end")


def hang(
    items: Sequence[tuple[Mark, str, str]], top: float, *, is_centred: bool = False
) -> tuple[Label, ...]:
    """Return a label for each (mark, word, date in words), at the baseline `top` or below.

    A text begins at its mark, or has its middle or its end there, at the first height at which it
    is clear of the others. Texts that have no room to begin at their mark are placed first, from
    the left, then the others from the right, so that no stem has to cross a text. Of very many
    marks, only the first and the last have a label. `is_centred`: all have their middle there.
    """
    labelled = (*items[:1], *items[1:][-_LABELS:])
    texts = [(mark, _wrapped(word), _wrapped(when)) for mark, word, when in labelled]
    if not is_centred:
        texts.sort(key=lambda text: _turn(text[0].x, _length(text[1], text[2])))
    taken: list[_Place] = []
    labels = []
    for mark, word, when in texts:
        tops = sorted({top, *(place.bottom for place in taken)})
        sides = (1,) if is_centred else _sides(mark.x, _length(word, when))
        places = [_place(mark.x, word, when, top, side) for top in tops for side in sides]
        best = min(places, key=lambda place: (sum(map(place.faults, taken)), place))
        taken.append(best)
        stem = mark.y + 8 if best.top - mark.y > HANG else None
        labels.append(Label(mark.x, best.top, _ANCHORS[best.side], word, when, stem))
    return tuple(labels)


def bottom(labels: Iterable[Label], least: float) -> float:
    """Return the height of a drawing with these labels, at least `least`."""
    ends = (label.y + _TEXT * len(label.words + label.date) - 8 for label in labels)
    return max(ends, default=least)


def _wrapped(text: str) -> tuple[str, ...]:
    return tuple(wrap(text, _LINE, break_on_hyphens=False))


def _length(words: Iterable[str], when: Iterable[str]) -> float:
    return max(*(_BOLD * len(text) for text in words), *(_PLAIN * len(text) for text in when), 0)


def _turn(x: float, length: float) -> tuple[bool, float]:
    begins = x / 100 * NARROW + length <= NARROW
    return begins, -x if begins else x


def _sides(percent: float, length: float) -> Sequence[int]:
    """Return where a text may be beside its mark; the middle, if it has room on no side."""
    x = percent / 100 * NARROW
    lefts = (x, x - length / 2, x - length)
    return [side for side, left in enumerate(lefts) if 0 <= left <= NARROW - length] or [1]


def _place(
    percent: float, words: Sequence[str], when: Sequence[str], top: float, side: int
) -> _Place:
    x, length = percent / 100 * NARROW, _length(words, when)
    left, height = x - length * side / 2, _TEXT * len((*words, *when))
    return _Place(top, side, left, left + length, top + height + 4, x)


def description_of(points: Iterable[tuple[str, PartialDate]]) -> str:
    """Return what a drawing shows in words: `Told in 2019; Told again September 2025`."""
    return "; ".join(f"{word} {when.show()}" for word, when in points)
