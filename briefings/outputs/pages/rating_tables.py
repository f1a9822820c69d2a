"""The ratings of a trust as shown on pages: headline, grids and histories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from briefings.content.dates import PartialDate
from briefings.content.schema import OVERALL, RegulatorFront
from briefings.domain import words
from briefings.domain.ratings import (
    Grid,
    Point,
    RatingHistory,
    Standing,
    headline,
    key_question_label,
    trust_level,
)
from briefings.outputs.pages.components import GradeLabel, full_name, rated, shown
from briefings.outputs.pages.page import LinkTo
from briefings.urls import url_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: the current rating of one thing and what came after it.

    `question`: the label of the key question, or empty.
    """

    standing: Standing
    question: str = ""

    @property
    def grade(self) -> GradeLabel:
        """The label of the value given last."""
        return shown(self.standing.value)

    @property
    def dated(self) -> str:
        """The date of the rating in words."""
        return self.standing.dated

    @property
    def order(self) -> int:
        """Sort key of the column: the rank of the grade in force, or 99 without one."""
        return self.standing.grade.rank or 99 if self.standing.grade else 99

    @property
    def url(self) -> str:
        """The URL of the rating on the page of its briefing."""
        return self.standing.point.url

    @property
    def holds(self) -> bool:
        """False if another rating replaced this one."""
        return self.standing.holds

    @property
    def again(self) -> LinkTo | None:
        """A link to a later inspection of the same thing, or None.

        Its text is, for example, `inspected again since, in June 2022`.
        """
        since = self.standing.since
        return LinkTo(self.standing.inspected_again, since.briefing.url) if since else None

    @property
    def suspends(self) -> str:
        """The grade set aside by a suspension: `previously Good, 12 February 2018`, or empty."""
        point = self.standing.suspends
        return f"previously {point.value.label}, {point.date.show()}" if point else ""

    @property
    def marks(self) -> list[str]:
        """Remarks: replaced, inherited, still in force, not rated at later inspections."""
        one = self.standing
        found = []
        if not one.holds:
            found.append("replaced")
        if one.point.inherited_from:
            found.append("inherited")
        if one.confirmed:
            found.append(one.still_in_force)
        if one.unrated and one.since is None:  # otherwise `again` names the later inspection
            found.append(f"not rated at {words.plural(len(one.unrated), 'later inspection')}")
        return found


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
                Cell(cell, label) if cell else None
                for cell, label in zip(row.cells, labels, strict=True)
            ],
        )
        for row in grid.rows
    ]
    return GridView(regulator.short_name, labels, rows, grid.scale.label if grid.scale else "")


@dataclass(frozen=True, slots=True)
class Headline:
    """The rating that represents a trust, and its other trust-level ratings from one regulator."""

    regulator: RegulatorFront
    regulator_url: str
    cell: Cell
    others: list[Cell]

    @property
    def standing(self) -> list[Cell]:
        """The other ratings that are in force."""
        return [cell for cell in self.others if cell.holds]

    @property
    def replaced(self) -> list[Cell]:
        """The other ratings that were replaced."""
        return [cell for cell in self.others if not cell.holds]

    @property
    def name(self) -> str:
        """The regulator's full name: `Care Quality Commission (CQC)`."""
        return full_name(self.regulator)

    @property
    def scale(self) -> str:
        """The name of the scale; empty for a value outside any scale."""
        scale = self.cell.standing.value.scale
        return scale.label if scale else ""


def headlines(
    own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]
) -> Iterator[Headline]:
    """Yield the headline from each regulator that rated the trust itself, by regulator id."""
    level = trust_level(own)
    for id in sorted({one.thing.regulator for one in level}):
        first = headline(level, id)
        if first is None:
            continue
        regulator = regulators[id]
        cells = [
            Cell(one.standing, key_question_label(regulator, one.thing.key_question))
            for one in level
            if one.thing.regulator == id
        ]
        main = next(cell for cell in cells if cell.standing.point is first.point)
        yield Headline(
            regulator, url_of("regulator", id), main, [cell for cell in cells if cell is not main]
        )


def suspensions(
    own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]
) -> Iterator[tuple[str, Cell]]:
    """Yield (what was rated, cell) for each rating that its regulator has suspended."""
    for one in own:
        if one.standing.is_suspended:
            regulator = regulators[one.thing.regulator]
            yield rated(regulator, one.standing.point.rating), Cell(one.standing)


@dataclass(frozen=True, slots=True)
class PointRow:
    """One rating in the table of a history. `question`: the label of its key question."""

    point: Point
    question: str

    @property
    def grade(self) -> GradeLabel:
        return shown(self.point.value)

    @property
    def change(self) -> str:
        """`Up`, `Unchanged` and so on if the briefing states it; `Previously Good`; or empty."""
        stated, before = self.point.rating.change, self.point.before
        if stated:
            return words.CHANGES[stated]
        if before is None:
            return ""
        return f"Previously {before.label}"

    @property
    def direction(self) -> str:
        """The CSS class for the arrow; empty unless the briefing states `up` or `down`."""
        return {"up": "up", "down": "down"}.get(self.point.rating.change or "", "")

    @property
    def mark(self) -> str:
        """`carried over`, or empty."""
        return "carried over" if self.point.carried_over else ""


class Visit(NamedTuple):
    """The ratings that one briefing gave to one thing, by key question."""

    date: PartialDate
    title: str
    url: str
    points: list[PointRow]


class Table(NamedTuple):
    """A rated thing and its visits, newest inspection first."""

    name: str
    visits: list[Visit]


def history_tables(
    own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront], trust: str
) -> list[Table]:
    """Return the rating history of the trust and of each service and location.

    The trust's ratings are listed by key question. A service or location has its overall rating
    only; from a briefing that gave none, its ratings by key question.
    """
    own = tuple(own)
    overall = {
        (one.thing.place, point.briefing.id)
        for one in own
        for point in one.points
        if one.thing.scope != "trust" and one.thing.key_question == OVERALL
    }
    things: dict[str, list[PointRow]] = {}
    for one in own:
        name = ", ".join(filter(None, (one.name, one.site))) or f"{trust} as a whole"
        label = key_question_label(regulators[one.thing.regulator], one.thing.key_question)
        rows = (
            PointRow(point, label)
            for point in one.points
            if one.thing.key_question == OVERALL
            or (one.thing.place, point.briefing.id) not in overall
        )
        things.setdefault(name, []).extend(rows)
    return [Table(name, _visits(rows)) for name, rows in things.items()]


def _visits(rows: Iterable[PointRow]) -> list[Visit]:
    """Group ratings by briefing, newest inspection first; within one in the order given."""
    found: dict[str, Visit] = {}
    keys: dict[str, tuple[date, date]] = {}
    for row in rows:
        one = row.point.briefing
        keys[one.id] = one.inspected_key
        empty = Visit(row.point.date, one.front.title, one.url, [])
        found.setdefault(one.id, empty).points.append(row)
    newest = sorted(found, key=lambda id: (keys[id], id), reverse=True)
    return [found[id] for id in newest]
