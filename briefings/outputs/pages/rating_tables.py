"""Ratings as shown on pages: headline, grids and histories of a trust, counts of services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from briefings.content.schema.briefing import ServiceCounts
from briefings.content.schema.entities import RegulatorFront
from briefings.content.schema.types import OVERALL
from briefings.domain import words
from briefings.domain.ratings.histories import Point, RatingHistory, Standing, trust_level
from briefings.domain.ratings.scales import (
    RatingValue,
    change_label,
    comparable_values,
    key_question_label,
    named_before,
)
from briefings.domain.ratings.tables import Grid, counted, headline, level_of_trust
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages.components import (
    TONES,
    Counts,
    GradeLabel,
    Tally,
    article,
    counts_of,
    full_name,
    in_words,
    rated,
    service_counts,
    shown,
    some_of,
)
from briefings.outputs.pages.drawing import MIDDLE, Drawing, Mark, bottom, hang, tenths
from briefings.urls import LinkTo, url_of

_INHERITED = "inherited"


class Cell(NamedTuple):
    """One table cell: the current rating of one thing and what came after it.

    `url`: the rating on the page of its briefing. `order`: sort key of the column, the rank of the
    grade in force, or 99 without one. `holds`: no other rating replaced it. `again`: a link to a
    later inspection of the same thing. `suspends`: the grade set aside by a suspension, or empty.
    `marks`: replaced, inherited, still in force, not rated at later inspections. `question`: the
    label of the key question, or empty.
    """

    grade: GradeLabel
    dated: str
    url: str
    order: int
    holds: bool
    again: LinkTo | None
    suspends: str
    marks: list[str]
    question: str = ""

    @property
    def inherited(self) -> list[str]:
        """`inherited`, if it was given to another trust; else nothing."""
        return [mark for mark in self.marks if mark == _INHERITED]

    @property
    def is_old(self) -> bool:
        """Whether it was replaced, or is older than a later inspection of the same thing."""
        return not self.holds or self.again is not None


def cell(standing: Standing, question: str = "") -> Cell:
    """Return the cell of a rating."""
    since, before = standing.since, standing.suspends
    return Cell(
        grade=shown(standing.value),
        dated=standing.dated,
        url=standing.point.url,
        order=standing.grade.rank or 99 if standing.grade else 99,
        holds=standing.holds,
        again=LinkTo(standing.inspected_again, since.briefing.url) if since else None,
        suspends=f"previously {before.value.label}, {before.date.show()}" if before else "",
        marks=list(_marks(standing)),
        question=question,
    )


def _marks(standing: Standing) -> Iterator[str]:
    if not standing.holds:
        yield "replaced"
    if standing.point.inherited_from:
        yield _INHERITED
    if standing.confirmed:
        yield standing.still_in_force
    if standing.unrated and standing.since is None:  # otherwise `again` names the later inspection
        yield f"not rated at {words.plural(len(standing.unrated), 'later inspection')}"


class GridRow(NamedTuple):
    """A service or location and its cells; None where it was never rated."""

    name: str
    cells: list[Cell | None]


class GridView(NamedTuple):
    """One regulator's ratings of services and locations by key question.

    `scale`: the name of the scale, if the regulator has grades on several that are not comparable.
    """

    regulator: str
    columns: list[str]
    rows: list[GridRow]
    scale: str


def grid_view(grid: Grid, regulator: RegulatorFront) -> GridView:
    """Return the grid with labels for its columns, rows and grades."""
    labels = [label for _, label in grid.columns]
    rows = [
        GridRow(
            ", ".join(filter(None, (row.name, row.site))),
            [
                cell(standing, label) if standing else None
                for standing, label in zip(row.cells, labels, strict=True)
            ],
        )
        for row in grid.rows
    ]
    return GridView(regulator.short_name, labels, rows, grid.scale.label if grid.scale else "")


class Headline(NamedTuple):
    """The rating that represents a trust, and its other trust-level ratings from one regulator.

    `name`: the regulator's full name, with its article. `by`: its short name, in brackets, if
    several regulators rated the trust, else empty. `cell`: None without a headline rating;
    `counts` then has the number of ratings of each grade. `scale`: the name of the scale; empty for
    a value outside any scale. `standing`: the other ratings in force, grouped by scale: the name is
    empty for scales that can be compared with that of the headline. `replaced`: those that were.
    """

    name: str
    by: str
    regulator_url: str
    cell: Cell | None
    counts: Counts
    scale: str
    standing: list[tuple[str, list[Cell]]]
    replaced: list[Cell]


def short_names_of_several(
    own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]
) -> Mapping[str, str]:
    """Return regulator id → ` (CQC)`, to tell ratings apart; empty if one gave them all."""
    ids = {history.thing.regulator for history in own}
    return {id: f" ({regulators[id].short_name})" for id in ids} if len(ids) > 1 else {}


def headlines(
    own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]
) -> Iterator[Headline]:
    """Yield the headline from each regulator that rated the trust itself, by regulator id."""
    level = trust_level(own)
    by = short_names_of_several(level, regulators)
    for id in sorted({history.thing.regulator for history in level}):
        of_regulator = [history for history in level if history.thing.regulator == id]
        first, several = headline(of_regulator), counted(of_regulator)
        if first is None and not several:
            continue
        main = (first or several[0]).value
        point = first.point if first else None
        label = partial(key_question_label, regulators[id])
        cells = [
            (history.standing, cell(history.standing, label(history.thing.key_question)))
            for history in of_regulator
        ]
        others = [(standing, view) for standing, view in cells if standing.point is not point]
        yield Headline(
            name=f"{article(regulators[id])}{full_name(regulators[id])}",
            by=by.get(id, ""),
            regulator_url=url_of("regulator", id),
            cell=next((view for standing, view in cells if standing.point is point), None),
            counts=() if first else counts_of(standing.value for standing in several),
            scale=main.scale.label if main.scale else "",
            standing=_by_scale(
                main, ((standing.value, view) for standing, view in others if view.holds)
            ),
            replaced=[view for _, view in others if not view.holds],
        )


def _by_scale(
    main: RatingValue, cells: Iterable[tuple[RatingValue, Cell]]
) -> list[tuple[str, list[Cell]]]:
    """Group cells by the name of their scale; the name is empty for those comparable with `main`.

    If `main` is no grade (suspended), they are compared with the first grade among them.
    """
    by_name: dict[str, list[Cell]] = {}
    shown_first = None if main.scale is None else main
    for value, view in cells:
        shown_first = shown_first or (value if value.scale else None)
        apart = value.scale and shown_first and not comparable_values(value, shown_first)
        by_name.setdefault(value.scale.label if value.scale and apart else "", []).append(view)
    return sorted(by_name.items(), key=lambda item: item[0] != "")


class LastRating(NamedTuple):
    """The rating of a trust last published by a regulator, or the value outside the scale instead.

    `dated`: its date, with its key question unless that is the overall one, and the regulator if
    several rated the trust. `again`: a later inspection of the same. `tally`: without a headline
    rating, the number of each grade.
    """

    grade: GradeLabel | None
    dated: str
    again: LinkTo | None
    tally: Tally | None


def last_ratings(site: Site, id: str) -> Iterator[LastRating]:
    """Yield the headline rating of each regulator, or how many there are of each value."""
    own = level_of_trust(site, id)
    regulators = dict.fromkeys(history.thing.regulator for history in own)
    for regulator in regulators:
        front = site.regulators[regulator].front
        by = f"{front.short_name}, " if len(regulators) > 1 else ""
        of_regulator = [history for history in own if history.thing.regulator == regulator]
        standing, several = headline(of_regulator), counted(of_regulator)
        if standing is not None:
            question = standing.point.rating.key_question
            of = "" if question == OVERALL else f"{key_question_label(front, question)}, "
            last = cell(standing)
            dated = "; ".join([f"{by}{of}{last.dated}", *last.inherited])
            yield LastRating(last.grade, dated, last.again, None)
        elif several:
            yield LastRating(None, "", None, _tally(several, by))


def _tally(several: Sequence[Standing], by: str) -> Tally:
    """Return the number of ratings of each value, with the newest date."""
    newest = max(several, key=lambda standing: standing.point.briefing.inspected_key)
    again = some_of(cell(standing).again for standing in several)
    counts = counts_of(standing.value for standing in several)
    return Tally(counts, f"{by}by key question, {newest.dated}", again)


def suspensions(site: Site, own: Iterable[RatingHistory]) -> Iterator[tuple[str, Cell]]:
    """Yield (what was rated, cell) for each rating that its regulator has suspended."""
    for history in own:
        standing = history.standing
        if standing.is_suspended:
            regulator = site.regulators[history.thing.regulator].front
            yield rated(site, regulator, standing.point.rating), cell(standing)


class PointRow(NamedTuple):
    """One rating in the table of a history. `question`: the label of its key question.

    `change`: `Up`, `Unchanged` and so on if the briefing states it; `Previously Good`; or empty.
    `direction`: the CSS class for the arrow; empty unless the briefing states `up` or `down`.
    """

    point: Point
    question: str
    grade: GradeLabel
    change: str
    direction: str


def _row(point: Point, question: str) -> PointRow:
    stated = point.rating.change
    before = f"Previously {named_before(point.before, point.value)}" if point.before else ""
    return PointRow(
        point,
        question,
        shown(point.value),
        change_label(stated, point.value) if stated else before,
        stated if stated in {"up", "down"} else "",
    )


#: A briefing, and the ratings that it gave to one thing, by key question.
Visit = tuple[Briefing, list[PointRow]]


def history_tables(
    own: Iterable[RatingHistory],
    regulators: Mapping[str, RegulatorFront],
    trust: str,
    *,
    named: bool = False,
) -> list[tuple[str, list[Visit]]]:
    """Return the rating history of the trust and of each service and location: name, and visits.

    The trust's ratings are listed by key question. A service or location has its overall rating
    only; from a briefing that gave none, its ratings by key question. `named`: the names of
    services and locations end with that of the trust. The ratings of several regulators are apart.
    """
    own = tuple(own)
    by = short_names_of_several(own, regulators)
    overall = {
        (history.thing.place, point.briefing.id)
        for history in own
        for point in history.points
        if history.thing.scope != "trust" and history.thing.key_question == OVERALL
    }
    things: dict[str, list[PointRow]] = {}
    for history in own:
        name = ", ".join(filter(None, (history.name, history.site)))
        name = f"{name} ({trust})" if name and named else name or f"{trust} as a whole"
        name += by.get(history.thing.regulator, "")
        label = key_question_label(regulators[history.thing.regulator], history.thing.key_question)
        rows = (
            _row(point, label)
            for point in history.points
            if history.thing.key_question == OVERALL
            or (history.thing.place, point.briefing.id) not in overall
        )
        things.setdefault(name, []).extend(rows)
    return [(name, _visits(rows)) for name, rows in things.items()]


def _visits(rows: Iterable[PointRow]) -> list[Visit]:
    """Group ratings by briefing, newest inspection first; within one in the order given."""
    visits: dict[Briefing, list[PointRow]] = {}
    for row in rows:
        visits.setdefault(row.point.briefing, []).append(row)
    return sorted(
        visits.items(), key=lambda visit: (visit[0].inspected_key, visit[0].id), reverse=True
    )


#: Width of the bar and of the space between two parts, in SVG user units.
WIDTH = 400
_SPACE = 2


class Part(NamedTuple):
    """One part of the bar, in SVG user units. `tone`: a CSS class."""

    x: float
    width: float
    tone: str


@dataclass(frozen=True)
class CountBar:
    """The service counts of a briefing, best grade first."""

    counts: ServiceCounts
    regulator: RegulatorFront
    briefing: Briefing

    @cached_property
    def grades(self) -> list[tuple[GradeLabel, int]]:
        """(grade, number of services), best grade first; values outside the scale last."""
        return service_counts(self.regulator, self.briefing, self.counts)

    @property
    def words(self) -> str:
        """`1 outstanding, 10 good, 7 requires improvement`."""
        return in_words(self.grades)

    @property
    def label(self) -> str:
        """`18 services`."""
        return words.plural(self.counts.total, "service")

    @property
    def parts(self) -> list[Part]:
        """The parts of the bar, in proportion to their numbers; zeros are omitted."""
        shown = [(grade, count) for grade, count in self.grades if count]
        total = sum(count for _, count in shown)
        room = WIDTH - _SPACE * (len(shown) - 1)
        parts, x = [], 0.0
        for grade, count in shown:
            width = room * count / total
            parts.append(Part(round(x, 1), round(width, 1), grade.tone))
            x += width + _SPACE
        return parts


class Matrix(NamedTuple):
    """Services by key questions: `head` has the names of the columns, each row a mark in each.

    `legend`: the grades that are drawn, best first. `has_old`: a grade is older than a later
    inspection, or was replaced.
    """

    head: Drawing
    rows: tuple[tuple[str, Drawing], ...]
    legend: tuple[GradeLabel, ...]
    has_old: bool


def matrix(grid: GridView) -> Matrix:
    """Return the drawing of a grid. A grade that is older than a later inspection is `old`."""
    count = len(grid.columns)
    places = [tenths(100 * (n + 0.5) / count) for n in range(count)]
    names = [(Mark(x, 0, ""), column, "") for x, column in zip(places, grid.columns, strict=True)]
    labels = hang(names, MIDDLE, is_centred=True)
    text = ", ".join(grid.columns)
    head = Drawing("Key questions", text, bottom(labels, 0), (), (), labels, is_scale=True)
    rows = tuple((row.name, _matrix_row(row, places)) for row in grid.rows)
    cells = [cell for row in grid.rows for cell in row.cells if cell]
    legend = tuple(
        sorted(
            {cell.grade for cell in cells}, key=lambda grade: (TONES.index(grade.tone), grade.word)
        )
    )
    return Matrix(head, rows, legend, any(cell.is_old for cell in cells))


def _matrix_row(row: GridRow, places: Sequence[float]) -> Drawing:
    cells = [(x, cell) for x, cell in zip(places, row.cells, strict=True) if cell]
    marks = (Mark(x, MIDDLE, cell.grade.shape + " old" * cell.is_old) for x, cell in cells)
    labels = (
        f"{cell.question}: {cell.grade.word}, {cell.dated}{' (older)' * cell.is_old}"
        for _, cell in cells
    )
    return Drawing(row.name, "; ".join(labels), 2 * MIDDLE, (), tuple(marks))
