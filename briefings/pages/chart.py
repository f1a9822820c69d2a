"""The history of a rating as a drawing: time from left to right, grades from best to worst.

Each grade has a line with its word; each rating a shape on it, joined by steps. A word outside
the scale (suspended, not rated) stands on a line below the grades and breaks the step. The same
ratings stand in a table beside it. Lengths are in units of the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from briefings.pages.values import Grade, shown
from briefings.ratings import Point, RatingValue

WIDTH = 640
_LEFT, _RIGHT, _TOP, _ROW = 176, 620, 18, 30


class Level(NamedTuple):
    """The line of one grade."""

    y: int
    word: str


class Dot(NamedTuple):
    """One rating: its shape stands with its centre at (x, y)."""

    x: float
    y: int
    grade: Grade


class Year(NamedTuple):
    """A mark on the axis."""

    x: float
    year: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The finished drawing; `path` joins the grades."""

    levels: list[Level]
    dots: list[Dot]
    years: list[Year]
    path: str
    height: int

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def left(self) -> int:
        return _LEFT

    @property
    def right(self) -> int:
        return _RIGHT

    @property
    def foot(self) -> int:
        """The base line of the years."""
        return self.height - 4


def chart(points: Sequence[Point], confirmed: Sequence[Point] = ()) -> Chart | None:
    """The drawing of at least two dated ratings on one scale; None where there is nothing to see.

    A point stands in the middle of what is known of its date, and the line goes on in time
    whatever order the visits were in. The drawing goes on to the last of
    `confirmed`, the briefings that say the rating still stands.
    """
    known = [point for point in points if point.date.known]
    dated = [(day, one.value) for one in known if (day := _middle(one)) is not None]
    dated.sort(key=itemgetter(0))
    scales = {value.scale.id for _, value in dated if value.scale}
    if len(dated) < 2 or len(scales) != 1:
        return None
    days = [day for day, _ in dated]
    days += [day for point in confirmed if (day := _middle(point))]
    first, last = date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1)
    values = [value for _, value in dated]
    levels = _levels(values)
    dots = [Dot(_x(day, first, last), levels[_word(value)], shown(value)) for day, value in dated]
    return Chart(
        levels=[Level(y, word) for word, y in levels.items()],
        dots=dots,
        years=_years(first, last),
        path=_path(dots),
        height=_TOP + _ROW * len(levels) + 14,
    )


def _middle(point: Point) -> date | None:
    earliest, latest = point.date.earliest, point.date.latest
    if earliest is None or latest is None:
        return earliest or latest
    return earliest + timedelta(days=(latest - earliest).days // 2)


def _word(value: RatingValue) -> str:
    return value.label


def _levels(values: Sequence[RatingValue]) -> dict[str, int]:
    """The line of each grade of the scale, best first, and of each other word that occurs."""
    scale = next(value.scale for value in values if value.scale)
    grades = [step.label for step in sorted(scale.values, key=lambda step: step.rank)]
    outside = [value.label for value in values if not value.is_grade]
    return {word: _TOP + n * _ROW for n, word in enumerate(dict.fromkeys([*grades, *outside]))}


def _x(day: date, first: date, last: date) -> float:
    return round(_LEFT + 12 + (_RIGHT - _LEFT - 12) * (day - first).days / (last - first).days, 1)


def _years(first: date, last: date) -> list[Year]:
    """The first of January of every year, or of every few, where they would be too close."""
    count = last.year - first.year
    step = 1 + count // 9
    return [
        Year(_x(date(year, 1, 1), first, last), year) for year in range(first.year, last.year, step)
    ]


def _path(dots: Sequence[Dot]) -> str:
    """Steps: a grade holds until the next rating; one outside the scale ends it and starts none."""
    parts: list[str] = []
    holding = False
    for dot in dots:
        if holding:
            parts.append(f"H{dot.x}")
        if dot.grade.is_grade:
            parts.append(f"V{dot.y}" if holding else f"M{dot.x} {dot.y}")
        holding = dot.grade.is_grade
    return "".join(parts) + (f"H{_RIGHT}" if holding else "")
