"""Ratings as pages and feeds show them: grids, histories, comparisons, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from briefings.content.schema.entities import Scale
from briefings.content.schema.types import OVERALL
from briefings.content.similarity import same
from briefings.domain.ratings.covering import Place
from briefings.domain.ratings.histories import (
    Point,
    RatingHistory,
    Standing,
    Thing,
    histories_of_trust,
    trust_level,
)
from briefings.domain.ratings.scales import (
    RatingValue,
    change_label,
    comparable_values,
    key_question_label,
    leads_of,
    may_overlap,
    named_before,
)
from briefings.domain.site import Site
from briefings.domain.words import alphabetical
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
    """A row of a comparison: `scale` is the id of its scale, `order` the sort key of the row.

    `rated`: the key questions that it has cells for. `has_headline`: one of its ratings is the
    headline rating of the trust (see `headline`).
    """

    regulator: str
    scale: str
    order: tuple[bool, int, str, str]
    row: R
    rated: tuple[str, ...]
    has_headline: bool


class Comparison(NamedTuple, Generic[R]):
    """Trust-level ratings on `scale` and the scales comparable with it.

    `is_ranked`: the rows are sorted by headline rating, best first; without any, by name. `shown`:
    the indexes of the columns to show. `columns`: as in a `Grid`.
    """

    regulator: str
    scale: Scale
    columns: tuple[tuple[str, str], ...]
    rows: tuple[R, ...]
    is_ranked: bool
    shown: tuple[int, ...]


@query
def ratings_of_trust(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the rating histories of a trust.

    Sorted by regulator; of each, the trust as a whole, then services, then locations.
    """
    order = _page_order(site)
    histories = histories_of_trust(site, trust).values()
    return tuple(sorted(histories, key=lambda history: order(history.thing)))


@query
def level_of_trust(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the histories of a trust as a whole, as `trust_level` does."""
    return trust_level(histories_of_trust(site, trust).values())


def headline(histories: Iterable[RatingHistory], regulator: str | None = None) -> Standing | None:
    """Return the headline rating: the one trust-level rating that represents the trust, or None.

    Of the key questions in the regulator's `headline`, the first that has a grade in force or is
    suspended, or the rating that replaced it; without any, the first that has another word. With
    none of them, the rating in force if there is just one, unless `headline` is empty. Of several,
    `tally` counts the grades. `regulator`: consider only the ratings of this one.
    """
    level = [
        history
        for history in trust_level(histories)
        if regulator in {None, history.thing.regulator}
    ]
    preferred = sorted(
        (history for history in level if history.thing.key_question in history.headline),
        key=lambda history: history.headline.index(history.thing.key_question),
    )
    standings = [_or_replacement(history.standing, level) for history in preferred]
    shown = [standing for standing in standings if standing is not None]
    decided = (
        standing for standing in shown if standing.grade is not None or standing.is_suspended
    )
    alone = [history.standing for history in level if history.standing.holds and history.headline]
    return next(decided, next(iter(shown), alone[0] if len(alone) == 1 else None))


def counted(histories: Iterable[RatingHistory]) -> tuple[Standing, ...]:
    """Return the trust-level ratings to count where there is no headline rating.

    The grades in force on the scale of the newest inspection, since grades of several scales are
    never counted together; without a grade, the other words.
    """
    level = [history.standing for history in trust_level(histories) if history.standing.holds]
    graded = [standing for standing in level if standing.grade is not None]
    newest = max(graded, key=lambda standing: standing.point.briefing.inspected_key, default=None)
    if newest is None:
        return tuple(level)
    return tuple(standing for standing in graded if comparable_values(standing.value, newest.value))


def _or_replacement(overall: Standing, level: Iterable[RatingHistory]) -> Standing | None:
    """Return a rating; if it was replaced, the current one of the thing that replaced it.

    None if that was replaced as well, or if the briefing gave more than one rating in its place:
    which of them is listed first says nothing.
    """
    by = overall.replaced_by
    if by is None:
        return overall
    replacements = [
        history
        for history in level
        if any(
            point.briefing.id == by.briefing.id and not point.carried_over
            for point in history.points
        )
    ]
    return replacements[0].current if len(replacements) == 1 else None


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
    leads = leads_of(scales)
    by_lead: dict[str, list[RatingHistory]] = {}
    for history in histories:
        by_lead.setdefault(_lead_of_history(history, histories, leads), []).append(history)
    if len(by_lead) == 1:
        (lead,) = by_lead
        scale = next((scale for scale in scales if scale.id == lead), None)
        yield _grid(site, regulator, histories, scale)
        return
    for scale in reversed(scales):
        if scale.id in by_lead:
            yield replace(_grid(site, regulator, by_lead[scale.id], scale), scale=scale)


def _grid(site: Site, regulator: str, histories: list[RatingHistory], scale: Scale | None) -> Grid:
    order = _page_order(site)
    rated, every = (
        (history.thing.key_question for history in histories),
        columns_of(site, regulator),
    )
    columns = tuple(every[place] for place in shown_columns(site, regulator, scale, rated))
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


def shown_columns(
    site: Site, regulator: str, scale: Scale | None, rated: Iterable[str]
) -> tuple[int, ...]:
    """Return the indexes, in `columns_of`, of the columns of a table of grades on `scale`.

    Those of the key questions that are rated in the table, and of those that were asked while the
    scale was in force; for overall, if it is in the regulator's `headline`.
    """
    front = site.regulators[regulator].front
    asked = {
        question.id
        for question in front.key_questions
        if scale is None or may_overlap(scale, question)
    }
    ids = asked.union(rated, {OVERALL}.intersection(front.headline))
    return tuple(n for n, (id, _) in enumerate(columns_of(site, regulator)) if id in ids)


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
            if in_order := sorted(by_scale.get((id, scale.id), ()), key=attrgetter("order")):
                rows, is_ranked = (
                    tuple(row.row for row in in_order),
                    any(row.has_headline for row in in_order),
                )
                shown = shown_columns(site, id, scale, chain(*(row.rated for row in in_order)))
                yield Comparison(id, scale, columns_of(site, id), rows, is_ranked, shown)


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
            leads_of(site.regulators[regulator].front.scales),
            columns_of(site, regulator),
        )
        shown, name = headline(histories), site.trusts[trust].front.name
        in_force = [history.standing.value for history in histories if history.standing.holds]
        for lead in dict.fromkeys(leads.values()):
            is_here = _lead_of([shown.value] if shown else in_force, leads) == lead
            rated = [
                history
                for history in histories
                if _lead_of_history(history, histories, leads) == lead
            ]
            if is_here or any(history.standing.holds for history in rated):
                row = Row("trust", name, "", _cells(rated, columns), id=trust)
                order = (*_rank(shown if is_here else None), alphabetical(name), trust)
                questions = tuple(history.thing.key_question for history in rated)
                yield Compared(regulator, lead, order, row, questions, shown is not None)


def _lead_of(values: Iterable[RatingValue], leads: Mapping[str, str]) -> str:
    """Return the id of the scale in which a thing is compared; `leads`: see `leads_of`.

    That of the first grade among `values`, else of the newest scale; an empty string if the
    regulator has no scale.
    """
    scale = next((value.scale for value in values if value.scale), None)
    return leads[scale.id] if scale else next(iter(leads.values()), "")


def _lead_of_history(
    history: RatingHistory, histories: Iterable[RatingHistory], leads: Mapping[str, str]
) -> str:
    """Return `_lead_of` a history: by the last grade given; without one, by the newest grade of
    the same place among `histories`.
    """
    own = [point for point in reversed(history.points) if point.value.is_grade]
    if not own:
        others = (
            other.standing.point for other in histories if other.thing.place == history.thing.place
        )
        own = sorted(others, key=lambda point: point.briefing.inspected_key, reverse=True)
    return _lead_of((point.value for point in own), leads)


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


def changed(point: Point) -> list[str]:
    """Return the change of a rating and the value before, in words: `down`, `previously Good`.

    The change only as the briefing reports it; the value before may be from our records.
    """
    written = point.rating.change
    change = [change_label(written, point.value).lower()] if written else []
    if point.before is None:
        return change
    before = point.before.label if written else named_before(point.before, point.value)
    return [*change, f"previously {before}"]


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
