"""Trusts: the list A to Z, grouped by attributes that they share; their ratings side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from briefings import urls
from briefings.content.schema.entities import RegulatorFront, TrustFront
from briefings.content.schema.types import OVERALL
from briefings.domain import words
from briefings.domain.ledger.history import totals_of_trust
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
from briefings.domain.site import Site, former_names, is_closed, trust_names
from briefings.domain.visibility import newest_check
from briefings.engine import query
from briefings.outputs.pages.components import Counts, counts_of
from briefings.outputs.pages.drawing import Axis
from briefings.outputs.pages.ledger import overdue, overdue_of
from briefings.outputs.pages.page import ROWS, FeedLink, Meta, Pager, View, paged, single
from briefings.outputs.pages.pictures import (
    Series,
    Strip,
    scale_name,
    series_of,
    strip,
    strips_of,
)
from briefings.outputs.pages.rating_tables import Cell, LastRating, cell, last_ratings
from briefings.urls import LinkTo


class TrustLine(NamedTuple):
    """One trust in the A–Z.

    `ratings`: one for each regulator. `said`: counts of its briefings and requirements. `passed`:
    the requirements past a deadline, or empty.
    """

    url: str
    name: str
    kind: str
    is_closed: bool
    codes: str
    other_names: list[str]
    ratings: list[LastRating]
    said: str
    passed: str


@query
def line_of(site: Site, id: str) -> TrustLine:
    front, overdue = site.trusts[id].front, overdue_of(site, id)
    former = [f"formerly {name}" for name in former_names(front)]
    return TrustLine(
        url=urls.url_of("trust", id),
        name=front.name,
        kind=words.kind_label(site.config, front.kind),
        is_closed=is_closed(site, id),
        codes=", ".join(front.codes.values()),
        other_names=[*former, *front.also_known_as],
        ratings=list(last_ratings(site, id)),
        said=_counts_in_words(site, id),
        passed=overdue.words if any(overdue) else "",
    )


def _counts_in_words(site: Site, id: str) -> str:
    """Return `2 briefings, requirements: 1 open, 0 not known`."""
    briefings = words.plural(len(site.by_trust[id]), "briefing")
    totals = totals_of_trust(site, id)
    if not any(totals):
        return f"{briefings}, no requirement on record"
    return f"{briefings}, requirements: {totals.words}"


#: Name, anchor, and (value, trusts) for each region, council, kind and so on.
Grouping = tuple[str, str, list[tuple[str, list[LinkTo]]]]
#: Name of a grouping → the values by which it groups a trust.
_GROUPINGS: dict[str, Callable[[Site, TrustFront], Iterable[str | None]]] = {
    "By region": lambda _, front: [front.region],
    "By council": lambda _, front: front.councils,
    "By kind": lambda site, front: [words.kind_label(site.config, front.kind)],
    "By code": lambda _, front: front.codes.values(),
    "By former name": lambda _, front: former_names(front),
}


@query
def _values(site: Site, id: str) -> Mapping[str, tuple[str, ...]]:
    """Return name of a grouping → the values by which it groups a trust."""
    front = site.trusts[id].front
    return {name: tuple(filter(None, values(site, front))) for name, values in _GROUPINGS.items()}


@query
def _grouping_names(site: Site) -> tuple[str, ...]:
    """Return the names of the groupings that have a group."""
    used = {name for id in site.trusts for name, values in _values(site, id).items() if values}
    return tuple(name for name in _GROUPINGS if name in used)


def _grouping(site: Site, name: str) -> Grouping:
    groups: dict[str, list[LinkTo]] = {}
    for id, label in trust_names(site).items():
        for value in _values(site, id)[name]:
            groups.setdefault(value, []).append(LinkTo(label, urls.url_of("trust", id)))
    rows = [
        (value, sorted(groups[value], key=lambda link: words.alphabetical(link.label)))
        for value in sorted(groups, key=words.alphabetical)
    ]
    return name, _anchor(name), rows


def _anchor(label: str) -> str:
    return "other" if label == "#" else label.lower().replace(" ", "-")


def _index(site: Site, pager: Pager, ids: Sequence[str]) -> View:
    """Return the view of a page of the list; the first one has the groupings.

    `letters`: (letter, anchor, trusts) for the trusts on this page, by the letter of their names.
    """
    letters: dict[str, list[TrustLine]] = {}
    for line in (line_of(site, id) for id in ids):
        letters.setdefault(words.initial(line.name), []).append(line)
    names = _grouping_names(site) if pager.number == 1 else ()
    meta = Meta(
        url=pager.url,
        title=words.say(site.config, "Trusts A to Z") + pager.suffix,
        description=words.say(
            site.config, "Every trust with its last published rating and its requirements."
        ),
        kind="trusts",
        section=urls.TRUSTS,
    )
    return View(
        meta,
        pager=pager,
        ways=_ways(site, pager),
        overdue=overdue(site).sentence,
        letters=[(letter, _anchor(letter), lines) for letter, lines in letters.items()],
        groupings=[_grouping(site, name) for name in names],
    )


def _ways(site: Site, pager: Pager) -> list[LinkTo]:
    """Return links to the first trust of each letter, on whatever page, and to the groupings."""
    places = {**_pages_of_letters(site), **dict.fromkeys(_grouping_names(site), 1)}
    pages = {
        number: "" if number == pager.number else urls.page_of(pager.base, number)
        for number in places.values()
    }
    return [LinkTo(label, f"{pages[at]}#{_anchor(label)}") for label, at in places.items()]


@query
def _pages_of_letters(site: Site) -> Mapping[str, int]:
    """Return letter → number of the page with the first trust whose name begins with it."""
    names, pages = _full_names(site), dict[str, int]()
    for place, id in enumerate(by_name(site)):
        pages.setdefault(words.initial(names[id]), place // ROWS + 1)
    return pages


@query
def _full_name(site: Site, id: str) -> str:
    return site.trusts[id].front.name


@query
def _full_names(site: Site) -> Mapping[str, str]:
    return {id: _full_name(site, id) for id in site.trusts}


@query
def by_name(site: Site) -> tuple[str, ...]:
    """Return the ids of all trusts, A to Z; names without an initial from A to Z come first."""
    names = _full_names(site)
    ids = sorted(
        names, key=lambda id: (words.initial(names[id]), words.alphabetical(names[id]), id)
    )
    return tuple(ids)


# The comparison


class CompareRow(NamedTuple):
    """A trust in a comparison.

    `counts`: how many it has of each grade. `cells`: None where no rating is in force. `checked`:
    the day on which its ratings were last checked, in words; empty if never. `series`: the headline
    ratings over time.
    """

    trust: LinkTo
    counts: Counts
    cells: list[Cell | None]
    checked: str
    series: list[Series]
    is_closed: bool


class CompareTable(NamedTuple):
    """The ratings of trusts on one scale, side by side.

    `name`: `CQC ratings`, `NCI: Ratings from 2020`; the regulator is named only once. `best`: the
    rating by which they are sorted, or empty without headline ratings. `is_checked`: the ratings of
    one trust at least were checked. `strips`: (trust, strip) for each series of the rows, in their
    order, on `axis`; empty if there is none to draw.
    """

    anchor: str
    name: str
    best: str
    columns: list[str]
    rows: Sequence[CompareRow]
    is_checked: bool
    axis: Axis | None
    strips: list[tuple[LinkTo, Strip]]


def _compare(site: Site) -> View:
    """Return the view of the comparison: one table for each scale, never ranked across scales."""
    feed = urls.feed_of(urls.RATINGS)
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
    return View(meta, tables=tables, feed=feed)


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
    """Return the headline ratings of a trust on one scale: those on the first key question of the
    regulator's `headline`, and those that are the headline now.
    """
    own = [
        history for history in level_of_trust(site, trust) if history.thing.regulator == regulator
    ]
    shown = headline(own)
    main = [
        history
        for history in own
        if history.thing.key_question in history.headline[:1]
        or (shown is not None and history.standing.point is shown.point)
    ]
    front = site.regulators[regulator].front
    index = next(n for n, other in enumerate(front.scales) if other.id == scale)
    return [series for series in series_of(main, {regulator: front}) if series.scale[1] == index]


def _row(site: Site, row: Row, series: list[Series]) -> CompareRow:
    ratings = [rating if rating and rating.holds else None for rating in row.cells]
    counts = counts_of(rating.value for rating in ratings if rating and rating.grade)
    cells = [cell(rating) if rating else None for rating in ratings]
    link = LinkTo(row.name, urls.url_of("trust", row.id))
    check = newest_check(site.trusts[row.id].front)
    checked = check.date.bare() if check else ""
    return CompareRow(link, counts, cells, checked, series, is_closed(site, row.id))


def _table(comparison: Comparison[CompareRow], regulator: RegulatorFront) -> CompareTable:
    scale = comparison.scale
    drawn = strips_of(series for row in comparison.rows for series in row.series)
    axis = drawn.axis if drawn else None
    return CompareTable(
        f"{comparison.regulator}-{scale.id}",
        scale_name(regulator, scale.label),
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


def _best(regulator: RegulatorFront) -> str:
    """Return the rating by which trusts are in order: `the overall rating, or the one …`.

    Of several in order of preference: `Staff, else Safe`.
    """
    overall = {OVERALL: "the overall rating, or the one that replaced it"}
    ids = regulator.headline or (OVERALL,)
    return ", else ".join(overall.get(id) or key_question_label(regulator, id) for id in ids)


TRUSTS = paged("trusts", lambda: urls.TRUSTS, lambda site: [by_name(site)], _index)
COMPARE = single("compare", urls.COMPARE, _compare)
