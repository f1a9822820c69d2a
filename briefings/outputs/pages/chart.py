"""SVG charts of a trust's own ratings over time: one per scale, one row per key question.

All charts of a trust share one time axis, from left to right. Each rating is a mark with a label; a
line connects the grades of a row. A value outside the scale (suspended, not rated) is in the same
row and interrupts the line. A table below the charts has the same ratings. Lengths are in SVG user
units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from briefings.content.dates import PartialDate
from briefings.content.schema import RegulatorFront
from briefings.domain.ratings.histories import Point, RatingHistory, Standing
from briefings.domain.ratings.scales import RatingValue, key_question_label
from briefings.domain.ratings.tables import trust_level
from briefings.outputs.pages.components import GradeLabel, shown

WIDTH = 640
_LEFT, _RIGHT, _TOP, _ROW = 120, 600, 26, 56
#: Offset of a label's baseline below and above its mark; approximate width of a letter.
_BELOW, _ABOVE, _LETTER = 21, -12, 6.6


class Dot(NamedTuple):
    """One rating. (`x`, `y`) is the centre of its mark, `word_x` the middle of its label.

    `word_y` is None if there is no room for the label between two others; the mark's shape then
    shows the grade.
    """

    x: float
    y: int
    grade: GradeLabel
    word_x: float
    word_y: int | None


class Row(NamedTuple):
    """The ratings of one key question on one scale. `path`: SVG path of the line between them."""

    label: str
    y: int
    dots: list[Dot]
    path: str


class Year(NamedTuple):
    """A tick on the time axis."""

    x: float
    year: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart of one scale. `name`: the name of the scale.

    `undated`: the number of ratings without a known date, which are only in the table.
    """

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
        """The baseline of the year labels."""
        return self.height - 4


@dataclass(frozen=True, slots=True)
class _Line:
    """The data of one row: (day, rating) in order of time, and when the last grade ended.

    `scale`: regulator id, index in the regulator's list of scales, name. `undated`: number of
    ratings without a known date.
    """

    scale: tuple[str, int, str]
    label: str
    points: list[tuple[date, Point]]
    undated: int
    end: date | None


def charts(own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]) -> list[Chart]:
    """Return the charts of a trust's own ratings; [] if fewer than two of them have a date.

    A rating is drawn at the middle of the range of its date.
    """
    level = trust_level(own)
    lines = [
        line for history in level for line in _lines(history, regulators[history.thing.regulator])
    ]
    days = [day for line in lines for day, _ in line.points]
    if len(days) < 2:
        return []
    later = (_middle(point.date) for history in level for point in history.standing.confirmed)
    days += [day for day in later if day is not None]
    axis = _Axis(date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1))
    scales = sorted({line.scale for line in lines})
    return [_chart([line for line in lines if line.scale == scale], axis) for scale in scales]


def _lines(history: RatingHistory, regulator: RegulatorFront) -> Iterator[_Line]:
    """Split the ratings of one key question by scale."""
    by_scale: dict[str, list[Point]] = {}
    for point, scale in zip(history.series, _scales(history.series, regulator), strict=True):
        by_scale.setdefault(scale, []).append(point)
    label = key_question_label(regulator, history.thing.key_question)
    places = {one.id: (n, one.label) for n, one in enumerate(regulator.scales)}
    for scale, points in by_scale.items():
        dated = [(day, point) for point in points if (day := _middle(point.date)) is not None]
        dated.sort(key=lambda pair: pair[0])
        place = places.get(scale, (0, regulator.short_name))
        is_last = history.standing.point in points
        end = _ended(history.standing) if is_last else _first(history.series, points)
        whose = (history.thing.regulator, *place)
        yield _Line(whose, label, dated, len(points) - len(dated), end)


def _scales(points: Sequence[Point], regulator: RegulatorFront) -> Iterator[str]:
    """Yield the scale id of each rating.

    A value outside any scale gets the scale of the grade before it, else of the one after it, else
    the regulator's newest.
    """
    scale_ids = [point.value.scale.id if point.value.scale else None for point in points]
    newest = regulator.scales[-1].id if regulator.scales else ""
    last = next(filter(None, scale_ids), newest)
    for scale in scale_ids:
        last = scale or last
        yield last


def _ended(standing: Standing) -> date | None:
    """Return when the last grade was replaced by another rating, or None."""
    by = standing.replaced_by
    return _middle(by.date) if by is not None else None


def _first(points: Sequence[Point], before: Sequence[Point]) -> date | None:
    """Return the date of the first rating after these, which is on another scale, or None."""
    after = points[points.index(before[-1]) + 1 :]
    return _middle(after[0].date) if after else None


def _middle(when: PartialDate) -> date | None:
    earliest, latest = when.earliest, when.latest
    if earliest is None or latest is None:
        return earliest or latest
    return earliest + timedelta(days=(latest - earliest).days // 2)


class _Axis(NamedTuple):
    """The time axis that all charts of a trust share, from `first` to `last`."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Return the x coordinate of a day."""
        part = (day - self.first).days / (self.last - self.first).days
        return round(_LEFT + 12 + (_RIGHT - _LEFT - 12) * part, 1)

    def years(self) -> list[Year]:
        """Return a tick for 1 January of every year; with many years, of every n-th year."""
        count = self.last.year - self.first.year
        years = range(self.first.year, self.last.year, 1 + count // 9)
        return [Year(self.x(date(year, 1, 1)), year) for year in years]


def _chart(lines: Sequence[_Line], axis: _Axis) -> Chart:
    rows = []
    for n, line in enumerate(lines):
        y = _TOP + n * _ROW
        dots = _dots([(axis.x(day), point.value) for day, point in line.points], y)
        end = axis.x(line.end) if line.end is not None else _RIGHT
        rows.append(Row(line.label, y, dots, _path(dots, end)))
    return Chart(lines[0].scale[2], rows, axis.years(), sum(line.undated for line in lines))


def _dots(values: Sequence[tuple[float, RatingValue]], y: int) -> list[Dot]:
    """Place each label below its mark, or above it if the previous label is too near.

    A label that fits neither below nor above is omitted.
    """
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
    """Return the SVG path. A grade lasts until the next rating or until its end.

    A value outside the scale starts no line.
    """
    ends = [*(dot.x for dot in dots[1:]), end]
    return "".join(
        f"M{dot.x} {dot.y}H{until}"
        for dot, until in zip(dots, ends, strict=True)
        if dot.grade.is_grade and until > dot.x
    )
