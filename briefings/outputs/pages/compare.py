"""The page that compares trusts: their ratings side by side, each on its own scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from briefings import urls
from briefings.content.schema.entities import RegulatorFront
from briefings.content.schema.types import OVERALL
from briefings.domain import words
from briefings.domain.ratings.scales import key_question_label
from briefings.domain.ratings.tables import (
    Compared,
    Comparison,
    Row,
    compared_rows,
    comparisons,
    headline,
    level_of_trust,
)
from briefings.domain.site import Site
from briefings.domain.visibility import newest_check
from briefings.engine import query
from briefings.outputs.pages.components import Counts, counts_of
from briefings.outputs.pages.drawing import Axis
from briefings.outputs.pages.page import Derived, FeedLink, Kind, Meta, PlainView, only
from briefings.outputs.pages.pictures import Series, Strip, series_of, strip, strips_of
from briefings.outputs.pages.rating_tables import Cell, cell
from briefings.urls import LinkTo


class CompareRow(NamedTuple):
    """A trust in a comparison.

    `counts`: how many it has of each grade. `cells`: None where no rating is in force. `checked`:
    the day on which its ratings were last checked, in words; empty if never. `series`: the ratings
    that stand for the whole, over time.
    """

    trust: LinkTo
    counts: Counts
    cells: list[Cell | None]
    checked: str
    series: list[Series]


class CompareTable(NamedTuple):
    """The ratings of trusts on one scale, side by side.

    `name`: `CQC ratings`, `NCI: Ratings from 2020`; the regulator is named only once. `best`: the
    rating by which they are in order, or empty if none stands for the whole. `is_checked`: the
    ratings of one trust at least were checked. `strips`: (trust, strip) for each series of the
    rows, in their order, on `axis`; empty if there is none to draw.
    """

    anchor: str
    name: str
    best: str
    columns: list[str]
    rows: Sequence[CompareRow]
    is_checked: bool
    axis: Axis | None
    strips: list[tuple[LinkTo, Strip]]


def _compare(derived: Derived) -> PlainView:
    """Return the view of the comparison: one table for each scale, never ranked across scales."""
    site, feed = derived.site, urls.feed_of(urls.RATINGS)
    meta = Meta(
        url=urls.COMPARE,
        title=words.say(site.config, "Compare trusts"),
        description=words.say(
            site.config, "The ratings of trusts side by side, each on its own scale."
        ),
        kind="compare",
        section=urls.COMPARE,
        feeds=(FeedLink("Ratings", feed),),
        scripts=("tables.js",),
    )
    tables = [
        _table(comparison, site.regulators[comparison.regulator].front)
        for comparison in comparisons(site, compared)
    ]
    return PlainView(meta, tables=tables, feed=feed)


@query
def compared(site: Site, trust: str) -> tuple[Compared[CompareRow], ...]:
    """Return the rows of a trust."""
    return tuple(
        Compared(
            line.regulator,
            line.scale,
            line.order,
            _row(site, line.row, _main_series(site, trust, line.regulator, line.scale)),
            *line[4:],
        )
        for line in compared_rows(site, trust)
    )


def _main_series(site: Site, trust: str, regulator: str, scale: str) -> list[Series]:
    """Return the ratings on a scale of what stands for the whole: first its key question, then
    the one that replaced it.
    """
    own = [one for one in level_of_trust(site, trust) if one.thing.regulator == regulator]
    shown = headline(own)
    main = [
        history
        for history in own
        if history.thing.key_question in history.headline[:1]
        or (shown is not None and history.standing.point is shown.point)
    ]
    front = site.regulators[regulator].front
    index = next(n for n, one in enumerate(front.scales) if one.id == scale)
    return [one for one in series_of(main, {regulator: front}) if one.scale[1] == index]


def _row(site: Site, row: Row, series: list[Series]) -> CompareRow:
    ratings = [rating if rating and rating.holds else None for rating in row.cells]
    counts = counts_of(rating.value for rating in ratings if rating and rating.grade)
    cells = [cell(rating) if rating else None for rating in ratings]
    link = LinkTo(row.name, urls.url_of("trust", row.id))
    return CompareRow(link, counts, cells, _checked(site, row.id), series)


def _table(comparison: Comparison[CompareRow], regulator: RegulatorFront) -> CompareTable:
    scale, name = comparison.scale, regulator.short_name
    drawn = strips_of(series for row in comparison.rows for series in row.series)
    axis = drawn.axis if drawn else None
    return CompareTable(
        f"{comparison.regulator}-{scale.id}",
        scale.label if name in scale.label.split() else f"{name}: {scale.label}",
        _best(regulator) if comparison.is_ranked else "",
        [comparison.columns[place][1] for place in comparison.shown],
        [
            row._replace(cells=[row.cells[place] for place in comparison.shown])
            for row in comparison.rows
        ],
        any(row.checked for row in comparison.rows),
        axis,
        [
            (row.trust, Strip(series, strip(series, axis)))
            for row in comparison.rows
            for series in row.series
            if axis
        ],
    )


def _checked(site: Site, trust: str) -> str:
    check = newest_check(site.trusts[trust].front)
    return check.date.bare() if check else ""


def _best(regulator: RegulatorFront) -> str:
    """Return the rating by which trusts are in order: `the overall rating, or the one …`."""
    first = next(iter(regulator.headline), OVERALL)
    if first == OVERALL:
        return "the overall rating, or the one that replaced it"
    return key_question_label(regulator, first)


COMPARE = Kind("compare", "compare", only(), lambda: urls.COMPARE, _compare)
