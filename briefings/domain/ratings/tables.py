"""Ratings as pages and feeds show them: grids, histories, comparisons, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from briefings.content.schema import OVERALL, Scale
from briefings.content.similarity import same
from briefings.domain.ledger.lists import predecessors_of
from briefings.domain.ratings.covering import Place
from briefings.domain.ratings.histories import (
    Point,
    RatingHistory,
    Standing,
    Thing,
    histories_of_trust,
)
from briefings.domain.ratings.scales import RatingValue, comparable, key_question_label
from briefings.domain.site import Site
from briefings.engine import query

R = TypeVar("R")

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


class Compared(NamedTuple, Generic[R]):
    """A row of a comparison: `scale` is the id of its scale, `order` the sort key of the row."""

    regulator: str
    scale: str
    order: tuple[bool, int, str, str]
    row: R


class Comparison(NamedTuple, Generic[R]):
    """Trust-level ratings on `scale` and the scales comparable with it, best first.

    `columns`: as in a `Grid`.
    """

    regulator: str
    scale: Scale
    columns: tuple[tuple[str, str], ...]
    rows: tuple[R, ...]


@query
def ratings_of_trust(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the rating histories of a trust.

    Sorted by regulator; of each, the trust as a whole, then services, then locations.
    """
    order = _page_order(site)
    histories = histories_of_trust(site, trust).values()
    return tuple(sorted(histories, key=lambda history: order(history.thing)))


def inherited_ratings(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the rating histories of all predecessors of `trust`, one predecessor after another."""
    return tuple(
        history
        for predecessor in predecessors_of(site, trust)
        for history in ratings_of_trust(site, predecessor)
    )


@query
def level_of_trust(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the histories of a trust as a whole, as `trust_level` does."""
    return trust_level(histories_of_trust(site, trust).values())


def trust_level(histories: Iterable[RatingHistory]) -> tuple[RatingHistory, ...]:
    """Return the histories of the trust as a whole, those replaced by another rating included."""
    return tuple(history for history in histories if history.thing.scope == "trust")


def headline(histories: Iterable[RatingHistory], regulator: str | None = None) -> Standing | None:
    """Return the rating to show for a trust: its overall rating, or the one that replaced that.

    Else the trust-level rating in force of the newest inspection; None if there is none.
    `regulator`: consider only the ratings of this one.
    """
    level = [
        history
        for history in trust_level(histories)
        if regulator in {None, history.thing.regulator}
    ]
    overall = next((history for history in level if history.thing.key_question == OVERALL), None)
    shown = None if overall is None else _overall_or_replacement(overall.standing, level)
    if shown is not None:
        return shown
    in_force = [history.standing for history in level if history.standing.holds]
    return max(in_force, key=lambda standing: standing.point.briefing.inspected_key, default=None)


def _overall_or_replacement(overall: Standing, level: Iterable[RatingHistory]) -> Standing | None:
    """Return a rating; if it was replaced, the current one of the thing that replaced it.

    None if that was replaced as well.
    """
    by = overall.replaced_by
    if by is None:
        return overall
    return next((history.current for history in level if by in history.points), None)


def grids(site: Site, histories: Iterable[RatingHistory]) -> tuple[Grid, ...]:
    """Return the grids of services and locations by key question: one for each regulator.

    If its grades are on several scales that can't be compared, one for each scale, newest first.
    """
    by_regulator: dict[str, list[RatingHistory]] = {}
    for history in histories:
        if history.thing.scope != "trust":
            by_regulator.setdefault(history.thing.regulator, []).append(history)
    return tuple(grid for id in sorted(by_regulator) for grid in _grids(site, id, by_regulator[id]))


def _grids(site: Site, regulator: str, histories: list[RatingHistory]) -> Iterator[Grid]:
    scales = site.regulators[regulator].front.scales
    leads = _leads(scales)
    by_lead: dict[str, list[RatingHistory]] = {}
    for history in histories:
        by_lead.setdefault(_lead_of_history(history, leads), []).append(history)
    if len(by_lead) == 1:
        yield _grid(site, regulator, histories)
        return
    for scale in reversed(scales):
        if scale.id in by_lead:
            yield replace(_grid(site, regulator, by_lead[scale.id]), scale=scale)


def _grid(site: Site, regulator: str, histories: list[RatingHistory]) -> Grid:
    order = _page_order(site)
    columns = columns_of(site, regulator)
    by_place: dict[Place, list[RatingHistory]] = {}
    for history in sorted(histories, key=lambda history: order(history.thing)):
        by_place.setdefault(history.thing.place, []).append(history)
    rows = (
        Row(place.scope, row[0].name, row[0].site, _cells(row, columns))
        for place, row in by_place.items()
    )
    return Grid(regulator, columns, tuple(rows))


def _cells(
    histories: Iterable[RatingHistory], columns: Iterable[tuple[str, str]]
) -> tuple[Standing | None, ...]:
    """Return the current ratings of one thing by key question, in the order of the columns."""
    standings = {history.thing.key_question: history.standing for history in histories}
    return tuple(standings.get(id) for id, _ in columns)


def columns_of(site: Site, regulator: str) -> tuple[tuple[str, str], ...]:
    """Return (key question, label): overall, then those of the regulator in its order."""
    front = site.regulators[regulator].front
    ids = (OVERALL, *(question.id for question in front.key_questions))
    return tuple((id, key_question_label(front, id)) for id in ids)


def comparisons(
    site: Site, compared: Callable[[Site, str], Iterable[Compared[R]]]
) -> Iterator[Comparison[R]]:
    """Yield the comparisons of trust-level ratings, one for each set of comparable scales.

    `compared`: gives the rows of one trust (see `compared_rows`). A regulator without a scale has
    no comparison.
    """
    by_scale: dict[tuple[str, str], list[Compared[R]]] = {}
    for trust in site.trusts:
        for row in compared(site, trust):
            by_scale.setdefault((row.regulator, row.scale), []).append(row)
    for id in sorted(site.regulators):
        for scale in reversed(site.regulators[id].front.scales):
            if rows := sorted(by_scale.get((id, scale.id), ()), key=attrgetter("order")):
                yield Comparison(id, scale, columns_of(site, id), tuple(row.row for row in rows))


def compared_rows(site: Site, trust: str) -> Iterator[Compared[Row]]:
    """Yield the rows of a trust in comparisons.

    A trust is in the comparison of its headline, and in each other one in which it has a rating in
    force, each time with only the grades of those scales. Trusts whose headline is on other scales,
    or is no grade (suspended, not rated), are last.
    """
    by_regulator: dict[str, list[RatingHistory]] = {}
    for history in level_of_trust(site, trust):
        by_regulator.setdefault(history.thing.regulator, []).append(history)
    for regulator, histories in by_regulator.items():
        leads, columns = (
            _leads(site.regulators[regulator].front.scales),
            columns_of(site, regulator),
        )
        shown, name = headline(histories), site.trusts[trust].front.name
        for lead in dict.fromkeys(leads.values()):
            is_here = _lead_of([shown.value] if shown else [], leads) == lead
            rated = [history for history in histories if _lead_of_history(history, leads) == lead]
            if is_here or any(history.standing.holds for history in rated):
                row = Row("trust", name, "", _cells(rated, columns), id=trust)
                order = (*_rank(shown if is_here else None), name, trust)
                yield Compared(regulator, lead, order, row)


def _leads(scales: tuple[Scale, ...]) -> dict[str, str]:
    """Return scale id → id of the newest scale (last in the regulator's list) comparable with it.

    Scales with the same value are shown together. Newest first.
    """
    leads: list[Scale] = []
    lead_ids: dict[str, str] = {}
    for scale in reversed(scales):
        lead = next((lead for lead in leads if comparable(lead, scale)), None)
        if lead is None:
            leads.append(scale)
        lead_ids[scale.id] = (lead or scale).id
    return lead_ids


def _lead_of(values: Iterable[RatingValue], leads: Mapping[str, str]) -> str:
    """Return the id of the scale in which a thing is compared (see `_leads`).

    That of the first grade among `values`, else of the newest scale; an empty string if the
    regulator has no scale.
    """
    scale = next((value.scale for value in values if value.scale), None)
    return leads[scale.id] if scale else next(iter(leads.values()), "")


def _lead_of_history(history: RatingHistory, leads: Mapping[str, str]) -> str:
    """Return `_lead_of` a history, by the last grade given."""
    return _lead_of((point.value for point in reversed(history.points)), leads)


def _rank(shown: Standing | None) -> tuple[bool, int]:
    rank = shown.grade.rank if shown and shown.grade else None
    return (rank is None, rank or 0)


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
    grades = (
        point
        for point in points
        if (point.value.is_grade or point.value.ends_rating) and not point.carried_over
    )
    return tuple(sorted(grades, key=lambda point: point.n))


def rating_changes(site: Site) -> Iterator[Point]:
    """Yield `grades_given` of all briefings, last published first, then newest report first.

    Briefings of one moment and report are by id, the grades of one briefing in its order.
    """
    for briefing in site.briefings:
        yield from grades_given(site, briefing.id)


def _page_order(site: Site) -> Callable[[Thing], tuple[object, ...]]:
    """Return the sort key function for rated things on a page.

    By regulator, scope (trust, service, location), service and key question in the order of the
    regulator's file; names that are not listed there are last, alphabetically.
    """
    services: dict[tuple[str, str], int] = {}
    questions: dict[tuple[str, str], int] = {}
    for id, record in site.regulators.items():
        for n, service in enumerate(record.front.services):
            services[id, same(service.label)] = n
        for n, question in enumerate((OVERALL, *(q.id for q in record.front.key_questions))):
            questions.setdefault((id, question), n)

    def order(thing: Thing) -> tuple[object, ...]:
        return (
            thing.regulator,
            _SCOPES.index(thing.scope),
            services.get((thing.regulator, thing.name), len(services)),
            thing.name,
            thing.site,
            questions.get((thing.regulator, thing.key_question), len(questions)),
            thing.key_question,
        )

    return order
