"""Sections and anchors of each page: those that are present, given the record's content.

Pages make their "on this page" list from these, and the checks validate links with them, so that a
link to `#figures` of a briefing without figures is reported before anything is rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator

from briefings import anchors, urls
from briefings.content.markdown.context import Body
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import TrustFront
from briefings.content.schema.types import Vacated
from briefings.domain.site import (
    Briefing,
    Site,
    about_url,
    newest_report_first,
    of_group,
    predecessors_of,
)
from briefings.domain.visibility import visible_changes, visible_looks, visible_questions
from briefings.engine import query

#: Anchors of the base layout, which every page has.
_FRAME = frozenset({"main", "top", "nav", "footer"})


@query
def anchors_of(site: Site, kind: str, id: str) -> tuple[str, ...]:
    """Return every anchor of a record's page, sorted.

    Raises KeyError if the record is not in the site.
    """
    vacated = (entry.anchor for entry in vacated_of(site, kind, id))
    return tuple(sorted(_FRAME.union(_KINDS[kind](site, id), vacated)))


def own_anchors(site: Site, kind: str, id: str) -> frozenset[str]:
    """Return every anchor of a record's page but the vacated ones, which are for old links.

    Raises KeyError if the record is not in the site.
    """
    return _FRAME.union(_KINDS[kind](site, id))


def of_briefing(briefing: Briefing) -> tuple[str, ...]:
    """Return the sections of a briefing's page that are not empty, in order.

    The notice of a withdrawn briefing has at most the section `changes`.
    """
    front = briefing.front
    if briefing.is_withdrawn:
        return ("changes",) if briefing.changes else ()
    shown = {
        "at-a-glance": True,
        "briefing": True,
        "ratings": bool(front.ratings or front.service_counts),
        "inspection-details": True,
        "sources": True,
        "changes": bool(briefing.changes),
        "cite": True,
    }
    return tuple(
        name
        for name in anchors.BRIEFING
        if shown.get(name, bool(getattr(front, name.replace("-", "_"), None)))
    )


def of_trust(site: Site, id: str) -> tuple[str, ...]:
    """Return the sections of a trust's page, in order.

    The rating, the ledger and the briefings are always present, since the page says if there are
    none.
    """
    trust = site.trusts[id].front
    fronts = [briefing.front for briefing in site.by_trust[id] if briefing.front.trust == id]
    shown = {
        "rating": True,
        "ledger": True,
        "services": any(rating.scope != "trust" for front in fronts for rating in front.ratings),
        "history": any(front.ratings for front in fronts),
        "briefings": True,
        "figures": any(figure.series for front in fronts for figure in front.figures),
        "enforcement": any(front.enforcement for front in fronts),
        "inherited": any(True for _ in _before(site, id)),
        "about": True,
        "sources": bool(trust.sources),
        "feeds": True,
    }
    return tuple(name for name in anchors.TRUST if shown[name])


def inherited_briefings(site: Site, id: str) -> tuple[Briefing, ...]:
    """Return the briefings on a trust's predecessors up to now, newest report first.

    Those that are also about the trust itself are left out.
    """
    return newest_report_first(
        briefing for briefing in _before(site, id) if id not in briefing.front.also_about
    )


def _before(site: Site, id: str) -> Iterator[Briefing]:
    """Yield the briefings on a trust's predecessors, direct and indirect."""
    for trust in predecessors_of(site, id):
        yield from (briefing for briefing in site.by_trust[trust] if briefing.front.trust == trust)


def of_requirement(site: Site, id: str) -> tuple[str, ...]:
    """Return the sections of a requirement's page, in order; `deadlines` only if any is set."""
    deadlines = any(
        event.deadline is not None
        for briefing in of_group(site, "trust", site.requirements[id].front.trust)
        for event in briefing.front.requirements
        if event.id == id
    )
    return tuple(name for name in anchors.REQUIREMENT if name != "deadlines" or deadlines)


def vacated_of(site: Site, kind: str, id: str) -> tuple[Vacated, ...]:
    """Return the vacated anchors of a record's page, which it keeps for old links."""
    if kind == "briefing":
        briefing = site.briefing[id]
        return () if briefing.is_withdrawn else briefing.front.vacated
    if kind == "trust":
        return site.trusts[id].front.vacated
    return site.requirements[id].front.vacated if kind == "requirement" else ()


def landings(site: Site, kind: str, id: str) -> frozenset[str]:
    """Return the sections and items to which a vacated anchor of a page may lead.

    `kind` is `briefing`, `trust` or `requirement`; other pages have no vacated anchors.
    """
    if kind == "briefing":
        briefing = site.briefing[id]
        return frozenset((*of_briefing(briefing), *_items(briefing.front)))
    if kind == "trust":
        keys = site.trusts[id].front.sources
        return frozenset((*of_trust(site, id), *(anchors.source(key) for key in keys)))
    return frozenset((*of_requirement(site, id), *_events(site, id)))


def vacated_by_target(
    vacated: Iterable[Vacated], shown: Container[str], otherwise: str
) -> dict[str, list[str]]:
    """Return section or item → the vacated anchors that lead there.

    An entry without `now` leads to the section of its list if that is in `shown`, else to the
    section `otherwise`.
    """
    anchors_by_target: dict[str, list[str]] = {}
    for entry in vacated:
        section = anchors.section_of(entry.anchor)
        target = entry.now or (section if section in shown else otherwise)
        anchors_by_target.setdefault(target, []).append(entry.anchor)
    return anchors_by_target


def _items(front: BriefingFront) -> Iterator[str]:
    for block, word in anchors.CLAIMS.items():
        items = () if block == "changes" else getattr(front, block)
        yield from (anchors.claim(word, index, front.vacated) for index in range(len(items)))
    yield from (anchors.source(key) for key in front.sources)


def _events(site: Site, id: str) -> Iterator[str]:
    front = site.requirements[id].front
    count = sum(
        event.id == id
        for briefing in of_group(site, "trust", front.trust)
        for event in briefing.front.requirements
    )
    yield from (anchors.claim("event", index, front.vacated) for index in range(count))


def _briefing(site: Site, id: str) -> Iterator[str]:
    briefing = site.briefing[id]
    yield from of_briefing(briefing)
    yield from (anchors.claim("change", index, ()) for index in range(len(briefing.changes)))
    if briefing.is_withdrawn:
        return
    yield "contents"
    yield from _items(briefing.front)
    yield from _body(briefing.body)


def _trust(site: Site, id: str) -> Iterator[str]:
    record = site.trusts[id]
    front: TrustFront = record.front
    yield "contents"
    yield from of_trust(site, id)
    yield from (anchors.source(key) for key in front.sources)
    yield from _body(record.body)


def _requirement(site: Site, id: str) -> Iterator[str]:
    yield "contents"
    yield from of_requirement(site, id)
    yield from _events(site, id)
    front = site.requirements[id].front
    yield from (anchors.look(look.date.written) for look in visible_looks(front, site.clock))
    asked = visible_questions(front, site.clock)
    yield from (anchors.question(question.date.written) for question in asked)


def _regulator(site: Site, id: str) -> Iterator[str]:
    yield "contents"
    yield from anchors.REGULATOR


def _topic(site: Site, id: str) -> Iterator[str]:
    yield from anchors.TOPIC
    yield from _body(site.topics[id].body)


def _page(site: Site, id: str) -> Iterator[str]:
    record = site.pages[id]
    changes = visible_changes(record.front.changes, site.clock, site.zone)
    if urls.url_of("page", id) == about_url(site):
        yield "responsible"
    if changes:
        yield "changes"
    yield from (anchors.claim("change", index, ()) for index in range(len(changes)))
    yield from _body(record.body)


def _body(body: Body) -> Iterator[str]:
    yield from (heading.id for heading in body.headings)
    for key, count in body.citations:
        yield from (citation(key, time) for time in range(1, count + 1))


def citation(key: str, time: int) -> str:
    """Anchor of a citation mark in the body: source `key`, `time`-th citation (from 1)."""
    return f"cite-{key}-{time}"


_KINDS: dict[str, Callable[[Site, str], Iterator[str]]] = {
    "briefing": _briefing,
    "trust": _trust,
    "requirement": _requirement,
    "regulator": _regulator,
    "topic": _topic,
    "page": _page,
}
