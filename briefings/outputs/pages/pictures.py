"""Pictures of requirements, ratings and figures over time (see `drawing`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from briefings.content.dates.values import PartialDate
from briefings.content.schema.entities import RegulatorFront
from briefings.domain import words
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History
from briefings.domain.ratings.histories import Point, RatingHistory, trust_level
from briefings.domain.ratings.scales import key_question_label, leads_of
from briefings.outputs.pages.components import GradeLabel, shown
from briefings.outputs.pages.drawing import (
    HANG,
    MIDDLE,
    Axis,
    Course,
    Drawing,
    Mark,
    bottom,
    description_of,
    hang,
)

#: Height of the scale of a chart of figures.
_SCALE = 80


# Requirements


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
        description_of((entry.label, entry.date) for entry in history.entries),
        bottom(labels, 2 * MIDDLE),
        tuple(Course(a, MIDDLE, b, MIDDLE, kind) for a, b, kind in ends if a < b),
        marks,
        labels,
        end if marks and status.is_open else None,
    )


def _kind(history: History, entry: Entry) -> str:
    if entry.is_order:
        return "again" if entry.kind == "repeated" or history.told_before(entry) else "told"
    return "raised" if entry.is_finding else "end" if entry.is_end else "other"


# Ratings


class DatedGrade(NamedTuple):
    """A grade of a series, with the date of its rating and the remarks that tables have on it."""

    date: PartialDate
    grade: GradeLabel
    marks: tuple[str, ...] = ()


class Series(NamedTuple):
    """Ratings of one key question on scales that can be compared, in the order of inspections.

    `scale`: regulator id, index of the newest of the scales in its list, name. `end`: the date of
    the rating that ended the last one, or None.
    """

    scale: tuple[str, int, str]
    question: str
    given: tuple[DatedGrade, ...]
    end: PartialDate | None


class Strip(NamedTuple):
    """The drawing of a series."""

    series: Series
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Strips:
    """Strips on one axis.

    `scales`: (name, strips) of each set of comparable scales, oldest first. `undated`: the number
    of ratings without a known date, which are not drawn.
    """

    axis: Axis
    scales: tuple[tuple[str, tuple[Strip, ...]], ...]
    undated: int


def strips(own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]) -> Strips | None:
    """Return the strips of a trust's own ratings; None if fewer than two have a known date."""
    level = trust_level(own)
    confirmed = [point.date for history in level for point in history.standing.confirmed]
    several = len({history.thing.regulator for history in level}) > 1
    all_series = (
        series._replace(scale=(id, place, scale_name(regulators[id], name))) if several else series
        for series in series_of(level, regulators)
        for id, place, name in [series.scale]
    )
    return strips_of(all_series, confirmed)


def scale_name(regulator: RegulatorFront, label: str) -> str:
    """Return the name of a scale, with its regulator once: `CQC ratings`, `NCI: Ratings`."""
    name = regulator.short_name
    return label if name in label.split() else f"{name}: {label}"


def strips_of(all_series: Iterable[Series], further: Iterable[PartialDate] = ()) -> Strips | None:
    """Return the strips of these series; None if fewer than two ratings have a known date.

    `further`: dates that the axis has too.
    """
    ordered = sorted(all_series, key=lambda series: series.scale)
    dates = [given.date for series in ordered for given in series.given]
    undated = sum(not when.known for when in dates)
    axis = Axis.of([*dates, *further], in_years=True)
    if axis is None or len(dates) - undated < 2:
        return None
    scales: dict[tuple[str, int, str], list[Strip]] = {}
    for series in ordered:
        scales.setdefault(series.scale, []).append(Strip(series, strip(series, axis)))
    groups = tuple((scale[2], tuple(rows)) for scale, rows in scales.items())
    return Strips(axis, groups, undated)


def series_of(
    histories: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]
) -> Iterator[Series]:
    """Yield the ratings of each key question, apart where they can't be compared."""
    for history in histories:
        yield from _split(history, regulators[history.thing.regulator])


def _split(history: RatingHistory, regulator: RegulatorFront) -> Iterator[Series]:
    leads, all_points = leads_of(regulator.scales), history.series
    by_lead: dict[str, list[Point]] = {}
    for point, scale in zip(all_points, _scales(all_points, regulator), strict=True):
        by_lead.setdefault(leads.get(scale, ""), []).append(point)
    places = {scale.id: (n, scale.label) for n, scale in enumerate(regulator.scales)}
    question, standing = key_question_label(regulator, history.thing.key_question), history.standing
    for lead, points in by_lead.items():
        after = all_points[all_points.index(points[-1]) + 1 :]
        by = standing.replaced_by if standing.point in points else next(iter(after), None)
        place = places.get(lead, (0, regulator.short_name))
        given = tuple(DatedGrade(point.date, shown(point.value), point.marks) for point in points)
        end = by.date if by else None
        yield Series((history.thing.regulator, *place), question, given, end)


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


def strip(series: Series, axis: Axis) -> Drawing:
    """Return the drawing of one series. A grade lasts until that of a later inspection or its end.

    One that was published after that of a later inspection has no line. Nor has a value outside the
    scale. Each grade is labelled where it begins, not at every mark.
    """
    marks = ((axis.mark(given.date, given.grade.shape), given.grade) for given in series.given)
    inspected = [(mark, grade) for mark, grade in marks if mark]
    ended = axis.mark(series.end, "") if series.end else None
    courses: list[Course] = []
    until: float = ended.x if ended else 100
    for mark, grade in reversed(inspected):
        if grade.is_grade and until > mark.x:
            courses.insert(0, Course(mark.x, MIDDLE, until, MIDDLE, mark.kind))
        until = min(until, mark.x)
    rated = sorted(inspected, key=lambda pair: pair[0].x)
    before = ["", *(grade.word for _, grade in rated)]
    texts = [
        (mark, grade.word, "")
        for (mark, grade), last in zip(rated, before, strict=False)
        if grade.word != last
    ]
    labels = hang(texts, MIDDLE + HANG - 2)
    return Drawing(
        series.question,
        description_of((given.grade.word, given.date) for given in series.given),
        bottom(labels, 2 * MIDDLE),
        tuple(courses),
        tuple(mark for mark, _ in rated),
        labels,
    )


# Figures


def figures(name: str, values: Iterable[tuple[Decimal, PartialDate | None, str]]) -> Drawing | None:
    """Return the drawing of a series of (number, period, words), over zero.

    None with fewer than two figures of different known periods.
    """
    dated = [(float(number), period, label) for number, period, label in values if period]
    axis = Axis.of((period for _, period, _ in dated), in_years=False)
    if axis is None or len({period.written for _, period, _ in dated if period.known}) < 2:
        return None
    low, high = (choose(0.0, *(number for number, _, _ in dated)) for choose in (min, max))
    scale = _SCALE / (high - low) if high > low else 0
    foot = MIDDLE + _SCALE
    drawn = [
        (mark, label, period.show())
        for number, period, label in dated
        if (mark := axis.mark(period, "value", round(MIDDLE + (high - number) * scale, 1)))
    ]
    drawn.sort(key=lambda pair: pair[0].x)
    marks = tuple(mark for mark, *_ in drawn)
    labels = hang(drawn, foot + HANG)
    return Drawing(
        name,
        description_of((label, period) for _, period, label in dated),
        bottom(labels, foot),
        tuple(Course(a.x, a.y, b.x, b.y, "value") for a, b in pairwise(marks)),
        marks,
        labels,
        zero=round(MIDDLE + high * scale, 1),
    )
