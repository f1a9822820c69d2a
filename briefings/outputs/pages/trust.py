"""The page of one trust: its ratings, its requirements, enforcement actions and briefings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import NamedTuple

from briefings import anchors, urls
from briefings.content.records import Record
from briefings.content.schema.briefing import Figure
from briefings.content.schema.entities import RegulatorFront, Size, TrustFront
from briefings.domain import sections, words
from briefings.domain.enforcement import actions_of_trust
from briefings.domain.ledger.history import History, Totals, requirements_of_trust
from briefings.domain.ratings.histories import RatingHistory
from briefings.domain.ratings.tables import grids, ratings_of_trust
from briefings.domain.site import (
    Briefing,
    Site,
    is_closed,
    is_merger,
    is_split,
    merger,
    predecessors_of,
    trust_name,
)
from briefings.domain.visibility import newest_check
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.actions import action_view
from briefings.outputs.pages.cards import card
from briefings.outputs.pages.components import (
    Cites,
    report_url,
    short_names,
    source_line,
    trust_link,
)
from briefings.outputs.pages.drawing import Drawing
from briefings.outputs.pages.images import body_html
from briefings.outputs.pages.ledger import ledger_rows, overdue_of
from briefings.outputs.pages.page import JSON, FeedLink, Kind, Meta, View
from briefings.outputs.pages.pictures import figures, strips
from briefings.outputs.pages.rating_tables import (
    Visit,
    grid_view,
    headlines,
    history_tables,
    matrix,
    suspensions,
)
from briefings.outputs.pages.sources import claims_of_trust, source_rows
from briefings.urls import LinkTo

#: Texts above the record of predecessors: if all of them became part of this trust, or not.
_MERGED = "The record of the trusts that became part of this one."
_BEFORE = "The record of the trusts before this one."


def _trust(site: Site, id: str) -> View:
    """Return the view of a trust's page. The template shows the sections in `has`."""
    record, front = site.trusts[id], site.trusts[id].front
    regulators = {key: regulator.front for key, regulator in site.regulators.items()}
    has = {
        section: words.say(site.config, anchors.TRUST[section])
        for section in sections.of_trust(site, id)
    }
    vacated = sections.vacated_by_target(front.vacated, has, "about")
    successions = [
        (trust_link(site, successor), merger(site, id, successor))
        for successor in site.successors.get(id, ())
    ]
    mergers = [pair for pair in successions if not is_split(pair[1])]
    is_part = all(is_merger(predecessor) for _, predecessor in mergers)
    return View(
        _meta(site, record),
        front=front,
        has=has,
        kept=vacated,
        on_this_page=[LinkTo(heading, f"#{section}") for section, heading in has.items()],
        kind=words.kind_label(site.config, front.kind),
        is_closed=is_closed(site, id),
        is_to_close=front.status == "closed",
        is_ahead=site.clock.ahead,
        codes=[(words.code_label(key), code) for key, code in front.codes.items()],
        sizes=list(_sizes(site, id)),
        before=list(_former(site, front)),
        inherited_said=words.say(
            site.config, _MERGED if all(map(is_merger, front.predecessors)) else _BEFORE
        ),
        has_several=len(predecessors_of(site, id)) > 1,
        successors=[
            link for link, predecessor in mergers if not site.clock.ahead(predecessor.date)
        ],
        is_now="now part of" if is_part else "followed by",
        is_to_be="To become part of" if is_part else "To be followed by",
        planned=[
            (link, words.when(predecessor.date))
            for link, predecessor in mergers
            if site.clock.ahead(predecessor.date)
        ],
        parts=[
            (link, words.capital(split.date.show()), split.reason, site.clock.ahead(split.date))
            for link, split in successions
            if is_split(split)
        ],
        **_ratings(site, id, regulators),
        **_ledger(site, id),
        enforcement=[action_view(site, action) for action in actions_of_trust(site, id)],
        cards=[card(site, briefing.id) for briefing in site.by_trust[id]],
        inherited_cards=[
            card(site, briefing.id) for briefing in sections.inherited_briefings(site, id)
        ],
        series=_series(briefing for briefing in site.by_trust[id] if briefing.front.trust == id),
        regulator_pages=list(_regulator_pages(site, front)),
        json=FeedLink(
            words.say(site.config, "Data for this trust (JSON)"), urls.trust_json(id), JSON
        ),
        text=body_html(site, record.body.html),
        sources=source_rows(front.sources, record.body, claims_of_trust(front), vacated),
        report_url=report_url(site.config, front.name),
    )


def _meta(site: Site, record: Record[TrustFront]) -> Meta:
    name, url = record.front.name, urls.url_of("trust", record.id)
    feed = FeedLink(f"{record.front.short_name or name}: briefings", urls.feed_of(url))
    digests = urls.feed_of(urls.digests_of("trust", record.id))
    return Meta(
        url=url,
        title=name,
        description=f"What inspectors found at {name}, what they told it to do, and what became of "
        "it.",
        kind="trust",
        section=urls.TRUSTS,
        breadcrumbs=(LinkTo(words.say(site.config, "Trusts"), urls.TRUSTS),),
        feeds=(feed, FeedLink(f"{name}: week by week", digests)),
        scripts=("tables.js",),
        json_ld=json_ld.trust(site, record.id),
        og_type="profile",
    )


def _ratings(site: Site, id: str, regulators: Mapping[str, RegulatorFront]) -> Mapping[str, object]:
    """Return headlines, suspensions, which are shown before any grade, grids and histories.

    `grids`: each with its drawing. `strips`: the trust's own ratings over time.
    `inherited_tables`: histories of the predecessors. `check`: the last check against the
    regulator's list, or None.
    """
    front, own = site.trusts[id].front, ratings_of_trust(site, id)
    grid_views = [grid_view(grid, regulators[grid.regulator]) for grid in grids(site, own)]
    return {
        "check": newest_check(front),
        "headlines": list(headlines(own, regulators)),
        "suspensions": list(suspensions(site, own)),
        "grids": [(grid, matrix(grid)) for grid in grid_views],
        "strips": strips(own, regulators),
        "tables": history_tables(own, regulators, front.short_name or front.name),
        "inherited_tables": list(_inherited_tables(site, id, regulators)),
    }


def _inherited_tables(
    site: Site, id: str, regulators: Mapping[str, RegulatorFront]
) -> Iterator[tuple[str, list[Visit]]]:
    """Yield the rating histories of the predecessors, each with its name if there are several."""
    several = len(predecessors_of(site, id)) > 1
    for trust, own in groupby(inherited_ratings(site, id), lambda history: history.thing.trust):
        name = trust_name(site, trust) if several else words.say(site.config, "The former trust")
        yield from history_tables(own, regulators, name, named=several)


def _ledger(site: Site, id: str) -> Mapping[str, object]:
    """Return the trust's requirements and their counts, and those of its predecessors.

    `ledger`: those with an order on record, open first, each status by age; `raised`: the others,
    in the same order. `open`: those of `ledger` that are drawn, the open ones.
    """
    histories = requirements_of_trust(site, id)
    totals = Totals.of(histories)
    count = words.plural(len(histories), "requirement")
    ordered = [history for history in histories if history.was_told]
    raised = (history for history in histories if not history.was_told)
    return {
        "histories": histories,
        "totals": totals,
        "totals_said": f"{count} on record: {totals.words}",
        "overdue": overdue_of(site, id).sentence,
        "ledger": ledger_rows(site, ordered),
        "open": ledger_rows(site, (history for history in ordered if history.status.is_open)),
        "raised": ledger_rows(site, raised),
        "inherited_ledger": ledger_rows(site, inherited_requirements(site, id)),
    }


def _former(site: Site, front: TrustFront) -> Iterator[tuple[LinkTo, str, str, bool, str]]:
    """Yield each predecessor: its page, if it has one; the date in words; the reason.

    Also whether it is certainly one in the future only, and what this one took over: `from` it, `a
    part of` it; empty for one that becomes part of this one.
    """
    for predecessor in front.predecessors:
        link = LinkTo(predecessor.name or predecessor.id or "", "")
        if predecessor.id is not None and predecessor.id in site.trusts:
            name = site.trusts[predecessor.id].front.name
            link = LinkTo(name, urls.url_of("trust", predecessor.id))
        when, is_planned = predecessor.date.show(), site.clock.ahead(predecessor.date)
        over = "a part of" if is_split(predecessor) else "from"
        over = "" if is_merger(predecessor) else over
        yield link, words.capital(when), predecessor.reason, is_planned, over


def _sizes(site: Site, id: str) -> Iterator[tuple[str, Size, Cites]]:
    """Yield staff, locations and people served, as far as given, in words and with citations."""
    front = site.trusts[id].front
    is_one = front.locations is not None and front.locations.value == 1
    places = "location" if is_one else "locations"
    sizes = {"staff": front.staff, places: front.locations, "people served": front.population}
    cite = source_line(front.sources, short_names(site, id))
    for unit, size in sizes.items():
        if size is not None:
            shown = words.quantity(size.value, unit, size.qualifier)
            yield words.capital(shown), size, cite(size.sources)


def _regulator_pages(site: Site, front: TrustFront) -> Iterator[LinkTo]:
    """Yield the regulators' own pages on the trust: as given, else built from its codes."""
    page = words.say(site.config, "its own page on the trust")
    for id, record in site.regulators.items():
        regulator = record.front
        url = front.regulator_pages.get(id) or _page_from(regulator, front)
        if url:
            yield LinkTo(f"{regulator.short_name}: {page}", url)


def _page_from(regulator: RegulatorFront, trust: TrustFront) -> str:
    """Fill in the regulator's URL pattern; empty if the trust lacks a code that it needs."""
    pattern = regulator.provider_page or ""
    for id, code in trust.codes.items():
        pattern = pattern.replace(f"{{{id}}}", code).replace(f"{{{id}_code}}", code)
    return "" if "{" in pattern else pattern


class Value(NamedTuple):
    """One value of a measure. `url`: the figure on the page of its briefing."""

    figure: Figure
    briefing: Briefing
    url: str

    @property
    def words(self) -> str:
        """`more than 11,000 staff`."""
        return words.quantity(self.figure.value, self.figure.unit, self.figure.qualifier)


class Series(NamedTuple):
    """One measure and its values, oldest first. `name`: the name of the newest figure.

    `drawing`: None if it has several units, or fewer than two values of a known period.
    """

    name: str
    values: list[Value]
    drawing: Drawing | None


def _series(briefings: Iterable[Briefing]) -> list[Series]:
    """Return the measures that have a `series`, by name.

    Values are sorted by their period, or by the date of the inspection if that is not known.
    """
    by_series: dict[str, list[Value]] = {}
    for briefing in briefings:
        for n, figure in enumerate(briefing.front.figures):
            if figure.series:
                url = briefing.claim_url("figures", n)
                by_series.setdefault(figure.series, []).append(Value(figure, briefing, url))
    for values in by_series.values():
        values.sort(key=_when)
    all_series = [_drawn(values) for values in by_series.values()]
    return sorted(all_series, key=lambda series: (series.name, series.values[0].url))


def _drawn(values: list[Value]) -> Series:
    name, units = values[-1].figure.name, {value.figure.unit for value in values}
    points = [(value.figure.value, value.figure.period, value.words) for value in values]
    return Series(name, values, figures(name, points) if len(units) == 1 else None)


def _when(value: Value) -> tuple[object, ...]:
    period = value.figure.period
    key = period.sort_key() if period and period.known else value.briefing.inspected_key
    return (*key, value.url)


TRUST = Kind(
    "trust", lambda site: [(id,) for id in site.trusts], partial(urls.url_of, "trust"), _trust
)


def inherited_requirements(site: Site, trust: str) -> tuple[History, ...]:
    """The ledgers of the predecessors of `trust` (direct and indirect), one after another."""
    return tuple(
        history
        for predecessor in predecessors_of(site, trust)
        for history in requirements_of_trust(site, predecessor)
    )


def inherited_ratings(site: Site, trust: str) -> tuple[RatingHistory, ...]:
    """Return the rating histories of all predecessors of `trust`, one predecessor after another."""
    return tuple(
        history
        for predecessor in predecessors_of(site, trust)
        for history in ratings_of_trust(site, predecessor)
    )
