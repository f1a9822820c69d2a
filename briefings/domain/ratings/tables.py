"""Ratings as pages and feeds show them: grids, histories, comparisons, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from briefings.content.schema import OVERALL, Scale
from briefings.content.similarity import same
from briefings.domain.ledger import predecessors_of
from briefings.domain.ratings.histories import (
    Point,
    RatingHistory,
    Standing,
    Thing,
    histories_of_trust,
)
from briefings.domain.ratings.scales import comparable, key_question_label
from briefings.domain.site import Site
from briefings.engine import query

_SCOPES = ("trust", "service", "location")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a grid.

    `cells`: in the order of the grid's columns; None if never rated. A rating that was replaced is
    included, with `holds` False. `id`: the trust's id in a comparison, else empty.
    """

    scope: str
    name: str
    site: str
    cells: tuple[Standing | None, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Table of rated things (rows) by key questions (columns) of one regulator.

    `columns`: (key question, label), overall first, the rest in the regulator's order. `scale`: the
    scale of its grades, if there is one grid for each of several scales that can't be compared;
    else None.
    """

    regulator: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Trust-level ratings on `scale` and the scales comparable with it, best first."""

    scale: Scale
    grid: Grid


@query
def of_trust(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the rating histories of a trust.

    Sorted by regulator; of each, the trust as a whole, then services, then locations.
    """
    place = _places(site)
    own = histories_of_trust(site, trust).values()
    return tuple(sorted(own, key=lambda one: place(one.thing)))


def inherited(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the rating histories of all predecessors of `trust`, one predecessor after another."""
    return tuple(one for before in predecessors_of(site, trust) for one in of_trust(site, before))


@query
def level_of_trust(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the histories of a trust as a whole, as `trust_level` does."""
    return trust_level(histories_of_trust(site, trust).values())


def trust_level(own: Iterable[RatingHistory]) -> tuple[RatingHistory, ...]:
    """Return the histories of the trust as a whole, those replaced by another rating included."""
    return tuple(one for one in own if one.thing.scope == "trust")


def headline(own: Iterable[RatingHistory], regulator: str | None = None) -> Standing | None:
    """Return the rating to show for a trust: its overall rating, or the one that replaced that.

    Else the trust-level rating in force of the newest inspection; None if there is none.
    `regulator`: consider only the ratings of this one.
    """
    level = [one for one in trust_level(own) if regulator in {None, one.thing.regulator}]
    overall = next((one for one in level if one.thing.key_question == OVERALL), None)
    if overall is not None:
        shown = _in_its_place(overall, level)
        if shown is not None:
            return shown
    holding = [one.standing for one in level if one.standing.holds]
    return max(holding, key=lambda each: each.point.briefing.inspected_key, default=None)


def _in_its_place(history: RatingHistory, level: Iterable[RatingHistory]) -> Standing | None:
    """Return the history's current rating; if it was replaced, that of the thing that replaced it.

    None if that was replaced as well.
    """
    by = history.standing.replaced_by
    if by is None:
        return history.standing
    return next((one.current for one in level if any(point is by for point in one.points)), None)


def grids(site: Site, own: Iterable[RatingHistory]) -> tuple[Grid, ...]:
    """Return the grids of services and locations by key question: one for each regulator.

    If its grades are on several scales that can't be compared, one for each scale, newest first.
    """
    by_regulator: dict[str, list[RatingHistory]] = {}
    for one in own:
        if one.thing.scope != "trust":
            by_regulator.setdefault(one.thing.regulator, []).append(one)
    return tuple(grid for id in sorted(by_regulator) for grid in _grids(site, id, by_regulator[id]))


def _grids(site: Site, regulator: str, found: list[RatingHistory]) -> Iterator[Grid]:
    scales = site.regulators[regulator].front.scales
    leads = _leads(scales)
    apart: dict[str, list[RatingHistory]] = {}
    for one in found:
        apart.setdefault(_lead_of_history(one, scales, leads), []).append(one)
    if len(apart) == 1:
        yield _grid(site, regulator, found)
        return
    for scale in scales[::-1]:
        if scale.id in apart:
            yield replace(_grid(site, regulator, apart[scale.id]), scale=scale)


def _grid(site: Site, regulator: str, found: list[RatingHistory]) -> Grid:
    place = _places(site)
    columns = columns_of(site, regulator)
    rows: dict[tuple[str, ...], dict[str, RatingHistory]] = {}
    for one in sorted(found, key=lambda each: place(each.thing)):
        rows.setdefault(one.thing.place, {})[one.thing.key_question] = one
    return Grid(regulator, columns, tuple(_row(row, columns) for row in rows.values()))


def _row(row: Mapping[str, RatingHistory], columns: Iterable[tuple[str, str]]) -> Row:
    any_of = next(iter(row.values()))
    return Row(any_of.thing.scope, any_of.name, any_of.site, _cells(row, columns))


def _cells(
    row: Mapping[str, RatingHistory], columns: Iterable[tuple[str, str]]
) -> tuple[Standing | None, ...]:
    return tuple(row[id].standing if id in row else None for id, _ in columns)


def columns_of(site: Site, regulator: str) -> tuple[tuple[str, str], ...]:
    """Return (key question, label): overall, then those of the regulator in its order."""
    front = site.regulators[regulator].front
    ids = (OVERALL, *(one.id for one in front.key_questions))
    return tuple((id, key_question_label(front, id)) for id in ids)


def comparisons(site: Site) -> tuple[Comparison, ...]:
    """Return the comparisons of trust-level ratings, one for each set of comparable scales.

    A trust is in the comparison of its headline, and in each other one in which it has a rating in
    force, each time with only the grades of those scales. Trusts whose headline is on other scales,
    or is no grade (suspended, not rated), are last. A regulator without a scale has no comparison.
    """
    level: dict[tuple[str, str], list[RatingHistory]] = {}
    for trust in sorted(site.trusts):
        for one in level_of_trust(site, trust):
            level.setdefault((one.thing.regulator, trust), []).append(one)
    found: list[Comparison] = []
    for id in sorted(site.regulators):
        own = {trust: each for (regulator, trust), each in level.items() if regulator == id}
        found += _compared(site, id, own)
    return tuple(found)


def _compared(
    site: Site, regulator: str, own: Mapping[str, list[RatingHistory]]
) -> Iterable[Comparison]:
    scales = site.regulators[regulator].front.scales
    leads = _leads(scales)
    shown = {trust: headline(each) for trust, each in own.items()}
    columns = columns_of(site, regulator)
    for lead in scales[::-1]:
        mine = {
            trust: [one for one in each if _lead_of_history(one, scales, leads) == lead.id]
            for trust, each in own.items()
        }
        here = {trust for trust in own if _lead_of(shown[trust], scales, leads) == lead.id}
        ranks = {trust: _rank(shown[trust] if trust in here else None) for trust in own}
        trusts = [
            trust
            for trust in own
            if trust in here or any(one.standing.holds for one in mine[trust])
        ]
        trusts.sort(key=lambda trust: (ranks[trust], site.trusts[trust].front.name, trust))
        rows = tuple(_trust_row(site, trust, mine[trust], columns) for trust in trusts)
        if rows:
            yield Comparison(lead, Grid(regulator, columns, rows))


def _leads(scales: tuple[Scale, ...]) -> dict[str, str]:
    """Return scale id → id of the newest scale (last in the regulator's list) comparable with it.

    Scales with the same value are shown together.
    """
    leads: list[Scale] = []
    found: dict[str, str] = {}
    for scale in reversed(scales):
        lead = next((one for one in leads if comparable(one, scale)), None)
        if lead is None:
            leads.append(scale)
        found[scale.id] = (lead or scale).id
    return found


def _lead_of(shown: Standing | None, scales: tuple[Scale, ...], leads: Mapping[str, str]) -> str:
    scale = shown.value.scale if shown else None
    return leads[scale.id if scale else scales[-1].id]


def _lead_of_history(
    history: RatingHistory, scales: tuple[Scale, ...], leads: Mapping[str, str]
) -> str:
    """Return the id of the scale in which a thing is compared (see `_leads`).

    That of the last grade given to it, else of the newest scale; an empty string if the regulator
    has no scale.
    """
    given = (point.value.scale for point in reversed(history.points) if point.value.scale)
    scale = next(given, scales[-1] if scales else None)
    return leads[scale.id] if scale is not None else ""


def _rank(shown: Standing | None) -> tuple[bool, int]:
    rank = shown.grade.rank if shown and shown.grade else None
    return (rank is None, rank or 0)


def _trust_row(
    site: Site, trust: str, own: list[RatingHistory], columns: Iterable[tuple[str, str]]
) -> Row:
    cells = _cells({one.thing.key_question: one for one in own}, columns)
    return Row("trust", site.trusts[trust].front.name, "", cells, id=trust)


@query
def grades_given(site: Site, id: str) -> tuple[Point, ...]:
    """Return the grades and suspensions that a briefing gave, except carried-over ones, in order.

    Those whose `change` is `same` are included; check `Point.change` to skip them. Words outside
    the scale that leave the grade in force are not.
    """
    trust = site.briefing[id].front.trust
    points = (
        point
        for history in histories_of_trust(site, trust).values()
        for point in history.points
        if point.briefing.id == id
    )
    given = (one for one in points if one.value.scale is not None or one.value.ends_rating)
    return tuple(sorted((one for one in given if not one.carried_over), key=lambda one: one.n))


def rating_changes(site: Site) -> Iterator[Point]:
    """Yield `grades_given` of all briefings, last published first, then newest report first.

    Briefings of one moment and report are by id, the grades of one briefing in its order.
    """
    for briefing in site.briefings:
        yield from grades_given(site, briefing.id)


def _places(site: Site) -> Callable[[Thing], tuple[object, ...]]:
    """Return the sort key function for rated things on a page.

    By regulator, scope (trust, service, location), service and key question in the order of the
    regulator's file; names that are not listed there are last, alphabetically.
    """
    services: dict[tuple[str, str], int] = {}
    questions: dict[tuple[str, str], int] = {}
    for id, record in site.regulators.items():
        for n, service in enumerate(record.front.services):
            services[id, same(service.label)] = n
        for n, question in enumerate((OVERALL, *(one.id for one in record.front.key_questions))):
            questions.setdefault((id, question), n)

    def place(thing: Thing) -> tuple[object, ...]:
        return (
            thing.regulator,
            _SCOPES.index(thing.scope),
            services.get((thing.regulator, thing.name), len(services)),
            thing.name,
            thing.site,
            questions.get((thing.regulator, thing.key_question), len(questions)),
            thing.key_question,
        )

    return place
