"""How a trust is rated: its headline, its grid, its history, each cell dated and marked."""

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
    """How one thing stands, as a cell of a table shows it."""

    standing: Standing
    question: str = ""

    @property
    def grade(self) -> GradeLabel:
        """What was last given."""
        return shown(self.standing.value)

    @property
    def dated(self) -> str:
        """When it was given, in words."""
        return self.standing.dated

    @property
    def order(self) -> int:
        """What a column sorts by: the rank of the grade in force, those without one last."""
        return self.standing.grade.rank or 99 if self.standing.grade else 99

    @property
    def url(self) -> str:
        """The rating on its briefing's page."""
        return self.standing.point.url

    @property
    def holds(self) -> bool:
        """Not replaced by another rating."""
        return self.standing.holds

    @property
    def again(self) -> LinkTo | None:
        """The later inspection of the same thing: `inspected again since, in June 2022`."""
        since = self.standing.since
        return LinkTo(self.standing.inspected_again, since.briefing.url) if since else None

    @property
    def suspends(self) -> str:
        """The grade that a suspension set aside: `previously Good, 12 February 2018`."""
        point = self.standing.suspends
        return f"previously {point.value.label}, {point.date.show()}" if point else ""

    @property
    def marks(self) -> list[str]:
        """What a reader must know beside the word: replaced, inherited, visited since."""
        one = self.standing
        found = []
        if not one.holds:
            found.append("replaced")
        if one.point.inherited_from:
            found.append("inherited")
        if one.confirmed:
            found.append(one.still_in_force)
        if one.unrated and one.since is None:  # else the later inspection is named
            found.append(f"not rated at {words.plural(len(one.unrated), 'later inspection')}")
        return found


class GridRow(NamedTuple):
    """A service or place and its cells; None where it was never rated."""

    name: str
    cells: list[Cell | None]


class GridView(NamedTuple):
    """One regulator's grid of services and places by key question."""

    regulator: str
    columns: list[str]
    rows: list[GridRow]
    scale: str


def grid_view(grid: Grid, regulator: RegulatorFront) -> GridView:
    """The grid with words for everything."""
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
    """The one rating that stands for a trust, and the trust-level ones beside it."""

    regulator: RegulatorFront
    regulator_url: str
    cell: Cell
    others: list[Cell]

    @property
    def standing(self) -> list[Cell]:
        """The others that are in force."""
        return [cell for cell in self.others if cell.holds]

    @property
    def replaced(self) -> list[Cell]:
        """The others that another rating replaced."""
        return [cell for cell in self.others if not cell.holds]

    @property
    def name(self) -> str:
        """The regulator's name with its initials."""
        return full_name(self.regulator)

    @property
    def scale(self) -> str:
        """The scale's name, or nothing for a word outside it."""
        scale = self.cell.standing.value.scale
        return scale.label if scale else ""


def headlines(
    own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront]
) -> Iterator[Headline]:
    """The headline of each regulator that rated the trust itself."""
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
    """(what it is of, how it stands) for each rating that its regulator has suspended."""
    for one in own:
        if one.standing.is_suspended:
            regulator = regulators[one.thing.regulator]
            yield rated(regulator, one.standing.point.rating), Cell(one.standing)


@dataclass(frozen=True, slots=True)
class PointRow:
    """One rating in the table of a history."""

    point: Point
    question: str

    @property
    def grade(self) -> GradeLabel:
        return shown(self.point.value)

    @property
    def change(self) -> str:
        """`Up`, `Unchanged` … where the briefing says so. Else only what stood before, and
        whether that is what a source says or what this site has on record."""
        stated, before = self.point.rating.change, self.point.before
        if stated:
            return words.CHANGES[stated]
        if before is None:
            return ""
        return f"Previously {before.label}"

    @property
    def direction(self) -> str:
        """The CSS class of the change: an arrow only where the briefing says so."""
        return {"up": "up", "down": "down"}.get(self.point.rating.change or "", "")

    @property
    def mark(self) -> str:
        """`carried over`, or nothing."""
        return "carried over" if self.point.carried_over else ""


class Visit(NamedTuple):
    """What one briefing gave to one thing: its ratings by key question."""

    date: PartialDate
    title: str
    url: str
    points: list[PointRow]


class Table(NamedTuple):
    """What was rated, and every briefing that rated it, newest inspection first."""

    name: str
    visits: list[Visit]


def history_tables(
    own: Iterable[RatingHistory], regulators: Mapping[str, RegulatorFront], trust: str
) -> list[Table]:
    """The trust's ratings by key question. Of each service and place the overall rating; where an
    inspection gave it none overall, its ratings by key question."""
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
    """Ratings by briefing, the newest inspection first; within one in the order of questions."""
    found: dict[str, Visit] = {}
    keys: dict[str, tuple[date, date]] = {}
    for row in rows:
        one = row.point.briefing
        keys[one.id] = one.inspected_key
        empty = Visit(row.point.date, one.front.title, one.url, [])
        found.setdefault(one.id, empty).points.append(row)
    newest = sorted(found, key=lambda id: (keys[id], id), reverse=True)
    return [found[id] for id in newest]
