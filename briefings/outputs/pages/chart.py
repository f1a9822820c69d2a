"""The history of a trust's own ratings as drawings: one for each scale, one row for each question.

Time runs from left to right, on the same axis in all drawings of a trust. Each rating is a mark
with its word; a line joins the grades of one row, which are of one key question and one scale. A
word outside the scale (suspended, not rated) stands in the row as well and breaks the line. The
same ratings stand in a table below. Lengths are in units of the drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from briefings.content.dates import PartialDate
from briefings.content.schema import RegulatorFront
from briefings.domain.ratings import (
    Point,
    RatingHistory,
    RatingValue,
    Standing,
    key_question_label,
    trust_level,
)
from briefings.outputs.pages.components import GradeLabel, shown

WIDTH = 640
_LEFT, _RIGHT, _TOP, _ROW = 120, 600, 26, 56
#: Where the word stands, from the middle of its mark; about how wide a letter is.
_BELOW, _ABOVE, _LETTER = 21, -12, 6.6


class Dot(NamedTuple):
    """One rating: its mark stands with its centre at (x, y), its word with its middle at `word_x`.

    `word_y` is None where no room is left between two others: the mark's shape says it.
    """

    x: float
    y: int
    grade: GradeLabel
    word_x: float
    word_y: int | None


class Row(NamedTuple):
    """The ratings of one key question on one scale; `path` joins the grades."""

    label: str
    y: int
    dots: list[Dot]
    path: str


class Year(NamedTuple):
    """A mark on the axis."""

    x: float
    year: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The finished drawing of one scale. `undated`: how many ratings have no known date and stand
    in the table alone."""

    name: str
    rows: list[Row]
    years: list[Year]
    undated: int

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def height(self) -> int:
        return _TOP + _ROW * len(self.rows) + 14

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


@dataclass(frozen=True, slots=True)
class _Line:
    """What becomes one row: (day, rating) in order of time, and when the last grade ended.

    `scale`: regulator, place in its list of scales, name.
    """

    scale: tuple[str, int, str]
    label: str
    points: list[tuple[date, Point]]
    undated: int
    end: date | None


def charts(own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]) -> list[Chart]:
    """The drawings of a trust's own ratings, none left out; [] where fewer than two have a date.

    A rating stands in the middle of what is known of its date.
    """
    level = trust_level(own)
    lines = [line for one in level for line in _lines(one, regulators[one.thing.regulator])]
    days = [day for line in lines for day, _ in line.points]
    if len(days) < 2:
        return []
    later = (_middle(point.date) for one in level for point in one.standing.confirmed)
    days += [day for day in later if day is not None]
    axis = _Axis(date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1))
    scales = sorted({line.scale for line in lines})
    return [_chart([line for line in lines if line.scale == scale], axis) for scale in scales]


def _lines(history: RatingHistory, regulator: RegulatorFront) -> Iterator[_Line]:
    """The ratings of one question, apart by scale."""
    by_scale: dict[str, list[Point]] = {}
    for point, scale in zip(history.series, _scales(history.series, regulator), strict=True):
        by_scale.setdefault(scale, []).append(point)
    label = key_question_label(regulator, history.thing.key_question)
    places = {one.id: (n, one.label) for n, one in enumerate(regulator.scales)}
    for scale, points in by_scale.items():
        dated = [(day, point) for point in points if (day := _middle(point.date)) is not None]
        dated.sort(key=lambda each: each[0])
        place = places.get(scale, (0, regulator.short_name))
        is_last = history.standing.point in points
        end = _ended(history.standing) if is_last else _first(history.series, points)
        whose = (history.thing.regulator, *place)
        yield _Line(whose, label, dated, len(points) - len(dated), end)


def _scales(points: Sequence[Point], regulator: RegulatorFront) -> Iterator[str]:
    """The scale of each rating; a word outside any stands with the grade before it, else with the
    one after, else with the regulator's newest."""
    given = [point.value.scale.id if point.value.scale else None for point in points]
    newest = regulator.scales[-1].id if regulator.scales else ""
    last = next(filter(None, given), newest)
    for scale in given:
        last = scale or last
        yield last


def _ended(standing: Standing) -> date | None:
    """When the last grade was replaced by another rating."""
    by = standing.replaced_by
    return _middle(by.date) if by is not None else None


def _first(points: Sequence[Point], before: Sequence[Point]) -> date | None:
    """When the first rating on another scale was given after these."""
    after = points[points.index(before[-1]) + 1 :]
    return _middle(after[0].date) if after else None


def _middle(when: PartialDate) -> date | None:
    earliest, latest = when.earliest, when.latest
    if earliest is None or latest is None:
        return earliest or latest
    return earliest + timedelta(days=(latest - earliest).days // 2)


class _Axis(NamedTuple):
    """The time that all drawings of a trust share."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day stands."""
        part = (day - self.first).days / (self.last - self.first).days
        return round(_LEFT + 12 + (_RIGHT - _LEFT - 12) * part, 1)

    def years(self) -> list[Year]:
        """The first of January of every year, or of every few, where they would be too close."""
        count = self.last.year - self.first.year
        every = range(self.first.year, self.last.year, 1 + count // 9)
        return [Year(self.x(date(year, 1, 1)), year) for year in every]


def _chart(lines: Sequence[_Line], axis: _Axis) -> Chart:
    rows = []
    for n, line in enumerate(lines):
        y = _TOP + n * _ROW
        dots = _dots([(axis.x(day), point.value) for day, point in line.points], y)
        end = axis.x(line.end) if line.end is not None else _RIGHT
        rows.append(Row(line.label, y, dots, _path(dots, end)))
    return Chart(lines[0].scale[2], rows, axis.years(), sum(line.undated for line in lines))


def _dots(values: Sequence[tuple[float, RatingValue]], y: int) -> list[Dot]:
    """Each word below its mark, or above it where the one before is too near."""
    free = {_BELOW: 0.0, _ABOVE: 0.0}
    dots = []
    for x, value in values:
        half = len(value.label) * _LETTER / 2
        word_x = min(x, WIDTH - half)
        side = next((side for side, until in free.items() if until <= word_x - half), None)
        if side is not None:
            free[side] = word_x + half
        dots.append(Dot(x, y, shown(value), word_x, None if side is None else y + side))
    return dots


def _path(dots: Sequence[Dot], end: float) -> str:
    """A grade holds until the next rating or until its end; a word outside the scale starts no
    line."""
    ends = [*(dot.x for dot in dots[1:]), end]
    return "".join(
        f"M{dot.x} {dot.y}H{until}"
        for dot, until in zip(dots, ends, strict=True)
        if dot.grade.is_grade and until > dot.x
    )
